"""The best that any model can reach on generated data: the least loss, the highest accuracy.

At each input the best answer is the one whose mean loss over the targets that occur there is least. The
mean of that over all inputs is what no model can be better than on rows it has not seen: the Bayes risk.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.recipe import Places, Recipe, Targets, two_classes
from nn_tui.engine import losses, metrics

Array = NDArray[Any]

_PARTS = 512
"""Steps of a probability that are told apart, finer near 0 and 1."""
_ROUNDS = 60
"""Steps of the search for the best answer; each leaves 0.62 of the interval."""
_LOGITS = 20.0
"""Weighted sums beyond this change a probability by less than the losses tell."""
_GOLDEN = (5**0.5 - 1) / 2
_UNBOUNDED = (losses.MeanAbsolutePercentageError, losses.Poisson, losses.KLDivergence)
"""Losses whose mean is no finite number, or which do not suit these targets."""


@lru_cache(maxsize=4)
def _known(recipe: Recipe) -> tuple[Places, Targets]:
    """Work out a recipe once, as it takes some hundredths of a second."""
    places = recipe.places()
    return places, recipe.targets(places.x)


@lru_cache(maxsize=4)
def _gathered(recipe: Recipe) -> tuple[Places, Targets]:
    """Take places together where the classes are as likely: the loss there is the same."""
    places, targets = _known(recipe)
    chance = targets.shares[:, 1]
    # Near 0 and 1 a small step changes the entropy much.
    part = np.minimum((np.arcsin(np.sqrt(chance)) * (2 / np.pi) * _PARTS).astype(int), _PARTS - 1)
    weights = np.bincount(part, places.weights, _PARTS)
    some = weights > 0
    mean = np.bincount(part, places.weights * chance, _PARTS)[some] / weights[some]
    return Places(np.empty((int(some.sum()), 0)), weights[some]), two_classes(mean)


def reachable_loss(recipe: Recipe, loss: losses.Loss, outputs: int, classes: int) -> float | None:
    """Give the least loss that any model can reach on rows of a recipe; None where it is not known.

    Args:
        recipe: of the rows.
        loss: that is measured; penalties of regularizers come on top.
        outputs: of the network.
        classes: of the data; 0 for a regression.
    """
    if isinstance(loss, _UNBOUNDED) or (outputs != 1 and outputs != classes) or classes not in (0, 2):
        return None
    places, targets = _gathered(recipe) if classes else _known(recipe)
    if isinstance(loss, losses.MeanSquaredError | losses.HalfSquaredError) and not classes:
        each = _variance(targets)
        each = each / 2 if isinstance(loss, losses.HalfSquaredError) else each
    elif isinstance(loss, losses.MeanAbsoluteError) and not classes:
        each = _absolute(targets)
    else:
        each = _searched(loss, outputs, classes, targets)
    value = float(np.broadcast_to(each, places.weights.shape) @ places.weights)
    # Probabilities are kept a ten-millionth from 0 and 1: what is left of that is 0.
    return value if value > 1e-6 else 0.0


def reachable_metric(recipe: Recipe, metric: Any, outputs: int, classes: int) -> float | None:
    """Give the best value of a metric that any model can reach; None where it is not known.

    Args:
        recipe: of the rows.
        metric: a `nn_tui.engine.metrics.Metric`.
        outputs: of the network.
        classes: of the data; 0 for a regression.
    """
    accuracies = (
        metrics.Accuracy,
        metrics.BinaryAccuracy,
        metrics.SparseCategoricalAccuracy,
    )
    if isinstance(metric, accuracies):
        return reachable_accuracy(recipe) if classes == 2 else None
    if isinstance(metric, metrics.R2Score) and not classes:
        places, targets = _known(recipe)
        rest = float(np.broadcast_to(_variance(targets), places.weights.shape) @ places.weights)
        return 1 - rest / _spread(places, targets)
    loss = getattr(metric, "loss", None)
    if not isinstance(loss, losses.Loss):
        return None
    value = reachable_loss(recipe, loss, outputs, classes)
    if value is not None and isinstance(metric, metrics.RootMeanSquaredError):
        return float(np.sqrt(value))
    return value


def reachable_accuracy(recipe: Recipe) -> float:
    """Give the highest accuracy that any model can reach: at each place the commoner class is answered."""
    places, targets = _known(recipe)
    return float(targets.shares.max(axis=-1) @ places.weights)


def _mean(targets: Targets) -> Array:
    mean: Array = (targets.values * targets.shares).sum(axis=-1)
    return mean


def _variance(targets: Targets) -> Array:
    away = targets.values - _mean(targets)[..., None]
    variance: Array = (away * away * targets.shares).sum(axis=-1)
    return variance


def _spread(places: Places, targets: Targets) -> float:
    """Give the variance of the target over all rows."""
    means = np.broadcast_to(_mean(targets), places.weights.shape)
    within = float(np.broadcast_to(_variance(targets), places.weights.shape) @ places.weights)
    whole = float(means @ places.weights)
    return within + float(np.square(means - whole) @ places.weights)


def _absolute(targets: Targets) -> Array:
    """Give the mean distance of the targets from their median."""
    shares = np.broadcast_to(targets.shares, targets.values.shape)
    order = np.argsort(targets.values, axis=-1)
    values, shares = (np.take_along_axis(part, order, axis=-1) for part in (targets.values, shares))
    middle = (np.cumsum(shares, axis=-1) < 0.5 - 1e-12).sum(axis=-1)
    median = np.take_along_axis(values, middle[..., None].clip(0, values.shape[-1] - 1), axis=-1)
    distance: Array = (np.abs(values - median) * shares).sum(axis=-1)
    return distance


def _searched(loss: losses.Loss, outputs: int, classes: int, targets: Targets) -> Array:
    """Give the least mean loss at each place, by golden section: every loss here has one valley."""
    low, high, answer = _answers(loss, outputs, classes, targets)
    places = len(targets.shares) if targets.shares.ndim == 2 else len(np.atleast_2d(targets.values))
    numbers = targets.values.shape[-1]

    def mean_loss(at: Array) -> Array:
        p = answer(at)[:, None]
        total = np.zeros(places)
        for number in range(numbers):
            y = np.broadcast_to(targets.values[..., number], (places,))
            t = _as_trained(loss, y, outputs)
            total += targets.shares[..., number] * loss.values(p[:, 0], t)
        return total

    start, stop = np.full(places, low), np.full(places, high)
    for _ in range(_ROUNDS):
        one, two = stop - _GOLDEN * (stop - start), start + _GOLDEN * (stop - start)
        left = mean_loss(one) <= mean_loss(two)
        start, stop = np.where(left, start, one), np.where(left, two, stop)
    return np.minimum(mean_loss((start + stop) / 2), np.minimum(mean_loss(start), mean_loss(stop)))


def _answers(
    loss: losses.Loss, outputs: int, classes: int, targets: Targets
) -> tuple[float, float, Callable[[Array], Array]]:
    """Give the range of a number that stands for an answer, and what the network gives for it."""
    if not classes:
        return float(targets.values.min()), float(targets.values.max()), lambda at: at[:, None]
    logits = bool(getattr(loss, "from_logits", False))
    low, high = (-_LOGITS, _LOGITS) if logits else ((-1.0, 1.0) if loss.signed else (0.0, 1.0))
    if outputs == 1:
        return low, high, lambda at: at[:, None]
    if logits:
        return low, high, lambda at: np.stack([np.zeros(len(at)), at], axis=1)
    return low, high, lambda at: np.stack([low + high - at, at], axis=1)


def _as_trained(loss: losses.Loss, y: Array, outputs: int) -> Array:
    """Turn targets into what the loss takes, as in training."""
    if loss.labels == "classes" or outputs == 1:
        return loss.targets(y, outputs, np.float64)
    return loss.targets(np.eye(outputs)[y.astype(np.int64)], outputs, np.float64)
