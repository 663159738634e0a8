"""A curve of any length as the few points that a chart can show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nn_tui.insight.pictures import Array


def thinned(x: Array, y: Array, most: int) -> tuple[Array, Array]:
    """Keep the smallest and the largest value of each of `most / 2` pieces, and both ends.

    Args:
        x: places, rising.
        y: values, as many.
        most: points to keep, about; at least 4.

    Returns:
        The places and values kept, in their order; all of them when there are few.
    """
    count = len(x)
    if count <= most:
        return x, y
    pieces = max(1, most // 2)
    length = count // pieces
    used = length * pieces
    blocks = y[:used].reshape(pieces, length)
    starts: NDArray[np.int64] = np.arange(pieces) * length
    kept = np.concatenate([starts + blocks.argmin(axis=1), starts + blocks.argmax(axis=1), [0, count - 1]])
    order = np.unique(kept)
    return x[order], y[order]
