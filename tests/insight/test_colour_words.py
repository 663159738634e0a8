"""Captions where there are no colours: no colour is named, nothing else is lost."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import nn_tui.insight
from nn_tui.insight.colour_words import in_marks, in_words

COLOURS = re.compile(r"\b(blue|orange|gray|grey|colours?)\b", re.IGNORECASE)


def written_captions() -> Iterator[str]:
    """Give the texts of all insights that name a colour, a number in every gap."""
    for path in sorted(Path(nn_tui.insight.__path__[0]).rglob("*.py")):
        if path.stem == "colour_words":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    str(part.value) if isinstance(part, ast.Constant) else "1.5" for part in node.values
                ]
                if COLOURS.search(text := "".join(parts)):
                    yield text


def test_some_captions_name_colours() -> None:
    assert len(list(written_captions())) >= 6


@pytest.mark.parametrize("caption", written_captions())
def test_no_caption_names_a_colour_where_there_is_none(caption: str) -> None:
    assert not COLOURS.search(in_marks(caption)), in_marks(caption)
    assert not COLOURS.search(in_words(caption)), in_words(caption)


def test_marks_and_words_say_the_same_numbers() -> None:
    caption = "Blue is 3.5, orange -2; off by 0.4 on average."
    assert in_marks(caption) == "# is 3.5, = is -2; off by 0.4 on average."
    assert in_words(caption) == "The highest is 3.5, the lowest -2; off by 0.4 on average."
    assert in_words("Blue is up to 1.2, orange down to -1.2.") == "It goes from -1.2 to 1.2."


def test_a_class_of_that_name_is_no_colour() -> None:
    caption = "100.0% right: 250 of 250 test rows; always blue: 55.6%."
    assert in_marks(caption) == in_words(caption) == caption
