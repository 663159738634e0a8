"""Recurrent layers as ONNX nodes.

ONNX's own LSTM, GRU and RNN where they know the activations; for all others the steps themselves are
written, as the body of a loop (Scan). Inside, series are laid out by steps, (steps, rows, numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine import activations, layers
from nn_tui.engine.activation import Activation
from nn_tui.engine.layers.layer import Layer
from nn_tui.engine.layers.recurrent import Recurrent
from nn_tui.export.onnx_file.activations import emit_activation
from nn_tui.export.onnx_file.graph import ROWS, Flow, Graph

Array = NDArray[Any]

_KNOWN: Mapping[type[Activation], str] = {
    activations.Tanh: "Tanh",
    activations.Sigmoid: "Sigmoid",
    activations.Relu: "Relu",
    activations.Softsign: "Softsign",
    activations.Softplus: "Softplus",
}
"""What ONNX's recurrent operators call the activations they know and that have no settings."""


def recurrent(graph: Graph, layer: Recurrent, x: Flow) -> Flow:
    """Write an LSTM, GRU or SimpleRNN layer."""
    return Flow(_run(graph, layer, graph.last(x)), 3 if layer.return_sequences else 2)


def bidirectional(graph: Graph, layer: layers.Bidirectional, x: Flow) -> Flow:
    """Write a Bidirectional layer: both halves, side by side."""
    value = graph.last(x)
    one, other = _run(graph, layer.layer, value), _run(graph, layer.other, value)
    if layer.layer.return_sequences:
        other = _turned(graph, other, 1)
    return Flow(graph.add("Concat", one, other, axis=-1), 3 if layer.layer.return_sequences else 2)


def _run(graph: Graph, layer: Recurrent, x: str) -> str:
    """Write a layer's way through a series (rows, steps, inputs)."""
    series = graph.add("Transpose", x, perm=[1, 0, 2])
    if layer.go_backwards:
        series = _turned(graph, series, 0)
    made = {name: layer.weight(name) for name in layer.weight_names}
    of_layer = [layer.activation]
    if isinstance(layer, (layers.LSTM, layers.GRU)):
        of_layer.insert(0, layer.recurrent_activation)
    if all(type(one) in _KNOWN for one in of_layer):
        every, last = _operator(graph, layer, series, made, [_KNOWN[type(one)] for one in of_layer])
    else:
        every, last = _loop(graph, layer, series, made)
    return graph.add("Transpose", every, perm=[1, 0, 2]) if layer.return_sequences else last


def _turned(graph: Graph, value: str, axis: int) -> str:
    """Turn an axis round."""
    beyond = np.iinfo(np.int64).min
    return graph.add(
        "Slice", value, graph.whole(-1), graph.whole(beyond), graph.whole(axis), graph.whole(-1)
    )


def _operator(
    graph: Graph, layer: Recurrent, series: str, weights: Mapping[str, Array], known: list[str]
) -> tuple[str, str]:
    """Write ONNX's own operator; give the memories of every step and that of the last."""
    name = {"SimpleRNN": "RNN"}.get(type(layer).__name__, type(layer).__name__)
    if name == "LSTM":
        known = [*known, known[-1]]  # of the gates, of what is new, of what is shown
    given = [
        graph.constant(_ordered(weights[part], layer).T[None], part)
        for part in ("kernel", "recurrent_kernel")
    ]
    if layer.use_bias:
        bias = weights["bias"]
        both = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
        given.append(graph.constant(_ordered(both, layer).reshape(1, -1), "bias"))
    settings = {"linear_before_reset": 1} if name == "GRU" else {}
    every, last = graph.add_several(
        name, 2, series, *given, hidden_size=layer.units, activations=known, **settings
    )
    # Both have an axis of directions, of which there is one.
    return graph.add("Squeeze", every, graph.whole(1)), graph.add("Squeeze", last, graph.whole(0))


def _ordered(weights: Array, layer: Recurrent) -> Array:
    """Put an LSTM's gates, i, f, c, o here, in ONNX's order: i, o, f, c."""
    if not isinstance(layer, layers.LSTM):
        return weights
    i, f, c, o = np.split(weights, 4, axis=-1)
    return np.concatenate([i, o, f, c], axis=-1)


