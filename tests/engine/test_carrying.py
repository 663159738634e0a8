"""Rows that fill no batch can wait for the next epoch, and values can be measured after an epoch."""

from itertools import islice
from typing import Any

import numpy as np
import pytest

from nn_tui.engine import layers
from nn_tui.engine.models import Sequential
from nn_tui.engine.optimizers import SGD, PlaygroundSGD
from nn_tui.engine.training import Training

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(23, 3))
Y = X[:, :1] * 0.5 - X[:, 1:2]
RATE = 0.1


def model(optimizer: Any = None) -> Sequential:
    made = Sequential([layers.Dense(1, input_shape=(3,))], dtype="float64", seed=1)
    made.compile(optimizer or SGD(RATE), "half_squared_error")
    return made


def trained(epochs: int, batch: int, **settings: Any) -> tuple[Sequential, Training]:
    one = model()
    training = Training(one, X, Y, batch_size=batch, epochs=epochs, leftovers="carry", **settings)
    list(training)
    return one, training


def by_hand(epochs: int, batch: int) -> np.ndarray[Any, Any]:
    """Count rows as they come: a step at every `batch`th of an epoch, on all that wait."""
    kernel, bias = model().get_weights()
    waiting: list[int] = []
    for _ in range(epochs):
        for row in range(len(X)):
            waiting.append(row)
            if (row + 1) % batch == 0:
                x = X[waiting]
                error = x @ kernel + bias - Y[waiting]
                kernel = kernel - RATE * x.T @ error / len(x)
                bias = bias - RATE * error.mean(axis=0)
                waiting = []
    return np.append(kernel, bias)


@pytest.mark.parametrize("batch", [1, 5, 10, 12, 22, 23])
@pytest.mark.parametrize("epochs", [1, 2, 7])
def test_leftovers_make_the_next_epochs_first_batch_larger(epochs: int, batch: int) -> None:
    one, training = trained(epochs, batch, shuffle=False)
    np.testing.assert_allclose(np.append(*one.get_weights()), by_hand(epochs, batch), atol=1e-12)
    assert training.epoch == epochs


def test_every_row_is_trained_once_an_epoch_when_they_are_shuffled_too() -> None:
    one = model()
    training = Training(one, X, Y, batch_size=5, epochs=4, leftovers="carry")
    seen: list[float] = []
    step = one.training_plan

    def watching(size: int) -> Any:
        plan = step(size)
        inner = plan.step

        def noted(x: Any, t: Any, weights: Any = None) -> float:
            seen.extend(x[:, 0])
            return float(inner(x, t, weights))

        return type(
            "Plan", (), {"__getattr__": lambda _, name: getattr(plan, name), "step": staticmethod(noted)}
        )()

    one.training_plan = watching  # type: ignore[method-assign]  # to see the batches
    list(training)
    counts = np.unique(seen, return_counts=True)[1]
    assert len(seen) == 4 * len(X) - len(X) % 5 and len(counts) == len(X)
    assert counts.min() >= 3 and counts.max() == 4


@pytest.mark.parametrize("steps", [3, 4, 5, 9, 11])
def test_going_on_from_a_saved_state_carries_the_same_rows(steps: int) -> None:
    whole, _ = trained(4, 5, shuffle=True)
    one = model()
    training = Training(one, X, Y, batch_size=5, epochs=4, leftovers="carry")
    list(islice(training, steps))
    state = {"model": one.state(), "training": training.state()}
    other = model()
    again = Training(other, X, Y, batch_size=5, epochs=4, leftovers="carry")
    other.restore(state["model"])
    again.restore(state["training"])
    list(again)
    for mine, theirs in zip(other.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_values_measured_after_an_epoch_are_those_of_evaluate() -> None:
    one = model()
    training = Training(one, X, Y, batch_size=5, epochs=3, measure="after")
    for ended in training:
        if ended:
            assert training.history["loss"][-1] == one.evaluate(X, Y)
    during = Training(model(), X, Y, batch_size=5, epochs=3)
    list(during)
    assert during.history["loss"][-1] > training.history["loss"][-1]


def test_prices_on_weights_act_beside_the_slope_and_kill_what_they_bring_to_zero() -> None:
    rate, price = 0.1, 0.3
    for regularization in ("L1", "L2"):
        one = model(PlaygroundSGD(rate, regularization, price))
        kernel, bias = one.get_weights()
        dead = np.zeros(kernel.shape, bool)
        for _ in range(30):
            error = X @ kernel + bias - Y
            stepped = kernel - rate * X.T @ error / len(X)
            pulled = stepped - rate * price * (np.sign(kernel) if regularization == "L1" else kernel)
            if regularization == "L1":
                dead |= stepped * pulled < 0
            kernel, bias = np.where(dead, 0, pulled), bias - rate * error.mean(axis=0)
            one.train_on_batch(X, Y)
        np.testing.assert_allclose(one.get_weights()[0], kernel, rtol=1e-12)
        np.testing.assert_allclose(one.get_weights()[1], bias, rtol=1e-12)
        assert dead.any() == (regularization == "L1")
        state = one.state()
        again = model(PlaygroundSGD(rate, regularization, price))
        again.restore(state)
        again.train_on_batch(X, Y)
        one.train_on_batch(X, Y)
        np.testing.assert_array_equal(again.get_weights()[0], one.get_weights()[0])
