"""The same weights, batches and settings give Keras's numbers over 50 steps."""

import os
from typing import Any

import numpy as np
import pytest

from nn_tui.declare import registered
from nn_tui.engine import layers
from nn_tui.engine.models import Sequential
from tests.oracles.differences import noted

pytestmark = pytest.mark.oracle
os.environ.setdefault("KERAS_BACKEND", "jax")
keras = pytest.importorskip("keras", reason="needs the extra `oracle` (keras, jax)")

STEPS, BATCH = 50, 12
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(STEPS * BATCH, 4)).astype(np.float32)
CLASSES = (np.abs(X[:, 0]) + X[:, 1] > 0.5).astype(np.int64) + (X[:, 2] > 1)
VALUES = (X @ [[0.5], [-1.0], [0.2], [0.0]] + 0.3).astype(np.float32)


def targets(loss: str, units: int) -> np.ndarray:
    if loss == "sparse_categorical_crossentropy":
        return CLASSES % units
    if loss in ("categorical_crossentropy", "kl_divergence"):
        return np.eye(units, dtype=np.float32)[CLASSES % units]
    if loss in ("binary_crossentropy", "hinge", "squared_hinge"):
        return (CLASSES > 0).astype(np.float32)[:, None].repeat(units, axis=1)
    return np.abs(VALUES).repeat(units, axis=1) if loss == "poisson" else VALUES.repeat(units, axis=1)


def both(
    stack: list[tuple[str, dict[str, Any]]],
    optimizer: str,
    settings: dict[str, Any],
    loss: Any,
    metrics: list[str],
) -> Any:
    from nn_tui.engine import optimizers
    from nn_tui.engine.resolving import resolve

    def for_keras(values: dict[str, Any]) -> dict[str, Any]:
        return {
            key: keras.regularizers.get(
                {"class_name": value["type"], "config": {k: v for k, v in value.items() if k != "type"}}
            )
            if isinstance(value, dict)
            else value
            for key, value in values.items()
        }

    mine = Sequential(
        [layers.Input((4,)), *(resolve("layer", {"type": name, **values}) for name, values in stack)],
        seed=1,
    )
    theirs = keras.Sequential(
        [
            keras.layers.Input((4,)),
            *(getattr(keras.layers, name)(**for_keras(values)) for name, values in stack),
        ]
    )
    mine.compile(getattr(optimizers, optimizer)(**settings), loss, metrics)
    theirs.compile(getattr(keras.optimizers, optimizer)(**settings), loss, metrics=metrics)
    theirs.set_weights(mine.get_weights())
    return mine, theirs


def compare(mine: Any, theirs: Any, y: np.ndarray, tolerance: float = 1e-5) -> None:
    fit = {
        "batch_size": BATCH,
        "epochs": 1,
        "shuffle": False,
        "verbose": 0,
        "validation_data": (X[:40], y[:40]),
    }
    told, expected = mine.fit(X, y, **fit).history, theirs.fit(X, y, **fit).history
    assert list(told) == list(expected)
    for name in told:
        assert told[name][0] == pytest.approx(expected[name][0], rel=tolerance, abs=1e-6), name
    for one, other in zip(mine.get_weights(), theirs.get_weights(), strict=True):
        scale = np.abs(other).max() + 1e-6
        assert noted(np.abs(one - other).max() / scale) < tolerance


NET = [("Dense", {"units": 8, "activation": "relu"}), ("Dense", {"units": 6, "activation": "tanh"})]

OPTIMIZERS = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True, "learning_rate": 0.02}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.8, "centered": True}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "learning_rate": 0.01}),
    ("Adam", {"weight_decay": 0.1, "clipnorm": 0.05}),
    ("Adam", {"clipvalue": 0.01}),
    ("SGD", {"global_clipnorm": 0.1, "weight_decay": 0.02}),
    ("Adagrad", {"learning_rate": 0.02}),
    ("Adadelta", {"learning_rate": 1.0}),
    ("AdamW", {}),
    ("Adamax", {}),
    ("Nadam", {}),
    ("Lion", {"learning_rate": 0.0003}),
]


