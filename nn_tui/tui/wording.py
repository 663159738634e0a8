"""Short words for the screen: a shape, a number, a time. Pure functions."""

from __future__ import annotations

from nn_tui.experiment.spec_words import (
    call_words,
    layer_words,
    number_words,
    shape_words,
    stack_words,
    value_words,
)
from nn_tui.experiment.words import count_words, speed_words, time_words

__all__ = [
    "call_words",
    "count_words",
    "layer_words",
    "metric_words",
    "number_words",
    "progress_words",
    "shape_words",
    "shortened",
    "speed_words",
    "stack_words",
    "time_words",
    "value_words",
]


def progress_words(share: float, doing: str, width: int = 20) -> str:
    """Write how far something is: `reading [#####...............] 25 %`."""
    done = round(width * min(max(share, 0.0), 1.0))
    return f"{doing} [{'#' * done}{'.' * (width - done)}] {share:.0%}"


def metric_words(name: str) -> str:
    """Write a quantity's name as a title: `mean_squared_error` as `Mean squared error`."""
    return name.replace("_", " ").capitalize()


def shortened(text: str, width: int, ascii_only: bool = False) -> str:
    """Cut a text to a width, ending in dots where something was cut."""
    if len(text) <= width:
        return text
    dots = "..." if ascii_only else "…"
    return text[: max(0, width - len(dots))].rstrip() + dots if width >= len(dots) else text[:width]
