"""What a network's outputs mean: probabilities, classes, numbers in their own units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine.answering import answered as answered
from nn_tui.engine.answering import link_of as link_of
from nn_tui.engine.answering import probabilities as probabilities

if TYPE_CHECKING:
    from nn_tui.data.preparation import Preparation

Array = NDArray[Any]


def own_units(preparation: Preparation | None, numbers: Any) -> Array:
    """Give predicted numbers, or targets, in the target's own units, as float64."""
    numbers = np.asarray(numbers, np.float64)
    if preparation is None:
        return numbers
    return numbers * preparation.target_scale + preparation.target_shift


def true_classes(y: Array) -> Array:
    """Give the class number of each row, of class numbers or of a number for each class."""
    return y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(-1)
