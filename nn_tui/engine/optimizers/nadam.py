"""Nadam: Adam that looks ahead along its momentum."""

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

__all__ = ["Nadam"]


@register("optimizer", "Nadam", aliases=["nadam"])
class Nadam(Optimizer):
    """Step along the slope's running mean as it will be at the next step, in units of its running size.

        u(t) = beta_1 * (1 - 0.5 * 0.96^t);  U(t) = U(t-1) * u(t)
        ahead = u(t+1) * m / (1 - U(t) * u(t+1)) + (1 - u(t)) * slope / (1 - U(t))
        w = w - learning_rate * ahead / (sqrt(v / (1 - beta_2^t)) + epsilon)

    Args:
        learning_rate: how far a step goes, above 0. Default 0.001.
        beta_1: how much of the mean is kept, from 0 to below 1. Default 0.9.
        beta_2: how much of the mean square is kept, from 0 to below 1. Default 0.999.
        epsilon: keeps the division finite, above 0. Default 1e-7.
        weight_decay: how much weights shrink at every step, times the learning rate. Default none.
        clipnorm: the largest norm of one weight array's slope. Default none.
        clipvalue: the largest size of one slope. Default none.
        global_clipnorm: the largest norm of all slopes together. Default none.
    Source: agrees with keras.optimizers.Nadam (Dozat 2016).
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
        self.squares = np.zeros_like(self.weights)
        self.product = np.ones(1)
        self._root = np.empty_like(self.weights)

    def update_calls(self, scale: float) -> list[Call]:
        w, g, m, v = self.weights, self.slopes, self.mean, self.squares
        step, root = self.scratch, self._root
        number = w.dtype.type

        def update() -> None:
            t = self.iterations
            now = self.beta_1 * (1 - 0.5 * 0.96**t)
            following = self.beta_1 * (1 - 0.5 * 0.96 ** (t + 1))
            self.product *= now
            done = float(self.product[0])
            np.multiply(g, number(scale), g)
            np.subtract(g, m, step)
            np.multiply(step, number(1 - self.beta_1), step)
            np.add(m, step, m)
            np.multiply(g, g, step)
            np.subtract(step, v, step)
            np.multiply(step, number(1 - self.beta_2), step)
            np.add(v, step, v)
            np.multiply(m, number(following / (1 - done * following)), step)
            np.multiply(g, number((1 - now) / (1 - done)), root)
            np.add(step, root, step)
            np.multiply(v, number(1 / (1 - self.beta_2**t)), root)
            np.sqrt(root, root)
            np.add(root, number(self.epsilon), root)
            np.divide(step, root, step)
            np.multiply(step, number(self.learning_rate), step)
            np.subtract(w, step, w)

        return [(update, ())]

    def state_arrays(self) -> dict[str, Array]:
        return {"mean": self.mean, "squares": self.squares, "product": self.product}

    def moments(self) -> dict[str, Array]:
        return {"momentum": self.mean, "velocity": self.squares, "u_product": self.product}
