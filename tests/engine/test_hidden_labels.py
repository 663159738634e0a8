"""Training on few labels: the others are hidden, and sure answers take their place."""

import numpy as np
import pytest

from nn_tui.engine import layers
from nn_tui.engine.callbacks import EarlyStopping, HideLabels, PseudoLabels
from nn_tui.engine.models import Sequential
from nn_tui.engine.training import Training
from nn_tui.errors import SpecError
from nn_tui.experiment.checkpoint import decode, encode

RANDOM = np.random.default_rng(2)
Y = np.arange(200) % 2
X = (RANDOM.normal(size=(200, 2)) + 3 * Y[:, None]).astype(np.float32)
HIDE = HideLabels(share=0.9)


def model(units: int = 2) -> Sequential:
    last = layers.Dense(units, activation="softmax" if units > 1 else "sigmoid")
    made = Sequential([layers.Input((2,)), layers.Dense(8, activation="tanh"), last], seed=0)
    loss = "sparse_categorical_crossentropy" if units > 1 else "binary_crossentropy"
    made.compile("adam", loss, ["accuracy"])
    made.optimizer.learning_rate = 0.03
    return made


def test_hidden_rows_are_as_if_they_were_not_there() -> None:
    one, other = model(), model()
    kept = HIDE.labelled(Y)
    assert len(kept) == 20 and len(set(kept)) == 20
    wrong = 1 - Y
    wrong[kept] = Y[kept]
    history = one.fit(X, wrong, epochs=5, verbose=0, callbacks=[HIDE])
    plain = other.fit(X[kept], Y[kept], epochs=5, verbose=0)
    assert history.history == plain.history
    np.testing.assert_array_equal(one.trained_weights, other.trained_weights)


@pytest.mark.parametrize("y", [Y[:, None], np.eye(2, dtype=np.float32)[Y], np.eye(2, dtype=np.int64)[Y]])
def test_which_rows_keep_their_label_does_not_depend_on_how_classes_are_written(y: np.ndarray) -> None:
    np.testing.assert_array_equal(HIDE.labelled(y), HIDE.labelled(Y))


def test_every_class_keeps_a_label() -> None:
    classes = np.repeat([0, 1], [990, 10])
    for seed in range(20):
        kept = HideLabels(share=0.99, seed=seed).labelled(classes)
        assert set(classes[kept]) == {0, 1} and len(kept) == 10


def test_sure_answers_are_trained_in_the_place_of_labels() -> None:
    training = Training(
        model(), X, Y, epochs=20, callbacks=[HideLabels(share=0.95), PseudoLabels(0.8, start_from_epoch=10)]
    )
    for _ in training:
        if training.pseudo is None:
            continue
        rows, labels = training.pseudo
        assert training.steps_per_epoch == -(-(10 + len(rows)) // 32)
        assert not set(rows) & set(training.labelled)  # type: ignore[arg-type]  # set by HideLabels
        np.testing.assert_array_equal(training._feed._y[rows], labels)
    counts = training.history["pseudo_labels"]
    assert counts[:10] == [0] * 10
    assert 100 < counts[-1] <= 190


def test_the_answers_at_the_beginning_of_an_epoch_are_taken_and_no_other() -> None:
    made = model()
    training = Training(made, X, Y, epochs=12, callbacks=[HIDE, PseudoLabels(0.9, start_from_epoch=11)])
    for ended in training:
        if ended and training.epoch == 11:
            answers = made.predict(X, verbose=0)
    assert training.pseudo is not None and training.labelled is not None
    sure = np.flatnonzero(answers.max(axis=1) >= 0.9)
    np.testing.assert_array_equal(training.pseudo[0], np.setdiff1d(sure, training.labelled))
    np.testing.assert_array_equal(training.pseudo[1], answers[training.pseudo[0]].argmax(axis=1))


@pytest.mark.parametrize("units", [1, 2])
def test_pseudo_labels_are_written_as_the_labels_are(units: int) -> None:
    y = Y[:, None].astype(np.float32) if units == 1 else Y
    history = model(units).fit(
        X, y, epochs=15, verbose=0, callbacks=[HIDE, PseudoLabels(0.8, start_from_epoch=5)]
    )
    assert history.history["pseudo_labels"][-1] > 100
    assert history.history["accuracy"][-1] > 0.9


@pytest.mark.parametrize("batches", [7, 23, 24, 41])
def test_a_training_with_pseudo_labels_goes_on_bit_for_bit(batches: int) -> None:
    def begin() -> Training:
        callbacks = [HIDE, PseudoLabels(0.8, start_from_epoch=10), EarlyStopping("loss", patience=50)]
        return Training(model(), X, Y, epochs=20, callbacks=callbacks)

    whole, part, rest = begin(), begin(), begin()
    start = {"model": rest.model.state(), "training": rest.state()}
    for _ in whole:
        pass
    for _ in rest:  # what it knows of a later time is forgotten
        pass
    rest.model.restore(start["model"])
    rest.restore(start["training"])
    assert rest.pseudo is None
    steps = iter(part)
    for _ in range(batches):
        next(steps)
    state = decode(encode({"model": part.model.state(), "training": part.state()}))
    rest.model.restore(state["model"])
    rest.restore(state["training"])
    for _ in rest:
        pass
    assert rest.history == whole.history
    assert rest.left_out == whole.left_out
    np.testing.assert_array_equal(rest.model.trained_weights, whole.model.trained_weights)


def test_pseudo_labels_need_hidden_labels_and_classes() -> None:
    with pytest.raises(SpecError, match="HideLabels"):
        model().fit(X, Y, verbose=0, callbacks=[PseudoLabels()])
    number = Sequential([layers.Input((2,)), layers.Dense(1)])
    number.compile("sgd", "mse")
    with pytest.raises(SpecError, match="gives classes; the loss is mean_squared_error"):
        number.fit(X, Y.astype(np.float32), verbose=0, callbacks=[HIDE, PseudoLabels()])
