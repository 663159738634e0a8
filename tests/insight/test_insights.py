"""The numbers of the pictures, against an independent computation."""

import dataclasses

import numpy as np
import pytest

from nn_tui.experiment.build import build_model, load_data
from nn_tui.experiment.examples import example
from nn_tui.experiment.playground import read_address
from nn_tui.experiment.spec_file import set_value
from nn_tui.insight.fit import fit
from nn_tui.insight.network import network
from nn_tui.insight.pictures import Graph, Heatmap, InsightRequest, Lines, Sentence
from nn_tui.insight.thinning import thinned


def request(name: str, **changed: object) -> InsightRequest:
    spec = example(name)
    for path, value in changed.items():
        spec = set_value(spec, path.replace("__", "."), value)
    data = load_data(spec.data)
    return InsightRequest(build_model(spec, data.input_shape), data)


def test_the_fit_of_one_input_is_the_networks_probability_over_the_data() -> None:
    asked = request("clinical-trial")
    picture = fit(asked)
    assert isinstance(picture, Lines)
    points, _, line, truth = picture.series
    ages = line.x
    scaled = ((ages - 13) / 87).astype(np.float32)[:, None]
    np.testing.assert_allclose(line.y, asked.model.predict(scaled)[:, 1], rtol=1e-5)
    raw = asked.data.train.x[:, 0] * 87 + 13
    width = 87 / 30
    inside = (raw >= 13) & (raw < 13 + width)
    assert points.y[0] == pytest.approx(asked.data.train.y[inside].mean())
    np.testing.assert_allclose(truth.y, np.where(ages < 65, 50 / 1050, 1000 / 1050))
    assert picture.x_bounds == (13, 100) and picture.y_bounds == (0, 1)


def test_the_boundary_of_two_inputs_is_the_networks_answer_on_a_grid() -> None:
    asked = request("circle")
    picture = fit(asked, grid=20)
    assert isinstance(picture, Heatmap) and picture.values.shape == (20, 20)
    corner = np.array([[picture.x_bounds[0], picture.y_bounds[1]]], np.float32)
    expected = 2 * asked.model.predict(corner)[0, 1] - 1
    assert picture.values[0, 0] == pytest.approx(expected, abs=1e-5)
    train, test = picture.points
    np.testing.assert_allclose(train.x, asked.data.train.x[:, 0])
    assert set(np.unique(test.values)) == {-1.0, 1.0}


def test_a_regression_is_drawn_by_its_value() -> None:
    asked = request("plane")
    picture = fit(asked, grid=10)
    assert isinstance(picture, Heatmap)
    reach = np.abs(asked.data.train.y).max()
    corner = np.array([[picture.x_bounds[1], picture.y_bounds[0]]], np.float32)
    assert picture.values[-1, -1] == pytest.approx(
        np.clip(asked.model.predict(corner)[0, 0] / reach, -1, 1), abs=1e-5
    )


def test_the_largest_weight_is_said_to_be_in_the_layer_that_the_build_panel_numbers_so() -> None:
    asked = request("breast-cancer")  # 1 Dense, 2 Dropout, 3 Dense
    asked.model.layers[2].weight("kernel")[0, 1] = -9.0
    assert network(asked).caption.endswith("Largest -9.00 (layer 3).")


def test_the_network_shows_layers_weights_and_names() -> None:
    asked = request("xor")
    picture = network(asked)
    assert isinstance(picture, Graph)
    assert [column.nodes for column in picture.columns] == [2, 4, 2, 2]
    assert [column.title for column in picture.columns] == ["Input", "Dense 4", "Dense 2", "Dense 2"]
    assert picture.columns[0].labels == ("x", "y") and picture.columns[-1].labels == ("orange", "blue")
    np.testing.assert_array_equal(picture.edges[0], asked.model.layers[0].kernel)


def test_a_layer_without_weights_is_a_note_at_the_one_before() -> None:
    spec = example("xor")
    dropped = request("xor", layers__1={"type": "Dropout", "rate": 0.25})
    picture = network(dropped)
    assert [column.nodes for column in picture.columns] == [2, 4, 2]
    assert picture.columns[1].detail == "tanh, dropout 0.25"
    assert len(spec.layers) == 3


def test_data_that_cannot_be_drawn_say_why() -> None:
    asked = request("xor")
    words = InsightRequest(asked.model, dataclasses.replace(asked.data, vocabulary=12))
    assert isinstance(fit(words), Sentence)


def test_thinning_keeps_ends_and_extremes() -> None:
    x = np.arange(1_000_000)
    y = np.sin(x / 5e4)
    y[123_456] = 9
    thin_x, thin_y = thinned(x, y, 200)
    assert len(thin_x) <= 210 and thin_x[0] == 0 and thin_x[-1] == 999_999
    assert thin_y.max() == 9 and (np.diff(thin_x) > 0).all()
    assert thinned(x[:50], y[:50], 200)[0] is not None and len(thinned(x[:50], y[:50], 200)[0]) == 50


def test_the_fit_of_features_made_of_two_coordinates_is_drawn_over_these() -> None:
    spec = read_address("#dataset=circle&seed=0.5&xSquared=true&sinY=true&x=false").spec
    data = load_data(spec.data)
    model = build_model(spec, data.input_shape, data.stream)
    picture = fit(InsightRequest(model, data), grid=12)
    assert isinstance(picture, Heatmap)
    assert picture.x_bounds == picture.y_bounds == (-6, 6) and (picture.x_label, picture.y_label) == (
        "x",
        "y",
    )
    x, y = np.linspace(-6, 6, 12)[3], np.linspace(6, -6, 12)[5]
    answer = model.predict(np.array([[y, x * x, np.sin(y)]]))[0, 0]
    assert picture.values[5, 3] == pytest.approx(answer, abs=1e-6)
    train, kept = picture.points
    assert (train.role, kept.role) == ("train", "validation")
    assert data.train.coordinates is not None
    np.testing.assert_array_equal(train.x, data.train.coordinates[:, 0])
    np.testing.assert_array_equal(data.train.x[:, 1], data.train.coordinates[:, 0] ** 2)
    guess = model.predict(data.train.x)[:, 0] > 0
    assert f"right: training {(guess == data.train.y).mean():.1%}" in picture.caption
