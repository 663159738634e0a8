"""Real Keras opens our `.keras` files and trains on from them, and we open and train on from Keras's."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.declare import in_keras, registered
from nn_tui.engine.models import Sequential
from nn_tui.experiment.spec import CompileSpec, Thing
from nn_tui.export.keras_file import KerasModel, keras_bytes, read_keras
from tests.export.stacks import built_network, stack
from tests.oracles.differences import noted

pytestmark = pytest.mark.oracle
os.environ.setdefault("KERAS_BACKEND", "jax")
keras = pytest.importorskip("keras", reason="needs the extra `oracle` (keras, jax)")
pytest.importorskip("h5py", reason="needs the extra `keras`")

ROWS, BATCH, STEPS = 24, 8, 6

# Layers behind which a Dense layer can follow, so that every network ends in numbers to learn.
LAYERS = [
    (name, index) for name, layer in registered("layer").items() for index in range(len(layer.EXAMPLES))
]
OPTIMIZERS: list[Thing] = [
    *(Thing(name) for name, kind in registered("optimizer").items() if in_keras(kind)),
    Thing("SGD", {"momentum": 0.9, "nesterov": True}),
    Thing("RMSprop", {"momentum": 0.5, "centered": True}),
    Thing("Adam", {"amsgrad": True, "clipnorm": 1.0}),
    Thing("Adam", {"learning_rate": {"type": "CosineDecay", "decay_steps": 40}}),
]
LOSS = Thing("mean_squared_error")


def rows_for(layer: Any, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    random = np.random.default_rng(3)
    if layer.takes_integers:
        return random.integers(0, layer.input_dim, (ROWS, *shape)).astype(np.float32)
    return random.normal(size=(ROWS, *shape)).astype(np.float32)


def trained(things: list[Thing], shape: tuple[int, ...], compiled: CompileSpec) -> tuple[Any, ...]:
    model = built_network(things, shape, compiled)
    first = model.layers[0]
    if hasattr(first, "rate"):
        first.rate = 0.0
    x = rows_for(first, shape)
    y = np.random.default_rng(4).normal(size=(ROWS, 2)).astype(np.float32)
    for _ in range(STEPS):
        model.fit(x, y, batch_size=BATCH, epochs=1, shuffle=False, verbose=0)
    return model, x, y


def agree(mine: Any, theirs: Any, tolerance: float) -> None:
    for one, other in zip(mine, theirs, strict=True):
        other = np.asarray(other)
        scale = max(1.0, float(np.abs(other).max(initial=0)))
        assert noted(float(np.abs(one - other).max(initial=0)) / scale) < tolerance


def step_both(model: Sequential, theirs: Any, x: Any, y: Any) -> None:
    for start in range(0, ROWS, BATCH):
        rows = slice(start, start + BATCH)
        model.fit(x[rows], y[rows], batch_size=BATCH, epochs=1, shuffle=False, verbose=0)
        theirs.train_on_batch(x[rows], y[rows])


@pytest.mark.parametrize(("name", "index"), LAYERS)
def test_keras_opens_every_layer_of_ours_and_trains_on(name: str, index: int, tmp_path: Path) -> None:
    things, shape = stack(name, index)
    compiled = CompileSpec(LOSS, Thing("Adam", {"learning_rate": 0.01}), (Thing("mae"),))
    model, x, y = trained(things, shape, compiled)
    path = tmp_path / "model.keras"
    path.write_bytes(keras_bytes(model, compiled))
    theirs = keras.saving.load_model(path)
    agree([model.predict(x)], [theirs.predict(x, verbose=0)], 1e-6)
    step_both(model, theirs, x, y)
    agree(model.get_weights(), [w for w in theirs.get_weights() if w.dtype.kind == "f"], 1e-5)


def test_what_is_frozen_inside_another_layer_stays_so_in_keras(tmp_path: Path) -> None:
    inner = {"type": "LSTM", "units": 2}
    things = [Thing("Bidirectional", {"layer": inner, "trainable": False}), Thing("Dense", {"units": 2})]
    compiled = CompileSpec(LOSS, Thing("Adam", {"learning_rate": 0.01}), (Thing("mae"),))
    model, x, y = trained(things, (3, 2), compiled)
    path = tmp_path / "model.keras"
    path.write_bytes(keras_bytes(model, compiled))
    theirs = keras.saving.load_model(path)
    assert len(theirs.trainable_variables) == 2
    step_both(model, theirs, x, y)
    agree(model.get_weights(), [w for w in theirs.get_weights() if w.dtype.kind == "f"], 1e-5)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda thing: f"{thing.type} {list(thing.settings)}")
def test_training_goes_on_in_keras_and_back(optimizer: Thing, tmp_path: Path) -> None:
    compiled = CompileSpec(LOSS, optimizer)
    things = [Thing("Dense", {"units": 5, "activation": "tanh"}), Thing("Dense", {"units": 2})]
    model, x, y = trained(things, (3,), compiled)
    path = tmp_path / "model.keras"
    path.write_bytes(keras_bytes(model, compiled))
    theirs = keras.saving.load_model(path)
    assert int(theirs.optimizer.iterations) == model.optimizer.iterations
    step_both(model, theirs, x, y)
    agree(model.get_weights(), theirs.get_weights(), 1e-5)
    # ... and what Keras made of it goes on here.
    theirs.save(path)
    read = read_keras(path)
    assert read.compile is not None
    again = built_network(list(read.layers), read.input_shape, read.compile)
    read.give_weights(again)
    assert read.give_optimizer(again) == ""
    step_both(again, theirs, x, y)
    agree(again.get_weights(), theirs.get_weights(), 1e-5)


@pytest.mark.parametrize(("name", "index"), LAYERS)
def test_we_open_every_layer_of_keras(name: str, index: int, tmp_path: Path) -> None:
    things, shape = stack(name, index)
    compiled = CompileSpec(LOSS, Thing("Adam"))
    model, x, _ = trained(things, shape, compiled)
    path = tmp_path / "model.keras"
    path.write_bytes(keras_bytes(model, compiled))
    theirs = keras.saving.load_model(path)
    theirs.save(path)  # as Keras itself writes it
    read = read_keras(path)
    assert read.compile is not None
    again = built_network(list(read.layers), read.input_shape, read.compile)
    read.give_weights(again)
    agree([again.predict(x)], [theirs.predict(x, verbose=0)], 1e-6)


def keras_model(*layers: Any) -> Any:
    made = keras.Sequential(list(layers))
    made.compile("adam", "mse")
    return made


def read_of(made: Any, tmp_path: Path) -> KerasModel:
    made.save(tmp_path / "model.keras")
    return read_keras(tmp_path / "model.keras")


def test_a_model_as_people_write_it(tmp_path: Path) -> None:
    layers = keras.layers
    made = keras.Sequential(
        [
            layers.Input((8, 8, 3)),
            layers.Conv2D(4, 3, padding="same", kernel_initializer=keras.initializers.HeNormal(seed=2)),
            layers.BatchNormalization(axis=3),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.Conv2D(4, (3, 3), activation=keras.layers.LeakyReLU(negative_slope=0.1)),
            layers.Flatten(),
            layers.Dense(8, activation="gelu", kernel_regularizer=keras.regularizers.L2(0.001)),
            layers.Dropout(0.25, seed=3),
            layers.Dense(3),
            layers.Softmax(),
        ]
    )
    made.compile(
        keras.optimizers.AdamW(0.002, weight_decay=0.01),
        keras.losses.SparseCategoricalCrossentropy(),
        metrics=["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(k=2)],
    )
    x = np.random.default_rng(0).normal(size=(16, 8, 8, 3)).astype(np.float32)
    made.fit(x, np.arange(16) % 3, epochs=2, verbose=0)
    read = read_of(made, tmp_path)
    assert [thing.type for thing in read.layers] == [
        "Conv2D", "BatchNormalization", "Activation", "MaxPooling2D", "Conv2D", "Flatten", "Dense",
        "Dropout", "Dense", "Activation",
    ]  # fmt: skip
    assert read.compile is not None and not read.notes
    assert read.compile.optimizer == Thing("AdamW", {"learning_rate": 0.002, "weight_decay": 0.01})
    assert read.compile.loss == Thing("sparse_categorical_crossentropy")
    again = built_network(list(read.layers), read.input_shape, read.compile)
    read.give_weights(again)
    assert read.give_optimizer(again) == ""
    agree([again.predict(x)], [made.predict(x, verbose=0)], 1e-6)


def test_what_the_engine_has_not_is_named(tmp_path: Path) -> None:
    from nn_tui.errors import RunError

    layers = keras.layers
    for made, words in (
        (keras_model(layers.Input((4, 4, 4, 1)), layers.Conv3D(2, 2)), "Conv3D"),
        (keras_model(layers.Input((4,)), layers.Lambda(lambda x: x)), "code of its own"),
        (keras_model(layers.Input((6, 6, 4)), layers.Conv2D(4, 2, groups=2)), "groups = 2"),
        (
            keras_model(layers.Input((4,)), layers.Dense(2, kernel_constraint="max_norm")),
            "kernel_constraint",
        ),
    ):
        with pytest.raises(RunError, match=words):
            read_of(made, tmp_path)
    one = keras.Input((4,))
    with pytest.raises(RunError, match="Functional"):
        read_of(keras.Model(one, layers.Dense(2)(one)), tmp_path)
