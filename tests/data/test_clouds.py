"""Clouds and animals: as many rows of each class, middles where they are said to be, the same again."""

from __future__ import annotations

import numpy as np
import pytest

from nn_tui.data.generators import cats_and_dogs, clouds


@pytest.mark.parametrize(("rows", "features", "classes"), [(400, 8, 4), (10, 1, 2), (101, 3, 7)])
def test_clouds_have_the_shape_that_was_asked_for(rows: int, features: int, classes: int) -> None:
    data = clouds(rows, features, classes)
    assert data.features.shape == (rows, features) and data.features.dtype == np.float32
    counts = np.bincount(data.target, minlength=classes)
    assert counts.max() - counts.min() <= 1
    assert len(data.class_names) == classes and len(data.feature_names) == features


def test_a_cloud_without_spread_is_a_point() -> None:
    data = clouds(40, 3, 4, spread=0.0)
    assert len(np.unique(data.features, axis=0)) == 4


def test_the_seed_says_which_rows() -> None:
    for make in (clouds, cats_and_dogs):
        np.testing.assert_array_equal(make(seed=3).features, make(seed=3).features)
        assert not np.array_equal(make(seed=3).features, make(seed=4).features)


def test_cats_are_small_and_dogs_grow_tall_with_their_weight() -> None:
    data = cats_and_dogs(20_000)
    cats, dogs = data.features[data.target == 0], data.features[data.target == 1]
    assert len(cats) == len(dogs)
    np.testing.assert_allclose(cats.mean(axis=0), [4.5, 25], atol=0.1)
    slope, start = np.polyfit(dogs[:, 0], dogs[:, 1], 1)
    np.testing.assert_allclose([slope, start], [1.2, 20], atol=0.3)
    assert dogs[:, 0].min() >= 2 and dogs[:, 0].max() <= 45
