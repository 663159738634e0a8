"""A run that another process has open: it is said which, and what is open here stays open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nn_tui.cli import main
from nn_tui.experiment.headless import train
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.keeper import hold
from nn_tui.experiment.runs.store import RunStore
from tests.experiment.specs import small
from tests.plain.typist import told


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[RunCard]:
    """A finished run whose lock is held."""
    list(train(small(), save=str(tmp_path / "run")))
    (card,) = RunStore().runs()
    lock = hold(Path(card.folder))
    assert lock is not None
    yield card
    os.close(lock)


@pytest.mark.parametrize("line", ["resume last", "open last", "resume 1"])
def test_it_is_refused_with_the_process_and_the_experiment_stays(elsewhere: RunCard, line: str) -> None:
    lines, status = told(small(), "runs", "set layer 1 units 9", line, "train", "status")
    said = f"test is open in another nn-tui (process {os.getpid()}), and only one may train it. Leave it "
    assert [one for one in lines if one.startswith(said)] and status == 1
    assert "Finished: epoch 4 of 4." in lines and not any("fault" in one for one in lines)
    (new,) = (card for card in RunStore().runs() if card.id != elsewhere.id)
    assert new.network.startswith("9 relu")


@pytest.mark.parametrize("words", [["--plain"], ["train", "--resume"]])
def test_it_cannot_be_begun_with(
    elsewhere: RunCard, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, elsewhere.id]) == 1
    warned = capsys.readouterr().err
    assert warned.count("\n") == 1 and f"process {os.getpid()}" in warned and "follows it" in warned


@pytest.mark.parametrize("words", [["evaluate"], ["export", "--to", "python"], ["code"]])
def test_it_is_read_all_the_same(
    elsewhere: RunCard, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    command, *options = words
    assert main([command, elsewhere.id, *options]) == 0


def test_a_run_whose_data_are_gone_leaves_what_is_open(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n" + "".join(f"{n},{n % 2}\n" for n in range(40)))
    assert (
        main(["train", str(tmp_path / "rows.csv"), "--epochs", "1", "--save", str(tmp_path / "run")]) == 0
    )
    (tmp_path / "rows.csv").unlink()
    lines, status = told(small(), f"resume {tmp_path / 'run'}", "train")
    assert any("rows.csv" in line for line in lines) and status
    assert "Training test to epoch 4, 9 batches an epoch." in lines
