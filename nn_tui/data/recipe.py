"""`Recipe`: what is known of generated rows beside the rows: how likely each target is at each input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Places:
    """Inputs that stand for all there can be."""

    x: Array
    """`(places, inputs)`, in their own units."""
    weights: Array
    """How large a share of all rows lies about each, `(places,)`; they add up to 1."""


@dataclass(frozen=True, eq=False)
class Targets:
    """The targets that occur at each of some inputs."""

    values: Array
    """`(places, targets)` or `(targets,)`: class numbers, or values."""
    shares: Array
    """How often each occurs, `(places, targets)` or `(targets,)`; they add up to 1 at each place."""


class Recipe(Protocol):
    """A recipe that rows were drawn by.

    Two recipes that draw alike are equal and can be hashed.
    """

    @property
    def why(self) -> str:
        """Why no model can be right on all rows; empty where one can."""

    def __hash__(self) -> int:
        """Recipes are remembered."""

    def places(self) -> Places:
        """Give inputs that stand for all there can be."""

    def targets(self, x: Array) -> Targets:
        """Give the targets that occur at inputs `(places, inputs)`, in their own units."""


def two_classes(chance: Array) -> Targets:
    """Give the targets of class 0 and 1 by the chance of class 1 at each place."""
    return Targets(np.array([0.0, 1.0]), np.stack([1 - chance, chance], axis=1))


def middles(low: float, high: float, count: int) -> Array:
    """Give the middles of equal parts of a range: sums over them are integrals."""
    return low + (high - low) * (np.arange(count) + 0.5) / count


def lattice(low: float, high: float, count: int) -> Array:
    """Give the middles of the equal parts of a square, `(count * count, 2)`."""
    along = middles(low, high, count)
    return np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)


def even(x: Array) -> Places:
    """Give places that all stand for as many rows."""
    return Places(x, np.full(len(x), 1 / len(x)))
