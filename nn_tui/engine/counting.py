"""Metrics that count hits: precision, recall, the area under the ROC curve, the first k."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import Knob, register
from nn_tui.engine.metrics import Metric, as_rows

Array = NDArray[Any]

__all__ = [
    "AUC",
    "F1Score",
    "Precision",
    "Recall",
    "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
]

Threshold = Annotated[float, Knob(at_least=0, at_most=1)]
First = Annotated[int, Knob(at_least=1)]


class _Counts(Metric):
    """Running counts of true and false positives and negatives, one for each threshold."""

    thresholds: Array

    def __init__(self) -> None:
        self.reset()

    counts: Array
    """(4, thresholds): true positives, false positives, false negatives, true negatives."""

    def update(self, y: Array, p: Array) -> None:
        """Add some samples; class numbers are turned into one-hot rows."""
        truth = as_rows(y, p).reshape(-1) > 0.5
        # A probability counts as yes at every threshold below it.
        passed = np.searchsorted(self.thresholds, p.reshape(-1).astype(np.float64), side="left")
        size = len(self.thresholds) + 1
        yes = np.bincount(passed[truth], minlength=size)
        no = np.bincount(passed[~truth], minlength=size)
        above_yes = yes[::-1].cumsum()[::-1][1:]
        above_no = no[::-1].cumsum()[::-1][1:]
        self.counts += [above_yes, above_no, yes.sum() - above_yes, no.sum() - above_no]

    def reset(self) -> None:
        """Forget the samples."""
        self.counts = np.zeros((4, len(self.thresholds)), np.int64)

    def state(self) -> dict[str, Any]:
        """Give the counts."""
        return {"counts": self.counts.copy()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take counts that `state` gave."""
        self.counts = np.asarray(state["counts"]).copy()


def _share(part: Array, rest: Array) -> Array:
    whole = part + rest
    return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)


@register("metric", "precision", aliases=["Precision"])
class Precision(_Counts):
    """Of what was called yes, the share that was yes.

        precision = true positives / (true positives + false positives)

    Args:
        thresholds: an output above it counts as yes, 0 to 1. Default 0.5.
    Source: agrees with keras.metrics.Precision with one threshold.
    """

    def __init__(self, thresholds: Threshold = 0.5) -> None:
        self.thresholds = np.array([thresholds])
        self.reset()

    def result(self) -> float:
        """Give the share; 0 when nothing was called yes."""
        return float(_share(self.counts[0], self.counts[1])[0])


@register("metric", "recall", aliases=["Recall"])
class Recall(_Counts):
    """Of what was yes, the share that was called yes.

        recall = true positives / (true positives + false negatives)

    Args:
        thresholds: an output above it counts as yes, 0 to 1. Default 0.5.
    Source: agrees with keras.metrics.Recall with one threshold.
    """

    def __init__(self, thresholds: Threshold = 0.5) -> None:
        self.thresholds = np.array([thresholds])
        self.reset()

    def result(self) -> float:
        """Give the share; 0 when nothing was yes."""
        return float(_share(self.counts[0], self.counts[2])[0])


@register("metric", "auc", aliases=["AUC"])
class AUC(_Counts):
    """The chance that a random yes gets a larger output than a random no: the area under the ROC curve.

    Args:
        num_thresholds: at how many outputs yes and no are told apart, at least 3. Default 200.
    Source: agrees with keras.metrics.AUC for the ROC curve.
    """

    def __init__(self, num_thresholds: Annotated[int, Knob(at_least=3)] = 200) -> None:
        last = num_thresholds - 1
        self.thresholds = np.array([-1e-7, *(step / last for step in range(1, last)), 1 + 1e-7])
        self.reset()

    def result(self) -> float:
        """Give the area by trapezoids between the thresholds."""
        recall = _share(self.counts[0], self.counts[2])
        alarm = _share(self.counts[1], self.counts[3])
        return float(((alarm[:-1] - alarm[1:]) * (recall[:-1] + recall[1:]) / 2).sum())


