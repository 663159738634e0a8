"""An LSTM's way through a series with its usual activations, in as few operations as it takes.

A sigmoid is a tanh: sigmoid(z) = (1 + tanh(z / 2)) / 2. So all four gates are one tanh over one
contiguous block, scaled before and after, and their derivatives, like all factors that do not depend
on the step after, are computed for the whole series at once. What is left for each step back is seven
operations, and ten for each step forward.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Mask = Callable[[], Array | None]


class LSTMSteps:
    """The arrays and operations of one batch size.

    Args:
        z: the inputs' part of the sums, `(steps, batch, 4 * units)`, written before each way forward.
        h: the memories, `(steps + 1, batch, units)`; `h[0]` is zero.
        kernel: the memory's weights, `(units, 4 * units)`, gates in the order i, f, c, o.
        mask: gives what silences parts of a memory in this pass; None where nothing does.
    """

    def __init__(self, z: Array, h: Array, kernel: Array, mask: Mask) -> None:
        self.z, self.h, self.kernel, self.mask = z, h, kernel, mask
        self.steps, batch, width = z.shape
        units = self.units = width // 4
        dtype = z.dtype
        by_gate = np.array([0.5, 0.5, 1.0, 0.5], dtype).repeat(units)
        self.scale = np.tile(by_gate, (batch, 1))
        self.shift = np.tile(np.array([0.5, 0.5, 0.0, 0.5], dtype).repeat(units), (batch, 1))
        self.by_gate = by_gate
        self.scaled_kernel = np.empty_like(kernel)
        self.gates = np.empty_like(z)
        self.c = np.zeros_like(h)
        self.shown = np.empty((self.steps, batch, units), dtype)
        self.part = np.empty((batch, width), dtype)
        self.product = np.empty((batch, units), dtype)
        # Views are made once: making them costs a tenth of a step.
        self._views = [self._at(t) for t in range(self.steps)]

    def gate(self, number: int) -> Array:
        """See one gate of every step: 0 lets in, 1 keeps, 2 is what is new, 3 shows."""
        return self.gates[:, :, number * self.units : (number + 1) * self.units]

    def _at(self, t: int) -> tuple[Array, ...]:
        g = self.gates[t]
        gates = (g[:, number * self.units : (number + 1) * self.units] for number in range(4))
        return (self.h[t], self.z[t], g, *gates, self.c[t], self.c[t + 1], self.shown[t], self.h[t + 1])

    def forward(self) -> None:
        """Go through the series."""
        np.multiply(self.z, self.scale, self.z)
        np.multiply(self.kernel, self.by_gate, self.scaled_kernel)
        kernel, part, product = self.scaled_kernel, self.part, self.product
        scale, shift, mask = self.scale, self.shift, self.mask()
        for h, z, g, let_in, keep, new, show, c, next_c, shown, next_h in self._views:
            (h if mask is None else h * mask).dot(kernel, part)
            np.add(z, part, z)
            np.tanh(z, g)
            np.multiply(g, scale, g)
            np.add(g, shift, g)
            np.multiply(keep, c, next_c)
            np.multiply(let_in, new, product)
            np.add(next_c, product, next_c)
            np.tanh(next_c, shown)
            np.multiply(show, shown, next_h)

    def backward(self, dh: Array, dz: Array) -> None:
        """Go back: from the slopes by the memories to the slopes by the sums; `dh` is used up."""
        steps, batch, u = self.steps, self.part.shape[0], self.units
        let_in, keep, new, show = (self.gate(number) for number in range(4))
        # Each gate's slope is that of its cell (of the memory for the last), times these.
        factors = np.empty((steps, batch, 4, u), dz.dtype)
        factors[:, :, 0], factors[:, :, 1] = new, self.c[:-1]
        factors[:, :, 2], factors[:, :, 3] = let_in, self.shown
        # With g = s * tanh(s * z) + shift, the slope of g by z is s^2 - (g - shift)^2.
        bent = np.subtract(self.gates, self.shift)
        np.multiply(bent, bent, bent)
        np.subtract(self.scale * self.scale, bent, bent)
        np.multiply(factors, bent.reshape(factors.shape), factors)
        through = show * (1 - self.shown * self.shown)
        dc, part = np.zeros((batch, u), dz.dtype), self.product
        kernel, mask = self.kernel.T, self.mask()
        wide = dc[:, None, :]
        for t in range(steps - 1, -1, -1):
            slope, d, factor = dh[t], dz[t].reshape(batch, 4, u), factors[t]
            np.multiply(slope, through[t], part)
            np.add(dc, part, dc)
            np.multiply(wide, factor[:, :3], d[:, :3])
            np.multiply(slope, factor[:, 3], d[:, 3])
            np.multiply(dc, keep[t], dc)
            if t:
                dz[t].dot(kernel, part)
                before = dh[t - 1]
                np.add(before, part if mask is None else part * mask, before)
