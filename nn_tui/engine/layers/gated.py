"""`Gated`: a recurrent layer that has a quick way through a series when its activations are the usual ones.

The quick way lays everything out with a row a number and a column a series of the batch, so that each gate
of a step is one contiguous block; `LSTMSteps` and `GRUSteps` say what happens on it.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from nn_tui.engine import activations
from nn_tui.engine.activation import Activation, Call
from nn_tui.engine.layers.layer import Array, Signal
from nn_tui.engine.layers.recurrent import Recurrent


class Back(Protocol):
    """The way back through a series."""

    outside: Array
    """The slopes by the memories from outside, `(steps, units, batch)`, used up by `run`."""

    def run(self) -> None:
        """Go back, from `outside` to the slopes by the sums of each step."""

    def write_slopes(self, weights: Array | None, inputs: Array | None) -> None:
        """Write the slopes, after `run`.

        Args:
            weights: takes those by the weights, laid out as they are. None where they are not trained.
            inputs: takes those by the inputs, `(inputs, steps, batch)`. None where nobody asks.
        """


class There(Protocol):
    """The way through a series."""

    x: Array
    """The inputs, `(steps, inputs, batch)`."""

    @property
    def memories(self) -> Array:
        """The memory before the first step and after each, `(steps + 1, units, batch)`."""
        ...

    def forward(self) -> None:
        """Go through the series, from `x`."""

    def plan_backward(self, every: bool) -> Back:
        """Plan the way back; `every` says that each memory has a slope from outside, not the last alone."""
        ...


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
