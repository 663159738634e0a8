"""A saved run, used on rows it has not seen."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.data.sources import read
from nn_tui.errors import DataError, RunError
from nn_tui.experiment.headless import train
from nn_tui.experiment.prediction import open_run
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.spec_file import set_value


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "penguins"
    spec = set_value(propose("penguins").spec, "fit.epochs", 40)
    list(train(spec, save=str(folder)))
    return folder


def written(folder: Path, rows: int) -> Path:
    table = read("penguins")
    path = folder / "new.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.names)
        for row in range(rows):
            writer.writerow(
                ["" if v is None or v != v else v for v in (c.values[row] for c in table.columns)]
            )
    return path


def test_predictions_are_classes_by_name_and_their_probabilities(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(run), str(written(tmp_path, 30))]) == 0
    header, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert header == ["species", "p(Adelie)", "p(Chinstrap)", "p(Gentoo)"]
    assert len(rows) == 30 and sum(row[0] == "Adelie" for row in rows) >= 29
    assert all(abs(sum(map(float, row[1:])) - 1) < 1e-4 for row in rows)


def test_the_run_knows_its_rows_without_the_file_it_was_trained_on(run: Path, tmp_path: Path) -> None:
    trained = open_run(str(run))
    split, notes = trained.rows_of(str(written(tmp_path, 20)), with_targets=True)
    assert not notes and trained.evaluate(split)["accuracy"] >= 0.9
    # The same rows as the training made of them.
    again, _ = trained.rows_of(str(written(tmp_path, 20)), with_targets=False)
    np.testing.assert_array_equal(split.x, again.x)


def test_evaluating_takes_the_test_rows(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(run), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["of"] == "test" and told["rows"] == 69 and told["accuracy"] > 0.9


def test_rows_that_do_not_fit_are_refused(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(DataError, match="no column 'island', which the network was trained with"):
        open_run(str(run)).rows_of(str(path), with_targets=False)


def test_a_number_is_predicted_in_its_own_units(tmp_path: Path) -> None:
    spec = set_value(propose("diabetes").spec, "fit.epochs", 60)
    assert spec.data.settings["target_scaling"] == "standard"
    list(train(spec, save=str(tmp_path / "run")))
    trained = open_run(str(tmp_path / "run"))
    with trained.rows("diabetes", with_targets=False) as source:
        (header,), *blocks = trained.predict(source)
    rows = [row for block in blocks for row in block]
    numbers = np.array([float(row[0]) for row in rows])
    truth = read("diabetes").column("progression").values
    assert header == ["progression"] and np.corrcoef(numbers, truth)[0, 1] > 0.6
    assert abs(numbers.mean() - truth.mean()) < 15


def test_images_are_scaled_as_in_training(tmp_path: Path) -> None:
    spec = set_value(propose("digits").spec, "fit.epochs", 1)
    list(train(spec, save=str(tmp_path / "run")))
    x = np.full((3, 8, 8, 1), 4, np.uint8)
    np.savez(tmp_path / "new.npz", x=x, y=np.array([1, 2, 1]))
    split, _ = open_run(str(tmp_path / "run")).rows_of(str(tmp_path / "new.npz"), with_targets=False)
    np.testing.assert_allclose(split.x, 0.25, rtol=1e-5)


def test_a_damaged_preparation_is_told(run: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    for content in ("{", "[]", "{}", '{"format": 1, "preparation": {"features": [{"kind": "x"}]}}'):
        (copy / "data.json").write_text(content)
        with pytest.raises(RunError, match="is damaged"):
            open_run(str(copy))