@pytest.mark.parametrize(("optimizer", "settings"), OPTIMIZERS, ids=str)
def test_optimizers(optimizer: str, settings: dict[str, Any]) -> None:
    stack = [*NET, ("Dense", {"units": 3, "activation": "softmax"})]
    mine, theirs = both(stack, optimizer, settings, "sparse_categorical_crossentropy", ["accuracy"])
    compare(mine, theirs, CLASSES)


@pytest.mark.parametrize("activation", [name for name in registered("activation") if name != "log_softmax"])
def test_activations(activation: str) -> None:
    stack = [
        ("Dense", {"units": 8, "activation": activation, "kernel_initializer": "random_normal"}),
        ("Dense", {"units": 5, "kernel_initializer": "random_normal"}),
        ("Activation", {"activation": activation}),
        ("Dense", {"units": 1}),
    ]
    mine, theirs = both(stack, "SGD", {"learning_rate": 0.003}, "mean_squared_error", ["mae"])
    compare(mine, theirs, VALUES)


LOSSES = [
    ("mean_squared_error", 1, "linear"),
    ("mean_squared_error", 3, "tanh"),
    ("mean_absolute_error", 1, "linear"),
    ("mean_absolute_percentage_error", 1, "linear"),
    ("huber", 2, "linear"),
    ("log_cosh", 1, "linear"),
    ("binary_crossentropy", 1, "sigmoid"),
    ("binary_crossentropy", 3, "sigmoid"),
    ("categorical_crossentropy", 3, "softmax"),
    ("categorical_crossentropy", 2, "sigmoid"),
    ("sparse_categorical_crossentropy", 2, "sigmoid"),
    ("sparse_categorical_crossentropy", 2, "softmax"),
    ("hinge", 1, "tanh"),
    ("squared_hinge", 1, "tanh"),
    ("poisson", 1, "softplus"),
    ("kl_divergence", 3, "softmax"),
]


@pytest.mark.parametrize(("loss", "units", "activation"), LOSSES)
def test_losses(loss: str, units: int, activation: str) -> None:
    stack = [*NET, ("Dense", {"units": units, "activation": activation})]
    rate = 1e-5 if loss == "mean_absolute_percentage_error" else 0.01
    metrics = ["accuracy"] if "crossentropy" in loss else ["mae", "mse"]
    mine, theirs = both(stack, "SGD", {"learning_rate": rate}, loss, metrics)
    compare(mine, theirs, targets(loss, units))


@pytest.mark.parametrize(
    ("behind", "loss"),
    [
        ([("Reshape", {"target_shape": (3, 1)}), ("Flatten", {})], "binary_crossentropy"),
        ([("Flatten", {}), ("Dropout", {"rate": 0.0})], "binary_crossentropy"),
        (
            [("Reshape", {"target_shape": (1, 3)}), ("GlobalAveragePooling1D", {})],
            "categorical_crossentropy",
        ),
        ([("Reshape", {"target_shape": (3,)})], "kl_divergence"),
    ],
    ids=str,
)
def test_losses_of_probabilities_behind_layers_that_only_lay_out(
    behind: list[tuple[str, dict[str, Any]]], loss: str
) -> None:
    activation = "sigmoid" if loss == "binary_crossentropy" else "softmax"
    stack = [*NET, ("Dense", {"units": 3, "activation": activation}), *behind]
    mine, theirs = both(stack, "SGD", {"learning_rate": 0.05}, loss, ["mae"])
    compare(mine, theirs, targets(loss, 3))


