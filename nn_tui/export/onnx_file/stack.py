"""The layers of a network as ONNX nodes, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nn_tui.engine.layers.layer import Layer
from nn_tui.engine.models import Sequential
from nn_tui.errors import RunError
from nn_tui.export.onnx_file import plain_layers, recurrent_layers, window_layers
from nn_tui.export.onnx_file.graph import Flow, Graph

EMITTERS: dict[type[Layer], Callable[[Graph, Any, Flow], Flow]] = {
    **plain_layers.EMITTERS,
    **window_layers.EMITTERS,
    **recurrent_layers.EMITTERS,
}
"""What writes a layer, by its class; a layer that is not here is refused."""


def emit_layers(graph: Graph, model: Sequential, x: Flow) -> Flow:
    """Write all layers.

    Args:
        graph: where to.
        model: the network with its weights.
        x: its input.

    Raises:
        RunError: there is a layer, or an activation, that an ONNX file cannot hold; says which.
    """
    for index, layer in enumerate(model.layers):
        emit = EMITTERS.get(type(layer))
        if emit is None:
            raise RunError(
                f"An ONNX file cannot hold layer {index} yet: {type(layer).__name__} ({layer.name}).",
                "Take another layer, or export to keras.",
            )
        with graph.scope(layer.name):
            x = emit(graph, layer, x)
    return x
