"""How many weights a network has, counted layer by layer: `count`."""

from __future__ import annotations

from nn_tui.lessons.numbers.registry import Preset, number


@number
def count(of: Preset) -> dict[str, int]:
    """The weights, without biases, of the first layer and of the last one."""
    layers = [layer for layer in of.session().model.layers if layer.count_params()]
    kernels = [int(layer.get_weights()[0].size) for layer in layers]
    return {"hidden_weights": kernels[0], "output_weights": kernels[-1]}
