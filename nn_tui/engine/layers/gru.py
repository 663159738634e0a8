"""The GRU: a memory with gates that say how much it keeps, and how much of it makes what is new."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from nn_tui.declare import register
from nn_tui.engine import activations
from nn_tui.engine.activation import Call, run
from nn_tui.engine.layers.gated import Gated, Silence, There
from nn_tui.engine.layers.gru_steps import GRUSteps
from nn_tui.engine.layers.layer import (
    ActivationName,
    Array,
    Fraction,
    InitializerName,
    RegularizerName,
    Shape,
    Units,
)
from nn_tui.engine.layers.recurrent import Steps, written
from nn_tui.engine.layers.sums import row_sum

__all__ = ["GRU"]


@register("layer", "GRU")
class GRU(Gated):
    """A memory with two gates: how much to keep, and how much of it to use for what is new.

        z, r = recurrent_activation(sums);  n = activation(x part + r * memory part)
        h[t] = z * h[t-1] + (1 - z) * n

    Args:
        units: numbers in the memory, at least 1.
        activation: of what is new. Default "tanh".
        recurrent_activation: of the gates. Default "sigmoid".
        use_bias: whether each unit adds numbers of its own. Default yes.
        kernel_initializer: what the inputs' weights start from. Default "glorot_uniform".
        recurrent_initializer: what the memory's weights start from. Default "orthogonal".
        bias_initializer: what the biases start from. Default "zeros".
        kernel_regularizer: a price on large weights of the inputs. Default none.
        recurrent_regularizer: a price on large weights of the memory. Default none.
        bias_regularizer: a price on large biases. Default none.
        dropout: the share of inputs silenced while training. Default 0.
        recurrent_dropout: the share of the memory silenced while training. Default 0.
        return_sequences: give the memory of every step rather than the last. Default no.
        go_backwards: take the series from its end. Default no.
        trainable: whether training moves the weights. Default yes.
    Input: (batch, steps, inputs).  Output: (batch, units), or (batch, steps, units).
    Source: agrees with keras.layers.GRU with reset_after=True; the gates lie in the order z, r, h.
    """

    GATES = 3
    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"units": 3}, (4, 2)),
        ({"units": 2, "return_sequences": True, "use_bias": False}, (3, 2)),
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
        self._take(
            units, activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer,
            kernel_regularizer, recurrent_regularizer, bias_regularizer, dropout, recurrent_dropout,
            return_sequences, go_backwards, trainable,
        )  # fmt: skip

    def _bias_shape(self) -> Shape:
        return (2, 3 * self.units)

    def _input_bias(self) -> Array | None:
        return self.weight("bias")[0] if self.use_bias else None

    def plan_series(self, batch: int, silence: Silence) -> There:
        steps, inputs = self.input_shape
        return GRUSteps(self.block, inputs, steps, batch, silence)

    def _forward(self, s: Steps) -> Callable[[], None]:
        kernel, u = self.weight("recurrent_kernel"), self.units
        self._part = part = s.fresh(3 * u)
        self._sums, self._gates = s.fresh(3 * u), s.fresh(3 * u)
        product = np.empty((s.batch, u), s.dtype)
        calls: list[list[Call]] = []
        for t in range(s.steps):
            z, p, sums, g, h = s.z[t], part[t], self._sums[t], self._gates[t], s.h[t]
            keep, reset, new = g[:, :u], g[:, u : 2 * u], g[:, 2 * u :]
            calls.append(
                [
                    (np.add, (z[:, : 2 * u], p[:, : 2 * u], sums[:, : 2 * u])),
                    *written(self.recurrent_activation, sums[:, : 2 * u], g[:, : 2 * u]),
                    (np.multiply, (reset, p[:, 2 * u :], product)),
                    (np.add, (z[:, 2 * u :], product, sums[:, 2 * u :])),
                    *written(self.activation, sums[:, 2 * u :], new),
                    (np.subtract, (h, new, product)),
                    (np.multiply, (product, keep, product)),
                    (np.add, (product, new, s.h[t + 1])),
                ]
            )

        def forward() -> None:
            for t in range(s.steps):
                self._masked(s.h[t], s).dot(kernel, part[t])
                if self.use_bias:
                    np.add(part[t], self.weight("bias")[1], part[t])
                run(calls[t])

        return forward

    def _backward(self, s: Steps, dh: Array) -> Callable[[], None]:
        kernel, dz, u = self.weight("recurrent_kernel"), self._dz, self.units
        self._dr = dr = s.fresh(3 * u)
        part, sums, gates = self._part, self._sums, self._gates
        back, rest = np.empty((s.batch, u), s.dtype), np.empty((s.batch, u), s.dtype)
        one = s.dtype.type(1)
        calls: list[list[Call]] = []
        for t in range(s.steps):
            g, d, r = gates[t], dz[t], dr[t]
            keep, reset, new = g[:, :u], g[:, u : 2 * u], g[:, 2 * u :]
            calls.append(
                [
                    (np.subtract, (s.h[t], new, rest)),
                    (np.multiply, (dh[t], rest, d[:, :u])),
                    (np.subtract, (one, keep, rest)),
                    (np.multiply, (dh[t], rest, d[:, 2 * u :])),
                    *self.activation.gradient_calls(sums[t][:, 2 * u :], new, d[:, 2 * u :]),
                    (np.multiply, (d[:, 2 * u :], part[t][:, 2 * u :], d[:, u : 2 * u])),
                    *self.recurrent_activation.gradient_calls(
                        sums[t][:, : 2 * u], g[:, : 2 * u], d[:, : 2 * u]
                    ),
                    (np.copyto, (r[:, : 2 * u], d[:, : 2 * u])),
                    (np.multiply, (d[:, 2 * u :], reset, r[:, 2 * u :])),
                ]
            )

        def backward() -> None:
            for t in range(s.steps - 1, -1, -1):
                run(calls[t])
                if t:
                    dr[t].dot(kernel.T, back)
                    np.multiply(dh[t], gates[t][:, :u], rest)
                    np.add(rest, self._masked(back, s), rest)
                    np.add(dh[t - 1], rest, dh[t - 1])

        return backward

    def _bias_sums(self, out: Array, dz: Array, dr: Array) -> list[Call]:
        return [row_sum(dz, out[0]), row_sum(dr, out[1])]
