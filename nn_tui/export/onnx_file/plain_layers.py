"""Layers of any network as ONNX nodes: sums, activations, normalization, other shapes, words looked up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine import layers
from nn_tui.engine.layers.layer import Layer
from nn_tui.export.onnx_file.activations import emit_activation
from nn_tui.export.onnx_file.graph import Flow, Graph

Array = NDArray[Any]


def dense(graph: Graph, layer: layers.Dense, x: Flow) -> Flow:
    """Write a Dense layer."""
    z = graph.add("MatMul", graph.last(x), graph.constant(layer.weight("kernel"), "kernel"))
    if layer.use_bias:
        z = graph.add("Add", z, graph.constant(layer.weight("bias"), "bias"))
    return Flow(emit_activation(graph, layer.activation, z), x.rank)


def activation(graph: Graph, layer: layers.Activation, x: Flow) -> Flow:
    """Write an activation that is a layer of its own."""
    return x.again(emit_activation(graph, layer.activation, x.name, x.channels))


def leaky_relu(graph: Graph, layer: layers.LeakyReLU, x: Flow) -> Flow:
    """Write a LeakyReLU layer."""
    return x.again(graph.add("LeakyRelu", x.name, alpha=float(layer.negative_slope)))


def prelu(graph: Graph, layer: layers.PReLU, x: Flow) -> Flow:
    """Write a PReLU layer."""
    alpha = layer.weight("alpha")
    if x.channels_first:
        alpha = np.moveaxis(alpha, -1, 0)
    return x.again(graph.add("PRelu", x.name, graph.constant(alpha, "alpha")))


def nothing(graph: Graph, layer: Layer, x: Flow) -> Flow:
    """Write a layer that does something in training only."""
    return x


def flatten(graph: Graph, layer: layers.Flatten, x: Flow) -> Flow:
    """Write a Flatten layer."""
    return Flow(graph.add("Flatten", graph.last(x), axis=1), 2)


def reshape(graph: Graph, layer: layers.Reshape, x: Flow) -> Flow:
    """Write a Reshape layer; the 0 keeps the number of rows."""
    shape = graph.whole(0, *layer.output_shape)
    return Flow(graph.add("Reshape", graph.last(x), shape), 1 + len(layer.output_shape))


def embedding(graph: Graph, layer: layers.Embedding, x: Flow) -> Flow:
    """Write an Embedding layer; `x` holds whole numbers."""
    table = graph.constant(layer.weight("embeddings"), "embeddings")
    return Flow(graph.add("Gather", table, x.name, axis=0), x.rank + 1)


def batch_normalization(graph: Graph, layer: layers.BatchNormalization, x: Flow) -> Flow:
    """Write a BatchNormalization layer with its moving averages.

    ONNX's own operator takes the mean times the scale away, which loses digits where the mean is large.
    """
    mean, variance = layer.weight("moving_mean"), layer.weight("moving_variance")
    factor = 1 / np.sqrt(variance + variance.dtype.type(layer.epsilon))
    if layer.scale:
        factor = factor * layer.weight("gamma")
    made = graph.add("Sub", x.name, graph.constant(_channels(mean, x), "mean"))
    made = graph.add("Mul", made, graph.constant(_channels(factor, x), "factor"))
    if layer.center:
        made = graph.add("Add", made, graph.constant(_channels(layer.weight("beta"), x), "beta"))
    return x.again(made)


def layer_normalization(graph: Graph, layer: layers.LayerNormalization, x: Flow) -> Flow:
    """Write a LayerNormalization layer."""
    value = graph.last(x)
    gamma = layer.weight("gamma") if layer.scale else np.ones(layer.input_shape[-1], np.float32)
    weights = [graph.constant(gamma, "gamma")]
    if layer.center:
        weights.append(graph.constant(layer.weight("beta"), "beta"))
    made = graph.add("LayerNormalization", value, *weights, axis=-1, epsilon=float(layer.epsilon))
    return Flow(made, x.rank)


def _channels(numbers: Array, x: Flow) -> Array:
    """Lay one number a channel out such that it meets its channel."""
    return numbers.reshape(-1, *[1] * (x.rank - 2)) if x.channels_first else numbers


EMITTERS: Mapping[type[Layer], Any] = {
    layers.Dense: dense,
    layers.Activation: activation,
    layers.LeakyReLU: leaky_relu,
    layers.PReLU: prelu,
    layers.Dropout: nothing,
    layers.GaussianNoise: nothing,
    layers.Flatten: flatten,
    layers.Reshape: reshape,
    layers.Embedding: embedding,
    layers.BatchNormalization: batch_normalization,
    layers.LayerNormalization: layer_normalization,
}
