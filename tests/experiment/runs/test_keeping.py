"""What is kept of a run while it trains: its history, some epochs, and what happens when the disk fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nn_tui.errors import DataError, RunError
from nn_tui.experiment import commands as command
from nn_tui.experiment.checkpoint import STATE, SavedRun
from nn_tui.experiment.runs import keeper as keeping
from nn_tui.experiment.runs.epochs import MOST, KeptEpochs
from nn_tui.experiment.runs.history_file import HistoryFile
from nn_tui.experiment.runs.shelf import Fork
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.trainer import Trainer
from tests.experiment.specs import small


def test_the_history_is_a_table_that_grows_and_is_cut(tmp_path: Path) -> None:
    history = HistoryFile(tmp_path)
    history.append(1, {"loss": 0.5})
    history.append(2, {"loss": 0.25})
    history.flush()
    history.append(3, {"loss": 0.125, "accuracy": 1.0})
    history.flush()
    assert (tmp_path / "history.csv").read_text() == "epoch,loss,accuracy\n1,0.5,\n2,0.25,\n3,0.125,1.0\n"
    again = HistoryFile(tmp_path)
    again.cut(2)
    again.append(3, {"loss": 0.1, "accuracy": 0.5})
    again.flush()
    assert list(again.rows()) == [
        (1, {"loss": 0.5}),
        (2, {"loss": 0.25}),
        (3, {"loss": 0.1, "accuracy": 0.5}),
    ]


def test_a_line_that_was_cut_off_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text("epoch,loss\n1,0.5\n2,0.2")
    history = HistoryFile(tmp_path)
    history.cut(5)
    assert list(history.rows()) == [(1, {"loss": 0.5})]


def test_kept_epochs_are_few_the_older_the_sparser(tmp_path: Path) -> None:
    spec = set_value(small(), "fit.epochs", 300)
    session, kept = Session(spec), KeptEpochs(tmp_path)
    kept.keep(session, always=True)
    for ended in session.steps():
        if ended:
            kept.keep(session, always=True)
            if session.epoch % 7 == 0:
                kept.flush()
    kept.flush()
    numbers = kept.numbers()
    assert numbers[0] == 0 and numbers[-1] == 300 and MOST // 2 < len(numbers) <= MOST
    gaps = np.diff(numbers)
    assert gaps[: len(gaps) // 2].mean() > gaps[len(gaps) // 2 :].mean()
    again = SavedRun(tmp_path, spec).session_at(kept.read(numbers[5]))
    assert again.epoch == numbers[5]
    with pytest.raises(RunError, match="Epoch 1 is not kept"):
        kept.read(1)


@pytest.fixture
def trainers() -> Iterator[list[Trainer]]:
    made: list[Trainer] = []
    yield made
    for trainer in made:
        trainer.close()


def finished(snapshot: Snapshot) -> bool:
    return snapshot.status.phase in ("finished", "failed")


def test_the_worker_keeps_its_run_from_the_first_batch_on(trainers: list[Trainer]) -> None:
    trainer = Trainer(small(), RunStore())
    trainers.append(trainer)
    assert RunStore().runs() == []
    trainer.send(command.RunEpoch())
    snapshot = trainer.wait_for(lambda now: now.status.phase == "paused")
    (card,) = RunStore().runs()
    assert snapshot.run is not None and snapshot.run.id == card.id
    assert (card.status, card.epoch) == ("paused", 1)
    trainer.send(command.Play())
    trainer.wait_for(finished)
    assert RunStore().runs()[0].status == "done"
    trainer.send(command.Rebuild(small(), keep_weights=False))
    trainer.send(command.RunBatches(3))
    trainer.wait_for(lambda now: now.status.phase == "paused" and now.status.batch == 3)
    assert len(RunStore().runs()) == 2


@pytest.mark.parametrize("batches", [3, 9, 14])
def test_a_run_that_was_left_goes_on_in_the_app_bit_for_bit(trainers: list[Trainer], batches: int) -> None:
    whole = Session(small())
    losses = [whole.last_epoch()["loss"] for ended in whole.steps() if ended]
    first = Trainer(small(), RunStore())
    first.send(command.SetParam("compile.optimizer.learning_rate", 0.01))  # as it is: no mark on the curve
    first.send(command.RunBatches(batches))
    first.wait_for(lambda now: now.status.phase == "paused" and now.status.epoch * 9 + now.status.batch > 0)
    first.close()
    (card,) = RunStore().runs()
    second = Trainer(small(), RunStore(), card)
    trainers.append(second)
    second.wait_for(lambda now: now.status.phase == "paused")
    second.send(command.Play())
    snapshot = second.wait_for(finished)
    assert list(snapshot.curves.values["loss"]) == losses
    assert len(RunStore().runs()) == 1


def test_a_run_is_saved_when_it_is_left_in_the_middle_of_an_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(set_value(small(), "fit.epochs", 100_000), RunStore())
    trainer.send(command.Play())
    trainer.wait_for(lambda now: now.status.epoch > 3)
    trainer.close()
    snapshot = trainer.newest()
    (card,) = RunStore().runs()
    session, _, _ = SavedRun.open(Path(card.folder)).reopen()
    assert (session.epoch, session.batch) == (snapshot.status.epoch, snapshot.status.batch)
    assert [epoch for epoch, _ in HistoryFile(Path(card.folder)).rows()] == list(
        range(1, session.epoch + 1)
    )


def test_a_full_disk_is_told_once_and_training_goes_on(
    trainers: list[Trainer], monkeypatch: pytest.MonkeyPatch
) -> None:
    full = True

    def write(self: SavedRun, *_: object) -> None:
        if full:
            raise RunError(f"{self.folder} cannot be written: No space left on device.", "Make room.")

    monkeypatch.setattr(SavedRun, "save", write)
    monkeypatch.setattr(keeping, "AUTOSAVE_SECONDS", 0.0)
    trainer = Trainer(small(), RunStore())
    trainers.append(trainer)
    trainer.send(command.RunEpoch())
    snapshot = trainer.wait_for(lambda now: now.status.phase == "paused")
    assert "No space left" in snapshot.trouble
    full = False
    trainer.send(command.Play())
    snapshot = trainer.wait_for(finished)
    told = [entry.text for entry in snapshot.log if entry.kind == "saved"]
    assert snapshot.status.phase == "finished" and not snapshot.trouble
    assert len(told) == 2 and "not being saved" in told[0] and "saved again" in told[1]


def test_a_place_for_runs_that_cannot_be_made_is_told(
    trainers: list[Trainer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NN_TUI_HOME", str(tmp_path / "file"))
    trainer = Trainer(small(), RunStore())
    trainers.append(trainer)
    trainer.send(command.Play())
    snapshot = trainer.wait_for(finished)
    assert snapshot.status.phase == "finished" and "not being saved" in snapshot.trouble


def test_data_that_changed_since_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"{n},{n % 7},{'ab'[n % 2]}\n" for n in range(50))
    (tmp_path / "rows.csv").write_text("x,y,kind\n" + rows)
    from nn_tui.experiment.headless import resume, train
    from nn_tui.experiment.sources import open_source

    spec = set_value(open_source("rows.csv"), "fit.epochs", 2)
    list(train(spec, save="run"))
    monkeypatch.chdir("/")
    assert len(list(resume(str(tmp_path / "run"), epochs=3))) == 2
    (tmp_path / "rows.csv").write_text("x,y,kind\n" + rows.replace("3,", "4,"))
    with pytest.raises(RunError, match="have changed since"):
        resume(str(tmp_path / "run"), epochs=4)
    (tmp_path / "rows.csv").unlink()
    with pytest.raises((DataError, ValueError), match=r"rows\.csv"):
        resume(str(tmp_path / "run"), epochs=4)


def test_a_fork_begins_at_a_kept_epoch_with_what_was_changed(trainers: list[Trainer]) -> None:
    first = Trainer(set_value(small(), "fit.epochs", 12), RunStore())
    trainers.append(first)
    first.send(command.SetPace(200))
    first.send(command.Play())
    before = first.wait_for(finished)
    (card,) = RunStore().runs()
    numbers = KeptEpochs(Path(card.folder)).numbers()
    assert numbers[0] == 0 and numbers[-1] == 12
    epoch = numbers[len(numbers) // 2]

    same = Trainer(before.spec, RunStore(), Fork(card, epoch))
    other = Trainer(
        set_value(before.spec, "compile.optimizer.learning_rate", 0.1), RunStore(), Fork(card, epoch)
    )
    trainers.extend([same, other])
    for trainer in (same, other):
        trainer.wait_for(lambda now: now.status.phase == "paused" or bool(now.status.error))
        trainer.send(command.Play())
    ended, changed = same.wait_for(finished), other.wait_for(finished)
    np.testing.assert_array_equal(ended.curves.values["loss"], before.curves.values["loss"])
    one, two = before.curves.values["loss"], changed.curves.values["loss"]
    np.testing.assert_array_equal(one[:epoch], two[:epoch])
    assert (one[epoch:] != two[epoch:]).all()
    forks = [run for run in RunStore().runs() if run.parent == card.id]
    assert [run.parent_epoch for run in forks] == [epoch, epoch]
    rows = list(HistoryFile(Path(forks[0].folder)).rows())
    assert [number for number, _ in rows] == list(range(1, 13))


def test_a_fork_may_have_another_stack(trainers: list[Trainer]) -> None:
    first = Trainer(small(), RunStore())
    first.send(command.Play())
    first.wait_for(finished)
    first.close()
    (card,) = RunStore().runs()
    wider = set_value(small(), "layers.0.units", 9)
    trainer = Trainer(wider, RunStore(), Fork(card, 4))
    trainers.append(trainer)
    snapshot = trainer.wait_for(lambda now: now.status.phase != "ready")
    assert snapshot.parameters == 2 * 9 + 9 + 9 * 2 + 2 and snapshot.status.epoch == 4
    assert STATE in {path.name for path in Path(card.folder).iterdir()}
