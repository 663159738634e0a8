"""What a sweep is to try: which settings it varies over which values, and how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Horizontal
from textual.getters import query_one
from textual.widgets import Input

from nn_tui.errors import NnTuiError, SpecError
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_words import value_words
from nn_tui.sweep.plan import Plan
from nn_tui.tui.content import DataTable, Static, cell
from nn_tui.tui.forms.editors import TextEditor
from nn_tui.tui.forms.fields import Field, field_for
from nn_tui.tui.forms.varying import (
    Asked,
    asked_first,
    check_axis,
    option_entries,
    plan_words,
    suggestion,
    variable_entries,
)
from nn_tui.tui.messages import FieldChanged, FieldFocused, FieldRefused
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Page

TAKES = 20
"""Columns for the values that a setting takes; all of them are in the line below the list."""


@dataclass(frozen=True)
class SweepAsked:
    """A sweep to begin, or the list of earlier ones."""

    plan: Plan | None
    """None for the list."""
    asked: Asked
    """All that was filled in, for the next time."""


class SweepPlanScreen(Page[SweepAsked | None]):
    """The settings of the experiment, each with its present value and what it is to take.

    Args:
        spec: what is varied.
        asked: what was filled in the last time. Default: nothing.
    """

    CSS_PATH = "sweep_plan.tcss"
    AUTO_FOCUS = "DataTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", show=False),
        Binding("ctrl+s", "start", "Start", show=False),
        Binding("enter", "write", "Values", show=False),
        Binding("x,delete", "remove", "Vary it no more", show=False),
        Binding("slash", "find", "Find", show=False),
        Binding("l", "earlier", "Earlier sweeps", show=False),
    ]

    title_line = query_one("#title", Static)
    finder = query_one("#find", TextEditor)
    table = query_one(DataTable)
    help_line = query_one("#help", Static)
    path_words = query_one("#path", Static)
    line = query_one("#values", TextEditor)
    told = query_one("#told", Static)

    def __init__(self, spec: Spec, asked: Asked | None = None) -> None:
        super().__init__()
        self.spec = spec
        self.entries = {entry.path: entry for entry in variable_entries(spec)}
        asked = asked or asked_first()
        known = {path: text for path, text in asked.values.items() if path in self.entries}
        self.asked = replace(asked, values=known, metric="")

    def compose(self) -> ComposeResult:
        """Lay the settings over the line for their values and the fields of how it is tried."""
        yield Static(f"Sweep   {self.spec.name}: what is varied?", id="title")
        finder = TextEditor("", empty="words to find")
        finder.id = "find"
        yield finder
        yield DataTable(cursor_type="row")
        yield Static("", id="help")
        with Horizontal(id="line"):
            yield Static("", id="path")
            line = TextEditor("", empty="8,16,32   1e-4..1e-1   8..64..8   1e-4..1e-1..x10")
            line.id = "values"
            yield line
        with Grid():
            for entry in option_entries(self.spec, self.asked):
                yield field_for(entry)
        yield Static("", id="told")
        keys = [
            ("enter values", "write"), ("x vary no more", "remove"), ("/ find", "find"), ("tab how", "how"),
            ("ctrl+s start", "start"), ("l earlier", "earlier"), ("esc back", "leave"),
        ]  # fmt: skip
        yield KeyHint(keys, gap=2)

    def on_mount(self) -> None:
        """List the settings."""
        self.table.add_column("setting", key="setting")
        self.table.add_column("takes", key="takes", width=TAKES)
        self.table.add_column("now", key="now")
        self._list()
        self._tell()

    def _list(self) -> None:
        """List the settings with the words that are looked for, and what they take."""
        words = self.finder.value.lower().split()
        self.table.clear()
        for path, entry in self.entries.items():
            if all(word in path.lower() for word in words):
                taken = self.asked.values.get(path, "")
                name = cell(path, "bold") if taken else cell(path)
                self.table.add_row(name, cell(taken, "bold"), cell(value_words(entry.value)), key=path)

    @property
    def chosen(self) -> str:
        """The path of the selected setting; empty for none."""
        if not self.table.row_count:
            return ""
        return str(self.table.coordinate_to_cell_key(self.table.cursor_coordinate).row_key.value)

    @on(DataTable.RowHighlighted)
    def show_setting(self) -> None:
        """Say what the selected setting is, and what it takes."""
        if path := self.chosen:
            self.help_line.update(self.entries[path].param.help)
            self.path_words.update(path)
            self.line.value = self.asked.values.get(path, "")

    @on(DataTable.RowSelected)
    def action_write(self) -> None:
        """Write the values that the selected setting takes: 8,16,32, a range 1e-4..1e-1, steps 8..64..8."""
        if self.focused is not self.table:
            self.table.focus()
        elif path := self.chosen:
            self.line.value = self.asked.values.get(path) or suggestion(self.entries[path])
            self.line.focus()

    @on(Input.Submitted, "#values")
    def take_values(self) -> None:
        """Take what was written; what is no value of the setting is told and can be corrected."""
        text = self.line.value.strip()
        if not text:
            self.action_remove()
            self.table.focus()
            return
        try:
            check_axis(self.spec, self.chosen, text)
        except SpecError as error:
            self._say(f"! {error}")
            return
        self._put({**self.asked.values, self.chosen: text})
        self.table.focus()

    def action_remove(self) -> None:
        """Vary the selected setting no more."""
        if self.focused not in (self.table, self.line):
            return
        self._put({path: text for path, text in self.asked.values.items() if path != self.chosen})

    def _put(self, values: dict[str, str]) -> None:
        path = self.chosen
        self.asked = replace(self.asked, values=values)
        if path:
            taken = values.get(path, "")
            self.table.update_cell(path, "setting", cell(path, "bold" if taken else ""))
            self.table.update_cell(path, "takes", cell(taken, "bold"))
            self.line.value = taken
        self._tell()

    @on(FieldChanged)
    def take_field(self, event: FieldChanged) -> None:
        """Take how it is to be tried."""
        event.stop()
        self.asked = replace(self.asked, **{event.entry.path: event.value})
        for one in self.query(Field):
            if one.entry.path == event.entry.path:
                one.complain("")
        self._tell()

    @on(FieldRefused)
    def refuse_field(self, event: FieldRefused) -> None:
        """Say what is wrong with a field."""
        event.stop()
        for one in self.query(Field):
            if one.entry.path == event.entry.path:
                one.complain(str(event.error))

    @on(FieldFocused)
    def show_field(self, event: FieldFocused) -> None:
        """Say what a field is."""
        event.stop()
        self.help_line.update(f"{event.entry.param.name}: {event.entry.param.help}")

    def _say(self, text: str) -> None:
        self.told.update(text)
        self.told.set_class(text.startswith("!"), "-wrong")

    def _tell(self) -> None:
        """Say how many trials that is, or what is still missing."""
        try:
            self._say(plan_words(self.asked.plan(self.spec)))
        except SpecError as error:
            self._say(f"! {error}" if self.asked.values else str(error))

    def action_start(self) -> None:
        """Start the sweep."""
        if wrong := next((one for one in self.query(Field) if one.wrong), None):
            self._say(f"! {wrong.wrong}")
            wrong.focus_editor()
            return
        try:
            plan = self.asked.plan(self.spec)
        except NnTuiError as error:
            self._say(f"! {error}")
            return
        self.dismiss(SweepAsked(plan, self.asked))

    def action_how(self) -> None:
        """Go to the fields of how it is tried."""
        self.query(Field).first().focus_editor()

    def action_earlier(self) -> None:
        """List earlier sweeps, to look at one or go on with it."""
        self.dismiss(SweepAsked(None, self.asked))

    def action_find(self) -> None:
        """Find settings by a part of their path."""
        self.add_class("-finding")
        self.finder.focus()

    @on(Input.Changed, "#find")
    def find(self) -> None:
        """List the settings with these words."""
        self._list()

    @on(Input.Submitted, "#find")
    def end_finding(self) -> None:
        """Go to the list."""
        self.table.focus()

    def action_leave(self) -> None:
        """Leave the line that is written, or the screen."""
        if self.focused is self.line:
            self.line.value = self.asked.values.get(self.chosen, "")
            self.table.focus()
            self._tell()
        elif self.has_class("-finding"):
            self.finder.value = ""
            self.remove_class("-finding")
            self.table.focus()
        elif self.focused is not self.table:
            self.table.focus()
        else:
            self.dismiss(None)
