"""What optimizers remember of slopes that are 0 for long goes to 0, and not by way of subnormal numbers."""

from __future__ import annotations

import numpy as np
import pytest

from nn_tui.declare import find, registered
from nn_tui.engine.optimizers import optimizer as rules
from nn_tui.engine.optimizers.optimizer import Array, Optimizer, Variable

STEPS, ALIVE = 2000, 40


def trained(name: str, steps: int = STEPS) -> tuple[Optimizer, Array]:
    """Train 40 weights by an optimizer; a half of them has slopes at the first steps alone."""
    dice = np.random.default_rng(3)
    optimizer = find("optimizer", name)()
    weights = dice.normal(size=ALIVE).astype(np.float32)
    slopes = optimizer.allocate(ALIVE, np.float32)
    optimizer.bind(weights, slopes, [Variable("kernel", weights, slopes)])
    calls = optimizer.update_calls(1.0)
    for step in range(steps):
        slopes[:] = dice.normal(size=ALIVE)
        slopes[ALIVE // 2 :] *= step < 5
        optimizer.before_update()
        for function, arguments in calls:
            function(*arguments)
    return optimizer, weights


def subnormals(optimizer: Optimizer) -> int:
    arrays = [array for array in optimizer.state_arrays().values() if array.dtype.kind == "f"]
    return sum(int(((array != 0) & (np.abs(array) < np.finfo(array.dtype).tiny)).sum()) for array in arrays)


@pytest.mark.parametrize("name", registered("optimizer"))
def test_no_subnormal_number_is_left_of_a_dead_unit(name: str) -> None:
    assert subnormals(trained(name)[0]) == 0


@pytest.mark.parametrize("name", registered("optimizer"))
def test_sweeping_changes_no_weight(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    swept = trained(name)[1]
    monkeypatch.setattr(rules, "SWEPT_EVERY", STEPS + 1)
    optimizer, unswept = trained(name)
    assert (swept == unswept).all()
    # Else this test says nothing.
    assert name not in ("Adam", "AdamW", "Nadam", "Adamax", "RMSprop") or subnormals(optimizer)


def test_the_sign_of_a_tiny_mean_is_kept() -> None:
    assert trained("Lion", 9000)[0].state_arrays()["mean"].all()
