"""A sweep as it goes: its trials, their curves over each other, what each varied setting does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.getters import query_one

from nn_tui.errors import RunError
from nn_tui.experiment.runs.card import RunCard, read_card
from nn_tui.sweep.job import SweepJob
from nn_tui.sweep.pictures import curves_picture, effect_picture
from nn_tui.sweep.standings import Standing
from nn_tui.sweep.telling import SPARK, cells, headings
from nn_tui.tui.content import DataTable, Static, entitle
from nn_tui.tui.messages import SweepWanted
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Page
from nn_tui.tui.widgets.picture import PictureView

FRAMES_PER_SECOND = 4
MOST_ROWS = 500
"""Trials that are listed: a table of more is none that a person reads, and slow."""


@dataclass(frozen=True)
class SweepLeft:
    """What to do after a sweep was looked at."""

    what: Literal["open", "new", "earlier"]
    run: RunCard | None = None


class SweepScreen(Page[SweepLeft | None]):
    """The trials of a sweep; gives what to do next. The sweep goes on when the screen is left.

    Args:
        job: the sweep, running or not.
    """

    CSS_PATH = "sweep.tcss"
    AUTO_FOCUS = "DataTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back", show=False),
        Binding("space", "run", "Stop or go on", show=False),
        Binding("enter", "open", "Open", show=False, priority=True),
        Binding("b", "open_best", "Open the best", show=False),
        Binding("e,right", "effect(1)", "Next effect", show=False),
        Binding("left", "effect(-1)", "Previous effect", show=False),
        Binding("s", "sort", "Sort", show=False),
        Binding("n", "begin", "New sweep", show=False),
        Binding("l", "earlier", "Earlier sweeps", show=False),
    ]

    title_line = query_one("#title", Static)
    curves = query_one("#curves", PictureView)
    effect = query_one("#effect", PictureView)
    table = query_one(DataTable)
    told = query_one("#told", Static)

    def __init__(self, job: SweepJob) -> None:
        super().__init__()
        self.job = job
        self.by_best = True
        self.at = 0
        """Which effect is shown; in a narrow terminal the curves come after the last one."""
        self._rows: list[Standing] = []
        """The trials as they were drawn, by number."""
        self._order: list[int] = []
        self._drawn = -1
        self._curves_of: tuple[object, ...] = ()
        self._effect_of: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay two charts over the table."""
        yield Static("", id="title")
        with Horizontal(id="charts"):
            for name in ("curves", "effect"):
                chart = PictureView(id=name)
                chart.add_class("panel")
                yield chart
        yield DataTable(cursor_type="row")
        yield Static("", id="told")
        keys = [
            ("space stop/go on", "run"), ("enter open", "open"), ("b best", "open_best"),
            ("e effect", "effect(1)"), ("s sort", "sort"), ("n new", "begin"), ("l earlier", "earlier"),
            ("esc back", "leave"),
        ]  # fmt: skip
        yield KeyHint(keys, gap=2)

    def on_mount(self) -> None:
        """List the trials, then follow them."""
        sweep = self.job.standings
        for name in headings(sweep)[:-1]:
            self.table.add_column(name, key=name)
        if len(sweep.plan.seeds) > 1:
            self.table.add_column("mean", key="mean")
        self.table.add_column("curve", key="curve", width=SPARK)
        means = self._means()
        for one in sweep.standings[:MOST_ROWS]:
            self.table.add_row(*self._cells(one, means), key=str(one.trial.number))
            self._rows.append(one)
        entitle(self.curves, sweep.plan.objective.name.replace("_", " ").capitalize())
        self.renew()
        self.set_interval(1 / FRAMES_PER_SECOND, self.renew)

    def on_resize(self) -> None:
        """Say what fits."""
        self._drawn = -1

    def renew(self) -> None:
        """Show what has changed since the last time."""
        if self.job.changes == self._drawn or not self.is_current:
            return
        self._drawn = self.job.changes
        sweep = self.job.standings
        rest = len(sweep.standings) - len(self._rows)
        more = f"   the first {len(self._rows)} are listed" if rest > 0 else ""
        self.title_line.update(f"Sweep   {sweep.plan.spec.name}   {self.job.words}{more}")
        self._fill()
        self._draw()
        if self.job.told:
            self.say(f"! {self.job.told}")

    def _fill(self) -> None:
        """Write the cells of the trials that moved, and put the trials in order."""
        sweep = self.job.standings
        columns = [str(column.key.value) for column in self.table.ordered_columns]
        means = self._means()
        for number, before in enumerate(self._rows):
            now = sweep.standings[number]
            if now is before and not means:
                continue
            self._rows[number] = now
            for column, text in zip(columns, self._cells(now, means), strict=True):
                if str(self.table.get_cell(str(number), column)) != text:
                    self.table.update_cell(str(number), column, text, update_width=True)
        self._put_in_order()

    def _means(self) -> dict[int, str]:
        """Give mean and spread of each configuration in words; none where there is one seed."""
        sweep = self.job.standings
        if len(sweep.plan.seeds) < 2:
            return {}
        return {one.configuration: one.words for one in sweep.summaries()}

    def _cells(self, standing: Standing, means: dict[int, str]) -> list[str]:
        ascii_only = getattr(self.app, "ascii_only", False)
        *row, curve = cells(self.job.standings, standing, ascii_only=ascii_only)
        mean = [means[standing.trial.configuration]] if means else []
        return [*row, *mean, curve]

    def _put_in_order(self) -> None:
        sweep = self.job.standings
        order = [one.trial.number for summary in sweep.ranking() for one in summary.standings]
        if not self.by_best:
            order.sort()
        if order == self._order:
            return
        self._order = order
        place = {number: at for at, number in enumerate(order)}
        chosen = self.chosen if self.table.cursor_row else None  # on top it stays on top
        self.table.sort("trial", key=lambda cell: place[int(str(cell)) - 1])
        if chosen is not None:
            row = self.table.get_row_index(str(chosen.trial.number))
            self.table.move_cursor(row=row, scroll=False)
        else:
            self._tell_trial()

    @property
    def chosen(self) -> Standing | None:
        """The selected trial."""
        if not self.table.row_count:
            return None
        key = self.table.coordinate_to_cell_key(self.table.cursor_coordinate).row_key.value
        return self.job.standings.standings[int(str(key))]

    @on(DataTable.RowHighlighted)
    def show_trial(self) -> None:
        """Let the selected trial stand out, and say how it ended."""
        self._draw()
        self._tell_trial()

    def _tell_trial(self) -> None:
        chosen = self.chosen
        if chosen is not None and not self.job.told:
            self.say(f"trial {chosen.trial.number + 1}: {chosen.words}   {chosen.reason}".rstrip())

    def _draw(self) -> None:
        sweep, chosen = self.job.standings, self.chosen
        number = None if chosen is None else chosen.trial.number
        if self._curves_of != (drawn := (self.job.changes, number)):
            self._curves_of = drawn
            self.curves.show(curves_picture(sweep, number))
        at = self.at % len(sweep.plan.axes)
        if self._effect_of != (drawn := (sweep.ended, at)):
            self._effect_of = drawn
            several = f"   e: {at + 1} of {len(sweep.plan.axes)}" if len(sweep.plan.axes) > 1 else ""
            entitle(self.effect, f"Effect of {sweep.plan.names[at]}{several}")
            self.effect.show(effect_picture(sweep, at))

    def say(self, text: str) -> None:
        """Tell the person something."""
        self.told.update(text)
        self.told.set_class(text.startswith("!"), "-wrong")

    def action_run(self) -> None:
        """Stop the sweep after saving what is trained, or go on with it."""
        if self.job.running:
            self.job.stop()
        elif self.job.standings.finished:
            self.say("All trials have ended.   n begins a new sweep.")
        else:
            self.post_message(SweepWanted(self.job))
        self.renew()

    @on(DataTable.RowSelected)
    def action_open(self) -> None:
        """Open the selected trial in the workbench."""
        if self.chosen is not None:
            self._open(self.chosen)

    def action_open_best(self) -> None:
        """Open the best trial in the workbench."""
        best = self.job.standings.best
        if best is None:
            self.say("No trial has a value yet.")
        else:
            self._open(best)

    def _open(self, standing: Standing) -> None:
        try:
            card = read_card(Path(standing.folder))
        except RunError:
            self.say((standing.reason and f"! {standing.reason}") or "This trial has not begun yet.")
            return
        self.dismiss(SweepLeft("open", card))

    def action_effect(self, by: int) -> None:
        """Show what the next varied setting does."""
        axes = len(self.job.standings.plan.axes)
        alone = self.has_class("-narrow") or self.has_class("-tiny") or self.has_class("-flat")
        if not alone:
            self.at = (self.at + by) % axes
        elif not self.has_class("-effect"):
            self.add_class("-effect")
            self.at = 0 if by > 0 else axes - 1
        elif 0 <= self.at + by < axes:
            self.at += by
        else:
            self.remove_class("-effect")
        self._draw()

    def action_sort(self) -> None:
        """List the best first, or by their numbers."""
        self.by_best = not self.by_best
        self._put_in_order()
        self.say("The best first." if self.by_best else "By number.")

    def action_begin(self) -> None:
        """Begin a new sweep of the open experiment."""
        self.dismiss(SweepLeft("new"))

    def action_earlier(self) -> None:
        """List earlier sweeps."""
        self.dismiss(SweepLeft("earlier"))

    def action_leave(self) -> None:
        """Go back; a sweep that runs goes on."""
        self.dismiss(None)
