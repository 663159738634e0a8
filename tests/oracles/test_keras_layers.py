"""Whole networks of every kind of layer give Keras's numbers over 50 steps."""

import copy
import os
from typing import Any

import numpy as np
import pytest

from nn_tui.engine import layers as mine
from nn_tui.engine.models import Sequential
from tests.oracles.differences import noted

pytestmark = pytest.mark.oracle
os.environ.setdefault("KERAS_BACKEND", "jax")
keras = pytest.importorskip("keras", reason="needs the extra `oracle` (keras, jax)")

STEPS, BATCH = 50, 8
RANDOM = np.random.default_rng(0)


def dense(**settings: Any) -> tuple[str, dict[str, Any]]:
    return "Dense", settings


HEAD = [dense(units=3, activation="softmax")]
FLAT = [("Flatten", {}), *HEAD]
POOL = ("MaxPooling2D", {"pool_size": (2, 2)})

NETWORKS: dict[str, tuple[tuple[int, ...], list[tuple[str, dict[str, Any]]]]] = {
    "cnn": (
        (8, 8, 1),
        [
            ("Conv2D", {"filters": 4, "kernel_size": (3, 3), "activation": "relu"}),
            POOL,
            ("Conv2D", {"filters": 6, "kernel_size": (2, 2), "activation": "relu", "padding": "same"}),
            *FLAT,
        ],
    ),
    "cnn with strides, dilation and averages": (
        (9, 8, 2),
        [
            ("ZeroPadding2D", {"padding": (1, 2)}),
            ("Conv2D", {"filters": 4, "kernel_size": (3, 2), "strides": (2, 2), "padding": "same"}),
            (
                "Conv2D",
                {"filters": 3, "kernel_size": (2, 2), "dilation_rate": (2, 2), "activation": "tanh"},
            ),
            ("AveragePooling2D", {"pool_size": (2, 2), "padding": "same"}),
            *FLAT,
        ],
    ),
    "cnn with batch norm": (
        (8, 8, 1),
        [
            ("Conv2D", {"filters": 4, "kernel_size": (3, 3), "use_bias": False}),
            ("BatchNormalization", {}),
            ("Activation", {"activation": "relu"}),
            ("MaxPooling2D", {"pool_size": (3, 3), "strides": (2, 2), "padding": "same"}),
            ("GlobalAveragePooling2D", {}),
            *HEAD,
        ],
    ),
    "batch norm frozen": ((5,), [dense(units=6), ("BatchNormalization", {"trainable": False}), *HEAD]),
    "batch norm and dropout of 0": (
        (5,),
        [
            dense(units=6, use_bias=False),
            ("BatchNormalization", {"momentum": 0.8}),
            ("Dropout", {"rate": 0.0}),
            *HEAD,
        ],
    ),
    "layer norm": ((5,), [dense(units=6), ("LayerNormalization", {}), ("PReLU", {}), *HEAD]),
    "largest of each channel": (
        (6, 6, 2),
        [("Conv2D", {"filters": 3, "kernel_size": (2, 2)}), ("GlobalMaxPooling2D", {}), *HEAD],
    ),
    "conv1d": (
        (10, 3),
        [
            ("Conv1D", {"filters": 4, "kernel_size": 3, "activation": "relu", "padding": "same"}),
            ("MaxPooling1D", {"pool_size": 2}),
            ("Conv1D", {"filters": 4, "kernel_size": 2, "strides": 2}),
            ("LeakyReLU", {}),
            ("GlobalAveragePooling1D", {}),
            *HEAD,
        ],
    ),
    "simple rnn": (
        (6, 3),
        [("SimpleRNN", {"units": 5, "return_sequences": True}), ("SimpleRNN", {"units": 4}), *HEAD],
    ),
    "lstm": ((6, 3), [("LSTM", {"units": 5}), *HEAD]),
    "lstm, gru": ((6, 3), [("LSTM", {"units": 5, "return_sequences": True}), ("GRU", {"units": 4}), *HEAD]),
    "gru backwards": ((6, 3), [("GRU", {"units": 4, "go_backwards": True}), *HEAD]),
    "average of a series": (
        (6, 3),
        [("AveragePooling1D", {"pool_size": 3, "strides": 2}), ("GlobalMaxPooling1D", {}), *HEAD],
    ),
    "reshape": ((12,), [("Reshape", {"target_shape": (3, 4)}), ("LSTM", {"units": 3}), *HEAD]),
}


