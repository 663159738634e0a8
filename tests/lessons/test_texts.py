"""The texts of every lesson in every language: computed numbers, pages that fit, an honest length."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from nn_tui.lessons.lesson import Page
from nn_tui.lessons.placeholders import placeholders
from nn_tui.lessons.reading import pieces, plain
from nn_tui.lessons.shelf import languages, lesson, names, outline, text, words
from nn_tui.lessons.sitting import View
from nn_tui.lessons.wrapping import cells
from nn_tui.tui.actions import ACTIONS
from nn_tui.tui.panels.lesson_lines import page_lines
from tests.lessons.digits import strays, texts_of

COLUMNS, LINES = 76, 16
"""What a page has at 80x24."""
CODE = 38
"""Columns of the narrowest place where a page stands beside the workbench."""
LESSONS = [(name, language) for name in names() for language in languages()]


def all_words(page: Page) -> str:
    blocks = (block.text for block in (*page.blocks, *page.answer) if block.kind == "code")
    return " ".join((*texts_of(page), *blocks))


@pytest.mark.parametrize(("name", "language"), LESSONS)
def test_no_number_is_written_by_hand(name: str, language: str) -> None:
    assert list(strays(name, *text(name, language))) == []


@pytest.mark.parametrize("name", names())
def test_every_language_has_the_same_pages_and_numbers(name: str) -> None:
    _, english = text(name, "en")
    for language in languages():
        _, pages = text(name, language)
        assert len(pages) == len(english)
        for page, other in zip(pages, english, strict=True):
            assert page.task == other.task
            assert bool(page.hint) == bool(other.hint)
            assert bool(page.answer) == bool(other.answer)
            assert sorted(placeholders(all_words(page))) == sorted(placeholders(all_words(other))), (
                page.title
            )


@pytest.mark.parametrize(("name", "language"), LESSONS)
def test_every_page_fits_a_small_terminal(name: str, language: str) -> None:
    told = lesson(name, language)
    for at, page in enumerate(told.pages):
        view = View(told, at, hinted=bool(page.hint), answered=bool(page.answer))
        lines = page_lines(view, words(language), COLUMNS)
        assert len(lines) <= LINES, page.title
        assert max(sum(cells(part) for part, _ in line) for line in lines) <= COLUMNS
        for block in (*page.blocks, *page.answer):
            if block.kind == "code":
                assert max(map(cells, block.text.splitlines())) <= CODE, block.text


@pytest.mark.parametrize(("name", "language"), LESSONS)
def test_a_lesson_says_how_long_it_takes(name: str, language: str) -> None:
    shape, told = outline(name), lesson(name, language)
    said = plain(" ".join(all_words(page) for page in told.pages))
    wide = len(re.findall(r"[\u3400-\u9fff]", said))
    reading = wide / 250 + len(re.findall(r"[A-Za-z0-9']+", said)) / 120
    estimate = reading + 0.6 * len(shape.tasks)
    assert 3 <= shape.minutes <= 10
    assert abs(estimate - shape.minutes) <= 2, f"about {estimate:.1f} minutes"


@pytest.mark.parametrize(("name", "language"), LESSONS)
def test_it_ends_with_what_was_seen_and_a_question(name: str, language: str) -> None:
    _, pages = text(name, language)
    assert pages[-1].answer and not pages[-1].task
    assert not pages[-2].task and not pages[-2].answer
    assert not any(page.answer for page in pages[:-1])
    assert all(page.hint for page in pages if page.task)


@pytest.mark.parametrize(("name", "language"), LESSONS)
def test_every_key_that_a_text_names_does_something(name: str, language: str) -> None:
    told = lesson(name, language)
    keys = {key for action in ACTIONS for key in (action.shown, *action.keys.split(","))}
    keys |= {"[", "]", "tab", "y", "x", "z", "a", "b", "w", "p"}  # also letters of formulas
    for page in told.pages:
        for said in texts_of(page):
            spans = [piece.text for piece in pieces(said) if piece.mark == "code"]
            assert all(span in keys or span.isdigit() for span in spans if len(span) == 1), spans


def test_every_language_has_the_same_words_around_the_lessons() -> None:
    for language in languages():
        assert set(words(language)) == set(words("en"))
        for key, said in words(language).items():
            assert set(_gaps(said)) == set(_gaps(words("en")[key]))


def test_the_course_is_numbered_without_gaps() -> None:
    numbers = [outline(name).number for name in names()]
    assert len(set(numbers)) == len(numbers)


def _gaps(said: str) -> Iterator[str]:
    yield from re.findall(r"\{\d\}", said)
