"""What `fit` means: losses, splits, order, partial batches, live changes, and going on."""

import math
import tracemalloc
import warnings
from itertools import islice
from typing import Any

import numpy as np
import pytest

from nn_tui.engine import layers, losses, regularizers
from nn_tui.engine.layers.layer import Layer
from nn_tui.engine.models import Sequential
from nn_tui.engine.optimizers import SGD, Adam
from nn_tui.engine.training import Training
from nn_tui.errors import DataError, DivergedError, ShapeError, SpecError

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(53, 3)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)


def model(seed: int = 0, **compile_with: object) -> Sequential:
    made = Sequential(
        [
            layers.Dense(5, activation="relu", input_shape=(3,), kernel_regularizer="L2"),
            layers.Dropout(0.2),
            layers.Dense(2, activation="softmax"),
        ],
        seed=seed,
    )
    settings = {"optimizer": Adam(0.01), "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]}
    made.compile(**{**settings, **compile_with})
    return made


def test_the_course_code_runs_as_it_is_written() -> None:
    from nn_tui.engine.layers import Activation
    from nn_tui.engine.layers.core import Dense
    from nn_tui.engine.metrics import categorical_crossentropy, sparse_categorical_crossentropy

    built = Sequential(
        [Dense(units=5, input_shape=(3,), activation="relu"), Dense(units=2), Activation("softmax")]
    )
    built.compile(
        optimizer=Adam(learning_rate=0.0001), loss=sparse_categorical_crossentropy, metrics=["accuracy"]
    )
    built.fit(x=X, y=Y, batch_size=10, epochs=2, shuffle=True, verbose=0)
    built.optimizer.learning_rate = 0.01
    assert built.optimizer.learning_rate == 0.01
    added = Sequential()
    added.add(Dense(16, input_shape=(3,), activation="relu"))
    added.add(Dense(32, activation="relu", kernel_regularizer=regularizers.l2(0.01)))
    added.add(Dense(2, activation="sigmoid"))
    assert added.count_params() == 64 + 544 + 66
    added.compile(Adam(), loss=categorical_crossentropy, metrics=["accuracy"])
    added.fit(X, np.eye(2)[Y], verbose=0)


def test_the_loss_of_an_epoch_is_the_mean_before_each_update_with_the_penalty() -> None:
    one = model(optimizer=SGD(0.1))
    one.layers[1].rate = 0.0
    told = one.fit(X, Y, batch_size=20, shuffle=False, verbose=0).history["loss"][0]
    other = model(optimizer=SGD(0.1))
    other.layers[1].rate = 0.0
    total = 0.0
    for start in (0, 20, 40):
        x, y = X[start : start + 20], Y[start : start + 20]
        loss, _ = other.evaluate(x, y)
        total += loss * len(x)
        assert other.train_on_batch(x, y)[0] == pytest.approx(loss, rel=1e-5)
    assert told == pytest.approx(total / 53, rel=1e-5)
    for mine, others in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(mine, others, rtol=1e-5, atol=1e-7)


def test_history_is_as_in_keras() -> None:
    history = model().fit(X, Y, epochs=3, validation_split=0.2, verbose=0)
    assert list(history.history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert history.epoch == [0, 1, 2]
    assert all(isinstance(value, float) for value in history.history["loss"])


def test_validation_takes_the_last_rows_before_shuffling() -> None:
    one, other = model(), model()
    split = one.fit(X, Y, epochs=2, validation_split=0.25, verbose=0)
    given = other.fit(X[:39], Y[:39], epochs=2, validation_data=(X[39:], Y[39:]), verbose=0)
    assert split.history == given.history
    loss, accuracy = one.evaluate(X[39:], Y[39:])
    assert split.history["val_loss"][-1] == pytest.approx(loss)
    assert split.history["val_accuracy"][-1] == pytest.approx(accuracy)


def test_the_same_seed_is_the_same_run_and_another_is_not() -> None:
    runs = [model(seed).fit(X, Y, epochs=3, verbose=0).history for seed in (4, 4, 5)]
    assert runs[0] == runs[1] != runs[2]


def test_sample_and_class_weights_count_as_in_keras() -> None:
    one, other = model(optimizer=SGD(0.1)), model(optimizer=SGD(0.1))
    weights = np.where(Y == 1, 3.0, 1.0)
    by_class = one.fit(X, Y, class_weight={1: 3.0}, shuffle=False, verbose=0)
    by_row = other.fit(X, Y, sample_weight=weights, shuffle=False, verbose=0)
    assert by_class.history == by_row.history
    assert by_class.history != model(optimizer=SGD(0.1)).fit(X, Y, shuffle=False, verbose=0).history


@pytest.mark.parametrize("batches", [0, 1, 6, 7, 8, 20])
def test_training_goes_on_bit_for_bit(batches: int) -> None:
    whole = model()
    training = Training(whole, X, Y, batch_size=8, epochs=4, validation_data=(X, Y))
    for _ in training:
        pass
    part = model()
    begun = Training(part, X, Y, batch_size=8, epochs=4, validation_data=(X, Y))
    for _ in islice(begun, batches):
        pass
    kept = part.state(), begun.state()
    again = model(seed=99)
    continued = Training(again, X, Y, batch_size=8, epochs=4, validation_data=(X, Y))
    again.restore(kept[0])
    continued.restore(kept[1])
    for _ in continued:
        pass
    assert continued.history == training.history
    np.testing.assert_array_equal(again.trained_weights, whole.trained_weights)


def test_another_batch_size_holds_from_the_next_batch_on() -> None:
    built = model()
    training = Training(built, X, Y, batch_size=10, epochs=1)
    steps = iter(training)
    next(steps)
    assert training.steps_per_epoch == 6
    training.batch_size = 43
    assert training.steps_per_epoch == 2
    assert next(steps) is True and training.epoch == 1


def test_another_batch_size_gives_adam_the_same_slopes_as_keras_would() -> None:
    built, other = model(), model()
    for one in (built, other):
        one.layers[1].rate = 0.0
    built.train_on_batch(X[:10], Y[:10])
    built.train_on_batch(X[:40], Y[:40])
    other.train_on_batch(np.tile(X[:10], (4, 1)), np.tile(Y[:10], 4))
    other.train_on_batch(X[:40], Y[:40])
    np.testing.assert_allclose(built.trained_weights, other.trained_weights, rtol=2e-4, atol=2e-6)


def test_a_setting_changed_between_batches_holds_at_the_next() -> None:
    built = model(optimizer=SGD(0.1))
    before = built.trained_weights.copy()
    built.optimizer.learning_rate = 1e-30
    built.train_on_batch(X, Y)
    np.testing.assert_allclose(built.trained_weights, before, atol=1e-25)


def test_what_is_not_trainable_does_not_move() -> None:
    built = Sequential(
        [
            layers.Dense(4, activation="tanh", input_shape=(3,), trainable=False),
            layers.Dense(2, activation="softmax"),
        ],
        seed=0,
    )
    built.compile("adam", "sparse_categorical_crossentropy")
    before = built.get_weights()
    built.fit(X, Y, verbose=0)
    after = built.get_weights()
    np.testing.assert_array_equal(before[0], after[0])
    assert (before[2] != after[2]).any()


def test_divergence_is_told_and_the_weights_are_the_last_good_ones() -> None:
    built = model(optimizer=SGD(1e25))
    before = built.trained_weights.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DivergedError, match="epoch 1, batch") as caught:
            built.fit(X, Y, epochs=50, verbose=0)
    assert "learning rate 1e+25 is probably too high" in caught.value.remedy
    np.testing.assert_array_equal(built.trained_weights, before)


def test_a_loss_that_leaves_the_finite_numbers_at_the_end_of_an_epoch_alone_is_told_as_that() -> None:
    built = Sequential([layers.Dense(1, use_bias=False, input_shape=(1,))])
    built.compile(SGD(1e-3), "mse")
    built.set_weights([np.full((1, 1), 1e23, np.float32)])  # an output of 1e20: its square is too large
    x = np.full((2, 1), 1e-3, np.float32)
    training = Training(built, x, 0 * x, batch_size=1, epochs=3)
    with pytest.raises(DivergedError, match="in epoch 1, at its end; the weights"):
        list(training)
    assert built.get_weights()[0].item() == np.float32(1e23)
    assert (training.epoch, training.batch, training.state()["row"], training.history) == (0, 0, 0, {})
    built.set_weights([np.ones((1, 1), np.float32)])
    assert sum(training) == 3 and len(training.history["loss"]) == 3  # it can go on


def test_a_dense_stack_allocates_nothing_in_its_steps() -> None:
    built = Sequential(
        [layers.Dense(8, activation="relu", input_shape=(3,)), layers.Dense(2, activation="softmax")]
    )
    built.compile("adam", "sparse_categorical_crossentropy")
    plan = built.training_plan(10) if built.built and not built.ensure_ready((3,)) else None
    assert plan is not None
    x, t = X[:10], np.eye(2, dtype=np.float32)[Y[:10]]
    for _ in range(5):
        built.run_quietly(plan.step, x, t)
    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    for _ in range(50):
        built.run_quietly(plan.step, x, t)
    after = tracemalloc.take_snapshot()
    tracemalloc.stop()
    grown = [
        entry for entry in after.compare_to(before, "lineno") if "nn_tui/engine" in str(entry.traceback)
    ]
    assert sum(entry.size_diff for entry in grown) < 500


def test_predicting_in_between_does_not_disturb_the_training() -> None:
    one, other = model(), model()
    first, second = (Training(m, X, Y, batch_size=8, epochs=2) for m in (one, other))
    for _ in first:
        pass
    for _ in second:
        other.predict(X[:7])
        other.activations(X[:3])
    assert first.history == second.history


def test_large_data_are_not_copied_and_give_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    small = model().fit(X, Y, epochs=2, verbose=0).history
    monkeypatch.setattr("nn_tui.engine.feeding._SMALL", 0)
    assert model().fit(X, Y, epochs=2, verbose=0).history == small


def test_summary_looks_like_keras(capsys: pytest.CaptureFixture[str]) -> None:
    model().summary()
    printed = capsys.readouterr().out
    assert "┃ Layer (type) " in printed and "│ dense (Dense) " in printed and "(None, 5)" in printed
    assert "Total params: 32 (128.00 B)" in printed


def test_layers_are_named_as_in_keras() -> None:
    stack = [
        layers.Conv2D(2, 1),
        layers.MaxPooling2D(),
        layers.LeakyReLU(),
        layers.Flatten(),
        layers.PReLU(),
    ]
    model = Sequential([layers.Input((4, 4, 1)), *stack, layers.Dense(1), layers.Dense(1)])
    named = ["conv2d", "max_pooling2d", "leaky_re_lu", "flatten", "p_re_lu", "dense", "dense_1"]
    assert [layer.name for layer in model.layers] == named


def test_weights_go_out_and_in() -> None:
    one, other = model(1), model(2)
    other.set_weights(one.get_weights())
    np.testing.assert_array_equal(one.predict(X), other.predict(X))
    assert [w.shape for w in one.get_weights()] == [(3, 5), (5,), (5, 2), (2,)]
    with pytest.raises(ShapeError, match="4 weight arrays, got 3"):
        other.set_weights(one.get_weights()[:3])
    with pytest.raises(ShapeError, match=r"\(3, 5\) expected, got \(5, 3\)"):
        other.set_weights([one.get_weights()[0].T, *one.get_weights()[1:]])


@pytest.mark.parametrize(
    ("x", "y", "error", "told"),
    [
        (X[:, :2], Y, ShapeError, r"rows of shape \(3,\), got \(2,\)"),
        (X[:0], Y[:0], DataError, "no rows"),
        (X, Y[:5], DataError, "53 rows but 5 targets"),
        (X, Y + 1, SpecError, "2 units, the targets need 3"),
        (X, Y - 1, DataError, "start at 0, got -1"),
        (X, Y + 0.5, SpecError, "targets with fractions"),
        (X, np.eye(2)[Y], SpecError, "takes class numbers"),
        (np.where(X > 2, np.nan, X), Y, DataError, "NaN or infinity, first in row"),
        (X.astype(str), Y, DataError, "must be numbers"),
    ],
)
def test_data_that_do_not_fit_are_refused(x: np.ndarray, y: np.ndarray, error: type, told: str) -> None:
    with pytest.raises(error, match=told):
        model().fit(x, y, verbose=0)


@pytest.mark.parametrize(
    ("last", "loss", "y", "told"),
    [
        (layers.Dense(1, activation="softmax"), "binary_crossentropy", Y, "always gives 1"),
        (layers.Dense(2, activation="relu"), "sparse_categorical_crossentropy", Y, "ends in relu"),
        (layers.Dense(2), "sparse_categorical_crossentropy", Y, "ends in linear"),
        (layers.Dense(3, activation="softmax"), "categorical_crossentropy", np.eye(2)[Y], "3 units"),
        (layers.Dense(2, activation="softmax"), "categorical_crossentropy", Y, "one-hot targets"),
        (layers.Dense(2, activation="sigmoid"), "binary_crossentropy", Y, "2 units, the targets need 1"),
        (layers.Dense(1, activation="sigmoid"), "binary_crossentropy", Y * 3, "targets from 0 to 1"),
        (layers.Dense(2), "mean_squared_error", Y, "2 units, the targets need 1"),
    ],
)
def test_an_output_that_does_not_fit_is_refused(
    last: layers.Dense, loss: str, y: np.ndarray, told: str
) -> None:
    built = Sequential([layers.Input((3,)), last])
    built.compile("sgd", loss)
    with pytest.raises(SpecError, match=told):
        built.fit(X, y, verbose=0)


def fresh(layer: Layer) -> Layer:
    return type(layer)(**layer.get_config())


THROUGH: list[list[Layer]] = [
    [layers.Reshape((1, 1)), layers.Flatten()],
    [layers.Flatten(), layers.Dropout(0.3)],
    [layers.GaussianNoise(0.1)],
    [layers.Reshape((1, 1, 1)), layers.GlobalAveragePooling2D()],
    [layers.Reshape((1, 1)), layers.GlobalMaxPooling1D()],
    [layers.Reshape((1, 1)), layers.MaxPooling1D(1), layers.AveragePooling1D(1), layers.Flatten()],
]


@pytest.mark.parametrize("behind", THROUGH, ids=lambda behind: [type(one).__name__ for one in behind])
@pytest.mark.parametrize(
    "last", [[layers.Dense(1, activation="sigmoid")], [layers.Dense(1), layers.Activation("sigmoid")]]
)
def test_probabilities_stay_such_behind_layers_that_keep_the_range(last: Any, behind: Any) -> None:
    built = Sequential([layers.Input((3,)), *map(fresh, last), *map(fresh, behind)])
    built.compile("sgd", "binary_crossentropy", ["accuracy"])
    assert math.isfinite(built.fit(X, Y, verbose=0).history["loss"][0])
    built.compile("sgd", losses.BinaryCrossentropy(from_logits=True))
    with pytest.raises(SpecError, match="the network ends in sigmoid"):
        built.fit(X, Y, verbose=0)


@pytest.mark.parametrize(
    ("behind", "told", "path"),
    [
        ([layers.BatchNormalization()], "ends in BatchNormalization. Add an Activation layer", "layers.1"),
        ([layers.LayerNormalization(), layers.Flatten()], "ends in LayerNormalization", "layers.1"),
        ([layers.Activation("tanh"), layers.Flatten()], "ends in tanh. Set its", "layers.1.activation"),
        ([layers.Dense(1), layers.Reshape((1,))], "ends in linear. Set its", "layers.1.activation"),
        ([layers.Reshape((1, 1)), layers.Bidirectional(layers.LSTM(1))], "ends in tanh. Add", "layers.2"),
    ],
)
def test_a_layer_that_changes_the_values_is_not_looked_through(behind: Any, told: str, path: str) -> None:
    built = Sequential([layers.Input((3,)), layers.Dense(1, activation="sigmoid"), *map(fresh, behind)])
    built.compile("sgd", "binary_crossentropy")
    with pytest.raises(SpecError, match=told) as refused:
        built.fit(X, Y, verbose=0)
    assert refused.value.path == path


def test_softmax_over_one_unit_is_found_behind_a_reshape() -> None:
    built = Sequential(
        [
            layers.Input((3,)),
            layers.Dense(1, activation="softmax"),
            layers.Reshape((1, 1)),
            layers.Flatten(),
        ]
    )
    built.compile("sgd", "binary_crossentropy")
    with pytest.raises(SpecError, match="always gives 1"):
        built.fit(X, Y, verbose=0)


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.astype(np.float64),
        lambda x: np.asfortranarray(x),
        lambda x: np.repeat(x, 2, axis=1)[:, ::2],
        lambda x: np.lib.stride_tricks.as_strided(x, writeable=False),
    ],
    ids=["float64", "by columns", "strided", "read-only"],
)
def test_arrays_as_they_come_give_the_same_numbers(change) -> None:  # type: ignore[no-untyped-def]
    expected = model().fit(X, Y, verbose=0).history
    assert model().fit(change(X), Y, verbose=0).history == expected


