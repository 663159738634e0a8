"""The curves of a run: appended by the worker, read by the screen, published without a copy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nn_tui.experiment.snapshot import Curves, Mark

Kind = TypeVar("Kind", bound=np.generic)

_FIRST = 256
MOST = 1 << 15
"""Epochs held; beyond, every second of them goes, so that a long run has few old points and many new ones.
A chart has some hundred columns. The full history is a file of the run."""


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
        """The whole curves of the run that one has gone back in; set before the first view."""

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
        """Keep every second epoch, in new arrays, as views of the old ones are out."""
        kept = (self._count + 1) // 2
        self._epochs = _halved(self._epochs)
        self._values = {name: _halved(values) for name, values in self._values.items()}
        self._count = kept

    def mark(self, epoch: float, text: str) -> None:
        """Remember a moment on the curves; `epoch` may be fractional."""
        self._marks = (*self._marks, Mark(epoch, text))
        self._view = None

    def view(self) -> Curves:
        """Give the curves so far as read-only arrays; the same object while nothing was added."""
        if self._view is None:
            self._view = Curves(
                epochs=_frozen(self._epochs[: self._count]),
                values={name: _frozen(array[: self._count]) for name, array in self._values.items()},
                marks=self._marks,
                former=self.former,
            )
        return self._view


def _halved(array: NDArray[Kind]) -> NDArray[Kind]:
    made = np.empty_like(array)
    if array.dtype.kind == "f":
        made.fill(np.nan)
    made[: (len(array) + 1) // 2] = array[::2]
    return made


def _frozen(array: NDArray[np.generic]) -> NDArray[np.generic]:
    view = array.view()
    view.flags.writeable = False
    return view
