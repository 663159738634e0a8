"""A drawing, and how it is brought into the form of the images a network was trained on.

What is drawn is ink from 0 to 1 on a grid that is as fine as the images or, for small ones, some times
finer. The training images say which value is the ground and which is ink, how large what they show is,
where its middle lies and how strong its strokes are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.dataset import Dataset

Array = NDArray[np.float64]

FINE = 32
"""Cells of the grid along the longer side, at least: small images are drawn finer than they are."""
LOOKED_AT = 600
"""Training images that say what the form is."""
EDGE = 0.2
"""Ink from which on a cell belongs to what is drawn."""
STRETCH = 4.0
"""How many times a drawing is made larger or smaller at most."""


@dataclass(frozen=True, eq=False)
class ImageForm:
    """How the training images of a data set look.

    `ground` and `ink` are the values, scaled as the network takes them, of what is empty and of a full
    stroke. `side` is the longer side of what is shown and `middle` its middle `(row, column)`, in cells of
    an image; `weighed` says whether that is the middle of its ink or of the box around it. `strength` is
    the mean ink of the cells that have any.
    """

    height: int
    width: int
    channels: int
    factor: int
    """Cells of the grid that one cell of an image is drawn as, along each side."""
    ground: float
    ink: float
    side: float
    middle: tuple[float, float]
    weighed: bool
    strength: float

    @property
    def grid(self) -> tuple[int, int]:
        """The rows and columns of the grid that is drawn on."""
        return self.height * self.factor, self.width * self.factor

    def ink_of(self, image: NDArray[np.floating]) -> Array:
        """Give the ink on the grid that an image of the data is."""
        ink = _ink(image.reshape(self.height, self.width, self.channels), self.ground, self.ink)
        return ink.repeat(self.factor, axis=0).repeat(self.factor, axis=1)

    def image(self, ink: Array, *, fitted: bool = True) -> NDArray[np.float32]:
        """Give the image `(1, height, width, channels)` of what was drawn, scaled as the network takes it.

        Args:
            ink: on the grid, 0 to 1.
            fitted: whether it is brought to the size, the place and the strength of the training images.
                Default yes.
        """
        if fitted and (box := _box(ink)) is not None:
            ink = self._placed(ink, box)
        shape = (self.height, self.factor, self.width, self.factor)
        cells = ink.reshape(shape).mean(axis=(1, 3))
        if fitted:
            cells = self._strengthened(cells)
        values = self.ground + cells * (self.ink - self.ground)
        return np.repeat(values[None, :, :, None], self.channels, axis=3).astype(np.float32)

    def _placed(self, ink: Array, box: tuple[int, int, int, int]) -> Array:
        top, bottom, left, right = box
        longer = max(bottom - top, right - left)
        scale = float(np.clip(self.side * self.factor / longer, 1 / STRETCH, STRETCH))
        row, column = _middle(ink, weighed=self.weighed)
        rows = (np.arange(ink.shape[0]) + 0.5 - self.middle[0] * self.factor) / scale + row - 0.5
        columns = (np.arange(ink.shape[1]) + 0.5 - self.middle[1] * self.factor) / scale + column - 0.5
        return _between(_between(ink, rows).T, columns).T

    def _strengthened(self, cells: Array) -> Array:
        """Bring the mean ink of the cells that have any to that of the training images."""
        some = cells > EDGE / 2
        if not some.any() or not self.strength:
            return cells
        low, high = 0.5, 3.0
        for _ in range(20):
            factor = (low + high) / 2
            if np.clip(cells[some] * factor, 0, 1).mean() < self.strength:
                low = factor
            else:
                high = factor
        return np.clip(cells * (low + high) / 2, 0, 1)


def form_of(data: Dataset) -> ImageForm:
    """Look at the training images of a data set whose rows are `(height, width, channels)`."""
    step = max(1, len(data.train) // LOOKED_AT)
    images = data.train.x[::step][:LOOKED_AT].astype(np.float64)
    height, width, channels = data.input_shape
    grey = images.mean(axis=-1)
    edges = np.concatenate(
        [part.reshape(-1) for part in (grey[:, 0], grey[:, -1], grey[:, :, 0], grey[:, :, -1])]
    )
    ground = float(np.median(edges))
    low, high = float(grey.min()), float(grey.max())
    # What is drawn is what is farther from the ground than it could be on the other side of it.
    far = high if high - ground >= ground - low else low
    strokes = grey[np.abs(grey - ground) > np.abs(far - ground) * 0.5]
    # A few cells that are stronger than all others are not what a stroke is made of.
    ink = float(np.quantile(strokes, 0.9 if far > ground else 0.1)) if len(strokes) else ground + 1.0
    inks = [_ink(image, ground, ink) for image in images]
    boxes = [(one, box) for one in inks if (box := _box(one)) is not None]
    factor = max(1, FINE // max(height, width))
    if not boxes:
        middle = (height / 2, width / 2)
        return ImageForm(
            height, width, channels, factor, ground, ink, max(height, width) * 0.7, middle, False, 0.0
        )
    sides = [max(box[1] - box[0], box[3] - box[2]) for _, box in boxes]
    middles = {
        weighed: np.array([_middle(one, weighed=weighed) for one, _ in boxes]) for weighed in (False, True)
    }
    # The middle that the images agree on is the one they were centred by.
    weighed = bool(middles[True].std(axis=0).sum() < middles[False].std(axis=0).sum())
    row, column = middles[weighed].mean(axis=0).tolist()
    strength = float(np.mean([one[one > EDGE / 2].mean() for one, _ in boxes]))
    side = float(np.median(sides))
    return ImageForm(height, width, channels, factor, ground, ink, side, (row, column), weighed, strength)


def stroke(
    ink: Array, start: tuple[float, float], end: tuple[float, float], radius: float, *, erase: bool = False
) -> Array:
    """Give the ink after a stroke from one place to another; its edge is soft.

    Args:
        ink: before, `(rows, columns)`.
        start: row and column, in cells; the middle of the first cell is 0.5.
        end: the same.
        radius: of the pen, in cells.
        erase: whether ink is taken away. Default no.
    """
    rows = np.arange(ink.shape[0])[:, None] + 0.5
    columns = np.arange(ink.shape[1])[None, :] + 0.5
    down, across = end[0] - start[0], end[1] - start[1]
    length = down * down + across * across
    along = ((rows - start[0]) * down + (columns - start[1]) * across) / length if length else 0.0
    along = np.clip(along, 0.0, 1.0)
    apart = np.hypot(rows - start[0] - along * down, columns - start[1] - along * across)
    mark = np.clip(radius + 0.5 - apart, 0.0, 1.0)
    made: Array = np.minimum(ink, 1.0 - mark) if erase else np.maximum(ink, mark)
    return made


def _ink(image: NDArray[np.floating], ground: float, ink: float) -> Array:
    grey = image.mean(axis=-1).astype(np.float64)
    return np.clip((grey - ground) / (ink - ground or 1.0), 0.0, 1.0)


def _box(ink: Array) -> tuple[int, int, int, int] | None:
    """Give top, bottom, left and right of what is drawn; None where nothing is."""
    there = ink > EDGE
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not len(rows):
        return None
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _middle(ink: Array, *, weighed: bool) -> tuple[float, float]:
    if weighed:
        total = max(ink.sum(), 1e-12)
        rows, columns = (np.arange(size) + 0.5 for size in ink.shape)
        return float(ink.sum(axis=1) @ rows / total), float(ink.sum(axis=0) @ columns / total)
    box = _box(ink)
    assert box is not None
    top, bottom, left, right = box
    return (top + bottom) / 2, (left + right) / 2


def _between(ink: Array, places: NDArray[np.floating]) -> Array:
    """Give rows of ink at places between them; outside there is none."""
    padded = np.pad(ink, ((1, 1), (0, 0)))
    at = np.clip(places + 1, 0, len(padded) - 1.0)
    below = np.minimum(np.floor(at).astype(int), len(padded) - 2)
    share = (at - below)[:, None]
    made: Array = padded[below] * (1 - share) + padded[below + 1] * share
    return made
