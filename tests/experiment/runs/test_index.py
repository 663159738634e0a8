"""The index of runs: passed over while it is held, made anew when it is lost, never behind the folders."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from nn_tui.cli import main
from nn_tui.errors import RunError
from nn_tui.experiment.checkpoint import STATE, SavedRun
from nn_tui.experiment.headless import resume, train
from nn_tui.experiment.runs.card import CARD, read_card, write_card
from nn_tui.experiment.runs.index import INDEX
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import set_value
from tests.experiment.specs import small

ANSWER_SECONDS = 2.0


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the index as another process does."""
    other = sqlite3.connect(home / INDEX, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.close()


def test_an_index_that_is_held_is_passed_over_at_once(home: Path, tmp_path: Path) -> None:
    list(train(small(), store=RunStore()))
    list(train(small(), save=str(tmp_path / "mine")))
    known = {card.id for card in RunStore().runs()}
    with held(home):
        store = RunStore()
        began = time.monotonic()
        store.purge()
        assert {card.id for card in store.runs()} == known
        card = store.change(store.find(store.runs()[0].id), note="written meanwhile")
        assert time.monotonic() - began < ANSWER_SECONDS
        (last,) = [report.run for report in train(small(), store=store) if report.ending]
        assert last is not None and time.monotonic() - began < 2 * ANSWER_SECONDS
    assert RunStore().find(card.id).note == "written meanwhile"
    assert {card.id for card in RunStore().runs()} == {*known, last.id}


@pytest.mark.parametrize("words", [["runs"], ["evaluate", "last"], ["summary", "last"]])
def test_a_command_answers_while_the_index_is_held(
    words: list[str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    list(train(small(), store=RunStore()))
    assert main(words) == 0
    expected = capsys.readouterr().out
    with held(home):
        began = time.monotonic()
        assert main(words) == 0
        assert time.monotonic() - began < ANSWER_SECONDS
    assert capsys.readouterr().out == expected


def test_runs_in_folders_of_peoples_own_come_back_when_the_index_is_lost(
    home: Path, tmp_path: Path
) -> None:
    for name in ("one", "two", "three"):
        list(train(small(), save=str(tmp_path / name)))
    store = RunStore()
    store.delete(store.find(str(tmp_path / "two")))
    shutil.rmtree(tmp_path / "three")
    (home / INDEX).unlink()
    (card,) = RunStore().runs()
    assert card.folder == str(tmp_path / "one") and card.status == "done"
    assert RunStore().find(card.id) == RunStore().find("last") == card


def test_a_run_of_a_persons_own_is_not_said_to_be_deleted_when_it_is_not(
    home: Path, tmp_path: Path
) -> None:
    list(train(small(), save=str(tmp_path / "mine")))
    store = RunStore()
    (card,) = store.runs()
    with held(home), pytest.raises(RunError, match="so test is as it was"):
        store.delete(card)
    assert RunStore().runs() == [card]
    gone = RunStore().delete(card)
    with held(home), pytest.raises(RunError, match="so test is as it was"):
        RunStore().undelete(gone)
    assert RunStore().undelete(gone).id == card.id and RunStore().runs() == [card]


def test_the_list_says_what_the_folder_says(home: Path) -> None:
    list(train(small(), store=RunStore()))
    (card,) = RunStore().runs()
    write_card(Path(card.folder), replace(card, note="written by who could not reach the index"))
    assert [one.note for one in RunStore().runs()] == ["written by who could not reach the index"]
    older = RunStore()
    older.put(card)  # what one remembers may be old
    assert RunStore().runs()[0].note == "written by who could not reach the index"


def test_an_index_without_a_byte_is_made_anew(home: Path) -> None:
    list(train(small(), store=RunStore()))
    before = RunStore().runs()
    (home / INDEX).write_bytes(b"")
    assert RunStore().runs() == before


def test_an_index_without_room_loses_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as full:
        full.setattr(sqlite3, "connect", refuse)
        list(train(small(), store=RunStore()))
        assert [card.status for card in RunStore().runs()] == ["done"]
    assert [card.status for card in RunStore().runs()] == ["done"]


@pytest.mark.parametrize(
    "damage", ["", "rubbish [", "name = 'x'", None], ids=["empty", "rubbish", "cut", "gone"]
)
def test_a_damaged_spec_is_read_from_the_state(
    damage: str | None, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    list(train(set_value(small(), "fit.epochs", 2), save=str(folder)))
    assert main(["evaluate", str(folder), "--json"]) == 0
    expected = capsys.readouterr().out
    spec = folder / "spec.toml"
    whole = spec.read_text()
    spec.unlink() if damage is None else spec.write_text(damage)
    (home / INDEX).unlink()
    (card,) = RunStore().runs()
    for name in (str(folder), card.id, "last"):
        capsys.readouterr()
        assert main(["evaluate", name, "--json"]) == 0
        assert capsys.readouterr().out == expected
        for words in (
            ["summary", name],
            ["code", name],
            ["export", name, "--output", str(tmp_path / "a.nntui")],
        ):
            assert main([*words, "--force"] if words[0] == "export" else words) == 0
    assert spec.exists() == (damage is not None) and (damage is None or spec.read_text() == damage)
    list(resume(str(folder), epochs=3))
    assert spec.read_text() == whole.replace("epochs = 2", "epochs = 3")
    assert SavedRun.open(folder).spec == set_value(small(), "fit.epochs", 3)
    assert main(["evaluate", str(tmp_path / "a.nntui"), "--json"]) == 0


def test_a_spec_and_a_state_that_are_damaged_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    list(train(small(), save=str(folder)))
    (folder / "spec.toml").write_text("")
    for name in (STATE, f"{STATE}.prev"):
        (folder / name).write_bytes(b"")
    with pytest.raises(Exception, match=r"spec.toml.*no \[data\] part"):
        SavedRun.open(folder)


def test_a_run_without_a_card_is_listed(home: Path) -> None:
    list(train(small(), store=RunStore()))
    (card,) = RunStore().runs()
    (Path(card.folder) / CARD).unlink()
    (home / INDEX).unlink()
    (found,) = RunStore().runs()
    assert (found.id, found.folder) == (card.id, card.folder)
    with pytest.raises(RunError):
        read_card(Path(card.folder))
