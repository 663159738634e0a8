"""Going back through the epochs kept: what one stands on, what goes on from there, what stays on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nn_tui.experiment import commands as command
from nn_tui.experiment.breakpoints import Breakpoint
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.epochs import KeptEpochs
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.trainer import Trainer
from nn_tui.insight.pictures import Graph
from tests.experiment.specs import small

EPOCHS = 6


class Walk:
    """A trainer of six epochs, every one of them kept, and what it says."""

    def __init__(self, store: RunStore | None) -> None:
        self.trainer = Trainer(set_value(small(), "fit.epochs", EPOCHS), store)
        self.now = self.trainer.wait_for(lambda now: now.parameters > 0, 20)

    def send(self, *orders: command.Command) -> None:
        for order in orders:
            self.trainer.send(order)

    def train_all(self) -> Snapshot:
        for epoch in range(1, EPOCHS + 1):  # a pause keeps the epoch it comes after
            self.send(command.RunEpoch())
            self.at(epoch)
        return self.now

    def at(self, epoch: int, batch: int = 0, *, moves: int = 0) -> Snapshot:
        """Wait until it rests there."""

        def rests(now: Snapshot) -> bool:
            status = now.status
            here = (status.epoch, status.batch) == (epoch, batch) and now.moves >= moves
            return here and status.phase in ("paused", "finished", "ready")

        self.now = self.trainer.wait_for(rests, 20)
        return self.now

    def back(self, epoch: int, batch: int = 0) -> Snapshot:
        self.send(command.StepBack())
        return self.at(epoch, batch, moves=self.now.moves + 1)

    def forward(self, epoch: int, batch: int = 0) -> Snapshot:
        self.send(command.RunEpoch())
        return self.at(epoch, batch, moves=self.now.moves + 1)


@pytest.fixture
def walk() -> Iterator[Walk]:
    made = Walk(RunStore())
    yield made
    made.trainer.close()
    assert not made.trainer.alive


def losses(now: Snapshot) -> list[float]:
    return list(now.curves.values.get("loss", []))


def alone(epochs: int = EPOCHS) -> list[float]:
    session = Session(set_value(small(), "fit.epochs", epochs))
    for _ in session.steps():
        pass
    return session.training.history["loss"]


def contents(run: RunCard) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in sorted(Path(run.folder).rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def test_back_and_forward_walk_through_the_epochs_and_leave_the_run_as_it_is(walk: Walk) -> None:
    end = walk.train_all()
    assert end.run is not None
    before: dict[str, bytes] = {}
    for epoch in (5, 4, 3):
        now = walk.back(epoch)
        before = before or contents(end.run)  # what was trained last is saved before going back
        assert len(losses(now)) == epoch and now.place is not None
        assert (now.place.epoch, now.place.last, now.status.phase) == (epoch, EPOCHS, "paused")
        assert now.curves.former is not None and list(now.curves.former.values["loss"]) == losses(end)
        assert now.run is not None and now.run.id == end.run.id
    assert contents(end.run) == before
    walk.forward(4)
    walk.forward(5)
    now = walk.forward(6)
    assert now.place is None and now.curves.former is None and now.status.phase == "finished"
    assert losses(now) == losses(end)
    assert len(RunStore().runs()) == 1


def test_what_goes_on_from_the_past_equals_the_run_as_it_was_and_is_a_new_run(walk: Walk) -> None:
    end = walk.train_all()
    assert end.run is not None
    walk.back(5)
    before = contents(end.run)
    walk.back(4)
    walk.back(3)
    walk.send(command.Play())
    now = walk.trainer.wait_for(lambda now: now.status.phase == "finished", 20)
    assert losses(now) == losses(end) == alone()
    assert now.run is not None and (now.run.parent, now.run.parent_epoch) == (end.run.id, 3)
    assert contents(end.run) == before and len(RunStore().runs()) == 2
    kept = [KeptEpochs(Path(run.folder)).read(EPOCHS)["model"] for run in (end.run, now.run)]
    np.testing.assert_array_equal(kept[0]["weights"], kept[1]["weights"])
    assert kept[0]["random"] == kept[1]["random"]
    assert now.place is None and now.curves.former is not None


def test_at_the_end_again_the_run_itself_is_trained_further(walk: Walk) -> None:
    end = walk.train_all()
    walk.back(5)
    now = walk.forward(6)
    walk.send(command.Play())
    now = walk.trainer.wait_for(lambda now: now.status.epoch == 2 * EPOCHS, 20)
    assert end.run is not None and now.run is not None and now.run.id == end.run.id
    assert losses(now) == alone(2 * EPOCHS)


def test_the_middle_of_an_epoch_is_come_back_to(walk: Walk) -> None:
    walk.send(command.RunEpoch())
    walk.at(1)
    walk.send(command.RunBatches(4))
    walk.at(1, 4)
    now = walk.back(1)
    assert now.place is not None and now.place.last == pytest.approx(1 + 4 / 9)
    walk.back(0)
    assert walk.now.status.phase == "ready"
    walk.forward(1)
    walk.forward(1, 4)
    assert walk.now.place is None
    walk.send(command.Play())
    now = walk.trainer.wait_for(lambda now: now.status.phase == "finished", 20)
    assert losses(now) == alone()


def test_another_setting_makes_a_fork_of_it(walk: Walk) -> None:
    end = walk.train_all()
    walk.back(5)
    walk.back(4)
    walk.send(command.SetParam("compile.optimizer.learning_rate", 0.3), command.RunEpoch())
    now = walk.at(5)
    assert losses(now)[:4] == losses(end)[:4] and losses(now)[4] != losses(end)[4]
    assert end.run is not None and now.run is not None and now.run.parent == end.run.id
    assert now.run.id != end.run.id and now.place is None


def test_the_experiment_is_the_one_of_the_epoch(walk: Walk) -> None:
    walk.send(command.RunEpoch())
    walk.at(1)
    walk.send(command.RunEpoch())
    walk.at(2)
    walk.send(command.SetParam("compile.optimizer.learning_rate", 0.3), command.RunEpoch())
    after = walk.at(3)
    now = walk.back(2)
    assert after.status.learning_rate == 0.3 and now.status.learning_rate == 0.01
    assert now.spec.compile.optimizer.get("learning_rate") == 0.01
    assert walk.forward(3).status.learning_rate == 0.3


def test_the_insights_and_the_diagnosis_show_that_epoch(walk: Walk) -> None:
    walk.send(command.Watch(("network",), {}))
    end = walk.train_all()
    assert end.run is not None
    walk.back(5)
    now = walk.back(4)
    picture = now.insights["network"]
    assert isinstance(picture, Graph)
    session = Session(now.spec)
    session.restore(KeptEpochs(Path(end.run.folder)).read(4))
    np.testing.assert_array_equal(picture.edges[0], session.model.layers[0].weight("kernel"))
    assert now.diagnosis is not None and now.diagnosis.epoch == 4


def test_going_back_while_it_trains_pauses_and_loses_nothing(walk: Walk) -> None:
    walk.send(command.SetPace(4), command.Play())
    walk.trainer.wait_for(lambda now: now.status.epoch >= 1, 20)
    walk.send(command.StepBack())
    now = walk.trainer.wait_for(lambda now: now.moves == 1, 20)
    assert now.status.phase in ("paused", "ready") and now.place is not None
    last, run = now.place.last, now.run
    walk.send(command.SetPace(None))
    while now.place is not None:
        walk.send(command.RunEpoch())
        now = walk.trainer.wait_for(lambda new, seen=now.moves: new.moves > seen, 20)  # type: ignore[misc]
    assert now.status.epoch + now.status.batch / now.status.batches == pytest.approx(last)
    assert run is not None and now.run is not None and now.run.id == run.id
    walk.send(command.Play())
    assert losses(walk.trainer.wait_for(lambda now: now.status.phase == "finished", 20)) == alone()


def test_a_condition_that_holds_where_one_goes_to_does_not_stop_the_next_epoch(walk: Walk) -> None:
    walk.train_all()
    walk.send(command.BreakAt((Breakpoint("loss", "<", 5.0),)))
    walk.back(5)
    walk.send(command.Play())
    now = walk.trainer.wait_for(
        lambda now: now.status.phase in ("paused", "finished") and not now.place, 20
    )
    assert (now.status.phase, now.status.stopped) == ("finished", "")


def test_at_the_start_and_without_a_run_it_is_said(walk: Walk) -> None:
    walk.send(command.StepBack())
    told = walk.trainer.wait_for(lambda now: bool(now.log), 20).log[-1].text
    assert told == "No epoch is kept to go back to. Train first."
    walk.send(command.RunEpoch())
    walk.at(1)
    walk.back(0)
    walk.send(command.StepBack())
    walk.trainer.wait_for(lambda now: now.log[-1].text == "This is the start.", 20)


def test_nothing_is_kept_without_a_store() -> None:
    walk = Walk(None)
    walk.train_all()
    walk.send(command.StepBack())
    now = walk.trainer.wait_for(lambda now: "No epoch is kept" in now.log[-1].text, 20)
    assert (now.status.epoch, now.place) == (EPOCHS, None)
    walk.trainer.close()


def test_a_run_that_is_not_being_saved_is_not_left(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    from nn_tui.errors import RunError
    from nn_tui.experiment.checkpoint import SavedRun

    def full(*arguments: object) -> None:
        raise RunError("The disk is full.", "Make room.")

    walk.send(command.RunEpoch())
    walk.at(1)
    monkeypatch.setattr(SavedRun, "save", full)
    walk.send(command.RunEpoch())
    walk.at(2)
    walk.send(command.StepBack())
    now = walk.trainer.wait_for(lambda now: "would lose what is not saved" in now.log[-1].text, 20)
    assert (now.status.epoch, now.place) == (2, None)


def test_after_a_divergence_one_can_go_back() -> None:
    from tests.experiment.diagnosis.runs import dense, spec

    rising = spec(
        [dense(1)], data='source = "plane"\nrows = 200', learns='loss = "mean_squared_error"',
        optimizer="SGD", rate=0.01,
    )  # fmt: skip
    trainer = Trainer(rising, RunStore())
    trainer.send(command.RunEpoch())
    trainer.wait_for(lambda now: now.status.epoch == 1 and now.status.phase == "paused", 20)
    trainer.send(command.SetParam("compile.optimizer.learning_rate", 1e6))
    trainer.send(command.Play())
    trainer.wait_for(lambda now: now.status.phase == "failed", 20)
    trainer.send(command.StepBack())
    now = trainer.wait_for(lambda now: now.moves == 1, 20)
    assert (now.status.phase, now.status.epoch, now.status.error) == ("paused", 1, "")
    assert now.status.learning_rate == 0.01
    trainer.send(command.Play())
    assert trainer.wait_for(lambda now: now.status.phase == "finished", 20).status.epoch == 20
    trainer.close()
