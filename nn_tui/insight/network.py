"""The network itself: its layers as columns of nodes, its weights as edges."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.declare import name_of, register
from nn_tui.insight.pictures import Array, Column, Graph, InsightRequest

__all__ = ["network"]

LARGEST = 512
"""Nodes in a column whose edges are handed over; larger layers are drawn as a block."""


@register("insight", "network")
def network(request: InsightRequest, /) -> Graph:
    """The layers as columns of nodes, the weights as edges between them.

    Source: the kernels and biases as they are now.
    """
    model, data = request.model, request.data
    shape = data.input_shape
    nodes = int(np.prod(shape))
    names = data.feature_names if len(data.feature_names) == nodes else ()
    columns = [
        Column("Input", str(nodes) if len(shape) == 1 else _shape(shape), nodes, shape, labels=names)
    ]
    edges: list[Array | None] = []
    numbers: list[int] = []
    for number, layer in enumerate(model.layers, start=1):
        weights = {name: layer.weight(name) for name in layer.weight_names}
        if not weights and columns[1:]:
            columns[-1] = _with_note(columns[-1], _note(layer))
            continue
        edges.append(_edges(weights.get("kernel"), columns[-1].nodes))
        columns.append(_column(layer, weights))
        numbers.append(number)
    if data.class_names and columns[-1].nodes == len(data.class_names):
        columns[-1] = _labelled(columns[-1], data.class_names)
    elif columns[-1].nodes == 1:
        columns[-1] = _labelled(columns[-1], (data.target_name,))
    return Graph(tuple(columns), tuple(edges), _caption(edges, numbers))


def _column(layer: Any, weights: dict[str, Array]) -> Column:
    activation = getattr(layer, "activation", None)
    told = "" if activation is None else name_of(type(activation))
    shape = layer.output_shape
    bias = weights.get("bias")
    kind = type(layer).__name__
    return Column(
        title=f"{kind} {shape[-1]}" if len(shape) == 1 else kind,
        detail=("" if told == "linear" else told) if len(shape) == 1 else f"{told} {_shape(shape)}".strip(),
        nodes=int(np.prod(shape)),
        shape=shape,
        biases=None if bias is None or len(shape) != 1 else bias.copy(),
    )


def _note(layer: Any) -> str:
    activation = getattr(layer, "activation", None)
    if activation is not None:
        return name_of(type(activation))
    rate = getattr(layer, "rate", None)
    name = type(layer).__name__.lower()
    return f"{name} {rate:g}" if rate is not None else name


def _with_note(column: Column, note: str) -> Column:
    detail = f"{column.detail}, {note}" if column.detail else note
    return Column(
        column.title, detail, column.nodes, column.shape, column.values, column.labels, column.biases
    )


def _labelled(column: Column, labels: tuple[str, ...]) -> Column:
    return Column(
        column.title, column.detail, column.nodes, column.shape, column.values, labels, column.biases
    )


def _edges(kernel: Array | None, before: int) -> Array | None:
    if kernel is None or kernel.ndim != 2 or kernel.shape[0] != before:
        return None
    return kernel.copy() if max(kernel.shape) <= LARGEST else None


def _caption(edges: list[Array | None], numbers: list[int]) -> str:
    """Say which weight is the largest; `numbers` are those of the layers as the build panel counts them."""
    known = [edge for edge in edges if edge is not None]
    if not known:
        return "Blue positive, orange dashes negative."
    largest = max(known, key=lambda edge: float(np.abs(edge).max()))
    row, column = np.unravel_index(int(np.abs(largest).argmax()), largest.shape)
    layer = next(number for number, edge in zip(numbers, edges, strict=True) if edge is largest)
    return f"Blue positive, orange dashes negative. Largest {largest[row, column]:+.2f} (layer {layer})."


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))
