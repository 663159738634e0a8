"""A lesson's text, from Markdown to lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn_tui.errors import SpecError
from nn_tui.lessons.lesson import Block
from nn_tui.lessons.placeholders import filled
from nn_tui.lessons.reading import pieces, plain, read_text
from nn_tui.lessons.wrapping import cells, joined, wrapped

TEXT = """# Title

## First page

A paragraph that
goes on.
- one
- two
  goes on

```
model = Sequential([
    Dense(3),
```

- [ ] `do-it` Press `b`
  now.
  > A hint
  that goes on.

## Last
What?

> Because.
"""


def test_pages_blocks_tasks_hints_and_answers_are_told_apart() -> None:
    title, (first, last) = read_text(TEXT)
    assert title == "Title"
    assert first.blocks == (
        Block("text", "A paragraph that goes on."),
        Block("item", "one"),
        Block("item", "two goes on"),
        Block("code", "model = Sequential([\n    Dense(3),"),
    )
    assert (first.task, first.doing, first.hint) == ("do-it", "Press `b` now.", "A hint that goes on.")
    assert last.title == "Last" and last.answer == (Block("text", "Because."),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Title",
        "## Page",
        "# T\nwords\n## P",
        "# T\n## P\n- [ ] `a` x\n\n- [ ] `b` y",
        "# T\n## P\n  > hint",
    ],
)
def test_a_text_without_the_form_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        read_text(text)


def test_marks_are_read() -> None:
    found = [(piece.text, piece.mark) for piece in pieces("a **b** c *d e* `f*g*` 2 * 3 * 4")]
    assert found == [
        ("a ", ""), ("b", "strong"), (" c ", ""), ("d e", "stress"), (" ", ""), ("f*g*", "code"),
        (" 2 * 3 * 4", ""),
    ]  # fmt: skip
    assert plain("**b** `c`") == "b c"


def test_chinese_lines_are_joined_without_a_space() -> None:
    assert joined("神经网络", "由层组成") == "神经网络由层组成"
    assert joined("a network", "of layers") == "a network of layers"


def test_a_chinese_character_takes_two_cells_and_no_line_begins_with_a_full_stop() -> None:
    assert cells("层 (layer)") == 10
    lines = wrapped([("神经网络由层组成。层由节点组成。", "")], 16)
    assert ["".join(text for text, _ in line) for line in lines] == [
        "神经网络由层组",
        "成。层由节点组",
        "成。",
    ]


@given(st.text(alphabet="ab 层。，(）-`1", max_size=60), st.integers(4, 20))
def test_no_line_is_too_wide_and_nothing_but_spaces_is_lost(text: str, width: int) -> None:
    lines = wrapped([(text[:9], "x"), (text[9:], "")], width)
    for line in lines:
        assert sum(cells(part) for part, _ in line) <= width
    kept = "".join(part for line in lines for part, _ in line)
    assert kept.replace(" ", "") == text.replace(" ", "")


class _Thing:
    loss = 0.12345
    _hidden = 1

    def __getitem__(self, words: str) -> int:
        return len(words)


def test_placeholders_are_filled_by_name_part_index_and_format() -> None:
    numbers = {"trained": _Thing(), "list": [[1, 2.5]], "map": {"a": 3}}
    assert filled("{trained.loss:.2f} {list[0][1]} {map.a} {map[a]}", numbers) == "0.12 2.5 3 3"
    assert filled("{trained[fit.epochs=5 b=1]}", numbers) == "16"
    assert filled("a {} {1} {A}", numbers) == "a {} {1} {A}"


@pytest.mark.parametrize(
    "text", ["{nothing}", "{trained.nothing}", "{list[7]}", "{trained._hidden}", "{map[b]}"]
)
def test_a_placeholder_that_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(SpecError):
        filled(text, {"trained": _Thing(), "list": [1], "map": {"a": 3}})
