"""How far a step goes: `parabola`."""

from __future__ import annotations

from nn_tui.lessons.numbers.registry import Preset, number


@number
def parabola(of: Preset) -> dict[str, float]:
    """Three learning rates on the loss w * w, whose gradient is 2 * w, from w = 1."""
    found: dict[str, float] = {"start": 1}
    for name, rate in (("small", 0.05), ("right", 0.4), ("large", 1.2)):
        found[name] = rate
        found[f"{name}_next"] = round(1 - rate * 2, 4)
    return found
