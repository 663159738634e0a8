"""The data sets people know from TensorFlow Playground, by its recipes.

Numbers are drawn one by one in the order the original draws them, through `Source`, so that the same
stream of random numbers gives the same points.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated

import numpy as np

from nn_tui.data.dataset import Stream as Source
from nn_tui.data.raw import Array, RawData
from nn_tui.data.recipe import Recipe
from nn_tui.declare import Knob, register

__all__ = ["circle", "gauss", "multi_gaussian", "plane", "spiral", "xor"]

Rows = Annotated[int, Knob(at_least=10, at_most=1_000_000, scale="log")]
Noise = Annotated[float, Knob(at_least=0, at_most=0.5)]
Seed = Annotated[int, Knob(at_least=0)]

Point = tuple[float, float, float]
"""x, y and the label: -1 or 1 for a classification, the value for a regression."""


def between(source: Source, low: float, high: float) -> float:
    """Draw evenly between two numbers."""
    return source.random() * (high - low) + low


def circle_points(rows: int, noise: float, source: Source) -> list[Point]:
    """Draw the points of `circle`."""
    points = []
    for low, high in ((0.0, 2.5), (3.5, 5.0)):
        for _ in range(rows // 2):
            radius, angle = between(source, low, high), between(source, 0, 2 * math.pi)
            x, y = radius * math.sin(angle), radius * math.cos(angle)
            shift_x, shift_y = (between(source, -5, 5) * noise for _ in range(2))
            inside = math.hypot(x + shift_x, y + shift_y) < 2.5
            points.append((x, y, 1.0 if inside else -1.0))
    return points


def xor_points(rows: int, noise: float, source: Source) -> list[Point]:
    """Draw the points of `xor`."""
    points = []
    for _ in range(rows):
        x, y = between(source, -5, 5), between(source, -5, 5)
        x, y = x + math.copysign(0.3, x or -1), y + math.copysign(0.3, y or -1)
        shift_x, shift_y = (between(source, -5, 5) * noise for _ in range(2))
        points.append((x, y, 1.0 if (x + shift_x) * (y + shift_y) >= 0 else -1.0))
    return points


def gauss_points(rows: int, noise: float, source: Source) -> list[Point]:
    """Draw the points of `gauss`."""
    spread = math.sqrt(0.5 + 7 * noise)
    points = []
    for middle, label in ((2.0, 1.0), (-2.0, -1.0)):
        for _ in range(rows // 2):
            x, y = (middle + spread * normal(source) for _ in range(2))
            points.append((x, y, label))
    return points


def spiral_points(rows: int, noise: float, source: Source) -> list[Point]:
    """Draw the points of `spiral`."""
    points = []
    arm = rows // 2
    for turn, label in ((0.0, 1.0), (math.pi, -1.0)):
        for i in range(arm):
            radius, angle = i / arm * 5, 1.75 * i / arm * 2 * math.pi + turn
            x = radius * math.sin(angle) + between(source, -1, 1) * noise
            y = radius * math.cos(angle) + between(source, -1, 1) * noise
            points.append((x, y, label))
    return points


def plane_points(rows: int, noise: float, source: Source) -> list[Point]:
    """Draw the points of `plane`."""
    points = []
    for _ in range(rows):
        x, y = between(source, -6, 6), between(source, -6, 6)
        shift_x, shift_y = (between(source, -6, 6) * noise for _ in range(2))
        points.append((x, y, (x + shift_x + y + shift_y) / 10))
    return points


_BUMPS = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))


def plane_value(x: Array, y: Array) -> Array:
    """Give the value of `plane` at places."""
    return (x + y) / 10


def multi_gaussian_value(x: Array, y: Array) -> Array:
    """Give the value of `multi-gaussian` at places."""
    value = np.zeros(np.broadcast(x, y).shape)
    for middle_x, middle_y, sign in _BUMPS:
        height = sign * np.maximum(0.0, 1 - np.hypot(x - middle_x, y - middle_y) / 2)
        np.copyto(value, height, where=np.abs(height) > np.abs(value))
    return value


def odds(name: str, rows: int, noise: float) -> Recipe:
    """Give what is known of a set by its recipe.

    Args:
        name: as it is registered.
        rows: points.
        noise: as its function takes it.
    """
    from nn_tui.data.generators.odds import CircleOdds, GaussOdds, MovedOdds, SpiralOdds, XorOdds

    known: dict[str, Recipe] = {
        "circle": CircleOdds(noise),
        "xor": XorOdds(noise),
        "gauss": GaussOdds(noise),
        "spiral": SpiralOdds(noise, rows // 2),
        "plane": MovedOdds(plane_value, noise, 6, 24),
        "multi-gaussian": MovedOdds(multi_gaussian_value, noise, 6, 32),
    }
    return known[name]


def multi_gaussian_points(rows: int, noise: float, source: Source) -> list[Point]:
    """Draw the points of `multi-gaussian`."""
    points = []
    for _ in range(rows):
        x, y = between(source, -6, 6), between(source, -6, 6)
        shift_x, shift_y = (between(source, -6, 6) * noise for _ in range(2))
        label = 0.0
        for middle_x, middle_y, sign in _BUMPS:
            distance = math.hypot(x + shift_x - middle_x, y + shift_y - middle_y)
            height = sign * max(0.0, 1 - distance / 2)
            label = height if abs(height) > abs(label) else label
        points.append((x, y, label))
    return points


def normal(source: Source) -> float:
    """Draw a standard normal number by Marsaglia's polar method, one a pair."""
    while True:
        one, other = 2 * source.random() - 1, 2 * source.random() - 1
        square = one * one + other * other
        if 0 < square <= 1:
            return one * math.sqrt(-2 * math.log(square) / square)


