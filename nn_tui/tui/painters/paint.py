"""One painter for each kind of picture."""

from __future__ import annotations

from typing import assert_never

from textual.strip import Strip

from nn_tui.insight.pictures import Bars, Graph, Heatmap, Lines, Picture, Sentence, Tiles
from nn_tui.tui.painters.bars import paint_bars
from nn_tui.tui.painters.canvas import Canvas, wrapped
from nn_tui.tui.painters.graph import paint_graph
from nn_tui.tui.painters.heatmap import paint_heatmap
from nn_tui.tui.painters.lines import paint_lines
from nn_tui.tui.painters.look import Look
from nn_tui.tui.painters.plotting import Drawn
from nn_tui.tui.painters.tiles import paint_tiles


def paint(picture: Picture, width: int, height: int, look: Look, drawn: Drawn | None = None) -> list[Strip]:
    """Draw a picture into `height` strips of `width` cells.

    Args:
        picture: to draw.
        width: cells in a line.
        height: lines.
        look: colours, and what the terminal cannot do.
        drawn: what was drawn at the same place before; curves use it. Default: nothing.
    """
    match picture:
        case Lines():
            return paint_lines(picture, width, height, look, drawn)
        case Heatmap():
            return paint_heatmap(picture, width, height, look)
        case Graph():
            return paint_graph(picture, width, height, look)
        case Bars():
            return paint_bars(picture, width, height, look)
        case Tiles():
            return paint_tiles(picture, width, height, look)
        case Sentence():
            return paint_sentence(picture.caption, width, height, look)
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
