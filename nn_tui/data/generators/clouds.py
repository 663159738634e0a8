"""Clouds of points in several dimensions, one a class; two animals told apart by their size."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from nn_tui.data.raw import RawData
from nn_tui.declare import Knob, register

__all__ = ["cats_and_dogs", "clouds"]

Rows = Annotated[int, Knob(at_least=10, at_most=1_000_000, scale="log")]
Seed = Annotated[int, Knob(at_least=0)]


@register("dataset", "clouds")
def clouds(
    rows: Rows = 400,
    features: Annotated[int, Knob(at_least=1, at_most=1000)] = 8,
    classes: Annotated[int, Knob(at_least=2, at_most=100)] = 4,
    spread: Annotated[float, Knob(at_least=0, at_most=100)] = 1.0,
    seed: Seed = 0,
) -> RawData:
    """Round clouds, one a class, in as many dimensions as you like.

    Args:
        rows: how many points, at least 10. Default 400.
        features: numbers of a point, 1 to 1000. Default 8.
        classes: how many clouds, 2 to 100. Default 4.
        spread: the standard deviation of a cloud in each dimension; their middles have one of 2. Default 1.
        seed: which points. Default 0.
    Source: middles and points are drawn from normal distributions; each class has as many rows, give or
        take one.
    """
    random = np.random.default_rng(seed)
    middles = random.normal(0, 2, (classes, features))
    labels = random.permutation(np.arange(rows) % classes)
    points = middles[labels] + random.normal(0, spread, (rows, features))
    return RawData(
        name="clouds",
        task="classification",
        features=points.astype(np.float32),
        target=labels.astype(np.int64),
        feature_names=tuple(f"x{number + 1}" for number in range(features)),
        target_name="cloud",
        class_names=tuple(f"cloud {number + 1}" for number in range(classes)),
    )


@register("dataset", "cats-and-dogs")
def cats_and_dogs(rows: Rows = 400, seed: Seed = 0) -> RawData:
    """Cats and dogs by their weight and their height; small dogs are easily taken for cats.

        cats: 4.5 kg, give or take 1, and 25 cm, give or take 2.5
        dogs: from 2 to 45 kg, and 20 cm + 1.2 cm for each kg, give or take 5

    Args:
        rows: how many animals, at least 10, half of them cats. Default 400.
        seed: which animals. Default 0.
    Source: made up for this program; no animal was weighed.
    """
    random = np.random.default_rng(seed)
    cats = rows // 2
    dogs = rows - cats
    cat = np.stack([random.normal(4.5, 1.0, cats).clip(2), random.normal(25, 2.5, cats)], axis=1)
    weight = random.normal(16, 9, dogs).clip(2, 45)
    dog = np.stack([weight, 20 + 1.2 * weight + random.normal(0, 5, dogs)], axis=1)
    order = random.permutation(rows)
    return RawData(
        name="cats-and-dogs",
        task="classification",
        features=np.concatenate([cat, dog])[order].astype(np.float32),
        target=np.repeat(np.array([0, 1], np.int64), [cats, dogs])[order],
        feature_names=("weight", "height"),
        target_name="animal",
        class_names=("cat", "dog"),
    )
