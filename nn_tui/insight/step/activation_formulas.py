"""Every activation and its derivative as formulas that can be written out with numbers.

What no formula is known for is computed by the engine and given as a number alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nn_tui.declare import name_of
from nn_tui.engine.activation import Activation
from nn_tui.engine.activations import Gelu, Selu
from nn_tui.insight.pictures import Array
from nn_tui.insight.step.expression import (
    Written,
    erf,
    exp,
    largest,
    log,
    size,
    smallest,
    tanh,
    total,
    value_of,
    where,
    written,
)

ACROSS = ("softmax", "log_softmax")
"""Activations of which each value depends on all weighted sums of the layer."""
_FAR = 700.0
"""exp of more than this is no number."""


class Formula(NamedTuple):
    """An activation's value and derivative, each of one number or of arrays, and the derivative's words."""

    value: Callable[[Any, Any], Any]
    """Of the weighted sum and the activation with its settings."""
    slope: Callable[[Any, Any, Any], Any]
    """Of the weighted sum, the value and the activation."""
    slope_words: str


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + exp(-z))


def _selu_low(z: Any) -> Any:
    return Selu.SCALE * Selu.ALPHA * exp(z)


def _gelu(z: Any, f: Gelu) -> Any:
    if f.approximate:
        return z * (1 + tanh(_inner(z))) / 2
    return z * (1 + erf(z / math.sqrt(2))) / 2


def _inner(z: Any) -> Any:
    return math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z)


def _gelu_slope(z: Any, a: Any, f: Gelu) -> Any:
    if f.approximate:
        gate = (1 + tanh(_inner(z))) / 2
        return gate + z * gate * (1 - gate) * (2 * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z * z))
    return (1 + erf(z / math.sqrt(2))) / 2 + z * exp(-(z * z) / 2) / math.sqrt(2 * math.pi)


def _mish_gate(z: Any) -> Any:
    return tanh(log(1 + exp(z)))


FORMULAS: dict[str, Formula] = {
    "linear": Formula(lambda z, f: z, lambda z, a, f: 0 * z + 1, "1"),
    "relu": Formula(
        lambda z, f: largest(z, 0), lambda z, a, f: where(value_of(z) > 0, 1, 0), "1 if z > 0 else 0"
    ),
    "relu6": Formula(
        lambda z, f: smallest(largest(z, 0), 6),
        lambda z, a, f: where((value_of(z) > 0) & (value_of(z) < 6), 1, 0),
        "1 if 0 < z < 6 else 0",
    ),
    "sigmoid": Formula(lambda z, f: _sigmoid(z), lambda z, a, f: a * (1 - a), "a * (1 - a)"),
    "tanh": Formula(lambda z, f: tanh(z), lambda z, a, f: 1 - a**2, "1 - a^2"),
    "leaky_relu": Formula(
        lambda z, f: where(value_of(z) > 0, z, f.negative_slope * z),
        lambda z, a, f: where(value_of(z) > 0, 1, f.negative_slope),
        "1 if z > 0 else negative_slope",
    ),
    "elu": Formula(
        lambda z, f: where(value_of(z) > 0, z, f.alpha * (exp(z) - 1)),
        lambda z, a, f: where(value_of(z) > 0, 1, f.alpha * exp(z)),
        "1 if z > 0 else alpha * exp(z)",
    ),
    "selu": Formula(
        lambda z, f: where(value_of(z) > 0, Selu.SCALE * z, _selu_low(z) - Selu.SCALE * Selu.ALPHA),
        lambda z, a, f: where(value_of(z) > 0, Selu.SCALE, _selu_low(z)),
        "1.05070098 * (1 if z > 0 else 1.67326324 * exp(z))",
    ),
    "softplus": Formula(lambda z, f: log(1 + exp(z)), lambda z, a, f: _sigmoid(z), "1 / (1 + exp(-z))"),
    "softsign": Formula(
        lambda z, f: z / (1 + size(z)),
        lambda z, a, f: 1 / (1 + size(z)) ** 2,
        "1 / (1 + |z|)^2",
    ),
    "exponential": Formula(lambda z, f: exp(z), lambda z, a, f: exp(z), "exp(z)"),
    "silu": Formula(
        lambda z, f: z / (1 + exp(-z)),
        lambda z, a, f: _sigmoid(z) + a * (1 - _sigmoid(z)),
        "s + a * (1 - s), s = 1 / (1 + exp(-z))",
    ),
    "mish": Formula(
        lambda z, f: z * _mish_gate(z),
        lambda z, a, f: _mish_gate(z) + z * (1 - _mish_gate(z) ** 2) * _sigmoid(z),
        "t + z * (1 - t * t) / (1 + exp(-z)), t = tanh(log(1 + exp(z)))",
    ),
    "hard_sigmoid": Formula(
        lambda z, f: smallest(largest(z + 3, 0), 6) / 6,
        lambda z, a, f: (
            where((value_of(z) > -3) & (value_of(z) < 3), written(1) / 6, 0)
            if isinstance(z, Written)
            else where((z > -3) & (z < 3), 1 / 6, 0)
        ),
        "1/6 if -3 < z < 3 else 0",
    ),
    "gelu": Formula(_gelu, _gelu_slope, "(1 + erf(z / sqrt(2))) / 2 + z * exp(-z * z / 2) / sqrt(2 pi)"),
}


def values(activation: Activation, z: Array) -> Array:
    """Give the values of an activation for weighted sums `(rows, units)`, in float64."""
    name = name_of(type(activation))
    if name in FORMULAS and float(np.abs(z).max(initial=0)) < _FAR:
        return np.asarray(FORMULAS[name].value(z, activation), np.float64)
    return np.asarray(activation(z), np.float64)


def slopes(activation: Activation, z: Array, a: Array) -> Array:
    """Give the derivative of an activation at weighted sums; not for those across all sums."""
    name = name_of(type(activation))
    if name in FORMULAS and float(np.abs(z).max(initial=0)) < _FAR:
        return np.asarray(FORMULAS[name].slope(z, a, activation), np.float64)
    return np.asarray(activation.derivative(z), np.float64)


def back(activation: Activation, z: Array, a: Array, da: Array) -> Array:
    """Give the loss's derivative by the weighted sums from the one by the values: the chain rule."""
    name = name_of(type(activation))
    if name == "softmax":
        return a * (da - (a * da).sum(axis=-1, keepdims=True))
    if name == "log_softmax":
        return da - np.exp(a) * da.sum(axis=-1, keepdims=True)
    return da * slopes(activation, z, a)


