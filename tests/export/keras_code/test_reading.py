"""Keras code is read by its text alone: the course's, and the ways in which people write it."""

from __future__ import annotations

from typing import Any

import pytest

from nn_tui.experiment.examples import example
from nn_tui.experiment.spec import FitSpec, Spec, Thing
from nn_tui.experiment.validation import problems
from nn_tui.export.keras_code import keras_code, looks_like_keras_code, read_keras_code
from tests.export.keras_code.snippets import (
    ACTIVATION_LAYER,
    CLASSIC,
    COMPILES,
    CONVOLUTION,
    COURSE,
    FIRST,
    FOUR_LAYERS,
    LAYERS,
    REGULARIZED,
    TRIAL,
)

EVERYTHING = {**COURSE, **LAYERS, **COMPILES}


def read(text: str) -> Spec:
    return read_keras_code(text).spec


def layers(text: str) -> list[tuple[str, dict[str, Any]]]:
    return [(layer.type, dict(layer.settings)) for layer in read(text).layers]


def in_list(text: str) -> list[tuple[str, dict[str, Any]]]:
    return layers(f"model = Sequential([Input((4,)), {text}])")


def test_the_course_program_is_its_example_but_for_the_epochs() -> None:
    spec = read(TRIAL)
    course = example("clinical-trial")
    assert (spec.layers, spec.compile, spec.data) == (course.layers, course.compile, course.data)
    assert spec.fit == FitSpec(batch_size=10, epochs=30)


def test_what_does_not_build_the_network_is_passed_over_and_told_by_its_lines() -> None:
    told = read_keras_code(TRIAL).told
    assert "Passed over: lines 10-" in told and "clinical-trial is taken" in told


def test_the_older_course_program_has_two_sigmoids_and_no_validation() -> None:
    spec = read(CLASSIC)
    assert spec.layers[-1] == Thing("Dense", {"units": 2, "activation": "sigmoid"})
    assert spec.compile.optimizer == Thing("Adam", {"learning_rate": 0.0001})
    assert spec.data.source == "clinical-trial" and spec.data.validation_split == 0.0
    assert spec.fit == FitSpec(batch_size=10, epochs=20, shuffle=True)
    assert problems(spec) == ()


def test_the_first_network_of_the_course_learns_two_features() -> None:
    assert layers(FIRST) == [
        ("Dense", {"units": 3, "activation": "relu"}),
        ("Dense", {"units": 2, "activation": "softmax"}),
    ]
    assert read(FIRST).data.source == "circle"


def test_a_network_whose_rows_are_unknown_says_their_shape() -> None:
    opened = read_keras_code(FOUR_LAYERS)
    assert [layer.get("units") for layer in opened.spec.layers] == [6, 6, 4]
    assert opened.about_rows == "This network takes rows of shape (8,): choose data (D)."


def test_an_activation_may_be_a_layer() -> None:
    assert layers(ACTIVATION_LAYER) == [("Dense", {"units": 5}), ("Activation", {"activation": "relu"})]


def test_a_regularizer_and_a_rate_set_after_compile_are_taken() -> None:
    spec = read(REGULARIZED)
    assert spec.layers[1].get("kernel_regularizer") == {"type": "L2", "l2": 0.01}
    assert spec.compile.optimizer == Thing("Adam", {"learning_rate": 0.01})
    assert spec.compile.metrics == (Thing("acc"),)
    assert spec.data.validation_split == 0.1  # its own rows for validation are not in the text


@pytest.mark.parametrize(
    "line",
    [
        "model.optimizer.lr = 0.01",
        "model.optimizer.learning_rate.assign(0.01)",
        "keras.backend.set_value(model.optimizer.learning_rate, 1 / 100)",
        "K.set_value(model.optimizer.lr, .01)",
    ],
)
def test_the_rate_is_set_in_any_of_the_usual_ways(line: str) -> None:
    assert read(f"{CLASSIC.split('model.fit')[0]}{line}").compile.optimizer.get("learning_rate") == 0.01


def test_the_convolutions_of_the_course_are_read() -> None:
    opened = read_keras_code(CONVOLUTION)
    first, pool, norm, *_, last = opened.spec.layers
    assert first.settings == {
        "filters": 32, "kernel_size": (3, 3), "activation": "relu", "padding": "same",
    }  # fmt: skip
    assert pool == Thing("MaxPooling2D", {"pool_size": (2, 2), "strides": (2,), "padding": "valid"})
    assert norm == Thing("BatchNormalization")
    assert last.get("kernel_initializer") == "glorot_uniform" and last.get("use_bias") is False
    assert "(20, 20, 3)" in opened.told