@register("metric", "f1_score", aliases=["F1Score", "f1"])
class F1Score(Metric):
    """The harmonic mean of precision and recall, of each class and then over the classes.

        f1 = 2 * true positives / (2 * true positives + false positives + false negatives)

    Args:
        average: macro: every class counts alike; weighted: by how often it occurs; micro: all
            counts together. Default "macro".
        threshold: an output above it counts as yes. Default none: the largest output of a sample is its
            yes, and a single output counts above 0.5.
    Source: agrees with keras.metrics.F1Score, whose default gives one value a class; Keras also lets a
        single output without a threshold always be yes.
    """

    counts: Array
    """(3, classes): true positives, false positives, false negatives."""

    def __init__(
        self,
        average: Literal["macro", "micro", "weighted"] = "macro",
        threshold: Annotated[float | None, Knob(above=0, at_most=1)] = None,
    ) -> None:
        self.average = average
        self.threshold = threshold
        self.reset()

    def update(self, y: Array, p: Array) -> None:
        """Add some samples; class numbers are turned into one-hot rows."""
        width = p.shape[-1]
        truth = as_rows(y, p).reshape(-1, width) > 0.5
        outputs = p.reshape(-1, width)
        threshold = 0.5 if self.threshold is None and width == 1 else self.threshold
        # As in Keras, all that share a sample's largest output are called.
        limit = outputs.max(axis=1, keepdims=True) if threshold is None else threshold
        called = outputs >= limit if threshold is None else outputs > limit
        self.counts = self.counts + np.array(
            [(called & truth).sum(axis=0), (called & ~truth).sum(axis=0), (~called & truth).sum(axis=0)]
        )

    def result(self) -> float:
        """Give the mean over the classes; a class that never occurs and is never called counts as 0."""
        counts = self.counts.reshape(3, -1)
        hits, false, missed = counts.sum(axis=1, keepdims=True) if self.average == "micro" else counts
        each = _share(2 * hits, false + missed)
        if self.average != "weighted":
            return float(each.mean())
        occurs = hits + missed
        return float((each * occurs).sum() / max(1, occurs.sum()))

    def reset(self) -> None:
        """Forget the samples."""
        self.counts = np.zeros((3, 1), np.int64)

    def state(self) -> dict[str, Any]:
        """Give the counts."""
        return {"counts": self.counts.copy()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take counts that `state` gave."""
        self.counts = np.asarray(state["counts"]).copy()


def _among_first(p: Array, classes: Array, k: int) -> Array:
    """Whether fewer than `k` outputs are larger than that of the true class."""
    own = np.take_along_axis(p, classes[..., None], axis=-1)
    return (p > own).sum(axis=-1) < k


@register("metric", "top_k_categorical_accuracy", aliases=["TopKCategoricalAccuracy"])
class TopKCategoricalAccuracy(Metric):
    """The share of samples whose true class is among the k most probable; targets are one-hot.

    Args:
        k: how many classes may be guessed, at least 1. Default 5.
    Source: agrees with keras.metrics.TopKCategoricalAccuracy.
    """

    takes = "one-hot"

    def __init__(self, k: First = 5) -> None:
        self.k = k

    def each(self, y: Array, p: Array) -> Array:
        return _among_first(p, y.argmax(axis=-1), self.k)


@register("metric", "sparse_top_k_categorical_accuracy", aliases=["SparseTopKCategoricalAccuracy"])
class SparseTopKCategoricalAccuracy(Metric):
    """The share of samples whose true class is among the k most probable; targets are class numbers.

    Args:
        k: how many classes may be guessed, at least 1. Default 5.
    Source: agrees with keras.metrics.SparseTopKCategoricalAccuracy.
    """

    takes = "classes"

    def __init__(self, k: First = 5) -> None:
        self.k = k

    def each(self, y: Array, p: Array) -> Array:
        classes = y[..., 0] if y.ndim == p.ndim else y
        return _among_first(p, classes.astype(np.int64), self.k)
