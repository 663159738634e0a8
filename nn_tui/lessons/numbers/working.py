"""One training step of a lesson's experiment in numbers, as the insight Step works it out: `step`."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.insight.step.real_step import RealStep, real_step
from nn_tui.lessons.numbers.registry import Preset, number

Array = NDArray[Any]


class Working:
    """The first step with the first training row, or with more of them: `{step.loss:.4f}`.

    Layers count from 0, also those without weights; units, features and rows too.
    `w[layer][feature][unit]` `b[layer][unit]`        weights and biases before
    `z[layer][unit]` `a[layer][unit]`                 weighted sums and outputs of the first row
    `g[layer][feature][unit]` `new[layer][feature][unit]`    gradients, and weights after the step
    `x` `raw` `p` `label` `y` `loss` `losses`         its features, scaled and not; its outputs; its target

    Args:
        of: the experiment.
        rows: how many rows are in the batch. Default 1.
    """

    def __init__(self, of: Preset, rows: int = 1) -> None:
        self._of = of
        session = of.session()
        data = session.data
        x, y = data.train.x[:rows], data.train.y[:rows]
        found: RealStep = real_step(session.model, x, y)
        self.x = x[0]
        self.raw = (x[0] * data.scale + data.shift).reshape(-1) if x.ndim == 2 else x[0]
        self.y = y[0]
        self.label = data.class_names[int(y[0])] if data.class_names else y[0]
        self.w: list[Array] = []
        self.b: list[Array] = []
        self.z: list[Array] = []
        self.a: list[Array] = [given[0] for given in found.inputs[1:]]
        self.g: list[Array] = []
        self.new: list[Array] = []
        nothing = np.zeros(0)
        for given, trained in zip(found.inputs, found.trained, strict=False):
            kernel = next((one for one in trained if one.name == "kernel"), None)
            bias = next((one for one in trained if one.name == "bias"), None)
            self.w.append(nothing if kernel is None else kernel.before)
            self.g.append(nothing if kernel is None else kernel.gradient)
            self.new.append(nothing if kernel is None else kernel.after)
            self.b.append(nothing if bias is None else bias.before)
            flat = kernel is not None and kernel.before.ndim == 2 and given.ndim == 2
            self.z.append(given[0] @ self.w[-1] + self.b[-1] if flat and bias is not None else nothing)
        self.p = self.a[-1]
        self.losses = found.losses
        self.loss = float(found.losses.mean())

    @cached_property
    def said(self) -> str:
        """The class that the outputs are largest for."""
        return self._of.data.class_names[int(np.argmax(self.p))]

    @cached_property
    def batch(self) -> Working:
        """The same with a whole batch: the first rows, in their order."""
        return Working(self._of, self._of.spec.fit.batch_size)


@number
def step(of: Preset) -> Working:
    """The first step with the first training row."""
    return Working(of)


@number
def other_step(of: Preset) -> dict[str, Working]:
    """The same of another experiment of the lesson: `{other_step[NAME].loss:.4f}`."""
    return _Others(of)


class _Others(dict[str, Working]):
    def __init__(self, of: Preset) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, name: str) -> Working:
        self[name] = Working(self._of.other(name))
        return self[name]


@number
def guessing(of: Preset) -> float:
    """The cross-entropy of a network that gives every class the same probability."""
    return math.log(len(of.data.class_names))
