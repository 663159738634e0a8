"""TensorFlow Playground's rule: plain steps, and prices on weights that act beside the slope."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.engine.activation import Call
from nn_tui.engine.optimizers.optimizer import Array, LearningRate, Optimizer, cell

__all__ = ["PlaygroundSGD"]


@register("optimizer", "PlaygroundSGD")
class PlaygroundSGD(Optimizer):
    """Move each weight against its slope, and besides towards 0; biases only against their slope.

        v = w - learning_rate * slope
        L2: w = v - learning_rate * rate * w
        L1: w = v - learning_rate * rate * sign(w);  w = 0 for good where that changes the sign of v

    Unlike a layer's regularizer this adds no price to the loss.

    Args:
        learning_rate: how far a step goes, above 0. Default 0.03.
        regularization: none, L1 or L2: whether weights move towards 0. Default "none".
        regularization_rate: how far they move, times the learning rate, at least 0. Default 0.
    Source: TensorFlow Playground.
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.03,
        regularization: Literal["none", "L1", "L2"] = "none",
        regularization_rate: Annotated[float, Knob(at_least=0, scale="log", live=True)] = 0.0,
    ) -> None:
        self.learning_rate = learning_rate
        self.regularization = regularization
        self.regularization_rate = regularization_rate

    def make_state(self) -> None:
        self._rate, self._price = cell(self.weights), cell(self.weights)
        self._kernels = [variable.weight for variable in self.variables if variable.weight.ndim > 1]
        self._dead = [np.zeros(kernel.shape, bool) for kernel in self._kernels]

    def before_update(self) -> None:
        super().before_update()
        self._rate[()] = self.learning_rate
        self._price[()] = self.learning_rate * self.regularization_rate

    def update_calls(self, scale: float) -> list[Call]:
        w, step, rate = self.weights, self.scratch, cell(self.weights)
        mean = (np.multiply, (self._rate, w.dtype.type(scale), rate))
        against = [mean, (np.multiply, (self.slopes, rate, step)), (np.subtract, (w, step, w))]
        pulls = [np.empty_like(kernel) for kernel in self._kernels]
        before: list[Call] = []
        after: list[Call] = []
        for kernel, pull, dead in zip(self._kernels, pulls, self._dead, strict=True):
            if self.regularization == "L2":
                before.append((np.multiply, (kernel, self._price, pull)))
                after.append((np.subtract, (kernel, pull, kernel)))
            elif self.regularization == "L1":
                before += [(np.sign, (kernel, pull)), (np.multiply, (pull, self._price, pull))]
                after.append((_pull_to_zero, (kernel, pull, dead)))
        return [*before, *against, *after]

    def state_arrays(self) -> dict[str, Array]:
        return {f"dead_{number}": dead for number, dead in enumerate(self._dead)}


def _pull_to_zero(kernel: Array, pull: Array, dead: Array) -> None:
    """Move weights towards 0; those that would pass it, or once did, stay there."""
    pulled = kernel - pull
    np.logical_or(dead, kernel * pulled < 0, dead)
    pulled[dead] = 0
    kernel[...] = pulled
