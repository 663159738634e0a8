"""How curves are read: on a logarithmic axis, smoothed, the newest epochs only, at a cursor. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine.callbacks.watching import larger_is_better
from nn_tui.experiment.snapshot import Curves
from nn_tui.experiment.words import number

if TYPE_CHECKING:
    from nn_tui.insight.pictures import Series

Array = NDArray[Any]

SMOOTHINGS = (0.0, 0.6, 0.9)
"""Shares of the running mean that is kept from epoch to epoch, as TensorBoard's slider has them."""
WINDOWS = (None, 1000, 100, 20)
"""How many of the newest epochs are shown; None is all."""


@dataclass(frozen=True)
class Reading:
    """How the charts show their curves."""

    log: bool = False
    """The loss on a logarithmic axis."""
    smoothing: float = 0.0
    window: int | None = None
    cursor: int | None = None
    """The epoch whose values are read."""

    def words(self, quantity: str) -> str:
        """Say in the chart's title what is not as usual."""
        parts = [quantity.replace("_", " ").capitalize()]
        if self.log and is_loss(quantity):
            parts.append("log")
        if self.smoothing:
            parts.append(f"smoothed {self.smoothing:g}")
        if self.window is not None:
            parts.append(f"last {self.window}")
        return "  ".join(parts)


def is_loss(quantity: str) -> bool:
    """Whether a quantity can be shown on a logarithmic axis: it is never below 0 and best near it."""
    return quantity.endswith(("loss", "error"))


def smoothed(values: Array, share: float) -> Array:
    """Give the running mean of values, each one's weight falling with its age; gaps are passed over.

    Args:
        values: one an epoch.
        share: what is kept of the mean from one to the next, 0 to below 1.
    """
    if not share:
        return values
    made = np.empty(len(values))
    mean = weight = 0.0
    for place, value in enumerate(values.tolist()):
        if math.isfinite(value):
            mean, weight = share * mean + (1 - share) * value, share * weight + (1 - share)
        # The first values are not drawn towards 0.
        made[place] = mean / weight if weight else math.nan
    return made


def best_of(curves: Curves, quantity: str) -> tuple[int, float] | None:
    """Give the epoch with the best value and that value: of the validation rows, where there are any."""
    for name in (f"val_{quantity}", quantity):
        values = curves.values.get(name)
        if values is not None and np.isfinite(values).any():
            largest = larger_is_better(quantity)
            at = int(np.nanargmax(values) if largest else np.nanargmin(values))
            return int(curves.epochs[at]), float(values[at])
    return None


def possible_of(curves: Curves, quantity: str, *, log: bool) -> float | None:
    """Give where the best possible value lies on the axis; None where it is not known or not on it."""
    value = curves.possible.get(quantity)
    if value is None or (log and value <= 0):
        return None
    return math.log10(value) if log else value


def possible_words(curves: Curves, quantity: str) -> str:
    """Say what the best possible value is, and why no better; empty where nobody knows."""
    value = curves.possible.get(quantity)
    if value is None:
        return ""
    words = quantity.replace("_", " ")
    told = f"The best {words} that any model can reach on new rows is {number(value)}."
    if not curves.why:
        return told
    better = "higher" if larger_is_better(quantity) else "lower"
    return f"{told} {curves.why} {better.capitalize()} in training means rows learned by heart."


def values_at(curves: Curves, quantity: str, epoch: int) -> dict[str, float]:
    """Give what was measured at the epoch nearest to one: `epoch` itself, then by name."""
    at = nearest(curves.epochs, epoch)
    if at is None:
        return {}
    found = {"epoch": float(curves.epochs[at])}
    for name in (quantity, f"val_{quantity}"):
        if name in curves.values:
            found[name] = float(curves.values[name][at])
    return found


def nearest(epochs: Array, epoch: int) -> int | None:
    """Give the place of the epoch nearest to one; None where there is none."""
    if not len(epochs):
        return None
    at = int(np.searchsorted(epochs, epoch))
    if at == len(epochs) or (at and epoch - epochs[at - 1] < epochs[at] - epoch):
        at -= 1
    return at


def within(series: Series, window: int | None, last: int) -> Series:
    """Give a curve's newest epochs, and one before them, so that its line begins at the edge."""
    if window is None or not len(series.x):
        return series
    start = max(0, int(np.searchsorted(series.x, last - window)) - 1)
    return replace(series, x=series.x[start:], y=series.y[start:])
