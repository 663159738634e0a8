"""What the views of particular layers show, against computations of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nn_tui.declare import find
from nn_tui.experiment.examples import example
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.templates import TEMPLATES
from nn_tui.insight.layers.embedding import nearest
from nn_tui.insight.layers.states import memories
from nn_tui.insight.pictures import (
    Board,
    Heatmap,
    InsightRequest,
    Lines,
    Page,
    Picture,
    Sentence,
    Table,
    Tiles,
)
from nn_tui.insight.tabs import insights
from nn_tui.insight.telling import picture_sentences


def trained(spec: Spec, batches: int = 20) -> Session:
    session = Session(spec, None, keep_history=False)
    steps = session.steps()
    for _ in range(batches):
        next(steps)
    return session


def templated(name: str, template: str) -> Spec:
    return next(one for one in TEMPLATES if one.name == template).fit(example(name))


def made(session: Session, insight: str, **options: int) -> Any:
    picture: Picture = insights()[insight](InsightRequest(session.model, session.data, options), **options)
    return picture


@pytest.fixture(scope="module")
def digits() -> Session:
    return trained(example("digits"))


@pytest.fixture(scope="module")
def reviews() -> Session:
    return trained(templated("reviews", "LSTM"))


def test_filters_are_the_kernels_weights(digits: Session) -> None:
    kernel = digits.model.layers[1].weight("kernel")
    picture = made(digits, "filters", layer=1, channel=2)
    assert isinstance(picture, Tiles) and picture.unit is not None
    for number, image in enumerate(picture.images):
        np.testing.assert_allclose(image[:, :, 0] * picture.unit, kernel[:, :, 2, number], rtol=1e-6)
    assert len(picture.images) == kernel.shape[3]
    assert [control.label for control in picture.controls] == ["layer", "channel"]
    assert f"{kernel[:, :, 2].flat[np.abs(kernel[:, :, 2]).argmax()]:+.2f}" in picture.caption
    assert "3: " + "; ".join(
        " ".join(f"{value:+.2f}" for value in row) for row in kernel[:, :, 2, 2]
    ) + "." in picture_sentences(picture)


def test_feature_maps_are_what_the_layer_gives(digits: Session) -> None:
    x = digits.data.train.x[5:6]
    outputs = digits.model.activations(x)
    picture = made(digits, "feature_maps", layer=2, sample=5)
    assert isinstance(picture, Tiles) and picture.unit is not None
    for number, image in enumerate(picture.images):
        np.testing.assert_allclose(image[:, :, 0] * picture.unit, outputs[1][0, :, :, number], rtol=1e-6)
    strongest = int(outputs[1][0].max(axis=(0, 1)).argmax())
    assert f"Map {strongest + 1} is strongest" in picture.caption
    assert "8x8x16 -> 8x8x32" in picture.caption


def test_one_map_is_followed_through_padding_convolution_and_pooling(digits: Session) -> None:
    picture = made(digits, "feature_maps", show=1, channel=3)
    assert picture.names == (
        "image 8x8", "padded 10x10", "1 Conv2D 8x8", "padded 10x10", "2 Conv2D 8x8", "3 MaxPool 4x4",
    )  # fmt: skip
    padded = picture.images[1][:, :, 0]
    assert not padded[0].any() and not padded[:, -1].any()
    np.testing.assert_array_equal(padded[1:-1, 1:-1], picture.images[0][:, :, 0])
    pooled = picture.images[4][:, :, 0].reshape(4, 2, 4, 2).max(axis=(1, 3))
    np.testing.assert_allclose(picture.images[5][:, :, 0], pooled, rtol=1e-6)


@pytest.mark.parametrize(("layer", "row", "column", "channel"), [(1, 0, 0, 3), (2, 4, 7, 9), (3, 2, 1, 5)])
def test_a_cell_can_be_computed_again_from_the_numbers_on_the_page(
    digits: Session, layer: int, row: int, column: int, channel: int
) -> None:
    page = made(digits, "feature_maps", show=2, layer=layer, row=row, column=column, channel=channel)
    assert isinstance(page, Page)
    lines = ["".join(text for text, _ in line) for line in page.lines]
    expected = digits.model.activations(digits.data.train.x[:1])[layer - 1][0, row, column, channel]
    assert lines[-1] == f"= {expected:.4f}"
    if layer == 3:
        window = [float(word) for line in lines[1:-2] for word in line.split()]
        assert len(window) == 4 and max(window) == pytest.approx(expected, abs=6e-5)
        return
    total, told = 0.0, 0.0
    for line in lines:
        if "  x " in line:
            numbers, weights = ([float(word) for word in part.split()] for part in line.split("  x "))
            total += float(np.dot(numbers, weights))
        elif line.startswith("sum of the products"):
            told += float(line.split()[-1])
        elif line.startswith("the other"):
            total += float(line.split()[-1])
            told += float(line.split()[-1])
        elif line.startswith("z ="):
            words = line.removeprefix("z = ").replace("(bias)", "").split()
            assert float(words[0]) == pytest.approx(total, abs=2e-3)
            assert float(words[0]) == pytest.approx(told, abs=3e-4)
            z = float(words[0]) + float(words[1])
            assert float(words[-1]) == pytest.approx(z, abs=2e-4)
            assert expected == pytest.approx(max(z, 0), abs=2e-4)


def test_a_convolution_over_a_series_shows_a_line_for_each_map() -> None:
    spec = example("co2")
    spec = set_value(spec, "layers", [
        {"type": "Conv1D", "filters": 4, "kernel_size": 3, "activation": "relu"},
        {"type": "Flatten"}, {"type": "Dense", "units": 1},
    ])  # fmt: skip
    session = trained(spec)
    picture = made(session, "feature_maps", layer=1)
    assert isinstance(picture, Heatmap)
    expected = session.model.activations(session.data.train.x[:1])[0][0].T
    np.testing.assert_allclose(picture.values, expected / np.abs(expected).max(), rtol=1e-6)
    kernels = made(session, "filters")
    assert kernels.images[0].shape[:2] == (1, 3)


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "SimpleRNN"])
@pytest.mark.parametrize("backwards", [False, True])
def test_memories_are_those_of_every_prefix(kind: str, backwards: bool) -> None:
    from nn_tui.engine.models import Sequential

    layer = find("layer", kind)(units=3, go_backwards=backwards)
    model = Sequential([layer])
    model.build((None, 5, 2))
    x = np.random.default_rng(0).normal(size=(2, 5, 2)).astype(np.float32)
    found = memories(layer, x)
    for step in range(5):
        prefix = x[:, step:] if backwards else x[:, : step + 1]
        short = Sequential([find("layer", kind)(units=3, go_backwards=backwards)])
        short.build((None, *prefix.shape[1:]))
        short.set_weights(model.get_weights())
        np.testing.assert_allclose(found[:, step], short.predict(prefix), rtol=1e-5, atol=1e-6)


def test_memories_of_both_directions_stand_side_by_side() -> None:
    from nn_tui.engine.models import Sequential

    layer = find("layer", "Bidirectional")({"type": "GRU", "units": 2, "return_sequences": True})
    model = Sequential([layer])
    model.build((None, 4, 3))
    x = np.random.default_rng(1).normal(size=(1, 4, 3)).astype(np.float32)
    np.testing.assert_allclose(memories(layer, x), model.predict(x), rtol=1e-5, atol=1e-6)


def test_the_answer_at_the_last_step_is_the_networks_answer() -> None:
    session = trained(example("co2"))
    board = made(session, "states", sample=4)
    assert isinstance(board, Board)
    assert board.titles == (
        "Input (scaled)",
        "Memory",
        "Answer if it ended here",
    )
    answers = board.pictures[2]
    assert isinstance(answers, Lines)
    preparation = session.data.preparation
    assert preparation is not None
    own = session.model.predict(session.data.train.x[4:5])[0, 0] * preparation.target_scale
    assert answers.series[0].y[-1] == pytest.approx(own + preparation.target_shift, rel=1e-5)
    true = session.data.train.y[4] * preparation.target_scale + preparation.target_shift
    assert f"true: {float(true.reshape(-1)[0]):.4g}." in board.caption
    memory = board.pictures[1]
    assert isinstance(memory, Heatmap)
    np.testing.assert_allclose(
        memory.values[:, -1], session.model.activations(session.data.train.x[4:5])[0][0], atol=1e-6
    )
    one = made(session, "states", sample=4, unit=2).pictures[1]
    np.testing.assert_allclose(one.series[0].y, memory.values[1], atol=1e-6)


def test_words_show_how_far_they_move_the_memory_and_what_is_answered_so_far(reviews: Session) -> None:
    table = made(reviews, "states", sample=3, unit=1)
    assert isinstance(table, Table) and table.head == ("word", "memory moves", "unit 1", "answer so far")
    x = reviews.data.train.x[3:4]
    numbers = x[0].astype(int)
    assert len(table.rows) == int((np.cumsum(numbers > 0) > 0).sum())
    answer = reviews.model.predict(x)[0]
    best = int(answer.argmax())
    assert table.rows[-1][-1] == f"{reviews.data.class_names[best]} {answer[best]:.2f}"


def test_the_nearest_words_are_those_of_the_largest_cosine(reviews: Session) -> None:
    table = reviews.model.layers[0].weight("embeddings")[2:502]
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    expected = np.argsort(-(unit @ unit[7]), kind="stable")[:5]
    assert list(nearest(table.astype(np.float64), 7)[:5]) == list(expected)
    picture = made(reviews, "embedding", word=7)
    assert isinstance(picture, Table)
    feature: Any = reviews.data.preparation.features[0]  # type: ignore[union-attr]  # a text has one
    assert [row[0] for row in picture.rows[:5]] == [feature.vocabulary[at] for at in expected]
    assert picture.rows[1][1] == f"{(unit @ unit[7])[expected[1]]:+.3f}"
    text = np.zeros((1, *reviews.data.input_shape), np.float32)
    text[0, -1] = 7 + 2
    answer = reviews.model.predict(text)[0]
    assert picture.rows[0][2] == f"{reviews.data.class_names[int(answer.argmax())]} {answer.max():.2f}"


def test_outputs_that_are_weighted_sums_are_told_as_probabilities() -> None:
    spec = templated("reviews", "LSTM")
    last = len(spec.layers) - 1
    spec = set_value(spec, f"layers.{last}.activation", "linear")
    spec = set_value(spec, "compile.loss", {"type": "sparse_categorical_crossentropy", "from_logits": True})
    session = trained(spec, 3)
    sums = session.model.predict(session.data.train.x[:1]).astype(np.float64)
    chance = np.exp(sums[0]) / np.exp(sums[0]).sum()
    said = f"{session.data.class_names[int(chance.argmax())]} {chance.max():.2f}"
    assert made(session, "states").rows[-1][-1] == said
    assert all(0.5 <= float(row[-1].split()[-1]) <= 1 for row in made(session, "embedding").rows)


def test_an_autoencoder_of_a_table_shows_each_feature_in_its_own_unit() -> None:
    session = trained(templated("iris", "autoencoder"))
    table = made(session, "reconstruction", sample=2)
    assert isinstance(table, Table)
    data, x = session.data, session.data.train.x[2:3]
    back = session.model.predict(x)
    assert f"mean squared error {((back - x) ** 2).mean():.4f}" in table.caption
    for at, row in enumerate(table.rows):
        assert row[1] == f"{(x[0] * data.scale + data.shift)[at]:.4g}"
        assert row[2] == f"{(back[0].astype(float) * data.scale + data.shift)[at]:.4g}"


def test_an_autoencoder_of_images_shows_pairs() -> None:
    session = trained(templated("digits", "autoencoder"))
    tiles = made(session, "reconstruction")
    assert isinstance(tiles, Tiles) and len(tiles.images) == 24
    x = session.data.train.x[:1]
    back = session.model.predict(x)
    assert f"sample 1: {((back.reshape(x.shape) - x) ** 2).mean():.4f}." in tiles.caption


@pytest.mark.parametrize("name", ["filters", "feature_maps", "states", "reconstruction", "embedding"])
def test_a_view_that_does_not_apply_says_what_would_show_it(name: str) -> None:
    session = Session(example("clinical-trial"), None, keep_history=False)
    picture = made(session, name)
    assert isinstance(picture, Sentence)
    assert "xample" in picture.caption or "template" in picture.caption


@pytest.mark.parametrize(
    ("name", "insights"),
    [("digits", ("filters", "feature_maps")), ("co2", ("states",)), ("reviews", ("embedding",))],
)
def test_looking_changes_nothing(name: str, insights: tuple[str, ...]) -> None:
    spec = example(name)
    plain, watched = trained(spec, 1), trained(spec, 1)
    for session in (plain, watched):
        steps = session.steps()
        for _ in range(12):
            next(steps)
            if session is watched:
                for insight in insights:
                    made(session, insight)
    for one, other in zip(plain.model.get_weights(), watched.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
