"""What was found of the run: the sentence, why it is said, the remedy, and two ways to take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one

from nn_tui.experiment.diagnosis.finding import Diagnosis, Finding
from nn_tui.experiment.runs.differences import difference_words
from nn_tui.experiment.spec import Spec
from nn_tui.tui.content import OptionList, Static, assembled, entitle, option, stacked, words
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Dialog


@dataclass(frozen=True)
class RemedyChosen:
    """A remedy, and whether it is applied here or raced against the run as it was."""

    finding: Finding
    how: Literal["apply", "race"]


class DiagnosisScreen(Dialog[RemedyChosen | None]):
    """The findings, one of them whole; gives the remedy that was chosen, or None.

    Args:
        diagnosis: what was found.
        spec: the experiment as it is, to say what a remedy changes.
        raced: whether a run is kept that a remedy can be raced against.
    """

    CSS_PATH = "diagnosis.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,a", "choose('apply')", "Apply", show=False, priority=True),
        Binding("f", "choose('race')", "Race", show=False),
        Binding("down,j", "select(1)", "Down", show=False, priority=True),
        Binding("up,k", "select(-1)", "Up", show=False, priority=True),
        Binding("escape,q,h", "leave", "Close", show=False),
    ]

    options = query_one(OptionList)
    text = query_one("#text", Static)
    why = query_one("#why", Static)
    remedy = query_one("#remedy", Static)
    hint = query_one(KeyHint)

    def __init__(self, diagnosis: Diagnosis, spec: Spec, *, raced: bool) -> None:
        super().__init__()
        self.diagnosis = diagnosis
        self.spec = spec
        self.raced = raced

    def compose(self) -> ComposeResult:
        """Lay the list of findings over the one that is selected."""
        with Vertical(classes="dialog") as dialog:
            entitle(dialog, "Diagnosis")
            options = OptionList(*(option(_title(one), id=one.name) for one in self.diagnosis.findings))
            options.can_focus = False
            options.display = len(self.diagnosis.findings) > 1
            yield options
            with VerticalScroll():
                for name in ("text", "why", "remedy"):
                    yield Static(id=name)
            yield KeyHint()

    def on_mount(self) -> None:
        """Select the most urgent one."""
        self.options.highlighted = 0
        self._show()

    @property
    def finding(self) -> Finding:
        """The selected one."""
        return self.diagnosis.findings[self.options.highlighted or 0]

    @on(OptionList.OptionHighlighted)
    def _show(self) -> None:
        """Write the selected finding."""
        finding, remedy = self.finding, self.finding.remedy
        self.text.update(_title(finding))
        self.text.display = not self.options.display
        self.why.update(finding.why)
        told: list[Content] = []
        if remedy is not None:
            told = [assembled(("Remedy: ", "$muted"), (remedy.text, "bold"))]
        if remedy is not None and remedy.spec is not None:
            told.append(words(difference_words(self.spec, remedy.spec), "$muted"))
            if remedy.restart:
                again = "It helps from the initial weights on: applying it starts again."
                told.append(words(again, "$muted"))
        self.remedy.update(stacked(told))
        self.remedy.display = remedy is not None
        self.hint.offer(self._keys())

    def _keys(self) -> list[tuple[str, str]]:
        keys = []
        if self._mends:
            keys.append(("enter apply here", "choose('apply')"))
            if self.raced:
                keys.append(("f race it against the run as it was", "choose('race')"))
        return [*keys, ("esc close", "leave")]

    @property
    def _mends(self) -> bool:
        return self.finding.remedy is not None and self.finding.remedy.spec is not None

    def action_select(self, by: int) -> None:
        """Go up or down the list."""
        at = (self.options.highlighted or 0) + by
        self.options.highlighted = min(max(0, at), len(self.diagnosis.findings) - 1)

    def action_choose(self, how: Literal["apply", "race"]) -> None:
        """Take the selected remedy; without one there is nothing to take."""
        if not self._mends:
            self.dismiss(None)
        elif how == "apply" or self.raced:
            self.dismiss(RemedyChosen(self.finding, how))

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)


def _title(finding: Finding) -> str:
    return finding.text[:1].upper() + finding.text[1:]
