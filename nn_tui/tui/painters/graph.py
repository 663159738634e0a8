"""A network as columns of nodes with its weights as lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rich.cells import cell_len
from textual.geometry import Region
from textual.strip import Strip

from nn_tui.insight.pictures import Column, Graph, Lines, Page
from nn_tui.tui.painters.canvas import Canvas, Spot, caption_lines, draw_caption, fit_text
from nn_tui.tui.painters.graph_parts import (
    Window,
    draw_arrow,
    draw_edges,
    draw_nodes,
    draw_stack,
    is_stack,
    node_words,
    stack_text,
)
from nn_tui.tui.painters.lines import paint_lines
from nn_tui.tui.painters.look import Look
from nn_tui.tui.painters.page import draw_page


def paint_graph(
    picture: Graph, width: int, height: int, look: Look, top: int = 0, spots: list[Spot] | None = None
) -> tuple[list[Strip], int]:
    """Draw the columns from left to right, titles below, a chosen unit's sum under them, the caption last.

    Args:
        picture: the network.
        width: cells in a line.
        height: lines.
        look: colours.
        top: how far it is scrolled: the nodes of large layers, or the sum where there is one.
        spots: takes what can be clicked. Default: not noted.

    Returns:
        The lines, and how far it can be scrolled.
    """
    canvas = Canvas(width, height, look)
    told = caption_lines(picture.caption, width, height, look)
    titles = 2 if height >= 7 else (1 if height >= 4 else 0)
    below = _below(picture, height - len(told))
    rows = max(1, height - len(told) - titles - below)
    columns = picture.columns
    places = _places(len(columns), _margin(columns[0], width), width - 1 - _margin(columns[-1], width))
    gap = min((b - a for a, b in pairwise(places)), default=width)
    tall = _tall(columns, rows, gap)
    windows = [
        None
        if is_stack(column)
        else Window(column.nodes, rows, tall, _start(picture, number, top, rows // tall))
        for number, column in enumerate(columns)
    ]
    for number, weights in enumerate(picture.edges):
        here, there = windows[number], windows[number + 1]
        if weights is None or here is None or there is None:
            draw_arrow(canvas, places[number], places[number + 1], rows // 2, columns[number : number + 2])
            continue
        only = picture.chosen[1] if picture.chosen and picture.chosen[0] == number + 1 else None
        dim = picture.chosen is not None and only is None
        draw_edges(canvas, weights, places[number : number + 2], (here.rows, there.rows), only, dim=dim)
    for number, (column, x, window) in enumerate(zip(columns, places, windows, strict=True)):
        if window is None:
            draw_stack(canvas, column, x, rows)
            continue
        chosen = picture.chosen[1] if picture.chosen and picture.chosen[0] == number else None
        ends = (number == 0, number == len(columns) - 1)
        draw_nodes(canvas, column, x, window, chosen, gap, ends)
        if spots is not None and column.place is not None:
            spots += _spots(column, x, window, chosen)
    _draw_titles(canvas, columns, places, rows, titles)
    over = max((window.over for window in windows if window is not None), default=0)
    draw_caption(canvas, told)
    lines = canvas.strips()
    if picture.page is None or picture.curve is None:
        return lines, over
    if not below:
        return lines, 0
    first = rows + titles
    unit, over = _paint_unit(picture.page, picture.curve, width, below, look, top)
    return [*lines[:first], *unit, *lines[first + below :]], over


def _below(picture: Graph, height: int) -> int:
    """Give the lines that the chosen unit's sum takes."""
    if picture.page is None or height < 12:
        return 0
    return max(6, min(len(picture.page.lines) + 1, height * 9 // 20))


def _tall(columns: Sequence[Column], rows: int, gap: int) -> int:
    """Give the lines of a node: more than one where it is drawn as a heat map."""
    mapped = [column.nodes for column in columns if column.maps is not None]
    if not mapped or rows < 6 or gap < 8:
        return 1
    # Folding half of a layer is better than maps of which nothing is to be seen.
    return max(3, min(5, rows // max(min(nodes, 8) for nodes in mapped), gap // 3))


def _start(picture: Graph, number: int, top: int, fits: int) -> int:
    """Give the first node that is shown of a layer: the chosen one is in the middle of what is shown."""
    if picture.chosen is None:
        return top
    return picture.chosen[1] - (fits - 1) // 2 if picture.chosen[0] == number else 0


def _spots(column: Column, x: int, window: Window, chosen: int | None) -> list[Spot]:
    assert column.place is not None
    wide = window.tall * 2 if column.maps is not None and window.tall > 1 else 3
    found = []
    for node, row in window.rows.items():
        region = Region(x - wide // 2, row - (window.tall - 1) // 2, wide, max(1, window.tall - 1))
        unit = 0 if node == chosen else node + 1
        found.append(Spot(region, (("layer", column.place), ("unit", unit))))
    return found


def _paint_unit(
    page: Page, curve: Lines, width: int, height: int, look: Look, top: int
) -> tuple[list[Strip], int]:
    """Draw a unit's sum and, beside it, its activation; also gives how far the sum can be scrolled."""
    rule = Canvas(width, 1, look)
    rule.put(0, 0, ("-" if look.ascii else "─") * width, look.faint)
    beside = width >= 56 and height >= 6
    text = Canvas(width * 11 // 20 if beside else width, height - 1, look)
    over = draw_page(text, page, top)
    lines = text.strips()
    if beside:
        drawn = paint_lines(curve, width - text.width, height - 1, look)
        lines = [Strip.join(pair) for pair in zip(lines, drawn, strict=True)]
    return [*rule.strips(), *lines], over


def _margin(column: Column, width: int) -> int:
    if is_stack(column):
        return min((len(stack_text(column)) + 4) // 2 + 3, width // 4)
    some = range(min(column.nodes, 64))
    longest = max((cell_len(" ".join(node_words(column, node)).strip()) for node in some), default=0)
    # Titles stand centred under their column, so the first and the last need room too.
    return min(max(longest + (6 if column.maps is not None else 2), 4), width // 4)


def _places(count: int, first: int, last: int) -> list[int]:
    if count == 1:
        return [(first + last) // 2]
    return [round(first + (last - first) * index / (count - 1)) for index in range(count)]


def _draw_titles(
    canvas: Canvas, columns: tuple[Column, ...], places: list[int], rows: int, lines: int
) -> None:
    look = canvas.look
    gap = min((b - a for a, b in pairwise(places)), default=canvas.width)
    for column, x in zip(columns, places, strict=True):
        parts = (_title(column, gap), column.detail)
        for line in range(lines):
            room = max(3, gap - 1)
            text = fit_text(parts[line], room, ascii_only=look.ascii)
            canvas.centre(x, rows + line, text, look.text if line == 0 else look.faint)


def _title(column: Column, room: int) -> str:
    if len(column.title) < room:
        return column.title
    return column.title.replace("Dense ", "")
