"""Layers of any network: Input, Dense, Activation, Flatten."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.engine import activations, initializers, regularizers
from nn_tui.engine.activation import Call
from nn_tui.engine.layers.layer import (
    ActivationName,
    Array,
    InitializerName,
    Layer,
    RegularizerName,
    Shape,
    Signal,
    Units,
    WeightSpec,
    checked_shape,
)
from nn_tui.engine.layers.sums import row_sum
from nn_tui.errors import ShapeError

__all__ = ["Activation", "Dense", "Flatten", "Input"]


class Input(Layer):
    """Say the shape of one row, without the batch; it is not counted among the layers.

    Args:
        shape: the shape, such as (4,) or (28, 28, 1).
    """

    def __init__(self, shape: Any) -> None:
        self.shape = checked_shape(shape)
        self.given_input_shape = self.shape


@register("layer", "Dense")
class Dense(Layer):
    """Every unit sums all inputs, each by its weight, adds its bias and activates the sum.

        y[n, j] = activation(sum over i of x[n, i] * kernel[i, j] + bias[j])

    Args:
        units: how many units, at least 1: the size of the output.
        activation: what a unit makes of its sum. Default none, the sum itself.
        use_bias: whether each unit adds a number of its own. Default yes.
        kernel_initializer: what the weights start from. Default "glorot_uniform".
        bias_initializer: what the biases start from. Default "zeros".
        kernel_regularizer: a price on large weights. Default none.
        bias_regularizer: a price on large biases. Default none.
        trainable: whether training moves the weights. Default yes.
    Input: (batch, ..., inputs).  Output: (batch, ..., units).
    Raises:
        ShapeError: the input has no axis.
    Source: agrees with keras.layers.Dense.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"units": 3}, (4,)),
        ({"units": 2, "activation": "tanh", "use_bias": False}, (3,)),
        ({"units": 3, "activation": "relu"}, (5, 2)),
        (
            {
                "units": 3,
                "activation": "sigmoid",
                "kernel_regularizer": {"type": "L1L2", "l1": 0.1, "l2": 0.2},
                "bias_regularizer": "L2",
            },
            (2,),
        ),
    ]

    def __init__(
        self,
        units: Units,
        activation: ActivationName = None,
        use_bias: bool = True,
        kernel_initializer: InitializerName = "glorot_uniform",
        bias_initializer: InitializerName = "zeros",
        kernel_regularizer: RegularizerName = None,
        bias_regularizer: RegularizerName = None,
        trainable: bool = True,
    ) -> None:
        self.units = units
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.trainable = trainable

    def output_shape_for(self, shape: Shape) -> Shape:
        if not shape:
            raise ShapeError(
                "Dense needs inputs with at least one number a row, got shape ().",
                "Give features of shape (rows, inputs).",
            )
        return (*shape[:-1], self.units)

    def weights_for(self, shape: Shape) -> list[WeightSpec]:
        specs = [
            WeightSpec(
                "kernel",
                (shape[-1], self.units),
                self.kernel_initializer,
                self.kernel_regularizer,
            )
        ]
        if self.use_bias:
            bias = WeightSpec("bias", (self.units,), self.bias_initializer, self.bias_regularizer)
            specs.append(bias)
        return specs

    def place_block(self, block: Array, slope: Array | None) -> None:
        """Take the matrix of kernel and bias, with the column that makes ones, and its slope."""
        self.block, self.block_slope = block, slope

    block: Array | None = None
    block_slope: Array | None = None

    # `a.dot(b, out)` as a bound method costs a third to a half of `np.matmul(a, b, out)` on the
    # small matrices that most networks here are made of, and the same on large ones.

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        z = np.empty_like(y.full) if self.activation.needs_input else y.full
        self._z = z
        if x.ones and self.block is not None:
            return [
                (x.full.dot, (self.block, z)),
                *self.activation.value_calls(z, y.full),
            ]
        flat = z.reshape(-1, self.units)
        calls: list[Call] = [(_rows(x.value).dot, (self.weight("kernel"), flat))]
        if self.use_bias:
            calls.append((np.add, (flat, self.weight("bias"), flat)))
        return [*calls, *self.activation.value_calls(z, y.full)]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        assert y.full_slope is not None
        calls = self.activation.gradient_calls(self._z, y.full, y.full_slope)
        return [*calls, *self.sum_backward_calls(x, y)]

    def sum_backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        """Plan the slopes by weights and input from the slope by the weighted sum."""
        assert y.full_slope is not None
        slope = y.full_slope
        calls: list[Call] = []
        if x.ones and self.block is not None:
            if self.block_slope is not None:
                calls.append((x.full.T.dot, (slope, self.block_slope)))
            if x.full_slope is not None:
                calls.append((slope.dot, (self.block.T, x.full_slope)))
                # The column of ones is nobody's doing: it has no slope.
                calls.append((x.full_slope[:, -1].fill, (0,)))
            return calls
        rows, slopes = _rows(x.value), _rows(slope)
        if (kernel_slope := self.slope("kernel")) is not None:
            calls.append((rows.T.dot, (slopes, kernel_slope)))
        if (bias_slope := self.slope("bias")) is not None:
            calls.append(row_sum(slopes, bias_slope))
        if x.slope is not None:
            target = x.slope.reshape(-1, x.slope.shape[-1])
            calls.append((slopes.dot, (self.weight("kernel").T, target)))
        return calls


@register("layer", "Activation")
class Activation(Layer):
    """Activate each number: the same as the `activation` argument of the layer before.

        y = activation(x)

    Args:
        activation: which one.
    Input: any.  Output: the same shape.
    Source: agrees with keras.layers.Activation.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"activation": "tanh"}, (4,)),
        ({"activation": "softmax"}, (3,)),
    ]

    def __init__(self, activation: Annotated[str, Knob(kind="activation")]) -> None:
        self.activation = activations.get(activation)

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        return self.activation.value_calls(x.value, y.full)

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        assert y.full_slope is not None
        calls = self.activation.gradient_calls(x.value, y.full, y.full_slope)
        if x.slope is not None:
            calls.append((np.copyto, (x.slope, y.full_slope)))
        return calls


@register("layer", "Flatten")
class Flatten(Layer):
    """Lay all numbers of a row side by side.

    Input: (batch, ...).  Output: (batch, product of the rest).
    Source: agrees with keras.layers.Flatten.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [({}, (2, 3)), ({}, (4,))]
    keeps_range = True

    def output_shape_for(self, shape: Shape) -> Shape:
        return (math.prod(shape),)

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        return [(np.copyto, (y.full.reshape(x.value.shape), x.value))]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        if x.slope is None:
            return []
        assert y.full_slope is not None
        return [(np.copyto, (x.slope, y.full_slope.reshape(x.slope.shape)))]


def _rows(array: Array) -> Array:
    """See an array of any rank as rows of its last axis, without copying."""
    return array if array.ndim == 2 else array.reshape(-1, array.shape[-1])
