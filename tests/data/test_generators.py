"""The data sets by their recipes."""

import numpy as np
import pytest

from nn_tui.data.generators import playground
from nn_tui.data.generators.seedrandom import SeedRandom
from nn_tui.data.sources import load
from nn_tui.declare import registered
from nn_tui.errors import DataError


def test_the_stream_is_the_originals() -> None:
    source = SeedRandom("0.12345")
    assert [source.random() for _ in range(3)] == [
        0.9152007406557323, 0.4702753218035592, 0.2736265229359467,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("draw", "first"),
    [
        (playground.circle_points, (4.618077316847547, -1.8354395887379444, -1)),
        (playground.gauss_points, (1.4727333103506868, 1.6684722917049366, 1)),
    ],
)
def test_the_same_stream_gives_the_originals_points(draw, first) -> None:  # type: ignore[no-untyped-def]
    source = SeedRandom("0.12345")
    assert playground.shuffled(draw(500, 0.0, source), source)[0] == pytest.approx(first, abs=1e-14)


@pytest.mark.parametrize("name", sorted(set(registered("dataset")) - {"points", "playground"}))
def test_a_seed_gives_the_same_rows_and_another_gives_others(name: str) -> None:
    one, same, other = (load(name, {"rows": 100, "seed": seed}) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.features, same.features)
    np.testing.assert_array_equal(one.target, same.target)
    assert (one.features != other.features).any()
    assert one.features.shape[0] == 100 and one.features.dtype == np.float32


def test_the_clinical_trial_is_the_courses() -> None:
    raw = load("clinical-trial", {})
    ages, labels = raw.features[:, 0], raw.target
    assert len(ages) == 2100 and ages.min() == 13 and ages.max() == 100
    young = ages < 65
    assert young.sum() == 1050
    assert labels[young].sum() == 50 and labels[~young].sum() == 1000
    assert raw.test is not None
    test_ages, test_labels = raw.test
    assert len(test_ages) == 420 and (test_labels[test_ages[:, 0] < 65]).sum() == 10


def test_noise_turns_outcomes_of_the_trial_round() -> None:
    clean, noisy = load("clinical-trial", {}), load("clinical-trial", {"noise": 0.2})
    np.testing.assert_array_equal(clean.features, noisy.features)
    assert 0.17 < (clean.target != noisy.target).mean() < 0.23


def test_circle_and_xor_are_labelled_by_their_place() -> None:
    circle = load("circle", {})
    radius = np.hypot(*circle.features.T)
    np.testing.assert_array_equal(circle.target, radius < 2.5)
    xor = load("xor", {})
    np.testing.assert_array_equal(xor.target, xor.features.prod(axis=1) >= 0)
    assert np.abs(xor.features).min() >= 0.3


@pytest.mark.parametrize("name", ["circle", "xor", "plane", "multi-gaussian"])
def test_noise_changes_labels_and_leaves_points_in_their_area(name: str) -> None:
    clean, noisy = load(name, {}), load(name, {"noise": 0.3})
    assert np.abs(noisy.features).max() <= 6.0 + 1e-6
    assert (np.sort(clean.target) != np.sort(noisy.target)).any() or name == "plane"


def test_noise_moves_the_points_of_spiral_and_gauss() -> None:
    assert load("gauss", {"noise": 0.5}).features.std() > load("gauss", {}).features.std()
    assert (load("spiral", {"noise": 0.5}).features != load("spiral", {}).features).any()


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(DataError, match="Did you mean 'spiral'"):
        load("spirl", {})