def value_written(activation: Activation, z: Array, at: int) -> Written | None:
    """Write out one value of a layer from its weighted sums `(units,)`; None where no formula is known."""
    name = name_of(type(activation))
    numbers = [Written(one) for one in z]
    if name == "softmax":
        shift = float(z.max()) if float(np.abs(z).max()) > 80 else 0.0
        powers = [exp(one - shift if shift else one) for one in numbers]
        return powers[at] / total(powers)
    if name == "log_softmax":
        return numbers[at] - log(total(exp(one) for one in numbers))
    if name not in FORMULAS or abs(float(z[at])) >= _FAR:
        return None
    return written(FORMULAS[name].value(numbers[at], activation))


def back_written(activation: Activation, z: Array, a: Array, da: Array, at: int) -> Written | None:
    """Write out the derivative by one weighted sum; None where no formula is known."""
    name = name_of(type(activation))
    if name == "softmax":
        products = total(Written(one) * Written(by) for one, by in zip(a, da, strict=True))
        return Written(a[at]) * (Written(da[at]) - products)
    if name == "log_softmax":
        return Written(da[at]) - exp(Written(a[at])) * total(Written(one) for one in da)
    if name not in FORMULAS or abs(float(z[at])) >= _FAR:
        return None
    slope = FORMULAS[name].slope(Written(z[at]), Written(a[at]), activation)
    return Written(da[at]) * written(slope)
