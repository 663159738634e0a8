"""A layer with `trainable=False` keeps its weights under every optimizer, and is counted as frozen."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nn_tui.declare import registered
from nn_tui.engine import layers, optimizers
from nn_tui.engine.models import Sequential
from nn_tui.experiment.finetuning import is_freezable, with_frozen
from nn_tui.experiment.spec import Thing
from nn_tui.experiment.start import is_frozen
from tests.experiment.specs import small

WITH_WEIGHTS = [
    pytest.param(kind, settings, shape, id=f"{name}-{number}")
    for name, kind in registered("layer").items()
    for number, (settings, shape) in enumerate(kind.EXAMPLES)
    if kind(**settings).weights_for(shape)
]
RANDOM = np.random.default_rng(3)


def network(layer: Any, shape: tuple[int, ...], optimizer: Any) -> Sequential:
    first = [layers.Input(shape)]
    stack = [layer, layers.Flatten(), layers.Dense(1)]
    if not layer.takes_integers:
        stack = [layers.Dense(shape[-1]), *stack]
    model = Sequential([*first, *stack], seed=0)
    model.compile(optimizer, "mse")
    return model


def rows(layer: Any, shape: tuple[int, ...]) -> Any:
    return RANDOM.integers(0, 2, (12, *shape)) if layer.takes_integers else RANDOM.normal(size=(12, *shape))


@pytest.mark.parametrize("optimizer", registered("optimizer"))
@pytest.mark.parametrize(("kind", "settings", "shape"), WITH_WEIGHTS)
def test_frozen_weights_stay_and_the_others_move(
    kind: Any, settings: Any, shape: Any, optimizer: str
) -> None:
    more = {} if optimizer == "PlaygroundSGD" else {"weight_decay": 0.1}
    frozen = kind(**{**settings, "trainable": False})
    model = network(frozen, shape, registered("optimizer")[optimizer](learning_rate=0.01, **more))
    before, head = frozen.get_weights(), model.layers[-1].get_weights()
    model.fit(rows(frozen, shape), np.ones(12), epochs=2, batch_size=5, verbose=0)
    for one, other in zip(before, frozen.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert any(
        (one != other).any() for one, other in zip(head, model.layers[-1].get_weights(), strict=True)
    )


@pytest.mark.parametrize(("kind", "settings", "shape"), WITH_WEIGHTS)
def test_frozen_weights_are_counted_as_such(kind: Any, settings: Any, shape: Any) -> None:
    model = network(kind(**{**settings, "trainable": False}), shape, optimizers.SGD())
    frozen = next(layer for layer in model.layers if type(layer) is kind and not layer.trainable)
    told: list[str] = []
    model.summary(told.append)
    others = model.count_params() - frozen.count_params()
    assert f" Trainable params: {others:,} (" in told[0]
    assert f" Non-trainable params: {frozen.count_params():,} (" in told[0]
    assert len(model.gradients(rows(frozen, shape), np.ones(12))) == sum(
        len(layer.weights_for(layer.input_shape)) for layer in model.layers if layer.trainable
    )


@pytest.mark.parametrize(("kind", "settings", "shape"), WITH_WEIGHTS)
def test_a_layer_can_be_frozen_after_it_was_made(kind: Any, settings: Any, shape: Any) -> None:
    model = network(kind(**settings), shape, optimizers.SGD(0.1))
    frozen = next(layer for layer in model.layers if type(layer) is kind)
    frozen.trainable = False
    model.compile("sgd", "mse")
    before = frozen.get_weights()
    model.fit(rows(frozen, shape), np.ones(12), epochs=2, batch_size=5, verbose=0)
    for one, other in zip(before, frozen.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_layer_inside_another_is_frozen_with_it_or_alone() -> None:
    for layer in (
        layers.Bidirectional(layers.LSTM(2), trainable=False),
        layers.Bidirectional({"type": "LSTM", "units": 2, "trainable": False}),
        layers.Bidirectional(layers.GRU(2, trainable=False), trainable=True),
    ):
        model = Sequential([layers.Input((3, 2)), layer, layers.Dense(1)], seed=0)
        model.compile("adam", "mse")
        before = layer.get_weights()
        model.fit(RANDOM.normal(size=(8, 3, 2)), np.ones(8), verbose=0)
        for one, other in zip(before, layer.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)


def test_the_price_of_frozen_weights_is_not_counted() -> None:
    # As in Keras, where the penalty is that of the trainable weights.
    frozen = layers.Dense(3, kernel_regularizer="L2", trainable=False)
    model = Sequential([layers.Input((2,)), frozen, layers.Dense(1)], seed=0)
    model.compile("sgd", "mse")
    x, y = RANDOM.normal(size=(8, 2)), np.ones(8)
    assert model.penalty() == 0
    measured = model.evaluate(x, y)
    assert model.fit(x, y, verbose=0).history["loss"][0] == pytest.approx(measured, rel=1e-5)


@pytest.mark.parametrize(("kind", "settings", "shape"), WITH_WEIGHTS)
def test_a_spec_can_freeze_every_layer_with_weights(kind: Any, settings: Any, shape: Any) -> None:
    name = next(name for name, other in registered("layer").items() if other is kind)
    layer = Thing(name, {key: value for key, value in settings.items() if key != "trainable"})
    assert is_freezable(layer) and not is_frozen(layer)


def test_a_spec_lets_go_of_what_is_frozen_inside() -> None:
    inner = {"type": "LSTM", "units": 2, "trainable": False}
    spec = small()
    spec = replace(spec, layers=(Thing("Bidirectional", {"layer": inner}), *spec.layers))
    assert is_frozen(spec.layers[0])
    thawed = with_frozen(spec, 0)
    assert not is_frozen(thawed.layers[0]) and is_frozen(with_frozen(thawed, 0).layers[0])
