"""Numbers that float32 does not hold are scaled as float64, or refused with a sentence."""

from pathlib import Path

import numpy as np
import pytest

from nn_tui.data.features import fit_scaling
from nn_tui.data.files.arrays import raw_of
from nn_tui.data.from_table import dataset_of
from nn_tui.data.preprocessing import prepare
from nn_tui.data.settings import TableSource
from nn_tui.data.table import Table, column_of
from nn_tui.errors import DataError
from nn_tui.experiment.build import build_model, load_data
from nn_tui.experiment.headless import train
from nn_tui.experiment.proposal import propose

X = np.linspace(-1, 1, 60)
UNITS = [1e160, 1e-170, 1e300, 1e-300, 1e308, 1e-40, 1e40]


def table(y: np.ndarray, x: np.ndarray = X) -> Table:
    return Table("rows", (column_of("x", x), column_of("y", y)))


@pytest.mark.parametrize("scaling", ["standard", "minmax"])
@pytest.mark.parametrize("unit", UNITS)
def test_scaling_knows_no_size(unit: float, scaling: str) -> None:
    numbers = np.array([0.1, 0.2, 0.4, 0.25])
    shift, scale = fit_scaling(numbers * unit, scaling)  # type: ignore[arg-type]
    expected = fit_scaling(numbers, scaling)  # type: ignore[arg-type]
    assert (shift / unit, scale / unit) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("unit", UNITS[:4])
def test_targets_of_any_size_are_learned_when_they_are_scaled(tmp_path: Path, unit: float) -> None:
    path = tmp_path / "far.csv"
    rows = (f"{x:.4f},{(2 * x + 0.3) * unit:.6e}" for x in X)
    path.write_text("\n".join(["x,y", *rows]) + "\n")
    spec = propose(str(path)).spec
    assert spec.data.settings["target_scaling"] == "standard"
    last = list(train(spec, save=None))[-1]
    assert last.exit_status == 0
    data = load_data(spec.data)
    assert np.isfinite(data.train.y).all() and np.ptp(data.train.y) > 1
    assert build_model(spec, data.input_shape) is not None


@pytest.mark.parametrize(
    ("y", "told"),
    [
        (X * 1e160, r"target 'y' goes to 1e\+160, further than float32"),
        (X * 1e-170, "hardly tells such numbers apart"),
        (1e12 + X, "hardly tells such numbers apart"),
    ],
)
def test_targets_as_they_are_are_refused_where_float32_loses_them(y: np.ndarray, told: str) -> None:
    with pytest.raises(DataError, match=told) as refused:
        dataset_of(table(y), TableSource())
    assert "data.target_scaling" in refused.value.remedy


@pytest.mark.parametrize("x", [X * 1e160, X * 1e-170, 1e12 + X])
def test_features_too_are_scaled_or_refused(x: np.ndarray) -> None:
    y = np.repeat([0.5, 1.5, 2.5], 20)
    scaled = dataset_of(table(y, x), TableSource(), scaling="standard").train.x
    np.testing.assert_allclose(scaled.std(), 1, rtol=1e-3)
    with pytest.raises(DataError, match=r"Column 'x' goes .*float32") as refused:
        dataset_of(table(y, x), TableSource())
    assert "data.scaling" in refused.value.remedy


def test_values_too_far_apart_are_refused() -> None:
    with pytest.raises(DataError, match="too far apart"):
        fit_scaling(np.array([-1.7e308, 1.7e308]), "minmax")


def test_arrays_are_refused_where_float32_loses_them() -> None:
    x = np.column_stack([X, X**2])
    for y in (X * 1e160, X * 1e-170):
        with pytest.raises(DataError, match="float32"):
            prepare(raw_of("arrays", x, y, None))
    with pytest.raises(DataError, match="too large or too small"):
        prepare(raw_of("arrays", x * 1e160, X, None), scaling="standard")
