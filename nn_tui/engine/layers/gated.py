"""`Gated`: a recurrent layer that has a quick way through a series when its activations are the usual ones.

The quick way lays everything out with a row a number and a column a series of the batch, so that each gate
of a step is one contiguous block; `LSTMSteps` and `GRUSteps` say what happens on it.
"""

from __future__ import annotations

import numpy as np

from nn_tui.engine import activations
from nn_tui.engine.activation import Activation, Call
from nn_tui.engine.layers.layer import Array, Signal
from nn_tui.engine.layers.recurrent import Recurrent


class Silence:
    """What is silenced in a pass: inputs and parts of the memory, the same through the whole series.

    Args:
        inputs: of what is silenced, `(batch, inputs)`.
        memory: the same, `(batch, units)`.
    """

    def __init__(self, inputs: Array, memory: Array) -> None:
        self.inputs, self.memory = inputs, memory
        self.heard: Array | None = None
        """What the memory is multiplied by, `(units, batch)`; None where nothing of it is silenced."""


class There:
    """The way through a series: the arrays and operations of one batch size.

    Args:
        weights: all of the layer's, one below the other, `(rows, gates * units)`.
        gates: how many there are.
        inputs: numbers that come in at each step.
        steps: length of a series.
        batch: series at a time.
        silence: what is silenced in a pass.
    """

    x: Array
    """The inputs, `(steps, inputs, batch)`."""
    heard: Array
    """The memory before the first step and after each as it is heard, `(steps + 1, units, batch)`."""

    def __init__(
        self, weights: Array, gates: int, inputs: int, steps: int, batch: int, silence: Silence
    ) -> None:
        self.weights, self.inputs, self.steps, self.batch = weights, inputs, steps, batch
        self.silence, self.dtype = silence, weights.dtype
        self.units = weights.shape[1] // gates
        self.gates = np.empty((steps, weights.shape[1], batch), self.dtype)
        """The value of each gate at each step."""
        self.raw = np.zeros((steps + 1, self.units, batch), self.dtype)
        """The memories as they are, where parts of what is heard of them are silenced."""

    @property
    def memories(self) -> Array:
        """The memory before the first step and after each, `(steps + 1, units, batch)`."""
        return self.heard if self.silence.heard is None else self.raw

    def split(self, gates: Array) -> tuple[Array, ...]:
        """See the gates alone."""
        u = self.units
        return tuple(gates[..., start : start + u, :] for start in range(0, gates.shape[-2], u))

    def forward(self) -> None:
        """Go through the series, from `x`."""
        raise NotImplementedError

    def plan_backward(self, every: bool) -> Back:
        """Plan the way back; `every` says that each memory has a slope from outside, not the last alone."""
        raise NotImplementedError


class Back:
    """The way back through a series.

    Args:
        of: the way there.
        sums: how many sums each unit has at a step.
        every: whether each memory has a slope from outside, or the last one only.
    """

    def __init__(self, of: There, sums: int, every: bool) -> None:
        self.every = every
        self.outside = np.zeros((of.steps, of.units, of.batch), of.dtype)
        """The slopes by the memories from outside, used up by `run`."""
        self.sums = np.empty((of.steps, sums * of.units, of.batch), of.dtype)
        """The slopes by the sums of each step."""
        self._laid = np.empty((sums * of.units, of.steps, of.batch), of.dtype)

    def run(self) -> None:
        """Go back, from `outside` to `sums`."""
        raise NotImplementedError

    def write_slopes(self, weights: Array | None, inputs: Array | None) -> None:
        """Write the slopes, after `run`.

        Args:
            weights: takes those by the weights, laid out as they are. None where they are not trained.
            inputs: takes those by the inputs, `(inputs, steps, batch)`. None where nobody asks.
        """
        raise NotImplementedError

    def laid_sums(self) -> Array:
        """Give `sums` as one matrix over all steps, `(sums, steps * batch)`."""
        np.copyto(self._laid, self.sums.swapaxes(0, 1))
        return self._laid.reshape(len(self._laid), -1)


class Gated(Recurrent):
    """A recurrent layer with gates."""

    recurrent_activation: Activation
    _there: There
    _silence: Silence

    @property
    def usual(self) -> bool:
        """Whether the activations are those that the quick way is made for."""
        return (
            type(self.activation) is activations.Tanh
            and type(self.recurrent_activation) is activations.Sigmoid
        )

    def plan_series(self, batch: int, silence: Silence) -> There:
        """Plan the quick way."""
        raise NotImplementedError

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        if not self.usual:
            return super().forward_calls(x, y, training)
        batch, dtype = len(x.value), y.full.dtype
        ones = (np.ones((batch, width), dtype) for width in (self.input_shape[1], self.units))
        self._silence = silence = Silence(*ones)
        self._there = there = self.plan_series(batch, silence)
        series = x.value.transpose(1, 2, 0)[:: -1 if self.go_backwards else 1]

        def take() -> None:
            np.copyto(there.x, series)
            if training:
                self._draw(silence.inputs, self.dropout)
                self._draw(silence.memory, self.recurrent_dropout)
                silence.heard = silence.memory.T if self.recurrent_dropout else None
                if self.dropout:
                    np.multiply(there.x, silence.inputs.T, there.x)

        def give() -> None:
            memories = there.memories
            out = memories[1:].transpose(2, 0, 1) if self.return_sequences else memories[-1].T
            np.copyto(y.full, out)

        return [(take, ()), (there.forward, ()), (give, ())]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        if not self.usual:
            return super().backward_calls(x, y)
        slope, silence = y.full_slope, self._silence
        assert slope is not None
        back = self._there.plan_backward(self.return_sequences)
        last = back.outside if self.return_sequences else back.outside[-1]
        given = slope.transpose(1, 2, 0) if self.return_sequences else slope.T
        calls: list[Call] = [(np.copyto, (last, given)), (back.run, ())]
        if x.slope is None:
            return [*calls, (back.write_slopes, (self.block_slope, None))]
        target = x.slope.transpose(2, 1, 0)[:, :: -1 if self.go_backwards else 1]
        by_inputs = np.empty(target.shape, slope.dtype)

        def pass_on() -> None:
            if self.dropout:
                np.multiply(by_inputs, silence.inputs.T[:, None], by_inputs)
            np.copyto(target, by_inputs)

        return [*calls, (back.write_slopes, (self.block_slope, by_inputs)), (pass_on, ())]
