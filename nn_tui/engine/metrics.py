"""Metrics: what people read beside the loss, as running sums that a batch or an epoch is added to.

The losses are metrics too, by their names. `mean_squared_error(y, p)` and its like are plain functions
of two arrays, as Keras has them in this place.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import Knob, find, register, registered
from nn_tui.engine import losses
from nn_tui.engine.checked import Checked
from nn_tui.errors import SpecError

Array = NDArray[Any]


class Metric(metaclass=Checked):
    """The base of every metric: a mean over samples of one number each."""

    takes: ClassVar[Literal["any", "one-hot", "classes", "values"]] = "any"
    """What targets it takes: one-hot rows, class numbers, a value an output, or whatever the loss takes."""
    total = 0.0
    count = 0

    def each(self, y: Array, p: Array) -> Array:
        """Give one number a sample; `y` as it was given to `fit`, `p` `(rows, ..., outputs)`."""
        raise NotImplementedError

    def update(self, y: Array, p: Array) -> None:
        """Add some samples."""
        numbers = self.each(y, p)
        self.total += float(numbers.sum(dtype=np.float64))
        self.count += numbers.size

    def result(self) -> float:
        """Give the value over all samples added."""
        return self.total / self.count if self.count else 0.0

    def reset(self) -> None:
        """Forget the samples."""
        self.total, self.count = 0.0, 0

    def state(self) -> dict[str, Any]:
        """Give the sums."""
        return {"total": self.total, "count": self.count}

    def restore(self, state: dict[str, Any]) -> None:
        """Take sums that `state` gave."""
        self.total, self.count = state["total"], state["count"]


def _column(y: Array) -> Array:
    """Make targets of shape (rows,) into (rows, 1)."""
    return y[..., None] if y.ndim == 1 else y


def as_rows(y: Array, p: Array) -> Array:
    """Give targets in the shape of the outputs; class numbers become one-hot rows."""
    if p.shape[-1] > 1 and (y.ndim < p.ndim or y.shape[-1] == 1):
        classes = y[..., 0] if y.ndim == p.ndim else y
        return np.eye(p.shape[-1])[classes.astype(np.int64)]
    return _column(y)


@register("metric", "binary_accuracy", aliases=["BinaryAccuracy"])
class BinaryAccuracy(Metric):
    """The share of outputs on the right side of a threshold.

    Args:
        threshold: an output above it counts as 1: 0 for outputs from -1 to 1. Default 0.5.
    Source: agrees with keras.metrics.BinaryAccuracy; exactly the threshold counts as 0.
    """

    def __init__(self, threshold: Annotated[float, Knob()] = 0.5) -> None:
        self.threshold = threshold

    def each(self, y: Array, p: Array) -> Array:
        return ((p > self.threshold) == (_column(y) > 0.5)).mean(axis=-1)


@register("metric", "categorical_accuracy", aliases=["CategoricalAccuracy"])
class CategoricalAccuracy(Metric):
    """The share of samples whose most probable class is the true one; targets are one-hot.

    Source: agrees with keras.metrics.CategoricalAccuracy.
    """

    takes = "one-hot"

    def each(self, y: Array, p: Array) -> Array:
        return p.argmax(axis=-1) == y.argmax(axis=-1)


@register("metric", "sparse_categorical_accuracy", aliases=["SparseCategoricalAccuracy"])
class SparseCategoricalAccuracy(Metric):
    """The share of samples whose most probable class is the true one; targets are class numbers.

    Source: agrees with keras.metrics.SparseCategoricalAccuracy.
    """

    takes = "classes"

    def each(self, y: Array, p: Array) -> Array:
        classes = y[..., 0] if y.ndim == p.ndim else y
        return p.argmax(axis=-1) == classes


@register("metric", "accuracy", aliases=["acc"])
class Accuracy(Metric):
    """The share of samples that are right, in the form that suits outputs and targets.

    Source: agrees with Keras's "accuracy": one output is binary, class numbers are sparse, else
    the largest output is compared with the largest target.
    """

    def each(self, y: Array, p: Array) -> Array:
        if p.shape[-1] == 1:
            return BinaryAccuracy().each(y, p)
        if y.ndim < p.ndim or y.shape[-1] == 1:
            return SparseCategoricalAccuracy().each(y, p)
        return CategoricalAccuracy().each(y, p)


class _LossMetric(Metric):
    """A loss read as a metric."""

    loss: losses.Loss

    def each(self, y: Array, p: Array) -> Array:
        return self.loss.values(p, self.loss.targets(y, p.shape[-1], p.dtype))


@register("metric", "mean_squared_error", aliases=["mse", "MSE", "MeanSquaredError"])
class MeanSquaredErrorMetric(_LossMetric):
    """The mean of the squared differences.

    Source: agrees with keras.metrics.MeanSquaredError.
    """

    loss = losses.MeanSquaredError()


@register("metric", "mean_absolute_error", aliases=["mae", "MAE", "MeanAbsoluteError"])
class MeanAbsoluteErrorMetric(_LossMetric):
    """The mean size of the differences, in the target's own unit.

    Source: agrees with keras.metrics.MeanAbsoluteError.
    """

    loss = losses.MeanAbsoluteError()


@register("metric", "root_mean_squared_error", aliases=["rmse", "RMSE", "RootMeanSquaredError"])
class RootMeanSquaredError(_LossMetric):
    """The root of the mean squared difference, in the target's own unit.

    Source: agrees with keras.metrics.RootMeanSquaredError.
    """

    loss = losses.MeanSquaredError()

    def result(self) -> float:
        """Give the root of the mean."""
        return float(np.sqrt(super().result()))


@register("metric", "r2_score", aliases=["r2", "R2Score"])
class R2Score(Metric):
    """The share of the target's variance that the outputs explain; 1 is perfect, 0 the mean's.

        r2 = 1 - sum of (y - p)^2 / sum of (y - mean of y)^2

    Several outputs count alike: the mean of their shares.

    Source: agrees with keras.metrics.R2Score, for a target that does not vary too: 0.
    """

    takes = "values"
    sums: Array

    def __init__(self) -> None:
        self.reset()

    def update(self, y: Array, p: Array) -> None:
        """Add some samples."""
        t = _column(y).astype(np.float64)
        t, p = t.reshape(-1, t.shape[-1]), p.reshape(-1, p.shape[-1])
        counts = np.full(t.shape[-1], float(len(t)))
        self.sums = self.sums + np.stack(
            [counts, t.sum(0), np.square(t).sum(0), np.square(t - p).sum(0)], axis=-1
        )

    def result(self) -> float:
        """Return the share; 0 when the target does not vary."""
        count, total, squares, errors = self.sums.T
        spread = squares - total * total / np.maximum(count, 1)
        shares = 1 - np.divide(errors, spread, out=np.ones_like(errors), where=spread > 0)
        return float(shares.mean())

    def reset(self) -> None:
        """Forget the samples."""
        self.sums = np.zeros((1, 4))

    def state(self) -> dict[str, Any]:
        """Return the sums: (outputs, 4)."""
        return {"sums": self.sums.copy()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take sums that `state` returned."""
        self.sums = np.asarray(state["sums"]).reshape(-1, 4).copy()


