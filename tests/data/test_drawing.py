"""Drawings: the pen, and how they are brought into the form of the training images."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from nn_tui.data.dataset import Dataset, Split
from nn_tui.data.drawing import ImageForm, form_of, stroke
from nn_tui.experiment.build import load_data
from nn_tui.experiment.examples import example
from tests.data.digits_drawn import DIGITS
from tests.insight.trained import trained


def squares(height: int, width: int, *, ground: float, ink: float, channels: int = 1) -> Dataset:
    """Images of a square of 10x10 somewhere near the middle."""
    random = np.random.default_rng(0)
    x = np.full((60, height, width, channels), ground, np.float32)
    for image in x:
        top, left = (size // 2 - 5 + int(random.integers(-1, 2)) for size in (height, width))
        image[top : top + 10, left : left + 10] = ink
    split = Split(x, np.arange(60) % 2)
    return Dataset("squares", "classification", split, None, None, (), class_names=("a", "b"))


def drawn(form: ImageForm, digit: int, *, size: float, top: float, left: float) -> np.ndarray:
    """A digit drawn at a place of the grid, all of them shares of its sides."""
    ink = np.zeros(form.grid)
    rows, columns = form.grid
    for line in DIGITS[digit]:
        points = [((top + size * y) * rows, (left + size * x) * columns) for x, y in line]
        for start, end in pairwise(points):
            ink = stroke(ink, start, end, 0.056 * max(rows, columns))
    return ink


def test_a_stroke_is_full_on_its_line_soft_at_its_edge_and_nothing_beyond() -> None:
    ink = stroke(np.zeros((20, 20)), (10.5, 3.5), (10.5, 16.5), 1.5)
    assert (ink[10, 3:17] == 1).all() and (ink[9, 3:17] == 1).all()
    assert (ink[8, 4:16] == 0).all() and ink.min() == 0 and ink.max() == 1
    dot = stroke(np.zeros((20, 20)), (10.0, 10.0), (10.0, 10.0), 1.2)
    assert 0 < dot[9, 8] < 1 and np.allclose(dot, dot.T)


def test_the_eraser_takes_ink_away_and_the_pen_never_does() -> None:
    full = np.ones((9, 9))
    np.testing.assert_array_equal(stroke(full, (4, 4), (6, 6), 1), full)
    erased = stroke(full, (4.5, 4.5), (4.5, 4.5), 1, erase=True)
    assert erased[4, 4] == 0 and erased[0, 0] == 1


@pytest.mark.parametrize(("ground", "ink"), [(0.0, 1.0), (1.0, 0.0), (-0.4, 2.8), (255.0, 10.0)])
def test_ground_and_ink_are_what_the_training_images_have(ground: float, ink: float) -> None:
    form = form_of(squares(28, 28, ground=ground, ink=ink))
    assert (form.ground, form.ink) == pytest.approx((ground, ink))
    assert form.side == 10 and form.factor == 1
    image = form.image(stroke(np.zeros(form.grid), (5, 5), (9, 5), 2))
    assert image[0, 0, 27, 0] == pytest.approx(ground)
    assert abs(image - ground).max() == pytest.approx(abs(ink - ground), rel=0.05)


def test_a_small_or_misplaced_drawing_gets_the_size_and_place_of_the_training_images() -> None:
    form = form_of(squares(28, 28, ground=0, ink=1))
    ink = np.zeros(form.grid)
    ink[2:7, 20:25] = 1
    image = form.image(ink)[0, :, :, 0]
    there = image > 0.5
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    assert abs(len(rows) - 10) <= 2 and abs(len(columns) - 10) <= 2
    assert abs(rows.mean() + 0.5 - 14) < 0.7 and abs(columns.mean() + 0.5 - 14) < 0.7
    np.testing.assert_array_equal(form.image(ink, fitted=False)[0, :, :, 0], ink.astype(np.float32))


def test_small_images_are_drawn_finer_and_other_shapes_and_channels_work() -> None:
    data = squares(12, 16, ground=0, ink=1, channels=3)
    form = form_of(data)
    assert form.factor == 2 and form.grid == (24, 32)
    assert form.image(np.zeros(form.grid)).shape == (1, 12, 16, 3)
    back = form.image(form.ink_of(data.train.x[0]), fitted=False)
    np.testing.assert_allclose(back[0], data.train.x[0])


def test_nothing_drawn_is_the_ground() -> None:
    form = form_of(squares(28, 28, ground=0.25, ink=1))
    assert (form.image(np.zeros(form.grid)) == np.float32(0.25)).all()


def test_images_without_anything_in_them_have_a_form_too() -> None:
    data = squares(28, 28, ground=0, ink=1)
    empty = replace(data, train=replace(data.train, x=np.zeros_like(data.train.x)))
    form = form_of(empty)
    assert np.isfinite(form.image(np.ones(form.grid))).all()


def test_a_row_of_the_data_drawn_and_brought_back_is_itself() -> None:
    data = load_data(example("digits").data)
    form = form_of(data)
    assert form.grid == (32, 32) and not form.weighed and form.side == 8
    for image in data.train.x[:20]:
        np.testing.assert_allclose(form.image(form.ink_of(image), fitted=False)[0], image, atol=1e-6)


def test_the_network_reads_drawn_digits_wherever_and_however_large_they_are() -> None:
    asked = trained("digits", 8)
    form = form_of(asked.data)
    right = rows = 0
    for size, top, left in ((0.95, 0.02, 0.02), (0.6, 0.05, 0.35), (0.5, 0.45, 0.05)):
        for digit in DIGITS:
            image = form.image(drawn(form, digit, size=size, top=top, left=left))
            right += int(asked.model.predict(image)[0].argmax() == digit)
            rows += 1
    assert right >= 0.9 * rows, f"{right} of {rows}"
