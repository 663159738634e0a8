"""`Measuring`: loss and metrics over rows that come in blocks, in inference mode."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from nn_tui.engine.models import Sequential

Array = NDArray[Any]


class Measuring:
    """Sums from which loss and metrics follow, whatever the blocks were.

    Args:
        model: compiled with a loss.
    """

    def __init__(self, model: Sequential) -> None:
        self.model = model
        self.metrics = {name: copy.deepcopy(metric) for name, metric in model.metrics.items()}
        for metric in self.metrics.values():
            metric.reset()
        self._loss, self._count = 0.0, 0

    def add(self, y: Array, output: Array, sample_weight: Array | None = None) -> Array:
        """Add rows by their targets and the network's outputs; gives the loss of each."""
        loss = self.model.loss
        each = loss.values(output, loss.targets(y, output.shape[-1], self.model.dtype))
        if sample_weight is not None:
            each = each * sample_weight.reshape(-1, *[1] * (each.ndim - 1))
        self._loss += float(each.sum(dtype=np.float64))
        self._count += each.size
        for metric in self.metrics.values():
            metric.update(y, output)
        return each

    def result(self) -> dict[str, float]:
        """Give the loss, with the regularization penalty, and the metrics over all rows added."""
        values = {"loss": self._loss / max(1, self._count) + self.model.penalty()}
        return values | {name: metric.result() for name, metric in self.metrics.items()}
