"""A process that is killed at any moment, inside a saving too, loses nothing but time.

Every part of a run is trained by a process of its own that saves after every few batches and is killed
after a random time; the next one resumes. What it ends with equals a run that was never interrupted, to the
last bit.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.errors import RunError
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.headless import resume, train
from nn_tui.experiment.runs import keeper
from nn_tui.experiment.runs.history_file import HistoryFile
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import loads

KILLS = 34
"""Of each of the three networks: 102 in all."""

COMMON = """
name = "{name}"
seed = 5
{data}
{layers}
[compile]
loss = "{loss}"
metrics = ["accuracy"]
[compile.optimizer]
type = "Adam"
learning_rate = 0.003
[fit]
batch_size = 8
epochs = {epochs}
"""

NETWORKS = {
    "mlp": (
        '[data]\nsource = "circle"\nrows = 160\nvalidation_split = 0.2',
        [("Dense", "units = 12\nactivation = 'tanh'"), ("Dense", "units = 2\nactivation = 'softmax'")],
        12,
    ),
    "cnn": (
        '[data]\nsource = "digits"\ntest_split = 0.9\nshift = 0.1',
        [
            ("Conv2D", "filters = 4\nkernel_size = [3, 3]\nactivation = 'relu'"),
            ("BatchNormalization", ""),
            ("MaxPooling2D", ""),
            ("Flatten", ""),
            ("Dropout", "rate = 0.3"),
            ("Dense", "units = 10\nactivation = 'softmax'"),
        ],
        4,
    ),
    "lstm": (
        '[data]\nsource = "digits"\ntest_split = 0.9',
        [
            ("Reshape", "target_shape = [8, 8]"),
            ("LSTM", "units = 6\ndropout = 0.2"),
            ("Dense", "units = 10\nactivation = 'softmax'"),
        ],
        4,
    ),
}


def spec_of(name: str) -> Spec:
    data, layers, epochs = NETWORKS[name]
    stack = "\n".join(f"[[layers]]\ntype = '{kind}'\n{settings}" for kind, settings in layers)
    loss = "sparse_categorical_crossentropy"
    return loads(COMMON.format(name=name, data=data, layers=stack, loss=loss, epochs=epochs))


def train_on(folder: str, home: str) -> None:
    """Go on with the run, or begin it; in a process of its own, which saves after every few batches."""
    os.environ["NN_TUI_HOME"] = home
    keeper.AUTOSAVE_SECONDS = 0.002
    try:
        reports = resume(folder)
    except RunError as error:
        if "already trained" in str(error):  # it was killed after its last saving
            return
        if (
            "holds no" not in str(error)
            and "There is no" not in str(error)
            and "no saved" not in str(error)
        ):
            raise
        reports = train(spec_of(Path(folder).name), save=folder)
    for _ in reports:
        time.sleep(0.001)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_killed_run_ends_as_one_that_was_never_interrupted(name: str, tmp_path: Path, home: Path) -> None:
    whole = Session(spec_of(name))
    expected = [(whole.epoch, whole.last_epoch()) for ended in whole.steps() if ended]

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.experiment.runs.test_killed"])
    # How long the run takes when it is left alone says when to kill it.
    folder = tmp_path / name
    dice = random.Random(name)
    kills = done = 0
    longest = 0.15
    while kills < KILLS:
        process: Any = context.Process(target=train_on, args=(str(folder), str(home)))
        started = time.monotonic()
        process.start()
        process.join(dice.uniform(0.0, longest))
        if process.exitcode is None:
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            kills += 1
            continue
        assert process.exitcode == 0
        longest = max(0.02, 0.9 * (time.monotonic() - started))
        check(folder, whole, expected)
        done += 1
        folder = tmp_path / f"again{done}" / name
    process = context.Process(target=train_on, args=(str(folder), str(home)))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    check(folder, whole, expected)


def check(folder: Path, whole: Session, expected: list[tuple[int, dict[str, float]]]) -> None:
    session, card, told = SavedRun.open(folder).reopen()
    assert not told and card["status"] in ("done", "training") and session.finished
    for one, other in zip(session.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    rows = list(HistoryFile(folder).rows())
    measured = [
        (epoch, {name: value for name, value in values.items() if name not in keeper.NOT_MEASURED})
        for epoch, values in rows
    ]
    assert measured == [(epoch, pytest.approx(values, rel=0, abs=0)) for epoch, values in expected]
    # One that was killed in its very last write, after its state was whole, may leave that file.
    assert len([path for path in folder.iterdir() if path.name.endswith(".tmp")]) <= 1
