"""Rows are not in a program's text: a bundled set that fits is taken, else the network waits for data."""

from __future__ import annotations

from pathlib import Path

import pytest

from nn_tui.cli import main
from nn_tui.errors import DataError
from nn_tui.experiment.build import load_data
from nn_tui.experiment.examples import examples
from nn_tui.experiment.shapes import stack
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import dumps, loads, set_value
from nn_tui.experiment.validation import problems
from nn_tui.export.keras_code import keras_code, read_file, read_keras_code, write_rows


def network(shape: str, last: str, loss: str = "sparse_categorical_crossentropy", first: str = "") -> str:
    return (
        f"model = Sequential([Input({shape}), {first} Dense(8, activation='relu'), Dense({last})])\n"
        f"model.compile('adam', '{loss}')\nmodel.fit(x, y)\n"
    )


@pytest.mark.parametrize(
    ("text", "source", "first"),
    [
        (network("(1,)", "2, 'softmax'"), "clinical-trial", "Dense"),
        (network("(2,)", "2, 'softmax'"), "circle", "Dense"),
        (network("(2,)", "1, 'sigmoid'", "binary_crossentropy"), "circle", "Dense"),
        (network("(2,)", "1", "mse"), "multi-gaussian", "Dense"),
        (network("(4,)", "3, 'softmax'"), "iris", "Dense"),
        (network("(4,)", "3, 'softmax'", "categorical_crossentropy"), "iris", "Dense"),
        (network("(13,)", "3, 'softmax'"), "wine", "Dense"),
        (network("(10,)", "1", "mae"), "diabetes", "Dense"),
        (network("(8, 8, 1)", "10, 'softmax'", first="Flatten(),"), "digits", "Flatten"),
        (network("(64,)", "10, 'softmax'"), "digits", "Flatten"),
        (network("(8, 8)", "10, 'softmax'", first="LSTM(9),"), "digits", "Reshape"),
        (
            network("(40,)", "1, 'sigmoid'", "bce", "Embedding(1000, 8), GlobalAveragePooling1D(),"),
            "reviews",
            "Embedding",
        ),
    ],
)
def test_the_first_set_that_fits_is_taken(text: str, source: str, first: str) -> None:
    opened = read_keras_code(text)
    assert (opened.spec.data.source, opened.spec.layers[0].type) == (source, first)
    assert problems(opened.spec) == () and f"{source} is taken" in opened.about_rows


def test_one_hot_classes_are_numbers_here() -> None:
    opened = read_keras_code(
        "model = Sequential([Dense(3, 'softmax', input_dim=4)])\n"
        "model.compile('adam', 'categorical_crossentropy', metrics=['acc', 'categorical_accuracy'])\n"
    )
    assert opened.spec.compile.loss.type == "sparse_categorical_crossentropy"
    assert [metric.type for metric in opened.spec.compile.metrics] == ["acc", "sparse_categorical_accuracy"]
    assert "Classes are numbers here" in opened.told


@pytest.fixture
def waiting() -> Spec:
    return read_keras_code(network("(3,)", "2, 'softmax'")).spec


def test_a_network_that_fits_none_waits_for_data(waiting: Spec) -> None:
    assert [row.output_shape for row in stack(waiting)] == [(3,), (8,), (2,)]
    with pytest.raises(DataError, match=r"takes rows of shape \(3,\): choose data \(D\)"):
        load_data(waiting.data)
    assert [problem.path for problem in problems(waiting)] == ["data.source"]
    assert loads(dumps(waiting)) == waiting


def test_the_stack_is_checked_before_data_are_chosen(waiting: Spec) -> None:
    broken = set_value(waiting, "layers.0", {"type": "Conv2D", "filters": 3, "kernel_size": [3, 3]})
    assert [problem.path.split(".")[0] for problem in problems(broken)] == ["data", "layers"]


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = "\n".join(f"{n % 7},{n % 11},{n % 5},{'yes' if n % 7 > 3 else 'no'}" for n in range(90))
    (tmp_path / "people.csv").write_text(f"a,b,c,kind\n{rows}\n")
    (tmp_path / "mine.py").write_text(network("(3,)", "2, 'softmax'"))
    return tmp_path


def test_it_is_trained_on_a_file_that_is_named(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--set", "data.source=people.csv"]
    assert main(["train", "mine.py", "--epochs", "2", *words]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("Epoch 1/2") and "choose data" not in printed.err


def test_without_data_it_has_a_summary_and_code_but_is_not_trained(
    people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["summary", "mine.py"]) == 0
    printed = capsys.readouterr()
    assert " 32 " in printed.out and "takes rows of shape (3,)" in printed.err
    assert main(["code", "mine.py"]) == 0
    assert "layers.Input(shape=(3,))" in capsys.readouterr().out
    assert main(["train", "mine.py"]) == 2
    assert "--set data.source=FILE" in capsys.readouterr().err


def test_settings_that_another_source_has_not_are_left_out() -> None:
    spec = set_value(examples()["spiral"], "data.rows", 300)
    assert set_value(spec, "data.source", "iris").data.settings == {}
    assert set_value(spec, "data.source", "circle").data.settings == {"rows": 300}


@pytest.mark.parametrize("name", examples())
def test_code_of_our_own_says_the_whole_experiment(name: str) -> None:
    spec = examples()[name]
    code = keras_code(spec)
    opened = read_keras_code(code)
    assert opened.spec == spec and opened.told == ""
    assert keras_code(opened.spec) == code


def test_code_of_a_file_finds_its_rows_beside_it(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = set_value(read_file(Path("mine.py")).spec, "data.source", "people.csv")
    spec = set_value(spec, "data.target", "kind")
    spec = set_value(spec, "name", 'odd \u2028 \'name\' \x1b[2J """\n# [data]')
    Path("again.py").write_text(keras_code(spec))
    assert read_file(Path("again.py")).spec == spec
    assert keras_code(read_file(Path("again.py")).spec) == keras_code(spec)
    elsewhere = people / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert read_file(people / "again.py").spec.data.source == str(people / "people.csv")
    write_rows(read_file(people / "again.py").spec, people / "rows.npz")


def test_what_is_changed_in_code_of_our_own_is_taken() -> None:
    code = keras_code(examples()["clinical-trial"])
    for old, new in (
        ("validation_split=0.1", "validation_split=0.3"),
        ("units=16", "units=17"),
        ("set_random_seed(0)", "set_random_seed(5)"),
        ("epochs=20", "epochs=9"),
    ):
        assert old in code
        code = code.replace(old, new)
    spec = read_keras_code(code).spec
    assert (spec.data.validation_split, spec.seed, spec.fit.epochs) == (0.3, 5, 9)
    assert spec.layers[0].get("units") == 17


def test_a_damaged_block_is_told() -> None:
    code = keras_code(examples()["clinical-trial"])
    for old, new, told in (
        ("# [data]", "# [data", "is damaged"),
        ('# scaling = "minmax"', '# scaling = "minmix"', "Did you mean 'minmax'"),
        ("# [data]", "# data = 3\n# [other]", "data must be a table"),
    ):
        with pytest.raises(Exception, match="Line 3: ") as fault:
            read_keras_code(code.replace(old, new))
        assert told in str(fault.value)
