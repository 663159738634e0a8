"""Short words for the screen: a shape, a number, a time. Pure functions."""

from __future__ import annotations

from nn_tui.experiment.spec_words import call_words, layer_words, number_words, stack_words, value_words

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


def shape_words(shape: tuple[int, ...]) -> str:
    """Write a shape as Python does: `(16,)`, `(28, 28, 1)`."""
    return str(shape) if shape else ""


def count_words(count: int) -> str:
    """Write a count in at most seven characters: 642, 101,770, 12.3M."""
    if count < 1_000_000:
        return f"{count:,}"
    return f"{count / 1e6:.1f}M" if count < 1_000_000_000 else f"{count / 1e9:.1f}G"


def speed_words(samples_per_second: float) -> str:
    """Write a throughput: `850 samples/s`, `14k samples/s`, `1.2M samples/s`."""
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if samples_per_second >= limit:
            scaled = samples_per_second / limit
            return f"{scaled:.1f}{unit} samples/s" if scaled < 10 else f"{scaled:.0f}{unit} samples/s"
    return f"{samples_per_second:.0f} samples/s"


def time_words(seconds: float) -> str:
    """Write a duration as a clock does: `0:01`, `2:05`, `1:02:03`."""
    whole = int(seconds + 0.5)
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{second:02d}" if hours else f"{minutes}:{second:02d}"


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
