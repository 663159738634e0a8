"""Splits and scaling: nothing of the validation or test rows leaks into the training."""

import numpy as np
import pytest

from nn_tui.data.preprocessing import prepare
from nn_tui.data.raw import RawData
from nn_tui.errors import DataError


def raw(rows: int = 10) -> RawData:
    x = np.arange(rows * 2, dtype=np.float32).reshape(rows, 2)
    x[:, 1] = 7
    return RawData("made", "classification", x, np.arange(rows) % 2, ("a", "b"), "c", ("no", "yes"))


def test_validation_is_the_last_share_of_what_the_test_leaves() -> None:
    data = prepare(raw(), validation_split=0.25, test_split=0.2)
    assert data.validation is not None and data.test is not None
    assert data.train.x[:, 0].tolist() == [0, 2, 4, 6, 8, 10]
    assert data.validation.x[:, 0].tolist() == [12, 14]
    assert data.test.x[:, 0].tolist() == [16, 18]


@pytest.mark.parametrize("scaling", ["minmax", "standard"])
def test_scaling_knows_the_training_rows_only(scaling) -> None:  # type: ignore[no-untyped-def]
    data = prepare(raw(), scaling=scaling, test_split=0.5)
    assert data.test is not None
    x = data.train.x[:, 0]
    if scaling == "minmax":
        assert (x.min(), x.max()) == (0, 1) and data.test.x[-1, 0] == pytest.approx(2.25)
    else:
        assert (x.mean(), x.std()) == (pytest.approx(0, abs=1e-6), pytest.approx(1))
    np.testing.assert_allclose(data.test.x * data.scale + data.shift, raw().features[5:], rtol=1e-6)


def test_a_feature_that_never_varies_becomes_zero() -> None:
    assert (prepare(raw(), scaling="standard").train.x[:, 1] == 0).all()


def test_types_are_what_the_engine_takes() -> None:
    data = prepare(raw())
    assert data.train.x.dtype == np.float32 and data.train.y.dtype == np.int64
    assert (data.input_shape, data.classes, data.outputs) == ((2,), 2, 1)


@pytest.mark.parametrize("splits", [{"validation_split": 0.99}, {"test_split": 0.99}])
def test_a_split_that_leaves_nothing_is_refused(splits: dict[str, float]) -> None:
    with pytest.raises(DataError, match="leaves a part without rows"):
        prepare(raw(), **splits)


def test_a_single_class_is_refused() -> None:
    with pytest.raises(DataError, match="one class only"):
        RawData("made", "classification", np.ones((3, 1)), np.zeros(3), ("a",))