@pytest.mark.parametrize(
    "regularizer",
    [{"type": "L1", "l1": 0.01}, {"type": "L2", "l2": 0.02}, {"type": "L1L2", "l1": 0.01, "l2": 0.02}],
    ids=str,
)
def test_regularizers(regularizer: dict[str, Any]) -> None:
    stack = [
        ("Dense", {"units": 8, "activation": "relu", "kernel_regularizer": regularizer}),
        (
            "Dense",
            {
                "units": 3,
                "activation": "softmax",
                "bias_regularizer": {"type": "L2", "l2": 0.1},
                "kernel_regularizer": regularizer,
            },
        ),
    ]
    mine, theirs = both(
        stack, "SGD", {"learning_rate": 0.02}, "sparse_categorical_crossentropy", ["accuracy"]
    )
    compare(mine, theirs, CLASSES)


def test_the_course_network() -> None:
    stack = [
        ("Dense", {"units": 16, "activation": "relu"}),
        ("Dense", {"units": 32, "activation": "relu", "kernel_regularizer": {"type": "L2", "l2": 0.01}}),
        ("Dense", {"units": 2, "activation": "sigmoid"}),
    ]
    mine, theirs = both(
        stack, "Adam", {"learning_rate": 0.0001}, "sparse_categorical_crossentropy", ["accuracy"]
    )
    compare(mine, theirs, CLASSES % 2)


@pytest.mark.parametrize(
    ("metric", "units"),
    [
        ("precision", 1),
        ("recall", 1),
        ("auc", 1),
        ("mean_squared_error", 1),
        ("root_mean_squared_error", 1),
        ("r2_score", 1),
        ("f1_score", 3),
        ("top_k_categorical_accuracy", 3),
    ],
)
def test_metrics(metric: str, units: int) -> None:
    mine, theirs = both(
        [*NET, ("Dense", {"units": units, "activation": "sigmoid"})],
        "SGD",
        {},
        "binary_crossentropy",
        [metric],
    )
    y = targets("binary_crossentropy", units)
    theirs.compile(
        loss="binary_crossentropy",
        metrics=[
            keras.metrics.get(metric)
            if metric == "mean_squared_error"
            else {
                "precision": keras.metrics.Precision,
                "recall": keras.metrics.Recall,
                "auc": keras.metrics.AUC,
                "root_mean_squared_error": keras.metrics.RootMeanSquaredError,
                "r2_score": keras.metrics.R2Score,
                "f1_score": lambda: keras.metrics.F1Score(average="macro"),
                "top_k_categorical_accuracy": lambda: keras.metrics.TopKCategoricalAccuracy(k=5),
            }[metric]()
        ],
    )
    theirs.set_weights(mine.get_weights())
    expected = theirs.evaluate(X, y, verbose=0)[1]
    assert mine.evaluate(X, y)[1] == pytest.approx(expected, rel=1e-5)


SCHEDULES = [
    ("ExponentialDecay", {"initial_learning_rate": 0.05, "decay_steps": 7, "decay_rate": 0.8}),
    (
        "ExponentialDecay",
        {"initial_learning_rate": 0.05, "decay_steps": 7, "decay_rate": 0.8, "staircase": True},
    ),
    ("InverseTimeDecay", {"initial_learning_rate": 0.05, "decay_steps": 7, "decay_rate": 0.5}),
    ("PolynomialDecay", {"initial_learning_rate": 0.05, "decay_steps": 30, "power": 2.0}),
    ("PolynomialDecay", {"initial_learning_rate": 0.05, "decay_steps": 8, "cycle": True}),
    ("PiecewiseConstantDecay", {"boundaries": [9, 30], "values": [0.05, 0.02, 0.01]}),
    ("CosineDecay", {"initial_learning_rate": 0.05, "decay_steps": 40, "alpha": 0.1}),
    (
        "CosineDecay",
        {"initial_learning_rate": 0.001, "decay_steps": 30, "warmup_target": 0.05, "warmup_steps": 10},
    ),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.05, "first_decay_steps": 9, "m_mul": 0.7}),
]


