"""The activations view: curves, slopes, and where the weighted sums of a network lie on them."""

from __future__ import annotations

import numpy as np
import pytest

from nn_tui.data.dataset import Dataset, Split
from nn_tui.declare import registered
from nn_tui.engine.cloning import clone
from nn_tui.engine.layers import LSTM, Activation, Conv2D, Dense, Flatten, LeakyReLU
from nn_tui.engine.layers.layer import Layer
from nn_tui.engine.models import Sequential
from nn_tui.insight.activations import acting_layers, activations, curve, weighted_sums
from nn_tui.insight.pictures import InsightRequest, Lines, Sentence

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 3)).astype(np.float32)
NAMES = ["its own", *registered("activation")]


def asked(layers: list[Layer], x: np.ndarray = X, y: np.ndarray | None = None) -> InsightRequest:
    targets = RANDOM.integers(0, 3, len(x)) if y is None else y
    data = Dataset("rows", "classification", Split(x, targets), None, None, (), class_names=("a", "b", "c"))
    model = Sequential(layers, seed=1)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.train_on_batch(x[:10], targets[:10])
    return InsightRequest(model, data)


def dense(activation: str = "tanh") -> InsightRequest:
    return asked([Dense(4, activation=activation, input_shape=(3,)), Dense(3, activation="softmax")])


@pytest.mark.parametrize("name", list(registered("activation")))
def test_every_activation_is_drawn_with_its_slope(name: str) -> None:
    picture = activations(dense(), activation=NAMES.index(name))
    assert isinstance(picture, Lines) and picture.caption.startswith(f"{name}, layer 1 Dense 4:")
    _, slope, value = picture.series
    assert picture.x_bounds == pytest.approx((value.x[0], value.x[-1]))
    # By differences; where it bends, neither side is right.
    straight = np.gradient(value.y, value.x)
    near = np.abs(slope.y - straight) < 0.02 * max(1.0, float(np.abs(slope.y).max()))
    assert near.mean() > 0.97
    if name not in ("softmax", "log_softmax"):
        expected = registered("activation")[name]()(value.x)
        np.testing.assert_allclose(value.y, expected, atol=2e-6)


def test_the_sums_are_those_that_the_layer_activates() -> None:
    request = dense()
    w, b = request.model.layers[0].get_weights()
    sums, rows = weighted_sums(request, acting_layers(request.model)[0])
    np.testing.assert_allclose(sums, X @ w + b, atol=1e-5)
    assert rows == len(X)
    picture = activations(request, unit=2)
    assert isinstance(picture, Lines)
    own = (X @ w + b)[:, 1]
    assert f"{own.min():.3g} to {own.max():.3g}" in picture.caption
    assert picture.caption.startswith("tanh, unit 2 of layer 1 Dense 4:")
    share = np.mean(1 - np.tanh(own) ** 2 < 0.1)
    assert (f"{share:.0%}" if share else "no sum") in picture.caption


def test_the_share_without_a_gradient_is_said() -> None:
    request = dense("relu")
    w, b = request.model.layers[0].get_weights()
    picture = activations(request)
    assert isinstance(picture, Lines)
    assert f"{np.mean(X @ w + b <= 0):.0%} of the sums are where the slope is 0" in picture.caption


def test_the_histogram_is_as_high_as_there_are_sums() -> None:
    request = dense()
    w, b = request.model.layers[0].get_weights()
    z = (X @ w + b).reshape(-1)
    picture = activations(request)
    assert isinstance(picture, Lines) and picture.x_bounds is not None and picture.y_bounds is not None
    bars = picture.series[0]
    counts, _ = np.histogram(np.clip(z, *picture.x_bounds), 60, picture.x_bounds)
    heights = bars.y[2:-1:6] - picture.y_bounds[0]
    np.testing.assert_allclose(heights / heights.max(), counts / counts.max(), atol=1e-9)


def test_a_softmax_lies_on_the_sigmoid_of_what_it_is_ahead_of_the_others() -> None:
    request = dense()
    picture = activations(request, layer=1)
    assert isinstance(picture, Lines) and picture.caption.startswith("softmax, layer 2 Dense 3:")
    from nn_tui.insight.activations import places_on_curve

    sums, _ = weighted_sums(request, acting_layers(request.model)[1])
    chosen = acting_layers(request.model)[1].activation
    value, slope = curve(chosen, places_on_curve(chosen, sums))
    p = request.model.predict(X)
    np.testing.assert_allclose(value, p, atol=1e-6)
    np.testing.assert_allclose(slope, p * (1 - p), atol=1e-6)


def test_convolution_and_layers_that_only_activate_have_their_sums() -> None:
    images = RANDOM.random((40, 6, 6, 1)).astype(np.float32)
    request = asked(
        [
            Conv2D(2, (3, 3), activation="relu", input_shape=(6, 6, 1)),
            Flatten(),
            Dense(4),
            LeakyReLU(),
            Dense(5),
            Activation("sigmoid"),
            Dense(3, activation="softmax"),
        ],
        images,
    )
    acting = acting_layers(request.model)
    assert [one.words for one in acting] == ["1 Conv2D 2", "4 LeakyReLU", "6 Activation", "7 Dense 3"]
    outputs = request.model.activations(images)
    for one in acting[:3]:
        sums, rows = weighted_sums(request, one)
        made = one.activation(sums.astype(np.float32))
        np.testing.assert_allclose(made, outputs[one.at][:rows], atol=1e-5)


def test_looking_changes_nothing() -> None:
    request = dense()
    twin = clone(request.model)
    activations(request, layer=1, activation=3)
    y = request.data.train.y
    request.model.train_on_batch(X[:10], y[:10])
    twin.train_on_batch(X[:10], y[:10])
    for one, other in zip(request.model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_network_without_such_a_layer_says_so() -> None:
    model = Sequential([LSTM(3, input_shape=(5, 2))], seed=1)
    rows = Split(RANDOM.random((4, 5, 2)).astype(np.float32), np.zeros((4, 3), np.float32))
    picture = activations(InsightRequest(model, Dataset("rows", "regression", rows, None, None, ())))
    assert isinstance(picture, Sentence) and "Dense" in picture.caption
