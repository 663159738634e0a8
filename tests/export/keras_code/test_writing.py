"""The Keras code says the experiment: the same rows, the same network."""

from pathlib import Path

import numpy as np
import pytest

from nn_tui.declare import registered
from nn_tui.errors import SpecError
from nn_tui.experiment.build import load_data
from nn_tui.experiment.examples import example, names
from nn_tui.experiment.spec_file import set_value
from nn_tui.export.keras_code import generated, keras_code, write_rows


def rows_of(code: str) -> dict[str, object]:
    """Run the part of the program that makes the rows; it is our own text, and needs no Keras."""
    text = code[code.index("import math") : code.index("model = keras.Sequential(")]
    kept = [line for line in text.splitlines() if "keras" not in line]
    scope: dict[str, object] = {}
    exec("\n".join(kept), scope)
    return scope


GENERATED = [name for name in names() if generated(example(name))]


@pytest.mark.parametrize("name", sorted({*names(), *registered("dataset")} - {*GENERATED, "playground"}))
def test_the_code_reads_the_rows_of_the_experiment(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = example(name) if name in names() else set_value(example("circle"), "data.source", name)
    name = spec.name
    monkeypatch.chdir(tmp_path)
    write_rows(spec, tmp_path / f"{name}.npz")
    scope, data = rows_of(keras_code(spec)), load_data(spec.data)
    for part, x, y in ((data.train, "x", "y"), (data.test, "x_test", "y_test")):
        assert part is not None
        np.testing.assert_array_equal(scope[x], part.x)  # type: ignore[arg-type]  # an array
        np.testing.assert_array_equal(scope[y], part.y)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", GENERATED)
def test_the_code_makes_the_rows_of_the_experiment(name: str) -> None:
    spec = set_value(example(name), "data.noise", 0.1)
    scope, data = rows_of(keras_code(spec)), load_data(spec.data)
    x, y = scope["x"], scope["y"]
    count = len(data.train.x)
    assert (abs(x[:count] - data.train.x) < 1e-5).all()  # type: ignore[index,operator]  # arrays
    assert (y[:count] == data.train.y).all()  # type: ignore[index]
    if data.test is not None:
        assert (abs(scope["x_test"] - data.test.x) < 1e-5).all()  # type: ignore[operator]


def test_the_code_names_layers_regularizers_and_the_rest() -> None:
    spec = example("clinical-trial")
    spec = set_value(spec, "layers.1.kernel_regularizer", {"type": "L2", "l2": 0.02})
    spec = set_value(spec, "layers.1.kernel_initializer", {"type": "truncated_normal", "stddev": 0.1})
    spec = set_value(spec, "fit.callbacks", [{"type": "EarlyStopping", "patience": 3}])
    code = keras_code(spec)
    compile(code, "code", "exec")
    for part in (
        "layers.Input(shape=(1,))",
        "layers.Dense(units=16, activation='relu')",
        "kernel_regularizer=regularizers.L2(l2=0.02)",
        "kernel_initializer=initializers.TruncatedNormal(stddev=0.1)",
        "optimizers.Adam(learning_rate=0.0001)",
        "callbacks=[callbacks.EarlyStopping(patience=3)]",
        "validation_split=0.1",
        "verbose=2",
    ):
        assert part in code


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("layers.0.kernel_initializer", "playground", "no initializer playground"),
        ("compile.optimizer", "PlaygroundSGD", "no optimizer PlaygroundSGD"),
        ("compile.loss", "half_squared_error", "no loss half_squared_error"),
        ("fit.leftovers", "carry", "cannot carry"),
    ],
)
def test_what_keras_has_not_is_refused_by_name(path: str, value: object, told: str) -> None:
    with pytest.raises(SpecError, match=told) as caught:
        keras_code(set_value(example("circle"), path, value))
    assert caught.value.path == path


def test_the_code_says_the_number_type() -> None:
    code = keras_code(set_value(example("circle"), "compile.dtype", "float64"))
    assert "keras.config.set_floatx('float64')" in code
