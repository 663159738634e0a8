"""The rows that the fit draws and measures, and how often and how far the network is off on them."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.insight.answers import own_units, probabilities
from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import Array

Shown = list[tuple[Any, Any, str]]
"""Splits with their role and their name."""

MOST_POINTS = 400
"""Rows of a split that are drawn; of more these many, evenly taken."""
MEASURED = 2000
"""Rows of a split that are measured, fewer of rows with more than 32 numbers."""


def shown_splits(data: Any) -> Shown:
    """Give the rows that are drawn: those trained on and those kept apart, with their role and name."""
    kept = (data.test, "test", "test")
    if data.test is None:
        kept = (data.validation, "validation", "validation")
    return [part for part in ((data.train, "train", "training"), kept) if part[0] is not None]


def drawn(split: Any, most: int = MOST_POINTS) -> slice:
    """Give the rows of a split that are drawn."""
    return slice(None, None, max(1, -(-len(split.x) // most)))


def chance_of(model: Any, answers: Array) -> Array:
    """Give the probability of the last class."""
    return probabilities(model, answers)[:, -1]


def _measured(split: Any) -> int:
    """Give how many rows of a split are measured: fewer, the larger they are."""
    return max(100, min(MEASURED, MEASURED * 32 // int(np.prod(split.x.shape[1:]))))


def right_words(model: Any, data: Any, splits: Shown) -> str:
    """Say the share of right answers of each split."""
    told = []
    for split, _, name in splits:
        rows = drawn(split, _measured(split))
        answers = model.predict(split.x[rows])
        guess = chance_of(model, answers) > 0.5 if answers.shape[1] == 1 else answers.argmax(axis=1)
        told.append(f"{name} {(guess == split.y[rows]).mean():.1%}")
    return f"right: {', '.join(told)}"


def off_words(model: Any, data: Any, splits: Shown, output: int) -> str:
    """Say the mean error of each split, in the target's own unit."""
    told = []
    for split, _, name in splits:
        rows = drawn(split, _measured(split))
        answers = model.predict(split.x[rows])
        truth = split.y[rows].reshape(len(answers), -1)[:, output]
        error = own_units(data.preparation, answers.reshape(len(answers), -1)[:, output]) - own_units(
            data.preparation, truth
        )
        told.append(f"{name} {short_number(float(np.abs(error).mean()))}")
    return f"mean error: {', '.join(told)}"
