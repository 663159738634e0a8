"""Line charts: ticks, ranges, markers and colours of curves, which `plotting` draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from rich.cells import cell_len
from textual.strip import Strip

from nn_tui.insight.number_words import short_number
from nn_tui.tui.painters.canvas import Canvas, Cell, caption_lines, draw_caption, fit_text
from nn_tui.tui.painters.look import RGB, Look
from nn_tui.tui.painters.plotting import Axes, Bounds, Curve, Drawn, Ticks, draw

if TYPE_CHECKING:
    from nn_tui.insight.pictures import Lines, Series


def paint_lines(
    picture: Lines, width: int, height: int, look: Look, drawn: Drawn | None = None
) -> list[Strip]:
    """Draw lines and points over two axes, the caption last; `drawn` is as in `draw_axes`."""
    canvas = Canvas(width, height, look)
    told = caption_lines(picture.caption, width, height, look)
    caption = len(told)
    series: Sequence[Series] = picture.series
    marks = picture.x_marks
    x_bounds = picture.x_bounds or _range([one.x for one in series])
    usual = _usual(picture, x_bounds)
    series = [*usual, *series]
    y_bounds = picture.y_bounds or padded(_range([one.y for one in series]))
    labels = height >= 8
    lines = all(one.kind == "line" for one in picture.series)
    named = labels and len(picture.series) > 1 and (lines or picture.name_points)
    legend = (
        draw_legend(canvas, [*picture.series, *usual], height // 5, picture.last_values)
        if named or picture.last_values
        else 0
    )
    x_ticks = y_ticks = None
    if picture.x_log:
        series = [replace(one, x=np.log10(one.x)) for one in series]
        marks = tuple(math.log10(mark) for mark in marks)
        x_bounds = math.log10(x_bounds[0]), math.log10(x_bounds[1])
        x_ticks = _tuples(log_ticks(x_bounds, max(2, width // 10)))
    if picture.y_log:
        series = [_in_powers(one) for one in series]
        low, high = picture.y_bounds or (0.0, 0.0)
        y_bounds = (math.log10(low), math.log10(high)) if low > 0 else padded(_range([s.y for s in series]))
        y_ticks = _tuples(log_ticks(y_bounds, max(2, (height - legend - caption) // 3)))
    draw_axes(
        canvas,
        legend,
        height - caption - labels - legend,
        series,
        x_bounds,
        y_bounds,
        marks,
        whole_x=False,
        drawn=drawn,
        x_ticks=x_ticks,
        y_ticks=y_ticks,
    )
    if labels:
        text = f"{picture.x_label} across, {picture.y_label} up"
        canvas.centre(
            width // 2, height - 1 - caption, fit_text(text, width, ascii_only=look.ascii), look.faint
        )
    draw_caption(canvas, told)
    return canvas.strips()


def _usual(picture: Lines, x_bounds: Bounds) -> list[Series]:
    """Give the two ends of where values usually lie as lines; one of them has a name."""
    if picture.usual is None:
        return []
    from nn_tui.insight.pictures import Series

    low, high = picture.usual
    ends = np.array(x_bounds)
    names = (f"usual: {low:g} to {high:g}", "")
    return [
        Series(name, ends, np.full(2, value), "former")
        for name, value in zip(names, (low, high), strict=True)
    ]


def draw_legend(canvas: Canvas, series: Sequence[Series], most: int, values: bool) -> int:
    """Write the names of curves, each behind its mark and in its colour; gives the lines used.

    Args:
        canvas: to draw on, from its first line.
        series: the curves.
        most: lines that it may take, at least one.
        values: with the last value of each class's line.
    """
    look, at, row = canvas.look, 1, 0
    series = sorted((one for one in series if one.name), key=lambda one: one.role == "former")
    for number, one in enumerate(series):
        known = one.y[np.isfinite(one.y)]
        value = (
            f" {short_number(float(known[-1]))}" if values and one.role == "class" and len(known) else ""
        )
        mark = _marker(one, look)
        mark = ("-" if look.ascii else "━") if mark == "braille" else mark
        text = f"{mark} {one.name}{value}"
        rest = len(series) - number
        if at > 1 and at + cell_len(text) > canvas.width - 1:
            if row + 1 >= most:
                canvas.put(
                    at, row, fit_text(f"+{rest}", canvas.width - at, ascii_only=look.ascii), look.faint
                )
                break
            row, at = row + 1, 1
        canvas.put(at, row, fit_text(text, canvas.width - at, ascii_only=look.ascii), _colour(one, look))
        at += cell_len(text) + 2
    return row + 1


def _in_powers(series: Series) -> Series:
    """Give the decimal logarithms of a series' values."""
    y = np.asarray(series.y, np.float64)
    return replace(series, y=np.log10(y, where=y > 0, out=np.full(y.shape, np.nan)))


