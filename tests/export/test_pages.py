"""Pages made of the experiment alone: its code for Keras."""

from __future__ import annotations

import pytest

from nn_tui.experiment.examples import example, examples
from nn_tui.experiment.spec_file import set_value
from nn_tui.export.keras_code import keras_code, read_keras_code
from nn_tui.export.keras_code.colouring import coloured
from nn_tui.export.pages import code, code_text, views
from nn_tui.insight.pictures import Page, Sentence


def text_of(page: Page) -> str:
    return "\n".join("".join(text for text, _ in line) for line in page.lines) + "\n"


@pytest.mark.parametrize("name", list(examples()))
def test_colours_change_no_letter_of_the_code(name: str) -> None:
    spec = example(name)
    page = code(spec, part=1)
    assert isinstance(page, Page) and text_of(page) == code_text(spec) == keras_code(spec) + "\n"


def test_keywords_texts_numbers_and_comments_are_told_apart() -> None:
    (line,) = coloured("def f(x): return x * 0.5 if 'a' else None  # half\n")
    assert line == (
        ("def", "mark"), (" f(x): ", "text"), ("return", "mark"), (" x * ", "text"), ("0.5", "train"),
        (" ", "text"), ("if", "mark"), (" ", "text"), ("'a'", "validation"), (" ", "text"),
        ("else", "mark"), (" ", "text"), ("None", "mark"), ("  ", "text"), ("# half", "faint"),
    )  # fmt: skip
    assert [line[0] for line in coloured('"""one\ntwo"""\n')] == [
        ('"""one', "validation"),
        ('two"""', "validation"),
    ]


def test_the_page_begins_with_the_network_and_is_of_the_experiment_as_it_is() -> None:
    spec = set_value(example("circle"), "layers.0.units", 7)
    page = code(spec)
    assert isinstance(page, Page)
    assert text_of(page).startswith("model = keras.Sequential(") and "units=7" in text_of(page)
    whole = code(spec, part=1)
    assert isinstance(whole, Page)
    assert read_keras_code(text_of(whole)).spec.layers == spec.layers
    assert f"of {len(whole.lines)} lines" in page.caption


def test_what_keras_has_not_is_said() -> None:
    spec = set_value(example("circle"), "compile.optimizer", {"type": "PlaygroundSGD"})
    page = code(spec)
    assert isinstance(page, Sentence) and "PlaygroundSGD" in page.caption


def test_pages_come_after_the_insights() -> None:
    names = list(views())
    assert names[:1] == ["network"] and names[-1:] == ["code"]
