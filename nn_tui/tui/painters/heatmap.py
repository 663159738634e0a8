"""A function of two variables as coloured half blocks, with points on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from textual.strip import Strip

from nn_tui.insight.pictures import Heatmap, Points
from nn_tui.tui.painters.canvas import Canvas, caption_lines, draw_caption
from nn_tui.tui.painters.look import RGB, Look, mix

SHADES = 12
"""Steps on each side of the middle: few, so that styles are shared and few bytes go to the terminal."""

# From surely negative to surely positive: the two sides have marks of their own.
_DENSITY = "=-:. .+*#"


def paint_heatmap(picture: Heatmap, width: int, height: int, look: Look) -> list[Strip]:
    """Draw a heat map: the picture, the range of x below, the range of y left, the caption last."""
    canvas = Canvas(width, height, look)
    told = caption_lines(picture.caption, width, height, look)
    axis_lines = 1 if height >= 8 else 0
    gutter = 5 if width >= 30 else 0
    rows = max(1, height - len(told) - axis_lines)
    columns = max(1, min(width - gutter, rows * 2 + rows // 2) if picture.square else width - gutter - 1)
    left = gutter + max(0, (width - gutter - columns) // 2)
    if look.ascii or not look.colour:
        _letters(canvas, picture, left, columns, rows)
    else:
        _half_blocks(canvas, picture, left, columns, rows)
    if gutter:
        (bottom, top) = picture.y_bounds
        for row, value in ((0, top), (rows - 1, bottom)):
            canvas.put(left - gutter, row, f"{value:>{gutter - 1}.3g}"[: gutter - 1], look.faint)
        middle = f"{picture.y_label:>{gutter - 1}}"[: gutter - 1]
        canvas.put(left - gutter, rows // 2, middle, look.faint)
    if axis_lines:
        low, high = (f"{value:.3g}" for value in picture.x_bounds)
        canvas.put(left, rows, low, look.faint)
        canvas.put(left + columns - len(high), rows, high, look.faint)
        canvas.centre(left + columns // 2, rows, picture.x_label, look.faint)
    draw_caption(canvas, told)
    return canvas.strips()


def _resampled(values: NDArray[np.generic], rows: int, columns: int) -> NDArray[np.generic]:
    down = (np.arange(rows) * values.shape[0] // rows).clip(0, values.shape[0] - 1)
    across = (np.arange(columns) * values.shape[1] // columns).clip(0, values.shape[1] - 1)
    return values[np.ix_(down, across)]


def _half_blocks(canvas: Canvas, picture: Heatmap, left: int, columns: int, rows: int) -> None:
    pixels = _pixels(picture, rows * 2, columns, canvas.look)
    for row in range(rows):
        for column in range(columns):
            upper, lower = pixels[row * 2][column], pixels[row * 2 + 1][column]
            canvas.put(left + column, row, "▀", upper, lower)


def _pixels(picture: Heatmap, height: int, width: int, look: Look) -> list[list[RGB]]:
    values = _resampled(picture.values, height, width)
    if picture.meaning == "signed":
        steps = np.rint(values.astype(np.float64) * SHADES).astype(int).clip(-SHADES, SHADES)
        colours = {step: _signed(step / SHADES, look, 0.72) for step in range(-SHADES, SHADES + 1)}
        pixels = [[colours[step] for step in line] for line in steps.tolist()]
    else:
        assert picture.strength is not None
        sure = np.rint(_resampled(picture.strength, height, width).astype(np.float64) * 4) / 4
        pixels = [
            [
                mix(look.middle, look.classes[int(number) % len(look.classes)], 0.6 * share)
                for number, share in pair
            ]
            for pair in (
                zip(line, shares, strict=True)
                for line, shares in zip(values.tolist(), sure.tolist(), strict=True)
            )
        ]
    for points in picture.points:
        _draw_points(pixels, picture, points, look)
    return pixels


def _signed(value: float, look: Look, strength: float = 1.0) -> RGB:
    end = look.positive if value > 0 else look.negative
    return mix(look.middle, end, abs(value) * strength)


def _draw_points(pixels: list[list[RGB]], picture: Heatmap, points: Points, look: Look) -> None:
    height, width = len(pixels), len(pixels[0])
    for row, column, value in _places(picture, points, height, width):
        if picture.meaning == "signed":
            colour = _signed(value, look)
            # Points are lighter than the ground, test points darker, so that both stand out.
            light: RGB = (255, 255, 255) if points.role == "train" else (0, 0, 0)
            pixels[row][column] = mix(colour, light, 0.45)
        else:
            base = look.classes[int(value) % len(look.classes)]
            pixels[row][column] = mix(base, (255, 255, 255), 0.3)


def _places(picture: Heatmap, points: Points, height: int, width: int) -> list[tuple[int, int, float]]:
    (left, right), (bottom, top) = picture.x_bounds, picture.y_bounds
    columns = np.floor((points.x - left) / (right - left) * width).astype(int)
    rows = np.floor((top - points.y) / (top - bottom) * height).astype(int)
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    return list(
        zip(rows[inside].tolist(), columns[inside].tolist(), points.values[inside].tolist(), strict=True)
    )


def _letters(canvas: Canvas, picture: Heatmap, left: int, columns: int, rows: int) -> None:
    """Draw without colour: density says how sure, points are letters or signs of their class."""
    values = _resampled(picture.values, rows, columns)
    for row in range(rows):
        for column in range(columns):
            value = float(values[row, column])
            if picture.meaning == "signed":
                place = round((value + 1) / 2 * (len(_DENSITY) - 1))
                letter = _DENSITY[max(0, min(place, len(_DENSITY) - 1))]
            else:
                letter = chr(ord("a") + int(value) % 26)
            canvas.put(left + column, row, letter)
    for points in picture.points:
        if points.role != "train":
            continue
        for row, column, value in _places(picture, points, rows, columns):
            sign = (
                ("x" if value > 0 else "o")
                if picture.meaning == "signed"
                else chr(ord("A") + int(value) % 26)
            )
            canvas.put(left + column, row, sign)
