"""The curves of a run: appended by the worker, read by the screen, published without a copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nn_tui.experiment.snapshot import Curves, Mark

Kind = TypeVar("Kind", bound=np.generic)

_FIRST = 256
MOST = 1 << 13
"""Epochs held; beyond, all but the newest half of them are thinned evenly. A chart has some hundred
columns. The full history is a file of the run."""
MOST_MARKS = 500


class GrowingCurves:
    """One value an epoch for every logged quantity.

    What `view` gives never changes: values are appended behind it, and growing takes new arrays.
    """

    def __init__(self) -> None:
        self._count = 0
        self._epochs: NDArray[np.int64] = np.empty(_FIRST, np.int64)
        self._values: dict[str, NDArray[np.float64]] = {}
        self._marks: tuple[Mark, ...] = ()
        self._view: Curves | None = None
        self.former: Curves | None = None
        """The whole curves of the run that one has gone back in or has left; set before the first view."""
        self._possible: Mapping[str, float] = {}
        self._why = ""

    def append(self, epoch: int, values: Mapping[str, float]) -> None:
        """Add the values of an epoch; NaN stands where a quantity was not logged."""
        if self._count == MOST:
            self._thin()
        elif self._count == len(self._epochs):
            self._epochs = np.concatenate([self._epochs, np.empty_like(self._epochs)])
            for name, old in self._values.items():
                self._values[name] = np.concatenate([old, np.full(len(old), np.nan)])
        for name in values:
            if name not in self._values:
                self._values[name] = np.full(len(self._epochs), np.nan)
        self._epochs[self._count] = epoch
        for name, value in values.items():
            self._values[name][self._count] = value
        self._count += 1
        self._view = None

    def _thin(self) -> None:
        """Keep of the older epochs the least and the greatest of every curve in pieces of the same length.

        In new arrays, as views of the old ones are out.
        """
        older = self._count // 2
        pieces = MOST // 8 // max(1, len(self._values))
        edges = np.linspace(self._epochs[0], self._epochs[older], pieces + 1)
        places = np.searchsorted(self._epochs[:older], edges)
        kept = {0}
        for values in self._values.values():
            for begin, end in pairwise(places.tolist()):
                part = values[begin:end]
                if not np.isnan(part).all():
                    kept |= {begin + int(np.nanargmin(part)), begin + int(np.nanargmax(part))}
        at = np.concatenate([sorted(kept), np.arange(older, self._count)]).astype(np.int64)
        self._epochs = _taken(self._epochs, at)
        self._values = {name: _taken(values, at) for name, values in self._values.items()}
        self._count = len(at)

    def begun_anew(self) -> GrowingCurves:
        """Return empty curves that show these behind them, as those of another network or another start."""
        made = GrowingCurves()
        if self._count:
            made.former = replace(self.view(), former=None)
        return made

    def mark(self, epoch: float, text: str) -> None:
        """Remember a moment on the curves; `epoch` may be fractional."""
        self._marks = (*self._marks, Mark(epoch, text))[-MOST_MARKS:]
        self._view = None

    def reach(self, possible: Mapping[str, float], why: str) -> None:
        """Take the best that any model can reach, by quantity, and why no better."""
        if (possible, why) != (self._possible, self._why):
            self._possible, self._why = possible, why
            self._view = None

    def view(self) -> Curves:
        """Give the curves so far as read-only arrays; the same object while nothing was added."""
        if self._view is None:
            self._view = Curves(
                epochs=_frozen(self._epochs[: self._count]),
                values={name: _frozen(array[: self._count]) for name, array in self._values.items()},
                marks=self._marks,
                former=self.former,
                possible=self._possible,
                why=self._why,
            )
        return self._view


def _taken(array: NDArray[Kind], at: NDArray[np.int64]) -> NDArray[Kind]:
    made = np.empty_like(array)
    if array.dtype.kind == "f":
        made.fill(np.nan)
    made[: len(at)] = array[at]
    return made


def _frozen(array: NDArray[np.generic]) -> NDArray[np.generic]:
    view = array.view()
    view.flags.writeable = False
    return view
