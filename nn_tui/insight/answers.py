"""What a network's outputs mean: probabilities, classes, numbers in their own units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from nn_tui.data.preparation import Preparation
    from nn_tui.engine.activation import Activation

Array = NDArray[Any]


def link_of(model: Any) -> Activation | None:
    """Give what makes probabilities of the outputs where the loss takes weighted sums; else None."""
    from nn_tui.engine.activations import Sigmoid, Softmax
    from nn_tui.engine.losses import BinaryCrossentropy

    loss = model.loss
    if not getattr(loss, "from_logits", False):
        return None
    return Sigmoid() if isinstance(loss, BinaryCrossentropy) else Softmax()


def probabilities(model: Any, output: Array) -> Array:
    """Give the probability of every class, `(rows, classes)`, of what the network gave."""
    output = output.reshape(len(output), -1)
    if (link := link_of(model)) is not None:
        output = link(output)
    if output.shape[1] == 1:
        # Of an output from -1 to 1 the sign tells the class.
        output = np.clip((output + 1) / 2, 0, 1) if model.loss.signed else output
        output = np.hstack([1 - output, output])
    # The course's last layer of sigmoids gives numbers that are made to sum to 1, as its loss does.
    return output / np.maximum(output.sum(axis=1, keepdims=True), 1e-12)


def own_units(preparation: Preparation | None, numbers: Any) -> Array:
    """Give predicted numbers, or targets, in the target's own units, as float64."""
    numbers = np.asarray(numbers, np.float64)
    if preparation is None:
        return numbers
    return numbers * preparation.target_scale + preparation.target_shift


def true_classes(y: Array) -> Array:
    """Give the class number of each row, of class numbers or of a number for each class."""
    return y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(-1)


def answered(shares: Array) -> tuple[Array, Array]:
    """Give the most probable class of each row, and its probability."""
    answer = shares.argmax(axis=1)
    return answer, np.take_along_axis(shares, answer[:, None], axis=1)[:, 0]
