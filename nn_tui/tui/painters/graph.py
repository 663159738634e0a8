"""A network as columns of nodes with its weights as lines between them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from textual.strip import Strip

from nn_tui.insight.pictures import Array, Column, Graph
from nn_tui.tui.painters.canvas import Canvas, caption_lines, draw_caption, fit_text
from nn_tui.tui.painters.look import Look, mix

_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_LEVELS = 4
_MOST_NODES = 64
"""Nodes of a layer beyond which it is drawn as a block with its shape."""
_FAINTEST = 0.12
"""Weights smaller than this share of the column's largest are not drawn: a hundred hairs say nothing."""


def paint_graph(picture: Graph, width: int, height: int, look: Look) -> list[Strip]:
    """Draw the columns from left to right, titles below, the caption last."""
    canvas = Canvas(width, height, look)
    told = caption_lines(picture.caption, width, height, look)
    caption = len(told)
    titles = 2 if height >= 7 else (1 if height >= 4 else 0)
    rows = max(1, height - caption - titles)
    columns = picture.columns
    left_margin = _margin(columns[0], width)
    right_margin = _margin(columns[-1], width)
    places = _places(len(columns), left_margin, width - 1 - right_margin)
    nodes = [{} if _is_block(column) else _rows_of(column, rows) for column in columns]
    for index, weights in enumerate(picture.edges):
        if weights is None or not nodes[index] or not nodes[index + 1]:
            _draw_arrow(canvas, places[index], places[index + 1], rows // 2, columns[index : index + 2])
        else:
            _draw_edges(canvas, weights, places[index : index + 2], nodes[index : index + 2])
    for column, x, shown in zip(columns, places, nodes, strict=True):
        if _is_block(column):
            _draw_block(canvas, column, x, rows)
        else:
            _draw_nodes(canvas, column, x, shown, rows)
    _draw_labels(canvas, columns[0], places[0], nodes[0], left=True)
    _draw_labels(canvas, columns[-1], places[-1], nodes[-1], left=False)
    _draw_titles(canvas, columns, places, rows, titles)
    draw_caption(canvas, told)
    return canvas.strips()


def _margin(column: Column, width: int) -> int:
    if _is_block(column):
        return min((len(_block_text(column)) + 4) // 2 + 1, width // 4)
    longest = max((len(label) for label in column.labels), default=0)
    # Titles stand centred under their column, so the first and the last need room too.
    return min(max(longest + 1, 4), width // 5)


def _places(count: int, first: int, last: int) -> list[int]:
    if count == 1:
        return [(first + last) // 2]
    return [round(first + (last - first) * index / (count - 1)) for index in range(count)]


def _rows_of(column: Column, rows: int) -> dict[int, int]:
    """Give the line of each node that is drawn; the middle ones are folded when there are too many."""
    count = column.nodes
    if count <= rows:
        gap = min(3.0, rows / count)
        start = (rows - gap * count) / 2 + (gap - 1) / 2
        return {node: round(start + gap * node) for node in range(count)}
    above = (rows - 1 + 1) // 2
    below = rows - 1 - above
    shown = {node: node for node in range(above)}
    shown.update({count - below + index: above + 1 + index for index in range(below)})
    return shown


def _is_block(column: Column) -> bool:
    return len(column.shape) > 1 or column.nodes > _MOST_NODES


def _block_text(column: Column) -> str:
    return "x".join(map(str, column.shape))


def _draw_block(canvas: Canvas, column: Column, x: int, rows: int) -> None:
    """Draw a layer that is too large for its nodes as a box, taller the more numbers it makes."""
    look = canvas.look
    text = _block_text(column)
    width = len(text) + 4
    height = max(3, min(rows, round(2 * np.log2(column.nodes + 1))))
    left = max(0, min(x - width // 2, canvas.width - width))
    top = (rows - height) // 2
    corners, across, down = ("++++", "-", "|") if look.ascii else ("╭╮╰╯", "─", "│")
    canvas.put(left, top, corners[0] + across * (width - 2) + corners[1], look.faint)
    for row in range(top + 1, top + height - 1):
        canvas.put(left, row, down + " " * (width - 2) + down, look.faint)
    canvas.put(left, top + height - 1, corners[2] + across * (width - 2) + corners[3], look.faint)
    canvas.put(left + 2, top + height // 2, text, look.text)


def _draw_arrow(canvas: Canvas, from_x: int, to_x: int, row: int, ends: tuple[Column, ...]) -> None:
    """Join two columns whose single weights are not drawn."""
    first, last = ((len(_block_text(end)) + 4) // 2 + 1 if _is_block(end) else 2 for end in ends)
    length = (to_x - last) - (from_x + first) + 1
    if length < 1:
        return
    line, head = ("-", ">") if canvas.look.ascii else ("─", "▸")
    canvas.put(from_x + first, row, line * (length - 1) + head, canvas.look.faint)


def _draw_edges(canvas: Canvas, weights: Array, places: list[int], nodes: list[dict[int, int]]) -> None:
    look = canvas.look
    sources, targets = nodes
    from_x, to_x = places
    if to_x - from_x < 3:
        return
    drawn = weights[np.ix_(list(sources), list(targets))]
    largest = float(np.abs(weights).max()) or 1.0
    strength = np.abs(drawn) / largest
    order = np.argsort(strength, axis=None)
    order = order[strength.ravel()[order] >= _FAINTEST]
    i, j = np.unravel_index(order, drawn.shape)
    start_rows = np.array(list(sources.values()))[i]
    end_rows = np.array(list(targets.values()))[j]
    level = np.ceil(strength[i, j] * _LEVELS).astype(int)
    positive = drawn[i, j] > 0
    _draw_dots(canvas, from_x + 1, to_x - 1, start_rows, end_rows, level, positive, look)


def _draw_dots(
    canvas: Canvas,
    first: int,
    last: int,
    start_rows: NDArray[np.int64],
    end_rows: NDArray[np.int64],
    level: NDArray[np.int64],
    positive: NDArray[np.bool_],
    look: Look,
) -> None:
    """Draw straight lines of braille dots, the strongest last; each cell takes the last one's colour."""
    columns = (last - first + 1) * 2
    if columns < 2 or not len(level):
        return
    along = np.arange(columns)
    share = along / (columns - 1)
    y = (start_rows[:, None] + 0.5 + (end_rows - start_rows)[:, None] * share) * 4
    dot_rows = np.clip(y.astype(int), 0, canvas.height * 4 - 1)
    masks = np.zeros((canvas.height, last - first + 1), int)
    owner = np.full(masks.shape, -1)
    # Negative weights are dashed, so that their sign is seen without colour.
    solid = positive[:, None] | (along % 4 < 2)
    edge, column = np.nonzero(solid)
    row = dot_rows[edge, column]
    np.bitwise_or.at(masks, (row // 4, column // 2), _DOTS[row % 4, column % 2])
    owner[row // 4, column // 2] = edge
    for cell_y, cell_x in zip(*np.nonzero(owner >= 0), strict=True):
        number = owner[cell_y, cell_x]
        end = look.positive if positive[number] else look.negative
        colour = mix(look.ground, end, 0.25 + 0.75 * level[number] / _LEVELS)
        letter = _ascii_dot(masks[cell_y, cell_x]) if look.ascii else chr(0x2800 + masks[cell_y, cell_x])
        canvas.put(first + int(cell_x), int(cell_y), letter, colour)


def _ascii_dot(mask: int) -> str:
    return "." if int(mask).bit_count() < 4 else ":"


def _draw_nodes(canvas: Canvas, column: Column, x: int, shown: dict[int, int], rows: int) -> None:
    look = canvas.look
    if column.nodes > len(shown):
        missing = next(row for row in range(rows + 1) if row not in shown.values())
        canvas.put(x, missing, ":" if look.ascii else "┆", look.faint)
    for node, row in shown.items():
        colour = look.text
        if column.biases is not None and node < len(column.biases):
            bias = float(column.biases[node])
            reach = float(np.abs(column.biases).max()) or 1.0
            end = look.positive if bias > 0 else look.negative
            colour = mix(look.text, end, min(1.0, abs(bias) / reach))
        canvas.put(x, row, "o" if look.ascii else "●", colour)


def _draw_labels(canvas: Canvas, column: Column, x: int, shown: dict[int, int], *, left: bool) -> None:
    look = canvas.look
    for node, row in shown.items():
        if node >= len(column.labels):
            continue
        room = x - 1 if left else canvas.width - x - 2
        label = fit_text(column.labels[node], room, ascii_only=look.ascii)
        canvas.put(x - 1 - len(label) if left else x + 2, row, label, look.text)


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
