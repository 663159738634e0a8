"""Stochastic gradient descent: a step against the slope, with or without momentum."""

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
    cell,
)

__all__ = ["SGD"]


@register("optimizer", "SGD", aliases=["sgd"])
class SGD(Optimizer):
    """Move each weight against its slope, by the learning rate.

        w = w - learning_rate * slope
        with momentum: m = momentum * m - learning_rate * slope;  w = w + m

    Args:
        learning_rate: how far a step goes, above 0. Default 0.01.
        momentum: how much of the last step is kept, from 0 to below 1. Default 0.
        nesterov: look ahead along the momentum. Default no.
        weight_decay: how much weights shrink at every step, times the learning rate. Default none.
        clipnorm: the largest norm of one weight array's slope. Default none.
        clipvalue: the largest size of one slope. Default none.
        global_clipnorm: the largest norm of all slopes together. Default none.
    Source: agrees with keras.optimizers.SGD.
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.01,
        momentum: Decay = 0.0,
        nesterov: bool = False,
        weight_decay: WeightDecay = None,
        clipnorm: Limit = None,
        clipvalue: Limit = None,
        global_clipnorm: Limit = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.nesterov = nesterov
        self.set_clipping(weight_decay, clipnorm, clipvalue, global_clipnorm)

    def make_state(self) -> None:
        self.moment = np.zeros_like(self.weights)
        self._rate = cell(self.weights)
        self._keep = cell(self.weights)

    def before_update(self) -> None:
        super().before_update()
        self._rate[()] = self.learning_rate
        self._keep[()] = self.momentum

    def update_calls(self, scale: float) -> list[Call]:
        w, g, m, step = self.weights, self.slopes, self.moment, self.scratch
        rate = cell(w)
        mean = [
            (np.multiply, (self._rate, w.dtype.type(scale), rate)),
            (np.multiply, (g, rate, step)),
        ]

        def plain_or_moment() -> None:
            # Momentum may be switched on while training, so which rule holds is asked each time.
            if not self.momentum:
                np.subtract(w, step, w)
                return
            np.multiply(m, self._keep, m)
            np.subtract(m, step, m)
            if self.nesterov:
                np.subtract(w, step, w)
                np.multiply(m, self._keep, step)
                np.add(w, step, w)
            else:
                np.add(w, m, w)

        return [*mean, (plain_or_moment, ())]

    def state_arrays(self) -> dict[str, Array]:
        return {"momentum": self.moment}

    def moments(self) -> dict[str, Array]:
        return {"momentum": self.moment} if self.momentum else {}
