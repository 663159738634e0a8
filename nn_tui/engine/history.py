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
