"""Recurrent layers: the same weights at every step of a series, with a memory of the steps before.

Series are laid out by steps inside, `(steps, batch, ...)`, so that every step is one contiguous block;
what all steps have in common (the product of input and kernel, all slopes of weights) is one matrix
product over the whole series.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, ClassVar

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.engine import activations, initializers, regularizers
from nn_tui.engine.activations import Call, run
from nn_tui.engine.initializers import Initializer
from nn_tui.engine.layers.layer import (
    ActivationName,
    Array,
    Fraction,
    InitializerName,
    Layer,
    RegularizerName,
    Shape,
    Signal,
    Units,
    WeightSpec,
)
from nn_tui.engine.layers.lstm_steps import LSTMSteps
from nn_tui.engine.layers.windows import series_shape
from nn_tui.errors import SpecError

__all__ = ["GRU", "LSTM", "Bidirectional", "SimpleRNN"]


class _Steps:
    """The arrays of a series for one batch size, laid out by steps."""

    def __init__(self, layer: _Recurrent, x: Signal, training: bool) -> None:
        steps, inputs = layer.input_shape
        batch, dtype = len(x.value), x.value.dtype
        self.batch, self.steps, self.dtype = batch, steps, dtype
        self.x = np.zeros((steps, batch, inputs), dtype)
        self.z = np.zeros((steps, batch, layer.GATES * layer.units), dtype)
        self.h = np.zeros((steps + 1, batch, layer.units), dtype)
        """`h[t]` is the memory before step t."""
        self.training = training
        self.input_mask = np.ones((batch, inputs), dtype) if training else None
        self.memory_mask = np.ones((batch, layer.units), dtype) if training else None

    def fresh(self, *shape: int) -> Array:
        """Make an array of zeros, `(steps, batch, *shape)`."""
        return np.zeros((self.steps, self.batch, *shape), self.dtype)


class _Recurrent(Layer):
    """What all recurrent layers share: the way through the series, dropout, the slopes of the weights."""

    GATES = 1
    units: int

    def _take(
        self,
        units: int,
        activation: str | None,
        use_bias: bool,
        kernel_initializer: str,
        recurrent_initializer: str,
        bias_initializer: str,
        kernel_regularizer: str | None,
        recurrent_regularizer: str | None,
        bias_regularizer: str | None,
        dropout: float,
        recurrent_dropout: float,
        return_sequences: bool,
        go_backwards: bool,
        trainable: bool,
    ) -> None:
        self.units = units
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.return_sequences = return_sequences
        self.go_backwards = go_backwards
        self.trainable = trainable

    def output_shape_for(self, shape: Shape) -> Shape:
        steps, _ = series_shape(shape, type(self).__name__)
        return (steps, self.units) if self.return_sequences else (self.units,)

    def _bias_shape(self) -> Shape:
        return (self.GATES * self.units,)

    def _bias_start(self) -> Initializer:
        return self.bias_initializer

    def weights_for(self, shape: Shape) -> list[WeightSpec]:
        width = self.GATES * self.units
        specs = [
            WeightSpec("kernel", (shape[-1], width), self.kernel_initializer, self.kernel_regularizer),
            WeightSpec(
                "recurrent_kernel",
                (self.units, width),
                self.recurrent_initializer,
                self.recurrent_regularizer,
            ),
        ]
        if self.use_bias:
            specs.append(WeightSpec("bias", self._bias_shape(), self._bias_start(), self.bias_regularizer))
        return specs

    def _forward(self, s: _Steps) -> Callable[[], None]:
        """Make what runs through the series: from `s.z`, the inputs' part of the sums, to `s.h`."""
        raise NotImplementedError

    def _backward(self, s: _Steps, dh: Array) -> Callable[[], None]:
        """Make what runs back: from `dh`, the slopes by each memory from outside, to `self._dz`.

        It writes the slopes by the sums of the inputs' part into `self._dz` and, where the memory's
        part has other sums, into `self._dr`.
        """
        raise NotImplementedError

    def _input_bias(self) -> Array | None:
        return self.weight("bias") if self.use_bias else None

    def _memory_mask(self, s: _Steps) -> Array | None:
        return s.memory_mask if self.recurrent_dropout else None

    def _masked(self, h: Array, s: _Steps) -> Array:
        mask = self._memory_mask(s)
        return h if mask is None else h * mask

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        self._steps = s = _Steps(self, x, training)
        order = slice(None, None, -1) if self.go_backwards else slice(None)
        series = x.value.swapaxes(0, 1)[order]
        kernel = self.weight("kernel")
        flat_x, flat_z = s.x.reshape(-1, kernel.shape[0]), s.z.reshape(-1, kernel.shape[1])

        def sums() -> None:
            np.copyto(s.x, series)
            if s.input_mask is not None and s.memory_mask is not None:
                self._draw(s.input_mask, self.dropout)
                self._draw(s.memory_mask, self.recurrent_dropout)
                if self.dropout:
                    np.multiply(s.x, s.input_mask, s.x)
            flat_x.dot(kernel, flat_z)
            bias = self._input_bias()
            if bias is not None:
                np.add(flat_z, bias, flat_z)

        out = y.full
        result = s.h[1:].swapaxes(0, 1) if self.return_sequences else s.h[-1]
        return [(sums, ()), (self._forward(s), ()), (np.copyto, (out, result))]

    def _draw(self, mask: Array, rate: float) -> None:
        """Draw which inputs are silenced through the whole series."""
        if rate:
            mask[...] = (self.random.random(mask.shape, np.float32) >= rate) / (1 - rate)

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        assert y.full_slope is not None
        s = self._steps
        dh = s.fresh(self.units)
        slope = y.full_slope
        sequences = self.return_sequences
        width = self.GATES * self.units
        self._dz = dz = s.fresh(width)
        self._dr = dz
        back = self._backward(s, dh)
        dr = self._dr
        kernel = self.weight("kernel")
        flat_x, flat_dz, flat_dr = (
            s.x.reshape(-1, kernel.shape[0]), dz.reshape(-1, width), dr.reshape(-1, width),
        )  # fmt: skip
        memories = s.h[:-1].reshape(-1, self.units)
        x_slope = x.slope
        by_steps = s.fresh(kernel.shape[0])
        order = slice(None, None, -1) if self.go_backwards else slice(None)

        def backward() -> None:
            if sequences:
                np.copyto(dh, slope.swapaxes(0, 1))
            else:
                dh.fill(0)
                dh[-1] = slope
            back()
            if (kernel_slope := self.slope("kernel")) is not None:
                flat_x.T.dot(flat_dz, kernel_slope)
                recurrent_slope = self.slope("recurrent_kernel")
                assert recurrent_slope is not None
                before = memories
                if s.memory_mask is not None and self.recurrent_dropout:
                    before = (s.h[:-1] * s.memory_mask).reshape(-1, self.units)
                before.T.dot(flat_dr, recurrent_slope)
            if (bias_slope := self.slope("bias")) is not None:
                self._write_bias_slope(bias_slope, flat_dz, flat_dr)
            if x_slope is not None:
                flat_dz.dot(kernel.T, by_steps.reshape(-1, kernel.shape[0]))
                if s.input_mask is not None and self.dropout:
                    np.multiply(by_steps, s.input_mask, by_steps)
                np.copyto(x_slope.swapaxes(0, 1), by_steps[order])

        return [(backward, ())]

    def _write_bias_slope(self, out: Array, dz: Array, dr: Array) -> None:
        np.add.reduce(dz, axis=0, out=out)


