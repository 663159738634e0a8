"""A row as people know it: its columns as the file had them, or its numbers in their own units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.dataset import Dataset, Split
from nn_tui.data.labels import number_word
from nn_tui.data.table import Column

Array = NDArray[Any]
MOST = 40
"""Numbers of a row that are still told one by one."""


def row_described(data: Dataset, split: Split, row: int) -> dict[str, str]:
    """Give a row by its columns or numbers; nothing for an image, a sequence or very many numbers."""
    if split.table is not None and split.rows is not None:
        found = split.table.take(split.rows[row : row + 1])
        return {column.name: cell_words(column)[0] for column in found.columns}
    if split.coordinates is not None and data.plane is not None:
        return numbers_described(split.coordinates[row], data.plane.names)
    x = split.x[row]
    if x.shape != data.shift.shape and data.shift.size != 1:
        return {}
    return numbers_described(x * data.scale + data.shift, data.feature_names)


def row_place(split: Split, row: int, name: str) -> str:
    """Say which row it is, in its source where that is known; else the number in its part."""
    if split.rows is None:
        return f"{name} row {row + 1}"
    number = int(split.rows[row])
    return f"row {number + 1}" if split.table is None else split.table.place(number)


def target_words(data: Dataset, split: Split, row: int) -> str:
    """Give the target of a row: its class, or its number in its own unit; empty where it has several."""
    target = np.reshape(split.y[row], -1)
    if data.classes:
        return data.class_names[int(target.argmax() if target.size > 1 else target[0])]
    if target.size > 1:
        return ""
    prepared = data.preparation
    shift, scale = (0.0, 1.0) if prepared is None else (prepared.target_shift, prepared.target_scale)
    return f"{float(target[0]) * scale + shift:.6g}"


def numbers_described(x: Array, features: Sequence[str]) -> dict[str, str]:
    """Give a row of few numbers by their names; nothing for an image, a sequence or very many."""
    if x.ndim != 1 or len(x) > MOST:
        return {}
    names = features if len(features) == len(x) else [f"x{at}" for at in range(len(x))]
    return {name: f"{value:.6g}" for name, value in zip(names, x.tolist(), strict=True)}


def cell_words(column: Column) -> list[str]:
    """Write a column's values as a CSV file has them; gaps are empty."""
    if column.words is not None:
        return [word or "" for word in column.words]
    if column.holds == "boolean":
        return ["" if value != value else "true" if value else "false" for value in column.values]
    if column.holds == "date":
        midnight = bool((column.values.astype("datetime64[D]") == column.values)[~column.missing].all())
        write: Callable[[Any], str] = (lambda date: str(date)[:10]) if midnight else str
        return ["" if np.isnat(date) else write(date) for date in column.values]
    if column.holds == "number":
        return ["" if value != value else number_word(value) for value in column.values.tolist()]
    return [text or "" for text in column.values]