@pytest.mark.parametrize(
    "imports",
    [
        "",
        "import keras\nfrom keras.models import Sequential\nfrom keras.layers import Dense",
        "from keras import Sequential\nfrom keras.layers.core import Dense",
        "from tensorflow.keras import Sequential\nfrom tensorflow.keras.layers import *",
        "from tensorflow.python.keras.layers import Dense\nfrom tf_keras import Sequential",
        "from nn_tui.engine.layers import Dense\nfrom nn_tui.engine.models import Sequential",
        "import keras as K\nfrom keras import layers as L\nDense = L.Dense; Sequential = K.Sequential",
        "import tensorflow as t\nSequential, Dense = t.keras.Sequential, t.keras.layers.Dense",
        "import tensorflow.keras as k\nDense = k.layers.Dense\nSequential = k.Sequential",
    ],
)
def test_imports_may_have_any_form(imports: str) -> None:
    assert layers(f"{imports}\nmodel = Sequential([Dense(3, 'relu', input_dim=2)])") == [
        ("Dense", {"units": 3, "activation": "relu"})
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LeakyReLU()", ("LeakyReLU", {})),
        ("LeakyReLU(alpha=.1)", ("LeakyReLU", {"negative_slope": 0.1})),
        ("Activation('leaky_relu')", ("Activation", {"activation": "leaky_relu"})),
        (
            "Dense(2, activation=LeakyReLU())",
            ("Dense", {"units": 2, "activation": {"type": "leaky_relu", "negative_slope": 0.3}}),
        ),
        ("layers.ReLU(max_value=6)", ("Activation", {"activation": "relu6"})),
        ("layers.ReLU", ("Activation", {"activation": "relu"})),
        ("Dense(2, activation=tf.nn.relu)", ("Dense", {"units": 2, "activation": "relu"})),
        ("Dense(2, activation=Activation('tanh'))", ("Dense", {"units": 2, "activation": "tanh"})),
        ("Dense(-(-7 // 2) * 2, name=f'd{i}')", ("Dense", {"units": 8})),
        ("Dense(2, kernel_initializer=keras.initializers.HeNormal())",
         ("Dense", {"units": 2, "kernel_initializer": "he_normal"})),
        ("Dense(2, kernel_regularizer='l1_l2')", ("Dense", {"units": 2, "kernel_regularizer": "L1L2"})),
        ("Dense(2, bias_constraint=None, dtype='float32')", ("Dense", {"units": 2})),
        ("Dropout(rate=1 / 4, noise_shape=None)", ("Dropout", {"rate": 0.25})),
        ("BatchNormalization(axis=1)", ("BatchNormalization", {})),
    ],
)  # fmt: skip
def test_a_layer_is_read_as_keras_means_it(text: str, expected: tuple[str, dict[str, Any]]) -> None:
    assert in_list(text)[-1] == expected


def test_variables_loops_and_functions_that_build_are_followed() -> None:
    text = """
WIDTHS = [2 ** n for n in (5, 4)] + [8]
hidden = dict(activation="tanh", use_bias=False)
def build(widths, classes=3, *, dropout=0.0):
    net = keras.Sequential(name="mine")
    net.add(keras.Input(shape=(4,)))
    for at, width in enumerate(widths):
        net.add(keras.layers.Dense(width, **hidden))
        if dropout > 0 and at < len(widths) - 1:
            net.add(keras.layers.Dropout(dropout))
    net.add(keras.layers.Dense(classes, activation="softmax"))
    net.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return net
if __name__ == "__main__":
    model = build(WIDTHS, dropout=.5)
    EPOCHS = 4
    EPOCHS *= 5
    history = model.fit(x_train, y_train, epochs=EPOCHS, verbose=0)
"""
    spec = read(text)
    assert [layer.type for layer in spec.layers] == [
        "Dense",
        "Dropout",
        "Dense",
        "Dropout",
        "Dense",
        "Dense",
    ]
    assert spec.layers[2].settings == {"units": 16, "activation": "tanh", "use_bias": False}
    assert (spec.name, spec.fit.epochs, spec.data.source) == ("mine", 20, "iris")


