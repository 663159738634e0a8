"""Adagrad: each weight has its own rate, which shrinks with all it has moved."""

from __future__ import annotations

import numpy as np

from nn_tui.declare import register
from nn_tui.engine.activation import Call
from nn_tui.engine.optimizers.optimizer import (
    Array,
    Epsilon,
    LearningRate,
    Limit,
    Optimizer,
    Start,
    WeightDecay,
)

__all__ = ["Adagrad"]


@register("optimizer", "Adagrad", aliases=["adagrad"])
class Adagrad(Optimizer):
    """Divide the slope by the root of the sum of all its squares so far.

        a = a + slope * slope
        w = w - learning_rate * slope / sqrt(a + epsilon)

    Args:
        learning_rate: how far a step goes, above 0. Default 0.001.
        initial_accumulator_value: what the sum starts from, at least 0. Default 0.1.
        epsilon: keeps the division finite, above 0. Default 1e-7.
        weight_decay: how much weights shrink at every step, times the learning rate. Default none.
        clipnorm: the largest norm of one weight array's slope. Default none.
        clipvalue: the largest size of one slope. Default none.
        global_clipnorm: the largest norm of all slopes together. Default none.
    Source: agrees with keras.optimizers.Adagrad (Duchi et al. 2011).
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        initial_accumulator_value: Start = 0.1,
        epsilon: Epsilon = 1e-7,
        weight_decay: WeightDecay = None,
        clipnorm: Limit = None,
        clipvalue: Limit = None,
        global_clipnorm: Limit = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon
        self.set_clipping(weight_decay, clipnorm, clipvalue, global_clipnorm)

    def make_state(self) -> None:
        self.accumulator = np.full_like(self.weights, self.initial_accumulator_value)

    def update_calls(self, scale: float) -> list[Call]:
        w, g, a, step = self.weights, self.slopes, self.accumulator, self.scratch
        number = w.dtype.type

        def update() -> None:
            np.multiply(g, number(scale), g)
            np.multiply(g, g, step)
            np.add(a, step, a)
            np.add(a, number(self.epsilon), step)
            np.sqrt(step, step)
            np.divide(g, step, step)
            np.multiply(step, number(self.learning_rate), step)
            np.subtract(w, step, w)

        return [(update, ())]

    def state_arrays(self) -> dict[str, Array]:
        return {"accumulator": self.accumulator}

    def moments(self) -> dict[str, Array]:
        return {"accumulator": self.accumulator}
