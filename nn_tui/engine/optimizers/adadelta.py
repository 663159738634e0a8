"""Adadelta: steps in units of the steps before, so that a rate is hardly needed."""

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

__all__ = ["Adadelta"]


@register("optimizer", "Adadelta", aliases=["adadelta"])
class Adadelta(Optimizer):
    """Multiply the slope by the recent size of steps and divide it by its own recent size.

        v = rho * v + (1 - rho) * slope * slope
        step = slope * sqrt(d + epsilon) / sqrt(v + epsilon)
        d = rho * d + (1 - rho) * step * step;  w = w - learning_rate * step

    Args:
        learning_rate: times every step, above 0. Default 0.001.
        rho: how much of the averages is kept, from 0 to below 1. Default 0.95.
        epsilon: keeps the division finite, above 0. Default 1e-7.
        weight_decay: how much weights shrink at every step, times the learning rate. Default none.
        clipnorm: the largest norm of one weight array's slope. Default none.
        clipvalue: the largest size of one slope. Default none.
        global_clipnorm: the largest norm of all slopes together. Default none.
    Source: agrees with keras.optimizers.Adadelta (Zeiler 2012).
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        rho: Decay = 0.95,
        epsilon: Epsilon = 1e-7,
        weight_decay: WeightDecay = None,
        clipnorm: Limit = None,
        clipvalue: Limit = None,
        global_clipnorm: Limit = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.rho = rho
        self.epsilon = epsilon
        self.set_clipping(weight_decay, clipnorm, clipvalue, global_clipnorm)

    def make_state(self) -> None:
        self.squares = np.zeros_like(self.weights)
        self.steps = np.zeros_like(self.weights)
        self._root = np.empty_like(self.weights)

    def update_calls(self, scale: float) -> list[Call]:
        w, g, v, d = self.weights, self.slopes, self.squares, self.steps
        step, root = self.scratch, self._root
        number = w.dtype.type

        def update() -> None:
            keep, take, epsilon = number(self.rho), number(1 - self.rho), number(self.epsilon)
            np.multiply(g, number(scale), g)
            np.multiply(v, keep, v)
            np.multiply(g, g, step)
            np.multiply(step, take, step)
            np.add(v, step, v)
            np.add(d, epsilon, step)
            np.sqrt(step, step)
            np.multiply(step, g, step)
            np.add(v, epsilon, root)
            np.sqrt(root, root)
            np.divide(step, root, step)
            np.multiply(d, keep, d)
            np.multiply(step, step, root)
            np.multiply(root, take, root)
            np.add(d, root, d)
            np.multiply(step, number(self.learning_rate), step)
            np.subtract(w, step, w)

        return [(update, ())]

    def state_arrays(self) -> dict[str, Array]:
        return {"squares": self.squares, "steps": self.steps}

    def moments(self) -> dict[str, Array]:
        return {"accumulated_grad": self.squares, "accumulated_delta_var": self.steps}
