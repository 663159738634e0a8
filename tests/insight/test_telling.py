"""Pictures in words, each kind of them."""

from __future__ import annotations

import numpy as np

from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import (
    Bars,
    Board,
    Graph,
    Heatmap,
    Intervals,
    Lines,
    Page,
    Points,
    Sentence,
    Series,
    Table,
    Tiles,
)
from nn_tui.insight.pictures import Column as Layer
from nn_tui.insight.telling import picture_sentences


def test_a_boundary_is_told_by_region_with_the_rows_that_are_right() -> None:
    values = np.ones((30, 30))
    values[:, :15] = -1  # the left half is the first class
    points = Points(np.array([-0.9, 0.9, 0.95]), np.array([0.9, 0.9, 0.95]), np.array([-1.0, 1.0, -1.0]))
    picture = Heatmap(
        values, (-1, 1), (-1, 1), "x", "y", "Each colour is a class; right: training 67%.",
        class_names=("a", "b"), points=(points,),
    )  # fmt: skip
    told = picture_sentences(picture)
    assert told[0] == "Right: training 67%."
    assert told[1] == "x goes from -1, left, to 1, right; y from -1, bottom, to 1, top."
    assert "Top left: all a; 1 of 1 rows there right." in told
    assert "Top right: all b; 1 of 2 rows there right." in told
    assert "Centre: a 50%, b 50%; no rows there." in told
    assert len(told) == 11


def test_a_function_of_one_input_is_told_at_some_places_with_its_crossing() -> None:
    x = np.linspace(0, 10, 101)
    series = Series("network", x, (x > 6).astype(float))
    told = picture_sentences(Lines((series,), "age", "P(ill)", "Share of ill.", y_bounds=(0.0, 1.0)))
    assert told[1].startswith("Network, P(ill) by age: 0 at 0, 0 at 2.5, 0 at 5, 1 at 7.5, 1 at 10.")
    assert told[1].endswith("It crosses 0.5 at age 6.")


def test_a_network_is_told_with_its_strongest_weights() -> None:
    columns = (
        Layer("Input", "2", 2, (2,), labels=("x", "y")),
        Layer("Dense 2", "softmax", 2, (2,), labels=("a", "b")),
    )
    edges = np.array([[0.1, -3.0], [2.0, 0.5]])
    told = picture_sentences(Graph(columns, (edges,), "Blue positive."))
    assert told[:2] == ["Blue positive.", "Column 0, Input 2, 2 nodes: x, y."]
    assert told[2].startswith("4 weights lead on, 75% positive; the strongest: x to b -3.00, y to a +2.00")


def test_bars_images_and_reasons_are_told() -> None:
    assert picture_sentences(Bars(("a", "b"), (3.0, 4.0), "Two.")) == ["Two.", "a: 3.", "b: 4."]
    tiles = Tiles((np.zeros((2, 2, 1)),), ("seven",), "1 image.")
    assert picture_sentences(tiles) == ["1 image.", "They are, in order: seven."]
    assert picture_sentences(Sentence("No picture here.")) == ["No picture here."]


def test_text_tables_and_boards_are_told_line_by_line() -> None:
    page = Page(((("w = ", "text"), ("0.5", "strong")), (("done", "faint"),)), "A step.")
    assert picture_sentences(page) == ["A step.", "w = 0.5", "done"]
    table = Table(("", "cat", "dog"), (("cat", "3", ""), ("dog", "1", "4")), "Counts.")
    assert picture_sentences(table) == ["Counts.", "cat, cat 3.", "dog, cat 1, dog 4."]
    board = Board(("one", "two"), (page, Sentence("Nothing.")), "Both.")
    assert picture_sentences(board) == ["Both.", "one:", "A step.", "w = 0.5", "done", "two:", "Nothing."]


def test_numbers_are_said_with_three_digits() -> None:
    assert short_number(float("nan")) == "not a number"
    assert [short_number(value) for value in (0.32834, 12345.6, 1e-7, 0.0)] == [
        "0.328", "12346", "1.00e-07", "0",
    ]  # fmt: skip


def test_means_are_told_with_their_spreads() -> None:
    told = picture_sentences(Intervals(("8", "16"), (0.5, 0.75), (0.1, 0.0), (3, 1), "Means."))
    assert told == ["Means.", "8: 0.5, spread 0.1, of 3 values.", "16: 0.75."]
