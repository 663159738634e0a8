"""Predictions of files that are read block by block: the same as of files that are read at once."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.errors import DataError
from nn_tui.experiment.headless import train
from nn_tui.experiment.prediction import open_run
from nn_tui.experiment.prediction_file import write_predictions
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.safe_cells import safe_cell
from nn_tui.experiment.spec_file import set_value

ROWS = 9001


def write_people(path: Path, rows: int, *, seed: int = 0, towns: tuple[str, ...] = ("Bonn", "Ulm")) -> Path:
    random = np.random.default_rng(seed)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "age", "town", "since", "weight", "ill"])
        for row in range(rows):
            age = int(random.integers(18, 90))
            town = towns[int(random.integers(len(towns)))]
            day = f"20{random.integers(10, 24)}-0{random.integers(1, 9)}-11"
            weight = f"{random.normal(70, 9):.2f}"
            writer.writerow([f"{row:06d}", age, town, day, weight, "yes" if age > 60 else "no"])
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    spec = set_value(propose(str(write_people(folder / "people.csv", 300))).spec, "fit.epochs", 3)
    list(train(spec, save=str(folder / "run")))
    return folder / "run"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = write_people(
        tmp_path_factory.mktemp("many") / "many.csv", ROWS, seed=1, towns=("Bonn", "Ulm", "Jena", "Gera")
    )
    lines = path.read_text().splitlines(keepends=True)
    for row in (5, 4097, 8999):  # gaps in three different blocks
        cells = lines[row].split(",")
        lines[row] = ",".join([*cells[:4], "NA", cells[5]])
    path.write_text("".join(lines))
    return path


@pytest.mark.parametrize("size", [4096, 8192])
def test_blocks_that_do_not_divide_the_rows_give_the_same_bytes(
    run: Path, many: Path, tmp_path: Path, size: int
) -> None:
    trained = open_run(str(run))
    whole, parts = tmp_path / "whole.csv", tmp_path / "parts.csv"
    told = write_predictions(trained, str(many), whole, carry=["code", "town"], size=ROWS)
    again = write_predictions(trained, str(many), parts, carry=["code", "town"], size=size)
    assert ROWS % size and whole.read_bytes() == parts.read_bytes()
    assert told == again  # once each, not once a block
    lines = whole.read_text().splitlines()
    assert len(lines) == ROWS + 1 and lines[0] == "code,town,ill,p(no),p(yes)"
    assert lines[1].startswith("000000,") and lines[-1].startswith("009000,")


def test_rows_are_told_of_once_with_their_number(run: Path, many: Path, tmp_path: Path) -> None:
    told = write_predictions(open_run(str(run)), str(many), tmp_path / "out.csv", size=4096)
    towns = [line.split(",")[2] for line in many.read_text().splitlines()[1:]]
    unseen = towns.count("Jena") + towns.count("Gera")
    assert len(told) == 2
    assert any(note.startswith(f"town: {unseen} rows hold ") for note in told)
    assert any(note.startswith("weight: 3 missing values were taken as ") for note in told)


def test_the_outputs_are_those_of_the_network(run: Path, many: Path, tmp_path: Path) -> None:
    trained = open_run(str(run))
    write_predictions(trained, str(many), tmp_path / "out.csv", size=4096)
    split, _ = trained.rows_of(str(many), with_targets=False)
    expected = trained.model.predict(split.x)
    _, *rows = csv.reader(io.StringIO((tmp_path / "out.csv").read_text()))
    np.testing.assert_allclose([[float(cell) for cell in row[1:]] for row in rows], expected, rtol=1e-5)


def test_measuring_in_blocks_is_measuring_all(run: Path, many: Path) -> None:
    from nn_tui.experiment.evaluation import measure

    trained = open_run(str(run))
    split, _ = trained.rows_of(str(many), with_targets=True)
    with trained.rows(str(many), with_targets=True, size=4096) as rows:
        measured = measure(trained, rows)
    assert len(measured) == ROWS
    for name, value in trained.evaluate(split).items():
        assert measured.values[name] == pytest.approx(value, rel=1e-6)


def test_rows_without_a_target_are_not_measured(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_people(tmp_path / "few.csv", 20)
    path.write_text(path.read_text().replace(",yes\n", ",\n", 2))
    assert main(["evaluate", str(run), str(path)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("18 ") and "2 rows without a ill are left out" in err


def test_csv_comes_from_standard_input_too(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_people(tmp_path / "few.csv", 7)
    assert main(["predict", str(run), str(path)]) == 0
    expected = capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
    assert main(["predict", str(run), "-"]) == 0
    assert capsys.readouterr().out == expected
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    assert main(["predict", str(run), "-"]) == 2
    assert "Standard input is empty" in capsys.readouterr().err


def test_a_fault_leaves_no_half_file(run: Path, many: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text(many.read_text().replace(",town,", ",city,", 1))
    output = tmp_path / "out.csv"
    output.write_text("what was there")
    with pytest.raises(DataError, match="no column 'town'"):
        write_predictions(open_run(str(run)), str(broken), output)
    assert output.read_text() == "what was there" and {path.name for path in tmp_path.iterdir()} == {
        "broken.csv", "out.csv",
    }  # fmt: skip


def test_there_is_no_such_column_to_carry(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(run), str(write_people(tmp_path / "a.csv", 3)), "--id", "cod"]) == 2
    assert "no column 'cod'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+49 228", "'+49 228"),
        ("-5", "-5"),
        ("-2.5e3", "-2.5e3"),
        ("\t=1", r"\t=1"),
        ("a\x1b[31mb\n", r"a\x1b[31mb\n"),
        ("plain, text", "plain, text"),
        ("", ""),
    ],
)
def test_cells_are_safe_to_open_elsewhere(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


def test_a_carried_cell_cannot_be_a_formula(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_people(tmp_path / "a.csv", 3)
    path.write_text(path.read_text().replace("000001,", "=cmd(),"))
    assert main(["predict", str(run), str(path), "--id", "code"]) == 0
    _, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert [row[0] for row in rows] == ["000000", "'=cmd()", "000002"]


def test_a_window_reaches_back_over_the_edge_of_a_block(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    values = np.sin(np.arange(5000) / 9) + random.normal(0, 0.1, 5000)
    path = tmp_path / "wave.csv"
    path.write_text("when,wave\n" + "".join(f"{at},{value:.5f}\n" for at, value in enumerate(values)))
    spec = propose(str(path)).spec
    for key, value in (("data.window", 6), ("data.order", "file"), ("data.target", "wave")):
        spec = set_value(spec, key, value)
    spec = set_value(spec, "layers", [{"type": "Flatten"}, {"type": "Dense", "units": 1}])
    list(train(set_value(spec, "fit.epochs", 1), save=str(tmp_path / "run")))
    trained = open_run(str(tmp_path / "run"))
    write_predictions(trained, str(path), tmp_path / "whole.csv", carry=["when"], size=8192)
    write_predictions(trained, str(path), tmp_path / "parts.csv", carry=["when"], size=4096)
    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "parts.csv").read_bytes()
    lines = (tmp_path / "whole.csv").read_text().splitlines()
    assert len(lines) == 5000 - 6 + 1 and lines[1].startswith("6,")
