"""Activations as ONNX nodes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nn_tui.declare import name_of
from nn_tui.engine import activations
from nn_tui.engine.activation import Activation
from nn_tui.errors import RunError
from nn_tui.export.onnx_file.graph import Graph


def emit_activation(graph: Graph, activation: Activation, z: str, axis: int = -1) -> str:
    """Write an activation.

    Args:
        graph: where to.
        activation: which.
        z: the weighted sums.
        axis: the axis of the units, which softmax goes over. Default the last.

    Returns:
        The name of the values; that of the sums where nothing is done.

    Raises:
        RunError: there is no such activation in ONNX files yet.
    """
    emit = EMITTERS.get(type(activation))
    if emit is None:
        raise RunError(
            f"An ONNX file cannot hold the activation {name_of(type(activation))} yet.", "Take another one."
        )
    return emit(graph, activation, z, axis)


def _operator(name: str, *settings: str, **fixed: Any) -> Callable[[Graph, Any, str, int], str]:
    """Make the writer of an operator of ONNX's own; `settings` are attributes under the same name."""

    def emit(graph: Graph, activation: Any, z: str, axis: int) -> str:
        given = {own: float(getattr(activation, theirs)) for own, theirs in map(_pair, settings)}
        return graph.add(name, z, **given, **fixed)

    return emit


def _pair(setting: str) -> list[str]:
    return setting.split("=")


def _over_units(name: str) -> Callable[[Graph, Any, str, int], str]:
    return lambda graph, activation, z, axis: graph.add(name, z, axis=axis)


def _linear(graph: Graph, activation: Any, z: str, axis: int) -> str:
    return z


def _number(graph: Graph, value: float) -> str:
    return graph.constant(np.float32(value), "number")


def _relu6(graph: Graph, activation: Any, z: str, axis: int) -> str:
    return graph.add("Clip", z, _number(graph, 0), _number(graph, 6))


def _silu(graph: Graph, activation: Any, z: str, axis: int) -> str:
    return graph.add("Mul", z, graph.add("Sigmoid", z))


def _mish(graph: Graph, activation: Any, z: str, axis: int) -> str:
    return graph.add("Mul", z, graph.add("Tanh", graph.add("Softplus", z)))


def _gelu(graph: Graph, activation: activations.Gelu, z: str, axis: int) -> str:
    if activation.approximate:
        cube = graph.add("Mul", graph.add("Mul", z, z), z)
        bent = graph.add("Add", z, graph.add("Mul", cube, _number(graph, 0.044715)))
        inner = graph.add("Tanh", graph.add("Mul", bent, _number(graph, math.sqrt(2 / math.pi))))
    else:
        inner = graph.add("Erf", graph.add("Mul", z, _number(graph, math.sqrt(0.5))))
    half = graph.add("Mul", z, _number(graph, 0.5))
    return graph.add("Mul", half, graph.add("Add", inner, _number(graph, 1)))


EMITTERS: dict[type[Activation], Callable[[Graph, Any, str, int], str]] = {
    activations.Linear: _linear,
    activations.Relu: _operator("Relu"),
    activations.Relu6: _relu6,
    activations.Sigmoid: _operator("Sigmoid"),
    activations.Tanh: _operator("Tanh"),
    activations.Softmax: _over_units("Softmax"),
    activations.LogSoftmax: _over_units("LogSoftmax"),
    activations.LeakyRelu: _operator("LeakyRelu", "alpha=negative_slope"),
    activations.Elu: _operator("Elu", "alpha=alpha"),
    activations.Selu: _operator("Selu", alpha=activations.Selu.ALPHA, gamma=activations.Selu.SCALE),
    activations.Softplus: _operator("Softplus"),
    activations.Softsign: _operator("Softsign"),
    activations.Exponential: _operator("Exp"),
    activations.Silu: _silu,
    activations.Mish: _mish,
    activations.HardSigmoid: _operator("HardSigmoid", alpha=1 / 6, beta=0.5),
    activations.Gelu: _gelu,
}
