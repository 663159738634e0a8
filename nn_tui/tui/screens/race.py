"""The Race screen: a run as it was and with one change, trained side by side on one chart."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.getters import query_one

from nn_tui.experiment import commands as command
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.shelf import Fork
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.words import in_order, number
from nn_tui.tui.content import DataTable, Static, cell
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.leaving import Page
from nn_tui.tui.widgets.overlay import Lane, OverlayView
from nn_tui.tui.wording import shortened

FRAMES_PER_SECOND = 8
NAME_LEAST, NAME_MOST = 20, 40
"""Cells of the table's first column."""
COLUMN, LABEL_MOST = 8, 14
"""The least cells of the others, and the most that the name of a metric takes of them."""
PHASES = {"ready": "waits", "finished": "done"}


@dataclass(frozen=True)
class Entrant:
    """One of those that race: what it is called, what it trains, where it begins."""

    name: str
    spec: Spec
    start: Fork


class RaceScreen(Page[RunCard | None]):
    """Several trainings at once, each in a thread of its own; gives the run to open, or None.

    Every one is kept as a run, but for one that only repeats a kept run. No more of them train at a time
    than the machine has cores.

    Args:
        entrants: what races.
        factory: what makes a trainer of a spec and a start.
    """

    CSS_PATH = "compare.tcss"
    AUTO_FOCUS = "DataTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Back", show=False),
        Binding("space", "pause", "Pause", show=False),
        Binding("enter", "open", "Open", show=False, priority=True),
    ]

    first = query_one("#first", OverlayView)
    second = query_one("#second", OverlayView)
    table = query_one(DataTable)
    told = query_one("#told", Static)

    def __init__(self, entrants: Sequence[Entrant], factory: Callable[..., Any]) -> None:
        super().__init__()
        self.entrants = entrants
        self.trainers = [factory(entrant.spec, start=entrant.start) for entrant in entrants]
        self.snapshots: list[Snapshot] = [trainer.newest() for trainer in self.trainers]
        self.running: set[int] = set()
        self.columns: list[tuple[str, int]] = []
        """The columns after the name that there is room for, with their cells."""
        self.paused = False

    def compose(self) -> ComposeResult:
        """Lay two charts over the table."""
        with Horizontal(id="charts"):
            for name in ("first", "second"):
                chart = OverlayView(id=name)
                chart.add_class("panel")
                yield chart
        yield DataTable(cursor_type="row", cell_padding=0)
        yield Static("", id="told")
        keys = [("space pause", "pause"), ("enter open", "open"), ("esc back", "leave")]
        yield KeyHint([*keys, ("all are kept as runs", "")])

    def on_mount(self) -> None:
        """Begin the race."""
        self._lay_table()
        self.told.update(
            "Weights and batches are the same up to the fork; what differs after it is the change."
        )
        self.set_interval(1 / FRAMES_PER_SECOND, self.renew)

    def on_resize(self) -> None:
        """Take as many columns as fit the new width."""
        self._lay_table()
        self._draw()

    def _lay_table(self) -> None:
        """Begin the table anew: the name, then what matters most, as much of it as there is room for."""
        spec = self.entrants[0].spec
        measured = list(dict.fromkeys(["loss", self._metric]))
        if spec.data.validation_split:
            measured = [*(f"val_{name}" for name in measured), *measured]
        wanted = ["state", "epoch", *measured]
        width, room = self.app.size.width, self.app.size.width - NAME_LEAST
        self.columns = []
        for name in wanted:
            cells = max(COLUMN, min(len(name), LABEL_MOST)) + 1
            if (room := room - cells) < 0:
                break
            self.columns.append((name, cells))
        at = self.table.cursor_row
        self.table.clear(columns=True)
        rest = min(width - sum(cells for _, cells in self.columns) - 1, NAME_MOST)
        self.table.add_column("", key="name", width=rest)
        for name, cells in self.columns:
            self.table.add_column(shortened(name, LABEL_MOST), key=name, width=cells)
        for index, entrant in enumerate(self.entrants):
            name = shortened(f" {entrant.name}", rest - 1, getattr(self.app, "ascii_only", False))
            self.table.add_row(cell(name), *[""] * len(self.columns), key=str(index))
        self.table.move_cursor(row=at)

    @property
    def _metric(self) -> str:
        metrics = self.entrants[0].spec.compile.metrics
        return metrics[0].type if metrics else "loss"

    def on_unmount(self) -> None:
        """End the trainers; each saves its run."""
        for trainer in self.trainers:
            trainer.send(command.Close())
        if not self.app.is_running:  # the process ends with the app, and would end them
            for trainer in self.trainers:
                trainer.close(2.0)

    def renew(self) -> None:
        """Show how far each is, and let those that wait train when a core is free."""
        now = [trainer.newest() for trainer in self.trainers]
        for index, snapshot in enumerate(now):
            if snapshot.status.phase in ("finished", "failed"):
                self.running.discard(index)
            elif (
                not self.paused and len(self.running) < (os.cpu_count() or 1) and index not in self.running
            ):
                self.running.add(index)
                self.trainers[index].send(command.Play())
        if all(one is other for one, other in zip(now, self.snapshots, strict=True)):
            return
        self.snapshots = now
        self._draw()

    def _draw(self) -> None:
        metric = self._metric
        marks = (float(max(1, self.entrants[0].start.epoch)),)
        for chart, name in ((self.first, "loss"), (self.second, metric)):
            quantity = _validated(name, self.snapshots)
            lanes = [
                Lane(entrant.name, snapshot.curves.epochs, snapshot.curves.values[quantity])
                for entrant, snapshot in zip(self.entrants, self.snapshots, strict=True)
                if quantity in snapshot.curves.values
            ]
            chart.show(quantity, lanes, marks)
        for index, snapshot in enumerate(self.snapshots):
            status, values = snapshot.status, snapshot.curves.values
            last = in_order({name: float(array[-1]) for name, array in values.items() if len(array)})
            cells = {
                "state": PHASES.get(status.phase, status.phase),
                "epoch": f"{status.epoch}/{status.epochs}",
            }
            for column, _ in self.columns:
                self.table.update_cell(str(index), column, cells.get(column) or _cell(last, column))
            if status.error:
                self.told.update(f"! {self.entrants[index].name}: {status.error} {status.remedy}")

    def action_pause(self) -> None:
        """Pause all, or let all go on."""
        self.paused = not self.paused
        for index in sorted(self.running):
            self.trainers[index].send(command.Pause() if self.paused else command.Play())

    def action_open(self) -> None:
        """Leave, and go on with the selected one in the workbench."""
        chosen = self.table.cursor_row
        if self.snapshots[chosen].run is None:
            self.told.update("It has not begun yet.")
            return
        for trainer in self.trainers:
            trainer.close()
        # What only repeated a kept run is kept no longer now: that one is opened.
        self.dismiss(self.trainers[chosen].newest().run)

    def action_leave(self) -> None:
        """Leave; what was trained is kept."""
        self.dismiss(None)


def _validated(quantity: str, snapshots: Sequence[Snapshot]) -> str:
    validation = f"val_{quantity}"
    return validation if any(validation in one.curves.values for one in snapshots) else quantity


def _cell(values: dict[str, float], name: str) -> str:
    """Write a value with as many digits as a column has room for: one that is cut off is another one."""
    told = number(values[name]) if name in values else ""
    return told if len(told) <= COLUMN else f"{values[name]:.2g}"
