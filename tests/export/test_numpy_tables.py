"""The Python file of a run on a table treats other rows as the run itself does."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.data.sources import read
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.export.targets import write_file
from tests.export.numpy_only import run_python, run_script
from tests.export.runs import kept

AWKWARD = 'a"""\n\\ {x} \'q\' # é'
"""A name that a file may hold and that must not become code."""


def spec_for(path: Path, **changed: object) -> Spec:
    spec = propose(str(path)).spec
    for key, value in {"fit.epochs": 3, **changed}.items():
        spec = set_value(spec, key, value)
    return spec


def write_table(path: Path, columns: dict[str, list[object]], delimiter: str = ",") -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def people(count: int, seed: int = 0) -> dict[str, list[object]]:
    """Rows of every kind of column, with gaps."""
    random = np.random.default_rng(seed)
    hours = random.integers(0, 24, count)
    days = np.datetime64("2019-03-01") + random.integers(0, 900, count).astype("timedelta64[D]")
    towns = ["Rome", "Oslo", "Bonn", AWKWARD, ""]
    phrases = ["the cat sat", "a dog ran off", "it's 42 cats", "no dog, no cat"]
    return {
        "age": [int(age) if age > 15 else "NA" for age in random.integers(10, 90, count)],
        "height": [f"{height:.2f}" for height in random.normal(170, 12, count)],
        "town": [towns[at] for at in random.integers(0, len(towns), count)],
        "rooms": [int(at) for at in random.integers(1, 4, count)],
        "married": [["true", "False", ""][at] for at in random.integers(0, 3, count)],
        "since": [str(day) if day.astype(int) % 7 else "" for day in days],
        "seen": [f"{day}T{hour:02d}:30:00Z" for day, hour in zip(days, hours, strict=True)],
        "text": [f"{phrases[at]} {row}" for row, at in enumerate(random.integers(0, 4, count))],
        "kind": [["low", AWKWARD, "high"][at] for at in random.integers(0, 3, count)],
    }  # fmt: skip


