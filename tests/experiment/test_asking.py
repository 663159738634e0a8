"""A row that is asked: the worker answers it at once, and again while it trains."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nn_tui.experiment import commands as command
from nn_tui.experiment.build import load_data
from nn_tui.experiment.runs.follower import NO_PICTURE
from nn_tui.experiment.session import Session
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.trainer import Trainer
from nn_tui.insight.pictures import Bars, Sentence
from tests.experiment.specs import small


@pytest.fixture
def trainer() -> Iterator[Trainer]:
    running = Trainer(small())
    yield running
    running.close()


def answered(snapshot: Snapshot) -> bool:
    return snapshot.answer is not None


def shares(snapshot: Snapshot) -> tuple[float, ...]:
    assert isinstance(snapshot.answer, Bars)
    return snapshot.answer.numbers


def test_a_row_is_answered_at_rest_and_with_the_trained_weights_afterwards(trainer: Trainer) -> None:
    data = load_data(small().data)
    row = data.train.x[7:8]
    trainer.send(command.Ask(row))
    before = trainer.wait_for(answered)
    fresh = Session(small())
    np.testing.assert_allclose(shares(before), fresh.model.predict(row)[0], rtol=1e-6)
    trainer.send(command.Play())
    after = trainer.wait_for(lambda now: now.status.phase == "finished")
    for _ in fresh.steps():
        pass
    np.testing.assert_allclose(shares(after), fresh.model.predict(row)[0], rtol=1e-6)
    assert shares(after) != shares(before)


def test_it_is_answered_anew_while_it_trains(trainer: Trainer) -> None:
    row = load_data(small().data).train.x[7:8]
    trainer.send(command.Rebuild(set_value(small(), "fit.epochs", 100_000)))
    trainer.send(command.Ask(row))
    first = trainer.wait_for(answered).answer
    trainer.send(command.Play())
    trainer.wait_for(lambda now: now.status.phase == "training" and now.answer is not first)
    second = trainer.newest().answer
    trainer.wait_for(lambda now: now.status.phase == "training" and now.answer is not second)


def test_no_row_is_answered_any_more_when_none_is_asked(trainer: Trainer) -> None:
    trainer.send(command.Ask(load_data(small().data).train.x[:1]))
    trainer.wait_for(answered)
    trainer.send(command.Ask(None))
    trainer.wait_for(lambda now: now.answer is None)


def test_a_row_that_does_not_fit_is_said(trainer: Trainer) -> None:
    trainer.send(command.Ask(np.zeros((1, 9), np.float32)))
    told = trainer.wait_for(answered).answer
    assert isinstance(told, Sentence) and "9" in told.caption


def test_asking_changes_nothing_of_the_training(trainer: Trainer) -> None:
    row = load_data(small().data).train.x[7:8]
    trainer.send(command.Ask(row))
    trainer.send(command.Play())
    told = trainer.wait_for(lambda now: now.status.phase == "finished")
    alone = Session(small())
    for _ in alone.steps():
        pass
    assert list(told.curves.values["loss"]) == alone.training.history["loss"]


def test_a_run_that_is_only_followed_says_why_it_gives_no_answer(tmp_path: Path) -> None:
    from nn_tui.experiment.runs.follower import Follower
    from nn_tui.experiment.runs.store import RunStore

    store = RunStore(tmp_path)
    running = Trainer(small(), store=store)
    running.send(command.Play())
    run = running.wait_for(lambda now: now.status.phase == "finished").run
    running.close()
    assert run is not None
    follower = Follower(small(), run)
    follower.send(command.Ask(np.zeros((1, 2), np.float32)))
    assert follower._read().answer is NO_PICTURE
    follower.send(command.Ask(None))
    assert follower._read().answer is None
