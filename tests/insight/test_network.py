"""The network's picture: a sample's values, a unit's sum term by term, heat maps, folding and clicks."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from nn_tui.experiment.build import build_model, load_data
from nn_tui.experiment.examples import example
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec_file import set_value
from nn_tui.insight.network import network
from nn_tui.insight.pictures import Graph, InsightRequest
from nn_tui.insight.telling import picture_sentences
from nn_tui.tui.painters.look import Look
from nn_tui.tui.painters.paint import paint
from nn_tui.tui.painters.place import Place


def request(name: str) -> InsightRequest:
    spec = example(name)
    data = load_data(spec.data)
    return InsightRequest(build_model(spec, data.input_shape), data)


def words_of(picture: Graph) -> dict[str, str]:
    return {control.option: control.words for control in picture.controls}


def text_of(picture: Graph, size: tuple[int, int] = (110, 32), place: Place | None = None) -> list[str]:
    return [strip.text for strip in paint(picture, *size, Look(), place)]


def forward(model: object, x: np.ndarray) -> list[np.ndarray]:
    """The values of the course's network by plain NumPy."""
    weights = model.get_weights()  # type: ignore[attr-defined]
    values = [x.astype(np.float64)]
    for number, (kernel, bias) in enumerate(zip(weights[::2], weights[1::2], strict=True)):
        z = values[-1] @ kernel + bias
        last = number == len(weights) // 2 - 1
        values.append(np.exp(z) / np.exp(z).sum() if last else np.maximum(z, 0))
    return values


def test_every_node_has_the_value_that_the_sample_gives_it() -> None:
    asked = request("clinical-trial")
    picture = network(asked, sample=4)
    expected = forward(asked.model, asked.data.train.x[4])
    for column, values in zip(picture.columns, expected, strict=True):
        assert column.values is not None
        np.testing.assert_allclose(column.values, values, atol=1e-5)
    assert words_of(picture)["sample"] == "5 of 1890" and picture.page is None
    chance = f"{expected[-1][0]:.2f} no side effects"
    assert any(chance in line for line in text_of(picture))
    test = network(asked, rows=2, sample=1)
    assert test.columns[0].values is not None and asked.data.test is not None
    np.testing.assert_allclose(test.columns[0].values, asked.data.test.x[1], atol=1e-6)


@pytest.mark.parametrize(("layer", "unit"), [(0, 3), (1, 17), (2, 1), (2, 2)])
def test_a_units_sum_is_written_out_and_adds_up(layer: int, unit: int) -> None:
    asked = request("clinical-trial")
    picture = network(asked, layer=layer, unit=unit)
    assert picture.page is not None and picture.curve is not None
    assert picture.chosen == (layer + 1, unit - 1)
    values = forward(asked.model, asked.data.train.x[0])
    kernel, bias = asked.model.get_weights()[2 * layer : 2 * layer + 2]
    lines = ["".join(text for text, _ in line) for line in picture.page.lines]
    terms = [line for line in lines if " * " in line and "=" in line][2:]
    assert len(terms) == len(kernel)
    for line, x, w in zip(terms, values[layer], kernel[:, unit - 1], strict=True):
        told_w, told_x = (float(part) for part in line.split("=")[0].split("*"))
        product = float(line.split("=")[1].split()[0])
        assert told_w == pytest.approx(w, abs=6e-5) and told_x == pytest.approx(x, abs=6e-5)
        assert product == pytest.approx(w * x, abs=6e-5)
    z = float(values[layer] @ kernel[:, unit - 1] + bias[unit - 1])
    assert lines[1].startswith("z = w * x + ... + b") and float(lines[1].split("=")[-1]) == pytest.approx(
        z, abs=6e-5
    )
    assert float(lines[2].split("=")[-1]) == pytest.approx(values[layer + 1][unit - 1], abs=6e-5)
    line, point = picture.curve.series
    assert point.x[0] == pytest.approx(z, abs=1e-5)
    assert point.y[0] == pytest.approx(values[layer + 1][unit - 1], abs=1e-5)
    assert np.interp(z, line.x, line.y) == pytest.approx(point.y[0], abs=0.02)
    told = " ".join(picture_sentences(picture))
    assert f"Unit {unit} of layer {layer + 1}" in told and "Biases:" in told and "Values:" in told


def test_long_sums_fold_and_what_is_folded_is_summed() -> None:
    asked = request("digits")
    picture = network(asked, unit=1)
    assert picture.page is not None
    layer = next(one for one in asked.model.layers if type(one).__name__ == "Dense")
    at = asked.model.layers.index(layer)
    x = asked.model.activations(asked.data.train.x[:1])[at - 1].reshape(-1).astype(np.float64)
    rest = x[100:] @ layer.weight("kernel")[100:, 0]
    lines = ["".join(text for text, _ in line) for line in picture.page.lines]
    folded = next(line for line in lines if line.startswith("..."))
    assert f"{len(x) - 100:,} more terms" in folded
    assert float(folded.split()[-1]) == pytest.approx(float(rest), abs=1e-4)


