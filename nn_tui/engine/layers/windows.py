"""Windows that slide over an image: the views that convolution and pooling work on."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import Knob
from nn_tui.engine.layers.layer import Shape
from nn_tui.errors import ShapeError, SpecError

Array = NDArray[Any]
Padding = Literal["valid", "same"]
Pair = tuple[int, int]
Size = Annotated[tuple[int, int], Knob(at_least=1)]
OptionalSize = Annotated[tuple[int, int] | None, Knob(at_least=1)]


class Axis(NamedTuple):
    """How a window of `size` cells moves along one axis."""

    length: int
    """Cells of the input."""
    size: int
    stride: int
    dilation: int
    before: int
    """Cells of padding before the input."""
    after: int
    places: int
    """Places of the window."""

    @property
    def reach(self) -> int:
        """Cells from the window's first to its last."""
        return (self.size - 1) * self.dilation + 1


def pair(value: tuple[int, ...] | int, name: str) -> Pair:
    """Read one number or two as (rows, columns).

    Raises:
        SpecError: there are more.
    """
    numbers = (value,) if isinstance(value, int) else tuple(value)
    if len(numbers) not in (1, 2):
        raise SpecError(f"{name} must be one number or two, got {value!r}.", f"Set {name} to [3, 3].")
    return numbers[0], numbers[-1]


def slide(length: int, size: int, stride: int, padding: Padding, dilation: int, what: str) -> Axis:
    """Plan a window's way along an axis, as Keras does.

    Raises:
        ShapeError: the window is larger than the input.
    """
    reach = (size - 1) * dilation + 1
    if padding == "same":
        count = math.ceil(length / stride)
        total = max((count - 1) * stride + reach - length, 0)
        return Axis(length, size, stride, dilation, total // 2, total - total // 2, count)
    if reach > length:
        raise ShapeError(
            f"{what} is a window of {reach} cells over {length}.",
            f"Make it {length} or smaller, or set padding to same.",
        )
    return Axis(length, size, stride, dilation, 0, 0, (length - reach) // stride + 1)


def image_shape(shape: Shape, name: str) -> tuple[int, int, int]:
    """Read a row's shape as (height, width, channels).

    Raises:
        ShapeError: it is no image.
    """
    if len(shape) != 3:
        raise ShapeError(
            f"{name} takes images of shape (height, width, channels), got {shape}.",
            "Add a Reshape before it, or give images.",
        )
    return shape[0], shape[1], shape[2]


def series_shape(shape: Shape, name: str) -> tuple[int, int]:
    """Read a row's shape as (steps, channels).

    Raises:
        ShapeError: it is no series.
    """
    if len(shape) != 2:
        raise ShapeError(
            f"{name} takes series of shape (steps, channels), got {shape}.",
            "Add a Reshape before it, or give series.",
        )
    return shape[0], shape[1]


def windows(image: Array, rows: Axis, columns: Axis) -> Array:
    """See a padded image (batch, height, width, channels) as windows, without copying.

    Returns:
        A view (batch, places down, places across, window height, window width, channels).
    """
    batch, down, across, channel = image.strides
    shape = (len(image), rows.places, columns.places, rows.size, columns.size, image.shape[3])
    strides = (
        batch,
        down * rows.stride,
        across * columns.stride,
        down * rows.dilation,
        across * columns.dilation,
        channel,
    )
    return np.lib.stride_tricks.as_strided(image, shape, strides)


def cell(image: Array, rows: Axis, columns: Axis, i: int, j: int) -> Array:
    """See cell (i, j) of every window of a padded image: (batch, down, across, channels)."""
    top, left = i * rows.dilation, j * columns.dilation
    return image[
        :,
        top : top + (rows.places - 1) * rows.stride + 1 : rows.stride,
        left : left + (columns.places - 1) * columns.stride + 1 : columns.stride,
    ]


def padded(batch: int, rows: Axis, columns: Axis, channels: int, dtype: Any, fill: float = 0.0) -> Array:
    """Make an image's array with its padding."""
    height = rows.before + rows.length + rows.after
    width = columns.before + columns.length + columns.after
    return np.full((batch, height, width, channels), fill, dtype)


def inside(image: Array, rows: Axis, columns: Axis) -> Array:
    """See a padded image without its padding."""
    return image[
        :, rows.before : rows.before + rows.length, columns.before : columns.before + columns.length
    ]
