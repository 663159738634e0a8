"""`nn-tui train` keeps what it trains, and every command says which run its answer is of."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from nn_tui.cli import main
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.headless import train
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.runs.store import home as store_home
from nn_tui.experiment.spec_file import save
from tests.experiment.specs import small

EPOCHS = 2
STOP = "fit.callbacks=[{type='EarlyStopping', monitor='loss', min_delta=10.0, patience=1}]"


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of its own, with a spec in it."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    save(small(), "spec.toml")
    return folder


Printed = pytest.CaptureFixture[str]


def end_of(printed: Printed, *words: str, status: int = 0) -> tuple[dict[str, Any], str]:
    """Run `train --json` and return its last object, and what was said on standard error."""
    printed.readouterr()
    assert main(["train", *words, "--json", "--epochs", str(EPOCHS)]) == status
    told = printed.readouterr()
    return json.loads(told.out.splitlines()[-1]), told.err


def test_training_is_kept_in_the_store_and_says_its_run(capsys: Printed, home: Path) -> None:
    end, told = end_of(capsys, "spec.toml")
    (card,) = RunStore().runs()
    assert (card.status, card.epoch, Path(card.folder).parent) == ("done", EPOCHS, home / "runs")
    said = {"run": card.id, "name": card.name, "data": card.source, "date": card.began, "saved": True}
    assert {name: end[name] for name in said} == said
    assert f"kept as run {card.id}: test, data circle, {card.began}, done, 2 of 2 epochs." in told
    assert main(["train", "--resume", end["run"], "--epochs", "4", "--verbose", "0"]) == 0
    assert RunStore().find("last").epoch == 4


def test_a_run_that_is_not_to_be_kept_leaves_nothing(capsys: Printed, home: Path) -> None:
    end, told = end_of(capsys, "spec.toml", "--no-save")
    assert (end["run"], end["saved"]) == (None, False) and "kept" not in told
    assert list(home.iterdir()) == []


def test_last_is_what_was_trained_last(capsys: Printed) -> None:
    first, _ = end_of(capsys, "spec.toml", "--set", "layers.0.units=3")
    second, _ = end_of(capsys, "spec.toml", "--set", "layers.0.units=5")
    assert main(["evaluate", "last", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["run"] == second["run"] != first["run"]


@pytest.mark.parametrize(
    "words",
    [
        ["evaluate", "RUN"],
        ["evaluate", "RUN", "--report", "report.md"],
        ["predict", "RUN", "rows.csv"],
        ["predict", "RUN", "rows.csv", "--output", "out.csv"],
        ["export", "RUN", "--to", "safetensors"],
        ["summary", "RUN"],
        ["code", "RUN"],
        ["line", "RUN"],
        ["train", "--resume", "RUN", "--epochs", "3"],
    ],
    ids=" ".join,
)
def test_every_answer_says_which_run_it_is_of(words: list[str], capsys: Printed, work: Path) -> None:
    end, _ = end_of(capsys, "spec.toml")
    (work / "rows.csv").write_text("x,y,class\n0.1,0.2,orange\n")
    for named in (end["run"], "last", end["folder"]):
        assert main([named if word == "RUN" else word for word in words] + _force(words)) == 0
        told = capsys.readouterr().err
        assert f"run {end['run']}: test, data circle, {end['date']}, done, 2 of 2 epochs." in told
        if "--epochs" in words:
            return
    if "--report" in words:
        report = (work / "report.md").read_text()
        assert end["run"] in report and end["date"] in report and "circle" in report


def _force(words: list[str]) -> list[str]:
    return ["--force"] if "--report" in words or words[0] == "export" else []


def test_evaluations_say_their_run_to_programs(capsys: Printed) -> None:
    end, _ = end_of(capsys, "spec.toml")
    assert main(["evaluate", "last", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {name: answer[name] for name in ("run", "name", "data", "date")} == {
        "run": end["run"],
        "name": "test",
        "data": "circle",
        "date": end["date"],
    }


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("other", [[], ["--set", "layers.0.units=3"]], ids=["same", "other"])
def test_a_folder_that_holds_a_run_is_not_trained_over(
    ended: bool, other: list[str], capsys: Printed, work: Path
) -> None:
    if ended:
        end_of(capsys, "spec.toml", "--save", "my run")
    else:
        next(train(small(), save="my run"))
    before = {path: path.read_bytes() for path in (work / "my run").rglob("*") if path.is_file()}
    assert main(["train", "spec.toml", "--save", "my run", *other]) == 2
    told = capsys.readouterr().err
    assert "nn-tui train --resume 'my run'" in told
    assert "nn-tui train SOURCE --save 'my run' --overwrite" in told
    assert {path: path.read_bytes() for path in (work / "my run").rglob("*") if path.is_file()} == before


def test_what_is_overwritten_can_be_taken_back(capsys: Printed, work: Path) -> None:
    first, _ = end_of(capsys, "spec.toml", "--save", "mine")
    assert main(["evaluate", "mine", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    (work / "mine" / "notes.txt").write_text("mine")
    second, told = end_of(capsys, "spec.toml", "--save", "mine", "--overwrite", "--set", "layers.0.units=3")
    assert f"nn-tui runs --undelete {first['run']}" in told
    assert (work / "mine" / "notes.txt").read_text() == "mine"
    assert [card.id for card in RunStore().runs()] == [second["run"]]
    assert SavedRun.open(work / "mine").spec.layers[0].settings["units"] == 3
    assert main(["runs", "--undelete", first["run"]]) == 0
    capsys.readouterr()
    assert {card.id for card in RunStore().runs()} == {first["run"], second["run"]}
    assert main(["evaluate", first["run"], "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    same = values.keys() - {"folder"}
    assert {name: again[name] for name in same} == {name: values[name] for name in same}


def test_overwriting_where_nothing_is_begins_a_run(capsys: Printed, work: Path) -> None:
    end_of(capsys, "spec.toml", "--save", "new", "--overwrite")
    (work / "other").mkdir()
    (work / "other" / "photo.png").write_bytes(b"1")
    assert main(["train", "spec.toml", "--save", "other", "--overwrite"]) == 1
    assert "is not empty and holds no run" in capsys.readouterr().err
    assert [path.name for path in (work / "other").iterdir()] == ["photo.png"]


def test_a_spec_that_cannot_be_trained_deletes_no_run(capsys: Printed, work: Path) -> None:
    end_of(capsys, "spec.toml", "--save", "mine")
    words = [
        "--save",
        "mine",
        "--overwrite",
        "--set",
        "compile.loss={type='mse'}",
        "--set",
        "layers.0.units=0",
    ]
    assert main(["train", "spec.toml", *words]) == 2
    assert RunStore().find("mine").epoch == EPOCHS and RunStore().runs(deleted=True) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--overwrite"], "--overwrite goes with --save"),
        (["--save", "a", "--no-save"], "not allowed with"),
        (["--save", "a", "--resume", "b"], "not allowed with"),
        (["--resume", "a", "--no-save"], "not allowed with"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    words: list[str], told: str, capsys: Printed
) -> None:
    try:
        status = main(["train", "spec.toml", *words])
    except SystemExit as left:
        assert isinstance(left.code, int)
        status = left.code
    assert status == 2 and told in capsys.readouterr().err


def test_a_run_that_was_stopped_early_goes_on_where_epochs_are_given(capsys: Printed) -> None:
    assert main(["train", "spec.toml", "--set", STOP, "--epochs", "50", "--save", "mine", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["status"] == "stopped"
    assert main(["train", "--resume", "mine"]) == 1
    told = capsys.readouterr().err
    assert "has already trained its 2 epochs: Stopped after epoch 2" in told and "number over 2" in told
    assert main(["train", "--resume", "mine", "--epochs", "2"]) == 2
    told = capsys.readouterr().err
    assert "nothing to do up to epoch 2: the run has trained 2 already" in told and "number over 2" in told
    assert main(["train", "--resume", "mine", "--epochs", "0"]) == 2
    capsys.readouterr()
    assert main(["train", "--resume", "mine", "--epochs", "3", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["epoch"] for line in lines[:-1]] == [3]
    assert RunStore().find("mine").epoch == 3


def test_patience_begins_anew_where_a_stopped_run_goes_on(capsys: Printed) -> None:
    stop = STOP.replace("patience=1", "patience=3")
    assert main(["train", "spec.toml", "--set", stop, "--epochs", "50", "--save", "mine", "--json"]) == 0
    assert main(["train", "--resume", "mine", "--epochs", "50", "--json"]) == 0
    epochs = [json.loads(line).get("epoch") for line in capsys.readouterr().out.splitlines()]
    assert epochs == [1, 2, 3, 4, None, 5, 6, 7, None]


def test_a_callback_that_cannot_write_leaves_the_run_kept(
    capsys: Printed, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = "fit.callbacks=[{type='CSVLogger', filename='logs/log.csv'}]"
    (work / "logs").mkdir()
    assert main(["train", "spec.toml", "--set", logs, "--epochs", "2", "--save", "mine"]) == 0
    (work / "logs" / "log.csv").unlink()
    (work / "logs").rmdir()
    assert main(["train", "--resume", "mine", "--epochs", "9"]) == 1
    assert "CSVLogger cannot write logs/log.csv: No such file or directory" in capsys.readouterr().err
    assert SavedRun.open(work / "mine").reopen()[0].epoch == 3


def test_a_place_for_runs_that_cannot_be_written_is_told_before_training(
    capsys: Printed, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NN_TUI_HOME", str(work / "spec.toml"))
    assert main(["train", "spec.toml"]) == 1
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.count("\n") == 1 and "--no-save" in printed.err
    assert main(["train", "spec.toml", "--no-save"]) == 0


def test_the_home_of_a_person_is_found_in_every_path(
    capsys: Printed, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(work))
    (work / "rows.csv").write_text("x,y,class\n0.1,0.2,orange\n")
    end_of(capsys, "spec.toml", "--save", "~/mine")
    for words in (
        ["evaluate", "~/mine", "--report", "~/report.md"],
        ["predict", "~/mine", "rows.csv", "--output", "~/out.csv"],
        ["export", "~/mine", "--output", "~/model.safetensors"],
        ["code", "~/mine", "--data", "~/rows.npz"],
    ):
        assert main(words) == 0
    for name in ("mine", "report.md", "out.csv", "model.safetensors", "rows.npz"):
        assert (work / name).exists()
    assert not (work / "~").exists()
    for words in (["predict", "last", "rows.csv", "--output"], ["evaluate", "last", "--report"]):
        assert main([*words, "~nobody-here/file"]) == 1
        assert capsys.readouterr().err.splitlines()[-1].startswith("nn-tui: ~nobody-here is nobody's home.")
    assert main(["evaluate", "~nobody-here"]) == 1


@pytest.mark.parametrize("output", ["-", "/dev/stdout"])
def test_answers_are_written_to_standard_output(
    output: str, capfd: pytest.CaptureFixture[str], work: Path
) -> None:
    (work / "rows.csv").write_text("x,y,class\n0.1,0.2,orange\n")
    assert main(["train", "spec.toml", "--epochs", "1", "--verbose", "0"]) == 0
    capfd.readouterr()
    assert main(["predict", "last", "rows.csv"]) == 0
    printed = capfd.readouterr().out
    assert main(["predict", "last", "rows.csv", "--output", output]) == 0
    assert capfd.readouterr().out == printed != ""
    assert main(["evaluate", "last", "--report", output]) == 0
    assert capfd.readouterr().out.startswith("# Evaluation of test\n")
    assert main(["export", "last", "--to", "code", "--output", output]) == 0
    assert capfd.readouterr().out.startswith('"""test: an experiment of nn-tui as Keras code')


@pytest.mark.parametrize(
    "words", [["predict", "last", "rows.csv", "--output"], ["evaluate", "last", "--report"]]
)
def test_a_device_without_room_is_one_clear_line(words: list[str], capsys: Printed, work: Path) -> None:
    (work / "rows.csv").write_text("x,y,class\n0.1,0.2,orange\n")
    end_of(capsys, "spec.toml")
    device = os.stat("/dev/full")
    assert main([*words, "/dev/full"]) == 1
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("nn-tui: /dev/full cannot be written: No space left on device.")
    assert (os.stat("/dev/full").st_mode, os.stat("/dev/full").st_rdev) == (device.st_mode, device.st_rdev)


@pytest.fixture(scope="module")
def made_for_several_tests() -> Path:
    return store_home()


def test_no_test_touches_the_runs_of_who_runs_it(made_for_several_tests: Path, home: Path) -> None:
    real = Path(platformdirs.user_data_dir("nn-tui", appauthor=False))
    assert store_home() == home and real not in (made_for_several_tests, home)
