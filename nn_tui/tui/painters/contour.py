"""A landscape: how high it is on a plane, in bands of colour or digits, with ways over it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from textual.strip import Strip

from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import Contour, Series
from nn_tui.tui.painters.canvas import Canvas, caption_lines, draw_caption, fit_text
from nn_tui.tui.painters.look import RGB, Look, mix

SHADES = 36
"""Shades of a smooth picture: few, so that styles are shared and few bytes go to the terminal."""


def paint_contour(picture: Contour, width: int, height: int, look: Look) -> list[Strip]:
    """Draw a landscape: the picture, its axes, what the colours mean, the caption last."""
    canvas = Canvas(width, height, look)
    told = caption_lines(picture.caption, width, height, look)
    under = 2 if height >= 10 else 0
    ends = [f"{value:.3g}" for value in picture.y_bounds[::-1]]
    gutter = max(map(len, ends)) + 1 if width >= 30 else 0
    rows, columns = max(1, height - len(told) - under), max(1, width - gutter - 1)
    if not look.shades:
        _digits(canvas, picture, gutter, columns, rows)
    else:
        _half_blocks(canvas, picture, gutter, columns, rows)
    if gutter:
        for row, text in ((0, ends[0]), (rows - 1, ends[1])):
            canvas.put(0, row, text.rjust(gutter - 1), look.faint)
    if under:
        _axis(canvas, picture, gutter, columns, rows)
        _scale(canvas, picture, rows + 1)
    draw_caption(canvas, told)
    return canvas.strips()


def _axis(canvas: Canvas, picture: Contour, left: int, columns: int, row: int) -> None:
    look = canvas.look
    low, high = (f"{value:.3g}" for value in picture.x_bounds)
    canvas.put(left, row, low, look.faint)
    canvas.put(left + columns - len(high), row, high, look.faint)
    room = max(0, columns - len(low) - len(high) - 2)
    text = fit_text(f"{picture.x_label} across, {picture.y_label} up", room, ascii_only=look.ascii)
    canvas.centre(left + columns // 2, row, text, look.faint)


def _scale(canvas: Canvas, picture: Contour, row: int) -> None:
    """Write what the colours mean, and the marks of the ways, as far as there is room."""
    look, at = canvas.look, 1
    low, high = (short_number(float(value)) for value in (picture.levels[0], picture.levels[-1]))
    bands = len(picture.levels) - 1
    parts: list[tuple[str, RGB | None]] = [(f"loss {low} ", look.text)]
    if not look.shades:
        parts.append((f"{_DIGITS[0]} to {_DIGITS[bands - 1]}", look.text))
    else:
        parts += [("█", _shade((band + 0.5) / bands, look)) for band in range(bands)]
    parts.append((f" {high}", look.text))
    for series in picture.trails:
        parts.append((f"  {_LETTERS[series.role == 'mark']} {series.name}", _colour(series, look)))
    start, here = _ends(look)
    if any(series.role != "mark" for series in picture.trails):
        parts.append((f"  {start} start", look.text))
    parts.append((f"  {here} now", look.text))
    for text, colour in parts:
        if at + len(text) > canvas.width:
            continue
        canvas.put(at, row, text, colour)
        at += len(text)


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LETTERS = {False: "*", True: "+"}
"""Marks of a way, and of the next steps."""


def _ends(look: Look) -> tuple[str, str]:
    """Give the marks of where a way begins, and of where one stands."""
    return ("S", "X") if not look.shades else ("S", "●")


def _shade(height: float, look: Look) -> RGB:
    """Give the colour of a height, 0 to 1: from the valley over the middle to the hills."""
    if height < 0.5:
        return mix(look.positive, look.middle, height * 2)
    return mix(look.middle, look.negative, height * 2 - 1)


def _colour(series: Series, look: Look) -> RGB:
    return {"mark": look.mark, "former": look.faint}.get(series.role, look.text)


def _heights(picture: Contour, rows: int, columns: int) -> NDArray[np.float64]:
    """Give the height of every pixel in bands, fractions included; between known points it is straight."""
    values = np.where(np.isfinite(picture.values), picture.values, picture.levels[-1]).astype(np.float64)
    down = (np.arange(rows) + 0.5) / rows * (values.shape[0] - 1)
    across = (np.arange(columns) + 0.5) / columns * (values.shape[1] - 1)
    top, left = down.astype(int), across.astype(int)
    below, right = np.minimum(top + 1, values.shape[0] - 1), np.minimum(left + 1, values.shape[1] - 1)
    y, x = (down - top)[:, None], (across - left)[None, :]
    upper = values[np.ix_(top, left)] * (1 - x) + values[np.ix_(top, right)] * x
    lower = values[np.ix_(below, left)] * (1 - x) + values[np.ix_(below, right)] * x
    bands = len(picture.levels) - 1
    found: NDArray[np.float64] = np.interp(
        upper * (1 - y) + lower * y, picture.levels, np.arange(bands + 1)
    )
    return found


def _half_blocks(canvas: Canvas, picture: Contour, left: int, columns: int, rows: int) -> None:
    look = canvas.look
    heights = _heights(picture, rows * 2, columns)
    bands = len(picture.levels) - 1
    if picture.smooth:
        steps = np.rint(heights / bands * SHADES).astype(int)
        colours = [_shade(step / SHADES, look) for step in range(SHADES + 1)]
    else:
        steps = np.minimum(heights.astype(int), bands - 1)
        colours = [_shade((band + 0.5) / bands, look) for band in range(bands)]
    pixels = [[colours[step] for step in line] for line in steps.tolist()]
    if not picture.smooth:
        edge = np.zeros(steps.shape, bool)
        edge[:-1] |= steps[:-1] != steps[1:]
        edge[:, :-1] |= steps[:, :-1] != steps[:, 1:]
        for row, column in zip(*np.nonzero(edge), strict=True):
            pixels[row][column] = mix(pixels[row][column], look.ground, 0.35)
    for series in picture.trails:
        colour = _colour(series, look)
        places = _places(picture, series.x, series.y, rows * 2, columns)
        for row, column in _between(places):
            if 0 <= row < rows * 2 and 0 <= column < columns:
                pixels[row][column] = mix(pixels[row][column], colour, 0.6)
        for row, column in places:
            if 0 <= row < rows * 2 and 0 <= column < columns:
                pixels[row][column] = colour
    for row in range(rows):
        for column in range(columns):
            canvas.put(left + column, row, "▀", pixels[row * 2][column], pixels[row * 2 + 1][column])
    for row, column, letter in _marks(picture, rows, columns, look):
        ground = pixels[row * 2][column]
        colour = (
            look.text
            if sum(abs(a - b) for a, b in zip(ground, look.text, strict=True)) > 200
            else look.ground
        )
        canvas.put(left + column, row, letter, colour, ground, bold=True)


def _digits(canvas: Canvas, picture: Contour, left: int, columns: int, rows: int) -> None:
    """Draw without colour: a digit for each band, 0 is the lowest."""
    bands = len(picture.levels) - 1
    steps = np.minimum(_heights(picture, rows, columns).astype(int), bands - 1)
    for row, line in enumerate(steps.tolist()):
        canvas.put(left, row, "".join(_DIGITS[step] for step in line))
    for series in picture.trails:
        letter = _LETTERS[series.role == "mark"]
        for row, column in _places(picture, series.x, series.y, rows, columns):
            if 0 <= row < rows and 0 <= column < columns:
                canvas.put(left + column, row, letter)
    for row, column, letter in _marks(picture, rows, columns, canvas.look):
        canvas.put(left + column, row, letter)


def _marks(picture: Contour, rows: int, columns: int, look: Look) -> Iterator[tuple[int, int, str]]:
    """Give where the path begins and where one stands, and their letters."""
    start, here = _ends(look)
    ways = [series for series in picture.trails if series.role != "mark"]
    found = [(series.x[:1], series.y[:1], start) for series in ways]
    found.append((np.array(picture.here[:1]), np.array(picture.here[1:]), here))
    for x, y, letter in found:
        for row, column in _places(picture, x, y, rows, columns):
            if 0 <= row < rows and 0 <= column < columns:
                yield row, column, letter


def _places(
    picture: Contour, x: NDArray[np.float64], y: NDArray[np.float64], rows: int, columns: int
) -> list[tuple[int, int]]:
    (left, right), (low, high) = picture.x_bounds, picture.y_bounds
    known = np.isfinite(x) & np.isfinite(y)
    across = np.floor((x[known] - left) / (right - left) * columns)
    down = np.floor((high - y[known]) / (high - low) * rows)
    far = 4 * max(rows, columns)  # what leads far outside need not be drawn as far
    across, down = np.clip(across, -far, far), np.clip(down, -far, far)
    return list(zip(down.astype(int).tolist(), across.astype(int).tolist(), strict=True))


def _between(places: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give the pixels on the straight lines from each place to the next."""
    for (row, column), (to_row, to_column) in pairwise(places):
        count = max(abs(to_row - row), abs(to_column - column), 1)
        for step in range(count):
            share = step / count
            yield round(row + (to_row - row) * share), round(column + (to_column - column) * share)
