"""Adam: momentum and RMSprop together, both freed of their start at zero."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from nn_tui.declare import register
from nn_tui.engine.activation import Call
from nn_tui.engine.optimizers.optimizer import (
    BLOCK,
    Array,
    Decay,
    Epsilon,
    LearningRate,
    Limit,
    Optimizer,
    WeightDecay,
    blocks,
    cell,
)

__all__ = ["Adam", "AdamW"]


@register("optimizer", "Adam", aliases=["adam"])
class Adam(Optimizer):
    """Step along the slope's running mean, in units of its running size.

        m = beta_1 * m + (1 - beta_1) * slope
        v = beta_2 * v + (1 - beta_2) * slope * slope
        rate = learning_rate * sqrt(1 - beta_2^t) / (1 - beta_1^t)
        w = w - rate * m / (sqrt(v) + epsilon)

    Args:
        learning_rate: how far a step goes, above 0. Default 0.001.
        beta_1: how much of the mean is kept, from 0 to below 1. Default 0.9.
        beta_2: how much of the mean square is kept, from 0 to below 1. Default 0.999.
        epsilon: keeps the division finite, above 0. Default 1e-7.
        amsgrad: divide by the largest mean square so far. Default no.
        weight_decay: how much weights shrink at every step, times the learning rate. Default none.
        clipnorm: the largest norm of one weight array's slope. Default none.
        clipvalue: the largest size of one slope. Default none.
        global_clipnorm: the largest norm of all slopes together. Default none.
    Source: agrees with keras.optimizers.Adam (Kingma and Ba 2015; epsilon as in Keras).
    """

    # The slopes are the first row of a (2, n) array and their squares the second, so that both
    # moments decay and grow in one operation each. Sums are kept instead of averages: S1 = m / (1 -
    # beta_1), S2 = v / (1 - beta_2), both of slopes `1 / scale` times the mean's. The constants
    # that make m and v of them go into the rate and epsilon, which are single numbers.

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: Decay = 0.9,
        beta_2: Decay = 0.999,
        epsilon: Epsilon = 1e-7,
        amsgrad: bool = False,
        weight_decay: WeightDecay = None,
        clipnorm: Limit = None,
        clipvalue: Limit = None,
        global_clipnorm: Limit = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.amsgrad = amsgrad
        self.set_clipping(weight_decay, clipnorm, clipvalue, global_clipnorm)

    def allocate(self, size: int, dtype: Any) -> Array:
        # The squares stand below the slopes where both are summed at once.
        self._slopes_and_squares = np.zeros((2 if size <= BLOCK else 1, size), dtype)
        return self._slopes_and_squares[0]

    @property
    def unit(self) -> float:
        """What the sums are multiples of: the scale of the first batch size."""
        return self._unit

    def make_state(self) -> None:
        self._sums = np.zeros((2, len(self.weights)), self.weights.dtype)
        self._largest = np.zeros_like(self.weights) if self.amsgrad else None
        self._kept = np.empty(
            (2, len(self.weights) if len(self._slopes_and_squares) == 2 else 1), self.weights.dtype
        )
        self._rate, self._epsilon = cell(self.weights), cell(self.weights)
        self._betas = (math.nan, math.nan)
        self._unit = 0.0

    def before_update(self) -> None:
        super().before_update()
        t = self.iterations
        beta_1, beta_2 = self.beta_1, self.beta_2
        if (beta_1, beta_2) != self._betas:
            self._take_betas(beta_1, beta_2)
        rate = self.learning_rate * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        self._rate[()] = rate * self._rate_factor

    def _take_betas(self, beta_1: float, beta_2: float) -> None:
        old_1, old_2 = self._betas
        if not math.isnan(old_1):
            # The sums mean other averages now; the averages must not jump.
            self._sums[0] *= (1 - old_1) / (1 - beta_1)
            self._sums[1] *= (1 - old_2) / (1 - beta_2)
        self._betas = (beta_1, beta_2)
        self._kept[0], self._kept[1] = beta_1, beta_2
        self._rate_factor = (1 - beta_1) / math.sqrt(1 - beta_2)
        self._epsilon[()] = self.epsilon / math.sqrt(1 - beta_2) / (self._unit or 1.0)

    def update_calls(self, scale: float) -> list[Call]:
        if not self._unit:
            # The first batch size sets the unit of the sums; other batches are brought to it.
            self._unit = scale
            self._take_betas(self.beta_1, self.beta_2)
            # Moments that were given before are sums of means as yet.
            self._sums[0] /= scale
            self._sums[1] /= scale * scale
            if self._largest is not None:
                self._largest /= scale * scale
        calls: list[Call] = []
        for part in blocks(len(self.weights)):
            slope, w, sums = self.slopes[part], self.weights[part], self._sums[:, part]
            step, size = self.scratch[: len(w)], sums[1]
            if scale != self._unit:
                calls.append((np.multiply, (slope, w.dtype.type(scale / self._unit), slope)))
            calls += self._sum_calls(slope, sums, step)
            if self._largest is not None:
                size = self._largest[part]
                calls.append((partial(np.maximum, size, sums[1], out=size), ()))
            calls += [
                (np.sqrt, (size, step)),
                (np.add, (step, self._epsilon, step)),
                (np.divide, (sums[0], step, step)),
                (np.multiply, (step, self._rate, step)),
                (np.subtract, (w, step, w)),
            ]
        return calls

    def _sum_calls(self, slope: Array, sums: Array, scratch: Array) -> list[Call]:
        """Plan the sums of slopes and squares: few operations on few weights, little memory for many."""
        both, kept = self._slopes_and_squares, self._kept
        if len(both) == 2:
            return [
                (np.multiply, (slope, slope, both[1])),
                (np.multiply, (sums, kept, sums)),
                (np.add, (sums, both, sums)),
            ]
        (mean, square), (keep_mean, keep_square) = sums, kept[:, 0, None]
        return [
            (np.multiply, (mean, keep_mean, mean)),
            (np.add, (mean, slope, mean)),
            (np.multiply, (slope, slope, scratch)),
            (np.multiply, (square, keep_square, square)),
            (np.add, (square, scratch, square)),
        ]

    def moments(self) -> dict[str, Array]:
        first, second = self._factors()
        kept = {"momentum": self._sums[0] * first, "velocity": self._sums[1] * second}
        if self._largest is not None:
            kept["velocity_hat"] = self._largest * second
        return kept

    def _factors(self) -> tuple[Any, Any]:
        """Give what makes means of the sums: the first and the second moment's."""
        number, unit = self.weights.dtype.type, self._unit or 1.0
        beta_1, beta_2 = (self.beta_1, self.beta_2) if math.isnan(self._betas[0]) else self._betas
        return number((1 - beta_1) * unit), number((1 - beta_2) * unit * unit)

    def _put_moments(self, moments: Mapping[str, Array]) -> None:
        if math.isnan(self._betas[0]):
            # Before the first step: sums of means, until a batch size gives them their unit.
            self._take_betas(self.beta_1, self.beta_2)
        first, second = self._factors()
        self._sums[0] = moments["momentum"] / first
        self._sums[1] = moments["velocity"] / second
        if self._largest is not None:
            self._largest[...] = moments["velocity_hat"] / second

    def state(self) -> dict[str, Any]:
        """Give all that continuing bit for bit needs."""
        beta_1, beta_2 = self._betas
        known = not math.isnan(beta_1)
        return {**super().state(), "unit": self._unit, "betas": [beta_1, beta_2] if known else None}

    def restore(self, state: Mapping[str, Any]) -> None:
        super().restore(state)
        self._unit = state["unit"]
        self._betas = (math.nan, math.nan)
        if state["betas"] is not None:
            self._take_betas(*state["betas"])

    def state_arrays(self) -> dict[str, Array]:
        arrays = {"sums": self._sums}
        return arrays if self._largest is None else {**arrays, "largest": self._largest}


