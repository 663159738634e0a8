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

from nn_tui.engine.layers.gated import Back, Silence, There

Array = NDArray[Any]


class LSTMSteps(There):
    """The way there; the gates lie in the order i, f, c, o: what lets in, keeps, is new, shows.

    Args: as `There` has them; the weights are kernel, recurrent kernel and, where there is one, bias.
    """

    def __init__(self, weights: Array, inputs: int, steps: int, batch: int, silence: Silence) -> None:
        super().__init__(weights, 4, inputs, steps, batch, silence)
        rows, units, dtype = len(weights), self.units, self.dtype
        self.below = np.ones((steps + 1, rows, batch), dtype)
        """What the weights of each step multiply: inputs, the memory as it is heard, ones."""
        self.x = self.below[:steps, :inputs]
        heard = self.below[:, inputs : inputs + units]
        heard[0] = 0
        self.heard = heard
        self.by_gate = np.array([0.5, 0.5, 1.0, 0.5], dtype).repeat(units)
        self.scale = np.repeat(self.by_gate[:, None], batch, axis=1)
        self.shift = np.repeat(np.array([0.5, 0.5, 0.0, 0.5], dtype).repeat(units)[:, None], batch, axis=1)
        self.scaled = np.empty_like(weights)
        self.c = np.zeros((steps + 1, units, batch), dtype)
        self.shown = np.empty((steps, units, batch), dtype)
        self.part = np.empty((units, batch), dtype)
        self._views = [
            (
                *(self.below[t], self.gates[t], *self.split(self.gates[t])),
                *(self.c[t], self.c[t + 1], self.shown[t], heard[t + 1], self.raw[t + 1]),
            )
            for t in range(steps)
        ]

    def forward(self) -> None:
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

    def plan_backward(self, every: bool) -> LSTMBack:
        return LSTMBack(self, every)


class LSTMBack(Back):
    """The way back, with a slope by a sum for each gate."""

    def __init__(self, of: LSTMSteps, every: bool) -> None:
        super().__init__(of, 4, every)
        self.of = of
        steps, units, batch, dtype = of.steps, of.units, of.batch, of.dtype
        self._factors, self._bent = np.empty_like(self.sums), np.empty_like(self.sums)
        self._through = np.empty_like(of.shown)
        self._square, self._one = of.scale * of.scale, np.ones((), dtype)
        self._dc = np.empty((units, batch), dtype)
        by_gate, factors = (one.reshape(steps, 4, units, batch) for one in (self.sums, self._factors))
        _, keep, _, _ = of.split(of.gates)
        self._views = [
            (
                *(self.outside[t], self._through[t]),
                *(by_gate[t, :3], factors[t, :3], by_gate[t, 3], factors[t, 3]),
                *(keep[t], self.sums[t], self.outside[t - 1] if t else None),
            )
            for t in range(steps - 1, -1, -1)
        ]
        self._below = np.empty((len(of.weights), steps, batch), dtype)

    def run(self) -> None:
        of, factors, bent, through = self.of, self._factors, self._bent, self._through
        let_in, _, new, show = of.split(of.gates)
        # With g = s * tanh(s * z) + shift, the slope of g by z is s^2 - (g - shift)^2.
        np.subtract(of.gates, of.shift, bent)
        np.multiply(bent, bent, bent)
        np.subtract(self._square, bent, bent)
        # Each gate's slope is that of its cell (of the memory for the last), times these.
        for other, slope, factor in zip(
            (new, of.c[:-1], let_in, of.shown), of.split(bent), of.split(factors), strict=True
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
        of, sums = self.of, self.laid_sums()
        if weights is not None:
            np.copyto(self._below, of.below[:-1].swapaxes(0, 1))
            self._below.reshape(len(self._below), -1).dot(sums.T, weights)
        if inputs is not None:
            of.weights[: of.inputs].dot(sums, inputs.reshape(of.inputs, -1))
