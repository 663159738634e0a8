"""`Activation`: what every activation is made of.

An activation gives its *calls*: functions with their arrays bound, which a step replays in order. The
arrays are made once per batch size, so nothing is allocated while training.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine.checked import Checked

Array = NDArray[Any]
Call = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function and its arguments: `function(*arguments)`."""


class Activation(metaclass=Checked):
    """The base of every activation.

    `one` is a weighted sum at which the value is exactly 1, or None: with it a column of ones can
    travel through the network and carry the biases (see `layers.core.Dense`). `needs_input` says
    that the derivative is told by the weighted sum rather than by the value, so both are kept.
    """

    one: float | None = None
    needs_input = False

    def value_calls(self, z: Array, a: Array) -> list[Call]:
        """Write the value at `z` into `a`; they are the same array unless `needs_input`."""
        raise NotImplementedError

    def gradient_calls(self, z: Array, a: Array, slope: Array) -> list[Call]:
        """Multiply `slope` (the loss's slope by the value) by the derivative, in place."""
        raise NotImplementedError

    def __call__(self, z: Array) -> Array:
        """Give the value at `z`; `z` is left as it is."""
        before = np.array(z, dtype=z.dtype if z.dtype.kind == "f" else np.float32)
        after = np.empty_like(before) if self.needs_input else before
        run(self.value_calls(before, after))
        return after

    def derivative(self, z: Array) -> Array:
        """Give the derivative at `z` (for softmax: of the sum of the values)."""
        before = np.array(z, dtype=z.dtype if z.dtype.kind == "f" else np.float32)
        after = np.empty_like(before) if self.needs_input else before
        run(self.value_calls(before, after))
        slope = np.ones_like(after)
        run(self.gradient_calls(before, after, slope))
        return slope


def run(calls: list[Call]) -> None:
    """Replay calls in their order."""
    for function, arguments in calls:
        function(*arguments)


def constant(value: float, like: Array) -> Array:
    """Make a number that an array operation takes without converting it: half the cost of a float."""
    return np.array(value, dtype=like.dtype)
