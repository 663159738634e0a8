"""What is written is what was calculated."""

import numpy as np
import pytest

from nn_tui.insight.step.digits import number, rounded
from nn_tui.insight.step.expression import Written, exp, total


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (1 - Written(-0.5) ** 2, "1 - (-0.5)^2"),
        (Written(2) - Written(-3) * Written(4), "2 + 3*4"),
        (Written(2) - (Written(3) - 4), "2 - (3 - 4)"),
        (Written(2) / (Written(3) * 4), "2/(3*4)"),
        ((Written(2) + 1) * -Written(3), "(2 + 1)*-3"),
        (1 / (1 + exp(-Written(-0.5))), "1/(1 + exp(0.5))"),
        (total([Written(1), Written(-2) * Written(3), Written(-4)]), "1 - 2*3 - 4"),
        (total([]), "0"),
    ],
)
def test_an_expression_is_written_so_that_it_gives_its_value(expression: Written, text: str) -> None:
    assert expression.text == text
    value = eval(text.replace("^", "**"), {"exp": np.exp})  # the texts above
    assert expression.value == pytest.approx(value)


def test_a_number_goes_on_as_it_is_printed() -> None:
    random = np.random.default_rng(0)
    values = random.normal(size=2000) * 10.0 ** random.integers(-20, 20, 2000)
    for value, near in zip(values, rounded(values), strict=True):
        assert float(number(near)) == pytest.approx(near, rel=1e-15)
        assert float(f"{value:.7g}") == pytest.approx(near, rel=1e-15)
    np.testing.assert_array_equal(rounded([0.0, np.inf, -np.inf]), [0.0, np.inf, -np.inf])
