"""How numbers and shapes are said."""

from __future__ import annotations

import math


def shape_words(shape: tuple[int, ...]) -> str:
    """Write a shape as people do: 28x28x1; nothing for that of a number."""
    return "x".join(map(str, shape))


def short_number(value: float) -> str:
    """Write a value for the ear: three digits that count."""
    if not math.isfinite(value):
        return "not a number" if value != value else "infinite"
    if value == 0 or 0.001 <= abs(value) < 1000:
        return f"{value:.3g}"
    return f"{value:.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.2e}"