@register("layer", "SimpleRNN")
class SimpleRNN(_Recurrent):
    """Each step sums the input and the memory of the step before, and activates the sum: the new memory.

        h[t] = activation(x[t] @ kernel + h[t-1] @ recurrent_kernel + bias)

    Args:
        units: numbers in the memory, at least 1.
        activation: what is made of each sum. Default "tanh".
        use_bias: whether each unit adds a number of its own. Default yes.
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
    Source: agrees with keras.layers.SimpleRNN.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"units": 3}, (4, 2)),
        ({"units": 2, "return_sequences": True, "activation": "sigmoid", "use_bias": False}, (3, 2)),
    ]

    def __init__(
        self,
        units: Units,
        activation: ActivationName = "tanh",
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
        self._take(
            units, activation, use_bias, kernel_initializer, recurrent_initializer, bias_initializer,
            kernel_regularizer, recurrent_regularizer, bias_regularizer, dropout, recurrent_dropout,
            return_sequences, go_backwards, trainable,
        )  # fmt: skip

    def _forward(self, s: _Steps) -> Callable[[], None]:
        kernel = self.weight("recurrent_kernel")
        part = np.empty((s.batch, self.units), s.dtype)
        calls = [self.activation.value_calls(s.z[t], s.h[t + 1]) for t in range(s.steps)]
        if not self.activation.needs_input:
            calls = [[(np.copyto, (s.h[t + 1], s.z[t]))] for t in range(s.steps)]
            for t, step in enumerate(calls):
                step += self.activation.value_calls(s.h[t + 1], s.h[t + 1])

        def forward() -> None:
            for t in range(s.steps):
                self._masked(s.h[t], s).dot(kernel, part)
                np.add(s.z[t], part, s.z[t])
                run(calls[t])

        return forward

    def _backward(self, s: _Steps, dh: Array) -> Callable[[], None]:
        kernel, dz = self.weight("recurrent_kernel"), self._dz
        part = np.empty((s.batch, self.units), s.dtype)
        calls = [self.activation.gradient_calls(s.z[t], s.h[t + 1], dz[t]) for t in range(s.steps)]

        def backward() -> None:
            for t in range(s.steps - 1, -1, -1):
                np.copyto(dz[t], dh[t])
                run(calls[t])
                if t:
                    dz[t].dot(kernel.T, part)
                    np.add(dh[t - 1], self._masked(part, s), dh[t - 1])

        return backward


class _ForgetsNothingAtFirst(Initializer):
    """An LSTM's bias: as its initializer says, but 1 for the forget gate."""

    def __init__(self, start: Any, units: int) -> None:
        self.start, self.units = start, units

    def __call__(self, shape: Any, random: Any) -> Array:
        drawn = self.start(shape, random)
        drawn[self.units : 2 * self.units] = 1
        return drawn