def test_each_node_of_a_two_input_problem_has_its_heat_map() -> None:
    asked = request("circle")
    picture = network(asked)
    maps = [column.maps for column in picture.columns]
    assert all(one is not None for one in maps)
    data = asked.data
    raw = data.train.x * data.scale + data.shift
    low, high = raw.min(axis=0), raw.max(axis=0)
    margin = (high - low) * 0.08 + 1e-6
    corner = np.array([[low[0] - margin[0], high[1] + margin[1]]], np.float32)
    hidden = asked.model.activations((corner - data.shift) / data.scale)[0][0]
    assert maps[1] is not None
    ratio = maps[1][:, 0, 0] / hidden
    reach = np.abs(maps[1]).max(axis=(1, 2))
    np.testing.assert_allclose(reach, 1)
    assert (ratio >= 1 - 1e-6).all()  # scaled by the largest of each
    assert words_of(picture)["maps"] == "on"
    assert all(column.maps is None for column in network(asked, maps=1).columns)
    assert sum(line.count("▀") for line in text_of(picture)) >= 10 * 4
    assert not any("▀" in line for line in text_of(network(asked, maps=1)))
    assert all(column.maps is None for column in network(request("iris")).columns)


def test_clicking_a_node_chooses_it_and_clicking_it_again_does_not() -> None:
    asked = request("clinical-trial")
    place = Place()
    paint(network(asked), 110, 32, Look(), place)
    assert len(place.spots) > 16
    chosen = next(spot for spot in place.spots if dict(spot.options) == {"layer": 1, "unit": 3})
    picture = network(asked, **dict(chosen.options))
    assert picture.chosen == (2, 2)
    lines = text_of(picture, place=place)
    assert any("[●]" in line or "[○]" in line for line in lines[:14])
    assert any("Unit 3 of layer 2" in line for line in lines)
    assert any(dict(spot.options) == {"layer": 1, "unit": 0} for spot in place.spots)


def test_large_layers_fold_and_scroll() -> None:
    asked = request("clinical-trial")
    place = Place()
    lines = text_of(network(asked), (100, 20), place)
    assert any("…" in line for line in lines) and place.over == 32 - (20 - 2 - 2 - 2)
    first = {dict(spot.options)["unit"] for spot in place.spots if dict(spot.options)["layer"] == 1}
    place.top = place.over
    text_of(network(asked), (100, 20), place)
    last = {dict(spot.options)["unit"] for spot in place.spots if dict(spot.options)["layer"] == 1}
    assert min(first) == 1 and max(last) == 32
    place.top = 0
    text_of(network(asked, layer=1, unit=30), (100, 30), place)
    shown = {dict(spot.options)["unit"] for spot in place.spots if dict(spot.options)["layer"] == 1}
    assert 0 in shown and place.over > 0  # the chosen one is in sight, and the sum scrolls


def test_convolutions_are_stacks_with_their_shapes() -> None:
    picture = network(request("digits"))
    text = "\n".join(text_of(picture))
    assert "8x8x16" in text and "8x8x1" in text and "Conv2D" in text
    assert picture.columns[1].values is None and picture.columns[1].place is None


def test_its_text_is_ascii_where_it_must_be_and_negative_biases_are_hollow() -> None:
    asked = request("xor")
    bias = asked.model.get_weights()[1]
    asked.model.layers[0].set_weights([asked.model.get_weights()[0], bias - 1])
    picture = network(asked, layer=0, unit=2, maps=1)
    plain = [strip.text for strip in paint(picture, 110, 32, Look(ascii=True))]
    assert all(line.isascii() for line in plain)
    assert sum(line.count("○") for line in text_of(picture)) == 4


def test_watching_the_network_leaves_the_training_bit_for_bit_as_it_is() -> None:
    def weights(watched: bool) -> list[np.ndarray]:
        spec = set_value(set_value(example("circle"), "fit.epochs", 2), "fit.batch_size", 1)
        session = Session(spec)
        for number, _ in enumerate(session.steps()):
            if watched and number % 5 == 0:
                network(InsightRequest(session.model, session.data), unit=number % 4)
        return session.model.get_weights()

    for alone, seen in zip(weights(False), weights(True), strict=True):
        np.testing.assert_array_equal(alone, seen)


def test_a_number_of_columns_stands_side_by_side_at_every_size() -> None:
    picture = network(request("circle"), unit=1)
    for size in ((20, 8), (60, 20), (100, 40)):
        strips = paint(picture, *size, Look())
        assert len(strips) == size[1] and all(strip.cell_length == size[0] for strip in strips)
    assert all(a.nodes and b.nodes for a, b in pairwise(picture.columns))
