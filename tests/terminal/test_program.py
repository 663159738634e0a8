"""The program opens in a terminal, trains, and leaves the terminal as it was."""

from __future__ import annotations

from tests.terminal.program import ALTERNATE, CURSOR, PASTE, Terminal


def test_it_trains_in_a_terminal_and_leaves_it_clean() -> None:
    with Terminal(size=(80, 24)) as terminal:
        terminal.wait_for("ready")
        assert {ALTERNATE, PASTE, 1006} <= terminal.modes and CURSOR not in terminal.modes
        terminal.press(" ")
        terminal.wait_for("finished")
        terminal.press("c")
        terminal.wait_for("Loss")
        terminal.press("q")
        assert terminal.end() == 0
        terminal.assert_clean()
        assert not terminal.text.strip()