def _loop(graph: Graph, layer: Recurrent, series: str, weights: Mapping[str, Array]) -> tuple[str, str]:
    """Write the steps themselves; give the memories of every step and that of the last."""
    bias = weights.get("bias")
    of_input, of_memory = (bias[0], bias[1]) if bias is not None and bias.ndim == 2 else (bias, None)
    sums = graph.add("MatMul", series, graph.constant(weights["kernel"], "kernel"))
    if of_input is not None:
        sums = graph.add("Add", sums, graph.constant(of_input, "bias"))
    rows = graph.add("Shape", series, start=1, end=2)
    shape = graph.add("Concat", rows, graph.whole(layer.units), axis=0)
    start = graph.add("ConstantOfShape", shape)

    body = Graph(graph)
    kind, width = np.float32, layer.GATES * layer.units
    memories = ["h", "c"] if isinstance(layer, layers.LSTM) else ["h"]
    before = [body.input(name, kind, (ROWS, layer.units)) for name in memories]
    z = body.input("z", kind, (ROWS, width))
    part = body.add("MatMul", before[0], graph.constant(weights["recurrent_kernel"], "recurrent_kernel"))
    if of_memory is not None:
        part = body.add("Add", part, graph.constant(of_memory, "recurrent_bias"))
    after = _STEPS[type(layer)](body, layer, z, part, before)
    for name, value in zip(memories, after, strict=True):
        body.output(f"{name}_after", value, kind, (ROWS, layer.units))
    body.output("h_of_step", after[0], kind, (ROWS, layer.units))

    outputs = graph.add_several(
        "Scan", len(memories) + 1, *[start] * len(memories), sums, num_scan_inputs=1, body=body.made("step")
    )
    return outputs[-1], outputs[0]


def _simple_step(body: Graph, layer: layers.SimpleRNN, z: str, part: str, before: list[str]) -> list[str]:
    return [emit_activation(body, layer.activation, body.add("Add", z, part))]


def _lstm_step(body: Graph, layer: layers.LSTM, z: str, part: str, before: list[str]) -> list[str]:
    u = layer.units
    sums = body.add("Add", z, part)
    gates, new, show = body.add_several("Split", 3, sums, body.whole(2 * u, u, u), axis=-1)
    gates = emit_activation(body, layer.recurrent_activation, gates)
    take, keep = body.add_several("Split", 2, gates, body.whole(u, u), axis=-1)
    new = emit_activation(body, layer.activation, new)
    show = emit_activation(body, layer.recurrent_activation, show)
    c = body.add("Add", body.add("Mul", keep, before[1]), body.add("Mul", take, new))
    return [body.add("Mul", show, emit_activation(body, layer.activation, c)), c]


def _gru_step(body: Graph, layer: layers.GRU, z: str, part: str, before: list[str]) -> list[str]:
    u = layer.units
    sizes = body.whole(2 * u, u)
    z_gates, z_new = body.add_several("Split", 2, z, sizes, axis=-1)
    part_gates, part_new = body.add_several("Split", 2, part, sizes, axis=-1)
    gates = emit_activation(body, layer.recurrent_activation, body.add("Add", z_gates, part_gates))
    keep, reset = body.add_several("Split", 2, gates, body.whole(u, u), axis=-1)
    sums = body.add("Add", z_new, body.add("Mul", reset, part_new))
    new = emit_activation(body, layer.activation, sums)
    return [body.add("Add", body.add("Mul", body.add("Sub", before[0], new), keep), new)]


_STEPS: Mapping[type[Recurrent], Callable[..., list[str]]] = {
    layers.SimpleRNN: _simple_step,
    layers.LSTM: _lstm_step,
    layers.GRU: _gru_step,
}

EMITTERS: Mapping[type[Layer], Any] = {
    layers.SimpleRNN: recurrent,
    layers.LSTM: recurrent,
    layers.GRU: recurrent,
    layers.Bidirectional: bidirectional,
}
