"""Every argument away from its default gives the numbers that Keras gave."""

from types import SimpleNamespace
from typing import Any, get_args

import numpy as np
import pytest

from nn_tui.declare import Kind, find, in_keras, params, registered
from nn_tui.engine import layers
from nn_tui.engine.models import Sequential
from nn_tui.engine.optimizers import SGD
from tests.engine.keras_cases import (
    CALLBACKS,
    CASES,
    EVERY,
    FIRST_WEIGHTS,
    STEPS,
    WATCHED,
    X,
    Y,
    case_id,
    numbers,
    outputs_and_targets,
)


def computed(kind: Any, name: str, settings: dict[str, Any]) -> Any:
    thing: Any = find(kind, name)(**settings)
    if kind == "schedule":
        return [thing(step) for step in STEPS]
    if kind == "optimizer":
        model = Sequential([layers.Input((3,)), layers.Dense(3, activation="tanh"), layers.Dense(1)])
        model.compile(thing, "mean_squared_error")
        model.set_weights(FIRST_WEIGHTS)
        model.fit(X, Y, batch_size=6, epochs=5, shuffle=False, verbose=0)
        return np.concatenate([weight.ravel() for weight in model.get_weights()])
    if kind == "regularizer":
        return [thing(weight) for weight in FIRST_WEIGHTS]
    if kind == "callback":
        return watched(thing)
    p, y = outputs_and_targets(kind, name, settings)
    if kind == "metric":
        thing.update(y, p)
        return [thing.result()]
    targets = thing.targets(y, p.shape[-1], p.dtype)
    return [*thing.values(p, targets), *thing.slope(p, targets).ravel()]


def watched(callback: Any) -> list[float]:
    """Return the rate after every epoch, the number of epochs, and the epoch whose weights come back."""
    model: Any = SimpleNamespace(optimizer=SGD(0.1), get_weights=lambda: training.epoch)
    model.set_weights = lambda epoch: setattr(model, "came_back", epoch)
    training: Any = SimpleNamespace(model=model, epoch=0, stop_reason="")
    rates = []
    callback.on_train_begin(training)
    for value in WATCHED:
        training.epoch += 1
        callback.on_epoch_end(training, {"loss": value, "val_accuracy": 1 - value})
        rates.append(model.optimizer.learning_rate)
        if training.stop_reason:
            break
    callback.on_train_end(training)
    return [*rates, training.epoch, getattr(model, "came_back", 0)]


@pytest.mark.parametrize(("kind", "name", "settings"), EVERY, ids=[case_id(*case) for case in EVERY])
def test_numbers_are_those_of_keras(kind: str, name: str, settings: dict[str, Any]) -> None:
    expected = numbers()[case_id(kind, name, settings)]
    np.testing.assert_allclose(computed(kind, name, settings), expected, rtol=2e-4, atol=2e-6)


@pytest.mark.parametrize("kind", CASES)
def test_every_argument_is_compared_away_from_its_default(kind: Any) -> None:
    assert kind in get_args(Kind)
    for name, thing in registered(kind).items():
        # "accuracy" is one of three others; most callbacks watch no value.
        if not in_keras(thing) or name == "accuracy" or (kind == "callback" and name not in CALLBACKS):
            continue
        cases = CASES[kind][name]
        for param in params(thing):
            varied = [case[param.name] for case in cases if param.name in case]
            assert any(value != param.default for value in varied), f"{name}: {param.name}"
