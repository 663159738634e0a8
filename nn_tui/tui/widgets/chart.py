"""A chart of one quantity over the epochs: training and validation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from textual import events
from textual.message import Message
from textual.strip import Strip

from nn_tui.experiment.snapshot import Curves
from nn_tui.experiment.words import number
from nn_tui.tui.content import entitle, explain
from nn_tui.tui.painters.canvas import Canvas, fit_text
from nn_tui.tui.painters.lines import AxisBounds, draw_axes, draw_level, log_ticks
from nn_tui.tui.painters.look import RGB, Look
from nn_tui.tui.painters.plotting import Drawn
from nn_tui.tui.widgets.picture import StripsView
from nn_tui.tui.widgets.reading import (
    Reading,
    best_of,
    is_loss,
    possible_of,
    possible_words,
    smoothed,
    values_at,
    within,
)

if TYPE_CHECKING:
    from nn_tui.insight.pictures import Series


class ChartView(StripsView):
    """The curve of one quantity and of its validation, with the last values in the first line.

    Reads: the snapshot's curves.
    Posts: ChartView.Pointed.
    """

    @dataclass
    class Pointed(Message):
        """An epoch of the chart was clicked."""

        epoch: int

    def __init__(self, *, id: str | None = None) -> None:  # Textual's name
        super().__init__(id=id)
        self._curves: Curves | None = None
        self._quantity = "loss"
        self._epochs = 1
        self._reading = Reading()
        self._axis = AxisBounds()
        self._drawn = Drawn()
        self._x_bounds = (1.0, 2.0)

    def show(self, curves: Curves, quantity: str, epochs: int, reading: Reading) -> None:
        """Show a quantity's curves over the epochs planned; what is shown already costs nothing."""
        was = (self._quantity, self._epochs, self._reading)
        if curves is self._curves and was == (quantity, epochs, reading):
            return
        before = self._reading
        same_axis = (before.log, before.window) == (reading.log, reading.window)
        shorter = self._curves is not None and len(curves.epochs) < len(self._curves.epochs)
        if quantity != self._quantity or shorter or not same_axis:
            self._axis = AxisBounds()
        self._curves, self._quantity, self._epochs, self._reading = curves, quantity, epochs, reading
        entitle(self, reading.words(quantity))
        explain(self, possible_words(curves, quantity))
        self.redraw()

    def make_strips(self, width: int, height: int, look: Look) -> list[Strip]:
        """Draw the values of the last epoch or of the cursor's, then the curves."""
        canvas = Canvas(width, height, look)
        curves, reading = self._curves, self._reading
        series = [] if curves is None else self._series(curves)
        last = max(self._epochs, *(int(one.x[-1]) for one in series if len(one.x)), 2) if series else 2
        newest = max((int(one.x[-1]) for one in series if len(one.x)), default=last)
        first = 1 if reading.window is None else max(1, newest - reading.window)
        shown = [within(one, reading.window, newest) for one in series]
        log = reading.log and is_loss(self._quantity)
        if log:
            shown = [_logarithmic(one) for one in shown]
        values = np.concatenate([one.y for one in shown]) if shown else np.empty(0)
        values = values[np.isfinite(values)]
        if not len(values):
            trained = curves is not None and len(curves.epochs) > 0
            told = "measured from the next epoch on" if trained else "press space to train"
            canvas.centre(width // 2, height // 2, told, look.faint)
            return canvas.strips()
        assert curves is not None
        self._draw_values(canvas, series, curves)
        level = possible_of(curves, self._quantity, log=log)
        ends = (float(values.min()), float(values.max()))
        bounds = self._axis.update(*ends) if level is None else self._axis.update(*_with(ends, level))
        self._x_bounds = (float(first), float(last if reading.window is None else newest))
        marks = [max(float(first), mark.epoch) for mark in curves.marks[-12:] if mark.epoch >= first - 1]
        if reading.cursor is not None:
            marks.append(float(min(max(reading.cursor, first), int(self._x_bounds[1]))))
        places = log_ticks(bounds, max(2, height // 3)) if log else None
        draw_axes(
            canvas,
            1,
            height - 1,
            shown,
            self._x_bounds,
            bounds,
            marks,
            whole_x=True,
            drawn=self._drawn,
            y_ticks=None if places is None else (tuple(places[0]), tuple(places[1])),
        )
        if level is not None:
            told = f"best possible {number(curves.possible[self._quantity])}"
            draw_level(canvas, 1, self._drawn, bounds, level, told)
        return canvas.strips()

    def on_click(self, event: events.Click) -> None:
        """Read the epoch that was clicked."""
        place = event.x - self._drawn.left
        if self._curves is None or not self._drawn.columns or not len(self._curves.epochs):
            return
        low, high = self._x_bounds
        share = min(max(place / max(1, self._drawn.columns - 1), 0.0), 1.0)
        self.post_message(self.Pointed(round(low + share * (high - low))))

    def _series(self, curves: Curves) -> list[Series]:
        from nn_tui.insight.pictures import Series

        series = []
        if curves.former is not None:
            known = curves.former.values.get(self._quantity)
            if known is not None:
                series.append(Series("as it was", curves.former.epochs, known, "former"))
        share = self._reading.smoothing
        for name, role in ((self._quantity, "train"), (f"val_{self._quantity}", "validation")):
            if name in curves.values:
                values = smoothed(curves.values[name], share)
                series.append(Series(name, curves.epochs, values, role))  # type: ignore[arg-type]  # two of its roles
        if (best := best_of(curves, self._quantity)) is not None and len(curves.epochs) > 1:
            epoch, value = np.array([best[0]]), np.array([best[1]])
            series.append(Series("best", epoch, value, "best", "points"))
        return series

    def _draw_values(self, canvas: Canvas, series: list[Series], curves: Curves) -> None:
        look, x = canvas.look, 1
        cursor = self._reading.cursor
        read = {} if cursor is None else values_at(curves, self._quantity, cursor)
        if read:
            told = f"epoch {int(read['epoch'])}"
            canvas.put(x, 0, told, look.mark)
            x += len(told) + 2
        short = canvas.width < 72
        gap = 2 if short else 3
        parts: list[tuple[str, str, str, RGB]] = []
        for one in series:
            if one.role in ("former", "best"):
                continue
            validation = one.role == "validation"
            mark = ("o " if validation else "* ") if look.ascii else ("┄ " if validation else "━ ")
            name = "validation" if validation else "training"
            name = {"validation": "val", "training": "train"}[name] if short else name
            known = one.y[np.isfinite(one.y)]
            if not len(known):
                continue
            value = read.get(one.name, float("nan")) if read else float(known[-1])
            told = f" {number(value)}" if np.isfinite(value) else " -"
            parts.append((mark, name, told, look.validation if validation else look.train))
        # The marks say which is which, where the names would cut a number off.
        room = canvas.width - x - sum(len(mark + name + told) + gap for mark, name, told, _ in parts) + gap
        for mark, name, told, colour in parts:
            mark, told = (mark + name, told) if room >= 0 else (mark, told[1:])
            canvas.put(x, 0, mark, colour)
            x += len(mark)
            canvas.put(x, 0, fit_text(told, canvas.width - x, ascii_only=look.ascii), look.text)
            x += len(told) + gap
        x = self._draw_best(canvas, x, curves, read)
        told = "as it was"
        if any(one.role == "former" for one in series) and x + len(told) < canvas.width:
            canvas.put(x, 0, told, look.faint)

    def _draw_best(self, canvas: Canvas, x: int, curves: Curves, read: dict[str, float]) -> int:
        """Write the best value, or what was changed at the cursor; give the next place."""
        look = canvas.look
        best = best_of(curves, self._quantity)
        told = ""
        if best is not None and len(curves.epochs) > 1:
            told = f"{'#' if look.ascii else '◆'} best {number(best[1])} @{best[0]}"
        if read:
            near = [mark.text for mark in curves.marks if abs(mark.epoch - read["epoch"]) <= 1]
            told = fit_text(", ".join(near), max(0, canvas.width - x - 1), ascii_only=look.ascii) or told
        if told and x + len(told) < canvas.width:
            canvas.put(x, 0, told, look.mark)
            x += len(told) + (2 if canvas.width < 72 else 3)
        return x


def _with(ends: tuple[float, float], value: float) -> tuple[float, float]:
    return min(ends[0], value), max(ends[1], value)


def _logarithmic(series: Series) -> Series:
    """Give a curve's powers of ten; what is not above 0 leaves a gap."""
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = np.where(series.y > 0, np.log10(np.where(series.y > 0, series.y, 1.0)), np.nan)
    return replace(series, y=powers)
