"""`nn-tui sweep` as a person and as a program calls it."""

import json
from pathlib import Path

import pytest

from nn_tui.cli import main
from nn_tui.errors import RunError
from nn_tui.experiment.spec_file import dumps
from nn_tui.sweep import cluster
from tests.experiment.specs import small


@pytest.fixture
def spec_file(tmp_path: Path) -> str:
    (tmp_path / "spec.toml").write_text(dumps(small()))
    return str(tmp_path / "spec.toml")


def sweep(*words: str) -> int:
    return main(["sweep", *words, "--workers", "1"])


def test_json_tells_each_trial_and_then_the_ranking(
    spec_file: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = str(tmp_path / "kept")
    assert (
        sweep(spec_file, "--vary", "layers.0.units=2,8", "--repeat", "2", "--json", "--save", folder) == 0
    )
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    trials = [line for line in lines if line["event"] == "trial"]
    assert [(line["trial"], line["settings"], line["seed"]) for line in trials] == [
        (1, {"layers.0.units": 2}, 3), (2, {"layers.0.units": 2}, 4),
        (3, {"layers.0.units": 8}, 3), (4, {"layers.0.units": 8}, 4),
    ]  # fmt: skip
    assert {line["event"] for line in lines[1:-1]} == {"trial", "progress"}
    assert (lines[0]["event"], lines[0]["trials"]) == ("begin", 4)
    points = [line["points"] for line in lines if line["event"] == "progress" and line["trial"] == 1]
    assert [epoch for told in points for epoch, _ in told] == [1, 2, 3, 4]  # each once
    end = lines[-1]
    assert (end["event"], end["status"], end["trials"], end["metric"]) == ("end", "done", 4, "val_accuracy")
    best = max(end["configurations"], key=lambda one: one["mean"])
    assert end["configurations"][0] == best
    assert end["best"]["settings"] == best["settings"]
    assert (Path(end["best"]["run"]) / "spec.toml").is_file()


def test_the_table_has_the_best_trial_first(spec_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert sweep(spec_file, "--vary", "compile.optimizer.learning_rate=1e-5,0.01") == 0
    printed = capsys.readouterr()
    heading, first, second = printed.out.splitlines()[:3]
    assert heading.split() == ["trial", "learning_rate", "state", "epoch", "val_accuracy", "curve"]
    assert float(first.split()[4]) >= float(second.split()[4])
    assert "val_accuracy by learning_rate:" in printed.out
    assert "Best: trial" in printed.out
    assert "2/2 trial" in printed.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--vary", "layers.0.unitz=1,2"], "Did you mean 'units'"),
        (["--vary", "layers.0.units=1,x"], "whole number"),
        (["--vary", "layers.0.units=1,2", "--metric", "acuracy"], "Did you mean 'accuracy'"),
        (["--vary", "layers.0.units=1..2"], "--random"),
        (["--vary", "layers.0.units=1,2", "--repeat", "x"], "--repeat"),
        (["--vary", "layers.0.units=1..9", "--random", "1000000"], "1,000,000 combinations"),
        ([], "--vary"),
    ],
)
def test_bad_input_is_one_line_and_exit_status_2(
    spec_file: str, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sweep(spec_file, *words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("nn-tui: ") and printed.err.count("\n") == 1
    assert told in printed.err


def test_a_sweep_without_one_valid_network_fails_with_the_reason(
    spec_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sweep(spec_file, "--vary", "layers.2.units=1") == 2
    assert "No trial is a valid network." in capsys.readouterr().err


def test_a_sweep_whose_trials_all_diverge_ends_with_status_3(
    spec_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "kept")
    words = ["--vary", "compile.optimizer.learning_rate=1e29,1e30", "--save", folder]
    assert sweep(spec_file, *words, "--set", "compile.optimizer.type=SGD") == 3
    printed = capsys.readouterr()
    assert printed.err.splitlines()[-1] == (
        "nn-tui: Every trial diverged. Vary learning rates that are lower."
    )
    assert printed.out.count("diverged") == 2
    assert sweep("--resume", folder) == 3, "also where it is only told again"


def test_one_trial_that_does_not_diverge_is_a_result(spec_file: str) -> None:
    words = ["--vary", "compile.optimizer.learning_rate=1e30,0.01", "--set", "compile.optimizer.type=SGD"]
    assert sweep(spec_file, *words) == 0


def test_a_finished_sweep_is_told_again_by_its_folder_alone(
    spec_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "kept")
    assert sweep(spec_file, "--vary", "layers.0.units=2,4", "--save", folder) == 0
    first = capsys.readouterr().out
    assert sweep("--resume", folder) == 0
    assert capsys.readouterr().out == first


def test_a_scheduler_that_cannot_be_reached_leaves_nothing_behind(
    spec_file: str, capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*words: object) -> None:
        raise RunError("The scheduler at tcp://127.0.0.1:9 cannot be reached.", "Start one.")

    monkeypatch.setattr(cluster, "runner_for", unreachable)
    assert main(["sweep", spec_file, "--vary", "fit.epochs=1,2", "--scheduler", "tcp://127.0.0.1:9"]) == 1
    assert "cannot be reached" in capsys.readouterr().err
    assert not list((home / "sweeps").iterdir())


def test_one_that_was_begun_before_is_kept(
    spec_file: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path / "kept")
    assert sweep(spec_file, "--vary", "fit.epochs=1,2", "--save", folder) == 0

    def unreachable(*words: object) -> None:
        raise RunError("The scheduler cannot be reached.", "Start one.")

    monkeypatch.setattr(cluster, "runner_for", unreachable)
    assert main(["sweep", "--resume", folder]) == 1
    assert (tmp_path / "kept" / "results.jsonl").is_file()
