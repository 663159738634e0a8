"""The index of runs: found, renamed, deleted and taken back, by several processes, after damage."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from nn_tui.errors import RunError
from nn_tui.experiment.headless import train
from nn_tui.experiment.runs.card import read_card
from nn_tui.experiment.runs.keeper import Keeper, hold
from nn_tui.experiment.runs.store import KEPT_DELETED, RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec_file import set_value
from tests.experiment.specs import small


def trained(store: RunStore, name: str = "test", epochs: int = 2) -> str:
    """Train a run in the store and give its id."""
    spec = replace(set_value(small(), "fit.epochs", epochs), name=name)
    saved, card = store.create(spec)
    session = Session(spec)
    keeper = Keeper(saved, card, store.put)
    keeper.begin(session)
    for ended in session.steps():
        if ended:
            keeper.epoch_ended(session, session.last_epoch(), 0.1)
    keeper.save(session, "done", 1.5)
    keeper.close()
    return card.id


def test_a_run_says_what_it_is_and_what_it_reached(home: Path) -> None:
    identity = trained(RunStore())
    (card,) = RunStore().runs()
    assert card.id == identity and card.folder == str(home / "runs" / identity)
    assert (card.source, card.network) == ("circle", "6 relu - dropout 0.1 - 2 softmax")
    assert (card.status, card.epoch, card.epochs, card.seconds) == ("done", 2, 2, 1.5)
    assert set(card.best) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert card.headline is not None and card.headline[0] == "val_accuracy"
    assert card.sparks[-1] == card.last["val_loss"] and "numpy" in card.versions
    assert read_card(Path(card.folder)) == card


def test_a_best_value_is_the_largest_accuracy_and_the_smallest_loss() -> None:
    began = card = RunStore().create(small())[1]
    measured = [(0.5, 0.7), (0.2, 0.9), (0.3, 0.8), (float("nan"), 0.1)]
    epochs = [
        (epoch, {"loss": loss, "accuracy": accuracy}) for epoch, (loss, accuracy) in enumerate(measured, 1)
    ]
    card = card.with_epochs(epochs)
    assert card.best == {"loss": (0.2, 2), "accuracy": (0.9, 2)}
    epochs += [(epoch, {"loss": 1 / epoch, "accuracy": 0.5}) for epoch in range(5, 1000)]
    card = card.with_epochs(epochs[4:])
    assert len(card.sparks) < 64 and card.stride == 16
    one_by_one = began
    for epoch in epochs:
        one_by_one = one_by_one.with_epochs([epoch])
    assert one_by_one == card == card.with_epochs([])


def test_a_run_is_found_by_folder_id_beginning_name_and_last() -> None:
    store = RunStore()
    first, second = trained(store, "one"), trained(store, "two")
    folder = store.find(first).folder
    for text in (folder, first, first[:-2], first.rsplit("-", 1)[1], "one"):
        assert store.find(text).id == first
    assert store.find("last").id == second
    with pytest.raises(RunError, match="names 2 runs"):
        store.find(first[:8])
    with pytest.raises(RunError, match=r"no run 'onne'\. Did you mean one\?"):
        store.find("onne")


def test_names_and_notes_are_changed_and_outlive_the_training() -> None:
    store = RunStore()
    card = store.change(store.find(trained(store)), name="renamed", note="a word")
    assert store.find("renamed").note == "a word" == read_card(Path(card.folder)).note


def test_a_deleted_run_is_taken_back_within_a_week() -> None:
    store = RunStore()
    identity = trained(store)
    gone = store.delete(store.find(identity))
    assert store.runs() == [] and [card.id for card in store.runs(deleted=True)] == [identity]
    back = store.undelete(gone)
    assert store.runs() == [back] and Path(back.folder).is_dir()
    gone = store.delete(back)
    store.purge(gone.deleted + KEPT_DELETED - 1)
    assert Path(gone.folder).is_dir()
    store.purge(gone.deleted + KEPT_DELETED + 1)
    assert not Path(gone.folder).exists() and store.runs(deleted=True) == []


def test_a_persons_own_folder_is_listed_but_never_deleted(tmp_path: Path) -> None:
    list(train(small(), save=str(tmp_path / "mine")))
    store = RunStore()
    (card,) = store.runs()
    assert card.folder == str(tmp_path / "mine") and card.status == "done"
    gone = store.delete(card)
    store.purge(gone.deleted + KEPT_DELETED + 1)
    assert store.runs() == [] and (tmp_path / "mine" / "state.safetensors").is_file()


@pytest.mark.parametrize("damage", ["lost", "rubbish", "cut"])
def test_an_index_that_is_lost_or_damaged_is_made_anew(home: Path, damage: str) -> None:
    identity = trained(RunStore())
    index = home / "runs.sqlite"
    if damage == "lost":
        index.unlink()
    else:
        index.write_bytes(b"rubbish" * 1000 if damage == "rubbish" else index.read_bytes()[:1000])
    assert [card.id for card in RunStore().runs()] == [identity]


def test_an_index_that_cannot_be_written_loses_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(sqlite3, "connect", refuse)
    identity = trained(RunStore())
    assert [card.id for card in RunStore().runs()] == [identity]


def test_several_processes_write_the_index_at_once(home: Path) -> None:
    code = (
        "from nn_tui.experiment.runs.store import RunStore\n"
        "from tests.experiment.specs import small\n"
        "for _ in range(15): RunStore().create(small())\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [process.wait(300) for process in running] == [0, 0, 0]
    assert len(RunStore().runs()) == 45


def test_a_run_that_the_index_has_missed_is_found_by_its_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = trained(RunStore())
    with monkeypatch.context() as locked:
        locked.setattr(sqlite3, "connect", _locked)
        second = trained(RunStore())
    assert {card.id for card in RunStore().runs()} == {first, second}
    with closing(sqlite3.connect(home / "runs.sqlite")) as index:
        rows = index.execute("SELECT id FROM runs").fetchall()
    assert {identity for (identity,) in rows} == {first, second}


def _locked(*_: object, **__: object) -> None:
    raise sqlite3.OperationalError("database is locked")


def test_a_run_in_training_is_not_taken_by_another() -> None:
    store = RunStore()
    saved, card = store.create(small())
    keeper = Keeper(saved, card)
    with pytest.raises(RunError, match=f"being trained by another nn-tui .process {os.getpid()}"):
        Keeper(saved, card)
    with pytest.raises(RunError, match="test is open"):
        store.delete(card)
    keeper.close()
    Keeper(saved, card).close()


def test_a_run_that_another_process_has_deleted_is_not_renamed_into_being(home: Path) -> None:
    store = RunStore()
    seen = store.find(trained(store))
    gone = RunStore().delete(seen)
    with pytest.raises(RunError, match="not there any more"):
        store.change(seen, name="better name")
    assert not Path(seen.folder).exists()
    with pytest.raises(RunError, match="not there any more"):
        store.delete(seen)
    store.undelete(gone)
    assert store.find(seen.id).name == "test"


def test_a_folder_that_was_removed_is_not_made_anew_by_saving() -> None:
    store = RunStore()
    saved, card = store.create(small())
    session, keeper = Session(small()), Keeper(saved, card, store.put)
    keeper.begin(session)
    shutil.rmtree(card.folder)
    assert "not being saved" in keeper.save(session, "training")
    keeper.close()
    assert not Path(card.folder).exists()
    with pytest.raises(RunError, match="not there any more"):
        Keeper(saved, card)


def test_a_name_given_to_the_run_that_is_open_outlives_its_next_saving() -> None:
    store = RunStore()
    saved, card = store.create(small())
    session, keeper = Session(small()), Keeper(saved, card, store.put)
    keeper.begin(session)
    store.change(card, name="mine", note="a word")
    keeper.save(session, "paused")
    keeper.close()
    (after,) = RunStore().runs()
    assert (after.name, after.note, after.status) == ("mine", "a word", "paused")
    assert read_card(Path(card.folder)) == after


def test_what_an_older_version_left_in_the_place_of_a_deleted_run_does_not_keep_it_away() -> None:
    store = RunStore()
    card = store.find(trained(store))
    gone = store.delete(card)
    Path(card.folder).mkdir()
    (Path(card.folder) / "run.json").write_bytes((Path(gone.folder) / "run.json").read_bytes())
    back = store.undelete(gone)
    assert Path(back.folder, "state.safetensors").is_file() and [one.id for one in store.runs()] == [
        card.id
    ]


def test_who_waited_for_the_lock_of_a_run_that_was_moved_does_not_get_it() -> None:
    store = RunStore()
    card = store.create(small())[1]
    lock = Path(card.folder) / "lock"
    lock.write_text("")

    class Moving(type(lock.parent)):  # type: ignore[misc]  # moved between opening the lock and having it
        def is_dir(self) -> bool:
            return True

    gone = store.delete(card)
    with pytest.raises(RunError, match="not there any more"):
        hold(Moving(card.folder))
    assert Path(gone.folder).is_dir()


def test_two_runs_of_a_second_never_share_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, draw = iter([b"\x00\x01", b"\x00\x01", b"\x00\x02"]), os.urandom
    monkeypatch.setattr(os, "urandom", lambda count: next(drawn) if count == 2 else draw(count))
    monkeypatch.setattr("nn_tui.experiment.runs.store.time.time", lambda: 1.8e9)
    store = RunStore(tmp_path)
    first, second = store.create(small())[1], store.create(small())[1]
    assert first.id.endswith("-0001") and second.id.endswith("-0002")
