"""Pictures of data before any training."""

from dataclasses import replace

import numpy as np
import pytest

from nn_tui.data.sources import load_dataset, read
from nn_tui.data.table import column_of
from nn_tui.insight.data_views import (
    balance,
    column_picture,
    dataset_picture,
    relation,
    scatter,
    thumbnails,
)
from nn_tui.insight.pictures import Bars, Lines, Sentence, Tiles

RANDOM = np.random.default_rng(0)


def test_a_column_of_numbers_is_a_histogram() -> None:
    picture = column_picture(read("penguins").column("body_mass_g"), read("penguins").column("species"))
    assert isinstance(picture, Bars) and picture.upright and sum(picture.numbers) == 342
    assert "2 missing" in picture.caption and "Correlation with species: 0.8" in picture.caption


def test_a_column_of_words_has_a_bar_for_each() -> None:
    picture = column_picture(read("penguins").column("island"))
    assert isinstance(picture, Bars)
    assert dict(zip(picture.names, picture.numbers, strict=True)) == {
        "Biscoe": 168,
        "Dream": 124,
        "Torgersen": 52,
    }


def test_dates_and_empty_columns_have_pictures_too() -> None:
    assert isinstance(column_picture(read("co2").column("month")), Bars)
    assert isinstance(column_picture(column_of("a", [np.nan, np.nan])), Sentence)


def test_relations_are_those_of_the_formulas() -> None:
    x = RANDOM.normal(size=100)
    one, other = column_of("a", x), column_of("b", 2 * x + RANDOM.normal(size=100))
    assert relation(one, other) == pytest.approx(np.corrcoef(one.values, other.values)[0, 1])
    words = column_of("c", np.where(x > 0, "up", "down").astype(object))
    between = sum(
        len(x[x > 0 if up else x <= 0]) * (x[x > 0 if up else x <= 0].mean() - x.mean()) ** 2
        for up in (0, 1)
    )
    assert relation(one, words) == pytest.approx(np.sqrt(between / ((x - x.mean()) ** 2).sum()))
    assert relation(words, words) is None


def test_the_whole_of_the_data_is_drawn_by_its_shape() -> None:
    assert isinstance(dataset_picture(load_dataset("spiral", {})), Lines)
    assert isinstance(dataset_picture(load_dataset("digits", {})), Tiles)
    assert isinstance(dataset_picture(load_dataset("iris", {})), Bars)
    assert isinstance(dataset_picture(load_dataset("diabetes", {})), Sentence)
    assert isinstance(dataset_picture(load_dataset("plane", {})), Lines)


def test_the_balance_says_what_guessing_would_reach() -> None:
    picture = balance(load_dataset("penguins", {}))
    assert isinstance(picture, Bars)
    assert picture.numbers == (152, 68, 124) and "right for 44%" in picture.caption


def test_points_are_in_their_own_units() -> None:
    plain, scaled = load_dataset("spiral", {}), load_dataset("spiral", {}, scaling="standard")
    for one, other in zip(scatter(plain).series, scatter(scaled).series, strict=True):
        np.testing.assert_allclose(one.x, other.x, atol=1e-4)


def test_thumbnails_name_the_class_also_where_targets_are_a_column() -> None:
    data = load_dataset("digits", {})
    column = replace(data, train=replace(data.train, y=data.train.y[:, None]))
    assert thumbnails(column).names == thumbnails(data).names


def test_thumbnails_show_every_class() -> None:
    picture = thumbnails(load_dataset("digits", {}, scaling="standard"))
    assert picture.names[:10] == tuple("0123456789")
    assert all(image.min() >= 0 and image.max() <= 1 for image in picture.images)
