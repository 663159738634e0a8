"""Sizes and counts of convolution and pooling: `conv`, `pool`, `counted`."""

from __future__ import annotations

from typing import Any

from nn_tui.engine.layers.convolutional import Conv2D
from nn_tui.engine.layers.pooling import MaxPooling2D
from nn_tui.lessons.numbers.registry import Preset, number


@number
def conv(of: Preset) -> dict[str, Any]:
    """The first convolution: its window, filters, weights, and the sizes before and after it."""
    layer = next(one for one in of.session().model.layers if isinstance(one, Conv2D))
    height, width, channels = layer.input_shape
    size = layer.kernel_size[0]
    return {
        "size": size,
        "filters": layer.filters,
        "channels": channels,
        "height": height,
        "width": width,
        "cells": height * width,
        "out": layer.output_shape[0],
        "filter_weights": size * size * channels,
        "weights": size * size * channels * layer.filters,
        "parameters": layer.count_params(),
        "edge": (size - 1) // 2,
        "same": height,
        "padded": height + size - 1,
    }


@number
def pool(of: Preset) -> dict[str, Any]:
    """The first pooling: its window, and the sizes before and after it."""
    model = of.other("pooled").session().model
    layer = next(one for one in model.layers if isinstance(one, MaxPooling2D))
    before, after = layer.input_shape, layer.output_shape
    return {
        "size": layer.pool_size[0],
        "before": before[0],
        "after": after[0],
        "maps": after[2],
        "values_before": before[0] * before[1] * before[2],
        "values_after": after[0] * after[1] * after[2],
    }


@number
def counted(of: Preset) -> list[dict[str, int]]:
    """Every layer with parameters: what goes in and out, weights, biases, and the sum."""
    found = []
    for layer in of.session().model.layers:
        arrays = layer.get_weights()
        if arrays:
            kernel, biases = arrays[0], sum(array.size for array in arrays[1:])
            found.append(
                {
                    "inputs": int(kernel.size // kernel.shape[-1]),
                    "units": int(kernel.shape[-1]),
                    "weights": int(kernel.size),
                    "biases": int(biases),
                    "all": int(kernel.size + biases),
                }
            )
    return found


@number
def cnn(of: Preset) -> list[dict[str, int]]:
    """The same of the lesson's experiment `cnn`."""
    return counted(of.other("cnn"))
