"""The stack of a spec layer by layer: shapes and parameter counts, without allocating a weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nn_tui.data.settings import NO_ROWS
from nn_tui.errors import SpecError
from nn_tui.experiment.build import build_layer, load_data
from nn_tui.experiment.spec import Spec, Thing


@dataclass(frozen=True)
class LayerRow:
    """One layer of the stack as a list shows it; `output_shape` is empty after a problem."""

    type: str
    output_shape: tuple[int, ...]
    parameters: int
    problem: SpecError | None = None


def stack(spec: Spec, input_shape: tuple[int, ...] | None = None) -> tuple[LayerRow, ...]:
    """Give the input and then each layer with its output shape and parameters.

    A layer that does not fit what comes before it carries its problem; those after it carry none,
    as nothing can be said of them.

    Args:
        spec: the experiment.
        input_shape: one row's shape. Default: asked of the data.

    Raises:
        DataError: the data cannot be read.
    """
    shape = input_shape_of(spec) if input_shape is None else input_shape
    return rows_of_stack(spec.layers, shape)


def input_shape_of(spec: Spec) -> tuple[int, ...]:
    """Give one row's shape: as the data have it, or as it is said where rows are not chosen yet.

    Raises:
        DataError: the data cannot be read, or nothing says the shape.
    """
    shape = spec.data.settings.get("shape") if spec.data.source == NO_ROWS else None
    return load_data(spec.data).input_shape if shape is None else tuple(shape)


def rows_of_stack(layers: Sequence[Thing], input_shape: tuple[int, ...]) -> tuple[LayerRow, ...]:
    """Give what `stack` gives, of layers alone."""
    shape = input_shape
    rows = [LayerRow("Input", shape, 0)]
    broken = False
    for index, thing in enumerate(layers):
        if broken:
            rows.append(LayerRow(thing.type, (), 0))
            continue
        path = f"layers.{index}"
        try:
            layer = build_layer(thing, path)
            parameters = layer.parameter_count_for(shape)
            shape = layer.output_shape_for(shape)
        except SpecError as error:
            broken = True
            problem = SpecError(error.message, error.remedy, _within(error.path, path))
            rows.append(LayerRow(thing.type, (), 0, problem))
            continue
        rows.append(LayerRow(thing.type, shape, parameters))
    return tuple(rows)


def _within(path: str, layer_path: str) -> str:
    return path if path.startswith(layer_path) else layer_path
