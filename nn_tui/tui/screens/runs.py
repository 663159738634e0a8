"""The Runs screen: all runs that are kept; open, compare, fork, name, note, delete, find, sort."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.getters import query_one
from textual.widgets import Input

from nn_tui.errors import RunError
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.history_file import HistoryFile
from nn_tui.experiment.runs.listing import SORTS, detail_lines, found_runs, sorted_runs, status_words
from nn_tui.experiment.runs.store import RunStore
from nn_tui.tui.content import OptionList, Static, option, stacked, words
from nn_tui.tui.forms.editors import TextEditor
from nn_tui.tui.messages import ExportAsked
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Page
from nn_tui.tui.screens.runs_list import row_words
from nn_tui.tui.widgets.overlay import Lane, OverlayView

MOST_COMPARED = 6
RENEW_SECONDS = 1.0
"""From one look at the runs to the next while one of them is trained in the background."""


@dataclass(frozen=True)
class RunChosen:
    """What to do with a run that was chosen."""

    what: Literal["open", "fork", "weights"]
    run: RunCard


class RunsScreen(Page[RunChosen | None]):
    """The runs that are kept; gives the one to open or to fork, or None.

    Args:
        store: where they are.
        current: the id of the run that is open now; empty for none.
    """

    CSS_PATH = "runs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False),
        Binding("space", "mark", "Mark", show=False),
        Binding("c", "compare", "Compare", show=False),
        Binding("f", "fork", "Fork", show=False),
        Binding("w", "weights", "Take its weights", show=False),
        Binding("E", "export", "Export", show=False),
        Binding("n", "name", "Name", show=False),
        Binding("t", "note", "Note", show=False),
        Binding("x,delete", "delete", "Delete", show=False),
        Binding("u", "undelete", "Take back", show=False),
        Binding("k", "stop", "Stop", show=False),
        Binding("s", "sort", "Sort", show=False),
        Binding("slash", "find", "Find", show=False),
    ]

    title_line = query_one("#title", Static)
    line = query_one("#find", TextEditor)
    list = query_one("#runs", OptionList)
    chart = query_one(OverlayView)
    details = query_one("#details", Static)
    told = query_one("#told", Static)

    def __init__(self, store: RunStore, current: str = "") -> None:
        super().__init__()
        self.store, self.current = store, current
        self.order = SORTS[0]
        self.shown: list[RunCard] = []
        self.marked: list[str] = []
        self.trained = False
        """Whether a run was being trained in the background when they were listed last."""
        self.deleted: list[RunCard] = []

    def compose(self) -> ComposeResult:
        """Lay the list over the curve and the words of the selected run."""
        yield Static("", id="title")
        line = TextEditor("", empty="words to find", asks=True)
        line.id = "find"
        yield line
        yield OptionList(id="runs")
        chart = OverlayView()
        chart.add_class("panel")
        yield chart
        yield Static("", id="details")
        yield Static("", id="told")
        keys = [
            ("enter open", "open"), ("space mark", "mark"), ("c compare", "compare"), ("f fork", "fork"),
            ("w take weights", "weights"), ("E export", "export"), ("n name", "name"), ("t note", "note"),
            ("x delete", "delete"), ("k stop", "stop"), ("s sort", "sort"), ("/ find", "find"),
            ("esc back", "leave"),
        ]  # fmt: skip
        yield KeyHint(keys, gap=2)

    def on_mount(self) -> None:
        """List the runs."""
        self.call_after_refresh(self.renew)
        self.list.focus()
        self.set_interval(RENEW_SECONDS, self.renew_trained)

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self.call_after_refresh(self.renew)

    def renew(self, select: str = "") -> None:
        """List the runs anew; `select` is the id to select, by default the one that is."""
        select = select or (self.chosen.id if self.chosen is not None else "")
        every = self.store.runs()
        self.shown = sorted_runs(found_runs(every, self.line.value), self.order)
        self.trained = any(status_words(card) == "background" for card in every)
        self.marked = [identity for identity in self.marked if any(card.id == identity for card in every)]
        width = max(20, self.list.size.width - 3)
        ascii_only = getattr(self.app, "ascii_only", False)
        self.list.clear_options()
        self.list.add_options(
            option(row_words(card, width, marked=card.id in self.marked, ascii_only=ascii_only))
            for card in self.shown
        )
        shown = "" if len(self.shown) == len(every) else f"{len(self.shown)} of "
        kept = f"{shown}{len(every)} run{'' if len(every) == 1 else 's'}"
        marks = f"   {len(self.marked)} marked" if self.marked else ""
        self.title_line.update(f"{kept}   by {self.order}{marks}   {self.store.folder}")
        ids = [card.id for card in self.shown]
        if ids:
            self.list.highlighted = ids.index(select) if select in ids else 0
        else:
            self._describe(None)

    def renew_trained(self) -> None:
        """List anew while a process in the background changes a run."""
        if self.trained:
            self.renew()

    @property
    def chosen(self) -> RunCard | None:
        """The selected run."""
        at = self.list.highlighted
        return self.shown[at] if at is not None and at < len(self.shown) else None

    @on(OptionList.OptionHighlighted)
    def show_run(self) -> None:
        """Show the curve of the selected run."""
        self._describe(self.chosen)

    def _describe(self, card: RunCard | None) -> None:
        if card is None:
            none = "No run is kept yet: space in the workbench trains one."
            self.details.update("No run fits these words." if self.line.value else none)
            self.chart.show("loss", ())
            return
        epochs, values = HistoryFile(Path(card.folder)).curves()
        names = [name for name in ("loss", "val_loss") if name in values]
        self.chart.show("loss", [Lane(name, epochs, values[name]) for name in names])
        self.details.update(stacked(map(words, detail_lines(card))))

    def say(self, text: str) -> None:
        """Tell the person something."""
        self.told.update(text)

    def action_mark(self) -> None:
        """Mark the selected run for comparing, or take its mark away."""
        if (card := self.chosen) is None:
            return
        if card.id in self.marked:
            self.marked.remove(card.id)
        elif len(self.marked) == MOST_COMPARED:
            self.say(f"At most {MOST_COMPARED} runs are compared.")
            return
        else:
            self.marked.append(card.id)
        at = self.list.highlighted or 0
        self.renew()
        if at + 1 < len(self.shown):
            self.list.highlighted = at + 1

    def action_compare(self) -> None:
        """Lay the marked runs over each other."""
        from nn_tui.tui.screens.compare import CompareScreen

        cards = [card for card in self.store.runs() if card.id in self.marked]
        if len(cards) < 2:
            self.say("Mark two runs or more with space.")
            return
        self.app.push_screen(CompareScreen(cards))

    @on(OptionList.OptionSelected)
    def action_open(self) -> None:
        """Go on with the selected run."""
        if (card := self.chosen) is not None:
            self.dismiss(None if card.id == self.current else RunChosen("open", card))

    def action_fork(self) -> None:
        """Branch off from the selected run."""
        if (card := self.chosen) is not None:
            self.dismiss(RunChosen("fork", card))

    def action_weights(self) -> None:
        """Start the open experiment with the weights of the selected run."""
        if (card := self.chosen) is not None:
            self.dismiss(RunChosen("weights", card))

    def action_export(self) -> None:
        """Ask what the selected run becomes, and write it."""
        if (card := self.chosen) is not None:
            self.post_message(ExportAsked(card, self))

    def _ask(self, question: str, text: str, take: Callable[[str], None]) -> None:
        from nn_tui.tui.screens.choose import ChooseScreen

        def taken(written: str | None) -> None:
            if written is not None:
                try:
                    take(written)
                except RunError as error:
                    self.say(f"! {error}")
                self.renew()

        self.app.push_screen(ChooseScreen(question, (), free=True, text=text, hint=""), taken)

    def action_name(self) -> None:
        """Give the selected run another name."""
        if (card := self.chosen) is not None:
            self._ask("Name of the run", card.name, lambda text: self._change(card, name=text))

    def action_note(self) -> None:
        """Write a note to the selected run."""
        if (card := self.chosen) is not None:
            self._ask("Note", card.note, lambda text: self._change(card, note=text))

    def _change(self, card: RunCard, *, name: str | None = None, note: str | None = None) -> None:
        self.store.change(card, name=name, note=note)

    def action_delete(self) -> None:
        """Delete the selected run; `u` takes it back."""
        if (card := self.chosen) is None:
            return
        at = self.list.highlighted or 0
        try:
            self.deleted.append(self.store.delete(card))
        except RunError as error:
            self.say(f"! {error}")
            return
        self.renew()
        if self.shown:
            self.list.highlighted = min(at, len(self.shown) - 1)
        self.say(f"Deleted {card.name}. u takes it back.")

    def action_undelete(self) -> None:
        """Take the run back that was deleted last."""
        cards = self.deleted or sorted(self.store.runs(deleted=True), key=lambda card: card.deleted)
        if not cards:
            self.say("No deleted run can be taken back.")
            return
        card = cards.pop()
        try:
            self.store.undelete(card)
        except RunError as error:
            self.say(f"! {error}")
            return
        self.renew(card.id)
        self.say(f"{card.name} is back.")

    def action_stop(self) -> None:
        """End the training of the selected run in the background, after saving it."""
        from nn_tui.experiment.runs.background import ask_to_leave

        if (card := self.chosen) is None:
            return
        try:
            ask_to_leave(card, at_once=True)
        except RunError as error:
            self.say(f"! {error}")
            return
        self.say(f"{card.name} is saved and stopped.")

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.order = SORTS[(SORTS.index(self.order) + 1) % len(SORTS)]
        self.renew()

    def action_find(self) -> None:
        """Begin to write words to find."""
        self.add_class("-finding")
        self.line.focus()

    @on(Input.Changed, "#find")
    def find(self) -> None:
        """List the runs with these words."""
        self.renew()

    @on(Input.Submitted, "#find")
    def end_finding(self) -> None:
        """Go to the list."""
        self.list.focus()

    def action_leave(self) -> None:
        """Leave the line of words, or the screen."""
        if self.has_class("-finding"):
            self.line.value = ""
            self.remove_class("-finding")
            self.list.focus()
            return
        self.dismiss(None)