def test_layers_are_frozen_and_taken_out() -> None:
    spec = read(
        "model = Sequential([Dense(8, input_dim=4), Dense(5), Dense(3), Dense(9)])\n"
        "model.pop()\nfor layer in model.layers[:-1]:\n    layer.trainable = False\n"
    )
    assert [layer.get("trainable", True) for layer in spec.layers] == [False, False, True]


def test_callbacks_metrics_and_schedules_are_read() -> None:
    spec = read(
        "stop = keras.callbacks.EarlyStopping('loss', patience=3, verbose=1)\n"
        "rate = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=10, decay_rate=.9)\n"
        "model = Sequential([Dense(3, 'softmax', input_dim=4)])\n"
        "model.compile(SGD(rate, momentum=.9), SparseCategoricalCrossentropy(),"
        " metrics=['acc', keras.metrics.AUC(50)])\n"
        "model.fit(x, y, 16, 7, callbacks=[stop, ReduceLROnPlateau(factor=.5, epsilon=.1),"
        " keras.callbacks.LearningRateScheduler(lambda epoch: float(rate(epoch)))], shuffle=False)"
    )
    decay = {
        "type": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9,
    }  # fmt: skip
    assert spec.compile.optimizer == Thing("SGD", {"learning_rate": decay, "momentum": 0.9})
    assert spec.compile.metrics == (Thing("acc"), Thing("auc", {"num_thresholds": 50}))
    assert spec.fit == FitSpec(
        batch_size=16,
        epochs=7,
        shuffle=False,
        callbacks=(
            Thing("EarlyStopping", {"monitor": "loss", "patience": 3}),
            Thing("ReduceLROnPlateau", {"factor": 0.5, "min_delta": 0.1}),
            Thing("LearningRateScheduler", {"schedule": decay}),
        ),
    )


def test_the_old_decay_of_an_optimizer_is_its_schedule() -> None:
    spec = read(
        "model = Sequential([Dense(1, input_dim=2)])\nmodel.compile(SGD(decay=1e-6, lr=0.1), 'mse')"
    )
    assert spec.compile.optimizer.get("learning_rate") == {
        "type": "InverseTimeDecay", "initial_learning_rate": 0.1, "decay_steps": 1, "decay_rate": 1e-6,
    }  # fmt: skip


def test_metrics_callbacks_and_weights_that_cannot_be_had_are_told() -> None:
    told = read_keras_code(
        "model = Sequential([Dense(1, input_dim=2)])\n"
        "model.compile('sgd', 'mse', metrics=['mae', own])\n"
        "model.load_weights('w.h5')\n"
        "model.fit(x, y, callbacks=[WandbCallback(), keras.callbacks.ModelCheckpoint('m.keras')],\n"
        "          class_weight={0: 1.0})\n"
        "model.fit(x, y)\n"
    ).told
    for part in (
        "A metric is passed over: line 2",
        "Line 3: load_weights is passed over",
        "Line 4: the callback WandbCallback() is passed over",
        "Line 4: the callback ModelCheckpoint is passed over",
        "Line 4: class_weight is passed over",
        "Line 6: only the first fit is taken",
    ):
        assert part in told


def test_the_seed_is_taken() -> None:
    assert read(f"keras.utils.set_random_seed(42)\n{FIRST}").seed == 42


def test_the_last_trained_of_several_models_is_taken() -> None:
    opened = read_keras_code(
        f"{FIRST}model.fit(x, y)\nother = Sequential([Dense(9, input_dim=3)])\nprint(other)"
    )
    assert [layer.get("units") for layer in opened.spec.layers] == [3, 2]
    assert "Of 2 models the one of line 4 is taken" in opened.told


def test_cells_of_a_notebook_and_indented_pieces_are_read() -> None:
    assert len(layers(f"%matplotlib inline\n!pip install keras\n{FIRST}")) == 2
    assert len(layers("    model.add(Dense(3, input_dim=2))\n    model.add(Dense(1))\n")) == 2


@pytest.mark.parametrize("name", EVERYTHING)
def test_code_of_what_was_read_is_stable(name: str) -> None:
    once = keras_code(read(EVERYTHING[name]))
    again = read_keras_code(once)
    assert keras_code(again.spec) == once
    assert again.spec.layers == read(EVERYTHING[name]).layers


def test_keras_code_is_told_from_other_text() -> None:
    assert all(map(looks_like_keras_code, EVERYTHING.values()))
    assert not any(map(looks_like_keras_code, ("hello", "age,sex\n1,2\n", "import os\nprint(3)", "")))
