"""What the outputs of a classifier say: the probability of each class, and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
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


def answered(shares: Array) -> tuple[Array, Array]:
    """Give the most probable class of each row, and its probability."""
    answer = shares.argmax(axis=1)
    return answer, np.take_along_axis(shares, answer[:, None], axis=1)[:, 0]
