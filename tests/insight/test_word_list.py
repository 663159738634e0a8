"""The word list beside the network: what each rule makes of a sentence, and how often each is right."""

from __future__ import annotations

import numpy as np
import pytest

from nn_tui.insight.pictures import Sentence, Table
from nn_tui.insight.word_list import COMPLAINT, PRAISE, SIZES, verdict, word_list

# isort: split
from tests.insight.trained import trained


@pytest.mark.parametrize(
    ("text", "size", "turning", "told"),
    [
        ("A great film with great actors", 3, False, 1),
        ("Bad food, bad staff", 3, False, -1),
        ("It has never crashed on me", 20, True, 0),
        ("Good food, bad staff", 5, False, 0),
        ("The food was not good", 10, False, 1),
        ("The food was not good", 10, True, -1),
        ("It wasn't a bad film", 10, True, 1),
        ("Not what I wanted, but good", 10, True, 1),
        ("A lovely place", 3, False, 0),
        ("A lovely place", 20, False, 1),
    ],
)
def test_a_sentence_is_judged_by_its_words(text: str, size: int, turning: bool, told: int) -> None:
    assert verdict(text, size, turning) == told


def test_the_list_is_as_long_as_it_says_and_no_word_is_on_both_sides() -> None:
    assert len(PRAISE) == len(COMPLAINT) == max(SIZES)
    assert not set(PRAISE) & set(COMPLAINT)


def test_both_are_judged_on_the_same_rows() -> None:
    asked = trained("reviews", 3)
    picture = word_list(asked, rows=1, words=3, shown=3)
    assert isinstance(picture, Table)
    split = asked.data.test
    positive = asked.data.class_names.index("positive")
    answers = np.where(asked.model.predict(split.x).argmax(axis=1) == positive, "+", "-")
    truth = np.where(split.y == positive, "+", "-")
    assert [row[0] for row in picture.rows] == truth.tolist()
    assert [row[2] for row in picture.rows] == answers.tolist()
    texts = [str(split.table.column("review").values[at]) for at in split.rows]
    assert [row[3] for row in picture.rows] == texts
    by_list = [{1: "+", -1: "-", 0: "?"}[verdict(text, 20, False)] for text in texts]
    assert [row[1] for row in picture.rows] == by_list
    right = np.mean(np.array(by_list) == truth)
    assert (
        f"the list {right:.0%}, the network {np.mean(answers == truth):.0%} of 80 test rows"
        in picture.caption
    )


@pytest.mark.parametrize(("shown", "kept"), [(0, (1, 2)), (1, (0, 1)), (2, (0, 2))])
def test_the_rows_can_be_chosen_by_who_is_wrong(shown: int, kept: tuple[int, int]) -> None:
    picture = word_list(trained("reviews", 3), rows=2, shown=shown)
    assert isinstance(picture, Table)
    assert picture.rows and all(row[kept[0]] != row[kept[1]] for row in picture.rows)


@pytest.mark.parametrize("name", ["penguins", "digits", "circle"])
def test_other_data_are_told_what_would_show_it(name: str) -> None:
    assert isinstance(word_list(trained(name, 1)), Sentence)