def test_a_batch_larger_than_the_data_is_one_batch() -> None:
    assert model().fit(X, Y, batch_size=500, verbose=0).history["loss"]


def test_a_layer_of_a_billion_units_is_counted_without_memory() -> None:
    assert layers.Dense(10**8).parameter_count_for((10**4,)) == 10**8 * (10**4 + 1)


@pytest.mark.parametrize("amsgrad", [False, True])
def test_many_weights_are_updated_in_blocks_as_few_are_at_once(
    monkeypatch: pytest.MonkeyPatch, amsgrad: bool
) -> None:
    whole, in_blocks = (model(optimizer=Adam(0.01, amsgrad=amsgrad)) for _ in range(2))
    whole.fit(X, Y, batch_size=10, epochs=3, verbose=0)
    for room in ("optimizer", "adam"):
        monkeypatch.setattr(f"nn_tui.engine.optimizers.{room}.BLOCK", 7)
    in_blocks.fit(X, Y, batch_size=10, epochs=3, verbose=0)
    assert in_blocks.trained_weights.size > 4 * 7
    np.testing.assert_array_equal(whole.trained_weights, in_blocks.trained_weights)


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("kernel_initializer", 2, "The initializer must be a name, got 2"),
        ("kernel_regularizer", [], r"The regularizer must be a name, got \[\]"),
        ("activation", 0.5, "The activation must be a name, got 0.5"),
    ],
)
def test_a_number_that_stands_for_no_thing_is_refused(setting: str, value: object, told: str) -> None:
    with pytest.raises(SpecError, match=told):
        layers.Dense(2, **{setting: value})
