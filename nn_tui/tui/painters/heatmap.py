"""A function of two variables as coloured half blocks, with points on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from textual.strip import Strip

from nn_tui.insight.pictures import Heatmap, Points
from nn_tui.tui.painters.canvas import Canvas, caption_lines, draw_caption, fit_text, padded_text
from nn_tui.tui.painters.look import RGB, Look, mix

SHADES = 12
"""Steps on each side of the middle: few, so that styles are shared and few bytes go to the terminal."""

# From surely negative to surely positive: the two sides have marks of their own.
_DENSITY = "=-:. .+*#"


def paint_heatmap(picture: Heatmap, width: int, height: int, look: Look) -> list[Strip]:
    """Draw a heat map: the picture, the range of x below, the range of y left, the caption last."""
    canvas = Canvas(width, height, look)
    told = caption_lines(picture.caption, width, height, look, shaded=True)
    axis_lines = 1 if height >= 8 else 0
    gutter = _gutter(picture, width)
    named = bool(picture.class_names) and bool(picture.points) and height >= 10
    rows = max(1, height - len(told) - axis_lines - named)
    columns = max(1, min(width - gutter, rows * 2 + rows // 2) if picture.square else width - gutter - 1)
    left = gutter + max(0, (width - gutter - columns) // 2)
    if not look.shades:
        _letters(canvas, picture, left, columns, rows)
    else:
        _half_blocks(canvas, picture, left, columns, rows)
    if gutter:
        _write_up(canvas, picture, left - gutter, gutter - 1, rows)
    if axis_lines:
        _write_across(canvas, picture, left, columns, rows)
    if named:
        _write_classes(canvas, picture, rows + axis_lines)
    draw_caption(canvas, told)
    return canvas.strips()


def _gutter(picture: Heatmap, width: int) -> int:
    """Give the cells left of the picture: as many as the names there need, within a fifth of the width."""
    if width < 30:
        return 0
    numbers = () if picture.y_names else tuple(f"{end:.3g}" for end in picture.y_bounds)
    longest = max(cell_len(name) for name in (*picture.y_names, *numbers, picture.y_label))
    return max(5, min(longest + 1, width // 5))


def _write_up(canvas: Canvas, picture: Heatmap, at: int, room: int, rows: int) -> None:
    """Write the range and the name of the axis up, or its choices beside their bands."""
    look, (low, high) = canvas.look, picture.y_bounds

    def put(row: int, text: str) -> None:
        canvas.put(at, row, padded_text(text, room, right=True, ascii_only=look.ascii), look.faint)

    for number, name in enumerate(picture.y_names):
        put(int((high - number) / (high - low) * rows), name)
    if not picture.y_names:
        put(0, f"{high:.3g}")
        put(rows - 1, f"{low:.3g}")
    if rows > 2 and not picture.y_names:
        put(rows // 2, picture.y_label)


def _write_across(canvas: Canvas, picture: Heatmap, left: int, columns: int, row: int) -> None:
    """Write the range and the name of the axis across, or its choices under their bands."""
    look, (low, high) = canvas.look, picture.x_bounds
    if picture.x_names:
        room = max(1, columns // len(picture.x_names) - 1)
        for number, name in enumerate(picture.x_names):
            place = left + int((number - low) / (high - low) * columns)
            canvas.centre(place, row, fit_text(name, room, ascii_only=look.ascii), look.faint)
        return
    ends = tuple(f"{value:.3g}" for value in (low, high))
    canvas.put(left, row, ends[0], look.faint)
    canvas.put(left + columns - len(ends[1]), row, ends[1], look.faint)
    room = max(1, columns - len(ends[0]) - len(ends[1]) - 2)
    name = fit_text(picture.x_label, room, ascii_only=look.ascii)
    canvas.centre(left + columns // 2, row, name, look.faint)


def _write_classes(canvas: Canvas, picture: Heatmap, row: int) -> None:
    """Write the names of the classes, each behind its mark."""
    look = canvas.look
    plain = not look.shades
    signed = picture.meaning == "signed"
    parts = []
    for number, name in enumerate(picture.class_names):
        mark = (("o", "x")[number] if signed else chr(ord("A") + number % 26)) if plain else "●"
        ends = (look.negative, look.positive)
        parts.append(
            (f"{mark} {name}", ends[number] if signed else look.classes[number % len(look.classes)])
        )
    at = max(1, (canvas.width - sum(cell_len(text) + 2 for text, _ in parts) + 2) // 2)
    for text, colour in parts:
        canvas.put(at, row, fit_text(text, canvas.width - at, ascii_only=look.ascii), colour)
        at += cell_len(text) + 2


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
            light = (255, 255, 255) if points.role == "train" else (0, 0, 0)
            pixels[row][column] = mix(base, light, 0.3)


def _places(picture: Heatmap, points: Points, height: int, width: int) -> list[tuple[int, int, float]]:
    (left, right), (bottom, top) = picture.x_bounds, picture.y_bounds
    columns = np.floor((points.x - left) / (right - left) * width).astype(int)
    rows = np.floor((top - points.y) / (top - bottom) * height).astype(int)
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    return list(
        zip(rows[inside].tolist(), columns[inside].tolist(), points.values[inside].tolist(), strict=True)
    )


def _letters(canvas: Canvas, picture: Heatmap, left: int, columns: int, rows: int) -> None:
    """Draw without shades: density says how sure, points are letters or signs of their class."""
    look = canvas.look
    values = _resampled(picture.values, rows, columns)
    for row in range(rows):
        for column in range(columns):
            value = float(values[row, column])
            if picture.meaning == "signed":
                place = round((value + 1) / 2 * (len(_DENSITY) - 1))
                letter = _DENSITY[max(0, min(place, len(_DENSITY) - 1))]
                colour = look.positive if value > 0 else look.negative
            else:
                letter = chr(ord("a") + int(value) % 26)
                colour = look.classes[int(value) % len(look.classes)]
            canvas.put(left + column, row, letter, colour)
    for points in picture.points:
        signs = ("x", "o") if points.role == "train" else ("X", "O")
        for row, column, value in _places(picture, points, rows, columns):
            if picture.meaning == "signed":
                sign, colour = (signs[0], look.positive) if value > 0 else (signs[1], look.negative)
            else:
                sign = chr(ord("A") + int(value) % 26)
                colour = look.classes[int(value) % len(look.classes)]
            canvas.put(left + column, row, sign, colour, bold=True)
