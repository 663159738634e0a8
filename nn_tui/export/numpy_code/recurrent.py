"""Recurrent layers: each step of a series with the memory of the step before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nn_tui.engine import layers
from nn_tui.engine.layers.recurrent import Recurrent
from nn_tui.export.numpy_code.page import Page, call, writes


@writes(layers.SimpleRNN, layers.LSTM, layers.GRU)
def _recurrent(layer: Any, page: Page) -> None:
    page.line(_memories(layer, layer, "", page), layer)


@writes(layers.Bidirectional)
def _bidirectional(layer: Any, page: Page) -> None:
    sequences = layer.layer.return_sequences
    one = _memories(layer.layer, layer, "forward_", page)
    other = _memories(layer.other, layer, "backward_", page) + ("[:, ::-1]" if sequences else "")
    page.lines.append(f"forward = {one}")
    page.lines.append(f"backward = {other}")
    page.line("np.concatenate([forward, backward], axis=-1)", layer)


def _memories(inner: Recurrent, owner: Any, prefix: str, page: Page) -> str:
    """Write a recurrent layer's memories, its weights being those of `owner` with a prefix."""
    functions: dict[str, Callable[..., Any]] = {"SimpleRNN": simple_rnn, "LSTM": lstm, "GRU": gru}
    function = functions[type(inner).__name__]
    arguments = ["x[:, ::-1]" if inner.go_backwards else "x"]
    arguments += [page.weight(owner, f"{prefix}{name}") for name in ("kernel", "recurrent_kernel")]
    if inner.use_bias:
        arguments.append(page.weight(owner, f"{prefix}bias"))
    else:
        arguments.append("(0, 0)" if isinstance(inner, layers.GRU) else "0")
    arguments.append(page.as_function(inner.activation))
    if isinstance(inner, (layers.LSTM, layers.GRU)):
        arguments.append(page.as_function(inner.recurrent_activation))
    last = "" if inner.return_sequences else "[:, -1]"
    return f"{call(page.use(function), arguments)}{last}"


def simple_rnn(x: Any, kernel: Any, recurrent_kernel: Any, bias: Any, activation: Any) -> Any:
    """Give the memory after every step: (rows, steps, units)."""
    h = np.zeros((len(x), recurrent_kernel.shape[0]), x.dtype)
    memories = []
    for t in range(x.shape[1]):
        h = activation(x[:, t] @ kernel + h @ recurrent_kernel + bias)
        memories.append(h)
    return np.stack(memories, axis=1)


def lstm(x: Any, kernel: Any, recurrent_kernel: Any, bias: Any, activation: Any, gate: Any) -> Any:
    """Give the memory after every step: (rows, steps, units)."""
    h = c = np.zeros((len(x), recurrent_kernel.shape[0]), x.dtype)
    memories = []
    for t in range(x.shape[1]):
        i, f, a, o = np.split(x[:, t] @ kernel + h @ recurrent_kernel + bias, 4, axis=1)
        # The gates say how much is let in (i), kept (f) and shown (o).
        c = gate(f) * c + gate(i) * activation(a)
        h = gate(o) * activation(c)
        memories.append(h)
    return np.stack(memories, axis=1)


def gru(x: Any, kernel: Any, recurrent_kernel: Any, bias: Any, activation: Any, gate: Any) -> Any:
    """Give the memory after every step: (rows, steps, units)."""
    h = np.zeros((len(x), recurrent_kernel.shape[0]), x.dtype)
    memories = []
    for t in range(x.shape[1]):
        xz, xr, xn = np.split(x[:, t] @ kernel + bias[0], 3, axis=1)
        hz, hr, hn = np.split(h @ recurrent_kernel + bias[1], 3, axis=1)
        # The gates say how much is kept (z), and how much of the memory what is new uses (r).
        z, r = gate(xz + hz), gate(xr + hr)
        h = z * h + (1 - z) * activation(xn + r * hn)
        memories.append(h)
    return np.stack(memories, axis=1)
