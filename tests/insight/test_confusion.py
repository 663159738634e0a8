"""The views that judge a classification, against scikit-learn and the model's own predictions."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nn_tui.insight import class_quality
from nn_tui.insight.confusion import confusion
from nn_tui.insight.judging import MOVING, judge, multiplications
from nn_tui.insight.pictures import Board, Lines, Sentence, Table
from nn_tui.insight.telling import picture_sentences

# isort: split
from tests.insight.trained import trained


@pytest.fixture
def metrics() -> Any:
    """The functions of scikit-learn, whose import takes seconds."""
    return pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")


def numbers(table: Table) -> list[list[float]]:
    return [
        [float(cell.replace(",", "").replace(".", "0", cell == ".")) for cell in row[1:]]
        for row in table.rows
    ]


def test_the_matrix_counts_what_predict_answers(metrics: Any) -> None:
    asked = trained("digits", 2)
    picture = confusion(asked)
    assert isinstance(picture, Table)
    split = asked.data.validation
    answer = asked.model.predict(split.x).argmax(axis=1)
    expected = metrics.confusion_matrix(split.y, answer, labels=range(10))
    np.testing.assert_array_equal(numbers(picture), expected)
    assert picture.head[1:] == tuple("0123456789") and [row[0] for row in picture.rows] == list(
        "0123456789"
    )
    right = metrics.accuracy_score(split.y, answer)
    assert picture.caption.startswith(
        f"{right:.1%} right: {(split.y == answer).sum()} of 143 validation rows"
    )


def test_shares_are_of_each_true_class(metrics: Any) -> None:
    asked = trained("digits", 2)
    picture = confusion(asked, cells=1)
    assert isinstance(picture, Table)
    split = asked.data.validation
    answer = asked.model.predict(split.x).argmax(axis=1)
    expected = metrics.confusion_matrix(split.y, answer, labels=range(10), normalize="true")
    for row, shares in zip(picture.rows, expected, strict=True):
        assert list(row[1:]) == [f"{share:.0%}" if share else "." for share in shares]
    assert picture.shades is not None
    np.testing.assert_allclose(np.abs(picture.shades[:, 1:]), expected)
    assert (np.diagonal(picture.shades[:, 1:]) >= 0).all() and picture.shades.min() < 0


def test_other_rows_can_be_judged() -> None:
    asked = trained("digits", 2)
    counts = {}
    for rows in range(4):
        picture = confusion(asked, rows=rows)
        assert isinstance(picture, Table)
        counts[picture.controls[1].words] = sum(map(sum, numbers(picture)))
    parts = {"validation": asked.data.validation, "test": asked.data.test, "training": asked.data.train}
    assert counts == {name: len(part) for name, part in parts.items()}


def test_the_scores_are_scikit_learns_beside_the_majoritys(metrics: Any) -> None:
    asked = trained("clinical-trial", 5)
    picture = confusion(asked, show=1)
    assert isinstance(picture, Board)
    by_class, beside = picture.pictures
    assert isinstance(by_class, Table) and isinstance(beside, Table)
    split = asked.data.validation
    shares = asked.model.predict(split.x)
    answer = shares.argmax(axis=1)
    expected = np.array(metrics.precision_recall_fscore_support(split.y, answer)).T
    np.testing.assert_allclose(numbers(by_class), expected, atol=5e-4)
    largest = np.bincount(split.y).argmax()
    always = np.full_like(split.y, largest)
    constant = np.broadcast_to(np.bincount(split.y) / len(split.y), shares.shape)
    measured = {name: (float(mine), float(base)) for name, mine, base in beside.rows}
    for name, score, of in (
        ("accuracy", metrics.accuracy_score, (answer, always)),
        ("balanced accuracy", metrics.balanced_accuracy_score, (answer, always)),
        ("macro F1", lambda y, p: metrics.f1_score(y, p, average="macro"), (answer, always)),
        ("cross-entropy", metrics.log_loss, (shares, constant)),
        ("ROC area", lambda y, p: metrics.roc_auc_score(y, p[:, 1]), (shares, constant)),
    ):
        assert measured[name] == pytest.approx(tuple(score(split.y, one) for one in of), abs=6e-4), name


def test_the_roc_curve_is_scikit_learns(metrics: Any) -> None:
    asked = trained("clinical-trial", 5)
    picture = confusion(asked, show=2)
    assert isinstance(picture, Lines)
    split = asked.data.validation
    score = asked.model.predict(split.x)[:, 1]
    others, found, thresholds = metrics.roc_curve(split.y, score, drop_intermediate=False)
    curve = picture.series[1]
    np.testing.assert_allclose(curve.x, others)
    np.testing.assert_allclose(curve.y, found)
    roc = class_quality.roc(split.y == 1, score)
    assert roc is not None
    np.testing.assert_allclose(roc.thresholds, thresholds)
    assert f"Area {metrics.roc_auc_score(split.y, score):.4f}" in picture.caption
    at_half = picture.series[2]
    answer = score >= 0.5
    assert at_half.y[0] == pytest.approx(metrics.recall_score(split.y, answer))
    assert at_half.x[0] == pytest.approx(answer[split.y == 0].mean())


def test_the_calibration_is_scikit_learns() -> None:
    calibration = pytest.importorskip("sklearn.calibration", reason="scikit-learn is not installed")
    asked = trained("clinical-trial", 5)
    picture = confusion(asked, show=3)
    assert isinstance(picture, Lines)
    split = asked.data.validation
    score = asked.model.predict(split.x)[:, 1]
    shares, means = calibration.calibration_curve(split.y, score, n_bins=10)
    np.testing.assert_allclose(picture.series[1].x, means, rtol=1e-5)
    np.testing.assert_allclose(picture.series[1].y, shares, rtol=1e-5)


def test_roc_and_calibration_of_many_classes_are_of_one_against_the_rest(metrics: Any) -> None:
    asked = trained("digits", 2)
    split = asked.data.validation
    shares = asked.model.predict(split.x)
    for of, digit in ((0, 9), (6, 3)):
        picture = confusion(asked, show=2, of=of)
        assert isinstance(picture, Lines) and picture.y_label == f"{digit} found"
        area = metrics.roc_auc_score(split.y == digit, shares[:, digit])
        assert f"Area {area:.4f}" in picture.caption


def test_rows_of_one_class_have_no_roc_curve() -> None:
    asked = trained("clinical-trial", 1)
    split = asked.data.validation
    ones = replace(split, x=split.x[split.y == 1], y=split.y[split.y == 1])
    picture = confusion(replace(asked, data=replace(asked.data, validation=ones)), show=2)
    assert isinstance(picture, Sentence) and "needs rows of both sides" in picture.caption
    assert picture.controls


def test_of_many_classes_the_most_frequent_confusions_are_listed(metrics: Any) -> None:
    asked = trained("digits", 1)
    names = tuple(f"class {number}" for number in range(40))

    class Guess:
        """Answers the class before the true one for every third row."""

        layers = asked.model.layers
        loss = asked.model.loss

        def predict(self, x: np.ndarray) -> np.ndarray:
            answer = truth - (np.arange(len(truth)) % 3 == 0)
            return np.eye(40, dtype=np.float32)[answer]

    truth = np.arange(143) % 40
    split = replace(asked.data.validation, y=truth)
    many = replace(asked, model=Guess(), data=replace(asked.data, class_names=names, validation=split))
    picture = confusion(many)
    assert isinstance(picture, Table) and picture.head[:2] == ("true", "taken for")
    matrix = metrics.confusion_matrix(truth, many.model.predict(split.x).argmax(axis=1))
    for true, said, rows, _ in picture.rows:
        assert matrix[names.index(true), names.index(said)] == int(rows) > 0
    assert int(picture.rows[0][2]) == (matrix - np.diag(np.diagonal(matrix))).max()


def test_in_training_only_as_many_rows_are_judged_as_there_is_time_for() -> None:
    asked = trained("digits", 1)
    most = int(MOVING / multiplications(asked.model))
    moving = judge(replace(asked, resting=False), 2)
    assert len(moving) == min(most, len(asked.data.train)) < len(judge(asked, 2)) == len(asked.data.train)
    assert moving.told == f"{len(moving):,} of {len(asked.data.train):,} training rows"
    answer = asked.model.predict(asked.data.train.x[moving.rows]).argmax(axis=1)
    np.testing.assert_array_equal(moving.answer, answer)


def test_judging_changes_nothing_of_the_training() -> None:
    from nn_tui.experiment.examples import example
    from nn_tui.experiment.session import Session
    from nn_tui.experiment.spec_file import set_value
    from nn_tui.insight.mistakes import mistakes
    from nn_tui.insight.pictures import InsightRequest

    spec = set_value(example("circle"), "fit.epochs", 3)
    plain, watched = Session(spec), Session(spec)
    for _ in plain.steps():
        pass
    for _ in watched.steps():
        asked = InsightRequest(watched.model, watched.data)
        for show in range(4):
            confusion(asked, show=show)
        mistakes(asked)
    np.testing.assert_array_equal(plain.model.trained_weights, watched.model.trained_weights)


def test_the_text_form_has_every_number() -> None:
    asked = trained("iris", 20)
    matrix = confusion(asked)
    told = " ".join(picture_sentences(matrix))
    assert isinstance(matrix, Table)
    for row in matrix.rows:
        for name, cell in zip(matrix.head[1:], row[1:], strict=True):
            assert cell == "." or f"{name} {cell}" in told
    assert "baseline" in " ".join(picture_sentences(confusion(asked, show=1)))


def test_a_regression_is_judged_by_its_errors_beside_the_mean(metrics: Any) -> None:
    asked = trained("diabetes", 10)
    picture = confusion(asked)
    assert isinstance(picture, Board)
    beside, quantiles = picture.pictures
    assert isinstance(beside, Table) and isinstance(quantiles, Table)
    prepared, split = asked.data.preparation, asked.data.validation
    truth = split.y * prepared.target_scale + prepared.target_shift
    answer = asked.model.predict(split.x)[:, 0] * prepared.target_scale + prepared.target_shift
    mean = np.full_like(truth, truth.mean())
    found = {name: (float(mine), float(base)) for name, mine, _, base in beside.rows}
    for name, score in (
        ("R2", metrics.r2_score),
        ("RMSE", metrics.root_mean_squared_error),
        ("mean absolute error", metrics.mean_absolute_error),
    ):
        assert found[name][0] == pytest.approx(score(truth, answer), rel=5e-3)
        assert found[name][1] == pytest.approx(score(truth, mean), rel=5e-3, abs=1e-5)
    assert float(dict(quantiles.rows)["median"]) == pytest.approx(np.median(truth - answer), rel=5e-3)
