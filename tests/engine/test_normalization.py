"""Batch normalization while training, which depends on the whole batch."""

import numpy as np
import pytest

from nn_tui.engine import layers
from nn_tui.engine.models import Sequential
from tests.engine.gradients import numeric_slope

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(7, 3))
Y = RANDOM.normal(size=(7, 2))


@pytest.mark.parametrize("settings", [{}, {"scale": False}, {"center": False}])
def test_the_slopes_of_a_training_batch_are_right(settings: dict[str, bool]) -> None:
    model = Sequential(
        [
            layers.Input((3,)),
            layers.Dense(4, activation="tanh"),
            layers.BatchNormalization(**settings),
            layers.Dense(2),
        ],
        dtype="float64",
        seed=1,
    )
    model.compile("sgd", "mean_squared_error")
    model.ensure_ready((3,))
    plan = model.training_plan(7)

    def loss() -> float:
        plan.slopes_of(X, Y)
        return float(model.loss.values(plan.output, Y).mean())

    slopes = model.gradients(X, Y)
    for slope, variable in zip(slopes, model._memory.variables, strict=True):  # type: ignore[union-attr]
        np.testing.assert_allclose(slope, numeric_slope(loss, variable.weight), rtol=1e-5, atol=1e-8)


def test_the_moving_averages_follow_the_batches() -> None:
    model = Sequential([layers.Input((3,)), layers.BatchNormalization(momentum=0.9)], dtype="float64")
    model.compile("sgd", "mean_squared_error")
    model.train_on_batch(X, X)
    _, _, mean, variance = model.get_weights()
    np.testing.assert_allclose(mean, 0.1 * X.mean(axis=0))
    np.testing.assert_allclose(variance, 0.9 + 0.1 * X.var(axis=0))


def test_the_averages_survive_a_save() -> None:
    def make() -> Sequential:
        model = Sequential([layers.Input((3,)), layers.BatchNormalization()], seed=0)
        model.compile("sgd", "mean_squared_error")
        return model

    one, other = make(), make()
    one.fit(X, X, epochs=3, verbose=0)
    other.restore(one.state())
    np.testing.assert_array_equal(one.predict(X), other.predict(X))


def test_word_numbers_that_do_not_exist_are_refused() -> None:
    model = Sequential([layers.Input((2,)), layers.Embedding(3, 2), layers.Flatten(), layers.Dense(1)])
    with pytest.raises(ValueError, match="knows the words 0 to 2, got 0 to 3"):
        model.predict(np.array([[0, 3]]))
    with pytest.raises(ValueError, match="got fractions"):
        model.predict(np.array([[0, 0.5]]))


def test_a_window_larger_than_the_image_is_refused() -> None:
    with pytest.raises(ValueError, match="a window of 5 cells over 4"):
        layers.Conv2D(2, 5).output_shape_for((4, 4, 1))
    with pytest.raises(ValueError, match=r"takes images of shape \(height, width, channels\), got \(4,\)"):
        layers.MaxPooling2D().output_shape_for((4,))
