"""The worst mistakes: which rows they are, and that they are shown as the file had them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nn_tui.data.bundled import load
from nn_tui.data.table import Table as DataTable
from nn_tui.experiment.examples import example
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import DataSpec
from nn_tui.experiment.spec_file import set_value
from nn_tui.insight.mistakes import mistakes
from nn_tui.insight.pictures import Board, InsightRequest, Page, Sentence, Table, Tiles
from nn_tui.insight.telling import picture_sentences

# isort: split
from tests.insight.trained import trained


def test_the_surest_wrong_images_come_first() -> None:
    asked = trained("digits", 1)
    picture = mistakes(asked, rows=1)
    assert isinstance(picture, Tiles)
    split = asked.data.test
    shares = asked.model.predict(split.x)
    answer, sure = shares.argmax(axis=1), shares.max(axis=1)
    wrong = np.flatnonzero(answer != split.y)
    worst = wrong[np.argsort(-sure[wrong], kind="stable")][:24]
    assert picture.names == tuple(f"{split.y[at]} as {answer[at]} {sure[at]:.1%}" for at in worst)
    np.testing.assert_allclose(picture.images[0], split.x[worst[0]], atol=1e-6)
    share = len(wrong) / len(split)
    assert f"{len(wrong):,} of {len(split):,} test rows wrong, {share:.1%}" in picture.caption


def test_a_mistaken_row_is_shown_as_the_file_had_it() -> None:
    asked = trained("penguins", 2)
    picture = mistakes(asked, rows=2, mistake=1)
    assert isinstance(picture, Board)
    listed, whole = picture.pictures
    assert isinstance(listed, Table) and isinstance(whole, Page)
    split = asked.data.train
    shares = asked.model.predict(split.x)
    answer, sure = shares.argmax(axis=1), shares.max(axis=1)
    wrong = np.flatnonzero(answer != split.y)
    second = wrong[np.argsort(-sure[wrong], kind="stable")][1]
    table = load("penguins")
    assert isinstance(table, DataTable)
    number = split.rows[second]
    assert listed.head[0] == "row" and listed.rows[1][0] == str(number + 1) and listed.chosen == 1
    text = "".join(part for line in whole.lines for part, _ in line)
    for column in table.columns:
        value = column.values[number]
        missing = bool(column.missing[number])
        word = "missing" if missing else value if isinstance(value, str) else f"{value:g}"
        assert f"{column.name} {word} " in text + " ", column.name
    names = asked.data.class_names
    assert listed.rows[1][1:4] == (names[split.y[second]], names[answer[second]], f"{sure[second]:.1%}")


def test_the_line_of_a_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    lines = [f"{at},{at % 7},{'yes' if at % 3 else 'no'}" for at in range(60)]
    path.write_text("\n".join(["one,two,answer", *lines]))
    spec = replace(
        example("clinical-trial"),
        data=DataSpec(source=str(path), settings={"order": "file"}, scaling="minmax"),
    )
    session = Session(set_value(spec, "fit.epochs", 1))
    picture = mistakes(InsightRequest(session.model, session.data, {}, True))
    assert isinstance(picture, Board)
    listed = picture.pictures[0]
    assert isinstance(listed, Table) and listed.head[0] == "line"
    first = listed.rows[0]
    number = int(first[0]) - 2  # the header is line 1
    assert first[4:] == (str(number), str(number % 7))


def test_the_largest_errors_of_a_regression_come_first_in_the_targets_unit() -> None:
    asked = trained("diabetes", 10)
    picture = mistakes(asked)
    assert isinstance(picture, Board)
    listed = picture.pictures[0]
    assert isinstance(listed, Table)
    prepared, split = asked.data.preparation, asked.data.validation
    truth = split.y * prepared.target_scale + prepared.target_shift
    answer = asked.model.predict(split.x)[:, 0] * prepared.target_scale + prepared.target_shift
    worst = np.abs(truth - answer).argmax()
    assert float(listed.rows[0][1]) == pytest.approx(truth[worst])
    assert float(listed.rows[0][3]) == pytest.approx((truth - answer)[worst], rel=5e-3)


def test_of_a_window_the_row_that_is_predicted_is_shown() -> None:
    asked = trained("co2", 1)
    picture = mistakes(asked)
    assert isinstance(picture, Board)
    listed, whole = picture.pictures
    assert isinstance(listed, Table) and isinstance(whole, Page)
    table = load("co2")
    assert isinstance(table, DataTable)
    number = int(listed.rows[0][0]) - 1
    value = table.column("co2").values[number]
    assert float(listed.rows[0][1]) == pytest.approx(value, rel=5e-3)
    text = "".join(part for line in whole.lines for part, _ in line)
    assert str(table.column("month").values[number])[:10] in text


def test_where_nothing_is_wrong_that_is_said() -> None:
    asked = trained("circle", 40)
    split = asked.data.train
    right = asked.model.predict(split.x).argmax(axis=1)
    same = replace(asked.data, train=replace(split, y=right), validation=None, test=None)
    picture = mistakes(replace(asked, data=same))
    assert isinstance(picture, Sentence) and picture.caption.startswith("No mistake: all")


def test_an_autoencoders_worst_images_are_those_farthest_from_themselves() -> None:
    asked = trained("digits", 1)
    split = asked.data.validation

    class Dim:
        """Gives back half of what it is given."""

        layers = asked.model.layers

        def predict(self, x: np.ndarray) -> np.ndarray:
            return x / 2

    own = replace(split, y=split.x)
    data = replace(asked.data, class_names=(), task="regression", validation=own)
    picture = mistakes(replace(asked, model=Dim(), data=data))
    assert isinstance(picture, Tiles)
    errors = ((split.x / 2) ** 2).reshape(len(split), -1).mean(axis=1)
    np.testing.assert_allclose(picture.images[0], split.x[errors.argmax()], atol=1e-6)


def test_the_text_form_names_the_rows() -> None:
    asked = trained("penguins", 2)
    told = picture_sentences(mistakes(asked, rows=2))
    assert any(line.startswith("row ") and "bill_length" in line for line in told)
