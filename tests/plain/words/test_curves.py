"""Curves in words."""

from __future__ import annotations

import numpy as np
import pytest

from nn_tui.experiment.snapshot import Curves, Mark
from nn_tui.plain.words import curves as words


def made(**values: list[float]) -> Curves:
    """Make curves of some epochs."""
    arrays = {name: np.array(numbers) for name, numbers in values.items()}
    return Curves(
        np.arange(1, len(next(iter(arrays.values()))) + 1), arrays, (Mark(2.5, "learning_rate 0.1"),)
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([3, 2, 1], "falling"),
        ([1, 2, 3], "rising"),
        ([1, 1.001, 1, 1.001], "steady"),
        ([5], ""),
        ([float("nan"), float("nan")], ""),
        ([9, 9, 9, 1, 1, 1, 1, 1, 1], "steady"),
        ([-1, -2, -3], "falling"),
    ],
)
def test_a_trend_is_of_the_last_epochs(values: list[float], told: str) -> None:
    assert words.trend(values) == told


def test_the_best_is_the_largest_accuracy_and_the_smallest_loss_the_first_of_equals() -> None:
    epochs = np.array([1, 2, 3, 4])
    assert words.best("val_accuracy", epochs, np.array([0.5, 0.9, np.nan, 0.9])) == (0.9, 2)
    assert words.best("loss", epochs, np.array([0.5, 0.9, np.nan, 0.2])) == (0.2, 4)
    assert words.best("loss", epochs, np.full(4, np.nan)) is None


def test_an_epoch_is_one_sentence_with_what_it_is_judged_by_at_its_end() -> None:
    curves = made(
        loss=[0.9, 0.6, 0.5], val_accuracy=[0.7, 0.9, 0.8], accuracy=[1, 1, 1], val_loss=[1, 2, 3]
    )
    assert words.epoch_sentence(curves, 2, 20) == (
        "Epoch 3 of 20: loss 0.5, falling; validation loss 3, rising; "
        "validation accuracy 0.8, best 0.9 in epoch 2."
    )
    assert words.epoch_sentence(curves, 1, 20).endswith("validation accuracy 0.9, best so far.")


def test_a_curve_is_told_from_its_beginning_to_its_best() -> None:
    (told,) = words.curve_sentences("val_loss", made(val_loss=[0.9, 0.25, 0.5]))
    assert told.startswith("Validation loss: 0.9000 in epoch 1, 0.5000 now, in epoch 3; ")
    assert told.endswith("Best, the lowest: 0.2500 in epoch 2.")
    assert words.mark_sentences(made(loss=[1])) == ["At epoch 2.5: learning_rate 0.1."]


def test_a_curve_is_drawn_as_text_in_ascii_where_asked() -> None:
    curves = made(loss=[1.0, 0.5, 0.0, float("nan")])
    told = words.drawn("loss", curves, ascii_only=True)
    assert told.isascii() and told.endswith("lowest 0, highest 1")


def test_values_that_are_not_finite_are_said_so() -> None:
    assert words.result_words(made(loss=[float("nan")])) == "The values are not finite."
