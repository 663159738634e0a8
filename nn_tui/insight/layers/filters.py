"""The filters of a convolution layer as small images."""

from __future__ import annotations

import numpy as np

from nn_tui.declare import register
from nn_tui.engine.layers.convolutional import Conv1D, Conv2D
from nn_tui.insight.controls import Place, turn
from nn_tui.insight.layers.naming import layer_control, layer_words
from nn_tui.insight.number_words import shape_words
from nn_tui.insight.pictures import InsightRequest, Picture, Sentence, Tiles

__all__ = ["filters"]


@register("insight", "filters")
def filters(request: InsightRequest, /, layer: Place = 0, channel: Place = 0) -> Picture:
    """The filters of a convolution: what each looks for, weight by weight.

    Args:
        layer: which of the convolution layers. Default the first.
        channel: which channel of the layer's input. Default the first.
    """
    model = request.model
    places = [at for at, one in enumerate(model.layers) if isinstance(one, (Conv1D, Conv2D))]
    if not places:
        return Sentence(
            "This network has no convolution, so there are no filters. Open the example digits, or take "
            "the template CNN (T) for images."
        )
    index = places[layer % len(places)]
    chosen = model.layers[index]
    kernel = chosen.weight("kernel").astype(np.float64)
    if kernel.ndim == 3:  # of a series: one row of steps
        kernel = kernel[None]
    channels, count = kernel.shape[2:]
    channel %= channels
    images = kernel[:, :, channel, :]
    largest = float(np.abs(images).max())
    strongest = int(np.abs(images).max(axis=(0, 1)).argmax())
    peak = images[:, :, strongest].flat[int(np.abs(images[:, :, strongest]).argmax())]
    window = shape_words(kernel.shape[:2])
    seen = f"channel {channel + 1} of its input" if channels > 1 else "its input"
    controls = [layer_control(model, places, layer)] if len(places) > 1 else []
    if channels > 1:
        controls.append(
            turn("channel", "channel", channel, [f"{at + 1} of {channels}" for at in range(channels)])
        )
    return Tiles(
        tuple(images[:, :, at, None] / (largest or 1.0) for at in range(count)),
        tuple(str(at + 1) for at in range(count)),
        f"{count} filters of {window}, layer {layer_words(model, index)}, over {seen}. Blue adds, orange "
        f"takes away; the largest weight is {peak:+.2f}, in filter {strongest + 1}.",
        meaning="signed",
        unit=largest,
        controls=tuple(controls),
    )
