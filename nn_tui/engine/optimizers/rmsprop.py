"""RMSprop: steps in units of the slope's own recent size."""

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

__all__ = ["RMSprop"]


@register("optimizer", "RMSprop", aliases=["rmsprop"])
class RMSprop(Optimizer):
    """Divide the slope by a running root mean square of its recent size.

        v = rho * v + (1 - rho) * slope * slope
        w = w - learning_rate * slope / sqrt(v + epsilon)

    Args:
        learning_rate: how far a step goes, above 0. Default 0.001.
        rho: how much of the average is kept, from 0 to below 1. Default 0.9.
        momentum: how much of the last step is kept, from 0 to below 1. Default 0.
        epsilon: keeps the division finite, above 0. Default 1e-7.
        centered: divide by the standard deviation instead. Default no.
        weight_decay: how much weights shrink at every step, times the learning rate. Default none.
        clipnorm: the largest norm of one weight array's slope. Default none.
        clipvalue: the largest size of one slope. Default none.
        global_clipnorm: the largest norm of all slopes together. Default none.
    Source: agrees with keras.optimizers.RMSprop.
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        rho: Decay = 0.9,
        momentum: Decay = 0.0,
        epsilon: Epsilon = 1e-7,
        centered: bool = False,
        weight_decay: WeightDecay = None,
        clipnorm: Limit = None,
        clipvalue: Limit = None,
        global_clipnorm: Limit = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered
        self.set_clipping(weight_decay, clipnorm, clipvalue, global_clipnorm)

    def make_state(self) -> None:
        self.velocity = np.zeros_like(self.weights)
        self.average = np.zeros_like(self.weights)
        self.moment = np.zeros_like(self.weights)
        self._root = np.empty_like(self.weights)

    def update_calls(self, scale: float) -> list[Call]:
        w, g, v, step, root = (
            self.weights, self.slopes, self.velocity, self.scratch, self._root,
        )  # fmt: skip
        number = w.dtype.type

        def update() -> None:
            np.multiply(g, number(scale), g)
            np.multiply(v, number(self.rho), v)
            np.multiply(g, g, step)
            np.multiply(step, number(1 - self.rho), step)
            np.add(v, step, v)
            np.add(v, number(self.epsilon), root)
            if self.centered:
                np.multiply(self.average, number(self.rho), self.average)
                np.multiply(g, number(1 - self.rho), step)
                np.add(self.average, step, self.average)
                np.multiply(self.average, self.average, step)
                np.subtract(root, step, root)
            np.sqrt(root, root)
            np.divide(g, root, step)
            np.multiply(step, number(self.learning_rate), step)
            if self.momentum:
                np.multiply(self.moment, number(self.momentum), self.moment)
                np.add(self.moment, step, self.moment)
                np.subtract(w, self.moment, w)
            else:
                np.subtract(w, step, w)

        return [(update, ())]

    def state_arrays(self) -> dict[str, Array]:
        return {"velocity": self.velocity, "average": self.average, "momentum": self.moment}

    def moments(self) -> dict[str, Array]:
        kept = {"velocity": self.velocity}
        if self.momentum:
            kept["momentum"] = self.moment
        if self.centered:
            kept["average_gradient"] = self.average
        return kept
