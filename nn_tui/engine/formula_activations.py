"""The smoother and rarer activations, each given by two plain formulas."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.engine.activation import Activation, Array, Call

__all__ = ["Elu", "Exponential", "Gelu", "HardSigmoid", "Mish", "Selu", "Silu", "Softplus", "Softsign"]

Slope = Annotated[float, Knob()]


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
