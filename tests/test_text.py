"""Text for people: what is seen stays, what is not becomes its escape."""

from __future__ import annotations

import io
import sys

import pytest

from nn_tui.engine.layers import Dense
from nn_tui.engine.models import Sequential
from nn_tui.errors import NnTuiError
from nn_tui.insight.pictures import Page, Table
from nn_tui.text import (
    MOST_MARKS,
    _is_plain,
    _shown,
    bare,
    clean_line,
    clean_streams,
    clean_text,
    without_orders,
)
from tests.hostile import NAMES, is_clean


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("speed [m/s]", "speed [m/s]"),
        ("a\nb\rc\td", r"a\nb\rc\td"),
        ("\x1b[2J\x00\x7f\x9b", r"\x1b[2J\x00\x7f\x9b"),
        ("\u202eevil\u2066", r"\u202eevil\u2066"),
        ("zero\u200bwidth\u00ad", r"zero\u200bwidth\xad"),
        ("\ud800", r"\ud800"),
        ("\u0378\ue000", r"\u0378\ue000"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("身高（厘米）\u3000é no\u00a0break", "身高（厘米）\u3000é no\u00a0break"),
        ("👩‍🚀 👩🏽‍🚀 🏳️‍🌈 ❤️ 🇩🇪 1️⃣", "👩‍🚀 👩🏽‍🚀 🏳️‍🌈 ❤️ 🇩🇪 1️⃣"),
        ("a\u200db \u200d👩 می‌خواهم n\u200co", r"a\u200db \u200d👩 می‌خواهم n\u200co"),
        ("\u0301a", r"\u0301a"),
        ("\u3164\u115f", r"\u3164\u115f"),
        ("", ""),
    ],
)
def test_what_is_not_seen_is_written_as_its_escape(text: str, shown: str) -> None:
    # In ASCII, as half a character cannot be told of where this fails.
    assert ascii(clean_line(text)) == ascii(shown)
    assert clean_line(shown) == shown


def test_what_is_quickly_seen_to_be_clean_is_what_looking_closely_finds() -> None:
    for number in range(0x10000):
        if _is_plain(chr(number)):
            assert "".join(_shown(chr(number))) == chr(number), hex(number)


def test_accents_stay_on_their_line() -> None:
    shown = clean_line("e" + "\u0301" * 50)
    assert shown.startswith("e" + "\u0301" * MOST_MARKS + r"\u0301") and shown.count("\u0301") == MOST_MARKS


def test_a_long_text_keeps_its_ends() -> None:
    assert clean_line("a" * 10_000, 20) == "a" * 11 + "..." + "a" * 6
    assert len(clean_line("\x1b" * 10_000, 50)) == 50
    assert clean_line("short", 20) == "short"


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_every_name_becomes_text(name: str) -> None:
    for made in (clean_line(name), clean_text(name), str(NnTuiError(f"{name} is wrong.", name))):
        assert is_clean(made)
        made.encode()
    assert "\n" not in clean_line(name) + str(NnTuiError(name))
    assert len(str(NnTuiError(name, name))) <= 4001


def test_lines_stay_lines_only_where_several_are_meant() -> None:
    assert clean_text("one\ntwo\x1b\n") == "one\ntwo\\x1b\n" and clean_line("one\n") == r"one\n"


def test_what_is_laid_out_keeps_its_width() -> None:
    assert ascii(without_orders("a\x1b[2J\x9b\u202eb\ud800│▁é👩‍🚀")) == ascii("a[2Jb?│▁é👩‍🚀")


def test_all_that_is_printed_is_cleaned_and_orders_of_our_own_go_around(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with clean_streams():
        print("a\x1b[2J", file=sys.stderr)
        sys.stdout.writelines(["b\x9b\n"])
        bare(sys.stdout).write("\x1b[K")
        assert sys.stdout.isatty() is False and bare(sys.stdout) is bare(bare(sys.stdout))
    printed = capsys.readouterr()
    assert printed.err == "a\\x1b[2J\n" and printed.out == "b\\x9b\n\x1b[K"
    assert bare(io.StringIO()) is not sys.stdout


def test_pictures_are_clean_from_the_start() -> None:
    table = Table(("a\x1b", "b"), (("c\n", "d"),), "e\u202e")
    assert (table.head, table.rows, table.caption) == ((r"a\x1b", "b"), ((r"c\n", "d"),), r"e\u202e")
    lines = ((("plain [m/s]", "text"),),)
    assert Page(lines, "").lines is lines


def test_the_summary_shows_names_and_obeys_none(capsys: pytest.CaptureFixture[str]) -> None:
    model = Sequential([Dense(2, input_shape=(3,), name="\x1b[2J\n")], name="\x1b]52;c;QQ==\x07")
    model.summary()
    printed = capsys.readouterr().out
    assert is_clean(printed) and r"\x1b]52;c;QQ==\x07" in printed and r"\x1b[2J\n (Dense)" in printed
    assert len({len(line) for line in printed.splitlines()[1:5]}) == 1
