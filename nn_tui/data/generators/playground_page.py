"""The rows of a page of TensorFlow Playground, to the last digit: its words for the seed, its features.

`playground` holds the recipes; here they are drawn from the page's own stream of numbers, shuffled and
split with it, and the stream goes on for the initial weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal

import numpy as np

from nn_tui.data.dataset import Plane
from nn_tui.data.generators import playground as recipes
from nn_tui.data.generators.seedrandom import SeedRandom
from nn_tui.data.raw import Array, RawData
from nn_tui.declare import Knob, register
from nn_tui.errors import DataError

__all__ = ["playground_page"]

Noise = Annotated[float, Knob(at_least=0, at_most=0.8)]
Percent = Annotated[float, Knob(above=0, below=100)]
SetName = Literal["circle", "xor", "gauss", "spiral", "plane", "multi-gaussian"]

REACH = 6.0
"""The page shows the plane from minus this to this."""
CLASSES, VALUES = 500, 1200
"""Points of a classification and of a regression."""

_DRAWN: Final = MappingProxyType({
    "circle": recipes.circle_points,
    "xor": recipes.xor_points,
    "gauss": recipes.gauss_points,
    "spiral": recipes.spiral_points,
    "plane": recipes.plane_points,
    "multi-gaussian": recipes.multi_gaussian_points,
})  # fmt: skip

FEATURES: Final[Mapping[str, Callable[[Array, Array], Array]]] = MappingProxyType({
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "x_squared": lambda x, y: x * x,
    "y_squared": lambda x, y: y * y,
    "x_times_y": lambda x, y: x * y,
    "sin_x": lambda x, y: np.sin(x),
    "sin_y": lambda x, y: np.sin(y),
})  # fmt: skip
"""What a row is made of, in the order in which the page puts them."""


@register("dataset", "playground")
def playground_page(
    points: SetName = "circle",
    noise: Noise = 0.0,
    train_percent: Percent = 50.0,
    seed: str = "0.12345",
    x: bool = True,
    y: bool = True,
    x_squared: bool = False,
    y_squared: bool = False,
    x_times_y: bool = False,
    sin_x: bool = False,
    sin_y: bool = False,
) -> RawData:
    """The points of a TensorFlow Playground page, the same ones for the same seed.

    Args:
        points: which of its sets. Default "circle".
        noise: from 0 to 0.8, a hundredth of the page's percent. Default 0.
        train_percent: of the points, to train on; the others are validation rows. Default 50.
        seed: the page's seed, any text. Default "0.12345".
        x: whether x is a feature. Default yes.
        y: whether y is a feature. Default yes.
        x_squared: whether x * x is a feature. Default no.
        y_squared: whether y * y is a feature. Default no.
        x_times_y: whether x * y is a feature. Default no.
        sin_x: whether sin(x) is a feature. Default no.
        sin_y: whether sin(y) is a feature. Default no.
    Source: TensorFlow Playground, whose page draws the same points in the same order.
    """
    chosen = (x, y, x_squared, y_squared, x_times_y, sin_x, sin_y)
    names = tuple(name for name, taken in zip(FEATURES, chosen, strict=True) if taken)
    if not names:
        raise DataError("playground: a row has no features.", "Switch x on, say.")
    stream = SeedRandom(seed)
    values = points in ("plane", "multi-gaussian")
    drawn = np.array(recipes.shuffled(_DRAWN[points](VALUES if values else CLASSES, noise, stream), stream))
    at = math.floor(len(drawn) * train_percent / 100)
    if not 0 < at < len(drawn):
        raise DataError(
            f"playground: {train_percent:g} percent of {len(drawn)} points leaves a part empty.",
            "Set train_percent to 50, say.",
        )
    places, labels = drawn[:, :2], drawn[:, 2]
    target = labels if values else (labels > 0).astype(np.int64)
    return RawData(
        name="playground",
        task="regression" if values else "classification",
        features=places[:at],
        target=target[:at],
        feature_names=names,
        target_name="value" if values else "class",
        class_names=() if values else ("orange", "blue"),
        validation=(places[at:], target[at:]),
        plane=Plane(_Made(names), REACH),
        dtype=np.float64,
        stream=stream,
        # Of other features less may be known than of the place.
        recipe=recipes.odds(points, len(drawn), noise) if x and y else None,
    )


class _Made:
    """Makes chosen features of coordinates.

    Args:
        names: which of `FEATURES`, in their order.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def __call__(self, places: Array) -> Array:
        x, y = places[:, 0], places[:, 1]
        return np.stack([FEATURES[name](x, y) for name in self.names], axis=1)
