"""A run goes on in a process of its own, is followed by its files, and is given back whole."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nn_tui.errors import RunError
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.commands import Play
from nn_tui.experiment.headless import resume, train
from nn_tui.experiment.runs import background
from nn_tui.experiment.runs.card import RunCard, read_card
from nn_tui.experiment.runs.follower import Follower
from nn_tui.experiment.runs.history_file import FollowedHistory, HistoryFile
from nn_tui.experiment.runs.keeper import taken_by
from nn_tui.experiment.runs.listing import run_record, status_words
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from tests.experiment.specs import small


@pytest.fixture(autouse=True)
def nothing_left_behind(home: Path) -> Iterator[None]:
    """End what a failed test has left in the background."""
    yield
    for card in RunStore(home).runs():
        if process := background.trained_in_background(Path(card.folder)):
            os.kill(process, signal.SIGKILL)


def begun(folder: Path, epochs: int, batches: int = 15) -> tuple[Spec, RunCard]:
    """Save a run that was interrupted in the middle of an epoch."""
    spec = set_value(small(), "fit.epochs", epochs)
    asked = iter(range(1_000_000))
    list(train(spec, save=str(folder), stop=lambda: next(asked) >= batches))
    return spec, RunStore().find(str(folder))


def wait(holds: Callable[[], object], seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def same_weights(folder: Path, spec: Spec) -> None:
    """See that a run ended exactly as one that was never interrupted."""
    whole = Session(spec)
    rows = [(whole.epoch, whole.last_epoch()) for ended in whole.steps() if ended]
    session, _, told = SavedRun.open(folder).reopen()
    assert not told and session.finished
    for one, other in zip(session.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    kept = [(epoch, values["loss"]) for epoch, values in HistoryFile(folder).rows()]
    assert kept == [(epoch, values["loss"]) for epoch, values in rows]


def test_a_run_handed_over_ends_as_one_never_interrupted(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    spec, card = begun(folder, 60)
    process = background.start(folder)
    assert process and process != os.getpid()
    wait(lambda: not taken_by(folder))
    card = read_card(folder)
    assert card.status == "done" and card.epoch == 60
    same_weights(folder, spec)
    assert background.start(folder) == 0  # there is nothing left to train
    found = background.newest_in_background(RunStore().runs())
    assert found is not None and found.id == card.id
    assert background.news(found) == f"{card.name} was trained to its end in the background: 60 epochs."
    background.looked_at(folder)
    assert background.newest_in_background(RunStore().runs()) is None


def test_it_is_followed_and_given_back_at_the_end_of_an_epoch_bit_for_bit(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    _, card = begun(folder, 1_000_000)
    process = background.start(folder)
    assert status_words(read_card(folder)) == "background"
    assert run_record(read_card(folder))["process"] == process
    assert f"(process {process})" in background.news(card)
    follower = Follower(SavedRun.open(folder).spec, card)
    wait(lambda: follower.newest().status.epoch > 10)
    now = follower.newest()
    assert now.status.phase == "following" and not follower.released
    assert now.curves.epochs[-1] > 10 and now.log[-1].text.startswith("Epoch ")
    follower.send(Play())
    assert "end of this epoch" in follower.ask_over()
    wait(lambda: (follower.newest(), follower.released)[1])
    epoch = follower.newest().status.epoch
    assert list(follower.newest().curves.epochs) == list(range(1, epoch + 1))
    session, _, _ = SavedRun.open(folder).reopen()
    assert session.batch == 0 and session.epoch == epoch
    assert list(resume(str(folder), epochs=epoch + 2))[-1].ending == "done"
    same_weights(folder, set_value(small(), "fit.epochs", epoch + 2))


def test_it_is_stopped_by_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    _, card = begun(folder, 1_000_000)
    with pytest.raises(RunError, match="not being trained in the background"):
        background.stop(card)
    background.start(folder)
    with pytest.raises(RunError, match="Stop it first"):
        RunStore().delete(card)
    stopped = background.stop(card)
    assert stopped.status == "interrupted" and not taken_by(folder)
    assert not background.trained_in_background(folder)
    assert "was trained in the background up to epoch" in background.news(stopped)


@pytest.mark.slow
def test_a_killed_one_leaves_a_run_that_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    spec, card = begun(folder, 400)
    process = background.start(folder)
    os.kill(process, signal.SIGKILL)
    wait(lambda: not taken_by(folder))
    assert status_words(replace(read_card(folder), status="training")) == "cut off"
    assert "up to epoch" in background.news(read_card(folder))
    list(resume(card.folder))
    same_weights(folder, spec)


def test_what_was_looked_at_meanwhile_stays_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "nice", lambda by: by)
    monkeypatch.setattr(signal, "signal", lambda number, handler: None)
    with background.in_background(tmp_path):
        assert background.mark_of(tmp_path) is not None
    ended = background.mark_of(tmp_path)
    assert ended is not None and ended.ended >= ended.began
    with background.in_background(tmp_path):
        background.looked_at(tmp_path)  # the run's lock is free before its process has ended
    assert background.mark_of(tmp_path) is None


def test_what_cannot_begin_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    begun(folder, 60)
    for path in folder.glob("state.safetensors*"):
        path.write_bytes(b"torn")
    with pytest.raises(RunError, match="cannot go on in the background: nn-tui: "):
        background.start(folder)


def test_another_nn_tui_that_trains_a_run_is_never_signalled(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    _, card = begun(folder, 1_000_000)
    reports = resume(str(folder))
    next(reports)  # this process trains it now
    (folder / background.MARK).write_text('{"process": 1, "began": 0.0, "ended": 0.0}')
    follower = Follower(SavedRun.open(folder).spec, card)
    assert follower.ask_over().startswith("! ")
    with pytest.raises(RunError, match=f"Process {os.getpid()} trains it"):
        background.ask_to_leave(card, at_once=True)
    reports.close()


def test_a_history_is_followed_line_by_line(tmp_path: Path) -> None:
    history, followed = HistoryFile(tmp_path), FollowedHistory(tmp_path)
    assert followed.added() == []
    for epoch in (1, 2, 3):
        history.append(epoch, {"loss": 1.0 / epoch})
    history.flush()
    assert [epoch for epoch, _ in followed.added()] == [1, 2, 3]
    assert followed.added() == []
    with history.path.open("a") as file:
        file.write("4,0.2")  # half a line is none yet
    assert followed.added() == []
    with history.path.open("a") as file:
        file.write("5\n")
    assert followed.added() == [(4, {"loss": 0.25})]
    history.append(5, {"loss": 0.1, "accuracy": 1.0})  # a new column: the file is written anew
    history.flush()
    assert followed.added() == [(5, {"loss": 0.1, "accuracy": 1.0})]


def test_a_long_history_is_followed_thinned(tmp_path: Path) -> None:
    history = HistoryFile(tmp_path)
    for epoch in range(1, 10_001):
        history.append(epoch, {"loss": 1.0})
    history.flush()
    epochs = [epoch for epoch, _ in FollowedHistory(tmp_path, most=100).added()]
    assert len(epochs) <= 101 and epochs[0] == 1 and epochs[-1] == 10_000
