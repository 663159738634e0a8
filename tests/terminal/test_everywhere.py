"""The screen is right in every terminal: its size, its name, its colours, its characters."""

from __future__ import annotations

import contextlib
import random
import re

import pytest

from tests.terminal.program import Terminal
from tests.terminal.screens import (
    Look,
    curve_columns,
    drawn_by_the_app,
    epoch_shown,
    wait_until_still,
    wait_until_whole,
    without_charts,
)

SIZES = [(200, 60), (120, 36), (80, 24), (60, 20), (40, 12)]


_drawn: dict[Look, list[str]] = {}
"""What the app has drawn; it does not depend on the terminal."""


def train_to_the_end(terminal: Terminal) -> None:
    terminal.wait_for("ready")
    terminal.press(" ")
    terminal.wait_for("finished")


async def wait_until_drawn(terminal: Terminal, keys: str = "") -> None:
    """Wait until the terminal shows what the app itself draws at this size, charts left out."""
    look = terminal.size, keys
    if look not in _drawn:
        [_drawn[look]] = await drawn_by_the_app(look)
    expected = without_charts(_drawn[look])
    with contextlib.suppress(AssertionError):
        terminal.wait(lambda now: without_charts(now.lines) == expected, 30)
    assert "\n".join(without_charts(terminal.lines)) == "\n".join(expected)


@pytest.mark.slow
async def test_every_size_and_back_while_it_trains() -> None:
    with Terminal("--set", "fit.epochs=100000") as terminal:
        terminal.wait_for("ready")
        terminal.press(" ")
        for size in (*SIZES, (120, 36)):
            terminal.resize(*size)
            before = epoch_shown(terminal)
            terminal.wait(lambda now, before=before: epoch_shown(now) > before + 20)  # type: ignore[misc]
            terminal.wait(lambda now: "training" in now.lines[0] and now.lines[-1].strip())
            wait_until_whole(terminal)
        terminal.press("q")
        assert terminal.end() == 0
        terminal.assert_clean()


@pytest.mark.parametrize(
    "sizes", [[(80, 24)], pytest.param([*SIZES, (120, 36)], marks=pytest.mark.slow)], ids=["80x24", "all"]
)
async def test_the_terminal_shows_what_the_app_draws(sizes: list[tuple[int, int]]) -> None:
    looks = [(size, view) for size in sizes for view in "lb"]
    _drawn.update(zip(looks, await drawn_by_the_app(*looks), strict=True))
    with Terminal() as terminal:
        train_to_the_end(terminal)
        for size in sizes:
            terminal.resize(*size)
            for view in "lb":
                terminal.press(view)
                await wait_until_drawn(terminal, view)
            wait_until_whole(terminal)


def repainted_the_same(terminal: Terminal) -> bool:
    """Lay a dialog over the screen and take it away; say whether the screen is as it was before.

    On a busy machine a picture or the diagnosis may come so late that it falls in between.
    """
    wait_until_still(terminal)
    wait_until_whole(terminal)
    fresh = terminal.lines
    terminal.press("?")
    terminal.wait_for("Keys")
    terminal.press("\x1b")
    terminal.wait(lambda now: "esc close" not in now.text)
    wait_until_still(terminal)
    return terminal.lines == fresh


def test_fifty_sizes_in_a_second_leave_a_whole_screen() -> None:
    dice = random.Random(5)
    with Terminal("circle", "--set", "fit.epochs=1000000") as terminal:
        terminal.wait_for("ready")
        terminal.press(" ")
        terminal.wait(lambda now: epoch_shown(now) > 5)
        for _ in range(50):
            terminal.resize(dice.randint(20, 200), dice.randint(5, 60))
            terminal.wait(lambda now: True, 0.02)
        terminal.resize(100, 30)
        terminal.press(" ")
        terminal.wait(lambda now: "paused" in now.lines[0] and "space" in now.lines[-1])
        wait_until_whole(terminal)
        terminal.resize(120, 36)
        terminal.wait(lambda now: "paused" in now.lines[0] and "space" in now.lines[-1])
        assert any(repainted_the_same(terminal) for _ in range(5))
        terminal.press("q")
        assert terminal.end() == 0
        terminal.assert_clean()


TRUE, EIGHT = re.compile(rb"\x1b\[[\d;]*[34]8;2;"), re.compile(rb"\x1b\[[\d;]*[34]8;5;")
COLOURED = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-7]|4[0-7]|9[0-7]|10[0-7])[;m]")
TERMS = {
    "xterm-256color": (EIGHT, TRUE),
    "screen-256color": (EIGHT, TRUE),
    "tmux-256color": (EIGHT, TRUE),
    "xterm": (COLOURED, TRUE),
    "linux": (COLOURED, TRUE),
}


