"""The activations as a written file has them: each one plain formula, by its registered name."""

from __future__ import annotations

from typing import Any

import numpy as np


def linear(z: Any) -> Any:
    """Pass the sum on as it is."""
    return z


def relu(z: Any) -> Any:
    """Pass what is positive on, make the rest zero."""
    return np.maximum(z, 0)


def relu6(z: Any) -> Any:
    """Relu that stops growing at 6."""
    return np.clip(z, 0, 6)


def sigmoid(z: Any) -> Any:
    """Squeeze between 0 and 1: 1 / (1 + exp(-z)), written so that exp cannot overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def tanh(z: Any) -> Any:
    """Squeeze between -1 and 1."""
    return np.tanh(z)


def softmax(z: Any) -> Any:
    """Make probabilities that add up to 1; the largest is taken away so that exp cannot overflow."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(z: Any) -> Any:
    """Give the logarithm of softmax."""
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def leaky_relu(z: Any, negative_slope: float = 0.2) -> Any:
    """Relu that lets a little of what is negative through."""
    return np.where(z > 0, z, negative_slope * z)


def elu(z: Any, alpha: float = 1.0) -> Any:
    """Relu with a smooth floor at -alpha."""
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def selu(z: Any) -> Any:
    """Elu scaled so that deep networks keep mean 0 and variance 1."""
    return 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0)))


def softplus(z: Any) -> Any:
    """A smooth relu: log(1 + exp(z))."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def softsign(z: Any) -> Any:
    """Squeeze between -1 and 1, gently."""
    return z / (1 + np.abs(z))


def exponential(z: Any) -> Any:
    """Grow exponentially."""
    return np.exp(z)


def silu(z: Any) -> Any:
    """Weigh the sum by its own sigmoid."""
    return z * sigmoid(z)


def mish(z: Any) -> Any:
    """Weigh the sum by the tanh of its softplus."""
    return z * np.tanh(softplus(z))


def hard_sigmoid(z: Any) -> Any:
    """A sigmoid made of three straight lines."""
    return np.clip(z + 3, 0, 6) / 6


def gelu(z: Any, approximate: bool = False) -> Any:
    """Weigh the sum by the chance that a normal number is smaller."""
    if approximate:
        return 0.5 * z * (1 + np.tanh(0.7978845608028654 * (z + 0.044715 * z * z * z)))
    return (0.5 * z * (1 + erf(0.7071067811865476 * z))).astype(z.dtype)


def erf(z: Any) -> Any:
    """The error function, which NumPy lacks, to 1.5e-7: Abramowitz and Stegun 7.1.26."""
    x = np.abs(z).astype(np.float64)
    t = 1 / (1 + 0.3275911 * x)
    series = 0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    return np.sign(z) * (1 - t * series * np.exp(-x * x))
