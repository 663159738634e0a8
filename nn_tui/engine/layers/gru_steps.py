"""A GRU's way through a series with its usual activations, in as few operations as it takes.

As in `lstm_steps`, a row is a number and a column a series of the batch, a sigmoid is a tanh, and all
factors that do not depend on the step after are computed for the whole series at once. The inputs' part of
all sums is one product over the series; the memory's part is one a step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine.layers.gated import Back, Silence, There

Array = NDArray[Any]


class GRUSteps(There):
    """The way there; the gates lie in the order z, r, h: what keeps, resets, is new.

    Args: as `There` has them; the weights are kernel, recurrent kernel and, where there are any, biases of
        the inputs' part and of the memory's.
    """

    def __init__(self, weights: Array, inputs: int, steps: int, batch: int, silence: Silence) -> None:
        super().__init__(weights, 3, inputs, steps, batch, silence)
        (rows, width), units, dtype = weights.shape, self.units, self.dtype
        self.bias = rows - inputs - units == 2
        self.below_x = np.ones((inputs + self.bias, steps, batch), dtype)
        """What the inputs' weights multiply: the inputs of all steps, and ones."""
        self.x = self.below_x[:inputs].swapaxes(0, 1)
        self.below_h = np.ones((steps + 1, units + self.bias, batch), dtype)
        """What the memory's weights multiply at each step: the memory as it is heard, and ones."""
        self.below_h[0, :units] = 0
        self.heard = self.below_h[:, :units]
        self.by_gate = np.array([0.5, 0.5, 1.0], dtype).repeat(units)
        """By what the sums are multiplied before the tanh."""
        self.of_x = np.empty((inputs + self.bias, width), dtype)
        self.of_h = np.empty((units + self.bias, width), dtype)
        """The two parts' weights, scaled for the tanh."""
        self._flat = np.empty((width, steps, batch), dtype)
        self.sums_x = np.empty((steps, width, batch), dtype)
        self.part = np.empty((steps, width, batch), dtype)
        u, self.half = units, np.array(0.5, dtype)
        self._views = [
            (
                *(self.below_h[t], self.part[t], self.part[t, : 2 * u], self.part[t, 2 * u :]),
                *(self.sums_x[t, : 2 * u], self.sums_x[t, 2 * u :]),
                *(self.gates[t, : 2 * u], *self.split(self.gates[t])),
            )
            for t in range(steps)
        ]

    def forward(self) -> None:
        i, u, w = self.inputs, self.units, self.weights
        np.multiply(w[:i], self.by_gate, self.of_x[:i])
        np.multiply(w[i : i + u], self.by_gate, self.of_h[:u])
        if self.bias:
            np.multiply(w[-2], self.by_gate, self.of_x[i])
            np.multiply(w[-1], self.by_gate, self.of_h[u])
        below = self.below_x.reshape(len(self.below_x), -1)
        self.of_x.T.dot(below, self._flat.reshape(-1, below.shape[1]))
        np.copyto(self.sums_x, self._flat.swapaxes(0, 1))
        times, mask, half = self.of_h.T.dot, self.silence.heard, self.half
        memories = self.memories
        for t, (below_h, part, of_gates, of_new, x_gates, x_new, both, keep, reset, new) in enumerate(
            self._views
        ):
            times(below_h, part)
            np.add(of_gates, x_gates, both)
            np.tanh(both, both)
            np.multiply(both, half, both)
            np.add(both, half, both)
            np.multiply(reset, of_new, new)
            np.add(new, x_new, new)
            np.tanh(new, new)
            h, next_h = memories[t], memories[t + 1]
            np.subtract(h, new, next_h)
            np.multiply(next_h, keep, next_h)
            np.add(next_h, new, next_h)
            if mask is not None:
                np.multiply(next_h, mask, self.heard[t + 1])

    def plan_backward(self, every: bool) -> GRUBack:
        return GRUBack(self, every)


