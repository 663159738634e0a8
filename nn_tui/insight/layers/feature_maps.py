"""One image through the convolutions: all maps of a layer, one map through all layers, one cell."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from nn_tui.declare import register
from nn_tui.engine.layers.convolutional import Conv1D, Conv2D, ZeroPadding2D
from nn_tui.insight.controls import Place, turn
from nn_tui.insight.layers.naming import activation_name, layer_words
from nn_tui.insight.layers.one_cell import cell_page
from nn_tui.insight.number_words import shape_words
from nn_tui.insight.pictures import Array, Control, Heatmap, InsightRequest, Picture, Sentence, Tiles
from nn_tui.insight.samples import Sample, pick_sample

__all__ = ["feature_maps"]

VIEWS = ("maps", "layer by layer", "one cell")


@register("insight", "feature_maps")
def feature_maps(
    request: InsightRequest,
    /,
    show: Place = 0,
    rows: Place = 0,
    sample: Place = 0,
    layer: Place = 1,
    channel: Place = 0,
    row: Place = 0,
    column: Place = 0,
) -> Picture:
    """One image through the convolutions, layer by layer: maps, zero padding, pooling, one cell in numbers.

    Args:
        show: 0 all maps of a layer, 1 one map through all layers, 2 how one cell is computed. Default 0.
        rows: which split the image is from. Default training.
        sample: which image. Default the first.
        layer: which layer; 0 is the image itself. Default 1.
        channel: which map, where one is shown. Default the first.
        row: of the cell, from the top. Default 0.
        column: of the cell, from the left. Default 0.
    """
    model, data = request.model, request.data
    if len(data.input_shape) == 2 and any(isinstance(one, Conv1D) for one in model.layers):
        return _of_series(model, pick_sample(data, rows, sample), layer)
    if len(data.input_shape) != 3 or not any(isinstance(one, Conv2D) for one in model.layers):
        return Sentence(
            "Feature maps are what convolutions make of an image; this network has none. Open the example "
            "digits, or take the template CNN (T) for images."
        )
    picked = pick_sample(data, rows, sample)
    stages = _stages(model, picked.x)
    show %= len(VIEWS)
    layer %= len(stages)
    if show == 2 and not layer:
        layer = 1
    stage = stages[layer]
    channels = stage.value.shape[-1]
    channel %= channels
    controls = [turn("show", "show", show, VIEWS)]
    if show != 1:
        names = ["image", *(layer_words(model, one.index) for one in stages[1:])]
        controls.append(turn("layer", "layer", layer, names))
    if show:
        controls.append(Control("channel", "map", f"{channel + 1} of {channels}", channel, channels))
    if show == 2:
        height, width = stage.value.shape[:2]
        row, column = row % height, column % width
        controls += [
            Control("row", "row", f"{row + 1} of {height}", row, height),
            Control("column", "column", f"{column + 1} of {width}", column, width),
        ]
        before = stages[layer - 1].value
        return cell_page(
            model.layers[stage.index],
            layer_words(model, stage.index),
            before,
            stage.value,
            (row, column, channel),
            (*controls, *picked.controls),
        )
    if show == 1:
        return _through(model, stages, channel, picked.target, (*controls, *picked.controls))
    return _maps(model, stage, stages[layer - 1].value, picked.target, (*controls, *picked.controls))


@dataclass(frozen=True, eq=False)
class Stage:
    """What a layer gives for the image, `(height, width, channels)`; index -1 is the image itself."""

    index: int
    value: Array


def _stages(model: Any, x: Array) -> list[Stage]:
    """Give the image and what each layer makes of it, as long as it is an image."""
    stages = [Stage(-1, x[0])]
    for index, value in enumerate(model.activations(x)):
        if value.ndim != 4:
            break
        stages.append(Stage(index, value[0]))
    return stages


def _maps(model: Any, stage: Stage, before: Array, target: str, controls: tuple[Control, ...]) -> Picture:
    value = stage.value
    count = value.shape[-1]
    if stage.index < 0:
        return _shades(
            value, ("",) if count == 1 else tuple(str(at + 1) for at in range(count)),
            f"The image as the network takes it, {shape_words(value.shape)}: {target}.", controls,
        )  # fmt: skip
    strengths = np.abs(value).max(axis=(0, 1))
    strongest = int(strengths.argmax())
    silent = int((strengths == 0).sum())
    did = _did(model.layers[stage.index], layer_words(model, stage.index))
    told = (
        f"{did}: {shape_words(before.shape)} -> {shape_words(value.shape)}. "
        f"Map {strongest + 1} is strongest, {strengths[strongest]:.3g}"
    )
    told += f"; {silent} of {count} maps are all 0." if silent else "."
    return _shades(value, tuple(str(at + 1) for at in range(count)), told, controls)


def _shades(value: Array, names: tuple[str, ...], caption: str, controls: tuple[Control, ...]) -> Tiles:
    """Draw maps with one scale for all: shades from 0, or signed ones where there are negative values."""
    largest = float(np.abs(value).max()) or 1.0
    images = tuple(value[:, :, at, None] / largest for at in range(value.shape[-1]))
    signed = bool((value < 0).any())
    return Tiles(images, names, caption, "signed" if signed else "shades", unit=largest, controls=controls)


def _through(
    model: Any, stages: list[Stage], channel: int, target: str, controls: tuple[Control, ...]
) -> Tiles:
    """Follow one map from layer to layer, each in its own shades; padding is drawn as the frame it is."""
    images: list[Array] = []
    names: list[str] = []
    signed = any((stage.value < 0).any() for stage in stages)

    def add(value: Array, name: str) -> None:
        one = value[:, :, channel % value.shape[-1], None]
        images.append(one / (float(np.abs(one).max()) or 1.0))
        names.append(f"{name} {one.shape[0]}x{one.shape[1]}")

    add(stages[0].value, "image")
    for before, stage in pairwise(stages):
        layer = model.layers[stage.index]
        frame = framed(layer, before.value)
        if frame is not None and frame.shape != before.value.shape:
            add(frame, "padded")
        add(stage.value, f"{stage.index + 1} {_short(layer)}")
    shapes = " -> ".join(shape_words(stage.value.shape) for stage in stages)
    told = f"One map through the layers ({target}): {shapes}. Each has its own scale."
    return Tiles(
        tuple(images), tuple(names), told,
        "signed" if signed else "shades", unit=1.0, controls=controls,
    )  # fmt: skip


def _of_series(model: Any, picked: Sample, layer: int) -> Heatmap:
    """Draw what a layer makes of a series: a line of the picture for each map."""
    stages = [Stage(-1, picked.x[0])]
    for index, value in enumerate(model.activations(picked.x)):
        if value.ndim != 3:
            break
        stages.append(Stage(index, value[0]))
    layer %= len(stages)
    value = stages[layer].value  # (steps, channels)
    names = ["series", *(layer_words(model, stage.index) for stage in stages[1:])]
    largest = float(np.abs(value).max()) or 1.0
    shapes = " -> ".join(shape_words(stage.value.shape) for stage in stages)
    return Heatmap(
        (value / largest).T, (1, len(value)), (value.shape[1], 1), "step", "map",
        f"{names[layer]} of a series ({picked.target}): {shapes}. Blue is up to {largest:.3g}.",
        square=False,
        controls=(turn("layer", "layer", layer, names), *picked.controls),
    )  # fmt: skip


def framed(layer: Any, value: Array) -> Array | None:
    """Give a layer's input with the zeros that "same" padding puts around it; None for other layers."""
    if not isinstance(layer, Conv2D):
        return None
    down, across, _ = layer.axes(value.shape)
    return np.pad(value, ((down.before, down.after), (across.before, across.after), (0, 0)))


def _short(layer: Any) -> str:
    name = type(layer).__name__
    return name.replace("Pooling2D", "Pool").replace("BatchNormalization", "BatchNorm")


def _did(layer: Any, words: str) -> str:
    """Say what a layer did: `1 Conv2D, padding same, relu`."""
    parts = [words]
    if isinstance(layer, Conv2D):
        parts.append(f"{shape_words(layer.kernel_size)} windows, padding {layer.padding}")
    elif isinstance(layer, ZeroPadding2D):
        parts.append("zeros around the image")
    elif hasattr(layer, "pool_size"):
        kind = "largest" if "Max" in words else "mean"
        parts.append(f"the {kind} of each {shape_words(layer.pool_size)} window")
    if name := activation_name(layer):
        parts.append(name)
    return ", ".join(parts)
