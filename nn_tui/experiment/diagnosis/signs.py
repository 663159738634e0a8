"""`Signs`: what was measured of a run, all that a diagnosis may look at: numbers, no model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nn_tui.experiment.snapshot import Curves
from nn_tui.experiment.spec import Spec


@dataclass(frozen=True)
class LayerSigns:
    """What was measured of one layer on a sample of the training rows.

    Shares are from 0 to 1; None stands where the layer has no such thing.
    """

    index: int
    """Its place in the stack, from 0."""
    type: str
    activation: str
    units: int
    weights: float | None = None
    """The Euclidean norm of its kernels."""
    gradient: float | None = None
    """The norm of the loss's gradient by all its weights."""
    slope: float | None = None
    """The root mean square of that gradient: the size of one number of it."""
    update: float | None = None
    """How much one step of the optimizer changes the kernels: norm of the change by their norm."""
    update_at_start: float | None = None
    """The same of the first step from the initial weights."""
    dead: float | None = None
    """The share of relu units that give 0 for every row of the sample."""
    dead_at_start: float | None = None
    """The same with the initial weights."""
    saturated: float | None = None
    """The share of sigmoid or tanh outputs where the slope is less than a tenth of its largest."""
    last: bool = False
    """Whether it is the output layer."""

    @property
    def words(self) -> str:
        """What a person calls it, as the build panel numbers it: `layer 2`."""
        return f"layer {self.index + 1}"


@dataclass(frozen=True)
class DataFacts:
    """What the training rows say before anything is learned."""

    classification: bool
    classes: int = 0
    majority: float = 0.0
    """The share of the most frequent class; 0 for a regression."""
    majority_name: str = ""
    lowest: float = 0.0
    """The smallest target of a regression."""
    highest: float = 0.0
    baseline: float | None = None
    """The loss of the best constant answer: entropy of the classes, variance of the targets; None where
    the loss has no such value that is simple."""
    validation: bool = False
    """Whether there are validation rows."""


@dataclass(frozen=True, eq=False)
class Signs:
    """A run as it was measured at one moment.

    Args:
        spec: what is trained, live changes included.
        data: what the rows say.
        curves: what every epoch measured.
        epochs: epochs planned.
        learning_rate: as it is now.
        layers: one for each layer; empty where they were not measured.
        diverged: what was said when the loss left the finite numbers; empty when it did not.
        answers: the share of the sample that gets the most frequent answer; None for a regression.
        rows: how many rows the layers were measured on.
    """

    spec: Spec
    data: DataFacts
    curves: Curves
    epochs: int
    learning_rate: float
    layers: tuple[LayerSigns, ...] = ()
    diverged: str = ""
    answers: float | None = None
    rows: int = 0

    def curve(self, name: str) -> NDArray[np.float64]:
        """Give the values of a quantity, one an epoch, those that are finite; empty when not measured."""
        values = self.curves.values.get(name)
        if values is None:
            return np.empty(0)
        return np.asarray(values[np.isfinite(values)], np.float64)

    @property
    def measured(self) -> int:
        """Epochs that there are values of."""
        return len(self.curve("loss"))

    @property
    def scale(self) -> float:
        """What a loss is compared with: the best constant answer's, else the first epoch's."""
        if self.data.baseline:
            return self.data.baseline
        loss = self.curve("loss")
        return float(loss[0]) if len(loss) and loss[0] > 0 else 1.0

    @property
    def learned(self) -> float:
        """How far the loss has fallen from that of the best constant answer: 0 not at all, 1 to zero."""
        loss = self.curve("loss")
        return 1 - float(loss[-1]) / self.scale if len(loss) else 0.0

    @property
    def falling(self) -> bool:
        """Whether the loss has fallen by a hundredth of its way down in the last few epochs."""
        loss = self.curve("loss")
        return len(loss) > 5 and float(loss[:-5].min() - loss[-5:].min()) > 0.01 * self.scale

    @property
    def updates(self) -> list[float]:
        """How much one step changes each layer's kernels, where that was measured."""
        return [layer.update for layer in self.layers if layer.update]

    @property
    def hidden(self) -> list[LayerSigns]:
        """The layers before the output."""
        return [layer for layer in self.layers if not layer.last]
