"""Activations: what a unit makes of its weighted sum, and how that changes, as one object each.

An activation gives its *calls*: functions with their arrays bound, which a step replays in order. The
arrays are made once per batch size, so nothing is allocated while training.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import Knob, register
from nn_tui.engine.checked import Checked
from nn_tui.engine.resolving import resolve

Array = NDArray[Any]
Call = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function and its arguments: `function(*arguments)`."""

Slope = Annotated[float, Knob()]


class Activation(metaclass=Checked):
    """The base of every activation.

    `one` is a weighted sum at which the value is exactly 1, or None: with it a column of ones can
    travel through the network and carry the biases (see `layers.core.Dense`). `needs_input` says
    that the derivative is told by the weighted sum rather than by the value, so both are kept.
    """

    one: float | None = None
    needs_input = False

    def value_calls(self, z: Array, a: Array) -> list[Call]:
        """Write the value at `z` into `a`; they are the same array unless `needs_input`."""
        raise NotImplementedError

    def gradient_calls(self, z: Array, a: Array, slope: Array) -> list[Call]:
        """Multiply `slope` (the loss's slope by the value) by the derivative, in place."""
        raise NotImplementedError

    def __call__(self, z: Array) -> Array:
        """Give the value at `z`; `z` is left as it is."""
        before = np.array(z, dtype=z.dtype if z.dtype.kind == "f" else np.float32)
        after = np.empty_like(before) if self.needs_input else before
        run(self.value_calls(before, after))
        return after

    def derivative(self, z: Array) -> Array:
        """Give the derivative at `z` (for softmax: of the sum of the values)."""
        before = np.array(z, dtype=z.dtype if z.dtype.kind == "f" else np.float32)
        after = np.empty_like(before) if self.needs_input else before
        run(self.value_calls(before, after))
        slope = np.ones_like(after)
        run(self.gradient_calls(before, after, slope))
        return slope


def run(calls: list[Call]) -> None:
    """Replay calls in their order."""
    for function, arguments in calls:
        function(*arguments)


def get(identifier: Any) -> Activation:
    """Give the activation for a name, a mapping or an object; None is linear."""
    made: Activation = resolve("activation", "linear" if identifier is None else identifier)
    return made


def constant(value: float, like: Array) -> Array:
    """Make a number that an array operation takes without converting it: half the cost of a float."""
    return np.array(value, dtype=like.dtype)


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


@register("activation", "relu")
class Relu(Activation):
    """Pass what is positive on, make the rest zero.

        f(z) = max(z, 0)

    Source: agrees with keras.activations.relu; the derivative at 0 is 0.
    """

    one = 1.0

    def value_calls(self, z: Array, a: Array) -> list[Call]:
        # An array of zeros is quicker than a single zero that is spread over the shape.
        return [(partial(np.maximum, z, np.zeros_like(z), out=a), ())]

    def gradient_calls(self, z: Array, a: Array, slope: Array) -> list[Call]:
        # The sign of the value is 1 where it is positive and 0 elsewhere: the derivative.
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


class _ByFormula(Activation):
    """An activation given by two plain formulas; it allocates, which only large networks notice."""

    needs_input = True

    def value(self, z: Array) -> Array:
        """The formula."""
        raise NotImplementedError

    def slope(self, z: Array) -> Array:
        """Its derivative."""
        raise NotImplementedError

    def value_calls(self, z: Array, a: Array) -> list[Call]:
        return [(lambda: np.copyto(a, self.value(z)), ())]

    def gradient_calls(self, z: Array, a: Array, slope: Array) -> list[Call]:
        return [(lambda: np.multiply(slope, self.slope(z), slope), ())]


@register("activation", "elu")
class Elu(_ByFormula):
    """Relu with a smooth floor at -alpha.

        f(z) = z if z > 0 else alpha * (exp(z) - 1)

    Args:
        alpha: how deep the floor lies. Default 1.
    Source: agrees with keras.activations.elu.
    """

    def __init__(self, alpha: Slope = 1.0) -> None:
        self.alpha = alpha

    def value(self, z: Array) -> Array:
        return np.where(z > 0, z, z.dtype.type(self.alpha) * np.expm1(np.minimum(z, 0)))

    def slope(self, z: Array) -> Array:
        return np.where(z > 0, z.dtype.type(1), z.dtype.type(self.alpha) * np.exp(np.minimum(z, 0)))


