"""A clone is trained as the model would have been, and leaves it alone."""

from typing import Any

import numpy as np
import pytest

from nn_tui.declare import registered
from nn_tui.engine.cloning import clone
from nn_tui.engine.layers import Dense, Dropout, Input
from nn_tui.engine.models import Sequential

LAYERS = [
    pytest.param(kind, settings, shape, id=f"{name}-{number}")
    for name, kind in registered("layer").items()
    for number, (settings, shape) in enumerate(kind.EXAMPLES)
]


@pytest.mark.parametrize("name", list(registered("optimizer")))
def test_a_step_takes_the_clone_where_it_takes_the_model(name: str) -> None:
    random = np.random.default_rng(0)
    x, y = random.normal(size=(8, 3)).astype(np.float32), random.integers(0, 2, 8)
    model = Sequential(
        [Dense(4, activation="tanh", input_shape=(3,)), Dropout(0.5), Dense(2, activation="softmax")],
        seed=1,
    )
    model.compile(name, "sparse_categorical_crossentropy")
    for _ in range(3):
        model.train_on_batch(x, y)
    before = model.state()
    twin = clone(model)
    twin.train_on_batch(x, y)
    twin.train_on_batch(x, y)
    np.testing.assert_array_equal(model.state()["weights"], before["weights"])
    assert model.state()["random"] == before["random"]
    model.train_on_batch(x, y)
    model.train_on_batch(x, y)
    for one, other in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("kind", "settings", "shape"), LAYERS)
def test_every_layer_can_be_cloned(kind: Any, settings: dict[str, Any], shape: tuple[int, ...]) -> None:
    model = Sequential([Input(shape), kind(**settings)], seed=1)
    model.compile("sgd", "mean_squared_error")
    twin = clone(model)
    assert [array.shape for array in twin.get_weights()] == [array.shape for array in model.get_weights()]
    for one, other in zip(twin.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
        assert not np.shares_memory(one, other)