LIKE_OTHERS = [pytest.param(name, marks=pytest.mark.slow) for name in TERMS if name != "linux"]


@pytest.mark.parametrize("term", ["linux", *LIKE_OTHERS])
async def test_each_kind_of_terminal_gets_the_colours_it_has(term: str) -> None:
    wanted, unwanted = TERMS[term]
    with Terminal(size=(80, 24), environment={"TERM": term, "COLORTERM": None}) as terminal:
        train_to_the_end(terminal)
        terminal.press("l")
        await wait_until_drawn(terminal, "l")
        assert wanted.search(terminal.raw) and not unwanted.search(terminal.raw)
        assert wanted is EIGHT or not EIGHT.search(terminal.raw)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "wanted", "unwanted"),
    [
        ({"COLORTERM": "truecolor"}, TRUE, EIGHT),
        ({"COLORTERM": "24bit"}, TRUE, EIGHT),
        ({"TEXTUAL_COLOR_SYSTEM": "256"}, EIGHT, TRUE),
        ({"TEXTUAL_COLOR_SYSTEM": "standard"}, COLOURED, TRUE),
    ],
)
async def test_the_number_of_colours_can_be_said(
    environment: dict[str, str], wanted: re.Pattern[bytes], unwanted: re.Pattern[bytes]
) -> None:
    with Terminal(environment=environment) as terminal:
        train_to_the_end(terminal)
        await wait_until_drawn(terminal)
        assert wanted.search(terminal.raw) and not unwanted.search(terminal.raw)


COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])(?:;\d+)*m")


def test_without_colours_no_colour_is_sent_and_everything_is_there() -> None:
    with Terminal(environment={"NO_COLOR": "1"}) as terminal:
        train_to_the_end(terminal)
        terminal.wait(lambda now: len(curve_columns(now, "Loss")) > 20)
        wait_until_whole(terminal)
        for key, words in (
            ("a", "Add a layer"),
            ("\r", "Layer 1:"),
            ("v", "by date"),
            ("\x10", "Breakpoints"),
        ):
            terminal.press(key)
            terminal.wait_for(words)
            terminal.press("\x1b")
            terminal.wait(lambda now, words=words: words not in now.text)  # type: ignore[misc]
        assert not COLOUR.search(terminal.raw)
        assert any(cell.reverse for cell in terminal.cells)  # what is chosen is seen


@pytest.mark.parametrize(
    "locale", ["C", *(pytest.param(name, marks=pytest.mark.slow) for name in ("POSIX", "en_US.ISO-8859-1"))]
)
async def test_a_locale_without_utf8_gets_ascii_only(locale: str) -> None:
    with Terminal("--set", "name=Gauß café 数", environment={"LC_ALL": locale}) as terminal:
        train_to_the_end(terminal)
        terminal.wait(lambda now: len(curve_columns(now, "Loss", ascii_only=True)) > 20)
        for keys in ("\r", "\x1b", "v", "\x1b", "D", "\x1b", "f", "\x1b", "?", "\x1b", "\x10"):
            seen = len(terminal.raw)
            terminal.press(keys)
            terminal.wait(lambda now, seen=seen: len(now.raw) > seen)  # type: ignore[misc]
            terminal.wait(lambda now: True, 0.2)
        assert not [byte for byte in terminal.raw if byte > 126 and byte != 127]


@pytest.mark.parametrize("ascii_only", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_charts_reach_from_end_to_end_in_either_theme(ascii_only: bool) -> None:
    with Terminal(environment={"NN_TUI_ASCII": str(int(ascii_only))}) as terminal:
        train_to_the_end(terminal)
        terminal.wait(lambda now: len(curve_columns(now, "Loss", ascii_only=ascii_only)) > 20)
        wait_until_still(terminal)
        dark = terminal.lines
        grounds = [terminal.cell(1, 1).bg]
        for title in ("Loss", "Accuracy"):
            columns = curve_columns(terminal, title, ascii_only=ascii_only)
            assert columns[0] < 12 and columns[-1] > 30 and len(columns) > 20, columns
        terminal.press("t")
        terminal.wait(lambda now: now.cell(1, 1).bg != grounds[0])
        terminal.wait(lambda now: now.lines == dark)
        wait_until_whole(terminal, ascii_only=ascii_only)
        light = terminal.cell(1, 1).bg
        assert int(light[:2], 16) > 0xE0 and int(grounds[0][:2], 16) < 0x30


def test_a_terminal_that_cannot_move_its_cursor_gets_sentences() -> None:
    with Terminal(environment={"TERM": "dumb"}) as terminal:
        terminal.wait_for("Type help for the commands")
        terminal.press("quit\n")
        assert terminal.end() == 0
        assert b"\x1b" not in terminal.raw
