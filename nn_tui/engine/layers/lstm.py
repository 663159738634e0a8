"""The LSTM: a memory with gates that say what it lets in, keeps and shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from nn_tui.declare import register
from nn_tui.engine import activations
from nn_tui.engine.activation import Activation, Call
from nn_tui.engine.initializers import Initializer
from nn_tui.engine.layers.gated import Gated, Silence, There
from nn_tui.engine.layers.layer import (
    ActivationName,
    Array,
    Fraction,
    InitializerName,
    RegularizerName,
    Shape,
    Units,
)
from nn_tui.engine.layers.lstm_steps import LSTMSteps
from nn_tui.engine.layers.recurrent import Steps, written

__all__ = ["LSTM"]


class _ForgetsNothingAtFirst(Initializer):
    """An LSTM's bias: as its initializer says, but 1 for the forget gate."""

    def __init__(self, start: Any, units: int) -> None:
        self.start, self.units = start, units

    def __call__(self, shape: Any, random: Any) -> Array:
        drawn = self.start(shape, random)
        drawn[self.units : 2 * self.units] = 1
        return drawn


@register("layer", "LSTM")
class LSTM(Gated):
    """A memory with three gates: what to let in, what to forget, what to show.

        i, f, o = recurrent_activation(sums);  c[t] = f * c[t-1] + i * activation(sum of c)
        h[t] = o * activation(c[t])

    Args:
        units: numbers in the memory, at least 1.
        activation: of the memory. Default "tanh".
        recurrent_activation: of the gates. Default "sigmoid".
        use_bias: whether each unit adds a number of its own. Default yes.
        kernel_initializer: what the inputs' weights start from. Default "glorot_uniform".
        recurrent_initializer: what the memory's weights start from. Default "orthogonal".
        bias_initializer: what the biases start from. Default "zeros".
        unit_forget_bias: start the forget gate's bias at 1. Default yes.
        kernel_regularizer: a price on large weights of the inputs. Default none.
        recurrent_regularizer: a price on large weights of the memory. Default none.
        bias_regularizer: a price on large biases. Default none.
        dropout: the share of inputs silenced while training. Default 0.
        recurrent_dropout: the share of the memory silenced while training. Default 0.
        return_sequences: give the memory of every step rather than the last. Default no.
        go_backwards: take the series from its end. Default no.
        trainable: whether training moves the weights. Default yes.
    Input: (batch, steps, inputs).  Output: (batch, units), or (batch, steps, units).
    Source: agrees with keras.layers.LSTM; the gates lie in the order i, f, c, o.
    """

    GATES = 4
    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"units": 3}, (4, 2)),
        ({"units": 2, "return_sequences": True, "go_backwards": True}, (3, 2)),
        ({"units": 2, "use_bias": False}, (3, 2)),
        ({"units": 2, "activation": "softsign", "recurrent_activation": "hard_sigmoid"}, (3, 2)),
    ]

    def __init__(
        self,
        units: Units,
        activation: ActivationName = "tanh",
        recurrent_activation: ActivationName = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: InitializerName = "glorot_uniform",
        recurrent_initializer: InitializerName = "orthogonal",
        bias_initializer: InitializerName = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: RegularizerName = None,
        recurrent_regularizer: RegularizerName = None,
        bias_regularizer: RegularizerName = None,
        dropout: Fraction = 0.0,
        recurrent_dropout: Fraction = 0.0,
        return_sequences: bool = False,
        go_backwards: bool = False,
        trainable: bool = True,
    ) -> None:
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias
        self._take(
            units, activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer,
            kernel_regularizer, recurrent_regularizer, bias_regularizer, dropout, recurrent_dropout,
            return_sequences, go_backwards, trainable,
        )  # fmt: skip

    def _bias_start(self) -> Initializer:
        if not self.unit_forget_bias:
            return self.bias_initializer
        return _ForgetsNothingAtFirst(self.bias_initializer, self.units)

    def plan_series(self, batch: int, silence: Silence) -> There:
        steps, inputs = self.input_shape
        return LSTMSteps(self.block, inputs, steps, batch, silence)

    def _forward(self, s: Steps) -> Callable[[], None]:
        kernel, u = self.weight("recurrent_kernel"), self.units
        self._gates = gates = s.fresh(4 * u)
        self._c = c = np.zeros((s.steps + 1, s.batch, u), s.dtype)
        self._shown = shown = s.fresh(u)
        part, product = np.empty((s.batch, 4 * u), s.dtype), np.empty((s.batch, u), s.dtype)
        calls: list[list[Call]] = []
        for t in range(s.steps):
            z, g = s.z[t], gates[t]
            step: list[Call] = [(np.add, (z, part, z))]
            for place, activation in self._places():
                step += written(activation, z[:, place], g[:, place])
            i, f, a, o = (g[:, n * u : (n + 1) * u] for n in range(4))
            step += [
                (np.multiply, (f, c[t], c[t + 1])),
                (np.multiply, (i, a, product)),
                (np.add, (c[t + 1], product, c[t + 1])),
                *written(self.activation, c[t + 1], shown[t]),
                (np.multiply, (o, shown[t], s.h[t + 1])),
            ]
            calls.append(step)

        def forward() -> None:
            for t in range(s.steps):
                self._masked(s.h[t], s).dot(kernel, part)
                for function, arguments in calls[t]:
                    function(*arguments)

        return forward

    def _places(self) -> list[tuple[slice, Activation]]:
        """Give which columns of the sums get which activation."""
        u = self.units
        return [
            (slice(0, 2 * u), self.recurrent_activation),
            (slice(2 * u, 3 * u), self.activation),
            (slice(3 * u, 4 * u), self.recurrent_activation),
        ]

    def _backward(self, s: Steps, dh: Array) -> Callable[[], None]:
        kernel, dz, u = self.weight("recurrent_kernel"), self._dz, self.units
        c, gates, shown = self._c, self._gates, self._shown
        dc, by_shown = np.zeros((s.batch, u), s.dtype), np.empty((s.batch, u), s.dtype)
        part = np.empty((s.batch, u), s.dtype)
        calls: list[list[Call]] = []
        for t in range(s.steps):
            i, f, a, o = (gates[t][:, n * u : (n + 1) * u] for n in range(4))
            di, df, da, do = (dz[t][:, n * u : (n + 1) * u] for n in range(4))
            step: list[Call] = [
                (np.multiply, (dh[t], shown[t], do)),
                (np.multiply, (dh[t], o, by_shown)),
                *self.activation.gradient_calls(c[t + 1], shown[t], by_shown),
                (np.add, (dc, by_shown, dc)),
                (np.multiply, (dc, a, di)),
                (np.multiply, (dc, c[t], df)),
                (np.multiply, (dc, i, da)),
                (np.multiply, (dc, f, dc)),
            ]
            for place, activation in self._places():
                step += activation.gradient_calls(s.z[t][:, place], gates[t][:, place], dz[t][:, place])
            calls.append(step)

        def backward() -> None:
            dc.fill(0)
            for t in range(s.steps - 1, -1, -1):
                for function, arguments in calls[t]:
                    function(*arguments)
                if t:
                    dz[t].dot(kernel.T, part)
                    np.add(dh[t - 1], self._masked(part, s), dh[t - 1])

        return backward
