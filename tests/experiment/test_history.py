"""Curves grow without a copy and what was published does not change."""

import numpy as np
import pytest

from nn_tui.experiment.history import MOST, MOST_MARKS, GrowingCurves


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


def test_a_long_history_is_bounded_shows_its_extremes_and_is_exact_at_its_end() -> None:
    curves, count = GrowingCurves(), 10 * MOST
    random = np.random.default_rng(0)
    loss, accuracy = random.normal(1, 0.1, count), random.normal(0, 0.1, count)
    loss[777], loss[4 * MOST + 5], accuracy[3 * MOST + 1] = 9.0, -9.0, 5.0
    early = None
    for index in range(count):
        curves.append(index + 1, {"loss": loss[index], "accuracy": accuracy[index]})
        if index == MOST - 1:
            early = curves.view()
    view = curves.view()
    assert early is not None and len(early.epochs) == MOST and early.values["loss"][777] == 9.0
    assert len(view.epochs) <= MOST
    for name, values in (("loss", loss), ("accuracy", accuracy)):
        np.testing.assert_array_equal(view.values[name], values[view.epochs - 1])
        np.testing.assert_array_equal(view.values[name][-MOST // 4 :], values[-MOST // 4 :])
        # Every eighth of the run shows its least and its greatest value, however old it is; at its ends
        # a more extreme one of the next eighth may stand for it.
        for piece in np.split(np.arange(count), 8):
            shown = view.values[name][(view.epochs > piece[0]) & (view.epochs <= piece[-1] + 1)]
            inner = values[piece[count // 400 : -count // 400]]
            assert shown.min() <= inner.min() and shown.max() >= inner.max()
    assert (np.diff(view.epochs) > 0).all()


def test_marks_are_bounded() -> None:
    curves = GrowingCurves()
    for epoch in range(3 * MOST_MARKS):
        curves.mark(epoch, "learning_rate 0.1")
    assert len(curves.view().marks) == MOST_MARKS
    assert curves.view().marks[-1].epoch == 3 * MOST_MARKS - 1