@register("layer", "LSTM")
class LSTM(_Recurrent):
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

    @property
    def _usual(self) -> bool:
        """Whether the activations are those that `LSTMSteps` is made for."""
        return (
            type(self.activation) is activations.Tanh
            and type(self.recurrent_activation) is activations.Sigmoid
        )

    def _forward(self, s: _Steps) -> Callable[[], None]:
        kernel, u = self.weight("recurrent_kernel"), self.units
        if self._usual:
            self._quick = LSTMSteps(s.z, s.h, kernel, lambda: self._memory_mask(s))
            return self._quick.forward
        self._gates = gates = s.fresh(4 * u)
        self._c = c = np.zeros((s.steps + 1, s.batch, u), s.dtype)
        self._shown = shown = s.fresh(u)
        part, product = np.empty((s.batch, 4 * u), s.dtype), np.empty((s.batch, u), s.dtype)
        calls: list[list[Call]] = []
        for t in range(s.steps):
            z, g = s.z[t], gates[t]
            step: list[Call] = [(np.add, (z, part, z))]
            for place, activation in self._places():
                step += _value(activation, z[:, place], g[:, place])
            i, f, a, o = (g[:, n * u : (n + 1) * u] for n in range(4))
            step += [
                (np.multiply, (f, c[t], c[t + 1])),
                (np.multiply, (i, a, product)),
                (np.add, (c[t + 1], product, c[t + 1])),
                *_value(self.activation, c[t + 1], shown[t]),
                (np.multiply, (o, shown[t], s.h[t + 1])),
            ]
            calls.append(step)

        def forward() -> None:
            for t in range(s.steps):
                self._masked(s.h[t], s).dot(kernel, part)
                for function, arguments in calls[t]:
                    function(*arguments)

        return forward

    def _places(self) -> list[tuple[slice, activations.Activation]]:
        """Give which columns of the sums get which activation."""
        u = self.units
        return [
            (slice(0, 2 * u), self.recurrent_activation),
            (slice(2 * u, 3 * u), self.activation),
            (slice(3 * u, 4 * u), self.recurrent_activation),
        ]

    def _backward(self, s: _Steps, dh: Array) -> Callable[[], None]:
        kernel, dz, u = self.weight("recurrent_kernel"), self._dz, self.units
        if self._usual:
            return partial(self._quick.backward, dh, dz)
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


