"""The activations of everyday use, each a few whole-array operations."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.engine.activation import Activation, Array, Call, constant

__all__ = ["LeakyRelu", "Linear", "LogSoftmax", "Relu", "Relu6", "Sigmoid", "Softmax", "Tanh"]

Slope = Annotated[float, Knob()]


@register("activation", "linear")
class Linear(Activation):
    """Pass the weighted sum on as it is.

        f(z) = z

    Source: agrees with keras.activations.linear.
    """

    one = 1.0

    def value_calls(self, z: Array, a: Array) -> list[Call]:
        return [] if a is z else [(np.copyto, (a, z))]

    def gradient_calls(self, z: Array, a: Array, slope: Array) -> list[Call]:
        return []


MANY = 2000
"""Numbers from which on a comparison is quicker than a sign, as measured."""
UNCACHED = 1 << 18
"""Numbers from which on reading as many zeros takes longer than spreading one, as measured."""


@register("activation", "relu")
class Relu(Activation):
    """Pass what is positive on, make the rest zero.

        f(z) = max(z, 0)

    Source: agrees with keras.activations.relu; the derivative at 0 is 0.
    """

    one = 1.0

    def value_calls(self, z: Array, a: Array) -> list[Call]:
        # An array of zeros is quicker than a single zero that is spread over the shape, while it is cached.
        zero = np.zeros_like(z) if z.size < UNCACHED else constant(0, z)
        return [(partial(np.maximum, z, zero, out=a), ())]

    def gradient_calls(self, z: Array, a: Array, slope: Array) -> list[Call]:
        if a.size >= MANY:
            positive = np.empty(a.shape, np.bool_)
            return [(np.greater, (a, constant(0, a), positive)), (np.multiply, (slope, positive, slope))]
        # The sign of the value is 1 where it is positive and 0 elsewhere: the derivative. It takes twice as
        # long a number, but truths have to become numbers, which takes longer to begin.
        mask = np.empty_like(a)
        return [(np.sign, (a, mask)), (np.multiply, (slope, mask, slope))]


@register("activation", "relu6")
class Relu6(Activation):
    """Relu that stops growing at 6.

        f(z) = min(max(z, 0), 6)

    Source: agrees with keras.activations.relu6.
    """

    one = 1.0

    def value_calls(self, z: Array, a: Array) -> list[Call]:
        return [
            (partial(np.maximum, z, constant(0, z), out=a), ()),
            (partial(np.minimum, a, constant(6, z), out=a), ()),
        ]

    def gradient_calls(self, z: Array, a: Array, slope: Array) -> list[Call]:
        mask, below = np.empty_like(a), np.empty(a.shape, np.bool_)
        return [
            (np.sign, (a, mask)),
            (np.less, (a, constant(6, a), below)),
            (np.multiply, (mask, below, mask)),
            (np.multiply, (slope, mask, slope)),
        ]


@register("activation", "sigmoid")
class Sigmoid(Activation):
    """Squeeze the weighted sum between 0 and 1.

        f(z) = 1 / (1 + exp(-z))

    Source: agrees with keras.activations.sigmoid.
    """

    one = 40.0  # exp(-40) is less than the last digit of 1 even in float64

    def value_calls(self, z: Array, a: Array) -> list[Call]:
        # Written with tanh, which cannot overflow: f(z) = (1 + tanh(z / 2)) / 2.
        half = constant(0.5, z)
        return [
            (np.multiply, (z, half, a)),
            (np.tanh, (a, a)),
            (np.multiply, (a, half, a)),
            (np.add, (a, half, a)),
        ]

    def gradient_calls(self, z: Array, a: Array, slope: Array) -> list[Call]:
        rest = np.empty_like(a)
        return [
            (np.subtract, (constant(1, a), a, rest)),
            (np.multiply, (rest, a, rest)),
            (np.multiply, (slope, rest, slope)),
        ]


@register("activation", "tanh")
class Tanh(Activation):
    """Squeeze the weighted sum between -1 and 1.

        f(z) = (exp(z) - exp(-z)) / (exp(z) + exp(-z))

    Source: agrees with keras.activations.tanh.
    """

    one = 40.0

    def value_calls(self, z: Array, a: Array) -> list[Call]:
        return [(np.tanh, (z, a))]

    def gradient_calls(self, z: Array, a: Array, slope: Array) -> list[Call]:
        rest = np.empty_like(a)
        return [
            (np.multiply, (a, a, rest)),
            (np.subtract, (constant(1, a), rest, rest)),
            (np.multiply, (slope, rest, slope)),
        ]


@register("activation", "softmax")
class Softmax(Activation):
    """Turn the weighted sums into probabilities that add up to 1.

        f(z)[j] = exp(z[j]) / sum of exp(z[k]) over the last axis

    Source: agrees with keras.activations.softmax.
    """

    def value_calls(self, z: Array, a: Array) -> list[Call]:
        if z.shape[-1] == 2 and z.flags.c_contiguous and z.ndim == 2:
            return self._two_classes(z, a)
        top = np.empty((*z.shape[:-1], 1), z.dtype)

        # The largest is taken away so that exp cannot overflow; the quotient is the same.
        def largest() -> None:
            np.amax(z, axis=-1, keepdims=True, out=top)

        def total() -> None:
            np.sum(a, axis=-1, keepdims=True, out=top)

        return [
            (largest, ()),
            (np.subtract, (z, top, a)),
            (np.exp, (a, a)),
            (total, ()),
            (np.divide, (a, top, a)),
        ]

    @staticmethod
    def _two_classes(z: Array, a: Array) -> list[Call]:
        # Two probabilities are the sigmoids of the difference d = z[0] - z[1] and of -d.
        turn = np.array([[0.5, -0.5], [-0.5, 0.5]], z.dtype)
        half = constant(0.5, z)
        difference = np.empty_like(z)
        return [
            (z.dot, (turn, difference)),
            (np.tanh, (difference, a)),
            (np.multiply, (a, half, a)),
            (np.add, (a, half, a)),
        ]

    def gradient_calls(self, z: Array, a: Array, slope: Array) -> list[Call]:
        inner = np.empty((*a.shape[:-1], 1), a.dtype)
        product = np.empty_like(a)

        def total() -> None:
            np.sum(product, axis=-1, keepdims=True, out=inner)

        return [
            (np.multiply, (slope, a, product)),
            (total, ()),
            (np.subtract, (slope, inner, slope)),
            (np.multiply, (slope, a, slope)),
        ]


@register("activation", "leaky_relu")
class LeakyRelu(Activation):
    """Relu that lets a little of what is negative through.

        f(z) = z if z > 0 else negative_slope * z

    Args:
        negative_slope: how much of a negative sum passes. Default 0.2.
    Source: agrees with keras.activations.leaky_relu.
    """

    needs_input = True

    def __init__(self, negative_slope: Slope = 0.2) -> None:
        self.negative_slope = negative_slope

    def value_calls(self, z: Array, a: Array) -> list[Call]:
        leak, lower = constant(self.negative_slope, z), np.empty_like(z)
        zero = constant(0, z)
        return [
            (partial(np.minimum, z, zero, out=lower), ()),
            (np.multiply, (lower, leak, lower)),
            (partial(np.maximum, z, zero, out=a), ()),
            (np.add, (a, lower, a)),
        ]

    def gradient_calls(self, z: Array, a: Array, slope: Array) -> list[Call]:
        leak, one = constant(self.negative_slope, z), constant(1, z)
        positive, factor = np.empty(z.shape, np.bool_), np.empty_like(z)
        return [
            (np.greater, (z, constant(0, z), positive)),
            (np.multiply, (positive, one - leak, factor)),
            (np.add, (factor, leak, factor)),
            (np.multiply, (slope, factor, slope)),
        ]


@register("activation", "log_softmax")
class LogSoftmax(Activation):
    """The logarithm of softmax.

        f(z)[j] = z[j] - log(sum of exp(z[k]) over the last axis)

    Source: agrees with keras.activations.log_softmax.
    """

    def value_calls(self, z: Array, a: Array) -> list[Call]:
        def write() -> None:
            shifted = z - np.amax(z, axis=-1, keepdims=True)
            np.subtract(shifted, np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), a)

        return [(write, ())]

    def gradient_calls(self, z: Array, a: Array, slope: Array) -> list[Call]:
        def change() -> None:
            np.subtract(slope, np.exp(a) * slope.sum(axis=-1, keepdims=True), slope)

        return [(change, ())]
