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
from nn_tui.text import clean_line
from nn_tui.tui.painters.canvas import fitting

__all__ = [
    "call_words",
    "count_words",
    "layer_words",
    "metric_words",
    "number_words",
    "progress_words",
    "reading_seconds",
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


def reading_seconds(text: str) -> float:
    """Return how long a text stays that a person is to read while doing something else, in seconds."""
    return 3.0 + len(text) / 12


def metric_words(name: str) -> str:
    """Write a quantity's name as a title: `mean_squared_error` as `Mean squared error`."""
    return name.replace("_", " ").capitalize()


def shortened(text: str, width: int, ascii_only: bool = False) -> str:
    """Clean a text and cut it to a width in cells, ending in dots where something was cut."""
    text = clean_line(text, 10 * max(width, 10))
    if fitting(text, width) == len(text):
        return text
    dots = "..." if ascii_only else "…"
    if width < len(dots):
        return text[: fitting(text, width)]
    return text[: fitting(text, width - len(dots))].rstrip() + dots
