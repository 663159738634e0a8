"""What becomes of initial weights: `start`; what a node without a bias can say: `unbiased`."""

from __future__ import annotations

import numpy as np

from nn_tui.lessons.numbers.registry import Preset, number


@number
def start(of: Preset) -> dict[str, float]:
    """The limit of glorot_uniform for the first hidden layer, and how far its weights moved from zero."""
    session = of.session()
    kernel = session.model.layers[0].get_weights()[0]
    inputs, units = kernel.shape
    for _ in session.steps():
        pass
    moved = float(np.abs(session.model.layers[0].get_weights()[0]).max())
    return {
        "six": 6,
        "inputs": inputs,
        "units": units,
        "limit": float(np.sqrt(6 / (inputs + units))),
        "moved": moved,
    }


@number
def unbiased(of: Preset) -> dict[str, float]:
    """Of one trained sigmoid node: its weight, and with a bias the age at which it says one half."""
    biased = of.other("with").session()
    for _ in biased.steps():
        pass
    kernel, bias = (float(array.reshape(-1)[0]) for array in biased.model.get_weights())
    data = biased.data
    low, high = float(data.shift[0]), float(data.shift[0] + data.scale[0])
    scaled = round(-bias / kernel, 4)
    return {
        "kernel": round(kernel, 3),
        "bias": round(bias, 3),
        "scaled": scaled,
        "low": low,
        "high": high,
        "age": low + scaled * (high - low),
    }
