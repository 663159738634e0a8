"""`RawData`: rows as they were made or read, before scaling and splitting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.dataset import Plane, Stream, Task
from nn_tui.data.recipe import Recipe
from nn_tui.errors import DataError

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class RawData:
    """Rows in their own units, in the order in which they are to be split.

    `features` is `(rows, ...)`, `target` `(rows,)`: class numbers from 0 for a classification.
    `test` and `validation` are rows that the set itself keeps for that, as (features, target).
    """

    name: str
    task: Task
    features: Array
    target: Array
    feature_names: tuple[str, ...]
    target_name: str = "label"
    class_names: tuple[str, ...] = ()
    test: tuple[Array, Array] | None = None
    validation: tuple[Array, Array] | None = None
    plane: Plane | None = None
    """Where given, `features` are two coordinates, of which the features are made."""
    dtype: Any = np.float32
    """The number type that features, and the values of a regression, are kept in."""
    stream: Stream | None = None
    """The random numbers after those that the rows were drawn with; initial weights may follow them."""
    recipe: Recipe | None = None
    """What is known of generated rows beside the rows."""

    def __post_init__(self) -> None:
        """Refuse what cannot be trained on."""
        if len(self.features) != len(self.target):
            raise DataError(f"{len(self.features)} rows but {len(self.target)} targets.", "")
        if not len(self.features):
            raise DataError(f"{self.name} has no rows.", "Choose another.")
        if self.task == "classification" and len(np.unique(self.target)) < 2:
            raise DataError(f"{self.name} has one class only.", "A classification needs two or more.")
