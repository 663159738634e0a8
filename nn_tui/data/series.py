"""Rows in their order become sequences: a sliding window, or one sequence for each series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.errors import DataError

Array = NDArray[Any]


def windows(rows: Array, targets: Array, length: int) -> tuple[Array, Array]:
    """Give for every row but the first `length` the rows before it, and its own target.

    Args:
        rows: `(rows, features)`.
        targets: `(rows, ...)`.
        length: rows in a window.

    Returns:
        x `(rows - length, length, features)` and y `(rows - length, ...)`.

    Raises:
        DataError: there are too few rows.
    """
    if len(rows) <= length:
        raise DataError(
            f"A window of {length} rows needs more than {length} rows, there are {len(rows)}.",
            "Set a smaller data.window.",
        )
    view = np.lib.stride_tricks.sliding_window_view(rows[:-1], length, axis=0)
    return np.ascontiguousarray(view.transpose(0, 2, 1)), targets[length:]


def by_series(
    rows: Array, targets: Array, series: Sequence[str | None], length: int
) -> tuple[Array, Array]:
    """Give each series as one sequence, and the target of its last row.

    Sequences that are shorter begin with zeros; of longer ones the end is kept.

    Args:
        rows: `(rows, features)`, in the order of time within each series.
        targets: `(rows, ...)`.
        series: the series of each row.
        length: rows of a sequence.

    Returns:
        x `(series, length, features)` and y `(series, ...)`, in the order in which the series begin.
    """
    places: dict[str, list[int]] = {}
    for row, name in enumerate(series):
        places.setdefault(name or "", []).append(row)
    x = np.zeros((len(places), length, rows.shape[1]), np.float32)
    for at, members in enumerate(places.values()):
        kept = members[-length:]
        x[at, length - len(kept) :] = rows[kept]
    return x, targets[[members[-1] for members in places.values()]]
