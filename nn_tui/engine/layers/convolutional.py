"""Convolution: a small window of weights that slides over a series or an image."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.engine import activations, initializers, regularizers
from nn_tui.engine.activation import Call
from nn_tui.engine.layers.layer import (
    ActivationName,
    Array,
    InitializerName,
    Layer,
    RegularizerName,
    Shape,
    Signal,
    Units,
    WeightSpec,
)
from nn_tui.engine.layers.sums import row_sum
from nn_tui.engine.layers.windows import (
    Axis,
    Padding,
    Size,
    cell,
    image_shape,
    inside,
    padded,
    pair,
    series_shape,
    slide,
    windows,
)

__all__ = ["Conv1D", "Conv2D", "ZeroPadding2D"]

Whole = Annotated[int, Knob(at_least=1)]


FEW = 8
"""Channels up to which windows are laid out cell by cell: runs within a window are short then."""


class _Convolution(Layer):
    """What both convolutions share; a series is an image of one row."""

    block: Array
    """The kernel as a matrix, with the bias as its last row where there is one."""
    block_slope: Array | None

    def _take(
        self,
        filters: int,
        padding: Padding,
        activation: str | None,
        use_bias: bool,
        kernel_initializer: str,
        bias_initializer: str,
        kernel_regularizer: str | None,
        bias_regularizer: str | None,
        trainable: bool,
    ) -> None:
        self.filters = filters
        self.padding = padding
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.trainable = trainable

    def axes(self, shape: Shape) -> tuple[Axis, Axis, int]:
        """Give the window's way down and across, and the channels."""
        raise NotImplementedError

    def _window(self) -> Shape:
        raise NotImplementedError

    def weights_for(self, shape: Shape) -> list[WeightSpec]:
        channels = shape[-1]
        specs = [
            WeightSpec(
                "kernel",
                (*self._window(), channels, self.filters),
                self.kernel_initializer,
                self.kernel_regularizer,
            )
        ]
        if self.use_bias:
            specs.append(WeightSpec("bias", (self.filters,), self.bias_initializer, self.bias_regularizer))
        return specs

    def place_vector(self, weights: Array, slopes: Array | None) -> None:
        self.block = weights.reshape(-1, self.filters)
        self.block_slope = None if slopes is None else slopes.reshape(-1, self.filters)

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        rows, columns, channels = self.axes(self.input_shape)
        batch, dtype = len(x.value), y.full.dtype
        image = x.value.reshape(batch, rows.length, columns.length, channels)
        calls: list[Call] = []
        if rows.before + rows.after + columns.before + columns.after:
            frame = padded(batch, rows, columns, channels, dtype)
            calls.append((np.copyto, (inside(frame, rows, columns), image)))
            image = frame
        seen = windows(image, rows, columns)
        z = np.empty_like(y.full) if self.activation.needs_input else y.full
        sums = z.reshape(-1, self.filters)
        cells = rows.size * columns.size * channels
        by_cell = channels <= FEW
        if by_cell:
            # A row a cell of the window, and one of ones that carries the bias through the product.
            patches = np.ones((cells + self.use_bias, len(sums)), dtype)
            laid = patches[:cells].reshape(rows.size, columns.size, channels, *seen.shape[:3])
            calls += [
                (np.copyto, (laid, seen.transpose(3, 4, 5, 0, 1, 2))),
                (patches.T.dot, (self.block, sums)),
            ]
        else:
            patches = np.empty((len(sums), cells), dtype)
            calls += [
                (np.copyto, (patches.reshape(seen.shape), seen)),
                (patches.dot, (self.block[:cells], sums)),
            ]
            if self.use_bias:
                calls.append((np.add, (sums, self.weight("bias"), sums)))
        self._planned = (z, patches, by_cell)
        return [*calls, *self.activation.value_calls(z, y.full)]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        assert y.full_slope is not None
        z, patches, by_cell = self._planned
        calls = self.activation.gradient_calls(z, y.full, y.full_slope)
        slopes = y.full_slope.reshape(-1, self.filters)
        if self.block_slope is not None and by_cell:
            calls.append((patches.dot, (slopes, self.block_slope)))
        elif self.block_slope is not None:
            calls.append((patches.T.dot, (slopes, self.block_slope[: patches.shape[1]])))
            if (bias_slope := self.slope("bias")) is not None:
                calls.append(row_sum(slopes, bias_slope))
        if x.slope is not None:
            calls += self._input_calls(x.slope, slopes)
        return calls

    def _input_calls(self, x_slope: Array, slopes: Array) -> list[Call]:
        """Plan the input's slope, cell by cell of the window: what passed through it, added where it lay.

        One product for all cells takes the same multiplications, but its result outgrows the caches.
        """
        rows, columns, channels = self.axes(self.input_shape)
        batch = len(x_slope)
        target = x_slope.reshape(batch, rows.length, columns.length, channels)
        kernel = self.block[: rows.size * columns.size * channels].reshape(
            rows.size, columns.size, channels, self.filters
        )
        framed = bool(rows.before + rows.after + columns.before + columns.after)
        frame = padded(batch, rows, columns, channels, x_slope.dtype) if framed else target
        part = np.empty((len(slopes), channels), x_slope.dtype)
        laid = part.reshape(batch, rows.places, columns.places, channels)
        calls: list[Call] = [(frame.fill, (0,))]
        for i in range(rows.size):
            for j in range(columns.size):
                place = cell(frame, rows, columns, i, j)
                calls += [(slopes.dot, (kernel[i, j].T, part)), (np.add, (place, laid, place))]
        if framed:
            calls.append((np.copyto, (target, inside(frame, rows, columns))))
        return calls


