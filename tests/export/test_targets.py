"""The targets that a run is exported to, and the command that does it."""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.declare import registered, sentence
from nn_tui.errors import RunError, UsageError
from nn_tui.experiment.prediction import open_run
from nn_tui.export import targets
from tests.experiment.specs import small
from tests.export.runs import NETWORKS, kept, rows_of, trained_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept(tmp_path_factory.mktemp("runs") / "small", small())


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", targets.names())
def test_every_target_writes_a_file_named_after_the_run(
    run: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(run), "--to", name]) == 0
    path = tmp_path / f"test{targets.named(name).suffix}"
    assert path.stat().st_size > 0
    (tmp_path / "usual").touch()
    assert path.stat().st_mode == (tmp_path / "usual").stat().st_mode
    told = capsys.readouterr()
    assert f"Wrote {path.name} (" in told.err and targets.named(name).opened_by in told.err
    assert told.out == ""


@pytest.mark.parametrize("name", targets.names())
def test_the_ending_of_the_file_says_the_target(run: Path, name: str) -> None:
    suffix = targets.named(name).suffix
    assert targets.place(f"here/model{suffix}", None, "run") == (name, Path(f"here/model{suffix}"))


def test_endings_differ() -> None:
    suffixes = [one.suffix for one in registered("export").values()]
    assert len(set(suffixes)) == len(suffixes)


def test_a_file_that_is_there_is_overwritten_only_when_asked(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kept.csv"
    path.write_text("precious")
    assert main(["export", str(run), "--output", str(path)]) == 2
    assert "--force" in capsys.readouterr().err and path.read_text() == "precious"
    assert main(["export", str(run), "--output", str(path), "--force"]) == 0
    assert path.read_text().startswith("epoch,")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--to", "kears"], "Did you mean 'keras'?"),
        ([], "Give --to keras|"),
        (["--output", "model.what"], "cannot be told from its name"),
    ],
)
def test_what_cannot_be_exported_is_told_in_a_line(
    run: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(run), *words]) == 2
    text = capsys.readouterr().err
    assert told in text and text.count("\n") == 1


@pytest.mark.parametrize("name", targets.names())
def test_every_target_says_what_it_is_for_in_a_sentence(name: str) -> None:
    words = sentence(targets.named(name))
    assert words.endswith(".") and len(words) < 120


def test_a_folder_takes_the_file_under_the_usual_name(run: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert main(["export", str(run), "--to", "csv", "--output", "out"]) == 0
    assert (tmp_path / "out" / "test.csv").is_file()


def test_names_of_runs_become_names_of_files() -> None:
    one = targets.named("csv")
    assert targets.file_name("../../etc/pass wd\n", one) == "etc-pass-wd.csv"
    assert targets.file_name("///", one) == "run.csv"


def test_what_is_missing_is_said_before_anything_is_read(
    run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert 'pip install "nn-tui[keras]"' in targets.named("keras").missing
    assert main(["export", str(run), "--to", "keras"]) == 1
    assert 'pip install "nn-tui[keras]"' in capsys.readouterr().err


def test_the_help_lists_every_target(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    told = capsys.readouterr().out
    assert all(f"  {line}\n" in told for line in targets.list_lines())


def test_the_history_is_as_the_csv_logger_writes_it(run: Path, tmp_path: Path) -> None:
    main(["export", str(run), "--to", "csv"])
    header, *rows = csv.reader((tmp_path / "test.csv").read_text().splitlines())
    assert header == ["epoch", *sorted(header[1:])] and {"loss", "val_accuracy"} <= set(header)
    assert [row[0] for row in rows] == ["0", "1", "2", "3"]
    kept_rows = list(csv.DictReader((run / "history.csv").read_text().splitlines()))
    assert [row[header.index("loss")] for row in rows] == [row["loss"] for row in kept_rows]


def test_a_saved_run_is_written_as_keras_code(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["code", str(run), "--set", "fit.epochs=7"]) == 0
    code = capsys.readouterr().out
    assert "layers.Dense(units=6, activation='relu')" in code and "epochs=7" in code


@pytest.mark.parametrize("kind", NETWORKS)
def test_safetensors_hold_the_weights_by_name(kind: str, tmp_path: Path) -> None:
    from safetensors import safe_open

    folder = trained_run(tmp_path, kind)
    trained = open_run(str(folder))
    [told] = targets.write_file(str(folder), "safetensors", tmp_path / "w.safetensors")
    assert "w.safetensors" in told
    with safe_open(tmp_path / "w.safetensors", "numpy") as file:
        words: dict[str, Any] = {name: json.loads(text) for name, text in file.metadata().items()}
        arrays = [file.get_tensor(name) for name in words["weights"]]
    for mine, theirs in zip(trained.model.get_weights(), arrays, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    if kind == "dense":
        assert words["weights"][:2] == ["dense/kernel", "dense/bias"]
    assert words["classes"] == ["0", "1", "2"] and words["task"] == "classification"
    names = [layer["config"]["name"] for layer in words["keras_config"]["config"]["layers"]]
    assert names == ["input", *(layer.name for layer in trained.model.layers)]
    shift, scale = (np.array(words["preprocessing"][name]) for name in ("shift", "scale"))
    own = (rows_of(NETWORKS[kind][0]) - shift) / scale
    assert abs(own.mean()) < 0.1 and abs(own.std() - 1) < 0.1


def test_a_run_without_a_state_cannot_be_exported(tmp_path: Path) -> None:
    from nn_tui.experiment.checkpoint import SavedRun

    SavedRun.create(tmp_path / "new", small())
    with pytest.raises(RunError, match="no saved state"):
        targets.write_file(str(tmp_path / "new"), "csv", tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()


def test_a_target_that_is_not_named_has_to_be() -> None:
    with pytest.raises(UsageError):
        targets.place(None, None, "run")
