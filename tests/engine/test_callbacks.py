"""Stopping early, lowering the rate, writing a log, as Keras does."""

import csv
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from nn_tui.engine import layers
from nn_tui.engine.callbacks import CSVLogger, EarlyStopping, ReduceLROnPlateau, TerminateOnNaN
from nn_tui.engine.models import Sequential
from nn_tui.engine.optimizers import SGD
from nn_tui.engine.training import Training
from nn_tui.errors import DivergedError, RunError, SpecError

RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(40, 3)).astype(np.float32)
Y = RANDOM.integers(0, 2, 40)  # nothing to learn: validation gets worse soon


def model() -> Sequential:
    made = Sequential(
        [layers.Input((3,)), layers.Dense(16, activation="tanh"), layers.Dense(2, activation="softmax")],
        seed=0,
    )
    made.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    made.optimizer.learning_rate = 0.03
    return made


def test_training_stops_when_validation_has_not_improved() -> None:
    stop = EarlyStopping(patience=3)
    history = model().fit(X, Y, epochs=200, validation_split=0.4, verbose=0, callbacks=[stop])
    losses = history.history["val_loss"]
    best = int(np.argmin(losses))
    assert len(losses) == best + 1 + 3 < 200
    assert stop.best == losses[best] and stop.best_epoch == best


def test_the_best_weights_come_back_even_without_stopping() -> None:
    one, other = model(), model()
    history = one.fit(
        X, Y, epochs=30, validation_split=0.4, verbose=0,
        callbacks=[EarlyStopping(patience=100, restore_best_weights=True)],
    )  # fmt: skip
    best = int(np.argmin(history.history["val_loss"]))
    other.fit(X, Y, epochs=best + 1, validation_split=0.4, verbose=0)
    np.testing.assert_array_equal(one.trained_weights, other.trained_weights)


def test_the_rate_falls_when_nothing_improves_and_is_logged() -> None:
    one = model()
    reduce = ReduceLROnPlateau(factor=0.5, patience=2, min_lr=0.01)
    rates = one.fit(X, Y, epochs=60, validation_split=0.4, verbose=0, callbacks=[reduce]).history[
        "learning_rate"
    ]
    assert rates[0] == 0.03 and rates[-1] == 0.01
    assert sorted(set(rates), reverse=True) == [0.03, 0.015, 0.01]


def test_accuracy_is_better_when_larger() -> None:
    assert EarlyStopping("val_accuracy").rises and not EarlyStopping("val_loss").rises
    assert EarlyStopping("loss", mode="max").rises


def test_what_is_not_measured_cannot_be_watched() -> None:
    with pytest.raises(SpecError, match="watches 'val_loss'; measured are loss, accuracy"):
        model().fit(X, Y, verbose=0, callbacks=[EarlyStopping()])


def test_an_interrupted_training_keeps_its_patience() -> None:
    def training(of: Sequential) -> Training:
        stop = EarlyStopping("loss", min_delta=0.01, patience=2, restore_best_weights=True)
        return Training(of, X, Y, batch_size=8, epochs=100, callbacks=[stop])

    whole, part, again = model(), model(), model()
    first = training(whole)
    for _ in first:
        pass
    begun = training(part)
    for _ in islice(begun, 23):
        pass
    continued = training(again)
    again.restore(part.state())
    continued.restore(begun.state())
    for _ in continued:
        pass
    assert continued.history == first.history and continued.stop_reason == first.stop_reason
    np.testing.assert_array_equal(again.trained_weights, whole.trained_weights)


def test_a_loss_that_is_not_finite_ends_the_training_quietly_when_asked() -> None:
    def broken(callback: TerminateOnNaN) -> Sequential:
        one = model()
        one.pop()
        one.compile(SGD(1e20), "mse")
        one.add(layers.Dense(2))
        one.fit(X, np.eye(2)[Y], batch_size=8, epochs=9, verbose=0, callbacks=[callback])
        return one

    with pytest.raises(DivergedError):
        broken(TerminateOnNaN(raise_error=True))
    one = broken(TerminateOnNaN())
    assert len(one.history.epoch) < 9
    assert np.isfinite(one.trained_weights).all()


def test_every_epoch_is_a_row_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    logger = CSVLogger(str(file), separator=";")
    history = model().fit(X, Y, epochs=3, validation_split=0.4, verbose=0, callbacks=[logger]).history
    rows = list(csv.reader(file.read_text().splitlines(), delimiter=";"))
    assert rows[0] == ["epoch", "accuracy", "loss", "val_accuracy", "val_loss"]
    assert [row[0] for row in rows[1:]] == ["0", "1", "2"]
    assert [float(row[2]) for row in rows[1:]] == history["loss"]
    model().fit(
        X, Y, epochs=1, validation_split=0.4, verbose=0, callbacks=[CSVLogger(str(file), ";", True)]
    )
    assert len(list(csv.reader(file.read_text().splitlines(), delimiter=";"))) == 5
    model().fit(X, Y, epochs=1, validation_split=0.4, verbose=0, callbacks=[CSVLogger(str(file))])
    assert len(list(csv.reader(file.read_text().splitlines()))) == 2


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="CSVLogger cannot write"):
        model().fit(X, Y, verbose=0, callbacks=[CSVLogger(str(tmp_path / "none" / "log.csv"))])


@pytest.mark.parametrize(
    "content",
    [
        "age,label\n1,2\n",
        "epoch,temperature\n1,20.5\n",
        "epoch,loss\nspring,0.5\n",
        "epoch,loss,accuracy\n0,0.5,0.5\n",
        "notes of mine\n",
        "epoch",
        "\x00\xff\n",
    ],
)
def test_a_file_that_is_no_log_is_not_overwritten(tmp_path: Path, content: str) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(content, encoding="latin-1")
    with pytest.raises(RunError, match="is no log of a CSVLogger, so it is not overwritten"):
        model().fit(X, Y, verbose=0, callbacks=[CSVLogger(str(file))])
    assert file.read_text(encoding="latin-1") == content


def test_a_file_that_appears_before_the_first_epoch_ends_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    training = Training(model(), X, Y, callbacks=[CSVLogger(str(file))])
    file.write_text("mine")
    with pytest.raises(RunError, match="is no log"):
        list(training)
    assert file.read_text() == "mine"


def test_a_log_that_is_gone_is_begun_with_its_header(tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    training = Training(model(), X, Y, epochs=3, callbacks=[CSVLogger(str(file))])
    for ended in training:
        if ended and training.epoch == 1:
            file.unlink()
    assert [line.split(",")[0] for line in file.read_text().splitlines()] == ["epoch", "1", "2"]


def test_a_log_is_written_to_a_device_and_to_a_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    model().fit(X, Y, verbose=0, epochs=2, callbacks=[CSVLogger("/dev/null"), CSVLogger("~/log.csv")])
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 3
    assert Path("/dev/null").is_char_device()