@pytest.mark.parametrize(("schedule", "settings"), SCHEDULES, ids=str)
def test_schedules(schedule: str, settings: dict[str, Any]) -> None:
    from nn_tui.engine import schedules

    mine_says = getattr(schedules, schedule)(**settings)
    theirs_says = getattr(keras.optimizers.schedules, schedule)(**settings)
    for step in range(60):
        assert mine_says(step) == pytest.approx(float(theirs_says(step)), rel=2e-5, abs=1e-9), step
    stack = [*NET, ("Dense", {"units": 3, "activation": "softmax"})]
    mine, theirs = both(stack, "SGD", {}, "sparse_categorical_crossentropy", ["accuracy"])
    mine.optimizer.learning_rate = mine_says
    theirs.compile(
        keras.optimizers.SGD(theirs_says), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    compare(mine, theirs, CLASSES)


@pytest.mark.parametrize("shares", ["given", "split"])
def test_validation_rows_count_by_their_weights(shares: str) -> None:
    stack = [*NET, ("Dense", {"units": 1, "activation": "sigmoid"})]
    mine, theirs = both(stack, "SGD", {}, "binary_crossentropy", ["accuracy"])
    y, weights = (CLASSES > 0).astype(np.float32), np.linspace(0.1, 3, len(X)).astype(np.float32)
    rows: dict[str, Any] = {"validation_split": 0.25, "sample_weight": weights}
    if shares == "given":
        rows = {"validation_data": (X[:40], y[:40], weights[:40])}
    told, expected = (
        model.fit(X, y, batch_size=BATCH, epochs=3, shuffle=False, verbose=0, **rows).history
        for model in (mine, theirs)
    )
    for name in expected:
        np.testing.assert_allclose(told[name], expected[name], rtol=1e-5, err_msg=name)
    assert mine.evaluate(X, y, sample_weight=weights.tolist()) == pytest.approx(
        theirs.evaluate(X, y, sample_weight=weights, verbose=0), rel=1e-5
    )


COURSE: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "2-3-2": [
        ("Dense", {"units": 3, "activation": "relu"}),
        ("Dense", {"units": 2, "activation": "softmax"}),
    ],
    "8-6-6-4": [
        ("Dense", {"units": 8}),
        ("Dense", {"units": 6, "activation": "relu"}),
        ("Dense", {"units": 6, "activation": "relu"}),
        ("Dense", {"units": 4, "activation": "softmax"}),
    ],
}


@pytest.mark.parametrize("name", COURSE)
def test_the_other_networks_of_the_course(name: str) -> None:
    mine, theirs = both(COURSE[name], "Adam", {}, "sparse_categorical_crossentropy", ["accuracy"])
    compare(mine, theirs, CLASSES % 2)


def test_stopping_early_and_lowering_the_rate() -> None:
    from nn_tui.engine import callbacks

    stack = [*NET, ("Dense", {"units": 3, "activation": "softmax"})]
    mine, theirs = both(
        stack, "Adam", {"learning_rate": 0.05}, "sparse_categorical_crossentropy", ["accuracy"]
    )
    told = []
    for model, home in ((mine, callbacks), (theirs, keras.callbacks)):
        watchers = [
            home.ReduceLROnPlateau(factor=0.5, patience=1, min_delta=0.001),
            home.EarlyStopping(patience=4, restore_best_weights=True),
        ]
        told.append(
            model.fit(
                X[:60], CLASSES[:60] % 2, batch_size=20, epochs=60, shuffle=False, verbose=0,
                validation_data=(X[60:100], CLASSES[60:100] % 2), callbacks=watchers,
            ).history
        )  # fmt: skip
    assert len(told[0]["loss"]) == len(told[1]["loss"]) < 60
    np.testing.assert_allclose(told[0]["learning_rate"], told[1]["learning_rate"], rtol=1e-6)
    np.testing.assert_allclose(told[0]["val_loss"], told[1]["val_loss"], rtol=1e-3)
