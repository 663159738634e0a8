"""Short words for the screen: a layer, a stack, a shape, a number, a time. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nn_tui.experiment.spec import Spec, Thing


def layer_words(layer: Thing) -> str:
    """Write a layer as a row of the list says it: `Dense 16 relu`, `Dropout 0.2`."""
    words = [layer.type]
    for name, value in layer.settings.items():
        if name.endswith(("_initializer", "_regularizer", "_constraint")) or isinstance(value, bool):
            continue
        words.append(value_words(value))
    return " ".join(words)


def stack_words(spec: Spec, inputs: str) -> str:
    """Write the stack in short: `1 - 16 relu - 32 relu - 2 softmax`.

    Args:
        spec: the experiment.
        inputs: the input in short, as `1` or `28x28x1`; empty while it is not known.
    """
    parts = [inputs] if inputs else []
    for layer in spec.layers:
        words = layer_words(layer)
        parts.append(words.removeprefix("Dense ") if layer.type == "Dense" else words.lower())
    return " - ".join(parts)


def value_words(value: Any) -> str:
    """Write a setting's value for people: `none`, `yes`, `3x3`, `0.001`, `L2`."""
    match value:
        case None:
            return "none"
        case True | False:
            return "yes" if value else "no"
        case float():
            return number_words(value)
        case tuple() | list():
            return "x".join(str(item) for item in value)
        case Mapping():
            return str(value.get("type", ""))
        case _:
            return str(value)


def call_words(thing: Thing) -> str:
    """Write a thing as Python calls it, as short as can be: `accuracy`, `auc(num_thresholds=50)`."""
    settings = ", ".join(f"{name}={value!r}" for name, value in thing.settings.items())
    return f"{thing.type}({settings})" if settings else thing.type


def number_words(value: float) -> str:
    """Write a number as short as it can be read back: 0.0001, 1e-07, 3."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)


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
