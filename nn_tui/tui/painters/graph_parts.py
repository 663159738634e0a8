"""The parts of a drawn network: nodes as circles or heat maps, edges of dots, stacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from nn_tui.insight.pictures import Array, Column
from nn_tui.tui.painters.canvas import Canvas, fit_text
from nn_tui.tui.painters.look import RGB, Look, mix

_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_LEVELS = 4
_FAINTEST = 0.12
"""Weights smaller than this share of the column's largest are not drawn: a hundred hairs say nothing."""
_SHADES = 8
ROOM_FOR_VALUES = 12
"""Cells between two columns from which on a node's value stands beside it."""


@dataclass
class Window:
    """Which nodes of a layer are drawn, and in which lines; what finds no room is folded."""

    nodes: int
    height: int
    tall: int
    """Lines that a node takes."""
    start: int
    """The first node that is shown, where not all are; kept within bounds."""
    rows: dict[int, int] = field(default_factory=dict)
    """The line of the middle of each node that is drawn."""
    over: int = 0
    """How many nodes find no room."""

    def __post_init__(self) -> None:
        """Lay the nodes out."""
        fits = self.height // self.tall
        middle = (self.tall - 1) // 2
        if self.nodes <= fits:
            gap = min(3.0 if self.tall == 1 else self.tall + 1.0, self.height / self.nodes)
            first = (self.height - gap * self.nodes) / 2 + (gap - self.tall) / 2 + middle
            self.rows = {node: int(first + gap * node) for node in range(self.nodes)}
            return
        fits = max(1, (self.height - 2) // self.tall)
        self.over = self.nodes - fits
        self.start = max(0, min(self.start, self.over))
        top = (self.height - fits * self.tall) // 2 + middle
        self.rows = {self.start + at: top + at * self.tall for at in range(fits)}


def is_stack(column: Column) -> bool:
    """Whether a layer is drawn as a stack with its shape, as its values have places."""
    return len(column.shape) > 1


def stack_text(column: Column) -> str:
    """Write a shape: 26x26x32."""
    return "x".join(map(str, column.shape))


def draw_stack(canvas: Canvas, column: Column, x: int, rows: int) -> None:
    """Draw a layer whose values have places as sheets, taller the more numbers it makes."""
    look = canvas.look
    text = stack_text(column)
    width = len(text) + 4
    sheets = 2 if rows >= 7 and column.shape[-1] > 1 else 0
    height = max(3, min(rows - sheets, round(2 * np.log2(column.nodes + 1))))
    left = max(0, min(x - width // 2, canvas.width - width - sheets))
    top = max(sheets, (rows - height) // 2)
    corners, across, down = ("++++", "-", "|") if look.ascii else ("╭╮╰╯", "─", "│")
    for sheet in range(sheets, -1, -1):
        at, line = left + sheet, top - sheet
        canvas.put(at, line, corners[0] + across * (width - 2) + corners[1], look.faint)
        for row in range(line + 1, line + height - 1):
            canvas.put(at, row, down + " " * (width - 2) + down, look.faint)
        canvas.put(at, line + height - 1, corners[2] + across * (width - 2) + corners[3], look.faint)
    canvas.put(left + 2, top + height // 2, text, look.text)


def draw_arrow(canvas: Canvas, from_x: int, to_x: int, row: int, ends: Sequence[Column]) -> None:
    """Join two columns whose single weights are not drawn."""
    first, last = ((len(stack_text(end)) + 4) // 2 + 1 if is_stack(end) else 2 for end in ends)
    length = (to_x - last) - (from_x + first) + 1
    if length < 1:
        return
    line, head = ("-", ">") if canvas.look.ascii else ("─", "▸")
    canvas.put(from_x + first, row, line * (length - 1) + head, canvas.look.faint)


def draw_edges(
    canvas: Canvas,
    weights: Array,
    places: list[int],
    nodes: tuple[dict[int, int], dict[int, int]],
    only: int | None,
    *,
    dim: bool,
) -> None:
    """Draw the weights between two columns.

    Args:
        canvas: to draw on.
        weights: `(from, to)`.
        places: where the columns stand.
        nodes: the lines of the nodes that are drawn of each.
        only: the node whose weights stand out. Default none.
        dim: whether none of them stands out.
    """
    sources, targets = nodes
    from_x, to_x = places
    if to_x - from_x < 3:
        return
    drawn = weights[np.ix_(list(sources), list(targets))]
    largest = float(np.abs(weights).max()) or 1.0
    strength = np.abs(drawn) / largest
    seen = strength.copy()
    if only is not None:
        seen = np.where(np.array(list(targets))[None] == only, strength + 2, strength)
    order = np.argsort(seen, axis=None)
    order = order[strength.ravel()[order] >= _FAINTEST]
    i, j = np.unravel_index(order, drawn.shape)
    start_rows = np.array(list(sources.values()))[i]
    end_rows = np.array(list(targets.values()))[j]
    level = np.ceil(strength[i, j] * _LEVELS)
    faint = np.full(len(order), dim)
    if only is not None:
        faint = np.array(list(targets))[j] != only
    level = np.where(faint, 0, level).astype(int)
    positive = drawn[i, j] > 0
    _draw_dots(canvas, from_x + 1, to_x - 1, start_rows, end_rows, level, positive, canvas.look)


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


def draw_nodes(
    canvas: Canvas,
    column: Column,
    x: int,
    window: Window,
    chosen: int | None,
    gap: int,
    ends: tuple[bool, bool],
) -> None:
    """Draw the nodes of a layer with their values and names.

    Args:
        canvas: to draw on.
        column: the layer.
        x: where its middle stands.
        window: which nodes are drawn.
        chosen: the node that stands out. Default none.
        gap: cells between two columns.
        ends: whether it is the first, and the last column.
    """
    look = canvas.look
    mapped = column.maps is not None and window.tall > 1
    wide = 2 * (window.tall - 1) if mapped else 1
    more = "..." if look.ascii else "…"
    if window.over:
        if window.start > 0:
            canvas.centre(x, 0, more, look.faint)
        if window.start < window.over:
            canvas.centre(x, window.height - 1, more, look.faint)
    for node, row in window.rows.items():
        left = x - wide // 2
        _write_beside(canvas, column, node, (left - 2, left + wide + 1), row, gap - wide, ends)
        if mapped and column.maps is not None:
            top = row - (window.tall - 1) // 2
            _draw_map(canvas, column.maps[node], left, top, wide, window.tall - 1)
            if node == chosen:
                for line in range(window.tall - 1):
                    canvas.put(left - 1, top + line, "[", look.mark, bold=True)
                    canvas.put(left + wide, top + line, "]", look.mark, bold=True)
        else:
            letter, colour = _node(column, node, look)
            canvas.put(x, row, letter, colour)
            if node == chosen:
                canvas.put(x - 1, row, "[", look.mark, bold=True)
                canvas.put(x + 1, row, "]", look.mark, bold=True)


def _node(column: Column, node: int, look: Look) -> tuple[str, RGB]:
    """Give a node's circle: hollow and of the negative colour where its bias is negative."""
    filled, hollow = ("O", "o") if look.ascii else ("●", "○")
    if column.biases is None or node >= len(column.biases):
        return filled, look.text
    bias = float(column.biases[node])
    reach = float(np.abs(column.biases).max()) or 1.0
    end = look.positive if bias > 0 else look.negative
    return hollow if bias < 0 else filled, mix(look.text, end, min(1.0, abs(bias) / reach))


def _write_beside(
    canvas: Canvas,
    column: Column,
    node: int,
    places: tuple[int, int],
    row: int,
    gap: int,
    ends: tuple[bool, bool],
) -> None:
    """Write a node's name at the outer side of the first and the last column, and its value."""
    look = canvas.look
    before, after = places
    name, value = node_words(column, node)
    if ends[0] and (name or value):
        told = fit_text(f"{name} {value}".strip(), max(0, before + 1), ascii_only=look.ascii)
        canvas.put(before + 1 - cell_len(told), row, told, look.text)
    elif ends[1]:
        told = fit_text(f"{value} {name}".strip(), max(0, canvas.width - after), ascii_only=look.ascii)
        canvas.put(after, row, told, look.text)
    elif value and gap >= ROOM_FOR_VALUES:
        canvas.put(after - 1, row, f" {value} ", look.text)


def node_words(column: Column, node: int) -> tuple[str, str]:
    """Give a node's name and its value, as they are written; either may be empty."""
    value = "" if column.values is None else short_value(float(column.values[node]))
    return column.labels[node] if node < len(column.labels) else "", value


def short_value(value: float) -> str:
    """Write a value in at most five characters."""
    if abs(value) >= 1000:
        return f"{value:.0e}".replace("e+0", "e")
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}"


def _draw_map(canvas: Canvas, values: Array, left: int, top: int, width: int, height: int) -> None:
    """Draw what a node answers over the plane as half blocks, or letters without colours."""
    look = canvas.look
    plain = not look.shades
    lines = height if plain else height * 2
    down = (np.arange(lines) + 0.5) * values.shape[0] / lines
    across = (np.arange(width) + 0.5) * values.shape[1] / width
    cells = values[np.ix_(down.astype(int), across.astype(int))]
    steps = np.rint(cells * _SHADES).astype(int).clip(-_SHADES, _SHADES)
    for row in range(height):
        for column in range(width):
            if plain:
                place = round((steps[row, column] / _SHADES + 1) / 2 * (len(_DENSITY) - 1))
                colour = look.positive if steps[row, column] > 0 else look.negative
                canvas.put(left + column, top + row, _DENSITY[place], colour)
                continue
            upper, lower = (_shade(steps[row * 2 + half, column], look) for half in (0, 1))
            canvas.put(left + column, top + row, "▀", upper, lower)


_DENSITY = "=-:. .+*#"


def _shade(step: int, look: Look) -> RGB:
    end = look.positive if step > 0 else look.negative
    return mix(look.middle, end, abs(int(step)) / _SHADES)
