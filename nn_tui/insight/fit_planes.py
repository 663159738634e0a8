"""The planes that the fit is drawn over: two features, the others at their median, or main components."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from nn_tui.data.features import BooleanFeature, CategoryFeature, DateFeature, NumberFeature
from nn_tui.insight.pictures import Array

SAMPLED = 2000
"""Rows that medians are taken of; of more these many, evenly taken."""
DECOMPOSED = 500
"""Rows that main components are found in."""
MARGIN = 0.08
"""By how much of its range an axis is longer than the data."""


@dataclass(frozen=True, eq=False)
class Axis:
    """One feature that can be chosen as an axis."""

    name: str
    read: Callable[[Array], Array]
    """Gives where rows, `(rows, numbers)` and scaled, lie on it, in its own unit."""
    write: Callable[[Array, Array], None]
    """Puts scaled rows where they lie at places of it."""
    bounds: tuple[float, float]
    names: tuple[str, ...] = ()
    """Of its places 0, 1, 2, where it is a choice."""


@dataclass(frozen=True, eq=False)
class Plane2:
    """Two axes, how places become rows, and where rows lie."""

    names: tuple[str, str]
    bounds: tuple[tuple[float, float], tuple[float, float]]
    rows: Callable[[Array], Array]
    """Gives rows as the network takes them of places `(places, 2)`."""
    places: Callable[[Any], Array]
    """Gives where the rows of a split lie, `(rows, 2)`."""
    told: str = ""
    """What else is to be known, as a sentence; may be empty."""
    choices: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """The names of the places of each axis, where it is a choice."""


def sampled(split: Any, most: int) -> Array:
    """Give rows of a split flat, `(rows, numbers)`; of many, some taken evenly."""
    step = max(1, -(-len(split.x) // most))
    rows: Array = split.x[::step].reshape(len(split.x[::step]), -1)
    return rows


def coordinates(data: Any) -> Plane2:
    """Give the plane of data of two features, or of a `Plane`."""
    plane = data.plane
    if plane is None:
        low, high = _widened(data.train.x * data.scale + data.shift)
        names = data.feature_names if len(data.feature_names) == 2 else ("x", "y")
        bounds = ((float(low[0]), float(high[0])), (float(low[1]), float(high[1])))
    else:
        names, bounds = plane.names, ((-plane.reach, plane.reach),) * 2

    def rows(places: Array) -> Array:
        features = places if plane is None else plane.features(places)
        scaled: Array = ((features - data.shift) / data.scale).astype(np.float32)
        return scaled

    def places(split: Any) -> Array:
        found: Array = split.x * data.scale + data.shift if plane is None else split.coordinates
        return found

    return Plane2(names, bounds, rows, places)


@lru_cache(maxsize=1)
def axes(data: Any) -> tuple[Axis, ...]:
    """Give the features that can be axes: numbers, choices, yes and no, parts of dates, words."""
    sample = sampled(data.train, SAMPLED)
    if data.preparation is None:
        names = data.feature_names
        if len(names) != sample.shape[1]:
            names = tuple(f"feature {number + 1}" for number in range(sample.shape[1]))
        return tuple(_number_axis(data, at, name, sample) for at, name in enumerate(names))
    made: list[Axis] = []
    start = 0
    for feature in data.preparation.features:
        count = len(feature.outputs)
        if isinstance(feature, CategoryFeature):
            words = [name.removeprefix(f"{feature.column}=") for name in feature.outputs]
            made.append(_choice_axis(feature.column, start, tuple(words)))
        elif isinstance(feature, BooleanFeature):
            made.append(_switch_axis(feature.column, start))
        elif isinstance(feature, NumberFeature):
            made.append(_number_axis(data, start, feature.column, sample))
        elif isinstance(feature, DateFeature):
            made += [
                _number_axis(data, start + at, name, sample) for at, name in enumerate(feature.outputs)
            ]
        else:
            made += [_switch_axis(name, start + at) for at, name in enumerate(feature.outputs)]
        start += count
    return tuple(made)


def _number_axis(data: Any, at: int, name: str, sample: Array) -> Axis:
    scale, shift = (float(np.broadcast_to(part, sample.shape[1:])[at]) for part in (data.scale, data.shift))
    low, high = _widened(sample[:, at : at + 1] * scale + shift)

    def read(rows: Array) -> Array:
        own: Array = rows[:, at] * scale + shift
        return own

    def write(rows: Array, places: Array) -> None:
        rows[:, at] = (places - shift) / scale

    return Axis(name, read, write, (float(low[0]), float(high[0])))


def _choice_axis(name: str, start: int, words: tuple[str, ...]) -> Axis:
    count = len(words)

    def read(rows: Array) -> Array:
        part = rows[:, start : start + count]
        return _spread(part.argmax(axis=1), len(rows))

    def write(rows: Array, places: Array) -> None:
        rows[:, start : start + count] = np.eye(count)[np.clip(np.rint(places), 0, count - 1).astype(int)]

    return Axis(name, read, write, (-0.5, count - 0.5), words)


def _switch_axis(name: str, at: int) -> Axis:
    def read(rows: Array) -> Array:
        return _spread(rows[:, at] > 0.5, len(rows))

    def write(rows: Array, places: Array) -> None:
        rows[:, at] = np.rint(places).clip(0, 1)

    return Axis(name, read, write, (-0.5, 1.5), ("no", "yes"))


def _spread(choices: Array, count: int) -> Array:
    """Give rows of one choice places beside each other, the same ones every time."""
    return choices + (np.arange(count) * 0.618034 % 1 - 0.5) * 0.7


@lru_cache(maxsize=1)
def usual(data: Any) -> Array:
    """Give the row whose numbers are the median of all; of a choice the most frequent is taken."""
    sample = sampled(data.train, SAMPLED)
    row = np.median(sample, axis=0)
    start = 0
    for feature in data.preparation.features if data.preparation is not None else ():
        stop = start + len(feature.outputs)
        if isinstance(feature, CategoryFeature):
            row[start:stop] = np.eye(stop - start)[sample[:, start:stop].sum(axis=0).argmax()]
        start = stop
    return row


def two_features(data: Any, across: int, up: int) -> Plane2:
    """Give the plane of two features, all others as `usual` has them."""
    chosen = axes(data)
    one, other = chosen[across], chosen[up]
    rest = len(chosen) - 2

    def rows(places: Array) -> Array:
        made = np.tile(usual(data), (len(places), 1))
        one.write(made, places[:, 0])
        other.write(made, places[:, 1])
        return made.reshape(-1, *data.input_shape).astype(np.float32)

    def places(split: Any) -> Array:
        flat = split.x.reshape(len(split.x), -1)
        return np.stack([one.read(flat), other.read(flat)], axis=1)

    told = f"The other {rest} features at their median." if rest > 1 else "The other feature at its median."
    bounds = (one.bounds, other.bounds)
    return Plane2((one.name, other.name), bounds, rows, places, told, (one.names, other.names))


@lru_cache(maxsize=1)
def components(data: Any) -> tuple[Array, Array, float]:
    """Give the mean row, the two directions in which rows vary most, and their share of the variance."""
    sample = sampled(data.train, DECOMPOSED).astype(np.float64)
    mean = sample.mean(axis=0)
    _, lengths, directions = np.linalg.svd(sample - mean, full_matrices=False)
    # A direction and its opposite are the same; the largest part is positive, so that it stays.
    for direction in directions[:2]:
        direction *= np.sign(direction[np.abs(direction).argmax()]) or 1.0
    squares = np.square(lengths)
    return mean, directions[:2], float(squares[:2].sum() / max(squares.sum(), 1e-12))


def main_components(data: Any) -> Plane2:
    """Give the plane through the mean row in which the rows vary most."""
    mean, directions, share = components(data)

    def rows(places: Array) -> Array:
        return (mean + places @ directions).reshape(-1, *data.input_shape).astype(np.float32)

    def places(split: Any) -> Array:
        flat: Array = (split.x.reshape(len(split.x), -1) - mean) @ directions.T
        return flat

    low, high = _widened((sampled(data.train, DECOMPOSED) - mean) @ directions.T)
    bounds = ((float(low[0]), float(high[0])), (float(low[1]), float(high[1])))
    told = f"The two main components hold {share:.0%} of the variance."
    return Plane2(("component 1", "component 2"), bounds, rows, places, told)


def _widened(own: Array) -> tuple[Array, Array]:
    low, high = own.min(axis=0), own.max(axis=0)
    margin = (high - low) * MARGIN + 1e-6
    return low - margin, high + margin
