"""How fast it trains, and how fast it may."""

from __future__ import annotations

import time

PACES: tuple[float | None, ...] = (None, 30, 10, 5, 2, 1)
"""Epochs a second at most, from the fastest to the slowest."""


def next_pace(pace: float | None, by: int) -> float | None:
    """Give the pace so many steps slower; a negative number is faster."""
    at = PACES.index(pace) if pace in PACES else 0
    return PACES[min(max(0, at + by), len(PACES) - 1)]


def pace_words(pace: float | None) -> str:
    """Write a pace as a sentence."""
    return f"Pace: {'as fast as possible' if pace is None else f'at most {pace:g} epochs a second'}."


class Speed:
    """Samples a second over about the last second of training."""

    def __init__(self) -> None:
        self.value = 0.0
        self._since = 0.0
        self._samples = 0

    def start(self, samples: int) -> None:
        self._since, self._samples = time.perf_counter(), samples

    def update(self, samples: int) -> None:
        now = time.perf_counter()
        passed = now - self._since
        if passed >= 0.5 or (self.value == 0 and passed > 0.02):
            self.value = (samples - self._samples) / passed
            self._since, self._samples = now, samples

    def stop(self) -> None:
        self.value = 0.0
