"""Curves grow without a copy and what was published does not change."""

import numpy as np
import pytest

from nn_tui.experiment.history import GrowingCurves


def test_a_published_view_does_not_change_when_values_are_added() -> None:
    curves = GrowingCurves()
    for epoch in range(1, 1001):
        curves.append(epoch, {"loss": 1 / epoch})
        if epoch == 200:
            early = curves.view()
    assert len(early.epochs) == 200 and len(curves.view().epochs) == 1000
    np.testing.assert_array_equal(early.values["loss"], 1 / np.arange(1, 201))
    assert curves.view().epochs[-1] == 1000


def test_a_view_is_the_same_object_until_something_is_added() -> None:
    curves = GrowingCurves()
    curves.append(1, {"loss": 1.0})
    assert curves.view() is curves.view()
    before = curves.view()
    curves.mark(1.5, "learning_rate 0.1")
    assert curves.view() is not before
    assert curves.view().marks[0].epoch == 1.5


def test_a_published_view_cannot_be_written() -> None:
    curves = GrowingCurves()
    curves.append(1, {"loss": 1.0})
    with pytest.raises(ValueError):
        curves.view().values["loss"][0] = 2


def test_a_quantity_that_was_not_logged_is_nan() -> None:
    curves = GrowingCurves()
    curves.append(1, {"loss": 1.0})
    curves.append(2, {"loss": 0.5, "mae": 0.1})
    curves.append(3, {"mae": 0.2})
    np.testing.assert_array_equal(curves.view().values["loss"], [1.0, 0.5, np.nan])
    np.testing.assert_array_equal(curves.view().values["mae"], [np.nan, 0.1, 0.2])
