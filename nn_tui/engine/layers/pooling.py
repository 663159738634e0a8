"""Pooling: many cells become one, by their largest or their mean."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.engine.activation import Call
from nn_tui.engine.layers.layer import Array, Layer, Shape, Signal
from nn_tui.engine.layers.windows import (
    Axis,
    OptionalSize,
    Padding,
    Size,
    cell,
    image_shape,
    inside,
    padded,
    pair,
    series_shape,
    slide,
)

__all__ = [
    "AveragePooling1D",
    "AveragePooling2D",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "MaxPooling1D",
    "MaxPooling2D",
]

Whole = Annotated[int, Knob(at_least=1)]
OptionalWhole = Annotated[int | None, Knob(at_least=1)]


class _Pooling(Layer):
    """What all windows of pooling share; a series is an image of one row."""

    keeps_range = True
    padding: Padding

    def axes(self, shape: Shape) -> tuple[Axis, Axis, int]:
        """Give the window's way down and across an input of a shape, and the channels."""
        raise NotImplementedError

    def _framed(self, x: Signal, fill: float) -> tuple[Array, list[Call]]:
        """Give the input as an image, with its padding if it has any, and what fills it."""
        rows, columns, channels = self.axes(self.input_shape)
        image = x.value.reshape(len(x.value), rows.length, columns.length, channels)
        if not rows.before + rows.after + columns.before + columns.after:
            return image, []
        frame = padded(len(image), rows, columns, channels, image.dtype, fill)
        return frame, [(np.copyto, (inside(frame, rows, columns), image))]

    def _cells(self, image: Array) -> list[Array]:
        rows, columns, _ = self.axes(self.input_shape)
        return [cell(image, rows, columns, i, j) for i in range(rows.size) for j in range(columns.size)]

    def _spread(self, x: Signal) -> tuple[Array, list[Call], list[Call], bool]:
        """Give where the input's slope is gathered, what clears it, what cuts it out, if windows overlap.

        Without padding it is gathered in place. Where windows do not overlap each of their cells is written
        once, and only what none of them reaches is cleared.
        """
        assert x.slope is not None
        rows, columns, channels = self.axes(self.input_shape)
        target = x.slope.reshape(len(x.slope), rows.length, columns.length, channels)
        overlap = rows.stride < rows.size or columns.stride < columns.size
        cut: list[Call] = []
        frame = target
        if rows.before + rows.after + columns.before + columns.after:
            frame = padded(len(target), rows, columns, channels, target.dtype)
            cut = [(np.copyto, (target, inside(frame, rows, columns)))]
        missed = [frame]
        if not overlap and rows.stride == rows.size and columns.stride == columns.size:
            missed = [frame[:, rows.places * rows.size :], frame[:, :, columns.places * columns.size :]]
        return frame, [(part.fill, (0,)) for part in missed if part.size], cut, overlap


class _MaxPooling(_Pooling):
    """The largest of each window."""

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        rows, columns, channels = self.axes(self.input_shape)
        image, calls = self._framed(x, -np.inf)
        out = y.full.reshape(len(y.full), rows.places, columns.places, channels)
        first, *rest = self._cells(image)
        self._planned = (image, out)
        calls.append((np.copyto, (out, first)))
        return [*calls, *((_larger, (out, one)) for one in rest)]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        if x.slope is None:
            return []
        assert y.full_slope is not None
        image, out = self._planned
        slope = y.full_slope.reshape(out.shape)
        frame, clear, cut, overlap = self._spread(x)
        hit, left = np.empty(out.shape, np.bool_), np.empty(out.shape, np.bool_)
        part = np.empty_like(slope)
        calls: list[Call] = [*clear, (left.fill, (True,))]
        for value, target in zip(self._cells(image), self._cells(frame), strict=True):
            # The first of several equal cells takes the slope.
            calls += [
                (np.equal, (value, out, hit)),
                (np.logical_and, (hit, left, hit)),
                (np.logical_xor, (left, hit, left)),
            ]
            if overlap:
                calls += [(np.multiply, (slope, hit, part)), (np.add, (target, part, target))]
            else:
                calls.append((np.multiply, (slope, hit, target)))
        return calls + cut


