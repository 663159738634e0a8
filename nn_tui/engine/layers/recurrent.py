"""Recurrent layers: the same weights at every step of a series, with a memory of the steps before.

Series are laid out by steps inside, `(steps, batch, ...)`, so that every step is one contiguous block;
what all steps have in common (the product of input and kernel, all slopes of weights) is one matrix
product over the whole series.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from nn_tui.declare import register
from nn_tui.engine import activations, initializers, regularizers
from nn_tui.engine.activation import Activation, Call, run
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
from nn_tui.engine.layers.sums import row_sum
from nn_tui.engine.layers.windows import series_shape

__all__ = ["SimpleRNN"]


class Steps:
    """The arrays of a series for one batch size, laid out by steps."""

    def __init__(self, layer: Recurrent, x: Signal, training: bool) -> None:
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


class Recurrent(Layer):
    """What all recurrent layers share: the way through the series, dropout, the slopes of the weights."""

    GATES = 1
    units: int
    block: Array
    """All weights below each other, where they make a matrix."""
    block_slope: Array | None

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

    def place_vector(self, weights: Array, slopes: Array | None) -> None:
        width = self.GATES * self.units
        self.block = weights.reshape(-1, width)
        self.block_slope = None if slopes is None else slopes.reshape(-1, width)

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

    def _forward(self, s: Steps) -> Callable[[], None]:
        """Make what runs through the series: from `s.z`, the inputs' part of the sums, to `s.h`."""
        raise NotImplementedError

    def _backward(self, s: Steps, dh: Array) -> Callable[[], None]:
        """Make what runs back: from `dh`, the slopes by each memory from outside, to `self._dz`.

        It writes the slopes by the sums of the inputs' part into `self._dz` and, where the memory's
        part has other sums, into `self._dr`.
        """
        raise NotImplementedError

    def _input_bias(self) -> Array | None:
        return self.weight("bias") if self.use_bias else None

    def _memory_mask(self, s: Steps) -> Array | None:
        return s.memory_mask if self.recurrent_dropout else None

    def _masked(self, h: Array, s: Steps) -> Array:
        mask = self._memory_mask(s)
        return h if mask is None else h * mask

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        self._steps = s = Steps(self, x, training)
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

        bias_slope = self.slope("bias")
        bias_sums = [] if bias_slope is None else self._bias_sums(bias_slope, flat_dz, flat_dr)

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
            run(bias_sums)
            if x_slope is not None:
                flat_dz.dot(kernel.T, by_steps.reshape(-1, kernel.shape[0]))
                if s.input_mask is not None and self.dropout:
                    np.multiply(by_steps, s.input_mask, by_steps)
                np.copyto(x_slope.swapaxes(0, 1), by_steps[order])

        return [(backward, ())]

    def _bias_sums(self, out: Array, dz: Array, dr: Array) -> list[Call]:
        """Plan the slope by the bias from those by the sums of the inputs' and of the memory's part."""
        del dr
        return [row_sum(dz, out)]


def written(activation: Activation, z: Array, a: Array) -> list[Call]:
    """Plan an activation from one array into another, whichever way it works best."""
    if activation.needs_input:
        return activation.value_calls(z, a)
    return [(np.copyto, (a, z)), *activation.value_calls(a, a)]


@register("layer", "SimpleRNN")
class SimpleRNN(Recurrent):
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

    def _forward(self, s: Steps) -> Callable[[], None]:
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

    def _backward(self, s: Steps, dh: Array) -> Callable[[], None]:
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
