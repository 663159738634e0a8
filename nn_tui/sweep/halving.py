"""Successive halving: all trials train a little, the best third goes on, and so on to the last epoch.

The trials of a rung are compared when all of them have arrived, so the outcome does not depend on which
worker was quicker.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

FACTOR = 3
"""Of so many one goes on, to so many times the epochs."""


def fractions(configurations: int, epochs: int) -> tuple[float, ...]:
    """Give the part of all epochs that each rung trains to; the last is 1.

    Args:
        configurations: how many begin.
        epochs: what the last rung trains to; a rung has at least one.
    """
    rungs = 0
    while FACTOR ** (rungs + 1) <= min(configurations, epochs):
        rungs += 1
    return tuple(FACTOR ** -(rungs - rung) for rung in range(rungs + 1))


def epochs_at(fraction: float, epochs: int) -> int:
    """Give the epoch that a rung ends at."""
    return min(epochs, max(1, math.ceil(fraction * epochs - 1e-9)))


def promoted(ranks: Sequence[tuple[bool, float]]) -> list[int]:
    """Give the places of those that go on: the best third, at least one; of equals the first.

    Args:
        ranks: as `Objective.rank` gives them.
    """
    order = sorted(range(len(ranks)), key=lambda at: (ranks[at], at))
    keep = max(1, len(ranks) // FACTOR)
    return sorted(at for at in order[:keep] if not ranks[at][0])
