"""How good answers are: by hand, and by scikit-learn where it is installed."""

import math

import numpy as np
import pytest

from nn_tui.insight.class_quality import (
    accuracy,
    balanced_accuracy,
    calibration,
    class_scores,
    confusion,
    macro_f1,
    majority,
    resampled_interval,
)
from nn_tui.insight.intervals import of_mean, wilson
from nn_tui.insight.number_quality import number_scores, residual_quantiles

RANDOM = np.random.default_rng(5)
TRUTH = RANDOM.integers(0, 4, 500)
ANSWER = np.where(RANDOM.random(500) < 0.7, TRUTH, RANDOM.integers(0, 4, 500))


def test_a_small_matrix_by_hand() -> None:
    truth, answer = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 0, 1])
    matrix = confusion(truth, answer, 3)
    assert matrix.tolist() == [[2, 1, 0], [1, 1, 0], [0, 1, 0]]
    scores = class_scores(matrix)
    np.testing.assert_allclose(scores.precision, [2 / 3, 1 / 3, 0])
    np.testing.assert_allclose(scores.recall, [2 / 3, 1 / 2, 0])
    np.testing.assert_allclose(scores.f1, [2 / 3, 2 / 5, 0])
    assert scores.support.tolist() == [3, 2, 1]
    assert accuracy(matrix) == 0.5 and majority(truth, 3) == (0, 0.5)
    assert macro_f1(matrix) == pytest.approx((2 / 3 + 2 / 5) / 3)
    assert balanced_accuracy(matrix) == pytest.approx((2 / 3 + 1 / 2) / 3)


@pytest.mark.oracle
def test_scores_are_those_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    matrix = confusion(TRUTH, ANSWER, 4)
    assert matrix.tolist() == metrics.confusion_matrix(TRUTH, ANSWER).tolist()
    scores = class_scores(matrix)
    theirs = metrics.precision_recall_fscore_support(TRUTH, ANSWER)
    ours = scores.precision, scores.recall, scores.f1, scores.support
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other)
    assert accuracy(matrix) == pytest.approx(metrics.accuracy_score(TRUTH, ANSWER))
    assert macro_f1(matrix) == pytest.approx(metrics.f1_score(TRUTH, ANSWER, average="macro"))
    assert balanced_accuracy(matrix) == pytest.approx(metrics.balanced_accuracy_score(TRUTH, ANSWER))


@pytest.mark.oracle
def test_calibration_bins_are_those_of_scikit_learn() -> None:
    curves = pytest.importorskip("sklearn.calibration", reason="scikit-learn is not installed")
    sure = RANDOM.random(2000)
    right = RANDOM.random(2000) < sure**2
    found = calibration(sure, right)
    shares, means = curves.calibration_curve(right, sure, n_bins=10)
    np.testing.assert_allclose(found.right[found.rows > 0], shares)
    np.testing.assert_allclose(found.sure[found.rows > 0], means)


def test_a_calibration_error_by_hand() -> None:
    sure = np.array([0.95, 0.95, 0.95, 0.95, 0.55, 0.55])
    right = np.array([True, True, True, False, True, False])
    found = calibration(sure, right)
    assert found.rows.tolist() == [0, 0, 0, 0, 0, 2, 0, 0, 0, 4]
    # 4 rows are 0.2 too sure, 2 rows 0.05.
    assert found.error == pytest.approx((4 * 0.2 + 2 * 0.05) / 6)
    assert calibration(np.array([1.0, 0.0]), np.array([True, False])).error == 0


@pytest.mark.parametrize(
    ("hits", "rows", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_wilson_intervals_are_the_published_ones(hits: int, rows: int, low: float, high: float) -> None:
    """Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3."""
    assert wilson(hits, rows) == pytest.approx((low, high), abs=5e-5)


def test_intervals_hold_the_truth_about_19_times_in_20() -> None:
    held = {"mean": 0, "wilson": 0, "r2": 0, "rmse": 0, "mae": 0}
    for _ in range(400):
        values = RANDOM.exponential(2, 300)
        low, high = of_mean(values)
        held["mean"] += low <= 2 <= high
        low, high = wilson(int((RANDOM.random(60) < 0.9).sum()), 60)
        held["wilson"] += low <= 0.9 <= high
        truth = RANDOM.normal(0, 2, 400)
        scores = number_scores(truth, truth + RANDOM.normal(0, 1, 400))
        for name, true in (("r2", 0.75), ("rmse", 1.0), ("mae", math.sqrt(2 / math.pi))):
            low, high = getattr(scores, name).interval
            held[name] += low <= true <= high
    assert all(365 <= count <= 397 for count in held.values()), held


def test_drawing_rows_anew_gives_nearly_wilsons_interval() -> None:
    matrix = confusion(TRUTH, ANSWER, 4)
    assert resampled_interval(matrix, accuracy) == pytest.approx(
        wilson(int(np.trace(matrix)), 500), abs=0.006
    )
    assert resampled_interval(matrix, accuracy) == resampled_interval(matrix, accuracy)


def test_errors_of_numbers_by_hand() -> None:
    truth, answer = np.array([1.0, 2.0, 3.0, 6.0]), np.array([1.0, 3.0, 3.0, 4.0])
    scores = number_scores(truth, answer)
    assert scores.mae.value == 0.75 and scores.rmse.value == pytest.approx(math.sqrt(5 / 4))
    assert scores.r2.value == pytest.approx(1 - 5 / 14)
    quantiles = dict(residual_quantiles(truth, answer))
    assert quantiles[0.0] == -1 and quantiles[0.5] == 0 and quantiles[1.0] == 2
    assert number_scores(truth, np.full(4, 3.0)).r2.value == 0
    assert math.isnan(number_scores(np.ones(3), np.ones(3)).r2.value)


@pytest.mark.oracle
def test_errors_of_numbers_are_those_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    truth = RANDOM.normal(3, 2, 300)
    answer = truth + RANDOM.normal(0, 1, 300)
    scores = number_scores(truth, answer)
    assert scores.r2.value == pytest.approx(metrics.r2_score(truth, answer))
    assert scores.mae.value == pytest.approx(metrics.mean_absolute_error(truth, answer))
    assert scores.rmse.value == pytest.approx(metrics.root_mean_squared_error(truth, answer))
