"""The small trainings that are recorded of Keras 3 and compared with the engine.

Nothing here is random: weights and rows are sines of their place, so that Keras and the engine start alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Settings = dict[str, Any]
Stack = tuple[tuple[str, Settings], ...]
Array = NDArray[Any]

STEPS, BATCH = 4, 5


@dataclass(frozen=True)
class Training:
    """A network, what it learns and how; `shape` is that of a row.

    Attributes:
        stack: the layers' classes and their arguments.
        shape: of a row.
        loss: its registered name.
        optimizer: its class and its arguments.
    """

    stack: Stack
    shape: tuple[int, ...] = (4,)
    loss: str = "mean_squared_error"
    optimizer: tuple[str, Settings] = ("SGD", {"learning_rate": 0.1})

    @property
    def words(self) -> int:
        """The number of words that rows are made of; 0 for rows of numbers."""
        first, settings = self.stack[0]
        return int(settings["input_dim"]) if first == "Embedding" else 0


def wave(shape: tuple[int, ...], phase: float = 0.0, scale: float = 0.5) -> Array:
    """Return float32 numbers in a shape, between -scale and scale, none like another."""
    places = np.arange(int(np.prod(shape)), dtype=np.float64)
    return (scale * np.sin(1.7 * places + phase + 0.3)).astype(np.float32).reshape(shape)


def rows_of(case: Training) -> Array:
    """Return the rows that a case is trained on: (steps * batch, *shape)."""
    shape = (STEPS * BATCH, *case.shape)
    if case.words:
        return (np.arange(np.prod(shape)).reshape(shape) * 7 % case.words).astype(np.int32)
    return wave(shape, 0.1, 1.5)


def targets_of(case: Training, units: int) -> Array:
    """Return targets that suit the loss of a case, for an output of so many units."""
    if case.loss == "sparse_categorical_crossentropy":
        return np.arange(STEPS * BATCH) * 5 % 7 % units
    return wave((STEPS * BATCH, units), 0.7, 1.0)


def _dense(units: int, **settings: Any) -> tuple[str, Settings]:
    return "Dense", {"units": units, **settings}


_L1L2 = {"type": "L1L2", "l1": 0.01, "l2": 0.02}
_SERIES, _IMAGE = (5, 3), (6, 5, 2)
_HEAD = (_dense(2),)
_FLAT = (("Flatten", {}), *_HEAD)


def _layer(name: str, shape: tuple[int, ...] = (4,), /, flat: bool = False, **settings: Any) -> Training:
    return Training(((name, settings), *(_FLAT if flat else _HEAD)), shape)


LAYERS = {
    "Activation": Training((_dense(3), ("Activation", {"activation": "tanh"}), *_HEAD)),
    "AveragePooling1D": _layer("AveragePooling1D", _SERIES, True, pool_size=2),
    "AveragePooling1D same": _layer(
        "AveragePooling1D", _SERIES, True, pool_size=3, strides=2, padding="same"
    ),
    "AveragePooling2D": _layer("AveragePooling2D", _IMAGE, True, pool_size=(2, 2)),
    "AveragePooling2D same": _layer(
        "AveragePooling2D", _IMAGE, True, pool_size=(3, 2), strides=(2, 1), padding="same"
    ),
    "BatchNormalization": Training((_dense(3), ("BatchNormalization", {}), *_HEAD)),
    "BatchNormalization set": Training(
        (_dense(3), ("BatchNormalization", {"momentum": 0.7, "epsilon": 0.05, "center": False}), *_HEAD)
    ),
    "BatchNormalization without scale": Training(
        (_dense(3), ("BatchNormalization", {"scale": False}), *_HEAD)
    ),
    "Bidirectional": _layer("Bidirectional", _SERIES, layer={"type": "LSTM", "units": 2}),
    "Bidirectional series": _layer(
        "Bidirectional", _SERIES, True, layer={"type": "GRU", "units": 2, "return_sequences": True}
    ),
    "Conv1D": _layer("Conv1D", _SERIES, True, filters=3, kernel_size=2),
    "Conv1D set": _layer(
        "Conv1D", _SERIES, True,
        filters=3, kernel_size=3, strides=2, padding="same", use_bias=False, activation="relu",
    ),
    "Conv1D dilated": _layer("Conv1D", _SERIES, True, filters=2, kernel_size=2, dilation_rate=3),
    "Conv2D": _layer("Conv2D", _IMAGE, True, filters=3, kernel_size=(2, 3)),
    "Conv2D set": _layer(
        "Conv2D", _IMAGE, True,
        filters=2, kernel_size=(3, 3), strides=(2, 2), padding="same", activation="tanh",
    ),
    "Conv2D dilated": _layer("Conv2D", _IMAGE, True, filters=2, kernel_size=(2, 2), dilation_rate=(2, 2)),
    "Dense": _layer("Dense", units=3),
    "Dense set": _layer(
        "Dense", units=3, activation="relu", use_bias=False, kernel_regularizer=_L1L2
    ),
    "Dense penalties": _layer("Dense", units=3, kernel_regularizer=_L1L2, bias_regularizer={"type": "L2"}),
    "Dropout": Training((_dense(3), ("Dropout", {"rate": 0.0}), *_HEAD)),
    "Embedding": _layer("Embedding", (3,), True, input_dim=9, output_dim=2),
    "Flatten": _layer("Flatten", _SERIES),
    "GRU": _layer("GRU", _SERIES, units=3),
    "GRU set": _layer(
        "GRU", _SERIES, True, units=3, activation="relu", recurrent_activation="hard_sigmoid",
        return_sequences=True, go_backwards=True,
    ),
    "GaussianNoise": Training((_dense(3), ("GaussianNoise", {"stddev": 0.0}), *_HEAD)),
    "GlobalAveragePooling1D": _layer("GlobalAveragePooling1D", _SERIES),
    "GlobalAveragePooling2D": _layer("GlobalAveragePooling2D", _IMAGE),
    "GlobalMaxPooling1D": _layer("GlobalMaxPooling1D", _SERIES),
    "GlobalMaxPooling2D": _layer("GlobalMaxPooling2D", _IMAGE),
    "LSTM": _layer("LSTM", _SERIES, units=3),
    "LSTM set": _layer(
        "LSTM", _SERIES, True, units=3, activation="softsign", recurrent_activation="hard_sigmoid",
        return_sequences=True, unit_forget_bias=False,
    ),
    "LayerNormalization": Training((_dense(3), ("LayerNormalization", {}), *_HEAD)),
    "LayerNormalization set": Training(
        (_dense(3), ("LayerNormalization", {"epsilon": 0.1, "center": False, "scale": False}), *_HEAD)
    ),
    "LeakyReLU": Training((_dense(3), ("LeakyReLU", {}), *_HEAD)),
    "LeakyReLU set": Training((_dense(3), ("LeakyReLU", {"negative_slope": 0.05}), *_HEAD)),
    "MaxPooling1D": _layer("MaxPooling1D", _SERIES, True, pool_size=2),
    "MaxPooling1D same": _layer("MaxPooling1D", _SERIES, True, pool_size=3, strides=2, padding="same"),
    "MaxPooling2D": _layer("MaxPooling2D", _IMAGE, True),
    "MaxPooling2D same": _layer(
        "MaxPooling2D", _IMAGE, True, pool_size=(3, 2), strides=(2, 1), padding="same"
    ),
    "PReLU": Training((_dense(3), ("PReLU", {}), *_HEAD)),
    "Reshape": _layer("Reshape", (6,), True, target_shape=(2, 3)),
    "SimpleRNN": _layer("SimpleRNN", _SERIES, units=3),
    "SimpleRNN set": _layer(
        "SimpleRNN", _SERIES, True, units=3, activation="relu", use_bias=False, return_sequences=True
    ),
    "ZeroPadding2D": _layer("ZeroPadding2D", _IMAGE, True, padding=(1, 2)),
}  # fmt: skip

ACTIVATIONS = (
    "elu", "exponential", "gelu", "hard_sigmoid", "leaky_relu", "linear", "log_softmax", "mish", "relu",
    "relu6", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "tanh",
)  # fmt: skip

_CLASSES = (_dense(4, activation="tanh"), _dense(3, activation="softmax"))

_CROSS = "sparse_categorical_crossentropy"

OPTIMIZERS = {
    f"{name} {settings}" if settings else name: Training(
        _CLASSES, loss="sparse_categorical_crossentropy", optimizer=(name, settings)
    )
    for name, settings in (
        ("Adadelta", {}),
        ("Adadelta", {"learning_rate": 0.5, "rho": 0.8, "epsilon": 1e-3, "weight_decay": 0.02}),
        ("Adagrad", {}),
        ("Adagrad", {"learning_rate": 0.5, "initial_accumulator_value": 0.4, "epsilon": 1e-3}),
        ("Adam", {}),
        ("Adam", {"learning_rate": 0.1, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 1e-3}),
        ("Adam", {"amsgrad": True, "learning_rate": 0.1, "epsilon": 0.01}),
        ("Adam", {"clipnorm": 0.05, "weight_decay": 0.05}),
        ("AdamW", {}),
        ("AdamW", {"learning_rate": 0.1, "weight_decay": 0.1, "beta_1": 0.6, "epsilon": 0.01}),
        ("Adamax", {}),
        ("Adamax", {"learning_rate": 0.1, "beta_1": 0.7, "beta_2": 0.8, "epsilon": 1e-3}),
        ("Lion", {}),
        ("Lion", {"learning_rate": 0.01, "beta_1": 0.7, "beta_2": 0.9}),
        ("Nadam", {}),
        ("Nadam", {"learning_rate": 0.1, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 1e-3}),
        ("RMSprop", {}),
        (
            "RMSprop",
            {"learning_rate": 0.05, "rho": 0.7, "momentum": 0.6, "epsilon": 1e-3, "centered": True},
        ),
        ("SGD", {}),
        ("SGD", {"learning_rate": 0.2, "momentum": 0.8}),
        ("SGD", {"learning_rate": 0.2, "momentum": 0.8, "nesterov": True, "clipvalue": 0.01}),
        ("SGD", {"learning_rate": 0.2, "global_clipnorm": 0.05}),
    )
}


TRAININGS: dict[str, Training] = {
    **{f"layer {name}": case for name, case in LAYERS.items()},
    **{
        f"activation {name}": Training((_dense(3, activation=name), *_HEAD)) for name in ACTIVATIONS
    },
    **{f"optimizer {name}": case for name, case in OPTIMIZERS.items()},
}  # fmt: skip
