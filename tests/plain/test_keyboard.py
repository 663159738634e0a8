"""Keys to lines, without a terminal."""

from __future__ import annotations

import io

import pytest

from nn_tui.plain.keyboard import Line, keyboard_of


def typed(keys: str) -> tuple[str, list[str], Line]:
    """Give what is echoed, the lines that were ended, and the line that is left."""
    line = Line()
    echoed, lines = "", []
    for key in keys:
        shown, ended = line.take(key)
        echoed += shown
        lines += [] if ended is None else [ended]
    return echoed, lines, line


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("train\n", "train"),
        ("tranin\x7f\x7f\x7fin\n", "train"),
        ("wrong\x15train\r", "train"),
        ("train 5 6\x17\x177\n", "train 7"),
        ("tra\x1b[A\x1b[1;5C\x1bOHin\n", "train"),
        ("\x1btrain\n", "train"),
        ("tra\x07in\n", "train"),
        ("\x7f\x7f\x15\x17train\n", "train"),
        ("open caf\u00e9\n", "open caf\u00e9"),
        ("set lr\t1\n", "set lr 1"),
    ],
)
def test_a_line_is_edited_as_in_a_terminal(keys: str, line: str) -> None:
    echoed, lines, left = typed(keys)
    assert lines == [f"{line}\n"] and left.text == ""
    assert set(echoed) <= set(keys) | set("\b \n") and "\x1b" not in echoed


def test_what_is_erased_is_erased_on_the_screen_too() -> None:
    assert typed("ab\x7f")[0] == "ab\b \b"


def test_the_input_ends_only_at_the_beginning_of_a_line() -> None:
    assert typed("\x04")[2].ended and not typed("tra\x04")[2].ended


def test_what_is_no_terminal_is_read_line_by_line() -> None:
    assert keyboard_of(io.StringIO("train"), print) is None
