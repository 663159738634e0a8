"""Small images in half blocks, as many as there is room for, each over its name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from textual.strip import Strip

from nn_tui.insight.pictures import Tiles
from nn_tui.tui.painters.canvas import Canvas, caption_lines, draw_caption, fit_text
from nn_tui.tui.painters.look import RGB, Look

_DENSITY = " .:-=+*#%@"
LARGEST = 28
"""Columns that an image takes at most."""


def paint_tiles(picture: Tiles, width: int, height: int, look: Look) -> list[Strip]:
    """Draw the images in rows, and the caption last."""
    canvas = Canvas(width, height, look)
    told = caption_lines(picture.caption, width, height, look)
    rows = height - len(told)
    if picture.images and rows > 2:
        _draw(canvas, picture, width, rows)
    draw_caption(canvas, told)
    return canvas.strips()


def _draw(canvas: Canvas, picture: Tiles, width: int, rows: int) -> None:
    high, wide = picture.images[0].shape[:2]
    shrink = min(1.0, (width - 2) / wide, LARGEST / wide, (rows - 1) * 2 / high)
    columns, lines = max(1, round(wide * shrink)), max(1, round(high * shrink / 2))
    across, down = max(1, (width - 1) // (columns + 1)), max(1, rows // (lines + 1))
    for at in range(min(len(picture.images), across * down)):
        left, top = 1 + at % across * (columns + 1), at // across * (lines + 1)
        _image(canvas, picture.images[at], left, top, columns, lines)
        name = fit_text(picture.names[at], columns, ascii_only=canvas.look.ascii)
        canvas.put(left, top + lines, name, canvas.look.faint)


def _image(
    canvas: Canvas, image: NDArray[np.generic], left: int, top: int, columns: int, lines: int
) -> None:
    look = canvas.look
    if look.ascii or not look.colour:
        grey = _resampled(image, lines, columns).mean(axis=-1)
        for row in range(lines):
            text = "".join(_DENSITY[round(float(value) * (len(_DENSITY) - 1))] for value in grey[row])
            canvas.put(left, top + row, text)
        return
    pixels = _resampled(image, lines * 2, columns)
    # Few shades, so that neighbouring cells share a style and few bytes go to the terminal.
    shades = (np.rint(pixels * 15) * 17).astype(int)
    if shades.shape[2] == 1:
        shades = shades.repeat(3, axis=2)
    for row in range(lines):
        for column in range(columns):
            upper: RGB = tuple(shades[row * 2, column].tolist())
            lower: RGB = tuple(shades[row * 2 + 1, column].tolist())
            canvas.put(left + column, top + row, "▀", upper, lower)


def _resampled(image: NDArray[np.generic], rows: int, columns: int) -> NDArray[np.float64]:
    """Bring an image to a size: means where it shrinks, the nearest cell where it grows."""
    down = np.linspace(0, image.shape[0], rows + 1)
    across = np.linspace(0, image.shape[1], columns + 1)
    result = np.empty((rows, columns, image.shape[2]))
    for i in range(rows):
        high = image[int(down[i]) : max(int(np.ceil(down[i + 1])), int(down[i]) + 1)]
        for j in range(columns):
            cells = high[:, int(across[j]) : max(int(np.ceil(across[j + 1])), int(across[j]) + 1)]
            result[i, j] = cells.mean(axis=(0, 1))
    return result.clip(0, 1)