@register("activation", "selu")
class Selu(_ByFormula):
    """Elu scaled so that deep networks keep mean 0 and variance 1.

        f(z) = 1.05070098 * (z if z > 0 else 1.67326324 * (exp(z) - 1))

    Source: agrees with keras.activations.selu (Klambauer et al. 2017).
    """

    SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772

    def value(self, z: Array) -> Array:
        kind = z.dtype.type
        low = kind(self.SCALE * self.ALPHA) * np.expm1(np.minimum(z, 0))
        return np.where(z > 0, kind(self.SCALE) * z, low)

    def slope(self, z: Array) -> Array:
        kind = z.dtype.type
        low = kind(self.SCALE * self.ALPHA) * np.exp(np.minimum(z, 0))
        return np.where(z > 0, kind(self.SCALE), low)


@register("activation", "softplus")
class Softplus(_ByFormula):
    """A smooth relu.

        f(z) = log(1 + exp(z))

    Source: agrees with keras.activations.softplus.
    """

    def value(self, z: Array) -> Array:
        return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))

    def slope(self, z: Array) -> Array:
        return _sigmoid(z)


@register("activation", "softsign")
class Softsign(_ByFormula):
    """Squeeze between -1 and 1, more gently than tanh.

        f(z) = z / (1 + |z|)

    Source: agrees with keras.activations.softsign.
    """

    def value(self, z: Array) -> Array:
        return z / (1 + np.abs(z))

    def slope(self, z: Array) -> Array:
        return (1 + np.abs(z)) ** -2


@register("activation", "exponential")
class Exponential(_ByFormula):
    """Grow exponentially: for targets that are positive by nature.

        f(z) = exp(z)

    Source: agrees with keras.activations.exponential.
    """

    def value(self, z: Array) -> Array:
        return np.exp(z)

    def slope(self, z: Array) -> Array:
        return np.exp(z)


@register("activation", "silu", aliases=["swish"])
class Silu(_ByFormula):
    """Weigh the sum by its own sigmoid.

        f(z) = z * sigmoid(z)

    Source: agrees with keras.activations.silu.
    """

    def value(self, z: Array) -> Array:
        return z * _sigmoid(z)

    def slope(self, z: Array) -> Array:
        gate = _sigmoid(z)
        return gate * (1 + z * (1 - gate))


@register("activation", "mish")
class Mish(_ByFormula):
    """Weigh the sum by the tanh of its softplus.

        f(z) = z * tanh(log(1 + exp(z)))

    Source: agrees with keras.activations.mish.
    """

    def value(self, z: Array) -> Array:
        return z * np.tanh(np.logaddexp(z, z.dtype.type(0)))

    def slope(self, z: Array) -> Array:
        gate = np.tanh(np.logaddexp(z, z.dtype.type(0)))
        return gate + z * (1 - gate * gate) * _sigmoid(z)


@register("activation", "hard_sigmoid")
class HardSigmoid(_ByFormula):
    """A sigmoid made of three straight lines.

        f(z) = min(max(z + 3, 0), 6) / 6

    Source: agrees with keras.activations.hard_sigmoid.
    """

    def value(self, z: Array) -> Array:
        return np.clip(z + 3, 0, 6) / 6

    def slope(self, z: Array) -> Array:
        return np.where((z > -3) & (z < 3), z.dtype.type(1 / 6), z.dtype.type(0))


@register("activation", "gelu")
class Gelu(_ByFormula):
    """Weigh the sum by the chance that a normal number is smaller.

        f(z) = z * (1 + erf(z / sqrt(2))) / 2

    Args:
        approximate: use the tanh approximation. Default False.
    Source: agrees with keras.activations.gelu.
    """

    def __init__(self, approximate: bool = False) -> None:
        self.approximate = approximate

    def value(self, z: Array) -> Array:
        return z * self._chance(z)

    def slope(self, z: Array) -> Array:
        if self.approximate:
            gate = self._chance(z)
            inner = 2 * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z * z)
            return np.asarray(gate + z * gate * (1 - gate) * inner, z.dtype)
        density = np.exp(-0.5 * z * z) * z.dtype.type(1 / math.sqrt(2 * math.pi))
        return self._chance(z) + z * density

    def _chance(self, z: Array) -> Array:
        if self.approximate:
            inner = math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z)
            return np.asarray(0.5 * (1 + np.tanh(inner)), z.dtype)
        return np.asarray(0.5 * (1 + _erf(z * math.sqrt(0.5))), z.dtype)


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


def _sigmoid(z: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * z)), z.dtype)


def _erf(z: Array) -> Array:
    """The error function to the last digits of the type: NumPy has none."""
    if z.dtype == np.float64:
        return np.asarray(np.vectorize(math.erf, otypes=[np.float64])(z))
    # Abramowitz and Stegun 7.1.26 in float64 is good to 1.5e-7; float32 resolves 6e-8.
    x = np.abs(z).astype(np.float64)
    t = 1 / (1 + 0.3275911 * x)
    series = 0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    return np.asarray(np.sign(z) * (1 - t * series * np.exp(-x * x)))
