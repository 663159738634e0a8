"""How a number is said."""

from __future__ import annotations

import math


def short_number(value: float) -> str:
    """Write a value for the ear: three digits that count."""
    if not math.isfinite(value):
        return "not a number" if value != value else "infinite"
    if value == 0 or 0.001 <= abs(value) < 1000:
        return f"{value:.3g}"
    return f"{value:.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.2e}"
