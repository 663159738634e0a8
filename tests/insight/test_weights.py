"""The spread of weights and outputs, against NumPy and a network built anew."""

from __future__ import annotations

import numpy as np
import pytest

from nn_tui.experiment.build import build_model
from nn_tui.insight.pictures import Bars, Board, InsightRequest, Sentence
from nn_tui.insight.telling import picture_sentences
from nn_tui.insight.weights import weights
from tests.experiment.diagnosis.runs import dense, spec
from tests.insight.test_gradients import trained

WHAT = spec([dense(6, "relu"), 'type = "BatchNormalization"', dense(2, "softmax")], epochs=3)


@pytest.fixture(scope="module")
def request_of_three_epochs() -> InsightRequest:
    return trained(WHAT)


def board(request: InsightRequest, **places: int) -> Board:
    picture = weights(request, **places)
    assert isinstance(picture, Board)
    return picture


def assert_counts(picture: object, now: np.ndarray, start: np.ndarray) -> None:
    assert isinstance(picture, Bars)
    low, high = min(now.min(), start.min()), max(now.max(), start.max())
    expected = [np.histogram(one, len(picture.numbers), (low, high))[0] for one in (now, start)]
    np.testing.assert_array_equal(picture.numbers, expected[0])
    np.testing.assert_array_equal(picture.former, expected[1])
    middle = low + (high - low) * 0.5 / len(picture.numbers)
    assert float(picture.names[0]) == pytest.approx(middle, abs=(high - low) / 100)


def test_kernels_are_counted_now_and_at_the_start(request_of_three_epochs: InsightRequest) -> None:
    request = request_of_three_epochs
    picture = board(request)
    first = build_model(WHAT, request.data.input_shape).get_weights()
    now = request.model.get_weights()
    assert picture.titles == ("1 Dense 6 relu", "3 Dense 2 softmax")
    assert_counts(picture.pictures[0], now[0], first[0])
    assert_counts(picture.pictures[1], now[-2], first[-2])
    assert f"sd {now[0].std():.3g} (was {first[0].std():.3g})" in picture.pictures[0].caption


def test_biases_and_other_weights_of_one_number_a_unit_have_their_own_page(
    request_of_three_epochs: InsightRequest,
) -> None:
    picture = board(request_of_three_epochs, shown=1)
    assert picture.titles == (
        "1 Dense 6 relu",
        "2 BatchNormalization 6 gamma",
        "2 BatchNormalization 6 beta",
        "3 Dense 2 softmax",
    )
    now = request_of_three_epochs.model.layers[1].weight("gamma")
    assert_counts(picture.pictures[1], now, np.ones(6))


def test_outputs_are_those_of_both_networks_for_the_same_rows(
    request_of_three_epochs: InsightRequest,
) -> None:
    request = request_of_three_epochs
    picture = board(request, shown=2)
    start = build_model(WHAT, request.data.input_shape)
    train = request.data.train.x
    x = train[np.linspace(0, len(train) - 1, min(256, len(train))).astype(int)]
    now, first = request.model.activations(x), start.activations(x)
    assert f"Outputs for {len(x)} training rows" in picture.caption
    assert_counts(picture.pictures[2], now[2], first[2])
    # What relu makes 0 is told, not drawn: it would be a bar that hides all others.
    assert_counts(picture.pictures[0], now[0][now[0] != 0], first[0][first[0] != 0])
    assert f"{(now[0] == 0).mean():.0%} are 0 (was {(first[0] == 0).mean():.0%})" in (
        picture.pictures[0].caption
    )


def test_one_layer_takes_the_whole_picture(request_of_three_epochs: InsightRequest) -> None:
    picture = weights(request_of_three_epochs, layer=2)
    assert isinstance(picture, Bars) and picture.upright
    assert picture.caption.startswith("3 Dense 2 softmax: sd ")
    assert [control.words for control in picture.controls] == ["kernels", "3 Dense 2 softmax"]
    assert isinstance(weights(request_of_three_epochs, layer=3), Board)
    sentences = picture_sentences(picture)
    assert len(sentences) == 1 + len(picture.numbers) == 1 + 6
    assert sentences[1] == (f"{picture.names[0]}: {picture.numbers[0]:.3g}, was {picture.former[0]:.3g}.")


def test_without_a_record_there_is_no_start(request_of_three_epochs: InsightRequest) -> None:
    request = InsightRequest(request_of_three_epochs.model, request_of_three_epochs.data)
    picture = board(request)
    assert all(isinstance(one, Bars) and not one.former for one in picture.pictures)
    assert "not kept" in picture.caption


def test_the_model_is_left_as_it_is(request_of_three_epochs: InsightRequest) -> None:
    before = request_of_three_epochs.model.state()["weights"]
    for shown in range(3):
        weights(request_of_three_epochs, shown=shown)
    np.testing.assert_array_equal(request_of_three_epochs.model.state()["weights"], before)


def test_a_network_without_biases_says_so() -> None:
    layers = [dense(2, "softmax") + "\nuse_bias = false"]
    picture = weights(trained(spec(layers, epochs=1)), shown=1)
    assert isinstance(picture, Sentence) and "biases" in picture.caption
