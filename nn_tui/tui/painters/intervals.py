"""Middles and spreads: a dot and its whiskers for each name, all on one axis across."""

from __future__ import annotations

from typing import NamedTuple

from textual.strip import Strip

from nn_tui.insight.pictures import Intervals
from nn_tui.tui.painters.canvas import Canvas, caption_lines, draw_caption, fit_text
from nn_tui.tui.painters.look import Look

NARROWEST = 8
"""Cells of the axis below which only the numbers are written."""


def paint_intervals(picture: Intervals, width: int, height: int, look: Look) -> list[Strip]:
    """Draw a line for each name, the ends of the axis below them, and the caption last."""
    canvas = Canvas(width, height, look)
    told = caption_lines(picture.caption, width, height, look)
    rows = height - len(told)
    if picture.names and rows > 0:
        _draw(canvas, picture, rows)
    draw_caption(canvas, told)
    return canvas.strips()


def _draw(canvas: Canvas, picture: Intervals, rows: int) -> None:
    look, width = canvas.look, canvas.width
    room = max(1, rows - 1)
    shown = len(picture.names) if len(picture.names) <= room else max(1, room - 1)
    rest = len(picture.names) - shown
    numbers = [_numbers(picture, at, look) for at in range(shown)]
    number_width = max(map(len, numbers))
    name_width = min(max(map(len, picture.names)), max(6, width // 3))
    left, across = name_width + 3, width - name_width - number_width - 5
    low = min(m - s for m, s in zip(picture.middles, picture.spreads, strict=True))
    high = max(m + s for m, s in zip(picture.middles, picture.spreads, strict=True))

    axis = _Axis(low, high, left, across)
    for row in range(shown):
        colour = look.mark if row == picture.best else look.text
        name = fit_text(picture.names[row], name_width, ascii_only=look.ascii)
        mark = ("> " if look.ascii else "◆ ") if row == picture.best else "  "
        canvas.put(0, row, mark + name, colour)
        if across >= NARROWEST:
            _draw_interval(canvas, picture, row, axis)
        canvas.put(width - number_width - 1, row, numbers[row].rjust(number_width), look.text)
    if rest:
        canvas.put(2, shown, fit_text(f"and {rest} more", width - 2, ascii_only=look.ascii), look.faint)
    below = shown + bool(rest)
    if rows > below and across >= NARROWEST and high > low:
        first, last = f"{low:.4g}", f"{high:.4g}"
        if len(first) + len(last) < across:
            canvas.put(left, below, first, look.faint)
            canvas.put(left + across - len(last), below, last, look.faint)


class _Axis(NamedTuple):
    """Where values stand: from `low` at column `left` to `high`, `across` columns in all."""

    low: float
    high: float
    left: int
    across: int

    def column(self, value: float) -> int:
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return self.left + round(share * (self.across - 1))


def _draw_interval(canvas: Canvas, picture: Intervals, row: int, axis: _Axis) -> None:
    """Draw the middle of a row's values, and a line as far as they spread."""
    look = canvas.look
    colour = look.mark if row == picture.best else look.train
    middle, spread = picture.middles[row], picture.spreads[row]
    begin, end = axis.column(middle - spread), axis.column(middle + spread)
    if end > begin:
        canvas.put(begin, row, ("-" if look.ascii else "─") * (end - begin + 1), colour)
        canvas.put(begin, row, "|" if look.ascii else "├", colour)
        canvas.put(end, row, "|" if look.ascii else "┤", colour)
    canvas.put(axis.column(middle), row, "o" if look.ascii else "●", colour)


def _numbers(picture: Intervals, at: int, look: Look) -> str:
    """Write the middle, the spread where there are several values, and how many there are."""
    middle, spread, count = picture.middles[at], picture.spreads[at], picture.counts[at]
    sign = "+-" if look.ascii else "±"
    around = f" {sign}{spread:.2g}" if count > 1 else ""
    return f"{middle:.4g}{around} ({count})"
