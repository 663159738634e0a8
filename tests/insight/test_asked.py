"""The answer for a row of one's own, against the model's predictions."""

from dataclasses import replace

import numpy as np
import pytest

from nn_tui.errors import ShapeError
from nn_tui.insight.asked import answer
from nn_tui.insight.pictures import Bars, Page, Tiles
from nn_tui.insight.telling import picture_sentences
from tests.insight.trained import trained


def test_the_probabilities_are_those_of_predict() -> None:
    asked = trained("digits", 2)
    row = asked.data.test.x[3:4]
    picture = answer(asked, row)
    assert isinstance(picture, Bars)
    shares = asked.model.predict(row)[0]
    np.testing.assert_allclose(picture.numbers, shares, rtol=1e-6)
    assert picture.names == tuple("0123456789") and picture.full == 1 and picture.best == shares.argmax()
    assert picture.written[0] == f"{shares[0]:.1%}"
    second = np.argsort(-shares)[1]
    assert picture.caption == (
        f"digit: {shares.argmax()}, {shares.max():.1%}; else {second}, {shares[second]:.1%}."
    )
    assert f"{shares.argmax()}: {shares.max():.1%}." in picture_sentences(picture)


def test_of_many_classes_the_most_probable_come_first() -> None:
    asked = trained("digits", 1)

    class Many:
        """Answers forty classes."""

        loss = asked.model.loss

        def predict(self, x: np.ndarray) -> np.ndarray:
            return np.arange(40, dtype=np.float32)[None, :]

    names = tuple(f"class {number}" for number in range(40))
    many = replace(asked, model=Many(), data=replace(asked.data, class_names=names))
    picture = answer(many, asked.data.test.x[:1])
    assert isinstance(picture, Bars) and picture.names[:2] == ("class 39", "class 38") and picture.best == 0
    assert sum(picture.numbers) == pytest.approx(1)


def test_a_number_comes_with_what_is_known_of_its_error() -> None:
    asked = trained("diabetes", 10)
    row = asked.data.test.x[:1]
    picture = answer(asked, row)
    assert isinstance(picture, Page)
    prepared, split = asked.data.preparation, asked.data.validation

    def own(numbers: np.ndarray) -> np.ndarray:
        return np.asarray(numbers.reshape(-1), float) * prepared.target_scale + prepared.target_shift

    value = own(asked.model.predict(row))[0]
    errors = own(split.y) - own(asked.model.predict(split.x))
    low, high = np.quantile(errors, [0.05, 0.95])
    text = "".join(part for line in picture.lines for part, _ in line)
    assert f"progression  {value:.3g}" in text
    assert f"likely {value + low:.3g} to {value + high:.3g}" in text
    assert f"Off by {np.abs(errors).mean():.3g} on average" in text
    base = np.abs(own(split.y) - own(split.y).mean()).mean()
    assert text.endswith(f"by {base:.3g}.")


def test_an_autoencoder_shows_what_it_gave_back() -> None:
    asked = trained("digits", 1)

    class Same:
        """Gives back what it is given."""

        def predict(self, x: np.ndarray) -> np.ndarray:
            return x

    data = replace(asked.data, class_names=(), task="regression")
    picture = answer(replace(asked, model=Same(), data=data), asked.data.test.x[:1])
    assert isinstance(picture, Tiles) and picture.names == ("given", "gave")
    np.testing.assert_array_equal(picture.images[0], picture.images[1])


def test_a_row_of_another_shape_is_refused() -> None:
    asked = trained("digits", 1)
    with pytest.raises(ShapeError):
        answer(asked, np.zeros((1, 3), np.float32))
