"""Activations that are layers of their own because they have settings or weights: LeakyReLU, PReLU."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.engine import initializers, regularizers
from nn_tui.engine.activation import Call
from nn_tui.engine.layers.layer import (
    InitializerName,
    Layer,
    RegularizerName,
    Shape,
    Signal,
    WeightSpec,
)

__all__ = ["LeakyReLU", "PReLU"]


class _Leaking(Layer):
    """A relu that lets `alpha` times what is negative through."""

    def _alpha(self) -> Any:
        raise NotImplementedError

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        value, out = x.value, y.full

        def forward() -> None:
            np.multiply(np.minimum(value, 0), self._alpha(), out)
            np.add(out, np.maximum(value, 0), out)

        return [(forward, ())]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        value, slope, target = x.value, y.full_slope, x.slope
        assert slope is not None

        def backward() -> None:
            alpha_slope = self.slope("alpha")
            if alpha_slope is not None:
                np.sum(slope * np.minimum(value, 0), axis=0, out=alpha_slope)
            if target is not None:
                np.multiply(slope, np.where(value > 0, value.dtype.type(1), self._alpha()), target)

        return [(backward, ())]


@register("layer", "LeakyReLU")
class LeakyReLU(_Leaking):
    """Relu that lets a little of what is negative through.

        y = x if x > 0 else negative_slope * x

    Args:
        negative_slope: how much of a negative number passes. Default 0.3.
    Input: any.  Output: the same shape.
    Source: agrees with keras.layers.LeakyReLU.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [({}, (4,)), ({"negative_slope": 0.1}, (2, 3))]

    def __init__(self, negative_slope: Annotated[float, Knob(at_least=0, live=True)] = 0.3) -> None:
        self.negative_slope = negative_slope

    def _alpha(self) -> Any:
        return np.float32(self.negative_slope)


@register("layer", "PReLU")
class PReLU(_Leaking):
    """Relu that learns, for each number, how much of what is negative to let through.

        y = x if x > 0 else alpha * x

    Args:
        alpha_initializer: what alpha starts from. Default "zeros".
        alpha_regularizer: a price on large ones. Default none.
        trainable: whether training moves alpha. Default yes.
    Input: any.  Output: the same shape.
    Source: agrees with keras.layers.PReLU.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [({}, (4,)), ({}, (2, 3))]

    def __init__(
        self,
        alpha_initializer: InitializerName = "zeros",
        alpha_regularizer: RegularizerName = None,
        trainable: bool = True,
    ) -> None:
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.trainable = trainable

    def weights_for(self, shape: Shape) -> list[WeightSpec]:
        return [WeightSpec("alpha", shape, self.alpha_initializer, self.alpha_regularizer)]

    def _alpha(self) -> Any:
        return self.weight("alpha")
