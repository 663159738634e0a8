"""`History`: what the epochs of a training measured."""

from __future__ import annotations

from collections.abc import Mapping


class History:
    """The values of every epoch: `history` is a dict of lists, `epoch` the numbers from 0."""

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    def append(self, epoch: int, values: Mapping[str, float]) -> None:
        """Add an epoch's values; the names are kept in alphabetical order, as Keras keeps them."""
        self.epoch.append(epoch)
        for name in sorted(values):
            self.history.setdefault(name, []).append(float(values[name]))
        if list(self.history) != sorted(self.history):
            self.history = {name: self.history[name] for name in sorted(self.history)}


class LastEpoch(History):
    """A history of the last epoch only, for those who write every epoch down themselves."""

    def append(self, epoch: int, values: Mapping[str, float]) -> None:
        """Take an epoch's values in place of the ones before."""
        self.epoch = [epoch]
        self.history = {name: [float(values[name])] for name in sorted(values)}
