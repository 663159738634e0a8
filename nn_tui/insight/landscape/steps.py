"""The next steps of the training, taken by a copy: where the optimizer would lead from here."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from nn_tui.insight.pictures import Array

STEPS = 12


class NextSteps:
    """Steps that a copy of the network takes as the network would next, a piece at a time.

    Args:
        model: the copy; it has the optimizer's state too.
        data: a `Dataset`.
        batch_size: rows of a batch.
        seed: which rows the batches have.
    """

    def __init__(self, model: Any, data: Any, batch_size: int, seed: int) -> None:
        self.model, self.data = model, data
        self.size = min(batch_size, len(data.train))
        self._order = np.random.default_rng([seed, STEPS]).permutation(len(data.train))
        self._state = model.state()
        self.weights: list[Array] = [model.memory.weights.copy()]
        """Those now and after each step."""

    @property
    def finished(self) -> bool:
        """Whether all are taken, or the last led out of the finite numbers."""
        return len(self.weights) > STEPS or not np.isfinite(self.weights[-1]).all()

    def work(self, seconds: float) -> None:
        """Take steps for about some seconds, at least one."""
        model, train = self.model, self.data.train
        model.restore(self._state)
        started = time.perf_counter()
        while not self.finished:
            at = (len(self.weights) - 1) * self.size
            rows = np.take(self._order, range(at, at + self.size), mode="wrap")
            targets = model.loss.targets(train.y[rows], model.layers[-1].output_shape[-1], model.dtype)
            model.run_quietly(model.training_plan(self.size).step, train.x[rows], targets)
            self.weights.append(model.memory.weights.copy())
            if time.perf_counter() - started > seconds:
                break
        self._state = model.state()
