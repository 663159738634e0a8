"""The worker's thread, the real one, without an app."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from nn_tui.experiment import commands as command
from nn_tui.experiment.insight_desk import InsightDesk
from nn_tui.experiment.recorder import Recorder
from nn_tui.experiment.session import Session
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.trainer import Trainer
from tests.experiment.specs import small


@pytest.fixture
def trainer() -> Iterator[Trainer]:
    running = Trainer(small())
    yield running
    running.close()
    assert not running.alive


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainer.wait_for, "__defaults__", (10.0,))


def phase(*names: str):  # type: ignore[no-untyped-def]
    return lambda snapshot: snapshot.status.phase in names


def ready(snapshot: Snapshot) -> bool:
    return snapshot.parameters > 0


def losses(snapshot: Snapshot) -> list[float]:
    return list(snapshot.curves.values["loss"])


def by_hand(spec: Spec) -> list[float]:
    """Train without a thread: what every other way must equal to the last digit."""
    session = Session(spec)
    for _ in session.steps():
        pass
    return session.training.history["loss"]


def test_it_is_ready_before_the_first_batch(trainer: Trainer) -> None:
    snapshot = trainer.wait_for(ready)
    assert snapshot.status.phase == "ready"
    assert snapshot.parameters == 2 * 6 + 6 + 6 * 2 + 2
    assert (snapshot.status.batches, snapshot.status.epochs) == (9, 4)
    assert snapshot.status.learning_rate == 0.01


def test_play_trains_to_the_end_with_the_numbers_of_a_run_without_a_thread(
    trainer: Trainer,
) -> None:
    trainer.send(command.Play())
    snapshot = trainer.wait_for(phase("finished"))
    assert losses(snapshot) == by_hand(small())
    assert set(snapshot.curves.values) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    lines = [entry.text for entry in snapshot.log if entry.kind == "epoch"]
    assert len(lines) == 4 and lines[0].startswith("Epoch 1/4 0s - loss: ")
    assert [entry.number for entry in snapshot.log] == list(range(1, len(snapshot.log) + 1))


def test_a_fault_in_measuring_is_told_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*given: object) -> None:
        raise ZeroDivisionError("fell")

    monkeypatch.setattr(Recorder, "catch_up", fall)
    trainer = Trainer(small())
    told = trainer.wait_for(lambda now: bool(now.log))
    assert "Measuring the run failed" in told.log[-1].text and "fell" in told.log[-1].text
    trainer.send(command.Play())
    snapshot = trainer.wait_for(phase("finished"))
    trainer.close()
    assert losses(snapshot) == by_hand(small())


def test_a_fault_in_a_command_is_told_and_the_next_is_obeyed(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*given: object) -> None:
        raise ZeroDivisionError("fell")

    with monkeypatch.context() as patch:
        patch.setattr(InsightDesk, "watch", fall)
        trainer.send(command.Watch((), {}))
        assert "fell" in trainer.wait_for(phase("failed")).status.error
    trainer.send(command.Play())
    assert losses(trainer.wait_for(phase("finished"))) == by_hand(small())


def test_single_batches_and_epochs_give_the_same_numbers(trainer: Trainer) -> None:
    trainer.send(command.RunBatches(3))
    snapshot = trainer.wait_for(lambda s: s.status.phase == "paused" and s.status.batch == 3)
    assert snapshot.status.epoch == 0
    trainer.send(command.RunEpoch())
    snapshot = trainer.wait_for(lambda s: s.status.phase == "paused" and s.status.epoch == 1)
    assert snapshot.status.batch == 0
    trainer.send(command.Play())
    assert losses(trainer.wait_for(phase("finished"))) == by_hand(small())


def test_pausing_stops_and_playing_goes_on_with_the_same_numbers() -> None:
    spec = set_value(small(), "fit.epochs", 60)
    trainer = Trainer(spec)
    trainer.send(command.SetPace(60))
    trainer.send(command.Play())
    trainer.wait_for(lambda s: s.status.epoch >= 2)
    trainer.send(command.Pause())
    paused = trainer.wait_for(phase("paused"))
    assert 2 <= paused.status.epoch < 60
    assert trainer.newest().status.epoch == paused.status.epoch
    trainer.send(command.SetPace(None))
    trainer.send(command.Play())
    assert losses(trainer.wait_for(phase("finished"))) == by_hand(spec)
    trainer.close()


def test_a_reset_leaves_the_curves_before_it_in_sight_and_is_marked(trainer: Trainer) -> None:
    trainer.send(command.Play())
    before = trainer.wait_for(phase("finished")).curves
    trainer.send(command.Rebuild(small(), keep_weights=False))
    now = trainer.wait_for(phase("ready")).curves
    assert not len(now.epochs) and [mark.text for mark in now.marks] == ["reset"]
    assert now.former is not None and list(now.former.values["loss"]) == list(before.values["loss"])
    trainer.send(command.RunEpoch())
    trainer.wait_for(lambda snapshot: snapshot.status.epoch == 1)
    trainer.send(command.Rebuild(set_value(small(), "seed", 4), keep_weights=False))
    again = trainer.wait_for(lambda snapshot: snapshot.spec.seed == 4 and snapshot.status.epoch == 0).curves
    assert again.former is not None and again.former.former is None and len(again.former.epochs) == 1
    assert [mark.text for mark in again.marks] == ["seed 4"]


def test_reset_gives_the_same_initial_weights_and_the_same_numbers(trainer: Trainer) -> None:
    trainer.send(command.Play())
    first = losses(trainer.wait_for(phase("finished")))
    trainer.send(command.Rebuild(small(), keep_weights=False))
    again = trainer.wait_for(lambda s: s.status.phase == "ready" and s.status.epoch == 0)
    assert len(again.curves.epochs) == 0
    trainer.send(command.Play())
    assert losses(trainer.wait_for(phase("finished"))) == first


def test_another_seed_gives_other_numbers(trainer: Trainer) -> None:
    trainer.send(command.Rebuild(set_value(small(), "seed", 4), keep_weights=False))
    trainer.send(command.Play())
    assert losses(trainer.wait_for(phase("finished"))) != by_hand(small())


def test_the_learning_rate_changes_while_training_and_is_marked(trainer: Trainer) -> None:
    trainer.send(command.RunBatches(5))
    trainer.wait_for(phase("paused"))
    trainer.send(command.SetParam("compile.optimizer.learning_rate", 0.5))
    snapshot = trainer.wait_for(lambda s: s.status.learning_rate == 0.5)
    assert snapshot.spec.compile.optimizer.get("learning_rate") == 0.5
    (mark,) = snapshot.curves.marks
    assert mark.text == "learning_rate 0.5" and 0 < mark.epoch < 1
    trainer.send(command.Play())
    assert losses(trainer.wait_for(phase("finished")))[-1] != by_hand(small())[-1]


def test_a_setting_that_is_not_live_is_refused_in_the_log(trainer: Trainer) -> None:
    trainer.send(command.SetParam("layers.0.units", 3))
    snapshot = trainer.wait_for(lambda s: bool(s.log))
    assert "cannot be changed while training" in snapshot.log[-1].text
    assert snapshot.spec == small()


def test_a_changed_stack_keeps_the_weights_of_the_other_layers(trainer: Trainer) -> None:
    trainer.send(command.RunEpoch())
    trainer.wait_for(phase("paused"))
    new = set_value(small(), "layers.0.activation", "tanh")
    trainer.send(command.Rebuild(new))
    snapshot = trainer.wait_for(lambda s: s.spec == new)
    assert snapshot.status.epoch == 1
    assert "All weights and the optimizer's state are kept." in [entry.text for entry in snapshot.log]
    wider = set_value(new, "layers.0.units", 7)
    trainer.send(command.Rebuild(wider))
    snapshot = trainer.wait_for(lambda s: s.spec == wider)
    assert snapshot.log[-1].text == "Weights kept in 0 of 2 layers."
    trainer.send(command.Play())
    curves = trainer.wait_for(phase("finished")).curves
    assert list(curves.epochs) == [2, 3, 4], "those of another network are behind them"
    assert curves.former is not None and list(curves.former.epochs) == [1]


def test_a_network_that_cannot_be_trained_is_told_and_can_be_mended() -> None:
    trainer = Trainer(set_value(small(), "layers.2.units", 1))
    snapshot = trainer.wait_for(phase("failed"))
    assert "1 unit" in snapshot.status.error and snapshot.status.remedy
    trainer.send(command.Rebuild(small()))
    trainer.wait_for(phase("ready"))
    trainer.send(command.Play())
    assert losses(trainer.wait_for(phase("finished"))) == by_hand(small())
    trainer.close()


def test_divergence_stops_with_the_reason_and_finite_weights() -> None:
    spec = set_value(small(), "compile.optimizer", {"type": "SGD", "learning_rate": 1e30})
    trainer = Trainer(spec)
    trainer.send(command.Play())
    snapshot = trainer.wait_for(phase("failed"))
    assert "learning rate" in (snapshot.status.error + snapshot.status.remedy).lower()
    assert snapshot.log[-1].kind == "diverged"
    trainer.close()


def test_an_unexpected_error_in_the_thread_reaches_the_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(self: Session) -> Iterator[bool]:
        yield False
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(Session, "steps", broken)
    trainer = Trainer(small())
    trainer.send(command.Play())
    snapshot = trainer.wait_for(phase("failed"))
    assert "ZeroDivisionError: by zero" in snapshot.status.error
    assert trainer.alive
    trainer.close()


def test_closing_while_training_ends_the_thread() -> None:
    before = threading.active_count()
    trainer = Trainer(set_value(small(), "fit.epochs", 1_000_000))
    trainer.send(command.Play())
    trainer.wait_for(phase("training"))
    trainer.close()
    assert threading.active_count() == before
    assert trainer.newest().status.phase == "closed"


def test_a_finished_run_trains_further_when_played_again(trainer: Trainer) -> None:
    trainer.send(command.Play())
    trainer.wait_for(phase("finished"))
    trainer.send(command.Play())
    snapshot = trainer.wait_for(lambda s: s.status.phase == "finished" and s.status.epoch == 8)
    assert len(snapshot.curves.epochs) == 8
    np.testing.assert_array_equal(snapshot.curves.epochs, np.arange(1, 9))


def test_a_pace_holds_the_training_back(trainer: Trainer) -> None:
    trainer.send(command.SetPace(20))
    trainer.send(command.Play())
    snapshot = trainer.wait_for(phase("finished"))
    assert snapshot.status.seconds > 4 / 20 * 0.9
    assert losses(snapshot) == by_hand(small())


def test_an_insight_is_made_when_watched(trainer: Trainer) -> None:
    trainer.send(command.Watch(("fit",), {}))
    snapshot = trainer.wait_for(lambda s: "fit" in s.insights)
    first = snapshot.insights["fit"]
    trainer.send(command.RunEpoch())
    trainer.wait_for(lambda s: s.insights["fit"] is not first)
    trainer.send(command.Watch((), {}))
    trainer.wait_for(lambda s: not s.insights)


def test_the_step_is_told_in_batches_of_the_size_that_is_trained_and_changes_nothing(
    trainer: Trainer,
) -> None:
    trainer.send(command.Watch(("step",), {"step": {"whole": 1}}))
    snapshot = trainer.wait_for(lambda s: "step" in s.insights)
    controls = {control.option: control.words for control in snapshot.insights["step"].controls}
    assert controls["whole"] == f"batch of {small().fit.batch_size}"
    trainer.send(command.Play())
    done = trainer.wait_for(phase("finished"))
    alone = Session(small())
    for _ in alone.steps():
        pass
    assert losses(done) == alone.training.history["loss"]


def test_a_picture_that_fails_does_not_end_the_training(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: object) -> object:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("nn_tui.experiment.insight_desk.insights", lambda: {"fit": fails})
    trainer.send(command.Watch(("fit",), {}))
    snapshot = trainer.wait_for(lambda s: "fit" in s.insights)
    assert "by nothing" in snapshot.insights["fit"].caption
    trainer.send(command.RunEpoch())
    trainer.wait_for(lambda s: s.status.epoch == 1)
