"""Several pictures in the cells of a grid, each under its title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.strip import Strip

from nn_tui.insight.pictures import Board
from nn_tui.tui.painters.canvas import Canvas, caption_lines, draw_caption, padded_text
from nn_tui.tui.painters.look import Look

if TYPE_CHECKING:
    from collections.abc import Callable

    from nn_tui.insight.pictures import Picture

GAP = 1
"""Cells between two pictures."""


def paint_board(
    picture: Board,
    width: int,
    height: int,
    look: Look,
    top: int,
    paint: Callable[[Picture, int, int, Look], list[Strip]],
) -> tuple[list[Strip], int]:
    """Draw the pictures in rows from a row of them on; gives the strips and how many rows it can scroll.

    Args:
        picture: the board.
        width: cells in a line.
        height: lines.
        look: colours.
        top: the first row of pictures that is shown.
        paint: draws one picture.
    """
    told = caption_lines(picture.caption, width, height, look)
    room = max(1, height - len(told))
    across, down = layout(len(picture.pictures), width, room, picture.width, picture.height)
    total = -(-len(picture.pictures) // across)
    over = max(0, total - down)
    top = min(top, over)
    wide = (width - GAP * (across - 1)) // across
    high = room // down
    lines: list[Strip] = []
    for row in range(top, top + down):
        numbers = range(row * across, min((row + 1) * across, len(picture.pictures)))
        last = row == top + down - 1
        tall = room - high * (down - 1) if last else high
        cells = [_cell(picture, number, wide, tall, look, paint) for number in numbers]
        for line in range(tall):
            parts: list[Strip] = []
            for cell in cells:
                parts += [Strip.blank(GAP), cell[line]] if parts else [cell[line]]
            lines.append(Strip.join(parts).adjust_cell_length(width))
    if over:
        mark = ("v" if look.ascii else "▼") if top < over else ("^" if look.ascii else "▲")
        edge = Canvas(1, 1, look)
        edge.put(0, 0, mark, look.mark)
        lines[room - 1] = Strip.join([lines[room - 1].crop(0, width - 1), edge.strips()[0]])
    foot = Canvas(width, len(told), look)
    draw_caption(foot, told)
    return [*lines[:room], *foot.strips()], over


def layout(count: int, width: int, height: int, least_width: int, least_height: int) -> tuple[int, int]:
    """Give how many pictures stand side by side and below each other.

    Of the ways in which all find their least size it is the one whose pictures have the best shape; where
    there is none, as many as find it.
    """
    most_across = max(1, min(count, (width + GAP) // (least_width + GAP)))
    most_down = max(1, height // least_height)
    ways = [
        (across, -(-count // across))
        for across in range(1, most_across + 1)
        if -(-count // across) <= most_down
    ]
    if not ways:
        return most_across, min(most_down, max(1, -(-count // most_across)))
    return min(ways, key=lambda way: abs((width / way[0]) / (height / way[1]) - 3.5))


def _cell(
    picture: Board,
    number: int,
    width: int,
    height: int,
    look: Look,
    paint: Callable[[Picture, int, int, Look], list[Strip]],
) -> list[Strip]:
    title = padded_text(f" {picture.titles[number]}", width, ascii_only=look.ascii)
    head = Canvas(width, 1, look)
    head.put(0, 0, title, look.text, bold=True)
    strips = paint(picture.pictures[number], width, height - 1, look) if height > 1 else []
    return [*head.strips(), *strips][:height]
