"""The network itself: its layers as columns of nodes, its weights as edges, a sample in its flow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nn_tui.declare import name_of, register
from nn_tui.insight.controls import Place, turn
from nn_tui.insight.fit_planes import coordinates
from nn_tui.insight.network_unit import unit_sum
from nn_tui.insight.number_words import shape_words
from nn_tui.insight.pictures import Array, Column, Control, Graph, InsightRequest
from nn_tui.insight.samples import pick_sample

__all__ = ["network"]


LARGEST = 4_000_000
"""Weights of a layer beyond which its edges are not handed over."""
MAP = 14
"""Places along each side of a node's heat map."""
MAPPED = 64
"""Nodes of a layer that have a heat map, at most."""


@dataclass(frozen=True)
class Stage:
    """Layers that are drawn as one column: one, and those after it that have no weights."""

    first: int
    last: int


@register("insight", "network")
def network(
    request: InsightRequest,
    /,
    rows: Place = 0,
    sample: Place = 0,
    layer: Place = 0,
    unit: Place = 0,
    maps: Place = 0,
) -> Graph:
    """The layers as columns of nodes, the weights as edges, and the values that a sample makes.

    Args:
        rows: which split the sample is of. Default 0, training.
        sample: the row that flows through. Default 0, the first.
        layer: the layer whose unit is written out. Default 0, the first with a weighted sum.
        unit: the unit whose weighted sum is written out, counted from 1. Default 0, none.
        maps: of data of two inputs, a heat map for each node, or none. Default 0, on.
    Source: the kernels and biases as they are now.
    """
    model, data = request.model, request.data
    stages = stages_of(model)
    followed = pick_sample(data, rows, sample)
    outputs = model.activations(followed.x)
    values = [followed.x[0], *(outputs[stage.last][0] for stage in stages)]
    summed = [at for at, stage in enumerate(stages) if has_sum(model.layers[stage.first], values[at])]
    columns = [_input(data, values[0])]
    edges: list[Array | None] = []
    for at, stage in enumerate(stages):
        edges.append(_edges(model.layers[stage.first], columns[-1].nodes))
        place = summed.index(at) if at in summed else None
        columns.append(_column(model, stage, values[at + 1], place))
    if data.class_names and columns[-1].nodes == len(data.class_names):
        columns[-1] = replace(columns[-1], labels=data.class_names)
    elif columns[-1].nodes == 1:
        columns[-1] = replace(columns[-1], labels=(data.target_name,))
    controls = list(followed.controls)
    chosen = None
    page = curve = None
    if summed:
        names = [_name(model, stages[at]) for at in summed]
        controls.append(turn("layer", "layer", layer, names))
        at = summed[layer % len(summed)]
        units = columns[at + 1].nodes
        unit %= units + 1
        words = "none" if not unit else f"{unit} of {units}"
        controls.append(Control("unit", "unit", words, unit, units + 1))
        if unit:
            chosen = (at + 1, unit - 1)
            names_before = columns[at].labels
            page, curve = unit_sum(model, stages[at].first, values[at], unit - 1, names_before)
    if data.plane is not None or data.input_shape == (2,):
        controls.append(turn("maps", "heat maps", maps, ["on", "off"]))
        if maps % 2 == 0:
            columns = _with_maps(model, data, stages, columns)
    told = _caption(followed, stages, edges, chosen)
    return Graph(
        tuple(columns),
        tuple(edges),
        told,
        chosen=chosen,
        page=page,
        curve=curve,
        controls=tuple(controls),
    )


def stages_of(model: Any) -> list[Stage]:
    """Give the columns that the layers become."""
    stages: list[Stage] = []
    for number, layer in enumerate(model.layers):
        if stages and not layer.weight_names:
            stages[-1] = Stage(stages[-1].first, number)
        else:
            stages.append(Stage(number, number))
    return stages


def has_sum(layer: Any, before: Array) -> bool:
    """Whether each unit of a layer is one weighted sum of all the values before it."""
    if type(layer).__name__ != "Dense":
        return False
    return bool(before.ndim == 1 and layer.weight("kernel").shape[0] == before.size)


def _input(data: Any, values: Array) -> Column:
    shape = data.input_shape
    nodes = int(np.prod(shape))
    names = data.feature_names if len(data.feature_names) == nodes else ()
    words = str(nodes) if len(shape) == 1 else shape_words(shape)
    shown = values.astype(np.float64) if len(shape) == 1 else None
    return Column("Input", words, nodes, shape, values=shown, labels=names)


