"""An LSTM's way through a series with its usual activations, in as few operations as it takes.

A row is a number, a column a series of the batch, so that each gate of a step is one contiguous block.
Inputs, memory and a row of ones stand below each other: one product gives the sums of all gates, bias
included, and one product over the whole series the slopes of all weights.

A sigmoid is a tanh: sigmoid(z) = (1 + tanh(z / 2)) / 2. So all four gates are one tanh over one block,
scaled before and after, and their derivatives, like all factors that do not depend on the step after, are
computed for the whole series at once. Arrays and views are made once: making a large one takes as long as
filling it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine.layers.gated import Silence

Array = NDArray[Any]


class LSTMSteps:
    """The arrays and operations of one batch size.

    Args:
        weights: kernel, recurrent kernel and, where there is one, bias, one below the other,
            `(inputs + units (+ 1), 4 * units)`, gates in the order i, f, c, o.
        inputs: numbers that come in at each step.
        steps: length of a series.
        batch: series at a time.
        silence: what is silenced in a pass.
    """

    def __init__(self, weights: Array, inputs: int, steps: int, batch: int, silence: Silence) -> None:
        rows, width = weights.shape
        units = self.units = width // 4
        self.weights, self.inputs, self.steps, self.batch = weights, inputs, steps, batch
        self.silence = silence
        dtype = self.dtype = weights.dtype
        self.below = np.ones((steps + 1, rows, batch), dtype)
        """What the weights of each step multiply: inputs, the memory as it is heard, ones."""
        self.x = self.below[:steps, :inputs]
        heard = self.below[:, inputs : inputs + units]
        heard[0] = 0
        self.heard = heard
        self.raw = np.zeros((steps + 1, units, batch), dtype)
        """The memories as they are, where a mask silences parts of what is heard of them."""
        self.by_gate = np.array([0.5, 0.5, 1.0, 0.5], dtype).repeat(units)
        self.scale = np.repeat(self.by_gate[:, None], batch, axis=1)
        self.shift = np.repeat(np.array([0.5, 0.5, 0.0, 0.5], dtype).repeat(units)[:, None], batch, axis=1)
        self.scaled = np.empty_like(weights)
        self.gates = np.empty((steps, width, batch), dtype)
        self.c = np.zeros((steps + 1, units, batch), dtype)
        self.shown = np.empty((steps, units, batch), dtype)
        self.part = np.empty((units, batch), dtype)
        self._views = [
            (
                *(self.below[t], self.gates[t], *self._split(self.gates[t])),
                *(self.c[t], self.c[t + 1], self.shown[t], heard[t + 1], self.raw[t + 1]),
            )
            for t in range(steps)
        ]

    def _split(self, gates: Array) -> tuple[Array, ...]:
        """See the gates alone: what lets in, keeps, is new, shows."""
        u = self.units
        return tuple(gates[..., number * u : (number + 1) * u, :] for number in range(4))

    def forward(self) -> None:
        """Go through the series, from `x`."""
        np.multiply(self.weights, self.by_gate, self.scaled)
        times, part = self.scaled.T.dot, self.part
        scale, shift, mask = self.scale, self.shift, self.silence.heard
        for below, gates, let_in, keep, new, show, c, next_c, shown, heard, raw in self._views:
            times(below, gates)
            np.tanh(gates, gates)
            np.multiply(gates, scale, gates)
            np.add(gates, shift, gates)
            np.multiply(keep, c, next_c)
            np.multiply(let_in, new, part)
            np.add(next_c, part, next_c)
            np.tanh(next_c, shown)
            if mask is None:
                np.multiply(show, shown, heard)
            else:
                np.multiply(show, shown, raw)
                np.multiply(raw, mask, heard)

    @property
    def memories(self) -> Array:
        """The memory before the first step and after each, `(steps + 1, units, batch)`."""
        return self.heard if self.silence.heard is None else self.raw

    def plan_backward(self, every: bool) -> LSTMBack:
        """Plan the way back; `every` says that each memory has a slope from outside, not the last alone."""
        return LSTMBack(self, every)


class LSTMBack:
    """The way back through a series.

    Args:
        of: the way there.
        every: whether each memory has a slope from outside, or the last one only.
    """

    def __init__(self, of: LSTMSteps, every: bool) -> None:
        self.of, self.every = of, every
        steps, units, batch, dtype = of.steps, of.units, of.batch, of.dtype
        self.outside = np.zeros((steps, units, batch), dtype)
        """The slopes by the memories from outside, written before each way back and used up by it."""
        self.sums = np.empty((steps, 4 * units, batch), dtype)
        """The slopes by the sums of each step."""
        self._factors, self._bent = np.empty_like(self.sums), np.empty_like(self.sums)
        self._through = np.empty_like(of.shown)
        self._square, self._one = of.scale * of.scale, np.ones((), dtype)
        self._dc = np.empty((units, batch), dtype)
        by_gate, factors = (one.reshape(steps, 4, units, batch) for one in (self.sums, self._factors))
        _, keep, _, _ = of._split(of.gates)
        self._views = [
            (
                *(self.outside[t], self._through[t]),
                *(by_gate[t, :3], factors[t, :3], by_gate[t, 3], factors[t, 3]),
                *(keep[t], self.sums[t], self.outside[t - 1] if t else None),
            )
            for t in range(steps - 1, -1, -1)
        ]
        self._below = np.empty((len(of.weights), steps, batch), dtype)
        self._all_sums = np.empty((4 * units, steps, batch), dtype)

    def run(self) -> None:
        """Go back, from `outside` to `sums`."""
        of, factors, bent, through = self.of, self._factors, self._bent, self._through
        let_in, _, new, show = of._split(of.gates)
        # With g = s * tanh(s * z) + shift, the slope of g by z is s^2 - (g - shift)^2.
        np.subtract(of.gates, of.shift, bent)
        np.multiply(bent, bent, bent)
        np.subtract(self._square, bent, bent)
        # Each gate's slope is that of its cell (of the memory for the last), times these.
        for other, slope, factor in zip(
            (new, of.c[:-1], let_in, of.shown), of._split(bent), of._split(factors), strict=True
        ):
            np.multiply(other, slope, factor)
        np.multiply(of.shown, of.shown, through)
        np.subtract(self._one, through, through)
        np.multiply(show, through, through)
        dc, part, mask, every = self._dc, of.part, of.silence.heard, self.every
        back = of.weights[of.inputs : of.inputs + of.units].dot
        dc.fill(0)
        for slope, shown, d, factor, d_show, show_factor, keep, sums, before in self._views:
            np.multiply(slope, shown, part)
            np.add(dc, part, dc)
            np.multiply(dc, factor, d)
            np.multiply(slope, show_factor, d_show)
            if before is None:
                return
            np.multiply(dc, keep, dc)
            if every:
                back(sums, part)
                if mask is not None:
                    np.multiply(part, mask, part)
                np.add(before, part, before)
            else:
                back(sums, before)
                if mask is not None:
                    np.multiply(before, mask, before)

    def write_slopes(self, weights: Array | None, inputs: Array | None) -> None:
        """Write the slopes, after `run`; as `gated.Back` says."""
        of = self.of
        np.copyto(self._all_sums, self.sums.swapaxes(0, 1))
        sums = self._all_sums.reshape(4 * of.units, -1)
        if weights is not None:
            np.copyto(self._below, of.below[:-1].swapaxes(0, 1))
            self._below.reshape(len(self._below), -1).dot(sums.T, weights)
        if inputs is not None:
            of.weights[: of.inputs].dot(sums, inputs.reshape(of.inputs, -1))
