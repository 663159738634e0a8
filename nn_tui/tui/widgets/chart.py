"""A chart of one quantity over the epochs: training and validation."""

from __future__ import annotations

import numpy as np
from textual.strip import Strip

from nn_tui.experiment.snapshot import Curves
from nn_tui.experiment.words import number
from nn_tui.insight.pictures import Series
from nn_tui.tui.painters.canvas import Canvas
from nn_tui.tui.painters.lines import AxisBounds, draw_axes
from nn_tui.tui.painters.look import Look
from nn_tui.tui.painters.plotting import Drawn
from nn_tui.tui.widgets.picture import StripsView


class ChartView(StripsView):
    """The curve of one quantity and of its validation, with the last values in the first line.

    Reads: the snapshot's curves.
    """

    def __init__(self, *, id: str | None = None) -> None:  # Textual's name
        super().__init__(id=id)
        self._curves: Curves | None = None
        self._quantity = "loss"
        self._epochs = 1
        self._axis = AxisBounds()
        self._drawn = Drawn()

    def show(self, curves: Curves, quantity: str, epochs: int) -> None:
        """Show a quantity's curves over the epochs planned; what is shown already costs nothing."""
        if curves is self._curves and quantity == self._quantity and epochs == self._epochs:
            return
        if quantity != self._quantity or (self._curves and len(curves.epochs) < len(self._curves.epochs)):
            self._axis = AxisBounds()
        self._curves, self._quantity, self._epochs = curves, quantity, epochs
        title = quantity.replace("_", " ").capitalize()
        if self.border_title != title:  # setting it repaints everything, even when it is the same
            self.border_title = title
        self.redraw()

    def make_strips(self, width: int, height: int, look: Look) -> list[Strip]:
        """Draw the values of the last epoch, then the curves."""
        canvas = Canvas(width, height, look)
        curves = self._curves
        series = [] if curves is None else self._series(curves)
        values = np.concatenate([one.y for one in series]) if series else np.empty(0)
        values = values[np.isfinite(values)]
        if not len(values):
            canvas.centre(width // 2, height // 2, "press space to train", look.faint)
            return canvas.strips()
        assert curves is not None
        self._draw_values(canvas, series)
        bounds = self._axis.update(float(values.min()), float(values.max()))
        last = max(self._epochs, *(int(one.x[-1]) for one in series if len(one.x)), 2)
        draw_axes(
            canvas,
            1,
            height - 1,
            series,
            (1.0, float(last)),
            bounds,
            [max(1.0, mark.epoch) for mark in curves.marks[-12:]],
            whole_x=True,
            drawn=self._drawn,
        )
        return canvas.strips()

    def _series(self, curves: Curves) -> list[Series]:
        series = []
        if curves.former is not None:
            known = curves.former.values.get(self._quantity)
            if known is not None:
                series.append(Series("as it was", curves.former.epochs, known, "former"))
        for name, role in ((self._quantity, "train"), (f"val_{self._quantity}", "validation")):
            if name in curves.values:
                series.append(Series(name, curves.epochs, curves.values[name], role))  # type: ignore[arg-type]  # two of its roles
        return series

    def _draw_values(self, canvas: Canvas, series: list[Series]) -> None:
        look, x = canvas.look, 1
        short = canvas.width < 46
        for one in series:
            if one.role == "former":
                continue
            validation = one.role == "validation"
            mark = ("o " if validation else "* ") if look.ascii else ("┄ " if validation else "━ ")
            name = "validation" if validation else "training"
            name = {"validation": "val", "training": "train"}[name] if short else name
            known = one.y[np.isfinite(one.y)]
            if not len(known):
                continue
            canvas.put(x, 0, mark + name, look.validation if validation else look.train)
            told = f" {number(float(known[-1]))}"
            canvas.put(x + len(mark + name), 0, told, look.text)
            x += len(mark + name + told) + 3
