"""Line charts, drawn by plotext: the only file that knows it.

plotext 5 is pure Python and installs everywhere; its figure class is used directly, so charts share no
global state. Its cost grows with the points, so curves are thinned to the columns before.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from plotext._figure import _figure_class as Figure
from textual.strip import Strip

from nn_tui.insight.pictures import Lines, Series
from nn_tui.insight.thinning import thinned
from nn_tui.tui.painters.canvas import Canvas, caption_lines, draw_caption, fit_text
from nn_tui.tui.painters.look import RGB, Look

Bounds = tuple[float, float]

_CODE = re.compile(r"\x1b\[([\d;]*)m")


def paint_lines(picture: Lines, width: int, height: int, look: Look) -> list[Strip]:
    """Draw lines and points over two axes, the caption last."""
    canvas = Canvas(width, height, look)
    told = caption_lines(picture.caption, width, height, look)
    caption = len(told)
    x_bounds = picture.x_bounds or _range([series.x for series in picture.series])
    y_bounds = picture.y_bounds or padded(_range([series.y for series in picture.series]))
    labels = height >= 8
    draw_axes(
        canvas, 0, height - caption - labels, picture.series, x_bounds, y_bounds, marks=(), whole_x=False
    )
    if labels:
        text = f"{picture.x_label} across, {picture.y_label} up"
        canvas.centre(
            width // 2, height - 1 - caption, fit_text(text, width, ascii_only=look.ascii), look.faint
        )
    draw_caption(canvas, told)
    return canvas.strips()


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
    """
    look, width = canvas.look, canvas.width
    if width < 12 or height < 4:
        return
    figure = Figure()
    figure._limit_size(False, False)  # to a terminal's size, which is not always the screen's
    figure.plot_size(width, height)
    for paint in (figure.canvas_color, figure.axes_color, figure.ticks_color):
        paint("default")
    figure.xaxes(True, False)
    figure.yaxes(True, False)
    figure.xlim(*x_bounds)
    figure.ylim(*y_bounds)
    x_ticks = ticks(x_bounds, max(2, width // 10), whole=whole_x)
    y_ticks = ticks(y_bounds, max(2, height // 3))
    figure.xticks(x_ticks, tick_labels(x_ticks))
    figure.yticks(y_ticks, tick_labels(y_ticks))
    for mark in marks:
        figure.vline(mark, color=look.mark)
    for one in series:
        keep = np.isfinite(one.y)
        x, y = thinned(one.x[keep], one.y[keep], 2 * width)
        if not len(x):
            continue
        marker = _marker(one, look)
        if one.kind == "line":
            figure.plot(x.tolist(), y.tolist(), marker=marker, color=_colour(one, look))
        else:
            figure.scatter(x.tolist(), y.tolist(), marker=marker, color=_colour(one, look))
    _copy(figure.build(), canvas, top, height)


LETTERS = "abcdefghijklmnopqrstuvwxyz"
"""Marks of curves that colours do not tell apart."""


def _marker(series: Series, look: Look) -> str:
    if series.role == "class" and series.kind == "line" and (look.ascii or not look.colour):
        return LETTERS[series.class_number % len(LETTERS)]
    if series.role == "former" and (look.ascii or not look.colour):
        return "."
    second = series.role == "validation"
    if look.ascii:
        return "o" if second or series.kind == "points" else "*"
    if series.kind == "points":
        return "•"
    # Without colours the two curves must differ in their marks.
    return "braille" if look.colour or not second else "o"


def _colour(series: Series, look: Look) -> RGB:
    if series.role == "class":
        return look.classes[series.class_number % len(look.classes)]
    if series.role == "former":
        return look.faint
    if series.role == "validation" or series.kind == "points":
        return look.validation
    return look.train


def _copy(built: str, canvas: Canvas, top: int, height: int) -> None:
    """Put plotext's text with its colour codes into cells; axes and ticks are faint."""
    faint = canvas.look.faint
    for row, line in enumerate(built.splitlines()[:height]):
        colour: RGB | None = faint
        column = 0
        for index, part in enumerate(_CODE.split(line)):
            if index % 2:
                numbers = [int(number) for number in part.split(";") if number]
                is_colour = numbers[:2] == [38, 2] and len(numbers) == 5
                colour = (numbers[2], numbers[3], numbers[4]) if is_colour else faint
                continue
            text = part.translate(_PLAIN) if canvas.look.ascii else part
            canvas.put(column, top + row, text, colour)
            column += len(text)


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
