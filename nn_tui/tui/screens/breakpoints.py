"""Breakpoints: those that are set, those worth setting, and a line to write another one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.widgets import Input

from nn_tui.errors import SpecError
from nn_tui.experiment.breakpoints import EXAMPLE, Breakpoint, parse, quantities, suggestions
from nn_tui.experiment.spec import Spec
from nn_tui.tui.content import OptionList, Static, assembled, entitle, option
from nn_tui.tui.forms.editors import TextEditor
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Dialog


class BreakpointsScreen(Dialog[None]):
    """A line of text over the list; what is set is told at once.

    Args:
        spec: the experiment, for what can be watched.
        points: the breakpoints that are set.
        changed: told of those that are set after every change.
    """

    CSS_PATH = "breakpoints.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Done", show=False),
        Binding("down", "select(1)", "Down", show=False),
        Binding("up", "select(-1)", "Up", show=False),
    ]

    line = query_one(TextEditor)
    options = query_one(OptionList)
    told = query_one("#told", Static)

    def __init__(
        self,
        spec: Spec,
        points: Sequence[Breakpoint],
        changed: Callable[[tuple[Breakpoint, ...]], None],
    ) -> None:
        super().__init__()
        self.spec = spec
        self.points = tuple(points)
        self.listed: list[Breakpoint] = []
        self._changed = changed

    def compose(self) -> ComposeResult:
        """Lay the line of text over the list."""
        with Vertical(classes="dialog") as dialog:
            entitle(dialog, "Pause when")
            yield TextEditor("", empty="choose, or write a condition", asks=True)
            options = OptionList()
            options.can_focus = False
            yield options
            yield Static("", id="told")
            yield KeyHint([("enter set, or take away", "take"), ("esc done", "leave")])

    def on_mount(self) -> None:
        """Show the list."""
        self._list(0)
        self.line.focus()

    def on_resize(self) -> None:
        """Keep what is selected in sight."""
        self.call_after_refresh(self.options.scroll_to_highlight)

    def _list(self, at: int) -> None:
        """List what is set, then what could be."""
        why = dict(suggestions(self.spec))
        self.listed = [*self.points, *(point for point in why if point not in self.points)]
        self.options.clear_options()
        for index, point in enumerate(self.listed):
            mark = "[x] " if point in self.points else "[ ] "
            words = assembled(
                (mark + point.text, "bold"), (f"   {why.get(point, 'Written by hand.')}", "$muted")
            )
            self.options.add_option(option(words, id=str(index)))
        self.options.highlighted = min(at, len(self.listed) - 1)
        self.told.update("")

    def toggle(self, point: Breakpoint) -> None:
        """Set a breakpoint, or take it away."""
        at = self.options.highlighted or 0
        if point in self.points:
            self.points = tuple(one for one in self.points if one != point)
        else:
            self.points = (*self.points, point)
        self._changed(self.points)
        self._list(at)

    @on(Input.Submitted)
    def action_take(self) -> None:
        """Set what was written, else set what is selected or take it away."""
        written = self.line.value.strip()
        if not written:
            self.toggle(self.listed[self.options.highlighted or 0])
            return
        try:
            point = parse(written, quantities(self.spec))
        except SpecError as error:
            self.told.update(f"! {error}")
            return
        self.line.value = ""
        if point not in self.points:
            self.toggle(point)

    @on(Input.Changed)
    def forget_fault(self, event: Input.Changed) -> None:
        """Say how a condition is written while one is being written."""
        self.told.update(EXAMPLE if event.value.strip() else "")

    @on(OptionList.OptionSelected)
    def take_clicked(self, event: OptionList.OptionSelected) -> None:
        """Set what was clicked, or take it away."""
        self.toggle(self.listed[int(event.option_id or 0)])

    def action_select(self, by: int) -> None:
        """Go up or down the list."""
        at = (self.options.highlighted or 0) + by
        self.options.highlighted = min(max(0, at), len(self.listed) - 1)

    def action_leave(self) -> None:
        """Be done."""
        self.dismiss(None)
