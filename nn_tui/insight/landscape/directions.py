"""Two directions in the space of all weights, and where other weights lie along them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn_tui.insight.pictures import Array

EXACT = 1 << 22
"""Numbers of a way up to which it is worked on in double precision; more would take much memory."""


@dataclass(frozen=True, eq=False)
class Directions:
    """Two directions `(2, weights)` and the weights from which they lead."""

    origin: Array
    vectors: Array
    names: tuple[str, str]
    held: float | None = None
    """How much of the way lies in their plane, 0 to 1; None where they were not made of one."""

    def places(self, weights: Sequence[Array]) -> Array:
        """Give where weights lie, `(count, 2)`: the nearest point of the plane, in steps along it."""
        if not weights:
            return np.empty((0, 2))
        products = np.array(
            [[np.dot(vector, other - self.origin) for vector in self.vectors] for other in weights],
            np.float64,
        )
        between = self.vectors @ self.vectors.T
        return np.linalg.solve(between.astype(np.float64), products.T).T

    def at(self, across: float, up: float) -> Array:
        """Give the weights at a point of the plane."""
        one, other = self.vectors
        return self.origin + one.dtype.type(across) * one + one.dtype.type(up) * other


def random_directions(model: Any, origin: Array, seed: int) -> Directions:
    """Draw two directions whose parts are as long as the weights: those that lead to a unit or filter.

    Biases stay as they are. The same seed gives the same directions.

        d = d / |d| * |w|, for the weights of each unit

    Source: filter normalization of Li, Xu, Taylor, Studer and Goldstein, Visualizing the loss landscape of
    neural nets (2018).

    Args:
        model: whose memory says which weights belong together.
        origin: the flat vector of its weights.
        seed: of the experiment.
    """
    random = np.random.default_rng([seed, 2018])
    vectors = np.zeros((2, len(origin)), origin.dtype)
    for vector in vectors:
        for part, weights in zip(model.memory.parts(vector), model.memory.parts(origin), strict=True):
            drawn = random.normal(size=part.shape)
            if weights.ndim < 2:
                continue
            axes = tuple(range(weights.ndim - 1))
            lengths = np.sqrt((drawn**2).sum(axes))
            part[...] = drawn / lengths * np.sqrt((weights.astype(np.float64) ** 2).sum(axes))
    return Directions(origin, vectors, ("direction 1", "direction 2"))


def main_directions(way: Sequence[Array], origin: Array, words: str) -> Directions | None:
    """Find the two directions in which weights along a way differ most; None where they hardly differ.

    They have length 1 and stand upright on each other; along the first the way ends farther right than it
    began.

    Args:
        way: the weights, in their order.
        origin: from where the directions lead.
        words: what the way is: `path`.
    """
    if len(way) < 2:
        return None
    exact = np.float64 if len(way) * len(origin) <= EXACT else np.float32
    moved: Array = np.stack([one - origin for one in way]).astype(exact)
    moved = moved - moved.mean(axis=0)
    values, turned = np.linalg.eigh(moved @ moved.T)
    values, turned = np.maximum(values[::-1], 0.0), turned[:, ::-1]
    if not np.isfinite(values).all() or values[0] <= 1e-20:
        return None
    first = turned[:, 0] @ moved / np.sqrt(values[0])
    if np.dot(way[-1] - way[0], first) < 0:
        first = -first
    if values[1] > 1e-10 * values[0]:
        second = turned[:, 1] @ moved / np.sqrt(values[1])
    else:  # a straight way: any direction across it will do
        second = np.random.default_rng(0).normal(size=len(origin)) * (first != 0)
        second -= (second @ first) * first
        length = np.sqrt(second @ second)
        if not length > 0:
            return None
        second /= length
    second *= 1.0 if second[np.abs(second).argmax()] > 0 else -1.0
    held = float(values[:2].sum() / values.sum())
    names = (f"{words}, 1st component", "2nd")
    return Directions(origin, np.stack([first, second]).astype(origin.dtype), names, held)
