"""Gradients layer by layer with the initial weights: `slopes`; a chain of two nodes by hand: `chain`."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.lessons.numbers.registry import Preset, number

ROWS = 200
"""Rows that the gradients are taken over."""


class Slopes:
    """The size of a number of each layer's gradient, from the first layer to the last.

    Args:
        of: the experiment.
    """

    def __init__(self, of: Preset) -> None:
        session = of.session()
        rows = session.data.train
        gradients = session.model.gradients(rows.x[:ROWS], rows.y[:ROWS])
        kernels = [array for array in gradients if array.ndim == 2]
        self.layers = [float(np.sqrt((array.astype(float) ** 2).mean())) for array in kernels]
        self.first, self.last = self.layers[0], self.layers[-1]
        self.ratio = self.last / self.first
        self.hidden = len(kernels) - 1
        self.steepest = 0.25
        """The largest slope of sigmoid, where its input is 0."""
        self.left = self.steepest**self.hidden


@number
def slopes(of: Preset) -> Slopes:
    """The gradients of the lesson's experiment."""
    return Slopes(of)


@number
def other_slopes(of: Preset) -> Any:
    """The gradients of another experiment of the lesson: `{other_slopes[relu].ratio:.1f}`."""

    class Others:
        def __getitem__(self, name: str) -> Slopes:
            return Slopes(of.other(name))

    return Others()


@number
def chain(of: Preset) -> dict[str, float]:
    """A training step of the 1-1-1 network by the chain rule, for the first row, squared error.

    Every number is rounded as it is shown before the next is computed, so that a calculator gives the same.
    """
    session = of.session()
    (w1,), (w2,) = (array.reshape(-1) for array in session.model.get_weights() if array.ndim == 2)
    b1, b2 = (float(array[0]) for array in session.model.get_weights() if array.ndim == 1)
    rate = float(of.spec.compile.optimizer.get("learning_rate", 0.01))
    rows = session.data.train
    found = {"x": float(rows.x[0, 0]), "y": int(rows.y[0]), "w1": float(w1), "w2": float(w2)}
    found |= {"b1": b1, "b2": b2, "rate": rate}
    found = {name: round(value, 4) for name, value in found.items()}

    def take(name: str, value: float) -> float:
        found[name] = round(float(value), 4)
        return found[name]

    z1 = take("z1", found["x"] * found["w1"] + found["b1"])
    a1 = take("a1", 1 / (1 + np.exp(-z1)))
    z2 = take("z2", a1 * found["w2"] + found["b2"])
    a2 = take("a2", 1 / (1 + np.exp(-z2)))
    take("loss", (a2 - found["y"]) ** 2)
    off = take("off", 2 * (a2 - found["y"]))
    slope2 = take("slope2", a2 * (1 - a2))
    d2 = take("d2", off * slope2)
    take("g2", d2 * a1)
    slope1 = take("slope1", a1 * (1 - a1))
    d1 = take("d1", d2 * found["w2"] * slope1)
    g1 = take("g1", d1 * found["x"])
    take("new", found["w1"] - rate * g1)
    return found
