"""`.keras` files without Keras: ours read back, and three that Keras 3.15 wrote.

`files/NAME.npz` holds rows and what Keras predicted of them. The oracles compare every layer with Keras.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.declare import registered
from nn_tui.errors import NnTuiError, RunError
from nn_tui.experiment.headless import train
from nn_tui.experiment.prediction import open_run
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Thing
from nn_tui.export.keras_file import keras_bytes, read_keras
from nn_tui.export.keras_file.opening import network_of_file, read_file
from tests.experiment.specs import small

FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize("name", ["dense", "image", "series"])
def test_a_file_of_keras_predicts_as_keras_did(name: str) -> None:
    from nn_tui.engine.layers import Input
    from nn_tui.engine.models import Sequential
    from nn_tui.experiment.build import build_layer

    read = read_keras(FILES / f"{name}.keras")
    model = Sequential([Input(shape=read.input_shape), *(build_layer(thing) for thing in read.layers)])
    read.give_weights(model)
    with np.load(FILES / f"{name}.npz") as expected:
        np.testing.assert_allclose(model.predict(expected["x"]), expected["y"], atol=1e-6)


def test_a_file_opens_as_an_experiment_that_starts_from_it() -> None:
    opened = read_file(FILES / "dense.keras")
    spec = opened.spec
    assert [layer.type for layer in spec.layers] == ["Dense", "Dropout", "Dense"]
    assert spec.compile.optimizer == Thing("Adam", {"learning_rate": 0.01})
    assert spec.start is not None and spec.start.of == "dense.keras" and spec.start.optimizer
    assert "choose" in opened.about_rows
    network = network_of_file(FILES / "dense.keras")
    assert network.weights.optimizer is not None and network.weights.optimizer["iterations"] == 8


def test_our_own_file_brings_its_experiment_and_goes_on(tmp_path: Path) -> None:
    list(train(small(), save=str(tmp_path / "run")))
    output = tmp_path / "mine.keras"
    assert main(["export", str(tmp_path / "run"), "--output", str(output)]) == 0
    spec = read_file(output).spec
    assert spec.data == small().data and spec.layers == small().layers and spec.compile == small().compile
    session = Session(spec)
    assert session.kept == (
        "2 of 2 layers start with weights of mine.keras. The optimizer goes on where it was."
    )
    before = open_run(str(tmp_path / "run")).model.trained_weights
    np.testing.assert_array_equal(session.model.trained_weights, before)
    assert main(["train", str(output), "--epochs", "1", "--json"]) == 0


def test_a_file_is_started_from_by_its_name(tmp_path: Path) -> None:
    path = str(FILES / "dense.keras")
    data = tmp_path / "rows.csv"
    lines = [f"{n},{n * n % 7},{n % 3},{'ab'[n % 2]}" for n in range(60)]
    data.write_text("p,q,r,kind\n" + "\n".join(lines), encoding="utf-8")
    assert main(["train", str(data), "--start", path, "--freeze", "--epochs", "2", "--json"]) == 0


@pytest.mark.parametrize("name", sorted(registered("layer")))
def test_every_layer_of_ours_is_read_back(name: str, tmp_path: Path) -> None:
    from nn_tui.experiment.spec import CompileSpec
    from tests.export.stacks import built_network, stack

    compiled = CompileSpec(Thing("mean_squared_error"), Thing("Adam"))
    for index in range(len(registered("layer")[name].EXAMPLES)):
        things, shape = stack(name, index)
        model = built_network(things, shape, compiled)
        path = tmp_path / "model.keras"
        path.write_bytes(keras_bytes(model, compiled))
        read = read_keras(path)
        again = built_network(list(read.layers), read.input_shape, compiled)
        read.give_weights(again)
        for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)


def changed(path: Path, **parts: Any) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name.split(".")[0], old.read(name)))
    return content.getvalue()


def config(path: Path, change: Any) -> bytes:
    with zipfile.ZipFile(path) as archive:
        document = json.loads(archive.read("config.json"))
    change(document)
    return changed(path, config=json.dumps(document).encode())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["config"]["layers"][1].update(class_name="Lambda"), "code of its own"),
        (lambda d: d["config"]["layers"][1].update(module="os", class_name="system"), "code of its own"),
        (lambda d: d["config"]["layers"][1].update(registered_name="my>Layer"), "code of its own"),
        (lambda d: d["config"]["layers"][1].update(class_name="Conv3D"), "no layer named 'Conv3D'"),
        (lambda d: d.update(class_name="Functional"), "Functional"),
        (lambda d: d["config"]["layers"][1]["config"].update(units=10**7), "more than the file holds"),
        (lambda d: d["config"]["layers"][1]["config"].update(units=7), "shape"),
        (lambda d: d["config"]["layers"][1]["config"].update(units="many"), "units"),
        (lambda d: d["config"].update(layers=[]), "no layers"),
        (lambda d: d.clear(), "Keras"),
    ],
)
def test_what_cannot_be_taken_over_is_named(change: Any, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.keras"
    path.write_bytes(config(FILES / "dense.keras", change))
    with pytest.raises(RunError, match=words):
        read_file(path)


def test_damaged_files_are_refused_in_a_sentence(tmp_path: Path) -> None:
    content = (FILES / "dense.keras").read_bytes()
    random = np.random.default_rng(0)
    path = tmp_path / "bad.keras"
    for _ in range(60):
        damaged = bytearray(content)
        for place in random.integers(0, len(content), 4):
            damaged[place] ^= 1 << int(random.integers(8))
        path.write_bytes(bytes(damaged[: int(random.integers(1, len(content) + 1))]))
        try:
            read_file(path)
        except NnTuiError as error:
            assert str(path) in str(error) or "weights" in str(error)


def test_links_out_of_the_file_are_not_followed(tmp_path: Path) -> None:
    import h5py

    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["kernel"] = np.zeros((3, 5), np.float32)
    with zipfile.ZipFile(FILES / "dense.keras") as archive:
        weights = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(weights, "a") as file:
        del file["layers/dense/vars/0"]
        file["layers/dense/vars/0"] = h5py.ExternalLink(str(secret), "/kernel")
    path = tmp_path / "bad.keras"
    path.write_bytes(changed(FILES / "dense.keras", model=weights.getvalue()))
    with pytest.raises(RunError, match="leads out of the file"):
        read_file(path)
