"""The best possible, against large samples of the original recipes and the exact chances."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nn_tui.data.generators import playground
from nn_tui.data.raw import RawData
from nn_tui.data.recipe import Recipe
from nn_tui.data.sources import load
from nn_tui.engine import losses, metrics
from nn_tui.experiment.build import build_model, load_data
from nn_tui.experiment.examples import example
from nn_tui.experiment.possible import best_possible as best_of_experiment
from nn_tui.experiment.spec_file import set_value
from nn_tui.insight.best import best_possible
from nn_tui.insight.pictures import Board, InsightRequest, Sentence, Table
from nn_tui.insight.reachable import reachable_accuracy, reachable_loss, reachable_metric
from nn_tui.insight.telling import picture_sentences

CLASSES = [
    ("clinical-trial", {}),
    ("clinical-trial", {"noise": 0.1}),
    ("circle", {"noise": 0.1}),
    ("circle", {"noise": 0.35}),
    ("xor", {"noise": 0.25}),
    ("gauss", {"noise": 0.5}),
    ("spiral", {"noise": 0.4}),
    ("formula", {"noise": 0.2}),
]
DRAWN = 60_000


def recipe_of(raw: RawData) -> Recipe:
    assert raw.recipe is not None
    return raw.recipe


def sample(name: str, settings: dict[str, float]) -> RawData:
    """Draw many rows; those of the spiral are drawn again and again, as its points are at fixed places."""
    if name != "spiral":
        return load(name, {**settings, "rows": DRAWN, "seed": 7})
    parts = [load(name, {**settings, "seed": seed}) for seed in range(DRAWN // 500)]
    return RawData(
        name,
        "classification",
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.target for part in parts]),
        ("x", "y"),
        recipe=parts[0].recipe,
    )


def chances(recipe: Recipe, features: np.ndarray) -> np.ndarray:
    """Give the exact chance of class 1 at places, a thousand at a time: all at once need a gigabyte."""
    parts = np.array_split(features.astype(np.float64), max(1, len(features) // 1000))
    return np.concatenate([recipe.targets(part).shares[:, 1] for part in parts])


@pytest.mark.parametrize(("name", "settings"), CLASSES, ids=str)
def test_on_a_large_sample_the_exact_chances_reach_the_best_and_classes_occur_as_often_as_they_say(
    name: str, settings: dict[str, float]
) -> None:
    raw = sample(name, settings)
    recipe = recipe_of(load(name, dict(settings)))
    chance = chances(recipe, raw.features)
    right = (chance > 0.5) == raw.target
    surprise = -np.log(np.clip(np.where(raw.target, chance, 1 - chance), 1e-7, 1))
    for measured, best in (
        (right.astype(float), reachable_accuracy(recipe)),
        (surprise, reachable_loss(recipe, losses.SparseCategoricalCrossentropy(), 2, 2)),
        (np.square(chance - raw.target), reachable_loss(recipe, losses.MeanSquaredError(), 1, 2)),
    ):
        doubt = measured.std() / math.sqrt(len(measured))
        assert best == pytest.approx(measured.mean(), abs=4 * doubt + 2e-4)
    for low in np.arange(0, 1, 0.1):
        inside = (chance >= low) & (chance < low + 0.1)
        if inside.sum() > 300:
            doubt = math.sqrt(0.25 / inside.sum())
            assert raw.target[inside].mean() == pytest.approx(chance[inside].mean(), abs=4 * doubt + 0.005)


@pytest.mark.parametrize("noise", [0.1, 0.4])
def test_the_chances_are_those_of_points_moved_by_the_original_rule(noise: float) -> None:
    random = np.random.default_rng(3)
    moves = random.uniform(-5, 5, (40_000, 2)) * noise
    for name, rule in (
        ("circle", lambda x, y: np.hypot(x, y) < 2.5),
        ("xor", lambda x, y: x * y >= 0),
    ):
        places = random.uniform(-5, 5, (40, 2))
        places += np.copysign(0.3, places) if name == "xor" else 0
        expected = [rule(x + moves[:, 0], y + moves[:, 1]).mean() for x, y in places]
        told = recipe_of(load(name, {"noise": noise})).targets(places).shares[:, 1]
        np.testing.assert_allclose(told, expected, atol=0.012)


def test_the_trials_best_is_the_courses() -> None:
    spec = example("clinical-trial")
    data = load_data(spec.data)
    possible, why = best_of_experiment(spec, build_model(spec, data.input_shape), data)
    assert possible == {
        "loss": pytest.approx(0.1914, abs=5e-5),
        "accuracy": pytest.approx(0.9524, abs=5e-5),
    }
    share = 50 / 1050
    assert possible["loss"] == pytest.approx(
        -share * math.log(share) - (1 - share) * math.log(1 - share), rel=1e-6
    )
    assert "4.8%" in why


def test_the_gaussians_best_is_the_overlap_of_two_normal_curves() -> None:
    from statistics import NormalDist

    spread = math.sqrt(0.5 + 7 * 0.3)
    wrong = NormalDist().cdf(-2 * math.sqrt(2) / spread)
    assert reachable_accuracy(recipe_of(load("gauss", {"noise": 0.3}))) == pytest.approx(
        1 - wrong, abs=1e-6
    )


@pytest.mark.parametrize("name", ["circle", "xor", "formula"])
def test_without_noise_nothing_is_in_the_way(name: str) -> None:
    recipe = recipe_of(load(name, {}))
    assert reachable_accuracy(recipe) == pytest.approx(1) and recipe.why == ""
    assert reachable_loss(recipe, losses.CategoricalCrossentropy(), 2, 2) == 0


def test_both_arms_of_the_spiral_have_a_point_in_the_middle() -> None:
    raw = load("spiral", {})
    assert (np.abs(raw.features).max(axis=1) < 1e-9).sum() == 2
    assert reachable_accuracy(recipe_of(raw)) == pytest.approx(1 - 1 / 500)


@pytest.mark.parametrize(
    ("name", "noise"), [("plane", 0.2), ("multi-gaussian", 0.2), ("multi-gaussian", 0.5)]
)
def test_the_mean_of_the_moved_values_is_as_good_as_it_gets(name: str, noise: float) -> None:
    raw = load(name, {"noise": noise, "rows": 40_000, "seed": 5})
    recipe = recipe_of(raw)
    some = slice(0, 4000)
    targets = recipe.targets(raw.features[some].astype(np.float64))
    mean, median = (targets.values * targets.shares).sum(axis=1), np.median(targets.values, axis=1)
    away = raw.target[some] - mean
    spread = np.square(raw.target - raw.target.mean()).mean()
    mse = reachable_loss(recipe, losses.MeanSquaredError(), 1, 0)
    assert mse is not None
    assert mse == pytest.approx(np.square(away).mean(), rel=0.06)
    assert reachable_loss(recipe, losses.HalfSquaredError(), 1, 0) == pytest.approx(mse / 2)
    assert reachable_loss(recipe, losses.MeanAbsoluteError(), 1, 0) == pytest.approx(
        np.abs(raw.target[some] - median).mean(), rel=0.05
    )
    assert reachable_metric(recipe, metrics.R2Score(), 1, 0) == pytest.approx(1 - mse / spread, abs=0.02)
    assert reachable_metric(recipe, metrics.RootMeanSquaredError(), 1, 0) == pytest.approx(math.sqrt(mse))


def test_the_plane_is_off_by_the_sum_of_two_even_numbers() -> None:
    recipe = recipe_of(load("plane", {"noise": 0.25}))
    width = 12 * 0.25 / 10
    assert reachable_loss(recipe, losses.MeanSquaredError(), 1, 0) == pytest.approx(
        2 * width**2 / 12, rel=0.01
    )


@pytest.mark.parametrize(
    ("loss", "outputs"),
    [
        (losses.BinaryCrossentropy(), 1),
        (losses.BinaryCrossentropy(from_logits=True), 1),
        (losses.CategoricalCrossentropy(), 2),
        (losses.SparseCategoricalCrossentropy(from_logits=True), 2),
    ],
)
def test_every_cross_entropy_has_the_entropy_as_its_least(loss: losses.Loss, outputs: int) -> None:
    recipe = recipe_of(load("clinical-trial", {"noise": 0.2}))
    chance = 50 / 1050 * 0.8 + 1000 / 1050 * 0.2
    entropy = -chance * math.log(chance) - (1 - chance) * math.log(1 - chance)
    assert reachable_loss(recipe, loss, outputs, 2) == pytest.approx(entropy, abs=1e-5)


def test_other_losses_of_two_classes_have_their_own_least() -> None:
    recipe = recipe_of(load("clinical-trial", {"noise": 0.2}))
    chance = 50 / 1050 * 0.8 + 1000 / 1050 * 0.2
    assert reachable_loss(recipe, losses.Hinge(), 1, 2) == pytest.approx(2 * chance, abs=1e-5)
    assert reachable_loss(recipe, losses.HalfSquaredError(True), 1, 2) == pytest.approx(
        2 * chance * (1 - chance), abs=1e-5
    )
    assert reachable_loss(recipe, losses.KLDivergence(), 2, 2) is None


def test_features_that_tell_less_than_the_place_have_no_known_best() -> None:
    assert load("playground", {"y": False}).recipe is None
    both = recipe_of(load("playground", {"noise": 0.3, "x_squared": True}))
    assert both == playground.odds("circle", 500, 0.3)


def test_the_view_sets_the_best_beside_what_the_network_reaches() -> None:
    spec = set_value(example("circle"), "data.noise", 0.3)
    data = load_data(spec.data)
    model = build_model(spec, data.input_shape)
    picture = best_possible(InsightRequest(model, data))
    assert isinstance(picture, Board)
    table = picture.pictures[0]
    assert isinstance(table, Table)
    assert table.head == ("", "loss", "accuracy")
    assert data.recipe is not None and data.test is not None
    assert float(table.rows[0][2]) == pytest.approx(reachable_accuracy(data.recipe), abs=5e-5)
    loss, accuracy = model.evaluate(data.test.x, data.test.y, verbose=0)
    assert table.rows[2] == ("test rows", f"{loss:.4f}", f"{accuracy:.4f}")
    told = " ".join(picture_sentences(picture))
    assert "by heart" in told and "no model can know" in told


def test_of_measured_data_nobody_knows_the_best() -> None:
    spec = example("iris")
    data = load_data(spec.data)
    model = build_model(spec, data.input_shape)
    assert isinstance(best_possible(InsightRequest(model, data)), Sentence)
    assert best_of_experiment(spec, model, data) == ({}, "")