def trained_alike(one: Any, other: Any, x: np.ndarray, y: np.ndarray, optimizer: str = "adam") -> float:
    """Train both and give the largest difference of a weight, relative to its array's largest."""
    for model in (one, other):
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    other.set_weights(one.get_weights())
    fit = {"batch_size": BATCH, "shuffle": False, "verbose": 0, "validation_data": (x[:16], y[:16])}
    told, expected = one.fit(x, y, **fit).history, other.fit(x, y, **fit).history
    for name in expected:
        assert told[name][0] == pytest.approx(expected[name][0], rel=1e-5, abs=1e-6), name
    return furthest(one, other)


def furthest(one: Any, other: Any) -> float:
    return noted(
        max(
            float(np.abs(a - b).max() / (np.abs(b).max() + 1e-3))
            for a, b in zip(one.get_weights(), other.get_weights(), strict=True)
        )
    )


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_trains_as_in_keras(name: str, optimizer: str) -> None:
    shape, stack = NETWORKS[name]
    random = np.random.default_rng(len(name))
    x = random.normal(size=(STEPS * BATCH, *shape)).astype(np.float32)
    y = random.integers(0, 3, len(x))
    one = Sequential(
        [mine.Input(shape), *(getattr(mine, kind)(**settings) for kind, settings in stack)], seed=2
    )
    other = keras.Sequential(
        [keras.layers.Input(shape), *(getattr(keras.layers, kind)(**settings) for kind, settings in stack)]
    )
    assert trained_alike(one, other, x, y, optimizer) < 1e-5


class GivenDropout(keras.layers.Layer):
    """Dropout by the mask it is given, as no two programs draw the same random numbers."""

    mask: Any = None

    def call(self, inputs: Any, training: bool = False) -> Any:
        return inputs * self.mask if training else inputs


def test_dropout_and_batch_norm_switched_on_train_as_in_keras() -> None:
    x = RANDOM.normal(size=(STEPS * BATCH, 5)).astype(np.float32)
    y = RANDOM.integers(0, 3, len(x))
    one = Sequential(
        [
            mine.Input((5,)),
            mine.Dense(12, activation="relu"),
            mine.BatchNormalization(),
            mine.Dropout(0.4),
            mine.Dense(3, activation="softmax"),
        ],
        seed=1,
    )
    given = GivenDropout()
    other = keras.Sequential(
        [
            keras.layers.Input((5,)),
            keras.layers.Dense(12, activation="relu"),
            keras.layers.BatchNormalization(),
            given,
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    other.set_weights(one.get_weights())
    one.compile("sgd", "sparse_categorical_crossentropy")
    other.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=True)
    draws = copy.deepcopy(one.layers[2].random)
    for start in range(0, len(x), BATCH):
        rows = slice(start, start + BATCH)
        given.mask = (draws.random((BATCH, 12), dtype=np.float32) >= np.float32(0.4)) / np.float32(0.6)
        told, expected = one.train_on_batch(x[rows], y[rows]), other.train_on_batch(x[rows], y[rows])
        assert told == pytest.approx(float(np.ravel(expected)[0]), rel=1e-5)
    assert furthest(one, other) < 1e-5


def test_both_directions_train_as_in_keras() -> None:
    x = RANDOM.normal(size=(STEPS * BATCH, 5, 3)).astype(np.float32)
    y = RANDOM.integers(0, 3, len(x))
    inner = {"type": "LSTM", "units": 4, "return_sequences": True}
    one = Sequential(
        [
            mine.Input((5, 3)),
            mine.Bidirectional(inner),
            mine.Bidirectional({"type": "GRU", "units": 3}),
            mine.Dense(3, activation="softmax"),
        ],
        seed=1,
    )
    other = keras.Sequential(
        [
            keras.layers.Input((5, 3)),
            keras.layers.Bidirectional(keras.layers.LSTM(4, return_sequences=True)),
            keras.layers.Bidirectional(keras.layers.GRU(3)),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    assert trained_alike(one, other, x, y) < 1e-5


def test_word_numbers_train_as_in_keras() -> None:
    x = RANDOM.integers(0, 9, (STEPS * BATCH, 6))
    y = RANDOM.integers(0, 3, len(x))
    one = Sequential(
        [
            mine.Input((6,)),
            mine.Embedding(9, 4),
            mine.GlobalAveragePooling1D(),
            mine.Dense(3, activation="softmax"),
        ],
        seed=1,
    )
    other = keras.Sequential(
        [
            keras.layers.Input((6,), dtype="int32"),
            keras.layers.Embedding(9, 4),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    assert trained_alike(one, other, x, y) < 1e-5
