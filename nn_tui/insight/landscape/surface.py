"""The loss on a grid of weights, computed a piece at a time, coarse first."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from nn_tui.insight.landscape.directions import Directions
from nn_tui.insight.pictures import Array

SIDES = (7, 13, 25, 49)
"""Points along each side, one grid after another; each has the points of the one before."""
DEAR = 0.001
"""Seconds that one point may take for the finest grid to be made."""


class Rows:
    """Rows of the data, and the loss of a network on them.

    Args:
        model: a copy, whose weights may be changed.
        x: features, `(rows, ...)`.
        y: targets.
        class_weight: how much the rows of each class count. Default all alike.
    """

    def __init__(self, model: Any, x: Array, y: Array, class_weight: Any = None) -> None:
        self.model, self.x, self.y = model, x, y
        self.targets = model.loss.targets(y, model.layers[-1].output_shape[-1], model.dtype)
        self.counts: Array | None = None
        if class_weight is not None:
            numbers = (
                y.argmax(axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(-1).astype(np.int64)
            )
            self.counts = np.array([class_weight.get(int(number), 1.0) for number in numbers])
        self.regularized = any(
            spec.regularizer is not None
            for layer in model.layers
            for spec in layer.weights_for(layer.input_shape)
        )

    def loss(self, weights: Array) -> float:
        """Give the loss with some weights, in inference mode, the regularization penalty included."""
        return float(self.model.run_quietly(self._loss, weights))

    def _loss(self, weights: Array) -> float:
        model = self.model
        model.memory.weights[...] = weights
        each = model.loss.values(model.plan(len(self.x)).run(self.x), self.targets)
        if self.counts is not None:
            each = each * self.counts.reshape(-1, *[1] * (each.ndim - 1))
        loss = each.mean(dtype=np.float64)
        return float(loss + model.penalty() if self.regularized else loss)


class Surface:
    """The loss over a part of a plane, finer from call to call.

    Args:
        directions: the plane.
        x_bounds: what part of it, across.
        y_bounds: and up.
        rows: what the loss is measured on.
    """

    def __init__(
        self,
        directions: Directions,
        x_bounds: tuple[float, float],
        y_bounds: tuple[float, float],
        rows: Rows,
    ) -> None:
        self.directions, self.rows = directions, rows
        self.x_bounds, self.y_bounds = x_bounds, y_bounds
        finest = SIDES[-1]
        self._x = np.linspace(*x_bounds, finest)
        self._y = np.linspace(*y_bounds[::-1], finest)  # the first row is at the top
        self._values = np.full((finest, finest), np.nan)
        self._known = np.zeros((finest, finest), bool)
        self.side = 0
        """Points along each side of the finest grid that is complete; 0 while there is none."""
        self._next = 0
        self._left = self._places(0)
        self._seconds, self._points = 0.0, 0

    def _places(self, number: int) -> list[tuple[int, int]]:
        step = (SIDES[-1] - 1) // (SIDES[number] - 1)
        places = range(0, SIDES[-1], step)
        return [(row, column) for row in places for column in places if not self._known[row, column]][::-1]

    @property
    def finished(self) -> bool:
        """Whether it is as fine as it gets."""
        return self._next == len(SIDES)

    @property
    def share(self) -> float:
        """How much of the next grid is known, 0 to 1."""
        return 1 - len(self._left) / max(1, SIDES[min(self._next, len(SIDES) - 1)] ** 2)

    def work(self, seconds: float) -> None:
        """Compute points for about some seconds, at least one."""
        started = now = time.perf_counter()
        while not self.finished:
            while self._left and (now - started < seconds or now == started):
                row, column = self._left.pop()
                weights = self.directions.at(self._x[column], self._y[row])
                self._values[row, column] = self.rows.loss(weights)
                self._known[row, column] = True
                self._points += 1
                now = time.perf_counter()
            if self._left:
                break
            self.side = SIDES[self._next]
            each = (self._seconds + now - started) / max(1, self._points)
            self._next += 1
            if self._next == len(SIDES) - 1 and each > DEAR:
                self._next = len(SIDES)
            if not self.finished:
                self._left = self._places(self._next)
            if now - started >= seconds:
                break
        self._seconds += time.perf_counter() - started

    @property
    def values(self) -> Array:
        """The losses on the finest complete grid, the first row at the top."""
        step = (SIDES[-1] - 1) // (self.side - 1)
        return self._values[::step, ::step].copy()

    def lowest(self) -> tuple[float, float, float]:
        """Give the lowest loss that is known and its place: loss, across, up."""
        values = np.where(np.isfinite(self._values), self._values, np.inf)
        row, column = np.unravel_index(int(values.argmin()), values.shape)
        return float(values[row, column]), float(self._x[column]), float(self._y[row])
