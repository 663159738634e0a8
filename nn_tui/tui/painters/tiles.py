"""Small images in half blocks, as many as there is room for, each over its name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from nn_tui.insight.pictures import Tiles
from nn_tui.tui.painters.canvas import Canvas, caption_lines, draw_caption, fit_text
from nn_tui.tui.painters.look import RGB, Look, mix

_DENSITY = " .:-=+*#%@"
_SIGNED = "=-:. .+*#"
LARGEST = 28
"""Columns that an image takes at most."""
GROWTH = 8
"""Cells of the screen that a cell of an image takes at most along each side."""
SHADES = 8
"""Steps on each side of the middle, so that neighbouring cells share a style."""


def draw_tiles(canvas: Canvas, picture: Tiles, top: int) -> int:
    """Draw the images in rows from a row of them on, and the caption last; gives how far it can scroll."""
    signed = picture.meaning == "signed"
    told = caption_lines(picture.caption, canvas.width, canvas.height, canvas.look, shaded=signed)
    rows = canvas.height - len(told)
    over = 0
    if picture.images and rows > 2:
        over = _draw(canvas, picture, canvas.width, rows, top)
    draw_caption(canvas, told)
    return over


def _draw(canvas: Canvas, picture: Tiles, width: int, rows: int, top: int) -> int:
    count = len(picture.images)
    columns, lines = _size(picture, width, rows)
    # Names are cut only where there would not be room for all images otherwise.
    named = max(columns, min(LARGEST, max(map(cell_len, picture.names))))
    across, down = _room(named, lines, width, rows)
    if across * down < count:
        named = columns
        across, down = _room(named, lines, width, rows)
    over = max(0, -(-count // across) - down)
    first = min(top, over) * across
    for place, at in enumerate(range(first, min(count, first + across * down))):
        left, upper = 1 + place % across * (named + 1), place // across * (lines + 1)
        # Smaller ones among larger keep their proportion, so that it can be seen what becomes of a shape.
        high, wide = picture.images[at].shape[:2]
        share = wide / max(image.shape[1] for image in picture.images)
        own = max(1, round(columns * share)), max(1, round(columns * share * high / wide / 2))
        _image(canvas, picture, picture.images[at], left, upper, min(own[0], columns), min(own[1], lines))
        name = fit_text(picture.names[at], named, ascii_only=canvas.look.ascii)
        canvas.put(left, upper + lines, name, canvas.look.faint)
    if over:
        marks = (
            "^v" if canvas.look.ascii else "\N{BLACK UP-POINTING TRIANGLE}\N{BLACK DOWN-POINTING TRIANGLE}"
        )
        if first:
            canvas.put(width - 1, 0, marks[0], canvas.look.mark)
        if top < over:
            canvas.put(width - 1, rows - 1, marks[1], canvas.look.mark)
    return over


def _size(picture: Tiles, width: int, rows: int) -> tuple[int, int]:
    """Give the columns and lines of the largest image: as large as all find room, else one cell a cell."""
    high = max(image.shape[0] for image in picture.images)
    wide = max(image.shape[1] for image in picture.images)
    for growth in range(GROWTH, 0, -1):
        columns, lines = wide * growth, -(-high * growth // 2)
        if columns > LARGEST or (growth > 1 and lines + 1 > rows):
            continue
        across, down = _room(columns, lines, width, rows)
        if across * down >= len(picture.images):
            return columns, lines
    shrink = min(1.0, (width - 2) / wide, LARGEST / wide, (rows - 1) * 2 / high)
    return max(1, round(wide * shrink)), max(1, round(high * shrink / 2))


def _room(columns: int, lines: int, width: int, rows: int) -> tuple[int, int]:
    return max(1, (width - 1) // (columns + 1)), max(1, rows // (lines + 1))


def _image(
    canvas: Canvas,
    picture: Tiles,
    image: NDArray[np.generic],
    left: int,
    top: int,
    columns: int,
    lines: int,
) -> None:
    look, signed = canvas.look, picture.meaning == "signed"
    if not (look.shades if signed else look.colour and not look.ascii):
        letters = _SIGNED if signed else _DENSITY
        grey = _resampled(image, lines, columns).mean(axis=-1)
        places = (grey + 1) / 2 if signed else grey
        for row in range(lines):
            for column, place in enumerate(places[row]):
                colour = None if not signed else look.positive if place > 0.5 else look.negative
                letter = letters[round(float(place) * (len(letters) - 1))]
                canvas.put(left + column, top + row, letter, colour)
        return
    pixels = _colours(_resampled(image, lines * 2, columns), look, signed=signed)
    for row in range(lines):
        for column in range(columns):
            canvas.put(
                left + column,
                top + row,
                "\N{UPPER HALF BLOCK}",
                pixels[row * 2][column],
                pixels[row * 2 + 1][column],
            )


def _colours(cells: NDArray[np.float64], look: Look, *, signed: bool) -> list[list[RGB]]:
    """Give each cell its colour, of few, so that neighbours share a style and few bytes are sent."""
    if signed:
        steps = np.rint(cells[:, :, 0] * SHADES).astype(int)
        colours = {
            step: mix(look.middle, look.positive if step > 0 else look.negative, abs(step) / SHADES)
            for step in range(-SHADES, SHADES + 1)
        }
        return [[colours[step] for step in row] for row in steps.tolist()]
    shades = (np.rint(cells * 15) * 17).astype(int)
    if shades.shape[2] == 1:
        shades = shades.repeat(3, axis=2)
    return [[(cell[0], cell[1], cell[2]) for cell in row] for row in shades.tolist()]


def _resampled(image: NDArray[np.generic], rows: int, columns: int) -> NDArray[np.float64]:
    """Bring an image to a size: means where it shrinks, the nearest cell where it grows."""
    return _along(_along(image.astype(np.float64), rows, 0), columns, 1).clip(-1, 1)


def _along(cells: NDArray[np.float64], count: int, axis: int) -> NDArray[np.float64]:
    length = cells.shape[axis]
    if count >= length:
        return cells.take(np.arange(count) * length // count, axis)
    edges = np.linspace(0, length, count + 1).astype(int)
    shape = [1, 1, 1]
    shape[axis] = count
    sums: NDArray[np.float64] = np.add.reduceat(cells, edges[:-1], axis)
    return sums / np.diff(edges).reshape(shape)
