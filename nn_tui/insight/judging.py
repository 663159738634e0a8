"""Rows and what the network answers for them: what the views that judge it begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nn_tui.insight import answers
from nn_tui.insight.controls import pick_split
from nn_tui.insight.pictures import Array, Control, InsightRequest

MOVING, RESTING = 2e8, 2e10
"""Multiplications that answering may take, about: while the network is trained, and at rest."""


@dataclass(frozen=True, eq=False)
class Judged:
    """Some rows of a split with their targets and answers.

    Of a classification `truth` and `answer` are class numbers, `sure` is the answer's probability and
    `shares` that of every class. Of a regression `truth` and `answer` are in the target's own units, with
    a column for each number where there are several; `sure` and `shares` are empty.
    """

    name: str
    """Which split: validation, test or training."""
    split: Any
    rows: Array
    """The number of each row in the split."""
    truth: Array
    answer: Array
    sure: Array
    shares: Array
    control: Control
    """To choose another split."""

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.rows)

    @property
    def told(self) -> str:
        """Say which rows they are: `210 validation rows`, `2,000 of 54,000 training rows`."""
        whole = len(self.split)
        many = f"{len(self):,}" if len(self) == whole else f"{len(self):,} of {whole:,}"
        return f"{many} {self.name} row{'' if whole == 1 else 's'}"


def judge(request: InsightRequest, rows: int = 0) -> Judged:
    """Answer the rows of a split, evenly chosen ones where all would take too long.

    Args:
        request: the model and the data.
        rows: which of the splits there are: validation, test, training. Default 0, the first of them.
    """
    data, model = request.data, request.model
    name, split, control = pick_split(data, rows, ("validation", "test", "training"))
    most = int((RESTING if request.resting else MOVING) / multiplications(model))
    chosen = np.arange(len(split))
    if len(split) > max(most, 1):
        chosen = np.unique(np.linspace(0, len(split) - 1, max(most, 1)).round().astype(np.int64))
    whole = len(chosen) == len(split)
    x, y = (split.x, split.y) if whole else (split.x[chosen], split.y[chosen])
    output = model.predict(x)
    none = np.empty((len(y), 0), np.float32)
    if data.classes:
        shares = answers.probabilities(model, output)
        answer, sure = answers.answered(shares)
        truth = answers.true_classes(y).astype(np.int64)
        return Judged(name, split, chosen, truth, answer, sure, shares, control)
    truth, answer = (
        answers.own_units(data.preparation, numbers.reshape(len(numbers), -1)) for numbers in (y, output)
    )
    if truth.shape[1] == answer.shape[1] == 1:
        truth, answer = truth[:, 0], answer[:, 0]
    return Judged(name, split, chosen, truth, answer, none[:, 0:0], none, control)


def multiplications(model: Any) -> float:
    """Estimate the multiplications that one row takes."""
    total = 1.0
    for layer in model.layers:
        given, made = layer.input_shape, layer.output_shape
        places = max(int(np.prod(made[:-1])), given[0] if len(given) == 2 else 1)
        weights = sum(array.size for array in layer.get_weights())
        if len(given) == 1 and len(made) == 2:  # an Embedding looks its rows up
            weights = made[-1]
        # A number that is passed on costs about as much as ten multiplications in a matrix product.
        total += weights * places + 10.0 * np.prod(made)
    return total