class _AveragePooling(_Pooling):
    """The mean of each window, of its real cells only."""

    def _shares(self, dtype: Any) -> Array:
        """Give one part of each window: 1 by its number of real cells."""
        rows, columns, _ = self.axes(self.input_shape)
        ones = padded(1, rows, columns, 1, dtype)
        inside(ones, rows, columns)[...] = 1
        return np.asarray(1 / sum(self._cells(ones)), dtype)

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        rows, columns, channels = self.axes(self.input_shape)
        image, calls = self._framed(x, 0.0)
        out = y.full.reshape(len(y.full), rows.places, columns.places, channels)
        first, *rest = self._cells(image)
        calls.append((np.copyto, (out, first)))
        calls += [(np.add, (out, one, out)) for one in rest]
        return [*calls, (np.multiply, (out, self._shares(out.dtype), out))]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        if x.slope is None:
            return []
        assert y.full_slope is not None
        rows, columns, channels = self.axes(self.input_shape)
        slope = y.full_slope.reshape(len(x.slope), rows.places, columns.places, channels)
        frame, clear, cut, overlap = self._spread(x)
        if not overlap:
            shares = self._shares(slope.dtype)
            return [
                *clear,
                *((np.multiply, (slope, shares, target)) for target in self._cells(frame)),
                *cut,
            ]
        part = np.empty_like(slope)
        calls: list[Call] = [*clear, (np.multiply, (slope, self._shares(slope.dtype), part))]
        calls += [(np.add, (target, part, target)) for target in self._cells(frame)]
        return calls + cut


class _OverImages:
    """The windows of pooling over images."""

    input_shape: Shape

    def _take(self, pool_size: Any, strides: Any, padding: Padding) -> None:
        self.pool_size = pair(pool_size, "pool_size")
        self.strides = None if strides is None else pair(strides, "strides")
        self.padding = padding

    def axes(self, shape: Shape) -> tuple[Axis, Axis, int]:
        height, width, channels = image_shape(shape, type(self).__name__)
        strides = self.strides or self.pool_size
        rows, columns = (
            slide(length, size, stride, self.padding, 1, "pool_size")
            for length, size, stride in zip((height, width), self.pool_size, strides, strict=True)
        )
        return rows, columns, channels

    def output_shape_for(self, shape: Shape) -> Shape:
        """Give the shape of one row's output."""
        rows, columns, channels = self.axes(shape)
        return rows.places, columns.places, channels


class _OverSeries:
    """The windows of pooling along series."""

    input_shape: Shape

    def _take(self, pool_size: int, strides: int | None, padding: Padding) -> None:
        self.pool_size, self.strides, self.padding = pool_size, strides, padding

    def axes(self, shape: Shape) -> tuple[Axis, Axis, int]:
        steps, channels = series_shape(shape, type(self).__name__)
        stride = self.strides or self.pool_size
        along = slide(steps, self.pool_size, stride, self.padding, 1, "pool_size")
        return Axis(1, 1, 1, 1, 0, 0, 1), along, channels

    def output_shape_for(self, shape: Shape) -> Shape:
        """Give the shape of one row's output."""
        _, along, channels = self.axes(shape)
        return along.places, channels


@register("layer", "MaxPooling2D", aliases=["MaxPool2D"])
class MaxPooling2D(_OverImages, _MaxPooling):
    """Slide a window over an image and keep the largest value of each place.

        y[n, i, j, c] = max of x[n, i*s + a, j*s + b, c] over the window

    Args:
        pool_size: height and width of the window, in cells, at least 1. Default (2, 2).
        strides: how far the window moves at a time. Default its own size.
        padding: valid: only where the window fits; same: the edges count too. Default "valid".
    Input: (batch, height, width, channels).  Output: (batch, rows, columns, channels).
    Raises:
        ShapeError: the window is larger than the image; says both.
    Source: agrees with keras.layers.MaxPooling2D; the slope goes to the first maximum.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({}, (4, 5, 2)),
        ({"pool_size": (3, 2), "strides": (2, 2), "padding": "same"}, (5, 4, 1)),
    ]

    def __init__(
        self, pool_size: Size = (2, 2), strides: OptionalSize = None, padding: Padding = "valid"
    ) -> None:
        self._take(pool_size, strides, padding)


@register("layer", "AveragePooling2D", aliases=["AvgPool2D"])
class AveragePooling2D(_OverImages, _AveragePooling):
    """Slide a window over an image and keep the mean of each place.

        y[n, i, j, c] = mean of x[n, i*s + a, j*s + b, c] over the window

    Args:
        pool_size: height and width of the window, in cells, at least 1.
        strides: how far the window moves at a time. Default its own size.
        padding: valid: only where the window fits; same: the edges count too. Default "valid".
    Input: (batch, height, width, channels).  Output: (batch, rows, columns, channels).
    Raises:
        ShapeError: the window is larger than the image; says both.
    Source: agrees with keras.layers.AveragePooling2D; padding does not count in the mean.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"pool_size": (2, 2)}, (4, 5, 2)),
        ({"pool_size": (3, 3), "strides": (2, 1), "padding": "same"}, (4, 4, 1)),
    ]

    def __init__(self, pool_size: Size, strides: OptionalSize = None, padding: Padding = "valid") -> None:
        self._take(pool_size, strides, padding)