def _tuples(ticks: tuple[list[float], list[str]]) -> Ticks:
    return tuple(ticks[0]), tuple(ticks[1])


def draw_axes(
    canvas: Canvas,
    top: int,
    height: int,
    series: Sequence[Series],
    x_bounds: Bounds,
    y_bounds: Bounds,
    marks: Sequence[float],
    *,
    whole_x: bool,
    drawn: Drawn | None = None,
    y_ticks: Ticks | None = None,
    x_ticks: Ticks | None = None,
) -> None:
    """Draw curves with their axes into a part of a canvas.

    Args:
        canvas: to draw on.
        top: its first line to use.
        height: how many lines to use.
        series: the curves.
        x_bounds: the range across.
        y_bounds: the range up.
        marks: places on the x axis that get an upright line.
        whole_x: label the x axis with whole numbers.
        drawn: what the same chart drew last, so that only what has moved is drawn. Default: all is drawn.
        y_ticks: places on the axis up and what is written there. Default: round numbers.
        x_ticks: the same for the axis across.
    """
    look, width = canvas.look, canvas.width
    if width < 12 or height < 4:
        return
    x_bounds, y_bounds = _with_length(x_bounds), _with_length(y_bounds)
    if x_ticks is None:
        places = tuple(ticks(x_bounds, max(2, width // 10), whole=whole_x))
        x_ticks = (places, tuple(tick_labels(places)))
    if y_ticks is None:
        places = tuple(ticks(y_bounds, max(2, height // 3)))
        y_ticks = (places, tuple(tick_labels(places)))
    axes = Axes(
        width,
        height,
        x_bounds,
        y_bounds,
        x_ticks,
        y_ticks,
        look.faint,
        tuple(marks),
        look.mark,
    )
    curves = []
    for one in series:
        keep = np.isfinite(one.y)
        curves.append(
            Curve(one.x[keep], one.y[keep], _marker(one, look), _colour(one, look), one.kind == "line")
        )
    for row, cells in enumerate(draw(axes, curves, drawn or Drawn())):
        canvas.cells[top + row] = [_plain(cell) for cell in cells] if look.ascii else list(cells)


def _with_length(bounds: Bounds) -> Bounds:
    """Give a range that has a length: a single epoch, or one value, is no axis."""
    low, high = bounds
    return bounds if high > low else (low, low + 1.0)


def draw_level(canvas: Canvas, top: int, drawn: Drawn, y_bounds: Bounds, value: float, text: str) -> None:
    """Draw a dashed line across what `draw_axes` drew, behind the curves, with a text where it has room.

    Args:
        canvas: to draw on.
        top: the first line that `draw_axes` used.
        drawn: what it drew.
        y_bounds: the range up.
        value: where the line lies.
        text: what it stands for.
    """
    low, high = y_bounds
    # A chart that became too small was not drawn: what is remembered of it is of another size.
    fits = top + drawn.rows <= canvas.height and drawn.left + drawn.columns <= canvas.width
    if not (drawn.rows and fits and low <= value <= high):
        return
    look = canvas.look
    dot = math.floor((value - low) * ((4 * drawn.rows - 1) / ((high - low) or 1.0)) + 0.5)
    row, letter = top + drawn.rows - 1 - dot // 4, "-" if look.ascii else "⣀⠤⠒⠉"[dot % 4]
    first, last = drawn.left, drawn.left + drawn.columns
    lines = [row] + [line for line in (row + 1, row - 1) if top <= line < top + drawn.rows]
    free = {line: [canvas.cells[line][x][0] == " " for x in range(first, last)] for line in lines}
    for x in range(first, last):
        if free[row][x - first] and (x - first) % 3 < 2:
            canvas.put(x, row, letter, look.mark)
    room = len(text) + 2
    for line in lines:
        # At the right the curves end where they are best, so the left is the first choice.
        for start in (1, drawn.columns - room - 1, (drawn.columns - room) // 2):
            if start >= 0 and start + room <= drawn.columns and all(free[line][start : start + room]):
                canvas.put(first + start, line, f" {text} ", look.mark)
                return


LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""Marks of curves that colours do not tell apart."""


_POINTS = {"best": ("◆", "#"), "test": ("×", "x")}
"""Marks of points by their role, and in ASCII; others have the same."""
_COLOURLESS = {"best": "-", "former": ".", "validation": "o"}
"""Marks of curves by their role, where they must differ without colours."""


def _marker(series: Series, look: Look) -> str:
    told_apart = look.colour and not look.ascii
    if series.role == "class" and not told_apart:
        return LETTERS[series.class_number % len(LETTERS)]
    if series.kind == "points":
        return _POINTS.get(series.role, ("•", "o"))[look.ascii]
    if not told_apart and series.role in _COLOURLESS:
        return _COLOURLESS[series.role]
    return "*" if look.ascii else "braille"


def _colour(series: Series, look: Look) -> RGB:
    if series.role == "class":
        return look.classes[series.class_number % len(look.classes)]
    if series.role == "former":
        return look.faint
    if series.role == "best" or (series.role == "test" and series.kind == "points"):
        return look.mark
    if series.role == "validation" or series.kind == "points":
        return look.validation
    return look.train


def _plain(cell: Cell) -> Cell:
    return (cell[0].translate(_PLAIN), *cell[1:])


_PLAIN = str.maketrans("┤├┬┴│─└┘┌┐┼", "||--|-+++++")


def ticks(bounds: Bounds, most: int, *, whole: bool = False) -> list[float]:
    """Give round places on an axis, about `most` of them, the ends included where they are round."""
    low, high = bounds
    step = round_step((high - low) / most)
    if whole:
        step = max(1.0, float(math.ceil(step)))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    places = [index * step for index in range(first, last + 1)]
    if whole and places and places[0] == 0 and low >= 1:
        places[0] = 1.0
    return places


def log_ticks(bounds: tuple[float, float], most: int) -> tuple[list[float], list[str]]:
    """Give places on a logarithmic axis, given and returned as powers of ten, and what is written there."""
    low, high = bounds
    steps = (
        (1,) if high - low >= 2 else (1, 2, 5) if high - low >= 0.6 else (1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9)
    )
    places = [
        (power + math.log10(step), step * 10.0**power)
        for power in range(math.floor(low) - 1, math.ceil(high) + 1)
        for step in steps
    ]
    inside = [(place, value) for place, value in places if low - 1e-9 <= place <= high + 1e-9]
    every = max(1, math.ceil(len(inside) / max(1, most)))
    kept = inside[::every]
    return [place for place, _ in kept], [f"{value:g}" for _, value in kept]


def round_step(about: float) -> float:
    """Give the 1, 2 or 5 times a power of ten that is not less than a number."""
    if about <= 0 or not math.isfinite(about):
        return 1.0
    power = 10.0 ** math.floor(math.log10(about))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= about * (1 - 1e-9))


def tick_labels(places: Sequence[float]) -> list[str]:
    """Write the places of an axis with as many decimals as they need, all alike."""
    if not places:
        return []
    for decimals in range(7):
        written = [f"{place:.{decimals}f}" for place in places]
        if all(abs(float(text) - place) < 1e-9 for text, place in zip(written, places, strict=True)):
            return written
    return [f"{place:.1e}" for place in places]


def padded(bounds: Bounds) -> Bounds:
    """Make a range a little larger, so that a curve does not touch the frame."""
    low, high = bounds
    margin = (high - low) * 0.05 or abs(high) * 0.05 or 0.5
    return low - margin, high + margin


def _range(arrays: Sequence[np.ndarray]) -> Bounds:
    known = [array[np.isfinite(array)] for array in arrays if len(array)]
    known = [array for array in known if len(array)]
    if not known:
        return 0.0, 1.0
    return float(min(array.min() for array in known)), float(max(array.max() for array in known))


class AxisBounds:
    """The range of an axis that stays as it is while it can, so that a chart does not jump.

    It grows in round steps as soon as a value leaves it and shrinks only when values fill less than
    a third of it.
    """

    def __init__(self) -> None:
        self.bounds: Bounds = (0.0, 1.0)
        self._known = False

    def update(self, low: float, high: float) -> Bounds:
        """Take the range of the values and give the range of the axis."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return self.bounds
        bottom, top = self.bounds
        outside = low < bottom or high > top
        sparse = (high - low) < (top - bottom) / 3
        if not self._known or outside or sparse:
            step = round_step(max(high - low, abs(high) * 1e-3, 1e-9) / 4)
            self.bounds = (math.floor(low / step) * step, math.ceil(high / step) * step)
            if self.bounds[0] == self.bounds[1]:
                self.bounds = (self.bounds[0] - step, self.bounds[1] + step)
            self._known = True
        return self.bounds
