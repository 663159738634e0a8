"""Batches out of rows: in which order, and without a second copy of what is large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from nn_tui.engine.models import Sequential

Array = NDArray[Any]

_SMALL = 32 << 20
"""Bytes; smaller data are put into the epoch's order at once, larger ones a block of rows at a time."""
_BLOCK = 1 << 20
"""Bytes of such a block: it stays in the caches until its batches are used."""


class Feed:
    """Gives the batches of one epoch after another.

    Args:
        model: whose loss says what targets look like.
        x: features.
        y: targets as they were given.
        weights: one a row, or None.
    """

    def __init__(self, model: Sequential, x: Array, y: Array, weights: Array | None) -> None:
        self._x = x
        self._given = self._y = y
        self._model = model
        self._t = model.loss.targets(y, model.layers[-1].output_shape[-1], model.dtype)
        self._weights = None if weights is None else weights.astype(model.dtype)
        self._small = x.nbytes <= _SMALL
        kind = np.int64 if model.layers[0].takes_integers else model.dtype
        if self._small:
            self._x = np.ascontiguousarray(x, dtype=kind)
            self._ordered = np.empty_like(self._x)
        self._block_rows = max(_BLOCK // max(x[0].nbytes, 1), 1)
        self._block = np.empty((0, *x.shape[1:]), x.dtype)
        self._block_start = 0
        self._ordered_t, self._ordered_y = np.empty_like(self._t), np.empty_like(y)
        self._views: dict[int, list[tuple[Array, Array, Array | None]]] = {}
        self.order: NDArray[np.int64] | None = None

    def start_epoch(self, order: NDArray[np.int64] | None) -> None:
        """Take the rows in this order from now on; None is their own."""
        if (order is None) != (self.order is None) or self._weights is not None:
            self._views.clear()
        self.order = order
        self._epoch_x = self._x
        self._block = self._block[:0]
        self._epoch_t, self._epoch_y, self._epoch_weights = self._t, self._y, self._weights
        if order is None:
            return
        if len(order) != len(self._ordered_t):
            self._make_room(len(order))
        if self._small:
            np.take(self._x, order, axis=0, out=self._ordered, mode="clip")
            self._epoch_x = self._ordered
        np.take(self._t, order, axis=0, out=self._ordered_t, mode="clip")
        np.take(self._y, order, axis=0, out=self._ordered_y, mode="clip")
        self._epoch_t, self._epoch_y = self._ordered_t, self._ordered_y
        if self._weights is not None:
            self._epoch_weights = self._weights[order]

    def relabel(self, rows: NDArray[np.int64], labels: Array) -> None:
        """Take other targets for some rows from the next epoch on; the other rows have their own again."""
        model = self._model
        self._y = np.array(self._given)
        self._y[rows] = labels
        self._t = model.loss.targets(self._y, model.layers[-1].output_shape[-1], model.dtype)

    def _make_room(self, rows: int) -> None:
        """Make the arrays of an epoch that has another number of rows than the last one."""
        self._views.clear()
        if self._small:
            self._ordered = np.empty((rows, *self._x.shape[1:]), self._x.dtype)
        self._ordered_t = np.empty((rows, *self._t.shape[1:]), self._t.dtype)
        self._ordered_y = np.empty((rows, *self._y.shape[1:]), self._y.dtype)

    def batch(self, start: int, size: int) -> tuple[Array, Array, Array | None]:
        """Give features, targets and weights of the rows from `start` on."""
        index, beside = divmod(start, size)
        if not beside and self._small:
            # The same views serve every epoch: making them costs as much as using them.
            views = self._views.get(size)
            if views is None:
                views = [self._cut(at, size) for at in range(0, len(self._epoch_t) - size + 1, size)]
                self._views[size] = views
            if index < len(views):
                return views[index]
        return self._cut(start, size)

    def _cut(self, start: int, size: int) -> tuple[Array, Array, Array | None]:
        stop = start + size
        x = self._epoch_x[start:stop] if self._small or self.order is None else self._gathered(start, stop)
        weights = None if self._epoch_weights is None else self._epoch_weights[start:stop]
        return x, self._epoch_t[start:stop], weights

    def _gathered(self, start: int, stop: int) -> Array:
        """Give rows in the epoch's order, from a block gathered for many batches at once."""
        assert self.order is not None
        at = start - self._block_start
        if at < 0 or stop - self._block_start > len(self._block):
            rows = max(self._block_rows, stop - start)
            self._block = self._x[self.order[start : start + rows]]
            self._block_start, at = start, 0
        return self._block[at : at + stop - start]

    def targets(self, start: int, stop: int) -> tuple[Array, Array, Array | None]:
        """Give the targets as the loss takes them, as they were given, and the weights of some rows."""
        weights = None if self._epoch_weights is None else self._epoch_weights[start:stop]
        return self._epoch_t[start:stop], self._epoch_y[start:stop], weights
