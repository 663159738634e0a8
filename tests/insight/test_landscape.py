"""The loss over two directions, against a network of its own, scikit-learn and the training itself."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from nn_tui.engine.cloning import clone
from nn_tui.experiment.build import build_model
from nn_tui.experiment.examples import example
from nn_tui.experiment.spec_file import set_value
from nn_tui.insight.landscape import landscape
from nn_tui.insight.landscape.directions import Directions, main_directions, random_directions
from nn_tui.insight.landscape.making import Making
from nn_tui.insight.landscape.steps import NextSteps
from nn_tui.insight.landscape.surface import SIDES, Surface
from nn_tui.insight.pictures import Contour, InsightRequest, Sentence
from nn_tui.insight.telling import picture_sentences
from tests.experiment.diagnosis.runs import dense, spec
from tests.insight.test_gradients import trained

L2 = 'kernel_regularizer = "l2"'
PATH, STEPS, RANDOM = range(3)


@pytest.fixture(scope="module")
def request_of_four_epochs() -> InsightRequest:
    what = spec(
        [f"{dense(5, 'tanh')}\n{L2}", 'type = "Dropout"\nrate = 0.2', dense(2, "softmax")], epochs=4
    )
    return trained(what)


def asked(request: InsightRequest) -> InsightRequest:
    """The same request with nothing kept from before."""
    return InsightRequest(
        request.model,
        request.data,
        resting=True,
        record=request.record,
        batch_size=10,
        class_weight=request.class_weight,
    )


def finished(request: InsightRequest, **places: int) -> Contour:
    for _ in range(500):
        picture = landscape(request, **places)
        if not picture.unfinished:
            break
    assert isinstance(picture, Contour)
    return picture


def weights_at(
    request: InsightRequest, picture: Contour, row: int, column: int
) -> list[NDArray[np.float64]]:
    """The weights of a point of the grid, in `get_weights` order, worked out from the directions."""
    found = request.kept["making"].surface.directions
    size = len(picture.values)
    x, y = np.linspace(*picture.x_bounds, size)[column], np.linspace(*picture.y_bounds[::-1], size)[row]
    memory = request.model.memory
    parts = [memory.parts(vector.copy()) for vector in (found.origin, *found.vectors)]
    return [origin + x * one + y * other for origin, one, other in zip(*parts, strict=True)]


@pytest.mark.parametrize("by", [PATH, STEPS, RANDOM])
def test_the_loss_of_a_point_is_that_of_a_network_with_those_weights(
    request_of_four_epochs: InsightRequest, by: int
) -> None:
    request = asked(request_of_four_epochs)
    picture = finished(request, directions=by)
    other = clone(request.model)
    train = request.data.train
    chosen = np.linspace(0, len(train) - 1, min(512, len(train))).astype(int)
    size = len(picture.values)
    for row, column in ((0, 0), (3, size - 2), (size // 2, size // 2), (size - 1, 1)):
        other.set_weights(weights_at(request, picture, row, column))
        loss = other.evaluate(train.x[chosen], train.y[chosen], verbose=0)
        assert picture.values[row, column] == pytest.approx(loss, rel=1e-5)
    assert f"{len(chosen)} rows" in picture.caption


def test_random_directions_are_as_long_as_the_weights_unit_by_unit_and_follow_from_the_seed(
    request_of_four_epochs: InsightRequest,
) -> None:
    model = request_of_four_epochs.model
    origin = model.trained_weights.copy()
    found = random_directions(model, origin, 3)
    np.testing.assert_array_equal(found.vectors, random_directions(model, origin, 3).vectors)
    assert not np.array_equal(found.vectors, random_directions(model, origin, 4).vectors)
    for vector in found.vectors:
        kernel, bias, last, last_bias = model.memory.parts(vector.copy())
        for part, weights in ((kernel, model.get_weights()[0]), (last, model.get_weights()[2])):
            np.testing.assert_allclose(
                np.linalg.norm(part, axis=0), np.linalg.norm(weights, axis=0), rtol=1e-5
            )
        assert not bias.any() and not last_bias.any()


def test_a_filter_of_a_convolution_is_as_long_as_its_weights() -> None:
    what = set_value(example("digits"), "fit.epochs", 1)
    model = build_model(what, (8, 8, 1))
    found = random_directions(model, model.trained_weights.copy(), 0)
    kernel = model.memory.parts(found.vectors[0].copy())[0]
    weights = model.get_weights()[0]
    assert weights.ndim == 4
    for at in range(weights.shape[-1]):
        assert np.linalg.norm(kernel[..., at]) == pytest.approx(np.linalg.norm(weights[..., at]), rel=1e-4)


def test_the_main_directions_are_those_of_a_principal_component_analysis() -> None:
    random = np.random.default_rng(0)
    way = np.cumsum(random.normal(size=(9, 40)) * np.linspace(3, 0.1, 40), axis=0)
    found = main_directions(list(way), way[-1], "path")
    assert found is not None and found.held is not None
    decomposition = pytest.importorskip("sklearn.decomposition", reason="scikit-learn is not installed")
    oracle = decomposition.PCA(2).fit(way)
    for vector, other in zip(found.vectors, oracle.components_, strict=True):
        assert abs(vector @ other) == pytest.approx(1, abs=1e-6)
    assert found.held == pytest.approx(oracle.explained_variance_ratio_.sum(), rel=1e-6)
    places = found.places(list(way))
    assert places[0, 0] < places[-1, 0]
    np.testing.assert_allclose(places[-1], 0, atol=1e-9)
    expected = np.linalg.lstsq(found.vectors.T, (way - way[-1]).T, rcond=None)[0].T
    np.testing.assert_allclose(places, expected, atol=1e-8)


def test_places_along_slanted_directions_are_the_nearest_points_of_the_plane() -> None:
    random = np.random.default_rng(1)
    vectors, origin = random.normal(size=(2, 30)), random.normal(size=30)
    other = origin + 2 * vectors[0] - 0.5 * vectors[1]
    np.testing.assert_allclose(Directions(origin, vectors, ("", "")).places([other]), [[2, -0.5]])


def test_a_way_that_goes_nowhere_has_no_directions() -> None:
    still = [np.ones(5)] * 3
    assert main_directions(still, still[0], "path") is None
    straight = main_directions([np.zeros(5), np.arange(5.0)], np.zeros(5), "path")
    assert straight is not None
    np.testing.assert_allclose(straight.vectors @ straight.vectors.T, np.eye(2), atol=1e-12)


def test_the_next_steps_are_those_of_the_optimizer_on_these_batches(
    request_of_four_epochs: InsightRequest,
) -> None:
    request = trained(spec([dense(4, "tanh"), dense(2, "softmax")], epochs=2))
    model, train = request.model, request.data.train
    steps = NextSteps(clone(model), request.data, 10, 0)
    steps.work(0.0)
    assert len(steps.weights) == 2 and not steps.finished
    while not steps.finished:
        steps.work(0.0)
    other = clone(model)
    order = np.random.default_rng([0, 12]).permutation(len(train))
    for number in range(12):
        rows = order[number * 10 : number * 10 + 10]
        other.train_on_batch(train.x[rows], train.y[rows])
        np.testing.assert_allclose(steps.weights[number + 1], other.trained_weights, rtol=1e-5, atol=1e-7)


def test_it_is_made_coarse_first_in_short_calls_and_does_not_begin_again_for_another_shading(
    request_of_four_epochs: InsightRequest,
) -> None:
    request = asked(request_of_four_epochs)
    request = InsightRequest(
        request.model, request.data, resting=True, record=request.record, batch_size=10, seconds=0.0
    )
    first = landscape(request, directions=RANDOM)
    assert isinstance(first, Sentence) and first.unfinished
    making: Making = request.kept["making"]
    sides, calls = [], 0
    while not making.finished and calls < 3000:
        assert making.surface is not None
        known = making.surface._points
        picture = landscape(request, directions=RANDOM, drawn=calls % 2)
        assert making.surface._points <= known + 1 and request.kept["making"] is making
        if isinstance(picture, Contour) and (not sides or sides[-1] != len(picture.values)):
            sides.append(len(picture.values))
        calls += 1
    assert tuple(sides) in (SIDES, SIDES[:-1])
    assert landscape(request, directions=RANDOM).unfinished is False
    landscape(request, directions=RANDOM, range=1)
    assert request.kept["making"] is not making


def test_a_finer_grid_has_the_points_of_the_coarser_ones(request_of_four_epochs: InsightRequest) -> None:
    request = request_of_four_epochs
    found = random_directions(request.model, request.model.trained_weights.copy(), 0)

    class Bowl:
        def loss(self, weights: NDArray[np.float64]) -> float:
            return float(((weights - found.origin) ** 2).sum())

    surface = Surface(found, (-1, 1), (-2, 2), Bowl())  # type: ignore[arg-type]  # all that it asks for
    values = []
    while not surface.finished:
        surface.work(0.0)
        if surface.side and (not values or len(values[-1]) != surface.side):
            values.append(surface.values)
    for coarse, fine in pairwise(values):
        np.testing.assert_array_equal(coarse, fine[::2, ::2])
    assert surface.lowest() == (0.0, 0.0, 0.0)
    np.testing.assert_allclose(values[0], values[0][::-1, ::-1], rtol=1e-4)


def test_new_weights_begin_a_new_landscape_and_the_old_one_stays_until_there_is_more_to_see(
    request_of_four_epochs: InsightRequest,
) -> None:
    request = asked(trained(spec([dense(4, "tanh"), dense(2, "softmax")], epochs=2)))
    before = finished(request)
    train = request.data.train
    request.model.train_on_batch(train.x[:10], train.y[:10])
    request = InsightRequest(
        request.model,
        request.data,
        resting=True,
        record=request.record,
        batch_size=10,
        kept=request.kept,
        seconds=0.0,
    )
    now = landscape(request)
    assert isinstance(now, Contour) and now.unfinished
    np.testing.assert_array_equal(now.values, before.values)


def test_a_learning_rate_that_is_too_large_is_seen_to_overshoot() -> None:
    captions, reach = {}, {}
    for rate in (0.001, 5.0):
        what = set_value(
            example("clinical-trial"), "compile.optimizer", {"type": "SGD", "learning_rate": rate}
        )
        request = asked(trained(set_value(what, "fit.epochs", 6)))
        picture = finished(request, directions=STEPS)
        (steps,) = (series for series in picture.trails if series.role == "mark")
        captions[rate] = picture.caption
        reach[rate] = np.ptp(steps.x) / np.ptp(picture.x_bounds)
    assert "hardly move" in captions[0.001] and reach[0.001] < 0.05
    assert "turns back" in captions[5.0] and reach[5.0] > 0.3


def test_before_the_first_epoch_the_directions_are_random(request_of_four_epochs: InsightRequest) -> None:
    request = InsightRequest(request_of_four_epochs.model, request_of_four_epochs.data, resting=True)
    picture = finished(request)
    assert picture.x_label == "direction 1" and "two random directions" in picture.caption


def test_the_model_is_left_as_it_is(request_of_four_epochs: InsightRequest) -> None:
    model = request_of_four_epochs.model
    before = model.state()
    for by in (PATH, STEPS, RANDOM):
        finished(asked(request_of_four_epochs), directions=by)
    after = model.state()
    np.testing.assert_array_equal(after["weights"], before["weights"])
    assert after["random"] == before["random"]
    assert after["optimizer"]["iterations"] == before["optimizer"]["iterations"]


def test_in_words_it_tells_the_loss_of_each_ninth_and_where_the_path_leads(
    request_of_four_epochs: InsightRequest,
) -> None:
    picture = finished(asked(request_of_four_epochs))
    told = picture_sentences(picture)
    third = len(picture.values) // 3
    corner = picture.values[:third, :third].mean()
    assert any(line.startswith("Loss at the top: left") and f"{corner:.3g}" in line for line in told)
    assert any(line.startswith("The path, 6 points") for line in told)


def test_a_network_too_large_to_be_copied_says_so(
    request_of_four_epochs: InsightRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["nn_tui.insight.landscape.view"], "LARGEST", 10)
    assert isinstance(landscape(asked(request_of_four_epochs)), Sentence)
