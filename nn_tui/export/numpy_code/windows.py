"""Layers whose windows slide over an image or along a series: convolution and pooling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nn_tui.engine import layers
from nn_tui.export.numpy_code.page import Page, writes

Pair = tuple[int, int]


def _pad(layer: Any, page: Page, rank: int, fill: str = "") -> bool:
    """Write the padding, all of it worked out now; gives whether there is any."""
    axes = layer.axes(layer.input_shape)[2 - rank : 2]
    around = [(axis.before, axis.after) for axis in axes]
    padded = any(map(any, around))
    if padded:
        page.lines.append(f"x = np.pad(x, {((0, 0), *around, (0, 0))!r}{fill})")
    return padded


@writes(layers.Conv2D)
def _conv2d(layer: Any, page: Page) -> None:
    _convolution(layer, page, page.use(conv2d), 2)


@writes(layers.Conv1D)
def _conv1d(layer: Any, page: Page) -> None:
    _convolution(layer, page, page.use(conv1d), 1)


def _convolution(layer: Any, page: Page, called: str, rank: int) -> None:
    _pad(layer, page, rank)
    text = f"{called}(x, {page.weight(layer, 'kernel')}"
    usual = (1, 1) if rank == 2 else 1
    for name, value in (("strides", layer.strides), ("dilation", layer.dilation_rate)):
        text += f", {name}={value!r}" if value != usual else ""
    text += f") + {page.weight(layer, 'bias')}" if layer.use_bias else ")"
    page.line(page.activated(layer.activation, text), layer)


@writes(layers.ZeroPadding2D)
def _zero_padding(layer: Any, page: Page) -> None:
    down, across = layer.padding
    page.line(f"np.pad(x, {((0, 0), (down, down), (across, across), (0, 0))!r})", layer)


@writes(layers.MaxPooling2D)
def _max_pooling2d(layer: Any, page: Page) -> None:
    _pad(layer, page, 2, ", constant_values=-np.inf")
    page.line(f"{_windows(layer, page, windows2d)}.max(axis=(-2, -1))", layer)


@writes(layers.MaxPooling1D)
def _max_pooling1d(layer: Any, page: Page) -> None:
    _pad(layer, page, 1, ", constant_values=-np.inf")
    page.line(f"{_windows(layer, page, windows1d)}.max(axis=-1)", layer)


@writes(layers.AveragePooling2D)
def _average_pooling2d(layer: Any, page: Page) -> None:
    _average(layer, page, 2, windows2d, "(-2, -1)")


@writes(layers.AveragePooling1D)
def _average_pooling1d(layer: Any, page: Page) -> None:
    _average(layer, page, 1, windows1d, "-1")


def _average(layer: Any, page: Page, rank: int, function: Callable[..., Any], axis: str) -> None:
    # Padding does not count in the mean, so it is marked as missing.
    padded = _pad(layer, page, rank, ", constant_values=np.nan")
    seen = _windows(layer, page, function)
    page.line(f"np.nanmean({seen}, axis={axis})" if padded else f"{seen}.mean(axis={axis})", layer)


def _windows(layer: Any, page: Page, function: Callable[..., Any]) -> str:
    return f"{page.use(function)}(x, {layer.pool_size!r}, {layer.strides or layer.pool_size!r})"


@writes(layers.GlobalMaxPooling2D, layers.GlobalMaxPooling1D)
def _global_max(layer: Any, page: Page) -> None:
    page.line(f"x.max(axis={_places(layer)})", layer)


@writes(layers.GlobalAveragePooling2D, layers.GlobalAveragePooling1D)
def _global_average(layer: Any, page: Page) -> None:
    page.line(f"x.mean(axis={_places(layer)})", layer)


def _places(layer: Any) -> str:
    return "(1, 2)" if len(layer.input_shape) == 3 else "1"


def conv2d(x: Any, kernel: Any, strides: Pair = (1, 1), dilation: Pair = (1, 1)) -> Any:
    """Slide the kernel (height, width, channels, filters) over images (rows, height, width, channels)."""
    down, across = dilation
    reach = ((kernel.shape[0] - 1) * down + 1, (kernel.shape[1] - 1) * across + 1)
    seen = windows2d(x, reach, strides)[..., ::down, ::across]
    # Each filter's answer: the sum over channels and cells of the window, each by its weight.
    return np.tensordot(seen, kernel, axes=((4, 5, 3), (0, 1, 2)))


def conv1d(x: Any, kernel: Any, strides: int = 1, dilation: int = 1) -> Any:
    """Slide the kernel (length, channels, filters) along series (rows, steps, channels)."""
    reach = (kernel.shape[0] - 1) * dilation + 1
    seen = windows1d(x, reach, strides)[..., ::dilation]
    # Each filter's answer: the sum over channels and steps of the window, each by its weight.
    return np.tensordot(seen, kernel, axes=((3, 2), (0, 1)))


def windows2d(x: Any, size: Pair, strides: Pair) -> Any:
    """Give every window of images: (rows, places down, places across, channels, height, width)."""
    seen = np.lib.stride_tricks.sliding_window_view(x, size, axis=(1, 2))
    return seen[:, :: strides[0], :: strides[1]]


def windows1d(x: Any, size: int, strides: int) -> Any:
    """Give every window of series: (rows, places, channels, length)."""
    return np.lib.stride_tricks.sliding_window_view(x, size, axis=1)[:, ::strides]
