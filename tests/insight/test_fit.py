"""The fit over every kind of data, against plain NumPy and scikit-learn."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from nn_tui.experiment.build import build_model, load_data
from nn_tui.experiment.examples import example
from nn_tui.experiment.session import Session
from nn_tui.experiment.sources import open_source
from nn_tui.experiment.spec_file import set_value
from nn_tui.insight.fit import fit
from nn_tui.insight.fit_planes import axes, components, two_features, usual
from nn_tui.insight.pictures import Heatmap, InsightRequest, Lines, Sentence
from nn_tui.insight.telling import picture_sentences
from nn_tui.tui.painters.look import Look
from nn_tui.tui.painters.paint import paint


def request(name: str) -> InsightRequest:
    spec = example(name)
    data = load_data(spec.data)
    return InsightRequest(build_model(spec, data.input_shape), data)


def words_of(picture: Heatmap | Lines) -> dict[str, str]:
    return {control.option: control.words for control in picture.controls}


def drawn(picture: object, look: Look | None = None) -> str:
    return "\n".join(strip.text for strip in paint(picture, 80, 30, look or Look()))  # type: ignore[arg-type]


def test_two_features_are_drawn_with_the_others_at_their_median() -> None:
    asked = request("iris")
    data = asked.data
    picture = fit(asked, grid=12, across=2, up=0)
    assert isinstance(picture, Heatmap)
    assert (picture.x_label, picture.y_label) == ("petal_length", "sepal_length")
    row = np.median(data.train.x, axis=0)
    (left, _), (_, top) = picture.x_bounds, picture.y_bounds
    row[2] = (left - data.shift[2]) / data.scale[2]
    row[0] = (top - data.shift[0]) / data.scale[0]
    answer = asked.model.predict(row[None].astype(np.float32))[0]
    assert picture.values[0, 0] == answer.argmax()
    assert picture.strength is not None
    assert picture.strength[0, 0] == pytest.approx(answer.max(), abs=1e-5)
    own = data.train.x * data.scale + data.shift
    np.testing.assert_allclose(picture.points[0].x, own[:, 2], rtol=1e-5)
    assert "The other 2 features at their median" in picture.caption
    guess = asked.model.predict(data.test.x).argmax(axis=1)
    assert f"test {(guess == data.test.y).mean():.1%}" in picture.caption


def test_places_beyond_the_end_begin_again_and_no_feature_is_both_axes() -> None:
    asked = request("iris")
    picture = fit(asked, grid=8, across=5, up=1)
    assert isinstance(picture, Heatmap)
    assert words_of(picture)["across"] == "sepal_width" and words_of(picture)["up"] == "petal_length"


def test_main_components_are_those_of_scikit_learn() -> None:
    decomposition = pytest.importorskip("sklearn.decomposition")
    asked = request("iris")
    data = asked.data
    picture = fit(asked, grid=10, plane=1)
    assert isinstance(picture, Heatmap)
    found = decomposition.PCA(2).fit(data.train.x.astype(np.float64))
    _, directions, share = components(data)
    np.testing.assert_allclose(np.abs(directions), np.abs(found.components_), atol=1e-6)
    assert share == pytest.approx(found.explained_variance_ratio_.sum())
    places = found.transform(data.train.x.astype(np.float64))
    np.testing.assert_allclose(np.abs(picture.points[0].x), np.abs(places[:, 0]), atol=1e-5)
    assert f"{share:.0%} of the variance" in picture.caption
    assert [*words_of(picture)] == ["plane", "colours", "tests"]


def test_images_and_sequences_are_drawn_over_their_main_components() -> None:
    for name in ("digits", "co2"):
        picture = fit(request(name))
        assert isinstance(picture, Heatmap) and picture.values.shape == (20, 20)
        assert "main components hold" in picture.caption


def test_a_choice_is_one_axis_with_its_words_and_one_of_them_at_a_time() -> None:
    asked = request("penguins")
    data = asked.data
    names = [axis.name for axis in axes(data)]
    assert names[0] == "island" and "sex" in names and "bill_length_mm" in names
    assert not any("missing" in name for name in names)
    plane = two_features(data, 0, 1)
    rows = plane.rows(np.array([[0.2, 45.0], [2.4, 45.0]]))
    np.testing.assert_array_equal(rows[:, :3], [[1, 0, 0], [0, 0, 1]])
    typical = usual(data)
    sex = typical[[at for at, name in enumerate(data.feature_names) if name.startswith("sex")]]
    assert sorted(sex) == [0, 0, 1]
    bill = data.feature_names.index("bill_length_mm")
    assert rows[0, bill] * data.scale[bill] + data.shift[bill] == pytest.approx(45, rel=1e-5)
    picture = fit(asked, grid=9)
    assert isinstance(picture, Heatmap)
    text = drawn(picture)
    assert all(word in text for word in ("Biscoe", "Dream", "Torgersen", "Adelie", "Gentoo"))
    islands = data.train.x[:, :3].argmax(axis=1)
    np.testing.assert_array_equal(np.rint(picture.points[0].x), islands)


def test_colours_are_smooth_or_discrete() -> None:
    asked = request("circle")
    smooth, discrete = fit(asked, grid=10), fit(asked, grid=10, colours=1)
    assert isinstance(smooth, Heatmap) and isinstance(discrete, Heatmap)
    np.testing.assert_array_equal(discrete.values, np.where(smooth.values > 0, 1, -1))
    assert len(np.unique(smooth.values)) > 20
    assert words_of(discrete)["colours"] == "discrete"


def test_test_points_are_on_or_off_and_differ_without_colour() -> None:
    asked = request("circle")
    on, off = fit(asked, grid=10), fit(asked, grid=10, tests=1)
    assert isinstance(on, Heatmap) and isinstance(off, Heatmap)
    assert [points.role for points in on.points] == ["train", "test"]
    assert [points.role for points in off.points] == ["train"]
    assert "test" not in off.caption
    plain = drawn(on, Look(colour=False))
    assert "X" in plain and "O" in plain and "o orange" in plain
    assert "X" not in drawn(off, Look(colour=False))


def trained(name: str, epochs: int) -> InsightRequest:
    session = Session(set_value(example(name), "fit.epochs", epochs))
    for _ in session.steps():
        pass
    return InsightRequest(session.model, session.data)


def test_a_regression_shows_predicted_against_true_and_residuals_in_its_own_unit() -> None:
    asked = trained("diabetes", 3)
    data = asked.data
    assert data.preparation is not None and data.test is not None
    shift, scale = data.preparation.target_shift, data.preparation.target_scale
    truth = data.test.y * scale + shift
    answer = asked.model.predict(data.test.x)[:, 0] * scale + shift
    picture = fit(asked, show=1)
    assert isinstance(picture, Lines)
    diagonal, _, test = picture.series
    np.testing.assert_array_equal(diagonal.x, diagonal.y)
    np.testing.assert_allclose(test.x, truth, rtol=1e-5)
    np.testing.assert_allclose(test.y, answer, rtol=1e-4)
    r2 = 1 - np.square(truth - answer).sum() / np.square(truth - truth.mean()).sum()
    assert f"test R2 {r2:.3f}, mean error {np.abs(truth - answer).mean():.3g}" in picture.caption
    off = fit(asked, show=2)
    assert isinstance(off, Lines)
    np.testing.assert_allclose(off.series[2].y, truth - answer, rtol=1e-3, atol=1e-2)
    assert f"test mean {(truth - answer).mean():.3g}" in off.caption
    over = fit(asked, grid=8)
    assert isinstance(over, Heatmap) and over.ends is not None
    own = data.train.y * scale + shift
    assert over.ends == (pytest.approx(own.min(), rel=1e-4), pytest.approx(own.max(), rel=1e-4))
    assert np.abs(truth - answer).mean() == pytest.approx(
        float(over.caption.split("test ")[1].split(".  ")[0].split()[0].rstrip(".")), rel=1e-2
    )


def test_rows_of_words_have_nothing_between_them() -> None:
    picture = fit(request("reviews"))
    assert isinstance(picture, Sentence) and "circle" in picture.caption


def test_one_input_with_three_classes_has_a_line_for_each() -> None:
    asked = request("iris")
    data = asked.data
    one = dataclasses.replace(
        data,
        train=dataclasses.replace(data.train, x=data.train.x[:, :1]),
        validation=None,
        test=None,
        feature_names=("sepal_length",),
        preparation=None,
        shift=data.shift[:1],
        scale=data.scale[:1],
    )
    spec = example("iris")
    picture = fit(InsightRequest(build_model(spec, (1,)), one))
    assert isinstance(picture, Lines) and [line.name for line in picture.series] == list(data.class_names)
    np.testing.assert_allclose(sum(line.y for line in picture.series), 1, atol=1e-5)


def test_watching_the_fit_leaves_the_training_bit_for_bit_as_it_is() -> None:
    def weights(watched: bool) -> list[np.ndarray]:
        session = Session(set_value(example("iris"), "fit.epochs", 3))
        for number, _ in enumerate(session.steps()):
            if watched and number % 3 == 0:
                fit(InsightRequest(session.model, session.data), plane=number % 2)
        return session.model.get_weights()

    for alone, seen in zip(weights(False), weights(True), strict=True):
        np.testing.assert_array_equal(alone, seen)


@pytest.mark.parametrize("name", ["iris", "penguins", "diabetes", "circle", "clinical-trial"])
def test_it_is_told_without_colours(name: str) -> None:
    told = " ".join(picture_sentences(fit(request(name), grid=10)))
    assert "Blue" not in told and "colour" not in told and "orange -" not in told


@pytest.mark.parametrize(("show", "said"), [(0, "mean error: training "), (1, "mean error ")])
def test_errors_of_large_numbers_are_written_out(tmp_path: Path, show: int, said: str) -> None:
    rows = "".join(
        f"{area},{rooms},{3000 * area + 5000 * rooms}\n" for area in range(20, 60) for rooms in (1, 4)
    )
    (tmp_path / "houses.csv").write_text(f"area,rooms,price\n{rows}")
    spec = open_source(str(tmp_path / "houses.csv"))
    data = load_data(spec.data)
    picture = fit(InsightRequest(build_model(spec, data.input_shape), data), grid=8, show=show)
    assert said in picture.caption and "e+0" not in picture.caption
