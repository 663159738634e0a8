"""The numbers that Keras is said to have computed are those it computes; run it to write them anew."""

import json
import os
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from nn_tui.declare import find
from nn_tui.engine import models  # noqa: F401  # registers everything
from tests.engine.keras_cases import (
    EVERY,
    FIRST_WEIGHTS,
    NUMBERS,
    STEPS,
    WATCHED,
    X,
    Y,
    case_id,
    numbers,
    outputs_and_targets,
)

pytestmark = pytest.mark.oracle
os.environ.setdefault("KERAS_BACKEND", "jax")
keras = pytest.importorskip("keras", reason="needs the extra `oracle` (keras, jax)")


def computed(kind: Any, name: str, settings: dict[str, Any]) -> list[float]:
    if kind == "schedule":
        schedule = getattr(keras.optimizers.schedules, name)(**settings)
        return [float(schedule(step)) for step in STEPS]
    if kind == "optimizer":
        model = keras.Sequential(
            [keras.layers.Input((3,)), keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(1)]
        )
        model.compile(getattr(keras.optimizers, name)(**settings), "mean_squared_error")
        model.set_weights(FIRST_WEIGHTS)
        model.fit(X, Y, batch_size=6, epochs=5, shuffle=False, verbose=0)
        return [float(number) for weight in model.get_weights() for number in weight.ravel()]
    if kind == "callback":
        return watched(getattr(keras.callbacks, name)(**settings))
    class_name = find(kind, name).__name__.removesuffix("Metric")
    thing = getattr(getattr(keras, f"{kind}s" if kind != "loss" else "losses"), class_name)(**settings)
    if kind == "regularizer":
        return [float(thing(weight)) for weight in FIRST_WEIGHTS]
    p, y = outputs_and_targets(kind, name, settings)
    if kind == "metric":
        thing.update_state(y, p)
        return [float(thing.result())]
    import jax

    values = [float(thing(y[row : row + 1], p[row : row + 1])) for row in range(len(p))]
    slopes = jax.grad(lambda outputs: thing(y, outputs) * len(p))(p)
    return [*values, *map(float, np.asarray(slopes).ravel())]


def watched(callback: Any) -> list[float]:
    """Return the rate after every epoch, the number of epochs, and the epoch whose weights come back."""
    model: Any = SimpleNamespace(
        optimizer=SimpleNamespace(learning_rate=np.float64(0.1)), stop_training=False, came_back=0
    )
    model.get_weights = lambda: len(rates) + 1
    model.set_weights = lambda epoch: setattr(model, "came_back", epoch)
    rates: list[float] = []
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(WATCHED):
        callback.on_epoch_end(epoch, {"loss": value, "val_accuracy": 1 - value})
        rates.append(float(model.optimizer.learning_rate))
        if model.stop_training:
            break
    callback.on_train_end()
    return [*rates, len(rates), model.came_back]


@pytest.mark.parametrize(("kind", "name", "settings"), EVERY, ids=[case_id(*case) for case in EVERY])
def test_keras_gives_these_numbers(kind: str, name: str, settings: dict[str, Any]) -> None:
    expected = numbers()[case_id(kind, name, settings)]
    np.testing.assert_allclose(computed(kind, name, settings), expected, rtol=1e-4, atol=1e-6)


if __name__ == "__main__":
    written = {case_id(*case): [float(f"{number:.7g}") for number in computed(*case)] for case in EVERY}
    lines = (f"{json.dumps(key)}: {json.dumps(values)}" for key, values in written.items())
    NUMBERS.write_text("{\n" + ",\n".join(lines) + "\n}\n")