def _column(model: Any, stage: Stage, values: Array, place: int | None) -> Column:
    layer, last = model.layers[stage.first], model.layers[stage.last]
    activation = getattr(layer, "activation", None)
    told = "" if activation is None else name_of(type(activation))
    told = "" if told == "linear" else told
    shape = layer.output_shape
    flat = len(last.output_shape) == 1
    # What ends in a vector, as after Flatten, is drawn by its nodes.
    drawn = last.output_shape if flat else shape
    notes = [_note(one) for one in model.layers[stage.first + 1 : stage.last + 1]]
    kind = type(layer).__name__
    bias = layer.weight("bias") if "bias" in layer.weight_names else None
    return Column(
        title=f"{kind} {shape[-1]}" if len(shape) == 1 else kind,
        detail=", ".join([told, *notes] if told else notes),
        nodes=int(np.prod(drawn)),
        shape=drawn if len(shape) == 1 else shape,
        values=values.reshape(-1).astype(np.float64) if flat else None,
        biases=None if bias is None or len(shape) != 1 else bias.copy(),
        place=place,
    )


def _name(model: Any, stage: Stage) -> str:
    """Name a layer by its number, as the build panel counts, and its kind."""
    layer = model.layers[stage.first]
    activation = getattr(layer, "activation", None)
    told = "" if activation is None else name_of(type(activation))
    kind = type(layer).__name__
    name = f"{stage.first + 1} {kind} {layer.output_shape[-1]}"
    return name if told in ("", "linear") else f"{name} {told}"


def _note(layer: Any) -> str:
    activation = getattr(layer, "activation", None)
    if activation is not None:
        return name_of(type(activation))
    rate = getattr(layer, "rate", None)
    name = type(layer).__name__.lower()
    return f"{name} {rate:g}" if rate is not None else name


def _edges(layer: Any, before: int) -> Array | None:
    kernel = layer.weight("kernel") if "kernel" in layer.weight_names else None
    if kernel is None or kernel.ndim != 2 or kernel.shape[0] != before or kernel.size > LARGEST:
        return None
    copied: Array = kernel.copy()
    return copied


def _with_maps(model: Any, data: Any, stages: list[Stage], columns: list[Column]) -> list[Column]:
    """Give each node what it answers over the plane of the data."""
    plane = coordinates(data)
    (left, right), (bottom, top) = plane.bounds
    cells = np.stack(np.meshgrid(np.linspace(left, right, MAP), np.linspace(top, bottom, MAP)), axis=-1)
    rows = plane.rows(cells.reshape(-1, 2))
    outputs = model.activations(rows)
    answers = [rows, *(outputs[stage.last] for stage in stages)]
    made = []
    for column, answer in zip(columns, answers, strict=True):
        if len(column.shape) > 1 or column.nodes > MAPPED or answer.ndim != 2:
            made.append(column)
            continue
        made.append(replace(column, maps=_scaled_maps(answer, final=column is columns[-1])))
    return made


def _scaled_maps(answer: Array, *, final: bool) -> Array:
    """Bring each node's answers to -1..1: probabilities about a half, others about 0."""
    maps = answer.T.reshape(-1, MAP, MAP).astype(np.float64)
    if final and maps.min() >= 0 and maps.max() <= 1:
        return 2 * maps - 1
    reach = np.abs(maps).max(axis=(1, 2), keepdims=True)
    scaled: Array = maps / np.where(reach > 0, reach, 1)
    return scaled


def _caption(
    followed: Any, stages: list[Stage], edges: list[Array | None], chosen: tuple[int, int] | None
) -> str:
    told = f"{followed.split} row {followed.number + 1}"
    told += f": {followed.told}" if followed.told else ""
    told += f", is {followed.target}" if followed.target else ""
    told = f"{told[:1].upper()}{told[1:]}. Blue positive, orange dashes negative."
    known = [(at, edge) for at, edge in enumerate(edges) if edge is not None and edge.size]
    if chosen is None and known:
        at, largest = max(known, key=lambda pair: float(np.abs(pair[1]).max()))
        row, column = np.unravel_index(int(np.abs(largest).argmax()), largest.shape)
        told += f" Largest {largest[row, column]:+.2f} (layer {stages[at].first + 1})."
    return told
