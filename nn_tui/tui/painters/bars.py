"""Bars: lying with their names and numbers, or standing side by side as a histogram."""

from __future__ import annotations

from rich.cells import cell_len
from textual.strip import Strip

from nn_tui.insight.pictures import Bars
from nn_tui.tui.painters.canvas import Canvas, caption_lines, draw_caption, fit_text, padded_text
from nn_tui.tui.painters.look import RGB, Look

_ACROSS = " ▏▎▍▌▋▊▉█"
_UP = " ▁▂▃▄▅▆▇█"


def paint_bars(picture: Bars, width: int, height: int, look: Look) -> list[Strip]:
    """Draw bars, the longest as long as there is room, and the caption last."""
    canvas = Canvas(width, height, look)
    told = caption_lines(picture.caption, width, height, look)
    rows = height - len(told)
    if picture.numbers and rows > 0:
        (_upright if picture.upright else _lying)(canvas, picture, width, rows)
    draw_caption(canvas, told)
    return canvas.strips()


def _lying(canvas: Canvas, picture: Bars, width: int, rows: int) -> None:
    look = canvas.look
    shown = min(rows, len(picture.names))
    if shown < len(picture.names):
        shown = max(0, rows - 1)
        rest = len(picture.names) - shown
        canvas.put(1, shown, fit_text(f"and {rest} more", width - 1, ascii_only=look.ascii), look.faint)
    name_width = min(max((cell_len(name) for name in picture.names), default=0), max(6, width // 3))
    numbers = [*picture.written] or [f"{number:,.10g}" for number in picture.numbers]
    number_width = max(map(len, numbers))
    room = max(1, width - name_width - number_width - 4)
    largest = picture.full or max(max(map(abs, picture.numbers)), 1e-12)
    for row in range(shown):
        name = padded_text(picture.names[row], name_width, ascii_only=look.ascii)
        best = row == picture.best
        if best:
            canvas.put(0, row, ">" if look.ascii else "▸", look.mark)
        canvas.put(1, row, name, look.text, bold=best)
        bar = _bar(abs(picture.numbers[row]) / largest * room, _ACROSS, look)
        canvas.put(name_width + 2, row, bar, _colour(picture, row, look))
        canvas.put(
            width - number_width - 1,
            row,
            numbers[row].rjust(number_width),
            look.text if best else look.faint,
            bold=best,
        )


def _upright(canvas: Canvas, picture: Bars, width: int, rows: int) -> None:
    look = canvas.look
    bars = max(1, rows - 1)
    each = max(1, (width - 2) // len(picture.numbers))
    left = max(0, (width - each * len(picture.numbers)) // 2)
    largest = max(*picture.numbers, *picture.former, 1e-12)
    for at, number in enumerate(picture.numbers):
        tall = number / largest * bars
        if number and tall < 0.125:
            tall = 0.125  # a bar that is there is seen
        for row in range(bars):
            share = min(1.0, max(0.0, tall - row))
            letter = ("#" if share > 0.5 else " ") if look.ascii else _UP[round(share * 8)]
            text = letter * max(1, each - (1 if each > 2 else 0))
            canvas.put(left + at * each, bars - 1 - row, text, _colour(picture, at, look))
    for at, number in enumerate(picture.former):
        if not number:
            continue
        row = min(bars - 1, int(number / largest * bars))
        covered = picture.numbers[at] / largest * bars >= row + 0.5 and look.colour
        ground = _colour(picture, at, look) if covered else None
        text = ("-" if look.ascii else "─") * max(1, each - (1 if each > 2 else 0))
        canvas.put(left + at * each, bars - 1 - row, text, look.validation, ground)
    if rows > 1:
        last = picture.names[-1]
        canvas.put(left, rows - 1, picture.names[0], look.faint)
        canvas.put(max(left, left + each * len(picture.numbers) - len(last)), rows - 1, last, look.faint)


def _bar(length: float, letters: str, look: Look) -> str:
    whole = int(length)
    if look.ascii:
        return "#" * max(whole, 1 if length > 0 else 0)
    part = letters[round((length - whole) * 8)]
    return (letters[-1] * whole + part).rstrip()


def _colour(picture: Bars, at: int, look: Look) -> RGB:
    return look.classes[at % len(look.classes)] if picture.role == "class" else look.train
