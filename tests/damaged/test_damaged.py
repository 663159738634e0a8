"""Two thousand damaged files: a sentence each, in bounded memory, nothing run or written elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nn_tui.experiment.headless import train
from nn_tui.experiment.runs.bundle import pack
from nn_tui.experiment.spec_file import dumps
from nn_tui.export.keras_code import keras_code
from tests.experiment.specs import small

FILES = Path(__file__).parents[1] / "export" / "files"
COUNTS = {"state": 400, "spec": 300, "code": 300, "keras": 400, "bundle": 400, "card": 100, "data": 100}


def sample(kind: str, folder: Path) -> Path:
    """Write a sound file of a kind."""
    list(train(small(), save=str(folder / "run")))
    match kind:
        case "state" | "card" | "data":
            name = {"state": "state.safetensors", "card": "run.json", "data": "data.json"}[kind]
            return folder / "run" / name
        case "spec":
            path = folder / "spec.toml"
            path.write_text(dumps(small()), encoding="utf-8")
        case "code":
            path = folder / "code.py"
            path.write_text(keras_code(small()), encoding="utf-8")
        case "keras":
            path = Path(shutil.copy(FILES / "image.keras", folder / "model.keras"))
        case _:
            path = folder / "run.nntui"
            path.write_bytes(pack(folder / "run")[0])
    return path


@pytest.mark.slow
@pytest.mark.parametrize("kind", COUNTS)
def test_damaged_files_are_refused_in_a_sentence(kind: str, tmp_path: Path) -> None:
    path = sample(kind, tmp_path)
    work = tmp_path / "work"
    work.mkdir()
    if path.parent == tmp_path / "run":
        path = Path(shutil.copytree(tmp_path / "run", work / "run")) / path.name
    environment = {**os.environ, "NN_TUI_HOME": str(work / "home")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.damaged.opener", kind, path, str(COUNTS[kind]), "1", work],
        capture_output=True,
        text=True,
        env=environment,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["faults"] == []
    # Most damage is noticed; what opens all the same was damaged where it does not matter. A card that is
    # damaged is made anew.
    assert kind == "card" or report["refused"] > COUNTS[kind] * 0.3
    assert not (tmp_path / "escaped").exists() and not Path("/tmp/escaped").exists()
