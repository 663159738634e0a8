"""A chart that lays one quantity of several runs over each other, each in its own colour or letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from textual.strip import Strip

from nn_tui.experiment.words import number
from nn_tui.insight.pictures import Series
from nn_tui.tui.content import entitle
from nn_tui.tui.painters.canvas import Canvas, fit_text
from nn_tui.tui.painters.lines import LETTERS, AxisBounds, draw_axes
from nn_tui.tui.painters.look import Look
from nn_tui.tui.painters.plotting import Drawn
from nn_tui.tui.widgets.picture import StripsView


@dataclass(frozen=True, eq=False)
class Lane:
    """One curve: what it is called, its epochs and values."""

    name: str
    epochs: NDArray[Any]
    values: NDArray[Any]


class OverlayView(StripsView):
    """Curves of several runs with a line of legend for each."""

    def __init__(self, *, id: str | None = None) -> None:  # Textual's name
        super().__init__(id=id)
        self._lanes: Sequence[Lane] = ()
        self._marks: tuple[float, ...] = ()
        self._axis = AxisBounds()
        self._drawn = Drawn()
        self._quantity = ""

    def show(self, quantity: str, lanes: Sequence[Lane], marks: tuple[float, ...] = ()) -> None:
        """Show a quantity of some runs; upright lines at the marks."""
        if quantity != self._quantity:
            self._axis, self._quantity = AxisBounds(), quantity
        self._lanes, self._marks = lanes, marks
        entitle(self, quantity.replace("_", " ").capitalize())
        self.redraw()

    def make_strips(self, width: int, height: int, look: Look) -> list[Strip]:
        """Draw the legend, then the curves."""
        canvas = Canvas(width, height, look)
        known = [values[np.isfinite(values)] for values in (lane.values for lane in self._lanes)]
        if not any(map(len, known)):
            canvas.centre(width // 2, height // 2, "no epoch yet", look.faint)
            return canvas.strips()
        legend = len(self._lanes) if height >= 8 + len(self._lanes) else 0
        for row, (lane, values) in enumerate(zip(self._lanes, known, strict=True)):
            if row < legend:
                self._draw_name(canvas, row, lane, values)
        every = np.concatenate(known)
        bounds = self._axis.update(float(every.min()), float(every.max()))
        last = max(max((int(lane.epochs[-1]) for lane in self._lanes if len(lane.epochs)), default=2), 2)
        series = [
            Series(lane.name, lane.epochs, lane.values, "class", class_number=index)
            for index, lane in enumerate(self._lanes)
        ]
        draw_axes(
            canvas,
            legend,
            height - legend,
            series,
            (1.0, float(last)),
            bounds,
            self._marks,
            whole_x=True,
            drawn=self._drawn,
        )
        return canvas.strips()

    def _draw_name(self, canvas: Canvas, row: int, lane: Lane, values: NDArray[Any]) -> None:
        look, index = canvas.look, list(self._lanes).index(lane)
        plain = look.ascii or not look.colour
        mark = LETTERS[index % len(LETTERS)] if plain else "━"
        told = f" {number(float(values[-1]))}" if len(values) else " -"
        room = max(4, canvas.width - len(told) - 4)
        canvas.put(1, row, mark, None if plain else look.classes[index % len(look.classes)])
        name = fit_text(lane.name, room, ascii_only=look.ascii)
        canvas.put(3, row, name, look.text)
        canvas.put(3 + len(name), row, told, look.faint)
