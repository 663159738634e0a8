"""Layers that make learning harder so that it generalizes: Dropout, GaussianNoise."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.engine.activation import Call
from nn_tui.engine.layers.layer import Array, Fraction, Layer, Shape, Signal

__all__ = ["Dropout", "GaussianNoise"]


@register("layer", "Dropout")
class Dropout(Layer):
    """While training, silence some numbers at random, so that no unit relies on another.

        y = x / (1 - rate) where kept, else 0;  not training: y = x

    Args:
        rate: the share that is silenced, from 0 to below 1.
    Input: any.  Output: the same shape.
    Source: agrees with keras.layers.Dropout; the random numbers are its own.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"rate": 0.5}, (4,)),
        ({"rate": 0.0}, (2, 3)),
    ]
    keeps_ones = True
    keeps_range = True
    mask: Array
    """What the last training batch was multiplied by; its last column may be made of ones."""

    def __init__(self, rate: Fraction) -> None:
        self.rate = rate

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        if not training:
            return [(np.copyto, (y.full, x.full))]
        self.mask = mask = np.ones_like(x.full)
        kept = mask[:, :-1] if x.ones else mask
        draws = np.empty(kept.shape, np.float32)

        def draw() -> None:
            # The rate is read at every step, so that it can be changed while training.
            self.random.random(out=draws, dtype=np.float32)
            np.greater_equal(draws, np.float32(self.rate), out=kept)
            np.multiply(kept, kept.dtype.type(1 / (1 - self.rate)), out=kept)

        return [(draw, ()), (np.multiply, (x.full, mask, y.full))]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        if x.full_slope is None:
            return []
        return [(np.multiply, (y.full_slope, self.mask, x.full_slope))]


@register("layer", "GaussianNoise")
class GaussianNoise(Layer):
    """While training, add normal noise to each number.

        y = x + stddev * normal;  not training: y = x

    Args:
        stddev: the standard deviation of the noise, at least 0.
    Input: any.  Output: the same shape.
    Source: agrees with keras.layers.GaussianNoise; the random numbers are its own.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [({"stddev": 0.1}, (4,))]
    keeps_range = True

    def __init__(self, stddev: Annotated[float, Knob(at_least=0, live=True)]) -> None:
        self.stddev = stddev

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        if not training:
            return [(np.copyto, (y.full, x.full))]
        noise = np.empty(x.full.shape, np.float32)

        def add() -> None:
            self.random.standard_normal(out=noise, dtype=np.float32)
            np.multiply(noise, np.float32(self.stddev), noise)
            np.add(x.full, noise, y.full)

        return [(add, ())]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        if x.full_slope is None:
            return []
        return [(np.copyto, (x.full_slope, y.full_slope))]
