"""Pictures in sentences: what the painters draw for the eye, told for the ear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.insight.colour_words import in_words
from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import (
    Bars,
    Board,
    Column,
    Contour,
    Graph,
    Heatmap,
    Intervals,
    Lines,
    Page,
    Picture,
    Points,
    Series,
    Table,
    Tiles,
)

Array = NDArray[Any]

STOPS = 5
"""Places along a line whose values are told."""
MOST = 40
SMALL = 25
"""Numbers of an image that are told one by one."""
REGIONS = (("top", "middle", "bottom"), ("left", "centre", "right"))


def picture_sentences(picture: Picture) -> list[str]:
    """Tell a picture: its caption, then what is drawn."""
    # Every picture has a caption; one without sentences of its own is told by that alone.
    drawn = _SENTENCES.get(type(picture), lambda picture: [])(picture)
    return [sentence for sentence in (in_words(picture.caption), *drawn) if sentence]


def _lines_sentences(picture: Lines) -> list[str]:
    told = [_line_sentence(one, picture) for one in picture.series]
    if picture.usual is not None:
        low, high = map(short_number, picture.usual)
        told.append(f"Usual is {low} to {high}.")
    return told


def _bars_sentences(picture: Bars) -> list[str]:
    numbers = picture.written or map(short_number, picture.numbers)
    return [
        f"{name or at}: {number}{_former_words(picture, at - 1)}."
        for at, (name, number) in enumerate(zip(picture.names, numbers, strict=True), start=1)
    ][:MOST]


def _intervals_sentences(picture: Intervals) -> list[str]:
    told = []
    parts = zip(picture.names, picture.middles, picture.spreads, picture.counts, strict=True)
    for name, middle, spread, count in parts:
        around = f", spread {short_number(spread)}, of {count} values" if count > 1 else ""
        told.append(f"{name}: {short_number(middle)}{around}.")
    return told[:MOST]


def _page_sentences(picture: Page) -> list[str]:
    # Code keeps its indentation.
    return ["".join(text for text, _ in line).rstrip() for line in picture.lines]


def _table_sentences(picture: Table) -> list[str]:
    return [_row_sentence(picture.head, row) for row in picture.rows[:MOST]]


def _board_sentences(picture: Board) -> list[str]:
    told = []
    for title, one in zip(picture.titles, picture.pictures, strict=True):
        told += [f"{title}:", *picture_sentences(one)]
    return told


def _tiles_sentences(picture: Tiles) -> list[str]:
    """Tell the names of images; where they stand for numbers, small ones number by number."""
    if picture.unit is None:
        return [f"They are, in order: {', '.join(picture.names[:MOST])}."]
    told = []
    for name, image in zip(picture.names[:MOST], picture.images, strict=False):
        numbers = image.mean(axis=-1) * picture.unit
        if numbers.size <= SMALL:
            rows = "; ".join(" ".join(f"{value:+.2f}" for value in row) for row in numbers)
            told.append(f"{name}: {rows}.")
            continue
        at = np.unravel_index(int(np.abs(numbers).argmax()), numbers.shape)
        told.append(
            f"{name}: mean {short_number(float(numbers.mean()))}, strongest "
            f"{short_number(float(numbers[at]))} in row {at[0] + 1}, column {at[1] + 1}."
        )
    return told


def _former_words(picture: Bars, at: int) -> str:
    return f", was {short_number(picture.former[at])}" if picture.former else ""


def _row_sentence(head: tuple[str, ...], row: tuple[str, ...]) -> str:
    """Tell a row of a table: each value after the name of its column."""
    cells = [
        f"{name} {cell}".strip() for name, cell in zip(head, row, strict=True) if cell not in ("", ".")
    ]
    return f"{', '.join(cells)}." if cells else ""


def _line_sentence(series: Series, picture: Lines) -> str:
    """Tell some values along a line or a cloud of points, and where it crosses the middle of its range."""
    finite = np.isfinite(series.x) & np.isfinite(series.y)
    x, y = series.x[finite], series.y[finite]
    if not len(x):
        return ""
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    stops = np.unique(np.linspace(0, len(x) - 1, STOPS).round().astype(int))
    told = ", ".join(f"{short_number(float(y[at]))} at {short_number(float(x[at]))}" for at in stops)
    words = f"{series.name}, {picture.y_label} by {picture.x_label}: {told}."
    if series.kind == "line" and picture.y_bounds == (0.0, 1.0):
        crossings = np.flatnonzero(np.diff(y > 0.5))
        at = ", ".join(short_number(float(x[one])) for one in crossings[:8])
        words += f" It crosses 0.5 at {picture.x_label} {at}." if len(crossings) else ""
    return words[:1].upper() + words[1:]


def _heatmap_sentences(picture: Heatmap) -> list[str]:
    """Tell each ninth of the plane: what the network answers there, and how many points it gets right."""
    (left, right), (low, high) = picture.x_bounds, picture.y_bounds
    told = [
        f"{picture.x_label} goes from {short_number(left)}, left, to {short_number(right)}, right; "
        f"{picture.y_label} from {short_number(low)}, bottom, to {short_number(high)}, top."
    ]
    regression = not picture.class_names
    for row, vertical in enumerate(REGIONS[0]):
        for column, across in enumerate(REGIONS[1]):
            cells = _part(picture.values, row, column)
            name = (
                "Centre"
                if (vertical, across) == ("middle", "centre")
                else f"{vertical} {across}".capitalize()
            )
            answer = _signed_words(cells) if regression else _class_words(cells, picture)
            points = "" if regression else _points_words(picture, row, column)
            told.append(f"{name}: {answer}{points}.")
    return told


def _contour_sentences(picture: Contour) -> list[str]:
    """Tell how high each ninth of a landscape is on average, and where its ways lead."""
    (left, right), (low, high) = picture.x_bounds, picture.y_bounds
    told = [
        f"{picture.x_label} goes from {short_number(left)}, left, to {short_number(right)}, right; "
        f"{picture.y_label} from {short_number(low)}, bottom, to {short_number(high)}, top."
    ]
    for row, vertical in enumerate(REGIONS[0]):
        parts = [
            f"{across} {short_number(float(_part(picture.values, row, column).mean()))}"
            for column, across in enumerate(REGIONS[1])
        ]
        told.append(f"Loss at the {vertical}: {', '.join(parts)}.")
    for series in picture.trails:
        stops = np.unique(np.linspace(0, len(series.x) - 1, STOPS).round().astype(int))
        places = [
            f"{short_number(float(series.x[at]))}, {short_number(float(series.y[at]))}" for at in stops
        ]
        told.append(f"The {series.name}, {len(series.x)} points, right then up: {'; '.join(places)}.")
    return told


def _part(values: Array, row: int, column: int) -> Array:
    """Give one of nine equal parts of a grid; the first row is at the top."""
    height, width = values.shape
    return values[
        row * height // 3 : (row + 1) * height // 3, column * width // 3 : (column + 1) * width // 3
    ]


def _signed_words(cells: Array) -> str:
    return f"{short_number(float(cells.mean()))} of the highest on average"


def _classes_of(values: Array, picture: Heatmap) -> Array:
    return (values > 0).astype(int) if picture.meaning == "signed" else values.astype(int)


def _class_words(cells: Array, picture: Heatmap) -> str:
    counts = np.bincount(_classes_of(cells, picture).reshape(-1), minlength=len(picture.class_names))
    shares = counts / max(1, int(counts.sum()))
    largest = np.argsort(-shares, kind="stable")[:3]
    parts = [f"{picture.class_names[at]} {shares[at]:.0%}" for at in largest if shares[at] >= 0.005]
    return f"all {picture.class_names[largest[0]]}" if len(parts) == 1 else ", ".join(parts)


def _points_words(picture: Heatmap, row: int, column: int) -> str:
    """Say how many of the points of a region lie where the network answers their class."""
    rights = rows = 0
    for points in picture.points:
        place_row, place_column, inside = _cells_of(points, picture)
        height, width = picture.values.shape
        here = inside & (place_row * 3 // height == row) & (place_column * 3 // width == column)
        answers = _classes_of(picture.values[place_row[here], place_column[here]], picture)
        truth = points.values[here] > 0 if picture.meaning == "signed" else points.values[here]
        rights += int((answers == truth.astype(int)).sum())
        rows += int(here.sum())
    return f"; {rights} of {rows} rows there right" if rows else "; no rows there"


def _cells_of(points: Points, picture: Heatmap) -> tuple[Array, Array, Array]:
    (left, right), (low, high) = picture.x_bounds, picture.y_bounds
    height, width = picture.values.shape
    column = np.round((points.x - left) / (right - left) * (width - 1)).astype(int)
    row = np.round((high - points.y) / (high - low) * (height - 1)).astype(int)
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    return np.clip(row, 0, height - 1), np.clip(column, 0, width - 1), inside


def _graph_sentences(picture: Graph) -> list[str]:
    """Tell each layer and, of the weights that lead to it, the strongest."""
    told = []
    for at, column in enumerate(picture.columns):
        words = f"{column.title} {column.detail}".strip()
        names = f": {', '.join(column.labels[:MOST])}" if column.labels else ""
        told.append(f"Column {at}, {words}, {column.nodes:,} node{'s' if column.nodes > 1 else ''}{names}.")
        told += _node_sentences(column)
        edges = picture.edges[at] if at < len(picture.edges) else None
        if edges is None or not edges.size:
            continue
        positive = float((edges > 0).mean())
        strongest = np.argsort(-np.abs(edges), axis=None, kind="stable")[:3]
        parts = []
        for one in strongest:
            start, end = (int(part) for part in np.unravel_index(one, edges.shape))
            parts.append(
                f"{_node(column.labels, start)} to {_node(picture.columns[at + 1].labels, end)} "
                f"{edges[start, end]:+.2f}"
            )
        told.append(
            f"{edges.size:,} weights lead on, {positive:.0%} positive; the strongest: {', '.join(parts)}."
        )
    if picture.page is not None:
        told += ["".join(text for text, _ in line).strip() for line in picture.page.lines]
    if picture.curve is not None:
        told.append(picture.curve.caption)
    return told


def _node_sentences(column: Column) -> list[str]:
    """Tell what the nodes give for the sample, and their biases."""
    told = []
    for what, numbers in (("Values", column.values), ("Biases", column.biases)):
        if numbers is not None:
            more = ", ..." if len(numbers) > MOST else ""
            told.append(f"{what}: {', '.join(short_number(float(one)) for one in numbers[:MOST])}{more}.")
    return told


def _node(labels: tuple[str, ...], at: int) -> str:
    return labels[at] if at < len(labels) else f"node {at + 1}"


_SENTENCES: Mapping[type, Callable[[Any], list[str]]] = {
    Lines: _lines_sentences,
    Heatmap: _heatmap_sentences,
    Contour: _contour_sentences,
    Graph: _graph_sentences,
    Bars: _bars_sentences,
    Intervals: _intervals_sentences,
    Tiles: _tiles_sentences,
    Page: _page_sentences,
    Table: _table_sentences,
    Board: _board_sentences,
}