class GRUBack(Back):
    """The way back, with slopes by the sums of z, r, the memory's part of h and the inputs' part of h."""

    def __init__(self, of: GRUSteps, every: bool) -> None:
        super().__init__(of, 4, every)
        self.of = of
        steps, u, batch, dtype = of.steps, of.units, of.batch, of.dtype
        self._factors = np.empty((steps, 3 * u, batch), dtype)
        """What the slopes of z, r and h are, as shares of the memory's (of h's for r)."""
        self._bent = np.empty((steps, 2 * u, batch), dtype)
        self._one, self._rest = np.ones((), dtype), np.empty((u, batch), dtype)
        keep, reset, _ = of.split(of.gates)
        by_z, by_r, by_new = of.split(self._factors)
        self._views = [
            (
                *(self.outside[t], by_z[t], by_r[t], by_new[t], keep[t], reset[t], self.sums[t, : 3 * u]),
                *(self.sums[t, number * u : (number + 1) * u] for number in range(4)),
                self.outside[t - 1] if t else None,
            )
            for t in range(steps - 1, -1, -1)
        ]
        self._below_h = np.empty((len(of.of_h), steps, batch), dtype)
        self._by_h = np.empty_like(of.of_h)
        self._by_x = np.empty((len(of.of_x), 2 * u), dtype), np.empty((len(of.of_x), u), dtype)

    def run(self) -> None:
        of, u, one, bent = self.of, self.of.units, self._one, self._bent
        _, _, new = of.split(of.gates)
        z_factors, r_factors, new_factors = of.split(self._factors)
        gates = of.gates[:, : 2 * u]
        np.subtract(one, gates, bent)
        # With keep: h - new times its bend; new: (1 - keep) times its bend; reset: the memory's part.
        np.multiply(new, new, new_factors)
        np.subtract(one, new_factors, new_factors)
        np.multiply(new_factors, bent[:, :u], new_factors)
        np.multiply(gates, bent, bent)
        np.subtract(of.memories[:-1], new, z_factors)
        np.multiply(z_factors, bent[:, :u], z_factors)
        np.multiply(of.part[:, 2 * u :], bent[:, u:], r_factors)
        mask, every, rest = of.silence.heard, self.every, self._rest
        back = of.weights[of.inputs : of.inputs + u].dot
        for dh, by_z, by_r, by_new, kept, reset, below, d_z, d_r, d_part, d_new, before in self._views:
            np.multiply(dh, by_z, d_z)
            np.multiply(dh, by_new, d_new)
            np.multiply(d_new, by_r, d_r)
            np.multiply(d_new, reset, d_part)
            if before is None:
                return
            if every:
                back(below, rest)
                if mask is not None:
                    np.multiply(rest, mask, rest)
                np.add(before, rest, before)
            else:
                back(below, before)
                if mask is not None:
                    np.multiply(before, mask, before)
            np.multiply(dh, kept, rest)
            np.add(before, rest, before)

    def write_slopes(self, weights: Array | None, inputs: Array | None) -> None:
        of, u, i, sums = self.of, self.of.units, self.of.inputs, self.laid_sums()
        of_gates, of_part, of_new = sums[: 2 * u], sums[: 3 * u], sums[3 * u :]
        if weights is not None:
            np.copyto(self._below_h, of.below_h[:-1].swapaxes(0, 1))
            below = of.below_x.reshape(len(of.below_x), -1)
            self._below_h.reshape(len(self._below_h), -1).dot(of_part.T, self._by_h)
            below.dot(of_gates.T, self._by_x[0])
            below.dot(of_new.T, self._by_x[1])
            weights[i : i + u] = self._by_h[:u]
            for columns, by_x in zip((slice(2 * u), slice(2 * u, None)), self._by_x, strict=True):
                weights[:i, columns] = by_x[:i]
                if of.bias:
                    weights[-2, columns] = by_x[i]
            if of.bias:
                weights[-1] = self._by_h[u]
        if inputs is not None:
            kernel, flat = of.weights[:i], inputs.reshape(i, -1)
            np.copyto(flat, kernel[:, : 2 * u].dot(of_gates) + kernel[:, 2 * u :].dot(of_new))
