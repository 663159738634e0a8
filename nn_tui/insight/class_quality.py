"""How good the answers of a classification are: counts by class, and what probabilities are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.insight.intervals import Interval, resampled, wilson

Array = NDArray[Any]
BINS = 10


def confusion(truth: Array, answer: Array, classes: int) -> Array:
    """Count rows by true class (rows) and answered class (columns)."""
    cells = np.bincount(truth.astype(np.int64) * classes + answer, minlength=classes * classes)
    return cells.reshape(classes, classes)


@dataclass(frozen=True, eq=False)
class ClassScores:
    """Precision, recall, F1 and the number of rows of each class; 0 where nothing is divided by."""

    precision: Array
    recall: Array
    f1: Array
    support: Array


def class_scores(matrix: Array) -> ClassScores:
    """Give the scores of every class.

    precision = right / answered    recall = right / there    f1 = 2 right / (answered + there)
    """
    right = np.diagonal(matrix).astype(float)
    answered, there = matrix.sum(axis=0), matrix.sum(axis=1)
    return ClassScores(
        right / np.maximum(answered, 1),
        right / np.maximum(there, 1),
        2 * right / np.maximum(answered + there, 1),
        there,
    )


def accuracy(matrix: Array) -> float:
    """Give the share of rows that are right."""
    return float(np.trace(matrix) / max(1, matrix.sum()))


def accuracy_interval(matrix: Array) -> Interval:
    """Give Wilson's interval of the accuracy."""
    return wilson(int(np.trace(matrix)), int(matrix.sum()))


def macro_f1(matrix: Array) -> float:
    """Give the mean of the classes' F1; classes that neither occur nor are answered count as 0."""
    return float(class_scores(matrix).f1.mean())


def balanced_accuracy(matrix: Array) -> float:
    """Give the mean of the recall of the classes that occur."""
    scores = class_scores(matrix)
    return float(scores.recall[scores.support > 0].mean())


def resampled_interval(matrix: Array, statistic: Any) -> Interval:
    """Give the bootstrap's interval of a statistic of the matrix."""
    return resampled(matrix, statistic)


def majority(truth: Array, classes: int) -> tuple[int, float]:
    """Give the most frequent class and how accurate always answering it would be."""
    counts = np.bincount(truth, minlength=classes)
    return int(counts.argmax()), float(counts.max() / max(1, int(counts.sum())))


@dataclass(frozen=True, eq=False)
class Calibration:
    """Rows by how sure the answer was: edges of the bins, rows, mean probability and share right in each.

    `error` is the expected calibration error: the mean distance of the two, each bin by its rows.
    """

    edges: Array
    rows: Array
    sure: Array
    right: Array
    error: float


def calibration(sure: Array, right: Array, bins: int = BINS) -> Calibration:
    """Compare the probability of answers with how often they are right.

    Args:
        sure: the probability of each answer, 0 to 1.
        right: whether each is right.
        bins: of equal width; a value on an edge is in the lower one. Default 10.
    """
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, sure, side="left") - 1, 0, bins - 1)
    rows = np.bincount(place, minlength=bins)
    held = np.maximum(rows, 1)
    means = np.bincount(place, sure.astype(np.float64), bins) / held
    shares = np.bincount(place, right.astype(np.float64), bins) / held
    error = float((rows * np.abs(means - shares)).sum() / max(1, int(rows.sum())))
    return Calibration(edges, rows, means, shares, error)


def always(matrix: Array, answer: int) -> Array:
    """Give the confusion matrix of rows that all get one answer."""
    made = np.zeros_like(matrix)
    made[:, answer] = matrix.sum(axis=1)
    return made


def entropy(matrix: Array) -> float:
    """Give the cross-entropy of always giving each class its share of the rows."""
    shares = matrix.sum(axis=1) / max(1, matrix.sum())
    known = shares[shares > 0]
    return float(-(known * np.log(known)).sum())


def cross_entropy(truth: Array, shares: Array, least: float = 1e-7) -> float:
    """Give the mean of -log of the probability that each row's true class was given.

    Args:
        truth: class numbers.
        shares: the probability of every class, `(rows, classes)`.
        least: what a smaller probability counts as. Default 1e-7, as Keras has it.
    """
    given = np.take_along_axis(shares, truth.reshape(-1, 1).astype(np.int64), axis=1)[:, 0]
    return float(-np.log(np.clip(given.astype(np.float64), least, 1 - least)).mean())


@dataclass(frozen=True, eq=False)
class Roc:
    """For every threshold the share of other rows taken for the class, and of its own found; their area."""

    others: Array
    found: Array
    thresholds: Array
    """Rows with at least this probability are taken for the class; the first is infinite, none is."""
    area: float


def roc(truth: Array, score: Array) -> Roc | None:
    """Follow the threshold from the highest score to the lowest; None where there is one class only.

    Args:
        truth: whether each row is of the class.
        score: the probability it was given.
    """
    own = int(truth.sum())
    rest = len(truth) - own
    if not own or not rest:
        return None
    order = np.argsort(-score, kind="stable")
    ordered, hits = score[order], truth[order].astype(np.float64)
    last = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    found = np.append(0.0, np.cumsum(hits)[last] / own)
    others = np.append(0.0, np.cumsum(1 - hits)[last] / rest)
    area = float((np.diff(others) * (found[1:] + found[:-1]) / 2).sum())
    return Roc(others, found, np.append(np.inf, ordered[last].astype(np.float64)), area)


def worst_answers(truth: Array, answer: Array, sure: Array) -> Array:
    """Give the places of wrong answers, that with the highest probability first."""
    wrong = np.flatnonzero(truth != answer)
    return wrong[np.argsort(-sure[wrong], kind="stable")]