def shuffled(points: list[Point], source: Source) -> list[Point]:
    """Shuffle by Fisher and Yates from the end."""
    points = list(points)
    for counter in range(len(points), 0, -1):
        index = int(source.random() * counter)
        points[counter - 1], points[index] = points[index], points[counter - 1]
    return points


def _classes(
    name: str, draw: Callable[[int, float, Source], list[Point]], rows: int, noise: float, seed: int
) -> RawData:
    x, labels = _drawn(draw, rows, noise, seed)
    return RawData(
        name,
        "classification",
        x,
        (labels > 0).astype(np.int64),
        ("x", "y"),
        "class",
        ("orange", "blue"),
        recipe=odds(name, rows, noise),
    )


def _values(
    name: str, draw: Callable[[int, float, Source], list[Point]], rows: int, noise: float, seed: int
) -> RawData:
    x, labels = _drawn(draw, rows, noise, seed)
    return RawData(
        name,
        "regression",
        x,
        labels.astype(np.float32),
        ("x", "y"),
        "value",
        recipe=odds(name, rows, noise),
    )


def _drawn(
    draw: Callable[[int, float, Source], list[Point]], rows: int, noise: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    source = np.random.default_rng(seed)
    points = np.array(shuffled(draw(rows, noise, source), source))
    return points[:, :2].astype(np.float32), points[:, 2]


@register("dataset", "circle")
def circle(rows: Rows = 500, noise: Noise = 0.0, seed: Seed = 0) -> RawData:
    """A disc of one class inside a ring of the other.

    Args:
        rows: points, at least 10. Default 500.
        noise: from 0 to 0.5: how many points near the edge change class. Default 0.
        seed: which points. Default 0.
    Source: TensorFlow Playground's "circle".
    """
    return _classes("circle", circle_points, rows, noise, seed)


@register("dataset", "xor")
def xor(rows: Rows = 500, noise: Noise = 0.0, seed: Seed = 0) -> RawData:
    """Four squares, opposite ones of the same class.

    Args:
        rows: points, at least 10. Default 500.
        noise: from 0 to 0.5: how many points near the edges change class. Default 0.
        seed: which points. Default 0.
    Source: TensorFlow Playground's "exclusive or".
    """
    return _classes("xor", xor_points, rows, noise, seed)


@register("dataset", "gauss")
def gauss(rows: Rows = 500, noise: Noise = 0.0, seed: Seed = 0) -> RawData:
    """Two round clouds, one a class.

    Args:
        rows: points, at least 10. Default 500.
        noise: from 0 to 0.5: how wide the clouds are. Default 0.
        seed: which points. Default 0.
    Source: TensorFlow Playground's "gaussian".
    """
    return _classes("gauss", gauss_points, rows, noise, seed)


@register("dataset", "spiral")
def spiral(rows: Rows = 500, noise: Noise = 0.0, seed: Seed = 0) -> RawData:
    """Two arms wound round each other, one a class: the hard one.

    Args:
        rows: points, at least 10. Default 500.
        noise: from 0 to 0.5: how far points are moved off their arm. Default 0.
        seed: which points. Default 0.
    Source: TensorFlow Playground's "spiral".
    """
    return _classes("spiral", spiral_points, rows, noise, seed)


@register("dataset", "plane")
def plane(rows: Rows = 1200, noise: Noise = 0.0, seed: Seed = 0) -> RawData:
    """A tilted plane: the value to predict grows evenly with x and y.

    Args:
        rows: points, at least 10. Default 1200.
        noise: from 0 to 0.5: how far values are off the plane. Default 0.
        seed: which points. Default 0.
    Source: TensorFlow Playground's regression set "plane".
    """
    return _values("plane", plane_points, rows, noise, seed)


@register("dataset", "multi-gaussian")
def multi_gaussian(rows: Rows = 1200, noise: Noise = 0.0, seed: Seed = 0) -> RawData:
    """Six bumps, up and down in turn: the value to predict is the height.

    Args:
        rows: points, at least 10. Default 1200.
        noise: from 0 to 0.5: how far values are off the bumps. Default 0.
        seed: which points. Default 0.
    Source: TensorFlow Playground's regression set "multi gaussian".
    """
    return _values("multi-gaussian", multi_gaussian_points, rows, noise, seed)
