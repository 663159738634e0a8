"""The table that `Sequential.summary` prints, with the look of Keras's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nn_tui.text import clean_line

if TYPE_CHECKING:
    from nn_tui.engine.models import Sequential

_WIDTHS = (32, 24, 15)


def summary_table(model: Sequential) -> str:
    """Write the layers, their output shapes and parameters, and the totals."""
    rows = []
    for layer in model.layers:
        shape = f"({', '.join(str(part) for part in (None, *layer.output_shape))})"
        label = f"{clean_line(layer.name)} ({type(layer).__name__})"
        count = f"{layer.parameter_count_for(layer.input_shape):,}" if model.built else "0 (unbuilt)"
        rows.append((label, shape if model.built else "?", count))
    widths = [
        max(width, *(len(row[column]) + 1 for row in rows), 0) if rows else width
        for column, width in enumerate(_WIDTHS)
    ]
    lines = [f'Model: "{clean_line(model.name)}"', _rule("┏━┳━┓", widths)]
    head = f"┃ {'Layer (type)':<{widths[0]}}┃ {'Output Shape':<{widths[1]}}┃ {'Param #':>{widths[2] - 1}} ┃"
    lines += [head, _rule("┡━╇━┩", widths)]
    for index, (label, shape, count) in enumerate(rows):
        if index:
            lines.append(_rule("├─┼─┤", widths))
        lines.append(f"│ {label:<{widths[0]}}│ {shape:<{widths[1]}}│ {count:>{widths[2] - 1}} │")
    lines.append(_rule("└─┴─┘", widths))
    return "\n".join([*lines, *_totals(model)])


def _rule(parts: str, widths: list[int]) -> str:
    left, line, cross, _, right = parts[0], parts[1], parts[2], parts[3], parts[4]
    return left + cross.join(line * (width + 1) for width in widths) + right


def _totals(model: Sequential) -> list[str]:
    trained = kept = 0
    for layer in model.layers:
        if not model.built:
            continue
        weights = sum(math.prod(spec.shape) for spec in layer.weights_for(layer.input_shape))
        states = sum(math.prod(spec.shape) for spec in layer.states_for(layer.input_shape))
        trained += weights if layer.trainable else 0
        kept += states if layer.trainable else weights + states
    item = model.dtype.itemsize
    return [
        f" Total params: {trained + kept:,} ({_bytes((trained + kept) * item)})",
        f" Trainable params: {trained:,} ({_bytes(trained * item)})",
        f" Non-trainable params: {kept:,} ({_bytes(kept * item)})",
    ]


def _bytes(count: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1024 or unit == "GB":
            return f"{count:.2f} {unit}"
        count /= 1024
    raise AssertionError