def get(identifier: Any) -> Metric:
    """Give the metric for a name or an object.

    Raises:
        SpecError: no such name.
    """
    if isinstance(identifier, Metric):
        return identifier
    if isinstance(identifier, type):
        made: Metric = identifier()
        return made
    name = getattr(identifier, "__name__", identifier)
    if not isinstance(name, str):
        raise SpecError(f"A metric must be a name, got {name!r}.", 'Write metrics=["accuracy"].')
    if name in _by_loss_name():
        metric = _LossMetric()
        metric.loss = losses.get(name)
        return metric
    found: Metric = find("metric", name)()
    return found


def _by_loss_name() -> set[str]:
    return set(registered("loss")) - set(registered("metric"))


def _function(name: str) -> Any:
    def measure(y_true: Array, y_pred: Array) -> Array:
        p = np.asarray(y_pred, np.float32)
        loss = losses.get(name)
        return loss.values(p, loss.targets(np.asarray(y_true), p.shape[-1], p.dtype))

    measure.__name__ = name
    measure.__doc__ = f"Give the {name.replace('_', ' ')} of each sample."
    measure.loss = name  # type: ignore[attr-defined]  # `compile(loss=...)` takes this function too
    return measure


mean_squared_error = mse = _function("mean_squared_error")
mean_absolute_error = mae = _function("mean_absolute_error")
binary_crossentropy = _function("binary_crossentropy")
categorical_crossentropy = _function("categorical_crossentropy")
sparse_categorical_crossentropy = _function("sparse_categorical_crossentropy")
