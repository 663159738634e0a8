"""Regularizers: a price on large weights, added to the loss."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import Knob, register
from nn_tui.engine.checked import Checked
from nn_tui.engine.resolving import resolve

Array = NDArray[Any]
Strength = Annotated[float, Knob(at_least=0, scale="log", live=True)]


class Regularizer(metaclass=Checked):
    """The base of every regularizer: a sum of absolute values and of squares."""

    l1: float = 0.0
    l2: float = 0.0

    def __call__(self, weight: Array) -> float:
        """Give the penalty for a weight array."""
        penalty = 0.0
        if self.l1:
            penalty += self.l1 * float(np.abs(weight).sum(dtype=np.float64))
        if self.l2:
            penalty += self.l2 * float(np.square(weight).sum(dtype=np.float64))
        return penalty

    def add_gradient(self, weight: Array, gradient: Array, scale: float, scratch: Array) -> None:
        """Add `scale` times the penalty's slope to the gradient; `scratch` has its shape."""
        if self.l2:
            np.multiply(weight, weight.dtype.type(2 * self.l2 * scale), scratch)
            np.add(gradient, scratch, gradient)
        if self.l1:
            np.sign(weight, scratch)
            np.multiply(scratch, weight.dtype.type(self.l1 * scale), scratch)
            np.add(gradient, scratch, gradient)


def get(identifier: Any) -> Regularizer | None:
    """Give the regularizer for None, a name, a mapping or an object."""
    made: Regularizer | None = resolve("regularizer", identifier)
    return made


@register("regularizer", "L1", aliases=["l1"])
class L1(Regularizer):
    """Price the absolute size of weights: many become exactly unimportant.

        penalty = l1 * sum of |w|

    Args:
        l1: the price, at least 0. Default 0.01.
    Source: agrees with keras.regularizers.L1.
    """

    def __init__(self, l1: Strength = 0.01) -> None:
        self.l1 = l1


@register("regularizer", "L2", aliases=["l2"])
class L2(Regularizer):
    """Price the square of weights: large ones shrink most.

        penalty = l2 * sum of w * w

    Args:
        l2: the price, at least 0. Default 0.01.
    Source: agrees with keras.regularizers.L2.
    """

    def __init__(self, l2: Strength = 0.01) -> None:
        self.l2 = l2


@register("regularizer", "L1L2", aliases=["l1_l2"])
class L1L2(Regularizer):
    """Price both the absolute size and the square of weights.

        penalty = l1 * sum of |w| + l2 * sum of w * w

    Args:
        l1: the price of the absolute size, at least 0. Default 0.
        l2: the price of the square, at least 0. Default 0.
    Source: agrees with keras.regularizers.L1L2.
    """

    def __init__(self, l1: Strength = 0.0, l2: Strength = 0.0) -> None:
        self.l1 = l1
        self.l2 = l2


def l1(l1: float = 0.01) -> L1:
    """Make an L1 regularizer, as in `kernel_regularizer=regularizers.l1(0.01)`."""
    return L1(l1=l1)


def l2(l2: float = 0.01) -> L2:
    """Make an L2 regularizer, as in `kernel_regularizer=regularizers.l2(0.01)`."""
    return L2(l2=l2)


def l1_l2(l1: float = 0.0, l2: float = 0.0) -> L1L2:
    """Make an L1L2 regularizer; as in Keras 3, what is not given costs nothing."""
    return L1L2(l1=l1, l2=l2)
