"""An experiment in few words: a layer, a stack, a value. The same on the screen, in lists and in files."""

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


def callback_words(callback: Thing) -> str:
    """Write a callback in short: `EarlyStopping val_loss patience 5`, `HideLabels 90%`."""
    words = [callback.type]
    for name, value in callback.settings.items():
        if name == "patience":
            words.append(f"patience {value}")
        elif name == "share":
            words.append(f"{value:.0%}")
        elif name == "start_from_epoch" and callback.type == "PseudoLabels":
            words.append(f"after {value} epochs")
        elif name in ("monitor", "filename", "schedule"):
            words.append(value_words(value))
    return " ".join(words)


def optimizer_words(optimizer: Thing) -> str:
    """Write an optimizer in short: `SGD lr 0.1 momentum 0.9`."""
    rate = optimizer.get("learning_rate")
    others = [
        f"{name} {value_words(value)}"
        for name, value in optimizer.settings.items()
        if name == "momentum" and value
    ]
    return " ".join([optimizer.type, *([] if rate is None else [f"lr {value_words(rate)}"]), *others])
