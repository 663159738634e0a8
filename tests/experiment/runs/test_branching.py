"""Changing the experiment of a run: it stays as it is, and what comes next is another one that names it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.experiment import commands as command
from nn_tui.experiment.changes import changes
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.runs import keeper as keeping
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.listing import detail_lines
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.trainer import Trainer
from nn_tui.plain.words.comparing import compared_sentences
from tests.experiment.specs import small


def yes_or_no() -> Spec:
    """The small network with one output, which several losses suit."""
    spec = set_value(set_value(small(), "layers.2.units", 1), "layers.2.activation", "sigmoid")
    return set_value(spec, "compile.loss", "binary_crossentropy")


class Desk:
    """A trainer that is told specs, as the workbenches tell it."""

    def __init__(self, spec: Spec, start: RunCard | None = None) -> None:
        self.trainer = Trainer(spec, RunStore(), start)
        self.spec = spec
        self.sent = 0

    def send(self, *orders: command.Command) -> Snapshot:
        for order in orders:
            self.trainer.send(order)
        self.sent += len(orders)
        # One order more: what is told after the training has come to rest is seen.
        self.trainer.send(command.Watch((), {}))
        self.sent += 1
        return self.trainer.wait_for(
            lambda now: now.obeyed >= self.sent and now.status.phase != "training", 30
        )

    def turn(self, spec: Spec) -> Snapshot:
        orders, self.spec = changes(self.spec, spec), spec
        return self.send(*orders)

    def set(self, path: str, value: Any) -> Snapshot:
        return self.turn(set_value(self.spec, path, value))


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk(yes_or_no())
    yield made
    made.trainer.close()


def contents(run: RunCard) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in sorted(Path(run.folder).rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def weights(spec: Spec, epochs: int) -> np.ndarray[Any, Any]:
    session = Session(set_value(spec, "fit.epochs", epochs))
    for _ in session.steps():
        pass
    return session.model.trained_weights.copy()


def weights_of(run: RunCard) -> np.ndarray[Any, Any]:
    return SavedRun.open(Path(run.folder)).reopen()[0].model.trained_weights


CHANGES = [
    ("layers.0.units", 9, 4),
    ("layers.0.activation", "tanh", 4),
    ("compile.loss", "mean_squared_error", 4),
    ("compile.optimizer", {"type": "SGD", "learning_rate": 0.1}, 4),
    ("compile.optimizer.learning_rate", 0.1, 4),
    ("fit.batch_size", 16, 4),
    ("layers.1.rate", 0.4, 4),
    ("data.noise", 0.2, 0),
    ("data.validation_split", 0.1, 0),
]


@pytest.mark.parametrize(("path", "value", "epoch"), CHANGES, ids=[path for path, _, _ in CHANGES])
def test_a_change_of_a_run_that_has_ended_begins_another_one(
    desk: Desk, path: str, value: Any, epoch: int
) -> None:
    first = desk.send(command.Play()).run
    assert first is not None
    before = contents(first)
    now = desk.set(path, value)
    assert now.run is None and now.branch is not None
    assert (now.branch.run.id, now.branch.epoch) == (first.id, epoch)
    told = f"This begins a new run, branched off test at epoch {epoch}."
    assert told in [entry.text for entry in now.log]
    desk.send(command.Save())
    assert contents(first) == before and len(RunStore().runs()) == 1
    second = desk.send(command.Play()).run
    assert second is not None and (second.parent, second.parent_epoch) == (first.id, epoch)
    assert second.status == "done" and len(RunStore().runs()) == 2
    desk.trainer.close()
    assert contents(first) == before
    assert SavedRun.open(Path(second.folder)).spec == set_value(yes_or_no(), path, value)


@pytest.mark.parametrize(("path", "value", "epoch"), CHANGES, ids=[path for path, _, _ in CHANGES])
def test_a_change_that_is_taken_back_leaves_the_run_and_its_weights_as_they_were(
    desk: Desk, path: str, value: Any, epoch: int
) -> None:
    first = desk.send(command.Play())
    desk.set(path, value)
    desk.set("layers.0.units", 5)
    desk.set("layers.0.units", 6)
    now = desk.turn(yes_or_no())
    assert first.run is not None and now.run is not None and now.run.id == first.run.id
    assert now.branch is None and now.status.phase == "finished"
    assert list(now.curves.values["loss"]) == list(first.curves.values["loss"]) and not now.curves.marks
    run = desk.send(command.Play()).run
    assert run is not None and run.id == first.run.id and len(RunStore().runs()) == 1
    np.testing.assert_array_equal(weights_of(run), weights(yes_or_no(), 8))


def test_a_run_that_has_ended_is_trained_further_as_the_same_run(desk: Desk) -> None:
    first = desk.send(command.Play()).run
    now = desk.set("fit.epochs", 6)
    assert first is not None and now.run is not None and now.branch is None
    now = desk.send(command.Play())
    assert now.run is not None and (now.run.id, now.run.epoch) == (first.id, 6)
    np.testing.assert_array_equal(weights_of(now.run), weights(yes_or_no(), 6))


def test_a_run_that_diverged_stays_as_it_is_when_its_rate_is_lowered() -> None:
    desk = Desk(set_value(small(), "compile.optimizer", {"type": "SGD", "learning_rate": 1e30}))
    first = desk.send(command.Play()).run
    desk.trainer.close()
    assert first is not None and first.status == "diverged"
    before = contents(first)
    again = Desk(SavedRun.open(Path(first.folder)).spec, first)
    now = again.set("compile.optimizer.learning_rate", 0.1)
    assert now.branch is not None and now.branch.run.id == first.id
    again.send(command.Play())
    again.trainer.close()
    assert contents(first) == before and len(RunStore().runs()) == 2


def test_a_stack_changed_midway_leaves_the_run_where_it_was(desk: Desk) -> None:
    desk.send(command.RunEpoch())
    first = desk.send(command.RunBatches(2)).run
    assert first is not None
    before = contents(first)
    now = desk.set("layers.0.units", 9)
    assert now.branch is not None and now.branch.epoch == 1
    second = desk.send(command.Play()).run
    assert second is not None and (second.parent, second.parent_epoch) == (first.id, 1)
    assert contents(first) == before
    again = Desk(yes_or_no(), first)
    run = again.send(command.Play()).run
    again.trainer.close()
    assert run is not None and run.id == first.id
    np.testing.assert_array_equal(weights_of(run), weights(yes_or_no(), 4))


def test_a_stack_changed_while_it_trains_saves_what_was_trained_so_far(desk: Desk) -> None:
    trainer, many = desk.trainer, set_value(yes_or_no(), "fit.epochs", 100_000)
    desk.turn(many)
    trainer.send(command.Play())
    trainer.wait_for(lambda now: now.status.epoch > 2, 30)
    trainer.send(command.Rebuild(set_value(many, "layers.0.units", 9)))
    trainer.wait_for(lambda now: now.run is not None and now.run.parent != "" and now.run.epoch > 0, 30)
    trainer.send(command.Pause())
    now = trainer.wait_for(lambda now: now.status.phase == "paused", 30)
    assert now.run is not None
    first = RunStore().find(now.run.parent)
    assert (first.status, first.epoch) == ("paused", now.run.parent_epoch)
    np.testing.assert_array_equal(weights_of(first), weights_after(yes_or_no(), first))


def weights_after(spec: Spec, run: RunCard) -> np.ndarray[Any, Any]:
    """Train without a thread to where a run stands."""
    stands = SavedRun.open(Path(run.folder)).reopen()[0]
    session = Session(set_value(spec, "fit.epochs", 100_000))
    pull = iter(session.steps())
    while (session.epoch, session.batch) != (stands.epoch, stands.batch):
        next(pull)
    return session.model.trained_weights


def test_a_live_setting_of_a_run_that_has_not_ended_is_a_mark_on_its_curve(desk: Desk) -> None:
    first = desk.send(command.RunEpoch()).run
    now = desk.set("compile.optimizer.learning_rate", 0.1)
    assert now.branch is None and now.run is not None and first is not None and now.run.id == first.id
    now = desk.send(command.Play())
    assert now.run is not None and now.run.id == first.id
    assert now.run.marks == ((1.0, "learning_rate 0.1"),)


def test_a_change_that_was_not_trained_is_not_written(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr(keeping, "AUTOSAVE_SECONDS", 0.0)
    first = desk.send(command.RunEpoch()).run
    assert first is not None
    before = contents(first)
    desk.set("compile.optimizer.learning_rate", 0.1)
    desk.send(command.Save())
    desk.trainer.close()
    assert contents(first) == before


def test_a_remedy_from_the_first_weights_on_is_taken_back(desk: Desk) -> None:
    first = desk.send(command.Play()).run
    other = set_value(yes_or_no(), "compile.optimizer.learning_rate", 0.1)
    now = desk.send(command.Rebuild(other, keep_weights=False))
    assert (now.status.phase, now.status.epoch) == ("ready", 0)
    desk.spec = other
    now = desk.turn(yes_or_no())
    assert first is not None and now.run is not None and now.run.id == first.id
    np.testing.assert_array_equal(weights_of(first), weights(yes_or_no(), 4))


def test_another_seed_begins_a_run_of_its_own_and_can_be_taken_back(desk: Desk) -> None:
    first = desk.send(command.Play()).run
    now = desk.set("seed", 4)
    assert first is not None and now.branch is None and now.run is None
    now = desk.set("seed", 3)
    assert now.run is not None and now.run.id == first.id
    desk.set("seed", 4)
    second = desk.send(command.Play()).run
    assert second is not None and second.parent == ""
    np.testing.assert_array_equal(weights_of(second), weights(set_value(yes_or_no(), "seed", 4), 4))


def test_of_another_network_the_list_tells_only_its_own_epochs(desk: Desk) -> None:
    first = desk.send(command.Play())
    desk.set("layers.0.units", 1)
    second = desk.send(command.RunEpoch())
    assert first.run is not None and second.run is not None
    assert {epoch for _, epoch in second.run.best.values()} == {5}
    assert list(second.curves.epochs) == [5] and second.curves.former is not None
    assert list(second.curves.former.epochs) == [1, 2, 3, 4]
    assert second.run.marks == ((4.0, "network changed"),)
    told = f"branched off {first.run.id} at epoch 4; at epoch 4 network changed"
    assert told in detail_lines(second.run)
    specs = [SavedRun.open(Path(run.folder)).spec for run in (first.run, second.run)]
    compared = compared_sentences([first.run, second.run], specs)
    assert f"B: branched off {first.run.id} at epoch 4." in compared
    assert "B: at epoch 4 network changed." in compared and "Layer 1 units: A 6, B 1." in compared


def test_another_rate_for_another_loss_is_the_rate_that_is_trained_with(desk: Desk) -> None:
    desk.send(command.Play())
    now = desk.set("compile.optimizer.learning_rate", 0.1)
    assert now.status.learning_rate == 0.1
    now = desk.set("compile.loss", "mean_squared_error")
    assert now.status.learning_rate == 0.1
