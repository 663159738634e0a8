"""Adamax: Adam with the largest recent slope in place of the root mean square."""

from __future__ import annotations

import numpy as np

from nn_tui.declare import register
from nn_tui.engine.activation import Call
from nn_tui.engine.optimizers.optimizer import (
    Array,
    Decay,
    Epsilon,
    LearningRate,
    Limit,
    Optimizer,
    WeightDecay,
)

__all__ = ["Adamax"]


@register("optimizer", "Adamax", aliases=["adamax"])
class Adamax(Optimizer):
    """Step along the slope's running mean, in units of its largest recent size.

        m = beta_1 * m + (1 - beta_1) * slope;  u = max(beta_2 * u, |slope|)
        w = w - learning_rate * m / ((1 - beta_1^t) * (u + epsilon))

    Args:
        learning_rate: how far a step goes, above 0. Default 0.001.
        beta_1: how much of the mean is kept, from 0 to below 1. Default 0.9.
        beta_2: how much of the largest size is kept, from 0 to below 1. Default 0.999.
        epsilon: keeps the division finite, above 0. Default 1e-7.
        weight_decay: how much weights shrink at every step, times the learning rate. Default none.
        clipnorm: the largest norm of one weight array's slope. Default none.
        clipvalue: the largest size of one slope. Default none.
        global_clipnorm: the largest norm of all slopes together. Default none.
    Source: agrees with keras.optimizers.Adamax (Kingma and Ba 2015, section 7).
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: Decay = 0.9,
        beta_2: Decay = 0.999,
        epsilon: Epsilon = 1e-7,
        weight_decay: WeightDecay = None,
        clipnorm: Limit = None,
        clipvalue: Limit = None,
        global_clipnorm: Limit = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.set_clipping(weight_decay, clipnorm, clipvalue, global_clipnorm)

    def make_state(self) -> None:
        self.mean = np.zeros_like(self.weights)
        self.largest = np.zeros_like(self.weights)

    def update_calls(self, scale: float) -> list[Call]:
        w, g, m, u, step = self.weights, self.slopes, self.mean, self.largest, self.scratch
        number = w.dtype.type

        def update() -> None:
            np.multiply(g, number(scale), g)
            np.subtract(g, m, step)
            np.multiply(step, number(1 - self.beta_1), step)
            np.add(m, step, m)
            np.multiply(u, number(self.beta_2), u)
            np.abs(g, step)
            np.maximum(u, step, out=u)
            np.add(u, number(self.epsilon), step)
            np.divide(m, step, step)
            rate = self.learning_rate / (1 - self.beta_1**self.iterations)
            np.multiply(step, number(rate), step)
            np.subtract(w, step, w)

        return [(update, ())]

    def state_arrays(self) -> dict[str, Array]:
        return {"mean": self.mean, "largest": self.largest}

    def moments(self) -> dict[str, Array]:
        return {"momentum": self.mean, "norm": self.largest}
