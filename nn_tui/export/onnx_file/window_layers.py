"""Windows over images and series as ONNX nodes: convolution, pooling, padding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nn_tui.engine import layers
from nn_tui.engine.layers.layer import Layer
from nn_tui.engine.layers.windows import Axis, Padding, slide
from nn_tui.export.onnx_file.activations import emit_activation
from nn_tui.export.onnx_file.graph import Flow, Graph

Whole = int | Sequence[int]


def convolution(graph: Graph, layer: layers.Conv1D | layers.Conv2D, x: Flow) -> Flow:
    """Write a Conv1D or Conv2D layer."""
    axes = _axes(layer.input_shape, layer.kernel_size, layer.strides, layer.padding, layer.dilation_rate)
    # The engine has (window, channels, filters), ONNX (filters, channels, window).
    kernel = np.moveaxis(layer.weight("kernel"), (-1, -2), (0, 1))
    weights = [graph.constant(kernel, "kernel")]
    if layer.use_bias:
        weights.append(graph.constant(layer.weight("bias"), "bias"))
    z = graph.add(
        "Conv", graph.first(x), *weights, **_window(axes), dilations=[axis.dilation for axis in axes]
    )
    return Flow(emit_activation(graph, layer.activation, z, 1), x.rank, channels_first=True)


def max_pooling(graph: Graph, layer: layers.MaxPooling1D | layers.MaxPooling2D, x: Flow) -> Flow:
    """Write a MaxPooling1D or MaxPooling2D layer."""
    return _pooling(graph, "MaxPool", layer, x)


def average_pooling(
    graph: Graph, layer: layers.AveragePooling1D | layers.AveragePooling2D, x: Flow
) -> Flow:
    """Write an AveragePooling1D or AveragePooling2D layer; padding does not count in the mean."""
    return _pooling(graph, "AveragePool", layer, x, count_include_pad=0)


def global_max(graph: Graph, layer: Layer, x: Flow) -> Flow:
    """Write a GlobalMaxPooling1D or GlobalMaxPooling2D layer."""
    return Flow(graph.add("ReduceMax", x.name, axes=_places(x), keepdims=0), 2)


def global_average(graph: Graph, layer: Layer, x: Flow) -> Flow:
    """Write a GlobalAveragePooling1D or GlobalAveragePooling2D layer."""
    return Flow(graph.add("ReduceMean", x.name, axes=_places(x), keepdims=0), 2)


def zero_padding(graph: Graph, layer: layers.ZeroPadding2D, x: Flow) -> Flow:
    """Write a ZeroPadding2D layer."""
    one_side = [0, 0, *layer.padding] if x.channels_first else [0, *layer.padding, 0]
    return x.again(graph.add("Pad", x.name, graph.whole(*one_side, *one_side)))


def _pooling(graph: Graph, operator: str, layer: Any, x: Flow, **settings: int) -> Flow:
    strides = layer.strides or layer.pool_size
    axes = _axes(layer.input_shape, layer.pool_size, strides, layer.padding)
    made = graph.add(operator, graph.first(x), **_window(axes), **settings)
    return Flow(made, x.rank, channels_first=True)


def _axes(
    shape: Sequence[int], size: Whole, stride: Whole, padding: Padding, dilation: Whole = 1
) -> list[Axis]:
    """Give how the window moves along each axis of the places."""
    places = shape[:-1]
    each = [[one] * len(places) if isinstance(one, int) else one for one in (size, stride, dilation)]
    return [
        slide(length, of, step, padding, apart, "the window")
        for length, of, step, apart in zip(places, *each, strict=True)
    ]


def _window(axes: list[Axis]) -> dict[str, list[int]]:
    """Give what ONNX's operators are told of a window."""
    return {
        "kernel_shape": [axis.size for axis in axes],
        "strides": [axis.stride for axis in axes],
        "pads": [axis.before for axis in axes] + [axis.after for axis in axes],
    }


def _places(x: Flow) -> list[int]:
    """Give the axes of the places."""
    return list(range(2, x.rank)) if x.channels_first else list(range(1, x.rank - 1))


EMITTERS: Mapping[type[Layer], Any] = {
    layers.Conv1D: convolution,
    layers.Conv2D: convolution,
    layers.MaxPooling1D: max_pooling,
    layers.MaxPooling2D: max_pooling,
    layers.AveragePooling1D: average_pooling,
    layers.AveragePooling2D: average_pooling,
    layers.GlobalMaxPooling1D: global_max,
    layers.GlobalMaxPooling2D: global_max,
    layers.GlobalAveragePooling1D: global_average,
    layers.GlobalAveragePooling2D: global_average,
    layers.ZeroPadding2D: zero_padding,
}
