"""Curves and their axes as plotext draws them: the only file that knows it.

plotext 5 is pure Python and installs everywhere. Its figure class is used directly; what its module keeps
for everybody is not touched. Its cost grows with the points and a chart is drawn many times a second, so it
is asked for little: curves are thinned to what the columns can show, and a chart that remembers what it
drew asks only for the columns in which the curves have moved since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.tui.painters.canvas import Cell
from nn_tui.tui.painters.look import RGB

Bounds = tuple[float, float]
Ticks = tuple[tuple[float, ...], tuple[str, ...]]
"""Places on an axis and what is written there."""

_DOTS = {"braille": (2, 4)}
"""How many dots a marker has across and up in a cell; other markers are a character."""


@dataclass(frozen=True)
class Axes:
    """What surrounds the curves; the same axes are drawn once."""

    width: int
    height: int
    x_bounds: Bounds
    y_bounds: Bounds
    x_ticks: Ticks
    y_ticks: Ticks
    colour: RGB
    marks: tuple[float, ...] = ()
    """Places on the x axis that get an upright line."""
    mark_colour: RGB = (0, 0, 0)


@dataclass(frozen=True, eq=False)
class Curve:
    """Places and values, drawn with a marker; a line where it is one."""

    x: NDArray[Any]
    y: NDArray[Any]
    marker: str
    colour: RGB
    line: bool = True


@dataclass
class Drawn:
    """What a chart drew last, so that only what has moved is drawn the next time."""

    axes: Axes | None = None
    empty: list[list[Cell]] = field(default_factory=list)
    """The axes alone, row by row from the top."""
    cells: list[list[Cell]] = field(default_factory=list)
    """Axes and curves."""
    left: int = 0
    """Columns before the curves."""
    columns: int = 0
    rows: int = 0
    """Size of the place for the curves, in cells; it begins in the first row."""
    layers: list[Layer] = field(default_factory=list)
    """The curves, each alone."""


def draw(axes: Axes, curves: Sequence[Curve], drawn: Drawn) -> list[list[Cell]]:
    """Draw curves with their axes; gives the cells row by row.

    Args:
        axes: what surrounds them.
        curves: the later ones cover the earlier.
        drawn: what was drawn last by this chart; it is brought up to date. What was not drawn before is
            drawn whole.
    """
    styles = [(curve.marker, curve.colour, curve.line) for curve in curves]
    if drawn.axes != axes or [layer.style for layer in drawn.layers] != styles:
        if drawn.axes != axes:
            _draw_axes(axes, drawn)
        drawn.axes, drawn.cells = axes, [list(row) for row in drawn.empty]
        drawn.layers = [Layer(style, drawn.columns, drawn.rows) for style in styles]
    moved = [
        layer.update(_dots(curve, axes, drawn)) for layer, curve in zip(drawn.layers, curves, strict=True)
    ]
    moved = [columns for columns in moved if columns]
    if moved:
        _lay(range(min(one.start for one in moved), max(one.stop for one in moved)), drawn)
    return drawn.cells


def _lay(columns: range, drawn: Drawn) -> None:
    """Lay the curves over each other in some columns."""
    begin, end = drawn.left + columns.start, drawn.left + columns.stop
    inked = [(layer.letters, layer.style[1]) for layer in drawn.layers]
    for row in range(drawn.rows):
        cells = drawn.empty[row][begin:end]
        for letters, colour in inked:
            line = letters[row]
            for place, column in enumerate(columns):
                if line[column] != " ":
                    cells[place] = (line[column], colour, None)
        drawn.cells[row] = [*drawn.cells[row][:begin], *cells, *drawn.cells[row][end:]]


class Layer:
    """One curve as it was drawn last.

    Args:
        style: its marker, its colour and whether it is a line.
        columns: width of the place for curves, in cells.
        rows: its height.
    """

    def __init__(self, style: tuple[str, RGB, bool], columns: int, rows: int) -> None:
        self.style = style
        self.across, self.up = _DOTS.get(style[0], (1, 1))
        self.columns, self.rows = columns, rows
        self.letters = [[" "] * columns for _ in range(rows)]
        self._dots: NDArray[np.int64] = np.empty((2, 0), np.int64)

    def update(self, dots: NDArray[np.int64]) -> range:
        """Draw where the dots are others than before; gives the columns that were drawn."""
        before, self._dots = self._dots, dots
        columns = self._moved(before, dots)
        if columns and self.rows:
            self._draw(columns)
        return columns

    def _moved(self, before: NDArray[np.int64], now: NDArray[np.int64]) -> range:
        """Give the columns of cells between the first and the last dot that differs."""
        if before.shape == now.shape and (before == now).all():
            return range(0)
        whole = range(self.columns)
        count, count_before = now.shape[1], before.shape[1]
        if not self.style[2] or not count or not count_before or not (_rising(now) and _rising(before)):
            return whole
        shared = min(count, count_before)
        same = (before[:, :shared] == now[:, :shared]).all(axis=0)
        head = shared if same.all() else int(same.argmin())
        same = (before[:, count_before - shared :] == now[:, count - shared :]).all(axis=0)[::-1]
        tail = min(shared - head, shared if same.all() else int(same.argmin()))
        # The lines to the first and from the last dot that moved begin and end at dots that did not.
        first = int(now[0, head - 1]) // self.across if head else 0
        last = int(now[0, count - tail]) // self.across if tail else self.columns - 1
        return whole[max(0, first) : max(0, last) + 1]

    def _draw(self, columns: range) -> None:
        """Have the dots of some columns drawn, from a dot before them to one after them."""
        x, y = self._dots
        start, stop = 0, self.columns
        if len(columns) < self.columns:
            cells = x // self.across
            begin = max(0, int(np.searchsorted(cells, columns.start)) - 1)
            end = int(np.searchsorted(cells, columns.stop)) + 1
            x, y = x[begin:end], y[begin:end]
            if begin:
                start = min(columns.start, max(0, int(cells[begin])))
            stop = columns.stop
        window = stop - start
        figure = _figure(window, self.rows, axes=False)
        figure.xlim(0, max(1, window * self.across - 1))
        figure.ylim(0, max(1, self.rows * self.up - 1))
        put = figure.plot if self.style[2] else figure.scatter
        if len(x):
            put((x - start * self.across).tolist(), y.tolist(), marker=self.style[0], color=self.style[1])
        lines = _built(figure).marker[::-1]
        for row, line in zip(self.letters, lines, strict=True):
            row[columns.start : columns.stop] = line[columns.start - start : columns.stop - start]


def _rising(dots: NDArray[np.int64]) -> bool:
    return bool((dots[0, 1:] >= dots[0, :-1]).all())


def _draw_axes(axes: Axes, drawn: Drawn) -> None:
    figure = _figure(axes.width, axes.height, axes=True)
    figure.xlim(*axes.x_bounds)
    figure.ylim(*axes.y_bounds)
    figure.xticks(*map(list, axes.x_ticks))
    figure.yticks(*map(list, axes.y_ticks))
    for mark in axes.marks:
        figure.vline(mark, color=axes.mark_colour)
    # Axes without a point get no labels; this one is outside.
    figure.scatter([2 * axes.x_bounds[1] - axes.x_bounds[0] + 1], [axes.y_bounds[0]], marker="*")
    matrix = _built(figure)
    drawn.empty = [
        [
            (letter, colour if isinstance(colour, tuple) else axes.colour, None)
            for letter, colour in zip(letters, colours, strict=True)
        ]
        for letters, colours in zip(matrix.marker[::-1], matrix.fullground[::-1], strict=True)
    ]
    drawn.left, drawn.columns = matrix.Cols_canvas.start, len(matrix.Cols_canvas)
    drawn.rows = len(matrix.Rows_canvas)


def _dots(curve: Curve, axes: Axes, drawn: Drawn) -> NDArray[np.int64]:
    """Give the dots of a curve as plotext places them; a line is thinned to what each column can show."""
    across, up = _DOTS.get(curve.marker, (1, 1))
    places = np.stack(
        [
            _placed(curve.x, axes.x_bounds, drawn.columns * across),
            _placed(curve.y, axes.y_bounds, drawn.rows * up),
        ]
    )
    return thinned(places) if curve.line else np.unique(places, axis=1)


def _placed(values: NDArray[Any], bounds: Bounds, dots: int) -> NDArray[np.int64]:
    scaled = (values - bounds[0]) * ((dots - 1) / ((bounds[1] - bounds[0]) or 1.0)) + 0.5
    # A line costs plotext as much as it is long, so one that leads far outside is cut.
    return np.floor(np.clip(scaled, -4.0 * dots, 5.0 * dots).round(8)).astype(np.int64)


def thinned(dots: NDArray[np.int64]) -> NDArray[np.int64]:
    """Keep of all dots of a column the first, the lowest, the highest and the last.

    Lines between the dots that are kept cover what lines between all of them would. Columns that are
    complete stay as they are when more is added to the last one.

    Args:
        dots: places across, in their order, and up, `(2, points)`.
    """
    x, y = dots
    if len(x) < 3 or not _rising(dots):
        return dots
    starts = np.flatnonzero(np.diff(x, prepend=x[0] - 1))
    if len(starts) * 4 >= 2 * len(x):
        return dots
    first, last = y[starts], y[np.append(starts[1:], len(y)) - 1]
    low, high = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    # The way from the first to the last over both ends, the nearer one first.
    down = (first == high) | (last == low)
    ways = np.stack([first, np.where(down, high, low), np.where(down, low, high), last], axis=1).ravel()
    columns = np.repeat(x[starts], 4)
    kept = np.append(True, (np.diff(ways) != 0) | (np.diff(columns) != 0))
    return np.stack([columns[kept], ways[kept]])


@cache
def _figure_with(axes: bool) -> Any:
    """Make a figure; one is used again and again, as making it costs more than drawing a few columns."""
    # Imported with the first curve: the first paint of the app does not wait for it.
    from plotext._figure import _figure_class as Figure

    figure = Figure()
    figure._limit_size(False, False)  # to a terminal's size, which is not always the screen's
    for paint in (figure.canvas_color, figure.axes_color, figure.ticks_color):
        paint("default")
    figure.xaxes(axes, False)
    figure.yaxes(axes, False)
    figure.xticks([])
    figure.yticks([])
    return figure


def _figure(width: int, height: int, *, axes: bool) -> Any:
    figure = _figure_with(axes)
    figure.clear_data()
    figure.plot_size(width, height)
    return figure


def _built(figure: Any) -> Any:
    """Give the characters and colours of a figure; its text with colour codes is never made."""
    figure._set_sizes()
    figure._build_matrix()
    return figure.monitor.matrix
