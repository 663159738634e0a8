"""How fast it may train."""

from __future__ import annotations

PACES: tuple[float | None, ...] = (None, 30, 10, 5, 2, 1)
"""Epochs a second at most, from the fastest to the slowest."""


def next_pace(pace: float | None, by: int) -> float | None:
    """Give the pace so many steps slower; a negative number is faster."""
    at = PACES.index(pace) if pace in PACES else 0
    return PACES[min(max(0, at + by), len(PACES) - 1)]


def pace_words(pace: float | None) -> str:
    """Write a pace as a sentence."""
    return f"Pace: {'as fast as possible' if pace is None else f'at most {pace:g} epochs a second'}."