@register("layer", "Conv2D")
class Conv2D(_Convolution):
    """Slide a window of weights over an image; each filter answers to its own pattern.

        y[n, i, j, f] = activation(sum of x[n, i*s + a, j*s + b, c] * kernel[a, b, c, f] + bias[f])

    Args:
        filters: how many patterns, at least 1: the channels of the output.
        kernel_size: height and width of the window, in cells, at least 1.
        strides: how far the window moves at a time, down and across. Default (1, 1).
        padding: valid: only where the window fits; same: zeros around, the size is kept. Default "valid".
        dilation_rate: how far apart the window's cells lie. Default (1, 1).
        activation: what is made of each sum. Default none.
        use_bias: whether each filter adds a number of its own. Default yes.
        kernel_initializer: what the weights start from. Default "glorot_uniform".
        bias_initializer: what the biases start from. Default "zeros".
        kernel_regularizer: a price on large weights. Default none.
        bias_regularizer: a price on large biases. Default none.
        trainable: whether training moves the weights. Default yes.
    Input: (batch, height, width, channels).  Output: (batch, rows, columns, filters).
    Raises:
        ShapeError: the window is larger than the image; says both.
    Source: agrees with keras.layers.Conv2D.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"filters": 2, "kernel_size": (3, 3)}, (5, 4, 2)),
        ({"filters": 3, "kernel_size": (2, 3), "padding": "same", "activation": "relu"}, (4, 5, 1)),
        ({"filters": 2, "kernel_size": (3, 2), "strides": (2, 2), "padding": "same"}, (5, 6, 2)),
        ({"filters": 2, "kernel_size": (2, 2), "strides": (2, 3), "use_bias": False}, (6, 7, 1)),
        ({"filters": 2, "kernel_size": (2, 2), "dilation_rate": (2, 2), "activation": "tanh"}, (5, 5, 1)),
        ({"filters": 2, "kernel_size": (2, 3), "strides": (2, 1), "activation": "tanh"}, (4, 4, 9)),
    ]

    def __init__(
        self,
        filters: Units,
        kernel_size: Size,
        strides: Size = (1, 1),
        padding: Padding = "valid",
        dilation_rate: Size = (1, 1),
        activation: ActivationName = None,
        use_bias: bool = True,
        kernel_initializer: InitializerName = "glorot_uniform",
        bias_initializer: InitializerName = "zeros",
        kernel_regularizer: RegularizerName = None,
        bias_regularizer: RegularizerName = None,
        trainable: bool = True,
    ) -> None:
        self.kernel_size = pair(kernel_size, "kernel_size")
        self.strides = pair(strides, "strides")
        self.dilation_rate = pair(dilation_rate, "dilation_rate")
        self._take(
            filters, padding, activation, use_bias, kernel_initializer, bias_initializer,
            kernel_regularizer, bias_regularizer, trainable,
        )  # fmt: skip

    def _window(self) -> Shape:
        return self.kernel_size

    def axes(self, shape: Shape) -> tuple[Axis, Axis, int]:
        height, width, channels = image_shape(shape, "Conv2D")
        rows, columns = (
            slide(length, size, stride, self.padding, dilation, "kernel_size")
            for length, size, stride, dilation in zip(
                (height, width), self.kernel_size, self.strides, self.dilation_rate, strict=True
            )
        )
        return rows, columns, channels

    def output_shape_for(self, shape: Shape) -> Shape:
        rows, columns, _ = self.axes(shape)
        return rows.places, columns.places, self.filters


@register("layer", "Conv1D")
class Conv1D(_Convolution):
    """Slide a window of weights along a series; each filter answers to its own pattern.

        y[n, i, f] = activation(sum of x[n, i*s + a, c] * kernel[a, c, f] + bias[f])

    Args:
        filters: how many patterns, at least 1: the channels of the output.
        kernel_size: length of the window, in steps, at least 1.
        strides: how far the window moves at a time. Default 1.
        padding: valid: only where the window fits; same: zeros around, the length is kept. Default "valid".
        dilation_rate: how far apart the window's steps lie. Default 1.
        activation: what is made of each sum. Default none.
        use_bias: whether each filter adds a number of its own. Default yes.
        kernel_initializer: what the weights start from. Default "glorot_uniform".
        bias_initializer: what the biases start from. Default "zeros".
        kernel_regularizer: a price on large weights. Default none.
        bias_regularizer: a price on large biases. Default none.
        trainable: whether training moves the weights. Default yes.
    Input: (batch, steps, channels).  Output: (batch, places, filters).
    Raises:
        ShapeError: the window is longer than the series; says both.
    Source: agrees with keras.layers.Conv1D.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"filters": 2, "kernel_size": 3}, (6, 2)),
        ({"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "tanh"}, (7, 1)),
        ({"filters": 2, "kernel_size": 2, "padding": "same", "use_bias": False}, (4, 10)),
    ]

    def __init__(
        self,
        filters: Units,
        kernel_size: Whole,
        strides: Whole = 1,
        padding: Padding = "valid",
        dilation_rate: Whole = 1,
        activation: ActivationName = None,
        use_bias: bool = True,
        kernel_initializer: InitializerName = "glorot_uniform",
        bias_initializer: InitializerName = "zeros",
        kernel_regularizer: RegularizerName = None,
        bias_regularizer: RegularizerName = None,
        trainable: bool = True,
    ) -> None:
        self.kernel_size = kernel_size
        self.strides = strides
        self.dilation_rate = dilation_rate
        self._take(
            filters, padding, activation, use_bias, kernel_initializer, bias_initializer,
            kernel_regularizer, bias_regularizer, trainable,
        )  # fmt: skip

    def _window(self) -> Shape:
        return (self.kernel_size,)

    def axes(self, shape: Shape) -> tuple[Axis, Axis, int]:
        steps, channels = series_shape(shape, "Conv1D")
        along = slide(
            steps, self.kernel_size, self.strides, self.padding, self.dilation_rate, "kernel_size"
        )
        return Axis(1, 1, 1, 1, 0, 0, 1), along, channels

    def output_shape_for(self, shape: Shape) -> Shape:
        return self.axes(shape)[1].places, self.filters


@register("layer", "ZeroPadding2D")
class ZeroPadding2D(Layer):
    """Put rows and columns of zeros around an image.

    Args:
        padding: how many rows above and below, how many columns left and right. Default (1, 1).
    Input: (batch, height, width, channels).  Output: (batch, height + 2p, width + 2q, channels).
    Source: agrees with keras.layers.ZeroPadding2D.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [({"padding": (1, 2)}, (3, 2, 2))]

    def __init__(self, padding: Annotated[tuple[int, int], Knob(at_least=0)] = (1, 1)) -> None:
        self.padding = pair(padding, "padding")

    def output_shape_for(self, shape: Shape) -> Shape:
        height, width, channels = image_shape(shape, "ZeroPadding2D")
        return height + 2 * self.padding[0], width + 2 * self.padding[1], channels

    def _middle(self, array: Array) -> Array:
        down, across = self.padding
        return array[:, down : array.shape[1] - down, across : array.shape[2] - across]

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        return [(np.copyto, (self._middle(y.full), x.value))]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        if x.slope is None:
            return []
        assert y.full_slope is not None
        return [(np.copyto, (x.slope, self._middle(y.full_slope)))]
