"""One painter for each kind of picture."""

from __future__ import annotations

from typing import assert_never

from textual.strip import Strip

from nn_tui.insight.pictures import (
    Bars,
    Board,
    Contour,
    Graph,
    Heatmap,
    Intervals,
    Lines,
    Page,
    Picture,
    Sentence,
    Table,
    Tiles,
)
from nn_tui.tui.painters.bars import paint_bars
from nn_tui.tui.painters.board import paint_board
from nn_tui.tui.painters.canvas import Canvas, wrapped
from nn_tui.tui.painters.contour import paint_contour
from nn_tui.tui.painters.graph import paint_graph
from nn_tui.tui.painters.heatmap import paint_heatmap
from nn_tui.tui.painters.intervals import paint_intervals
from nn_tui.tui.painters.lines import paint_lines
from nn_tui.tui.painters.look import Look
from nn_tui.tui.painters.page import draw_page, draw_table
from nn_tui.tui.painters.place import Place
from nn_tui.tui.painters.tiles import draw_tiles


def paint(picture: Picture, width: int, height: int, look: Look, place: Place | None = None) -> list[Strip]:
    """Draw a picture into `height` strips of `width` cells.

    Args:
        picture: to draw.
        width: cells in a line.
        height: lines.
        look: colours, and what the terminal cannot do.
        place: where it is drawn: how far it is scrolled, what was drawn there before; what can be
            clicked is noted there. Default: a new one.
    """
    place = Place() if place is None else place
    place.spots = []
    strips, place.over = _painted(picture, width, height, look, place)
    place.top = min(place.top, place.over)
    return strips


def _painted(
    picture: Picture, width: int, height: int, look: Look, place: Place
) -> tuple[list[Strip], int]:
    match picture:
        case Lines():
            return paint_lines(picture, width, height, look, place.drawn), 0
        case Heatmap():
            return paint_heatmap(picture, width, height, look), 0
        case Contour():
            return paint_contour(picture, width, height, look), 0
        case Graph():
            return paint_graph(picture, width, height, look, place.top, place.spots)
        case Bars():
            return paint_bars(picture, width, height, look), 0
        case Intervals():
            return paint_intervals(picture, width, height, look), 0
        case Tiles():
            canvas = Canvas(width, height, look)
            over = draw_tiles(canvas, picture, place.top)
            return canvas.strips(), over
        case Page():
            canvas = Canvas(width, height, look)
            over = draw_page(canvas, picture, place.top)
            return canvas.strips(), over
        case Table():
            canvas = Canvas(width, height, look)
            over = draw_table(canvas, picture, place.top)
            return canvas.strips(), over
        case Board():
            return paint_board(picture, width, height, look, place.top, paint)
        case Sentence():
            return paint_sentence(picture.caption, width, height, look), 0
        case _:
            assert_never(picture)


def paint_sentence(text: str, width: int, height: int, look: Look) -> list[Strip]:
    """Write a text into the middle."""
    canvas = Canvas(width, height, look)
    lines = wrapped(text, max(1, width - 4))
    top = max(0, (height - len(lines)) // 2)
    for row, line in enumerate(lines):
        canvas.centre(width // 2, top + row, line, look.faint)
    return canvas.strips()