@register("layer", "GRU")
class GRU(_Recurrent):
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

    def _forward(self, s: _Steps) -> Callable[[], None]:
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
                    *_value(self.recurrent_activation, sums[:, : 2 * u], g[:, : 2 * u]),
                    (np.multiply, (reset, p[:, 2 * u :], product)),
                    (np.add, (z[:, 2 * u :], product, sums[:, 2 * u :])),
                    *_value(self.activation, sums[:, 2 * u :], new),
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

    def _backward(self, s: _Steps, dh: Array) -> Callable[[], None]:
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

    def _write_bias_slope(self, out: Array, dz: Array, dr: Array) -> None:
        np.add.reduce(dz, axis=0, out=out[0])
        np.add.reduce(dr, axis=0, out=out[1])


@register("layer", "Bidirectional")
class Bidirectional(Layer):
    """Run a recurrent layer from both ends and put both outputs side by side.

    Args:
        layer: the recurrent layer: LSTM, GRU or SimpleRNN with its settings.
    Input: (batch, steps, inputs).  Output: that of the layer, twice as wide.
    Raises:
        SpecError: the layer is not recurrent.
    Source: agrees with keras.layers.Bidirectional with merge_mode "concat".
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"layer": {"type": "GRU", "units": 2}}, (3, 2)),
        ({"layer": {"type": "LSTM", "units": 2, "return_sequences": True}}, (3, 2)),
    ]

    def __init__(self, layer: Annotated[Any, Knob(kind="layer")]) -> None:
        from nn_tui.engine.resolving import resolve

        one = resolve("layer", layer)
        if not isinstance(one, _Recurrent):
            raise SpecError(
                f"Bidirectional takes a recurrent layer, got {type(one).__name__}.",
                "Use LSTM, GRU or SimpleRNN.",
            )
        self.layer = one
        config = {**one.get_config(), "go_backwards": not one.go_backwards}
        self.other = type(one)(**config)
        self.trainable = one.trainable

    def output_shape_for(self, shape: Shape) -> Shape:
        inner = self.layer.output_shape_for(shape)
        return (*inner[:-1], 2 * inner[-1])

    def _pairs(self) -> list[tuple[str, _Recurrent]]:
        return [("forward_", self.layer), ("backward_", self.other)]

    def weights_for(self, shape: Shape) -> list[WeightSpec]:
        return [
            spec._replace(name=f"{prefix}{spec.name}")
            for prefix, layer in self._pairs()
            for spec in layer.weights_for(shape)
        ]

    def place(self, weights: dict[str, Array], slopes: dict[str, Array]) -> None:
        super().place(weights, slopes)
        for prefix, layer in self._pairs():
            layer.place(
                *(
                    {
                        name.removeprefix(prefix): array
                        for name, array in part.items()
                        if name.startswith(prefix)
                    }
                    for part in (weights, slopes)
                )
            )

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        self._outputs: list[Signal] = []
        calls: list[Call] = []
        u = self.layer.units
        for number, (_, layer) in enumerate(self._pairs()):
            layer.input_shape, layer.random = self.input_shape, self.random
            half = y.full[..., number * u : (number + 1) * u]
            own = Signal(np.zeros(half.shape, half.dtype), np.zeros(half.shape, half.dtype))
            self._outputs.append(own)
            calls += layer.forward_calls(x, own, training)
            shown = own.full[:, ::-1] if number and layer.return_sequences else own.full
            calls.append((np.copyto, (half, shown)))
        return calls

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        assert y.full_slope is not None
        calls: list[Call] = []
        u = self.layer.units
        kept = None if x.slope is None else np.zeros_like(x.slope)
        for number, ((_, layer), own) in enumerate(zip(self._pairs(), self._outputs, strict=True)):
            half = y.full_slope[..., number * u : (number + 1) * u]
            assert own.full_slope is not None
            target = own.full_slope[:, ::-1] if number and layer.return_sequences else own.full_slope
            calls.append((np.copyto, (target, half)))
            calls += layer.backward_calls(x, own)
            if kept is not None and number == 0:
                calls.append((np.copyto, (kept, x.slope)))
        if kept is not None:
            calls.append((np.add, (x.slope, kept, x.slope)))
        return calls


def _value(activation: activations.Activation, z: Array, a: Array) -> list[Call]:
    """Plan an activation from one array into another, whichever way it works best."""
    if activation.needs_input:
        return activation.value_calls(z, a)
    return [(np.copyto, (a, z)), *activation.value_calls(a, a)]
