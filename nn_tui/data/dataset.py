"""`Dataset`: rows that are ready to train on, and the names a person knows them by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from nn_tui.data.augmentation import Augmentation
    from nn_tui.data.preparation import Preparation
    from nn_tui.data.recipe import Recipe
    from nn_tui.data.table import Table

Array = NDArray[Any]
Task = Literal["classification", "regression"]


class Stream(Protocol):
    """A stream of random numbers from 0 to below 1."""

    def random(self) -> float:
        """Give the next one."""


@dataclass(frozen=True, eq=False)
class Plane:
    """Two coordinates that all features of a row are made of: pictures are drawn over these two.

    `features` makes features `(rows, n)` of coordinates `(rows, 2)`, both unscaled. Pictures go from minus
    `reach` to `reach`.
    """

    features: Callable[[Array], Array]
    reach: float
    names: tuple[str, str] = ("x", "y")


@dataclass(frozen=True, eq=False)
class Split:
    """Some rows: features and their targets, in the same order.

    `x` is float32 `(rows, *input_shape)`. `y` is int64 `(rows,)` of class numbers for a
    classification and float32 `(rows,)` or `(rows, outputs)` for a regression. Sets that were made to be
    repeated to the last digit keep float64. `coordinates` `(rows, 2)` are there where the data lie on a
    `Plane`.
    """

    x: Array
    y: Array
    coordinates: Array | None = None
    rows: Array | None = None
    """The number of each row in its source, from 0, of a window the row after it; None where rows are whole
    series, or made by a recipe."""
    table: Table | None = None
    """The source of `rows`, where it is a table."""

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.x)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Training, validation and test rows after scaling, and how to show them in their own units.

    Scaled value = (raw value - shift) / scale, per feature; both were fitted on the training
    rows only.
    """

    name: str
    task: Task
    train: Split
    validation: Split | None
    test: Split | None
    feature_names: tuple[str, ...]
    target_name: str = "label"
    class_names: tuple[str, ...] = ()
    """One a class, in the order of the class numbers; empty for a regression."""
    shift: Array = field(default_factory=lambda: np.zeros(1, np.float32))
    scale: Array = field(default_factory=lambda: np.ones(1, np.float32))
    preparation: Preparation | None = None
    """What was learned from the training rows of a table; None for data that are arrays already."""
    notes: tuple[str, ...] = ()
    """What a person should know about these rows: rows left out, values never seen."""
    augmentation: Augmentation | None = None
    """What is done to training batches at random."""
    vocabulary: int = 0
    """Where a row is the numbers of its words: how many there are, padding included."""
    plane: Plane | None = None
    """The two coordinates that the features are made of, where they are."""
    stream: Stream | None = None
    """The random numbers after those that the rows were drawn with; to be copied before it is used."""
    recipe: Recipe | None = None
    """How likely each target is at each input, in its own units, or at each place of the `plane`; None
    where nobody knows."""

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of one row's features, without the batch."""
        return tuple(self.train.x.shape[1:])

    @property
    def classes(self) -> int:
        """The number of classes; 0 for a regression."""
        return len(self.class_names)

    @property
    def outputs(self) -> int:
        """The number of target values a row: 1 for class numbers and for a single target."""
        return 1 if self.train.y.ndim == 1 else int(np.prod(self.train.y.shape[1:]))
