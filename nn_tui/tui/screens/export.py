"""Choose what a run becomes, and the file it goes to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.widgets import Input
from textual.widgets.option_list import Option

from nn_tui.declare import sentence
from nn_tui.errors import NnTuiError
from nn_tui.experiment.files import would_be_lost
from nn_tui.export import targets
from nn_tui.tui.content import OptionList, Static, assembled, entitle, option, stacked, words
from nn_tui.tui.forms.editors import TextEditor
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Dialog


@dataclass(frozen=True)
class ExportChosen:
    """The target's name and the file; one that is there may be overwritten."""

    to: str
    path: Path


class ExportScreen(Dialog[ExportChosen | None]):
    """The forms a run can be exported to over the file's name; gives what was chosen, or None.

    Args:
        name: the run's name.
    """

    CSS_PATH = "export.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", show=False),
        Binding("down", "select(1)", "Down", show=False),
        Binding("up", "select(-1)", "Up", show=False),
        Binding("pagedown", "select(4)", "Down", show=False),
        Binding("pageup", "select(-4)", "Up", show=False),
    ]

    options = query_one(OptionList)
    line = query_one(TextEditor)
    told = query_one("#told", Static)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.run_name = name
        self.names = targets.names()
        self.shown = self.names[0]

    def compose(self) -> ComposeResult:
        """Lay the forms over the line for the file."""
        with Vertical(classes="dialog") as dialog:
            entitle(dialog, f"Export {self.run_name}")
            options = OptionList(*map(_option, self.names))
            options.can_focus = False
            yield options
            yield Static("File, from this folder on:", id="label")
            yield TextEditor(targets.file_name(self.run_name, targets.named(self.shown)))
            yield Static("", id="told")
            keys = [("up down form", "select(1)"), ("enter export", "export"), ("esc cancel", "leave")]
            yield KeyHint(keys)

    def on_mount(self) -> None:
        """Begin with the first form."""
        self.options.highlighted = 0
        self.line.focus()

    @on(OptionList.OptionHighlighted)
    def show_form(self, event: OptionList.OptionHighlighted) -> None:
        """Give the file the form's ending, and say what is missing."""
        before, self.shown = targets.named(self.shown), str(event.option_id)
        now = targets.named(self.shown)
        if self.line.value.endswith(before.suffix):
            self.line.value = self.line.value.removesuffix(before.suffix) + now.suffix
        self._tell(f"Install what it needs: {now.missing}" if now.missing else "")

    @on(Input.Submitted)
    def action_export(self) -> None:
        """Give what is chosen; ask before a file is overwritten."""
        missing = targets.named(self.shown).missing
        if missing:
            self._tell(f"! Install what it needs first: {missing}")
            return
        try:
            to, path = targets.place(self.line.value.strip() or None, self.shown, self.run_name)
        except NnTuiError as error:
            self._tell(f"! {error}")
            return
        chosen = ExportChosen(to, path)
        if not would_be_lost(path):
            self.dismiss(chosen)
            return
        from nn_tui.tui.screens.confirm import ConfirmScreen

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(chosen)

        lost = f"{path} is there already; what is in it is lost."
        self.app.push_screen(ConfirmScreen("Overwrite?", lost, "overwrite"), answered)

    def _tell(self, text: str) -> None:
        self.told.update(text)
        self.told.set_class(bool(text), "-wrong")

    def action_select(self, by: int) -> None:
        """Go up or down the list."""
        at = self.options.highlighted or 0
        self.options.highlighted = min(max(0, at + by), len(self.names) - 1)

    def action_leave(self) -> None:
        """Export nothing."""
        self.dismiss(None)


def _option(name: str) -> Option:
    one = targets.named(name)
    needs = f"   needs {one.missing}" if one.missing else ""
    title = assembled((name, "bold"), "  ", (f"{one.suffix}{needs}", "$muted"))
    return option(stacked([title, words(sentence(one), "$muted")]), id=name)
