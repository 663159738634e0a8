"""Data that people draw: points and formulas."""

import numpy as np
import pytest

from nn_tui.data.generators import formula, points
from nn_tui.errors import DataError


def test_points_are_x_y_and_class() -> None:
    raw = points((1.0, 2.0, 0.0, -1.0, 3.5, 2.0))
    np.testing.assert_array_equal(raw.features, np.float32([[1, 2], [-1, 3.5]]))
    assert raw.target.tolist() == [0, 2] and len(raw.class_names) == 3


@pytest.mark.parametrize(
    ("placed", "told"),
    [
        ((1.0, 2.0), "no whole number of points"),
        ((1.0, 2.0, 0.0, 2.0, 2.0, 0.0), "points of two classes"),
        ((1.0, 2.0, 0.5, 2.0, 2.0, 1.0), "whole number from 0 to 9"),
        ((), "points of two classes"),
    ],
)
def test_what_is_no_set_of_points_is_told(placed: tuple[float, ...], told: str) -> None:
    with pytest.raises(DataError, match=told):
        points(placed)


@pytest.mark.parametrize(
    ("expression", "python"),
    [
        ("y > sin(x)", "y > np.sin(x)"),
        ("x^2 + y^2 < 9", "x**2 + y**2 < 9"),
        ("-1 < x < 2 and not y > 0", "(-1 < x) & (x < 2) & ~(y > 0)"),
        ("sin(x) * y - 2 / (1 + abs(x))", "np.sin(x) * y - 2 / (1 + np.abs(x))"),
        ("max(x, y) + hypot(x, 3) % 2", "np.maximum(x, y) + np.hypot(x, 3) % 2"),
    ],
)
def test_a_formula_means_what_it_says(expression: str, python: str) -> None:
    raw = formula(expression, rows=200, seed=3)
    x, y = raw.features.astype(float).T
    np.testing.assert_allclose(raw.target, eval(python, {"np": np, "x": x, "y": y}), atol=1e-4)


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')", "x.__class__", "(lambda: x)()", "[x]", "'a'", "open(x)",
        "x if y else 2", "z", "x +", "",
        "9**9**9**9 > x", "x > 99", "1/0*x", "f(" * 300, "x" * 600, "sin(x, y, x, x)", "sin",
        "x + " + "9" * 400, "x * 1e300", "x ** 1e400",
    ],
)  # fmt: skip
def test_a_formula_runs_nothing(expression: str) -> None:
    with pytest.raises(DataError, match="formula"):
        formula(expression)
