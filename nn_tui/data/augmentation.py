"""Changes at random to training batches, so that a network sees more than there is: noise, and for images
shifts, turns, mirrors and zooms. Validation and test rows are never changed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Augmentation:
    """What is done to each row of a training batch.

    Args:
        shift: how far images are moved, as a share of height and width.
        rotate: how far images are turned, in degrees, to either side.
        flip: whether half of the images are mirrored left to right.
        zoom: how much images are made larger or smaller, as a share.
        noise: the deviation of the normal noise that is added.
    """

    shift: float = 0.0
    rotate: float = 0.0
    flip: bool = False
    zoom: float = 0.0
    noise: float = 0.0

    @property
    def moves(self) -> bool:
        """Whether images are moved and not only made noisy."""
        return bool(self.shift or self.rotate or self.flip or self.zoom)

    def __call__(self, x: Array, random: np.random.Generator) -> Array:
        """Give changed copies of some rows.

        Args:
            x: `(rows, ...)`; images are `(rows, height, width, channels)`.
            random: where the random numbers come from; how many are drawn depends on the shape only.

        Returns:
            float32, of the same shape.
        """
        changed = self._moved(x, random) if self.moves and x.ndim == 4 else np.array(x, np.float32)
        if self.noise:
            noise = random.standard_normal(x.shape, dtype=np.float32)
            changed += noise * np.float32(self.noise)
        return changed

    def _moved(self, x: Array, random: np.random.Generator) -> Array:
        """Look up for every cell where it came from, between four cells; outside is the nearest edge."""
        rows, height, width, _ = x.shape
        draws = random.uniform(-1, 1, (rows, 5)).astype(np.float32)
        turn = draws[:, 0] * math.radians(self.rotate)
        size = 1 / (1 + draws[:, 1] * self.zoom)
        mirror = np.where(draws[:, 2] < 0, -1.0, 1.0) if self.flip else np.ones(rows)
        cos, sin = np.cos(turn) * size, np.sin(turn) * size
        down, across = draws[:, 3] * self.shift * height, draws[:, 4] * self.shift * width
        i, j = np.meshgrid(np.arange(height), np.arange(width), indexing="ij")
        i, j = i - (height - 1) / 2, j - (width - 1) / 2
        shape = (-1, 1, 1)
        from_i = cos.reshape(shape) * i + sin.reshape(shape) * j - down.reshape(shape) + (height - 1) / 2
        from_j = cos.reshape(shape) * j - sin.reshape(shape) * i
        from_j = mirror.reshape(shape) * from_j - across.reshape(shape) + (width - 1) / 2
        return _between(x, np.clip(from_i, 0, height - 1), np.clip(from_j, 0, width - 1))


def _between(x: Array, i: Array, j: Array) -> Array:
    """Give the values between cells, by the four around: `i` and `j` are `(rows, height, width)`."""
    top, left = np.floor(i).astype(np.intp), np.floor(j).astype(np.intp)
    below, right = np.minimum(top + 1, x.shape[1] - 1), np.minimum(left + 1, x.shape[2] - 1)
    share_i, share_j = (i - top)[..., None].astype(np.float32), (j - left)[..., None].astype(np.float32)
    row = np.arange(len(x))[:, None, None]
    upper = x[row, top, left] * (1 - share_j) + x[row, top, right] * share_j
    lower = x[row, below, left] * (1 - share_j) + x[row, below, right] * share_j
    return np.ascontiguousarray(upper * (1 - share_i) + lower * share_i, np.float32)