@register("layer", "MaxPooling1D", aliases=["MaxPool1D"])
class MaxPooling1D(_OverSeries, _MaxPooling):
    """Slide a window along a series and keep the largest value of each place.

        y[n, i, c] = max of x[n, i*s + a, c] over the window

    Args:
        pool_size: length of the window, in steps, at least 1. Default 2.
        strides: how far the window moves at a time. Default its own length.
        padding: valid: only where the window fits; same: the ends count too. Default "valid".
    Input: (batch, steps, channels).  Output: (batch, places, channels).
    Raises:
        ShapeError: the window is longer than the series; says both.
    Source: agrees with keras.layers.MaxPooling1D.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [({}, (5, 2)), ({"padding": "same"}, (5, 1))]

    def __init__(
        self, pool_size: Whole = 2, strides: OptionalWhole = None, padding: Padding = "valid"
    ) -> None:
        self._take(pool_size, strides, padding)


@register("layer", "AveragePooling1D", aliases=["AvgPool1D"])
class AveragePooling1D(_OverSeries, _AveragePooling):
    """Slide a window along a series and keep the mean of each place.

        y[n, i, c] = mean of x[n, i*s + a, c] over the window

    Args:
        pool_size: length of the window, in steps, at least 1.
        strides: how far the window moves at a time. Default its own length.
        padding: valid: only where the window fits; same: the ends count too. Default "valid".
    Input: (batch, steps, channels).  Output: (batch, places, channels).
    Raises:
        ShapeError: the window is longer than the series; says both.
    Source: agrees with keras.layers.AveragePooling1D; padding does not count in the mean.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"pool_size": 2}, (5, 2)),
        ({"pool_size": 3, "strides": 2, "padding": "same"}, (6, 1)),
    ]

    def __init__(self, pool_size: Whole, strides: OptionalWhole = None, padding: Padding = "valid") -> None:
        self._take(pool_size, strides, padding)


class _Global(Layer):
    """All places of each channel become one number."""

    RANK = 3
    keeps_range = True

    def output_shape_for(self, shape: Shape) -> Shape:
        name = type(self).__name__
        return (image_shape(shape, name) if self.RANK == 3 else series_shape(shape, name))[-1:]

    @staticmethod
    def _flat(array: Array) -> Array:
        """See (batch, ..., channels) as (batch, places, channels)."""
        return array.reshape(len(array), -1, array.shape[-1])


class _GlobalAverage(_Global):
    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        rows = self._flat(x.value)
        out = y.full
        return [(lambda: np.mean(rows, axis=1, out=out), ())]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        if x.slope is None:
            return []
        assert y.full_slope is not None
        target = self._flat(x.slope)
        share = target.dtype.type(1 / target.shape[1])
        return [(np.multiply, (y.full_slope[:, None], share, target))]


class _GlobalMax(_Global):
    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        rows = self._flat(x.value)
        out = y.full
        return [(lambda: np.amax(rows, axis=1, out=out), ())]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        if x.slope is None:
            return []
        rows, target, slope, out = self._flat(x.value), self._flat(x.slope), y.full_slope, y.full
        assert slope is not None

        def share() -> None:
            # Equal largest values share the slope, as in Keras on JAX.
            hit = rows == out[:, None]
            np.multiply(hit, (slope / hit.sum(axis=1))[:, None], target)

        return [(share, ())]


@register("layer", "GlobalAveragePooling2D", aliases=["GlobalAvgPool2D"])
class GlobalAveragePooling2D(_GlobalAverage):
    """Keep the mean of each channel of an image.

    Input: (batch, height, width, channels).  Output: (batch, channels).
    Source: agrees with keras.layers.GlobalAveragePooling2D.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [({}, (3, 4, 2))]


@register("layer", "GlobalMaxPooling2D", aliases=["GlobalMaxPool2D"])
class GlobalMaxPooling2D(_GlobalMax):
    """Keep the largest value of each channel of an image.

    Input: (batch, height, width, channels).  Output: (batch, channels).
    Source: agrees with keras.layers.GlobalMaxPooling2D.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [({}, (3, 4, 2))]


@register("layer", "GlobalAveragePooling1D", aliases=["GlobalAvgPool1D"])
class GlobalAveragePooling1D(_GlobalAverage):
    """Keep the mean of each channel of a series.

    Input: (batch, steps, channels).  Output: (batch, channels).
    Source: agrees with keras.layers.GlobalAveragePooling1D.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [({}, (5, 2))]
    RANK = 2


@register("layer", "GlobalMaxPooling1D", aliases=["GlobalMaxPool1D"])
class GlobalMaxPooling1D(_GlobalMax):
    """Keep the largest value of each channel of a series.

    Input: (batch, steps, channels).  Output: (batch, channels).
    Source: agrees with keras.layers.GlobalMaxPooling1D.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [({}, (5, 2))]
    RANK = 2


def _larger(out: Array, other: Array) -> None:
    np.maximum(out, other, out=out)
