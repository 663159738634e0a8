"""Text to read, in colours by what it is, and tables: they may be longer than the room, and scroll."""

from __future__ import annotations

from rich.cells import cell_len

from nn_tui.insight.pictures import Page, Role, Span, Table
from nn_tui.tui.painters.canvas import (
    Canvas,
    caption_lines,
    draw_caption,
    fit_text,
    padded_text,
)
from nn_tui.tui.painters.look import RGB, Look, mix

INDENT = 2
"""Cells by which the rest of a broken line stands farther in than its beginning."""
GAP = 2
"""Cells between two columns of a table."""


def role_colour(role: Role, look: Look) -> RGB:
    """Give the colour of a piece of text."""
    return look.text if role in ("text", "strong") else getattr(look, role)


def draw_page(canvas: Canvas, picture: Page, top: int) -> int:
    """Draw a page from a line on; gives how many lines it can scroll.

    Args:
        canvas: to draw on.
        picture: the page.
        top: the first line that is shown, after breaking.
    """
    look = canvas.look
    told = caption_lines(picture.caption, canvas.width, canvas.height, look)
    room = canvas.height - len(told)
    lines: list[tuple[Span, ...]] = []
    for line in picture.lines:
        lines += [line] if picture.whole else broken(line, canvas.width - 2)
    over = max(0, len(lines) - room)
    top = min(top, over)
    for row, line in enumerate(lines[top : top + room]):
        _draw_line(canvas, row, line)
    _draw_more(canvas, top, over, room)
    draw_caption(canvas, told)
    return over


def _draw_line(canvas: Canvas, row: int, line: tuple[Span, ...]) -> None:
    look = canvas.look
    at, end = 1, canvas.width - 1
    for text, role in line:
        if at >= end:
            return
        text = fit_text(text, end - at, ascii_only=look.ascii)
        canvas.put(at, row, text, role_colour(role, look), bold=role == "strong")
        at += cell_len(text)


def _draw_more(canvas: Canvas, top: int, over: int, room: int, first: int = 0) -> None:
    """Show at the right edge that there is more above or below."""
    up, down = ("^", "v") if canvas.look.ascii else ("▲", "▼")
    if top > 0:
        canvas.put(canvas.width - 1, first, up, canvas.look.mark)
    if top < over and room > 0:
        canvas.put(canvas.width - 1, first + room - 1, down, canvas.look.mark)


def broken(line: tuple[Span, ...], width: int) -> list[tuple[Span, ...]]:
    """Break a line of pieces at its spaces ; the lines after the first stand farther in."""
    if sum(cell_len(text) for text, _ in line) <= width:
        return [line]
    whole = "".join(text for text, _ in line)
    start = len(whole) - len(whole.lstrip(" "))
    margin = min(start + INDENT, max(0, width // 2))
    lines: list[list[Span]] = [[(" " * start, "text")] if start else []]
    used = start
    pending = 0
    for text, role in line:
        for number, word in enumerate(text.split(" ")):
            pending += number > 0
            if not word:
                continue
            begins = used <= (margin if len(lines) > 1 else start)
            gap = 0 if begins else pending
            if not begins and used + gap + cell_len(word) > width:
                lines.append([(" " * margin, "text")])
                used, gap = margin, 0
            lines[-1].append((" " * gap + word, role))
            used += gap + cell_len(word)
            pending = 0
    return [tuple(one) for one in lines]


def draw_table(canvas: Canvas, picture: Table, top: int) -> int:
    """Draw a table from a row on; gives how many rows it can scroll.

    Columns that find no room are left out from the right; the first column is shortened before.
    """
    look = canvas.look
    told = caption_lines(picture.caption, canvas.width, canvas.height, look)
    widths = _widths(picture, canvas.width - 2)
    head = 1 if any(picture.head) else 0
    room = max(0, canvas.height - len(told) - head)
    over = max(0, len(picture.rows) - room)
    top = min(top, over)
    if head:
        _draw_row(canvas, 0, picture, widths, picture.head, None)
    for row in range(top, min(len(picture.rows), top + room)):
        _draw_row(canvas, head + row - top, picture, widths, picture.rows[row], row)
    _draw_more(canvas, top, over, room, head)
    draw_caption(canvas, told)
    return over


def _widths(picture: Table, room: int) -> list[int]:
    """Give each column the width of its longest cell, and the first what is left for it."""
    columns = len(picture.head)
    widths = [
        max([cell_len(picture.head[at]), *(cell_len(row[at]) for row in picture.rows)])
        for at in range(columns)
    ]
    needed = sum(widths) + GAP * (columns - 1)
    if needed > room and widths:
        widths[0] = max(min(widths[0], 6), widths[0] - (needed - room))
    while len(widths) > 1 and sum(widths) + GAP * (len(widths) - 1) > room:
        widths.pop()
    if widths:
        widths[-1] = min(widths[-1], max(0, room - sum(widths[:-1]) - GAP * (len(widths) - 1)))
    return widths


def _draw_row(
    canvas: Canvas, y: int, picture: Table, widths: list[int], cells: tuple[str, ...], row: int | None
) -> None:
    look = canvas.look
    at = 1
    chosen = row is not None and row == picture.chosen
    if chosen:
        canvas.put(0, y, ">" if look.ascii else "▸", look.mark)
    for column, width in enumerate(widths):
        text = padded_text(cells[column], width, right=column >= picture.left, ascii_only=look.ascii)
        shade = 0.0 if picture.shades is None or row is None else float(picture.shades[row, column])
        ground = shade_colour(shade, look)
        colour = look.faint if row is None else look.text
        if ground is not None:
            text = f" {text} "
            canvas.put(at - 1, y, text, colour, ground, bold=chosen)
        else:
            canvas.put(at, y, text, colour, bold=chosen)
        at += width + GAP


def shade_colour(shade: float, look: Look) -> RGB | None:
    """Give the ground of a cell, in a few steps so that few colours go to the terminal; None for none."""
    steps = round(abs(shade) * 6)
    if not steps or not look.colour or look.few:
        return None
    return mix(look.ground, look.positive if shade > 0 else look.negative, steps / 6 * 0.6)
