"""What `nn-tui export` writes, opened by real Keras: the file of a whole run, and weights by name."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.experiment.prediction import open_run
from tests.export.runs import NETWORKS, rows_of, trained_run
from tests.oracles.differences import noted

pytestmark = pytest.mark.oracle
os.environ.setdefault("KERAS_BACKEND", "jax")
keras = pytest.importorskip("keras", reason="needs the extra `oracle` (keras, jax)")
pytest.importorskip("h5py", reason="needs the extra `keras`")


@pytest.fixture(params=NETWORKS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def difference(trained: Any, theirs: Any, x: Any) -> float:
    return noted(float(np.abs(trained.model.predict(x) - theirs.predict(x, verbose=0)).max()))


def test_keras_opens_an_exported_run_and_predicts_the_same(kind: str, tmp_path: Path) -> None:
    folder = trained_run(tmp_path, kind)
    path = tmp_path / "model.keras"
    assert main(["export", str(folder), "--to", "keras", "--output", str(path)]) == 0
    trained, theirs = open_run(str(folder)), keras.saving.load_model(path)
    x = (rows_of(NETWORKS[kind][0]) - trained.shift) / trained.scale
    assert difference(trained, theirs, x) < 1e-6
    # The optimizer's state came along: training goes on there from the same step.
    assert int(theirs.optimizer.iterations) == trained.model.optimizer.iterations == 12


def test_weights_by_name_fit_keras_layers(kind: str, tmp_path: Path) -> None:
    from safetensors import safe_open

    folder = trained_run(tmp_path, kind)
    path = tmp_path / "weights.safetensors"
    assert main(["export", str(folder), "--output", str(path)]) == 0
    with safe_open(path, "numpy") as file:
        words = file.metadata()
        names = json.loads(words["weights"])
        arrays = {name: file.get_tensor(name) for name in names}
    theirs = keras.models.model_from_json(words["keras_config"])
    for layer in theirs.layers:
        own = [arrays[name] for name in names if name.startswith(f"{layer.name}/")]
        if own:
            layer.set_weights(own)
    trained = open_run(str(folder))
    x = (rows_of(NETWORKS[kind][0]) - trained.shift) / trained.scale
    assert difference(trained, theirs, x) < 1e-6
