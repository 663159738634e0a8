"""A run packed as one file: opened elsewhere, it goes on as if it had never been moved."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.errors import RunError
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.headless import resume, train
from nn_tui.experiment.prediction import open_run
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.runs.bundle import pack
from nn_tui.experiment.runs.history_file import HistoryFile
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import set_value
from tests.experiment.specs import small


def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """Another machine: other runs, another working folder."""
    home = tmp_path / "elsewhere"
    home.mkdir()
    monkeypatch.setenv("NN_TUI_HOME", str(home))
    monkeypatch.chdir(home)
    return RunStore()


def written(folder: Path, run: str) -> Path:
    path = folder / "run.nntui"
    path.write_bytes(pack(Path(RunStore().find(run).folder))[0])
    return path


def table(folder: Path) -> Path:
    random = np.random.default_rng(0)
    path = folder / "people.csv"
    lines = [f"{age},{'old' if age > 50 else 'young'}" for age in random.integers(20, 80, 80)]
    path.write_text("age,group\n" + "\n".join(lines), encoding="utf-8")
    return path


def test_it_goes_on_elsewhere_bit_for_bit_with_rows_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = table(tmp_path)
    spec = set_value(propose(str(people)).spec, "fit.epochs", 3)
    list(train(spec, save=str(tmp_path / "run")))
    path = written(tmp_path, str(tmp_path / "run"))
    list(resume(str(tmp_path / "run"), epochs=6))
    whole = SavedRun.open(tmp_path / "run").read()[0]["model"]["weights"]
    people.unlink()
    store = elsewhere(tmp_path, monkeypatch)
    card = store.find(str(path))
    assert [one.id for one in store.runs()] == [card.id] and card.epoch == 3
    assert Path(card.folder).is_relative_to(store.folder)
    list(resume(card.id, epochs=6))
    np.testing.assert_array_equal(SavedRun.open(Path(card.folder)).read()[0]["model"]["weights"], whole)
    assert [epoch for epoch, _ in HistoryFile(Path(card.folder)).rows()] == [1, 2, 3, 4, 5, 6]
    # Opened once more it is another run than the one that has gone on.
    again = store.find(str(path))
    assert again.id != card.id and again.epoch == 3 and len(store.runs()) == 2
    list(resume(again.id, epochs=4))
    assert store.find(again.id).epoch == 4
    # ... and one that still stands where the file does is found.
    third = written(tmp_path, again.id)
    assert store.find(str(third)).id == again.id


def test_it_is_used_where_a_run_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    list(train(small(), save=str(tmp_path / "run")))
    output = tmp_path / "run.nntui"
    assert main(["export", str(tmp_path / "run"), "--to", "bundle", "--output", str(output)]) == 0
    elsewhere(tmp_path, monkeypatch)
    assert main(["evaluate", str(output), "--json"]) == 0
    assert main(["train", "--resume", str(output), "--epochs", "5"]) == 0
    assert main(["runs"]) == 0
    assert "done 5/5" in capsys.readouterr().out


def test_weights_it_started_from_go_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nn_tui.experiment.finetuning import network_of, with_weights
    from nn_tui.experiment.session import Session

    list(train(small(), save=str(tmp_path / "base")))
    tuned = with_weights(small(), network_of(RunStore().find(str(tmp_path / "base"))))
    list(train(tuned, save=str(tmp_path / "tuned")))
    path = written(tmp_path, str(tmp_path / "tuned"))
    store = elsewhere(tmp_path, monkeypatch)
    trained = open_run(store.find(str(path)).folder)
    assert Session(trained.spec).kept.startswith("2 of 2 layers")


def changed(path: Path, target: Path, **files: bytes) -> Path:
    """The same bundle with some files replaced or added; names with `__` for `/`."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts |= {name.replace("__", "/"): content for name, content in files.items()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"run__../../escaped": b"x"}, "no part of a run"),
        ({"/etc/escaped": b"x"}, "no part of a run"),
        ({"data__0__..__..__escaped": b"x"}, "no part of a run"),
        ({"run__evil.py": b"x"}, "no part of a run"),
        ({"run__history.csv": bytes(64 << 20)}, "larger than it can honestly be"),
        ({"bundle.json": b"{}"}, "damaged, or no bundle"),
        ({"bundle.json": b"[" * 100_000}, "no bundle"),
        ({"bundle.json": json.dumps({"format": 9, "id": "a", "rows": {}}).encode()}, "later nn-tui"),
        ({"bundle.json": json.dumps({"format": 1, "id": "../a", "rows": {}}).encode()}, "strange"),
        ({"run__state.safetensors": b"nothing"}, "damaged|cut off"),
    ],
)
def test_what_is_no_bundle_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], words: str
) -> None:
    list(train(small(), save=str(tmp_path / "run")))
    path = written(tmp_path, str(tmp_path / "run"))
    store = elsewhere(tmp_path, monkeypatch)
    bad = changed(path, tmp_path / "bad.nntui", **files)
    before = {one for one in tmp_path.rglob("*") if "elsewhere" not in one.parts}
    with pytest.raises(RunError, match=words):
        store.find(str(bad))
    assert {one for one in tmp_path.rglob("*") if "elsewhere" not in one.parts} == before
    assert not store.runs()
    left = list((store.folder / "runs").rglob("*")) if (store.folder / "runs").exists() else []
    assert not left


def test_a_file_cut_anywhere_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    list(train(small(), save=str(tmp_path / "run")))
    content = written(tmp_path, str(tmp_path / "run")).read_bytes()
    store = elsewhere(tmp_path, monkeypatch)
    for share in range(20):
        cut = tmp_path / "cut.nntui"
        cut.write_bytes(content[: len(content) * share // 20])
        with pytest.raises(RunError):
            store.find(str(cut))
    assert zipfile.is_zipfile(io.BytesIO(content))
