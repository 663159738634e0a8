"""The Python file of a run predicts as the engine does, with NumPy and nothing else."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nn_tui.data.dataset import Split
from nn_tui.declare import params, registered
from nn_tui.engine.layers import Input
from nn_tui.engine.models import Sequential
from nn_tui.errors import RunError
from nn_tui.experiment.build import build_layer
from nn_tui.experiment.examples import example
from nn_tui.experiment.prediction import TrainedRun
from nn_tui.experiment.spec import Thing
from nn_tui.export.numpy_code import python_file
from nn_tui.export.numpy_code.page import literal
from nn_tui.export.numpy_code.writing import AS_NUMBERS
from tests.export.numpy_only import predict_all, run_python, run_script

Array = np.ndarray[Any, Any]


def run_of(things: list[Thing], shape: tuple[int, ...], loss: Any = "mse", **changed: Any) -> TrainedRun:
    """Give a network with random weights as if it had been trained."""
    model = Sequential([Input(shape=shape), *map(build_layer, things)], seed=1)
    model.compile(loss=loss)
    random = np.random.default_rng(5)
    weights = [
        # Variances are positive.
        (np.abs if "variance" in name else np.asarray)(random.normal(0, 0.5, layer.weight(name).shape))
        for layer in model.layers
        for name in layer.weight_names
    ]
    model.set_weights([weight.astype(np.float32) for weight in weights])
    settings: dict[str, Any] = {
        "task": "regression",
        "classes": (),
        "target": "y",
        "shift": 0.0,
        "scale": 1.0,
    }
    return TrainedRun(example("xor"), model, None, **{**settings, **changed})


def rows_for(run: TrainedRun, count: int = 7) -> Array:
    """Give rows as the network takes them."""
    first, shape = run.model.layers[0], run.model.input_shape[1:]
    random = np.random.default_rng(3)
    if first.takes_integers:
        return random.integers(0, first.input_dim, (count, *shape)).astype(np.float32)
    return random.normal(size=(count, *shape)).astype(np.float32)


def assert_same(runs: list[TrainedRun], folder: Path) -> None:
    """Assert that the files of these runs predict as the engine does to 1e-6."""
    for at, run in enumerate(runs):
        (folder / f"model{at}.py").write_bytes(python_file(run).content)
        np.save(folder / f"rows{at}.npy", rows_for(run))
    predict_all(folder, len(runs))
    for at, run in enumerate(runs):
        expected = run.model.predict(rows_for(run)).reshape(7, -1)
        np.testing.assert_allclose(np.load(folder / f"outputs{at}.npy"), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", registered("layer"))
def test_every_layer_predicts_as_in_the_engine(name: str, tmp_path: Path) -> None:
    examples = registered("layer")[name].EXAMPLES
    assert examples
    assert_same([run_of([Thing(name, settings)], shape) for settings, shape in examples], tmp_path)


def test_every_activation_predicts_as_in_the_engine(tmp_path: Path) -> None:
    runs = []
    for name, activation in registered("activation").items():
        forms: list[Any] = [name]
        if settings := {param.name: _another(param.default) for param in params(activation)}:
            forms.append({"type": name, **settings})
        for form in forms:
            runs.append(run_of([Thing("Dense", {"units": 4, "activation": form})], (3,)))
            runs.append(run_of([Thing("SimpleRNN", {"units": 2, "activation": form})], (3, 2)))
    assert_same(runs, tmp_path)


def _another(value: Any) -> Any:
    return not value if isinstance(value, bool) else value / 2 + 0.1


@pytest.mark.parametrize("inner", ["LSTM", "GRU", "SimpleRNN"])
def test_recurrent_layers_in_all_directions(inner: str, tmp_path: Path) -> None:
    runs = []
    for sequences in (False, True):
        for backwards in (False, True):
            settings = {"units": 3, "return_sequences": sequences, "go_backwards": backwards}
            runs.append(run_of([Thing(inner, {**settings, "use_bias": False})], (5, 2)))
            runs.append(run_of([Thing("Bidirectional", {"layer": {"type": inner, **settings}})], (5, 2)))
    assert_same(runs, tmp_path)
    for run in runs:
        assert max(map(len, python_file(run).content.decode().splitlines())) <= 110


@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_windows_of_all_sizes(stride: int, tmp_path: Path) -> None:
    runs = []
    for length in (4, 5, 7):
        for size in (1, 2, 3):
            for padding in ("same", "valid"):
                kernel = {"filters": 2, "kernel_size": size, "strides": stride, "padding": padding}
                pool = {"pool_size": size, "strides": stride, "padding": padding}
                runs.append(run_of([Thing("Conv1D", kernel)], (length, 2)))
                runs += [
                    run_of([Thing(f"{kind}Pooling1D", pool)], (length, 2)) for kind in ("Max", "Average")
                ]
    assert_same(runs, tmp_path)


def test_a_deep_network_of_many_layers(tmp_path: Path) -> None:
    things = [
        Thing("Conv2D", {"filters": 8, "kernel_size": (3, 3), "padding": "same", "activation": "relu"}),
        Thing("BatchNormalization"),
        Thing("MaxPooling2D"),
        Thing(
            "Conv2D", {"filters": 8, "kernel_size": (3, 3), "dilation_rate": (2, 2), "activation": "gelu"}
        ),
        Thing("Flatten"),
        Thing("Dropout", {"rate": 0.5}),
        Thing("Dense", {"units": 64, "activation": "tanh"}),
        Thing("Dense", {"units": 10, "activation": "softmax"}),
    ]
    classes = tuple("abcdefghij")
    run = run_of(things, (12, 12, 3), task="classification", classes=classes)
    # Sums of hundreds of numbers stay near 1, as in a network that is trained: float32 has no more digits.
    run.model.set_weights([weight / 5 for weight in run.model.get_weights()])
    assert_same([run], tmp_path)
    assert run.model.count_params() > AS_NUMBERS
    text = python_file(run).content.decode()
    assert "base64" in text and max(map(len, text.splitlines())) <= 110


def test_the_forward_pass_is_written_out_for_people() -> None:
    things = [Thing("Dense", {"units": 3, "activation": "relu"}), Thing("Dense", {"units": 2})]
    text = python_file(run_of(things, (4,))).content.decode()
    assert "    x = relu(x @ dense_kernel + dense_bias)  # (rows, 3)\n" in text
    assert "    x = x @ dense_1_kernel + dense_1_bias  # (rows, 2)\n" in text
    assert "def softmax" not in text and "lstm" not in text and "base64" not in text
    assert max(map(len, text.splitlines())) <= 110
    for word in ("import pickle", "eval(", "exec(", "nn_tui"):
        assert word not in text


def test_rows_are_taken_in_their_own_units(tmp_path: Path) -> None:
    shift, scale = np.array([10.0, -3.0], np.float32), np.array([5.0, 0.25], np.float32)
    run = run_of([Thing("Dense", {"units": 1})], (2,), shift=shift, scale=scale)
    (tmp_path / "model0.py").write_bytes(python_file(run).content)
    rows = rows_for(run)
    np.save(tmp_path / "rows0.npy", rows * scale + shift)
    predict_all(tmp_path, 1)
    np.testing.assert_allclose(np.load(tmp_path / "outputs0.npy"), run.model.predict(rows), atol=1e-5)


def test_one_output_of_a_classification_becomes_two_chances(tmp_path: Path) -> None:
    things = [Thing("Dense", {"units": 1, "activation": "sigmoid"})]
    run = run_of(things, (2,), task="classification", classes=("no", "yes"))
    (tmp_path / "model0.py").write_bytes(python_file(run).content)
    np.save(tmp_path / "rows0.npy", rows_for(run))
    predict_all(tmp_path, 1)
    chance = run.model.predict(rows_for(run))
    np.testing.assert_allclose(
        np.load(tmp_path / "outputs0.npy"), np.hstack([1 - chance, chance]), atol=1e-6
    )


@pytest.mark.parametrize(
    ("units", "loss"), [(1, "BinaryCrossentropy"), (3, "SparseCategoricalCrossentropy")]
)
def test_sums_that_the_loss_takes_become_probabilities(units: int, loss: str, tmp_path: Path) -> None:
    classes = ("a", "b", "c")[: max(2, units)]
    run = run_of(
        [Thing("Dense", {"units": units})],
        (2,),
        {"type": loss, "from_logits": True},
        task="classification",
        classes=classes,
    )
    (tmp_path / "model.py").write_bytes(python_file(run).content)
    x = rows_for(run)
    np.savetxt(tmp_path / "rows.csv", x, delimiter=",", fmt="%.9g")
    header, *rows = csv.reader(run_script(tmp_path / "model.py", "rows.csv").splitlines())
    expected_header, *expected = run.predictions(Split(x, x))
    assert header == expected_header and [row[0] for row in rows] == [row[0] for row in expected]
    mine, theirs = ([[float(cell) for cell in row[1:]] for row in part] for part in (rows, expected))
    np.testing.assert_allclose(mine, theirs, atol=2e-6)


def test_numbers_are_written_to_the_last_bit() -> None:
    random = np.random.default_rng(0)
    bits = random.integers(0, 2**32, 20000, dtype=np.uint64).astype(np.uint32)
    array = bits.view(np.float32)
    array = array[np.isfinite(array)][:16000].reshape(-1, 4, 2)
    again = eval(literal(array), {"np": np})
    assert again.dtype == np.float32 and (again.view(np.uint32) == array.view(np.uint32)).all()


def test_a_layer_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from nn_tui.export.numpy_code import page

    monkeypatch.delitem(page._EMITTERS, "Dense")
    with pytest.raises(RunError, match="dense: a Dense layer cannot be written"):
        python_file(run_of([Thing("Dense", {"units": 1})], (2,)))


def test_rows_of_another_shape_are_refused(tmp_path: Path) -> None:
    run = run_of([Thing("Dense", {"units": 1})], (2,))
    (tmp_path / "model.py").write_bytes(python_file(run).content)
    code = "try: runpy.run_path('model.py')['predict'](np.zeros((2, 3)))\nexcept ValueError as e: print(e)"
    assert run_python(tmp_path, code) == "Rows of shape (2,) are needed, got (3,).\n"
