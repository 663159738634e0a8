"""Numbers as a page has them: so many digits that who goes on with what is printed gets what is printed.

Every number that is printed is rounded first and goes on as it was rounded, as on a pocket calculator.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.insight.pictures import Array

DIGITS = 7
"""Significant digits of a number: as many as float32 has, which networks compute with."""
EXACT = 9
"""Significant digits that tell any two float32 numbers apart."""

_POWERS = 10.0 ** np.arange(-300, 301)


def rounded(values: Any, digits: int = DIGITS) -> Array:
    """Round to significant digits, as float64."""
    exact = np.asarray(values, np.float64)
    with np.errstate(all="ignore"):
        power = np.floor(np.log10(np.abs(exact)))
        known = np.isfinite(power) & (np.abs(power) < 280)
        places = np.where(known, digits - 1 - power, 0).astype(np.int64)
        up, down = _POWERS[300 + np.maximum(places, 0)], _POWERS[300 + np.maximum(-places, 0)]
        near = np.rint(exact * up / down) / up * down
    return np.where(known, near, exact)


def number(value: float, digits: int = DIGITS) -> str:
    """Write a number as short as its digits allow."""
    return f"{float(value) + 0.0:.{digits}g}"


def listed(values: Array, most: int = 0) -> str:
    """Write numbers between brackets; with `most`, the first of them and how many there are more."""
    flat = np.asarray(values).reshape(-1)
    shown = [number(value) for value in (flat[:most] if most else flat)]
    if most and len(flat) > most:
        shown.append(f"... {len(flat) - most} more")
    return f"[{', '.join(shown)}]"
