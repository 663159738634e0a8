"""Event files, written by the callback and read back by TensorBoard's own reader."""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.engine import layers
from nn_tui.engine.callbacks import ReduceLROnPlateau, TensorBoard
from nn_tui.engine.models import Sequential
from nn_tui.engine.training import Training
from nn_tui.errors import RunError, SpecError
from nn_tui.experiment.examples import example
from nn_tui.experiment.headless import resume, train
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.validation import problems

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("tensorboardX") is None, reason="tensorboardX is not installed"
)
RANDOM = np.random.default_rng(1)
X = RANDOM.normal(size=(40, 3)).astype(np.float32)
Y = RANDOM.integers(0, 2, 40)


def model() -> Sequential:
    made = Sequential([layers.Input((3,)), layers.Dense(2, activation="softmax")], seed=0)
    made.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])
    return made


def training(of: Sequential, folder: Path, epochs: int = 6) -> Training:
    callbacks = [TensorBoard(str(folder))]
    return Training(
        of, X[:30], Y[:30], epochs=epochs, validation_data=(X[30:], Y[30:]), callbacks=callbacks
    )


def read(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Give steps and values of every tag, as TensorBoard's reader has them."""
    reader = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator",
        reason="TensorBoard (extra oracle) is not installed",
    )
    found: Any = reader.EventAccumulator(str(folder), size_guidance={"scalars": 0}).Reload()
    return {
        tag: [(event.step, event.value) for event in found.Scalars(tag)] for tag in found.Tags()["scalars"]
    }


def values_of(scalars: list[tuple[int, float]]) -> list[float]:
    assert [step for step, _ in scalars] == list(range(len(scalars)))
    return [value for _, value in scalars]


@pytest.mark.oracle
def test_tensorboard_reads_every_epoch_under_keras_tags(tmp_path: Path) -> None:
    reduce = ReduceLROnPlateau(factor=0.5, patience=1)
    history = model().fit(
        X, Y, epochs=8, validation_split=0.25, verbose=0, callbacks=[reduce, TensorBoard(str(tmp_path))]
    ).history  # fmt: skip
    of_training, of_validation = read(tmp_path / "train"), read(tmp_path / "validation")
    assert sorted(of_training) == ["epoch_accuracy", "epoch_learning_rate", "epoch_loss"]
    assert sorted(of_validation) == ["epoch_accuracy", "epoch_loss"]
    for tag, scalars in of_training.items():
        np.testing.assert_allclose(values_of(scalars), history[tag.removeprefix("epoch_")], rtol=1e-6)
    for tag, scalars in of_validation.items():
        np.testing.assert_allclose(values_of(scalars), history[tag.replace("epoch_", "val_")], rtol=1e-6)


@pytest.mark.oracle
def test_a_reader_sees_the_values_while_training_goes_on(tmp_path: Path) -> None:
    running = training(model(), tmp_path)
    steps = iter(running)
    for done in range(1, 5):
        while not next(steps):
            pass
        assert len(values_of(read(tmp_path / "train")["epoch_loss"])) == done
        assert len(values_of(read(tmp_path / "validation")["epoch_loss"])) == done


@pytest.mark.oracle
def test_a_training_that_goes_on_doubles_no_step(tmp_path: Path) -> None:
    whole, part, again = model(), model(), model()
    first = training(whole, tmp_path / "whole")
    for _ in first:
        pass
    begun = training(part, tmp_path / "part")
    kept = None
    for ended in begun:  # the state is taken after epoch 3; epochs 4 and 5 are lost and trained again
        if ended and begun.epoch == 3:
            kept = part.state(), begun.state()
        if ended and begun.epoch == 5:
            break
    assert kept is not None
    continued = training(again, tmp_path / "part")
    again.restore(kept[0])
    continued.restore(kept[1])
    for _ in continued:
        pass
    for name in ("train", "validation"):
        assert read(tmp_path / "part" / name) == read(tmp_path / "whole" / name)


@pytest.mark.oracle
def test_a_run_that_is_resumed_goes_on_in_the_same_logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    spec = set_value(example("xor"), "fit.callbacks", [{"type": "TensorBoard", "log_dir": "logs"}])
    spec = set_value(spec, "fit.epochs", 5)
    log = tmp_path / "run" / "seen"
    for report in train(spec, save="run", stop=log.exists):
        if report.epoch == 2:
            log.touch()
    assert report.epoch < 5
    list(resume("run"))
    assert len(values_of(read(tmp_path / "logs" / "train")["epoch_loss"])) == 5
    # A new run in the same folder takes the place of the old one.
    list(train(set_value(spec, "fit.epochs", 2)))
    assert len(values_of(read(tmp_path / "logs" / "train")["epoch_loss"])) == 2


def test_a_missing_package_is_told_before_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SpecError, match=r"needs tensorboardX. Install nn-tui\[tensorboard\]"):
        TensorBoard()
    spec = set_value(example("xor"), "fit.callbacks", [{"type": "TensorBoard"}])
    (problem,) = problems(spec)
    assert problem.path == "fit.callbacks.0" and "nn-tui[tensorboard]" in str(problem)


def test_only_epochs_are_written() -> None:
    with pytest.raises(SpecError, match="update_freq"):
        TensorBoard(update_freq="batch")  # type: ignore[arg-type]


def test_a_folder_outside_the_working_folder_is_refused() -> None:
    for name in ("/tmp/logs", "../logs"):
        spec = set_value(example("xor"), "fit.callbacks", [{"type": "TensorBoard", "log_dir": name}])
        assert [problem.path for problem in problems(spec)] == ["fit.callbacks.0.log_dir"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("no folder")
    with pytest.raises(RunError, match="TensorBoard cannot write"):
        model().fit(X, Y, verbose=0, callbacks=[TensorBoard(str(tmp_path / "logs"))])


def test_the_keras_code_has_the_callback() -> None:
    from nn_tui.export.keras_code import keras_code

    spec = set_value(example("xor"), "fit.callbacks", [{"type": "TensorBoard", "log_dir": "mine"}])
    assert "callbacks=[callbacks.TensorBoard(log_dir='mine')]" in keras_code(spec)
