"""How good predicted numbers are: errors in the target's own unit, and against always saying the mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.insight.intervals import Interval, Z, of_mean

Array = NDArray[Any]
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


@dataclass(frozen=True)
class Score:
    """A value and its 95 % interval."""

    value: float
    interval: Interval


@dataclass(frozen=True)
class NumberScores:
    """Mean absolute error, root mean squared error and R2 of some predictions."""

    mae: Score
    rmse: Score
    r2: Score


def number_scores(truth: Array, answer: Array) -> NumberScores:
    """Give the scores of predictions, with intervals by the normal distribution.

        mae = mean |y - p|    rmse = sqrt(mean (y - p)^2)    r2 = 1 - mean (y - p)^2 / mean (y - mean y)^2

    The intervals of rmse and r2 follow from how each row moves them (the delta method).
    """
    truth, answer = truth.reshape(-1).astype(np.float64), answer.reshape(-1).astype(np.float64)
    squares = (truth - answer) ** 2
    apart = np.abs(truth - answer)
    error, spread = float(squares.mean()), float(truth.var())
    rmse = math.sqrt(error)
    low, high = of_mean(squares)
    reach = (high - low) / 2
    of_rmse = reach / (2 * rmse) if rmse else 0.0
    if not spread:
        return NumberScores(
            Score(float(apart.mean()), of_mean(apart)),
            Score(rmse, (rmse - of_rmse, rmse + of_rmse)),
            Score(math.nan, (math.nan, math.nan)),
        )
    r2 = 1 - error / spread
    pulls = (squares - (1 - r2) * (truth - truth.mean()) ** 2) / spread
    of_r2 = Z * float(pulls.std(ddof=1)) / math.sqrt(len(pulls)) if len(pulls) > 1 else math.nan
    return NumberScores(
        Score(float(apart.mean()), of_mean(apart)),
        Score(rmse, (max(0.0, rmse - of_rmse), rmse + of_rmse)),
        Score(r2, (r2 - of_r2, min(1.0, r2 + of_r2))),
    )


def residual_quantiles(truth: Array, answer: Array) -> tuple[tuple[float, float], ...]:
    """Give at some shares of the rows the error, truth - answer, that many rows do not exceed."""
    errors = truth.reshape(-1).astype(np.float64) - answer.reshape(-1)
    return tuple(zip(QUANTILES, np.quantile(errors, QUANTILES).tolist(), strict=True))


def worst_numbers(errors: Array) -> Array:
    """Give the places of errors, the largest in size first."""
    return np.argsort(-np.abs(errors), kind="stable")
