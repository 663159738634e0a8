"""How far a measured value may be from the true one: 95 % intervals. Arrays or counts in, numbers out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Interval = tuple[float, float]
Z = 1.959963984540054
"""Standard deviations on either side of the mean that hold 95 % of a normal distribution."""


def wilson(hits: int, rows: int) -> Interval:
    """Give Wilson's score interval of a share.

    (p + z^2 / 2n  +-  z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
    """
    if not rows:
        return 0.0, 1.0
    share, spread = hits / rows, Z * Z / rows
    middle = share + spread / 2
    reach = Z * math.sqrt(share * (1 - share) / rows + spread / (4 * rows))
    low, high = (middle - reach) / (1 + spread), (middle + reach) / (1 + spread)
    return (0.0 if hits == 0 else low), (1.0 if hits == rows else high)


def of_mean(values: Array) -> Interval:
    """Give the interval of a mean of many values by the normal distribution; NaN of fewer than two."""
    if len(values) < 2:
        return math.nan, math.nan
    mean = float(values.mean(dtype=np.float64))
    reach = Z * float(values.std(ddof=1, dtype=np.float64)) / math.sqrt(len(values))
    return mean - reach, mean + reach


def resampled(counts: Array, statistic: Any, draws: int = 2000, seed: int = 0) -> Interval:
    """Give the interval of a statistic of counts by the bootstrap, 2.5 % cut off at each end.

    Args:
        counts: how many rows there are of each sort; drawing rows is drawing counts.
        statistic: gives a number for counts of the same shape.
        draws: how often. Default 2000.
        seed: of the draws. Default 0.
    """
    total = int(counts.sum())
    if not total:
        return math.nan, math.nan
    random = np.random.default_rng(seed)
    drawn = random.multinomial(total, counts.reshape(-1) / total, size=draws)
    values = np.array([statistic(one.reshape(counts.shape)) for one in drawn])
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
