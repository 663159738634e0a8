"""What each varied setting does: mean and spread of the metric over the trials that share a value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nn_tui.experiment.spec_words import number_words, value_words
from nn_tui.sweep.axes import Axis
from nn_tui.sweep.standings import Standings

BINS = 5
"""Parts that the values of a range are put into."""


@dataclass(frozen=True)
class Effect:
    """The trials that share a value, or a part of a range.

    Args:
        words: the value, or the ends of the part.
        count: trials.
        mean: of the metric.
        spread: its standard deviation (of a sample); 0 for a single trial.
    """

    words: str
    count: int
    mean: float
    spread: float


def effects(sweep: Standings, at: int) -> list[Effect]:
    """Give the effect of an axis, value by value.

    Args:
        sweep: what has been trained so far.
        at: which axis.
    """
    axis = sweep.plan.axes[at]
    pairs = [(one.trial.settings[at][1], one.value) for one in sweep.standings if one.value is not None]
    groups: dict[str, list[float]] = {}
    if axis.is_range:
        edges = _edges(axis)
        for low, high in pairwise(edges):
            last = high == edges[-1]
            inside = [value for x, value in pairs if low <= x and (x < high or last)]
            if inside:
                groups[f"{number_words(low)}..{number_words(high)}"] = inside
    else:
        for value, measured in pairs:
            groups.setdefault(value_words(value), []).append(measured)
        order = [value_words(value) for value in axis.values]
        groups = {words: groups[words] for words in dict.fromkeys(order) if words in groups}
    return [
        Effect(
            words,
            len(values),
            math.fsum(values) / len(values),
            float(np.std(values, ddof=1)) if len(values) > 1 else 0.0,
        )
        for words, values in groups.items()
    ]


def _edges(axis: Axis) -> list[float]:
    if axis.is_logarithmic:
        return [float(f"{edge:.2g}") for edge in np.geomspace(axis.low, axis.high, BINS + 1)]
    edges = np.linspace(axis.low, axis.high, BINS + 1)
    return [float(edge) for edge in (np.round(edges) if axis.whole else edges)]
