"""The report of an evaluation: every number found again by another way, every word safe."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.data.sources import read
from nn_tui.experiment.build import load_data
from nn_tui.experiment.evaluation import measure, rows_to_measure
from nn_tui.experiment.headless import train
from nn_tui.experiment.prediction import open_run
from nn_tui.experiment.proposal import propose
from nn_tui.experiment.spec_file import set_value
from nn_tui.export.report import cell, number, report, span


def tables(text: str) -> dict[str, list[list[str]]]:
    """Give the rows of the first table below each heading; the heads first."""
    found: dict[str, list[list[str]]] = {}
    for part in re.split(r"^#+ ", text, flags=re.MULTILINE)[1:]:
        lines = [line for line in part.splitlines() if line.startswith("|")]
        cells = [[one.strip() for one in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
        found[part.splitlines()[0]] = [row for row in cells if set("".join(row)) != {"-", " "}][
            0:1
        ] + cells[2:]
    return found


@pytest.fixture(scope="module")
def penguins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("penguins")
    spec = set_value(set_value(propose("penguins").spec, "fit.epochs", 4), "name", "birds | <b>")
    list(train(spec, save=str(folder / "run")))
    return folder / "run"


@pytest.fixture(scope="module")
def classes(penguins: Path) -> str:
    path = penguins.parent / "report.md"
    assert main(["evaluate", str(penguins), "--report", str(path)]) == 0
    return path.read_text()


def test_the_run_is_named_with_all_that_made_it(penguins: Path, classes: str) -> None:
    run = open_run(str(penguins))
    assert run.card is not None
    facts = dict(tables(classes)["Evaluation of birds \\| &lt;b>"][1:])
    assert facts["run"] == f"`{run.card.id}`" and facts["rows measured"] == "69 (test rows)"
    assert facts["parameters"] == f"{run.model.count_params():,}" and facts["epochs"].startswith("4 of 4")
    assert "numpy" in facts["trained with"] and facts["seed"] == "0"


def test_classes_are_counted_as_by_hand(penguins: Path, classes: str) -> None:
    run, found = open_run(str(penguins)), tables(classes)
    test = load_data(run.spec.data).test
    assert test is not None
    shares = run.model.predict(test.x)
    answer = shares.argmax(axis=1)
    matrix = [[int(((test.y == t) & (answer == a)).sum()) for a in range(3)] for t in range(3)]
    assert [[int(one) for one in row[1:]] for row in found["Confusion matrix"][1:]] == matrix
    assert [row[0] for row in found["Classes"][1:]] == list(run.classes)
    for at, row in enumerate(found["Classes"][1:]):
        recall = (answer[test.y == at] == at).mean()
        assert float(row[2]) == pytest.approx(recall, abs=5e-5) and int(row[4]) == (test.y == at).sum()
    metrics = {row[0]: row[1:] for row in found["Loss and metrics"][1:]}
    assert float(metrics["accuracy"][0]) == pytest.approx((answer == test.y).mean(), abs=5e-5)
    assert metrics["accuracy"][2] == "Wilson"
    largest = np.bincount(test.y).max() / len(test)
    assert float(metrics["accuracy"][3]) == pytest.approx(largest, abs=5e-5)
    own = -np.log(shares[np.arange(len(test)), test.y])
    assert float(metrics["loss"][0]) == pytest.approx(own.mean(), abs=1e-4)
    reach = 1.959964 * own.std(ddof=1) / np.sqrt(len(own))
    low, high = map(float, metrics["loss"][1].split(" to "))
    assert (low, high) == pytest.approx((max(0, own.mean() - reach), own.mean() + reach), abs=1e-4)


def test_the_worst_mistakes_are_rows_of_the_file(penguins: Path, classes: str) -> None:
    run, table = open_run(str(penguins)), read("penguins")
    test = load_data(run.spec.data).test
    assert test is not None and test.rows is not None
    mistakes = tables(classes)["Worst mistakes"]
    assert mistakes[0] == ["row", "true", "answered", "probability", "values"] and len(mistakes) > 2
    sure = [float(row[3]) for row in mistakes[1:]]
    assert sure == sorted(sure, reverse=True) and len(sure) <= 10
    for place, truth, answer, _, values in mistakes[1:]:
        at = int(place.removeprefix("row ")) - 1
        assert at in test.rows and table.column("species").values[at] == truth != answer
        assert f"island: {table.column('island').values[at]}" in values


def test_the_training_is_told_from_its_curve(penguins: Path, classes: str) -> None:
    with (penguins / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    for name, last, best, epoch in tables(classes)["Training"][1:]:
        values = [float(row[name]) for row in rows]
        pick = max if "accuracy" in name else min
        assert float(best) == pytest.approx(pick(values), abs=5e-5)
        assert float(last) == pytest.approx(values[-1], abs=5e-5)
        assert values[int(epoch) - 1] == pick(values)


def test_numbers_are_measured_in_their_own_unit(tmp_path: Path) -> None:
    list(train(set_value(propose("diabetes").spec, "fit.epochs", 5), save=str(tmp_path / "run")))
    path = tmp_path / "report.md"
    assert main(["evaluate", str(tmp_path / "run"), "--report", str(path)]) == 0
    run, found = open_run(str(tmp_path / "run")), tables(path.read_text())
    test = load_data(run.spec.data).test
    assert test is not None and test.rows is not None and run.preparation is not None
    truth = read("diabetes").column("progression").values[test.rows]
    answer = run.model.predict(test.x)[:, 0] * run.preparation.target_scale + run.preparation.target_shift
    metrics = {row[0]: row[1:] for row in found["Loss and metrics"][1:]}
    assert float(metrics["MAE"][0]) == pytest.approx(np.abs(truth - answer).mean(), rel=1e-4)
    assert float(metrics["RMSE"][0]) == pytest.approx(np.sqrt(((truth - answer) ** 2).mean()), rel=1e-4)
    assert float(metrics["RMSE"][3]) == pytest.approx(truth.std(), rel=1e-4)
    assert float(metrics["R2"][3]) == 0
    residuals = dict(found["Residuals"][1:])
    assert float(residuals["median"]) == pytest.approx(np.median(truth - answer), abs=1e-3)
    worst = found["Worst mistakes"][1]
    assert float(worst[3]) == pytest.approx((truth - answer)[np.abs(truth - answer).argmax()], rel=1e-4)


def test_rows_from_outside_are_named_by_their_lines(penguins: Path, tmp_path: Path) -> None:
    table = read("penguins")
    path, target = tmp_path / "a|b.csv", tmp_path / "report.md"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.names)
        for row in range(40):
            cells = ["" if v is None or v != v else v for v in (c.values[row] for c in table.columns)]
            writer.writerow([*cells[:-1], "Gentoo"] if row == 20 else cells)
    assert main(["evaluate", str(penguins), str(path), "--report", str(target)]) == 0
    text = target.read_text()
    assert "a\\|b.csv" in text
    mistakes = {row[0]: row for row in tables(text)["Worst mistakes"][1:]}
    assert mistakes["line 22"][1:3] == ["Gentoo", "Adelie"]


def test_a_report_that_is_there_is_kept(
    penguins: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.md"
    path.write_text("mine")
    assert main(["evaluate", str(penguins), "--report", str(path)]) == 2
    assert "--force" in capsys.readouterr().err and path.read_text() == "mine"
    assert main(["evaluate", str(penguins), "--report", str(path), "--force"]) == 0
    assert path.read_text().startswith("# Evaluation")


def test_an_autoencoder_and_images_are_reported_too(tmp_path: Path) -> None:
    for source, changes in (("iris", {"data.autoencoder": True}), ("digits", {})):
        spec = propose(source).spec
        for key, value in changes.items():
            spec = set_value(spec, key, value)
        if changes:
            width = load_data(spec.data).input_shape[0]
            spec = set_value(spec, "layers", [{"type": "Dense", "units": width}])
            spec = set_value(spec, "compile.loss", "mean_squared_error")
            spec = set_value(spec, "compile.metrics", [])
        list(train(set_value(spec, "fit.epochs", 1), save=str(tmp_path / source)))
        path = tmp_path / f"{source}.md"
        assert main(["evaluate", str(tmp_path / source), "--report", str(path)]) == 0
        assert "## Worst mistakes" in path.read_text()


def test_what_rows_are_told_of_is_not_cut_off(penguins: Path, tmp_path: Path) -> None:
    table = read("penguins")
    path, target = tmp_path / "new.csv", tmp_path / "report.md"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.names)
        for row in range(30):
            cells = ["" if v is None or v != v else v for v in (c.values[row] for c in table.columns)]
            writer.writerow(["An island of a very long name that nobody knows", *cells[1:]])
    assert main(["evaluate", str(penguins), str(path), "--report", str(target)]) == 0
    assert "that nobody knows', which no training row had; taken as none of 3 categories." in (
        target.read_text()
    )


def test_many_rows_still_have_the_interval_of_the_accuracy(penguins: Path, tmp_path: Path) -> None:
    run = open_run(str(penguins))
    with rows_to_measure(run, None) as rows:
        measured = measure(run, rows)
        text = report(run, rows, replace(measured, intervals={}), "many")
    accuracy = next(row for row in tables(text)["Loss and metrics"] if row[0] == "accuracy")
    assert accuracy[2] and accuracy[3] == "Wilson" and accuracy[4]


def test_cells_make_no_markup() -> None:
    assert cell("a|b") == "a\\|b" and cell("<script>") == "&lt;script>" and cell("[x](y)") == "\\[x\\](y)"
    assert cell("blood_pressure") == "blood_pressure" and cell("_a_") == "\\_a\\_"
    assert cell("\x1b[31m\n") == r"\\x1b\[31m\\n" and len(cell("x" * 500)) == 60
    assert number(0.5) == "0.5000" and number(1.5e-5) == "1.5e-05" and number(123456.0) == "1.235e+05"
    assert number(None) == number(float("nan")) == span(None) == ""
