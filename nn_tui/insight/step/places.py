"""One weight of a layer, chosen by where it comes from and where it goes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nn_tui.engine.layers.convolutional import Conv1D, Conv2D
from nn_tui.engine.layers.core import Dense
from nn_tui.engine.layers.layer import Layer
from nn_tui.engine.layers.recurrent import Recurrent
from nn_tui.engine.layers.reshaping import Embedding
from nn_tui.insight.pictures import Control


@dataclass(frozen=True)
class Place:
    """A weight: which of the layer's trained arrays, and where in it."""

    array: int
    index: tuple[int, ...]
    start: str
    """What it comes from: `age`, `unit 3`, `bias`."""
    end: str
    """What it leads to: `unit 2`, `blue`."""
    start_number: int
    """The number of the input, from 0; -1 for what comes from none."""
    end_number: int
    controls: tuple[Control, ...]

    @property
    def words(self) -> str:
        """Say which weight it is."""
        if self.start == "bias":
            return f"the bias of {self.end}"
        return f"the weight from {self.start} to {self.end}"


def layer_words(layer: Layer, number: int) -> str:
    """Name a layer as the build panel does: `2 Dense 32`, counted from 1."""
    kind = type(layer).__name__
    units = getattr(layer, "units", None) or getattr(layer, "filters", None)
    return f"{number} {kind} {units}" if units else f"{number} {kind}"


def choose(
    layer: Layer, trained: tuple[Any, ...], start: int, end: int, inputs: tuple[str, ...], outputs: Any
) -> Place:
    """Give the weight at the places of two controls; places beyond the end begin again.

    Args:
        layer: a layer with trained weights.
        trained: its trained arrays, each with a `name` and its values `before`.
        start: which row of which array, counted through all of them.
        end: which place of the row.
        inputs: names of the layer's inputs, or none.
        outputs: names of its units, or none.
    """
    rows = []
    for number, one in enumerate(trained):
        shape = one.before.shape
        count = int(np.prod(shape[:-1])) if len(shape) > 1 else 1
        rows += [
            (number, np.unravel_index(row, shape[:-1]) if len(shape) > 1 else ()) for row in range(count)
        ]
    at = start % len(rows)
    number, row = rows[at]
    array = trained[number].before
    length = array.shape[-1]
    to = end % length
    first = _start_words(layer, trained[number].name, row, inputs)
    last = outputs[to] if to < len(outputs) and len(outputs) == length else _end_words(layer, to)
    controls = (
        Control("start", "from", first, at, len(rows)),
        Control("end", "to", last, to, length),
    )
    source = int(row[0]) if len(row) == 1 else -1
    index = (*(int(part) for part in row), to)
    return Place(number, index, first, last, source, to, controls)


def _start_words(layer: Layer, name: str, row: tuple[Any, ...], inputs: tuple[str, ...]) -> str:
    if not row:
        return name
    numbers = [int(part) + 1 for part in row]
    if isinstance(layer, Dense):
        return inputs[numbers[0] - 1] if len(inputs) >= numbers[0] else f"unit {numbers[0]}"
    if isinstance(layer, Embedding):
        return f"word {numbers[0] - 1}"
    if isinstance(layer, (Conv1D, Conv2D)):
        axes = ("row", "column", "channel") if len(numbers) == 3 else ("step", "channel")
        return ", ".join(f"{axis} {one}" for axis, one in zip(axes, numbers, strict=True))
    if isinstance(layer, Recurrent) and len(numbers) == 1:
        return f"{'state' if 'recurrent' in name else 'input'} {numbers[0]}"
    return f"{name} {', '.join(map(str, numbers))}"


def _end_words(layer: Layer, to: int) -> str:
    if isinstance(layer, (Conv1D, Conv2D)):
        return f"filter {to + 1}"
    gates = {"LSTM": ("i", "f", "c", "o"), "GRU": ("z", "r", "h")}.get(type(layer).__name__)
    if gates:
        units = layer.units
        return f"gate {gates[to // units]} of unit {to % units + 1}"
    return f"unit {to + 1}"
