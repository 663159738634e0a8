"""Runs on a disk without room, and in folders that go away while they train."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nn_tui.cli import main
from nn_tui.errors import RunError
from nn_tui.experiment import files
from nn_tui.experiment.checkpoint import STATE, SavedRun
from nn_tui.experiment.headless import Report, resume, train
from nn_tui.experiment.runs import epochs as kept_epochs
from nn_tui.experiment.runs import keeper as keeping
from nn_tui.experiment.runs.card import read_card
from nn_tui.experiment.runs.epochs import MOST, KeptEpochs
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec_file import save, set_value
from tests.experiment.specs import small


class Disk:
    """A disk of so many bytes, by counting what is in a folder before anything is written there."""

    def __init__(self, folder: Path, room: int) -> None:
        self.folder, self.room = folder, room

    @property
    def used(self) -> int:
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def require(self, more: int) -> None:
        if self.used + more > self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Give a disk whose room may be changed."""
    made = Disk(tmp_path, 1 << 40)
    sync = files.sync_file
    monkeypatch.setattr(files, "sync_file", lambda descriptor: (made.require(0), sync(descriptor))[1])
    monkeypatch.setattr(keeping, "AUTOSAVE_SECONDS", 0.0)
    return made


def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every epoch, whatever it costs."""
    monkeypatch.setattr(kept_epochs, "SHARE", 0)


def test_a_full_disk_is_status_1_and_says_which_epoch_is_kept(
    disk: Disk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(small(), tmp_path / "spec.toml")
    folder = str(tmp_path / "run")
    assert main(["train", str(tmp_path / "spec.toml"), "--epochs", "2", "--save", folder]) == 0
    disk.room = 0
    capsys.readouterr()
    assert main(["train", "--resume", folder, "--epochs", "4", "--json"]) == 1
    printed = capsys.readouterr()
    end, last = json.loads(printed.out.splitlines()[-1]), printed.err.splitlines()[-1]
    assert (end["status"], end["saved"]) == ("done", False)
    assert "This run is not being saved" in last and "No space left on device" in last
    assert last.endswith("The state that is kept is from after epoch 2.")
    assert SavedRun.open(Path(folder)).reopen()[0].epoch == 2
    disk.room = 1 << 40
    assert main(["train", "--resume", folder, "--epochs", "4", "--json"]) == 0
    assert SavedRun.open(Path(folder)).reopen()[0].epoch == 4


def test_kept_epochs_make_room_for_the_run_itself(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    always(monkeypatch)
    folder = tmp_path / "run"
    list(train(set_value(small(), "fit.epochs", 8), save=str(folder)))
    before = KeptEpochs(folder).numbers()
    assert len(before) == 9
    disk.room = disk.used - 1  # not a byte left
    (end,) = [report for report in resume(str(folder), epochs=12) if report.ending]
    assert end.trouble == "" and end.exit_status == 0
    assert SavedRun.open(folder).reopen()[0].epoch == 12
    assert len(KeptEpochs(folder).numbers()) < 9 and disk.used <= disk.room


def test_never_more_epochs_than_are_kept_at_most(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    always(monkeypatch)
    kept = KeptEpochs(tmp_path)
    session = Session(set_value(small(), "fit.epochs", 200), keep_history=False)
    for epoch in range(1, 200):
        session.training.epoch = epoch
        disk.room = 0 if epoch % 10 < 7 else 1 << 40
        kept.keep(session, always=True)
        if epoch % 3 == 0:
            kept.flush()
        assert len(list((tmp_path / "epochs").glob("*"))) <= MOST and len(kept._held) <= MOST + 1
    disk.room = 1 << 40
    kept.flush()
    assert MOST // 2 < len(kept.numbers()) <= MOST and kept.numbers()[-1] == 199
    assert all(path.suffix == ".safetensors" for path in (tmp_path / "epochs").iterdir())


def test_states_that_cannot_be_written_do_not_fill_the_memory(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.room = 0
    kept = KeptEpochs(tmp_path)
    session = Session(small(), keep_history=False)
    kept.keep(session, always=True)
    monkeypatch.setattr(kept_epochs, "HELD", 3 * kept._size)
    for epoch in range(1, 50):
        session.training.epoch = epoch
        kept.keep(session, always=True)
        assert len(kept._held) <= 4
    assert 49 in kept.numbers()


def _removed(folder: Path) -> None:
    shutil.rmtree(folder)


def _replaced_by_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("")


def _state_removed(folder: Path) -> None:
    for path in folder.glob(f"{STATE}*"):
        path.unlink()


@pytest.mark.parametrize("spoil", [_removed, _replaced_by_a_file])
def test_a_folder_that_goes_away_while_it_trains_is_told_and_not_made_anew(
    tmp_path: Path, spoil: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    monkeypatch.setattr(keeping, "AUTOSAVE_SECONDS", 0.0)
    told: list[str] = []
    reports: list[Report] = []
    for report in train(small(), save=str(folder), warn=told.append):
        reports.append(report)
        if report.epoch == 2:
            spoil(folder)
    assert reports[-1].exit_status == 1
    assert reports[-1].trouble.endswith("Nothing of it is kept.")
    assert [line for line in told if "not being saved" in line] == told != []
    assert not folder.is_dir()


def test_a_state_that_goes_away_while_it_trains_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "run"
    for report in train(small(), save=str(folder)):
        if report.epoch == 2:
            _state_removed(folder)
    assert SavedRun.open(folder).reopen()[0].epoch == 4


def test_what_the_list_says_is_what_is_kept(disk: Disk, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    list(train(set_value(small(), "fit.epochs", 2), save=str(folder)))
    disk.room = 0
    list(resume(str(folder), epochs=4))
    assert read_card(folder).epoch == 2


@pytest.mark.parametrize(
    "words",
    [
        ["export", "RUN", "--output", "model.safetensors"],
        ["predict", "RUN", "rows.csv", "--output", "out.csv"],
        ["evaluate", "RUN", "--report", "report.md"],
        ["code", "RUN", "--data", "rows.npz"],
        ["runs", "--rename", "RUN", "other"],
        ["train", "spec.toml", "--save", "new"],
        ["train", "spec.toml"],
        ["train", "spec.toml", "--save", "run", "--overwrite"],
        ["sweep", "spec.toml", "--vary", "fit.epochs=1,2", "--save", "swept"],
    ],
    ids=" ".join,
)
def test_every_command_says_in_one_line_that_there_is_no_room(
    words: list[str],
    disk: Disk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    save(small(), tmp_path / "spec.toml")
    (tmp_path / "rows.csv").write_text("x,y,class\n0.1,0.2,orange\n")
    list(train(small(), save="run"))
    disk.room = 0
    capsys.readouterr()
    assert main([str(tmp_path / "run") if word == "RUN" else word for word in words]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("nn-tui: ") and "No space left on device" in last and "fault" not in last


def test_a_report_that_fails_leaves_the_one_before(disk: Disk, tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("old")
    disk.room = 0
    with pytest.raises(RunError):
        files.write_whole(tmp_path / "report.md", b"new")
    assert (tmp_path / "report.md").read_text() == "old" and len(list(tmp_path.iterdir())) == 1
