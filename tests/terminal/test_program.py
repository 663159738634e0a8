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


def test_a_line_in_several_words_opens_and_what_was_assumed_of_an_address_is_told() -> None:
    with Terminal("circle", "3t", "lr=.5", size=(120, 36)) as terminal:
        terminal.wait_for("2 - 3 tanh - 2 softmax")
        terminal.wait_for("ready")
        terminal.press("y")
        terminal.wait_for("circle 3t lr=.5")
    with Terminal("#dataset=xor&seed=0.5&noise=90", size=(120, 36)) as terminal:
        terminal.wait_for("noise must be 0 to 80 percent, got 90: 50 is taken.")
