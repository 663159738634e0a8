"""Metrics against plain counting."""

import numpy as np
import pytest

from nn_tui.declare import find
from nn_tui.engine import layers
from nn_tui.engine.counting import AUC, F1Score, Precision, Recall, SparseTopKCategoricalAccuracy
from nn_tui.engine.metrics import R2Score
from nn_tui.engine.models import Sequential
from nn_tui.errors import SpecError

RANDOM = np.random.default_rng(0)
P = RANDOM.random((200, 1)).astype(np.float32)
Y = (RANDOM.random(200) < P[:, 0]).astype(np.int64)


def test_precision_and_recall_are_shares_of_counts() -> None:
    called = P[:, 0] > 0.5
    precision, recall = Precision(), Recall()
    for start in (0, 120):  # the sums run on over several batches
        rows = slice(start, start + 120)
        precision.update(Y[rows], P[rows])
        recall.update(Y[rows], P[rows])
    assert precision.result() == pytest.approx((called & (Y == 1)).sum() / called.sum())
    assert recall.result() == pytest.approx((called & (Y == 1)).sum() / Y.sum())


def test_auc_is_the_chance_that_a_yes_outranks_a_no() -> None:
    auc = AUC()
    auc.update(Y, P)
    yes, no = P[Y == 1], P[Y == 0]
    assert auc.result() == pytest.approx((yes > no.T).mean(), abs=0.005)


def test_class_numbers_count_as_one_hot() -> None:
    both = np.hstack([1 - P, P])
    one = Precision()
    one.update(Y, both)
    assert one.result() == pytest.approx(((P[:, 0] > 0.5) == Y).mean())


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    f1, precision, recall = F1Score(), Precision(), Recall()
    for metric in (f1, precision, recall):
        metric.update(Y, P)
    p, r = precision.result(), recall.result()
    assert f1.result() == pytest.approx(2 * p * r / (p + r))


def test_f1_of_several_classes_takes_the_largest_output() -> None:
    p = np.array([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.5, 0.4, 0.1], [0.1, 0.2, 0.7]])
    y = np.array([0, 1, 1, 2])
    each = [2 * 1 / (2 * 1 + 1), 2 * 1 / (2 * 1 + 1), 1.0]
    for average, expected in (
        ("macro", np.mean(each)),
        ("weighted", np.dot(each, [1, 2, 1]) / 4),
        ("micro", 0.75),
    ):
        metric = F1Score(average)
        metric.update(y, p)
        assert metric.result() == pytest.approx(expected), average


def test_a_threshold_moves_what_counts_as_yes() -> None:
    strict = Precision(thresholds=0.9)
    strict.update(Y, P)
    called = P[:, 0] > 0.9
    assert strict.result() == pytest.approx((called & (Y == 1)).sum() / called.sum())


def test_the_first_k_hold_the_true_class() -> None:
    p = np.array([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]])
    assert SparseTopKCategoricalAccuracy(k=1).each(np.array([2, 1]), p).tolist() == [True, False]
    assert SparseTopKCategoricalAccuracy(k=2).each(np.array([2, 1]), p).tolist() == [True, True]


def test_r2_is_one_for_the_truth_and_zero_for_the_mean() -> None:
    y = RANDOM.normal(size=50)
    for p, expected in ((y[:, None], 1.0), (np.full((50, 1), y.mean()), 0.0)):
        metric = R2Score()
        metric.update(y, p)
        assert metric.result() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    "name", ["precision", "recall", "f1_score", "auc", "accuracy", "r2_score", "mean_squared_error"]
)
def test_sums_survive_a_save(name: str) -> None:
    one, other = find("metric", name)(), find("metric", name)()
    one.update(Y[:90], P[:90])
    other.restore(one.state())
    for metric in (one, other):
        metric.update(Y[90:], P[90:])
    assert one.result() == other.result() > 0
    one.reset()
    assert one.result() == 0


@pytest.mark.parametrize(
    ("metric", "units", "targets", "told"),
    [
        ("categorical_accuracy", 2, [0, 1, 1], "takes one-hot targets, got class numbers"),
        ("top_k_categorical_accuracy", 2, [0, 1, 1], "takes one-hot targets, got class numbers"),
        (
            "sparse_categorical_accuracy",
            2,
            [[0, 1], [1, 0], [1, 0]],
            "takes class numbers, got a number an",
        ),
        ("sparse_categorical_accuracy", 1, [0, 1, 1], "takes class numbers, got one output"),
        ("sparse_top_k_categorical_accuracy", 1, [0, 1, 1], "takes class numbers, got one output"),
        ("r2_score", 2, [0, 1, 1], "takes a value an output, got class numbers"),
    ],
)
def test_a_metric_that_would_misread_the_targets_is_refused(
    metric: str, units: int, targets: list[object], told: str
) -> None:
    loss = {1: "binary_crossentropy", 2: "sparse_categorical_crossentropy"}[units]
    loss = "categorical_crossentropy" if isinstance(targets[0], list) else loss
    activation = "sigmoid" if units == 1 else "softmax"
    model = Sequential([layers.Dense(units, activation=activation, input_shape=(2,))])
    model.compile("SGD", loss, metrics=[metric])
    x, y = np.ones((3, 2)), np.array(targets)
    with pytest.raises(SpecError, match=told):
        model.fit(x, y, verbose=0)
    with pytest.raises(SpecError, match=told):
        model.evaluate(x, y)


def test_the_share_of_several_outputs_is_the_mean_of_theirs() -> None:
    y = np.array([[1.0, 10.0], [2.0, 10.0], [3.0, 40.0]])
    p = np.array([[1.0, 10.0], [2.0, 20.0], [2.0, 40.0]])
    metric = R2Score()
    metric.update(y[:1], p[:1])
    metric.update(y[1:], p[1:])
    assert metric.result() == pytest.approx(((1 - 1 / 2) + (1 - 100 / 600)) / 2)
