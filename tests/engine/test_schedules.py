"""The learning rate as a function of the step."""

import math
from itertools import islice
from typing import Any

import numpy as np
import pytest

from nn_tui.declare import registered
from nn_tui.engine import layers, optimizers
from nn_tui.engine.callbacks import LearningRateScheduler, ReduceLROnPlateau
from nn_tui.engine.models import Sequential
from nn_tui.engine.optimizers import SGD, AdamW
from nn_tui.engine.schedules import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)
from nn_tui.engine.training import Training
from nn_tui.errors import SpecError

RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(40, 3)).astype(np.float32)
Y = (X @ [[1.0], [2.0], [-1.0]]).astype(np.float32)


def model(optimizer: object) -> Sequential:
    made = Sequential([layers.Input((3,)), layers.Dense(1)], seed=0)
    made.compile(optimizer, "mse")
    return made


def test_the_formulas() -> None:
    assert ExponentialDecay(0.1, 10, 0.5)(20) == pytest.approx(0.025)
    assert ExponentialDecay(0.1, 10, 0.5, staircase=True)(19) == pytest.approx(0.05)
    assert InverseTimeDecay(0.1, 10, 2.0)(5) == pytest.approx(0.05)
    assert PolynomialDecay(0.1, 10, 0.02)(5) == pytest.approx(0.06)
    assert PolynomialDecay(0.1, 10, 0.02)(99) == pytest.approx(0.02)
    assert PolynomialDecay(0.1, 10, 0.0, cycle=True)(15) == pytest.approx(0.025)
    assert [PiecewiseConstantDecay((2, 4), (3.0, 2.0, 1.0))(step) for step in range(6)] == [
        3,
        3,
        3,
        2,
        2,
        1,
    ]
    assert CosineDecay(0.1, 10, alpha=0.2)(10) == pytest.approx(0.02)
    warm = CosineDecay(0.0, 10, warmup_target=0.1, warmup_steps=4)
    assert [warm(2), warm(4), warm(9), warm(99)] == pytest.approx([0.05, 0.1, 0.05, 0.0])
    again = CosineDecayRestarts(0.1, 10, t_mul=2.0, m_mul=0.5)
    assert [again(0), again(10), again(20)] == pytest.approx([0.1, 0.05, 0.025])


@pytest.mark.parametrize("kind", registered("optimizer").values())
def test_an_optimizer_asks_before_every_step(kind: Any) -> None:
    schedule = PiecewiseConstantDecay((1, 3), (0.03, 0.02, 0.01))
    scheduled = model(kind(schedule))
    assert scheduled.optimizer.learning_rate == 0.03
    by_hand = model(kind(0.03))
    rates = []
    for step, start in enumerate(range(0, 40, 8)):
        by_hand.optimizer.learning_rate = schedule(step)
        by_hand.train_on_batch(X[start : start + 8], Y[start : start + 8])
        scheduled.train_on_batch(X[start : start + 8], Y[start : start + 8])
        rates.append(scheduled.optimizer.learning_rate)
    assert rates == [0.03, 0.03, 0.02, 0.02, 0.01]
    np.testing.assert_array_equal(scheduled.trained_weights, by_hand.trained_weights)


def test_weight_decay_follows_the_same_rate() -> None:
    one = model(AdamW(PiecewiseConstantDecay((0,), (0.1, 0.001)), weight_decay=0.5))
    one.train_on_batch(X, Y)
    weights = one.trained_weights.copy()
    one.train_on_batch(X, Y)
    # The second step moves by its own rate: 0.001 by Adam and 0.0005 of the weight by decay.
    moved = np.abs(one.trained_weights - weights)
    assert (moved < 0.001 * 1.5 + 0.0006 * np.abs(weights)).all()


def test_a_mapping_describes_a_schedule_and_a_number_ends_it() -> None:
    optimizer = SGD({"type": "ExponentialDecay", "initial_learning_rate": 0.5})
    assert optimizer.learning_rate == 0.5
    assert optimizer.get_config()["learning_rate"]["type"] == "ExponentialDecay"
    optimizer.learning_rate = 0.25
    assert optimizer.schedule is None and optimizer.learning_rate == 0.25
    assert optimizers.schedules.CosineDecay is CosineDecay


def test_a_scheduled_training_goes_on_bit_for_bit() -> None:
    def training(of: Sequential) -> Training:
        return Training(of, X, Y, batch_size=8, epochs=6)

    whole, part, again = (model(AdamW(CosineDecay(0.1, 20))) for _ in range(3))
    for _ in training(whole):
        pass
    begun = training(part)
    for _ in islice(begun, 13):
        pass
    again.restore(part.state())
    continued = training(again)
    continued.restore(begun.state())
    for _ in continued:
        pass
    assert again.optimizer.learning_rate == whole.optimizer.learning_rate
    np.testing.assert_array_equal(again.trained_weights, whole.trained_weights)


def test_boundaries_and_values_have_to_fit() -> None:
    with pytest.raises(SpecError, match="2 boundaries need 3 values, got 2"):
        PiecewiseConstantDecay((1, 2), (0.1, 0.2))
    with pytest.raises(SpecError, match="must rise"):
        PiecewiseConstantDecay((2, 1), (0.1, 0.2, 0.3))
    with pytest.raises(SpecError, match="no schedule named 'ExponentialDeca'"):
        SGD("ExponentialDeca")


def test_a_rate_by_the_epoch_is_set_and_logged() -> None:
    by_schedule = LearningRateScheduler({"type": "InverseTimeDecay", "decay_steps": 1, "decay_rate": 1.0})
    history = model("sgd").fit(X, Y, epochs=3, verbose=0, callbacks=[by_schedule]).history
    assert history["learning_rate"] == pytest.approx([0.01, 0.005, 0.01 / 3])
    by_function = LearningRateScheduler(lambda epoch, rate: rate / 2)
    history = model(SGD(0.08)).fit(X, Y, epochs=3, verbose=0, callbacks=[by_function]).history
    assert history["learning_rate"] == pytest.approx([0.04, 0.02, 0.01])
    with pytest.raises(SpecError, match="needs a schedule"):
        LearningRateScheduler(3)


def test_two_cannot_set_the_rate() -> None:
    scheduled = model(SGD(CosineDecay()))
    for callback in (LearningRateScheduler(), ReduceLROnPlateau("loss")):
        with pytest.raises(SpecError, match="so does the optimizer's schedule"):
            scheduled.fit(X, Y, verbose=0, callbacks=[callback])


def test_a_rate_that_explodes_ends_the_training_by_its_own_name() -> None:
    assert ExponentialDecay(1.0, 1, 10.0)(1000) == math.inf
