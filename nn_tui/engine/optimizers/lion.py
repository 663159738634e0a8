"""Lion: every weight moves by the same amount, in the direction of its momentum."""

from __future__ import annotations

import numpy as np

from nn_tui.declare import register
from nn_tui.engine.activation import Call
from nn_tui.engine.optimizers.optimizer import (
    Array,
    Decay,
    LearningRate,
    Limit,
    Optimizer,
    WeightDecay,
)

__all__ = ["Lion"]


@register("optimizer", "Lion", aliases=["lion"])
class Lion(Optimizer):
    """Step by the sign of a mix of the slope and its running mean.

        w = w - learning_rate * sign(beta_1 * m + (1 - beta_1) * slope)
        m = beta_2 * m + (1 - beta_2) * slope

    Args:
        learning_rate: how far each weight moves, above 0. Default 0.001.
        beta_1: the share of the mean in the direction, from 0 to below 1. Default 0.9.
        beta_2: how much of the mean is kept, from 0 to below 1. Default 0.99.
        weight_decay: how much weights shrink at every step, times the learning rate. Default none.
        clipnorm: the largest norm of one weight array's slope. Default none.
        clipvalue: the largest size of one slope. Default none.
        global_clipnorm: the largest norm of all slopes together. Default none.
    Source: agrees with keras.optimizers.Lion (Chen et al. 2023).
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: Decay = 0.9,
        beta_2: Decay = 0.99,
        weight_decay: WeightDecay = None,
        clipnorm: Limit = None,
        clipvalue: Limit = None,
        global_clipnorm: Limit = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.set_clipping(weight_decay, clipnorm, clipvalue, global_clipnorm)

    def make_state(self) -> None:
        self.mean = np.zeros_like(self.weights)
        self._mix = np.empty_like(self.weights)

    def update_calls(self, scale: float) -> list[Call]:
        w, g, m, step, mix = self.weights, self.slopes, self.mean, self.scratch, self._mix
        number = w.dtype.type

        def update() -> None:
            np.multiply(g, number(scale), g)
            np.multiply(m, number(self.beta_1), mix)
            np.multiply(g, number(1 - self.beta_1), step)
            np.add(mix, step, mix)
            np.sign(mix, mix)
            np.multiply(mix, number(self.learning_rate), mix)
            np.subtract(w, mix, w)
            np.multiply(m, number(self.beta_2), m)
            np.multiply(g, number(1 - self.beta_2), step)
            np.add(m, step, m)

        return [(update, ())]

    def _sweep(self) -> None:
        """Keep everything: the sign of the mean counts, however small it is."""

    def state_arrays(self) -> dict[str, Array]:
        return {"mean": self.mean}

    def moments(self) -> dict[str, Array]:
        return {"momentum": self.mean}
