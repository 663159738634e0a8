"""How one cell of a map is computed, in numbers that can be checked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.engine.layers.convolutional import Conv2D, ZeroPadding2D
from nn_tui.insight.layers.naming import activation_name
from nn_tui.insight.pictures import Array, Control, Page, Role, Span

MOST_CHANNELS = 3
"""Channels of the input whose windows are written out; of the others the sums are."""


def cell_page(
    layer: Any,
    words: str,
    before: Array,
    after: Array,
    cell: tuple[int, int, int],
    controls: tuple[Control, ...],
) -> Page:
    """Write out how a cell of a layer's output comes from its input.

    Args:
        layer: the layer.
        words: its name.
        before: its input `(height, width, channels)`.
        after: its output `(height, width, channels)`.
        cell: row, column and channel, from 0.
        controls: of the picture.
    """
    row, column, channel = cell
    value = float(after[row, column, channel])
    where = f"row {row + 1}, column {column + 1} of map {channel + 1}"
    if isinstance(layer, Conv2D):
        lines = _convolution(layer, before, cell)
    elif hasattr(layer, "pool_size"):
        lines = _pooling(layer, before, cell)
    elif isinstance(layer, ZeroPadding2D):
        lines = [(("Around the image stand zeros; inside, every value stays as it is.", "text"),)]
    else:
        name = activation_name(layer) or type(layer).__name__
        if before.shape == after.shape:
            lines = [((f"{name}({float(before[row, column, channel]):.4f})", "text"),)]
        else:
            lines = [((f"{name} makes {after.shape} of {before.shape}.", "text"),)]
    lines.append((("= ", "faint"), (f"{value:.4f}", "strong")))
    return Page(tuple(lines), f"{words}: {where} is {value:.4f}.", whole=True, controls=controls)


def _convolution(layer: Conv2D, before: Array, cell: tuple[int, int, int]) -> list[tuple[Span, ...]]:
    row, column, channel = cell
    down, across, channels = layer.axes(before.shape)
    frame = np.pad(before, ((down.before, down.after), (across.before, across.after), (0, 0)))
    inside = np.pad(
        np.ones(before.shape[:2], bool), ((down.before, down.after), (across.before, across.after))
    )
    top, left = row * down.stride, column * across.stride
    seen = slice(top, top + down.reach, down.dilation), slice(left, left + across.reach, across.dilation)
    window, real = frame[seen].astype(np.float64), inside[seen]
    kernel = layer.weight("kernel")[..., channel].astype(np.float64)
    sums = (window * kernel).sum(axis=(0, 1))  # (channels,)
    shown = np.argsort(-np.abs(sums), kind="stable")[:MOST_CHANNELS]
    lines: list[tuple[Span, ...]] = []
    for one in sorted(shown.tolist()):
        of = f" of channel {one + 1}" if channels > 1 else ""
        lines.append(((f"window{of}", "faint"), (" x filter, cell by cell", "faint")))
        for numbers, weights, reals in zip(window[..., one], kernel[..., one], real, strict=True):
            spans: list[Span] = []
            for number, there in zip(numbers, reals, strict=True):
                role: Role = "text" if there else "faint"
                spans.append((f"{number:8.4f}" if there else f"{'0':>8}", role))
            spans.append(("  x ", "faint"))
            spans += [(f"{weight:+8.4f}", "positive" if weight > 0 else "negative") for weight in weights]
            lines.append(tuple(spans))
        lines.append((("sum of the products  ", "faint"), (f"{sums[one]:+.4f}", "text")))
    if channels > len(shown):
        rest = float(sums.sum() - sums[shown].sum())
        lines.append(((f"the other {channels - len(shown)} channels  ", "faint"), (f"{rest:+.4f}", "text")))
    bias = float(layer.weight("bias")[channel]) if layer.use_bias else 0.0
    z = float(sums.sum()) + bias
    lines.append(
        ((f"z = {sums.sum():+.4f} {bias:+.4f}", "text"), (" (bias)", "faint"), (f" = {z:.4f}", "text"))
    )
    if name := activation_name(layer):
        lines.append(((f"{name}({z:.4f})", "text"),))
    if not real.all():
        lines.append((("Faint zeros are padding: the window reaches over the edge.", "faint"),))
    return lines


def _pooling(layer: Any, before: Array, cell: tuple[int, int, int]) -> list[tuple[Span, ...]]:
    row, column, channel = cell
    largest = "Max" in type(layer).__name__
    down, across = layer.axes(before.shape)[:2]
    top, left = row * down.stride - down.before, column * across.stride - across.before
    window = before[
        max(0, top) : max(0, top + down.size), max(0, left) : max(0, left + across.size), channel
    ]
    lines: list[tuple[Span, ...]] = [(("window", "faint"),)]
    best = window.max()
    lines += [
        tuple((f"{number:8.4f}", "strong" if largest and number == best else "text") for number in numbers)
        for numbers in window
    ]
    lines.append((("the largest" if largest else f"the mean of {window.size}", "faint"),))
    return lines