def same_csv(folder: Path, table: Path, model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Assert that the file prints what `nn-tui predict` prints, but for the last of six digits."""
    capsys.readouterr()
    assert main(["predict", str(folder), str(table)]) == 0
    theirs = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    mine = list(csv.reader(io.StringIO(run_script(model, str(table)))))
    assert mine[0] == theirs[0] and len(mine) == len(theirs) > 1
    for one, other in zip(mine[1:], theirs[1:], strict=True):
        words = [cell for cell in other if not _is_number(cell)]
        assert [cell for cell in one if not _is_number(cell)] == words
        numbers = [[float(cell) for cell in row if _is_number(cell)] for row in (one, other)]
        np.testing.assert_allclose(*numbers, rtol=1e-5, atol=1e-6)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def exported(folder: Path, spec: Spec) -> tuple[Path, Path]:
    run = kept(folder / "run", spec)
    write_file(str(run), "python", folder / "model.py")
    return run, folder / "model.py"


@pytest.mark.parametrize("scaling", ["none", "minmax", "standard"])
def test_columns_of_every_kind(scaling: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = write_table(tmp_path / "people.csv", people(200))
    kinds = {"town": "category", "rooms": "category", "text": "text"}
    spec = spec_for(table, **{"data.scaling": scaling, "data.columns": kinds, "data.target": "kind"})
    run, model = exported(tmp_path, spec)
    text = model.read_text()
    for called in ("number(", "category(", "yes_no(", "date(", "bag_of_words("):
        assert f"        {called}" in text
    same_csv(run, write_table(tmp_path / "other.csv", people(80, seed=1)), model, capsys)
    # Other spellings of the same: separator, decimal commas, order of columns and of dates.
    other = people(60, seed=2)
    other["height"] = [str(value).replace(".", ",") for value in other["height"]]
    other["rooms"] = [f"{value},0" for value in other["rooms"]]
    other["since"] = ["/".join(str(value).split("-")[::-1]) for value in other["since"]]
    other = dict(sorted(other.items()))
    del other["kind"]
    same_csv(run, write_table(tmp_path / "commas.csv", other, ";"), model, capsys)


def test_a_text_in_the_order_of_its_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = people(120)
    table = write_table(tmp_path / "texts.csv", {name: rows[name] for name in ("text", "kind")})
    spec = spec_for(
        table, **{"data.text": "sequence", "data.columns": {"text": "text"}, "data.target": "kind"}
    )
    if spec.layers[0].type != "Embedding":
        spec = set_value(
            spec,
            "layers",
            [
                {"type": "Embedding", "input_dim": 300, "output_dim": 4},
                {"type": "LSTM", "units": 5},
                {"type": "Dense", "units": 3, "activation": "softmax"},
            ],
        )
    run, model = exported(tmp_path, spec)
    assert "word_numbers(" in model.read_text()
    same_csv(run, write_table(tmp_path / "other.csv", {"text": people(40, seed=3)["text"]}), model, capsys)


def test_a_number_is_predicted_in_its_own_units(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, model = exported(tmp_path, set_value(propose("diabetes").spec, "fit.epochs", 20))
    table = read("diabetes")
    rows: dict[str, list[object]] = {column.name: list(column.values[:50]) for column in table.columns}
    same_csv(run, write_table(tmp_path / "other.csv", rows), model, capsys)


def test_rows_in_a_window(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def hours(start: int) -> dict[str, list[object]]:
        steps = np.arange(start, start + 80)
        return {
            "load": [f"{np.sin(t / 5) * 10 + 50:.3f}" for t in steps],
            "warm": [f"{t % 24}" for t in steps],
        }

    table = write_table(tmp_path / "hours.csv", hours(0))
    spec = spec_for(table, **{"data.window": 6, "data.target": "load"})
    spec = set_value(spec, "layers", [{"type": "GRU", "units": 4}, {"type": "Dense", "units": 1}])
    run, model = exported(tmp_path, spec)
    same_csv(run, write_table(tmp_path / "other.csv", hours(100)), model, capsys)


def test_rows_in_series(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random = np.random.default_rng(4)

    def series(first: int, longest: int) -> dict[str, list[object]]:
        rows = [
            (f"s{at}", t) for at in range(first, first + 24) for t in range(random.integers(2, longest))
        ]
        return {
            "who": [name for name, _ in rows],
            "v": [f"{np.sin(t * (1 + int(name[1:]) % 2)):.3f}" for name, t in rows],
            "label": ["ab"[int(name[1:]) % 2] for name, _ in rows],
        }

    spec = spec_for(write_table(tmp_path / "series.csv", series(0, 7)), **{"data.series": "who"})
    layers = [{"type": "LSTM", "units": 3}, {"type": "Dense", "units": 2, "activation": "softmax"}]
    run, model = exported(tmp_path, set_value(set_value(spec, "data.target", "label"), "layers", layers))
    # Series that are shorter and longer than those of the training.
    same_csv(run, write_table(tmp_path / "other.csv", series(100, 10)), model, capsys)


def test_names_from_files_stay_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random = np.random.default_rng(1)
    rows: dict[str, list[object]] = {
        "{x} \\ 'y' é": [f"{value:.3f}" for value in random.normal(size=60)],
        "__import__('os')": [f"{value:.3f}" for value in random.normal(size=60)],
        'the "label"': [["it's", 'say "hi"', "back\\slash {x}"][at] for at in random.integers(0, 3, 60)],
    }
    table = write_table(tmp_path / "odd.csv", rows)
    run, model = exported(tmp_path, spec_for(table))
    same_csv(run, table, model, capsys)


def test_rows_are_given_as_dicts_or_in_the_order_of_the_columns(tmp_path: Path) -> None:
    rows: dict[str, list[object]] = {
        "a": [0.5, 1.5, 2.5, 3.5] * 10, "b": ["x", "y", "y", "x"] * 10, "c": ["p", "q"] * 20
    }  # fmt: skip
    exported(tmp_path, spec_for(write_table(tmp_path / "t.csv", rows), **{"data.target": "c"}))
    code = """
scope = runpy.run_path("model.py")
one = scope["predict"]([{"a": 1.5, "b": "y"}, {"b": "x", "a": None}])
other = scope["predict"]([[1.5, "y"], ["", "x"]])
assert scope["COLUMNS"] == ["a", "b"] and one.shape == (2, 2) and (one == other).all()
try:
    scope["predict"]([{"a": 1}])
except ValueError as error:
    print(error)
try:
    scope["predict"]([{"a": "many", "b": "x"}])
except ValueError as error:
    print(error)
"""
    told = run_python(tmp_path, code).splitlines()
    assert told == [
        "There is no column 'b', which the network needs; there is ['a'].",
        "Column 'a': 'many' is no number.",
    ]


def test_a_fault_is_told_in_one_line(tmp_path: Path) -> None:
    rows: dict[str, list[object]] = {"a": [0.5, 1.5, 2.5, 3.5] * 10, "c": ["p", "q"] * 20}
    _, model = exported(tmp_path, spec_for(write_table(tmp_path / "t.csv", rows)))
    for content, told in (
        ("a,c\n1,2,3\n", "row 1 has 3 fields, not 2."),
        ("a,c\n", "has no rows."),
        ("z\n1\n", "There is no column 'a'"),
        ("a\nx\n", "Column 'a': 'x' is no number."),
    ):
        (tmp_path / "bad.csv").write_text(content)
        with pytest.raises(AssertionError) as fault:
            run_script(model, str(tmp_path / "bad.csv"))
        assert told in str(fault.value) and "Traceback" not in str(fault.value)
