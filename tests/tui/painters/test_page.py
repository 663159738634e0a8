"""Text, tables and boards: breaking, scrolling, the room that each picture finds."""

from __future__ import annotations

import numpy as np
import pytest

from nn_tui.insight.pictures import Board, Page, Picture, Sentence, Span, Table
from nn_tui.tui.painters.board import layout
from nn_tui.tui.painters.look import Look
from nn_tui.tui.painters.page import broken
from nn_tui.tui.painters.paint import paint
from nn_tui.tui.painters.place import Place


def texts(picture: Picture, width: int, height: int, place: Place | None = None) -> list[str]:
    strips = paint(picture, width, height, Look(), place)
    assert len(strips) == height
    assert all(strip.cell_length == width for strip in strips)
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def test_a_long_line_is_broken_at_its_spaces_and_its_rest_stands_farther_in() -> None:
    line: tuple[Span, ...] = (("  loss = ", "text"), ("one two", "strong"), (" three four", "faint"))
    found = broken(line, 18)
    assert ["".join(text for text, _ in one) for one in found] == ["  loss = one two", "    three four"]
    assert found[0][-1] == (" two", "strong")
    assert broken(line, 60) == [line]


def test_a_page_scrolls_to_its_end_and_no_farther() -> None:
    page = Page(tuple(((f"line {number}", "text"),) for number in range(20)), "")
    place = Place(top=99)
    assert texts(page, 20, 5, place)[-1] == " line 19"
    assert (place.top, place.over) == (15, 15)
    assert "▲" in texts(page, 20, 5, place)[0]
    place.top = 0
    assert texts(page, 20, 5, place)[0] == " line 0"


def test_the_head_of_a_table_stays_where_its_rows_scroll() -> None:
    rows = tuple((f"row {number}", str(number)) for number in range(9))
    table = Table(("name", "value"), rows, "", shades=np.zeros((9, 2)), chosen=8)
    lines = texts(table, 24, 4, Place(top=9))
    assert lines[0] == " name   value"
    assert lines[-1].startswith("▸row 8")


def test_a_table_that_is_too_wide_shortens_names_and_leaves_columns_out() -> None:
    table = Table(("a rather long name", "one", "two"), (("x", "1", "2"),), "")
    assert texts(table, 18, 2)[0] == " a rat…  one  two"
    assert texts(table, 13, 2)[0] == " a rat…  one"


@pytest.mark.parametrize(
    ("count", "width", "height", "expected"),
    [(4, 100, 40, (2, 2)), (3, 60, 12, (2, 1)), (1, 30, 10, (1, 1)), (6, 28, 16, (1, 2))],
)
def test_a_board_gives_each_picture_its_least_size(
    count: int, width: int, height: int, expected: tuple[int, int]
) -> None:
    assert layout(count, width, height, 28, 8) == expected


def test_a_board_that_is_too_small_for_all_scrolls_by_rows_of_pictures() -> None:
    titles = tuple(f"picture {number}" for number in range(5))
    board = Board(titles, tuple(Sentence(title) for title in titles), "Five.")
    place = Place()
    assert texts(board, 30, 17, place)[0] == " picture 0"
    assert place.over == 3
    place.top = 3
    assert texts(board, 30, 17, place)[0] == " picture 3"


def test_wide_letters_take_two_cells() -> None:
    table = Table(("", "n"), (("猫", "1"), ("dog", "2")), "")
    lines = texts(table, 12, 3)
    assert lines[1:] == [" 猫   1", " dog  2"]