@register("optimizer", "AdamW", aliases=["adamw"])
class AdamW(Adam):
    """Adam whose weights shrink a little at every step, apart from their slopes.

        w = w - w * weight_decay * learning_rate, then as Adam

    Args:
        learning_rate: how far a step goes, above 0. Default 0.001.
        weight_decay: how much weights shrink at every step, times the learning rate. Default 0.004.
        beta_1: how much of the mean is kept, from 0 to below 1. Default 0.9.
        beta_2: how much of the mean square is kept, from 0 to below 1. Default 0.999.
        epsilon: keeps the division finite, above 0. Default 1e-7.
        amsgrad: divide by the largest mean square so far. Default no.
        clipnorm: the largest norm of one weight array's slope. Default none.
        clipvalue: the largest size of one slope. Default none.
        global_clipnorm: the largest norm of all slopes together. Default none.
    Source: agrees with keras.optimizers.AdamW (Loshchilov and Hutter 2019).
    """

    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        weight_decay: WeightDecay = 0.004,
        beta_1: Decay = 0.9,
        beta_2: Decay = 0.999,
        epsilon: Epsilon = 1e-7,
        amsgrad: bool = False,
        clipnorm: Limit = None,
        clipvalue: Limit = None,
        global_clipnorm: Limit = None,
    ) -> None:
        super().__init__(
            learning_rate,
            beta_1,
            beta_2,
            epsilon,
            amsgrad,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
        )
