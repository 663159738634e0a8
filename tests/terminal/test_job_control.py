"""Suspended and resumed in a real shell, with and without the mouse, pasted into."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from nn_tui.experiment.runs.store import RunStore
from tests.terminal.program import ALTERNATE, CURSOR, MOUSE, PASTE, PROGRAM, Terminal
from tests.terminal.screens import epoch_shown, wait_until_still, wait_until_whole

SHELL = ("bash", "--norc", "--noprofile", "-i")
PLAIN = {"PS1": "prompt> ", "HISTFILE": "/dev/null", "INPUTRC": "/dev/null"}


def test_ctrl_z_goes_back_to_the_shell_and_fg_goes_on() -> None:
    with Terminal(command=SHELL, size=(100, 30), environment=PLAIN) as terminal:
        terminal.wait_for("prompt>")
        terminal.press(f"{' '.join(PROGRAM)} circle --set fit.epochs=1000000\r")
        terminal.wait(lambda now: "ready" in now.lines[0])
        terminal.press(" ")
        terminal.wait(lambda now: epoch_shown(now) > 20)
        terminal.press("\x1a")
        terminal.wait(lambda now: "Stopped" in now.text and ALTERNATE not in now.modes)
        assert CURSOR in terminal.modes and not MOUSE & terminal.modes
        (card,) = RunStore().runs()
        assert card.status == "paused" and card.epoch > 0  # saved before
        terminal.press("echo $((6*7))\r")
        terminal.wait_for("\n42")
        assert RunStore().runs()[0].changed == card.changed
        terminal.resize(90, 26)  # which nobody tells the stopped program
        terminal.press("fg\r")
        terminal.wait(lambda now: ALTERNATE in now.modes and epoch_shown(now) > card.epoch + 20)
        wait_until_whole(terminal)
        assert {PASTE, 1006} <= terminal.modes and CURSOR not in terminal.modes
        assert "training" in terminal.lines[0] and "space" in terminal.lines[-1]
        terminal.press("q")
        terminal.wait(lambda now: ALTERNATE not in now.modes and now.text.rstrip().endswith("prompt>"))
        terminal.press("echo $?\r")
        terminal.wait_for("\n0")


@pytest.mark.slow
def test_stopped_by_others_and_continued_the_screen_is_whole() -> None:
    with Terminal(command=SHELL, size=(100, 30), environment=PLAIN) as terminal:
        terminal.wait_for("prompt>")
        terminal.press(f"{' '.join(PROGRAM)} circle\r")
        terminal.wait(lambda now: "ready" in now.lines[0])
        wait_until_still(terminal)
        before = terminal.lines
        os.kill(child_of(terminal.process.pid), signal.SIGSTOP)
        terminal.wait_for("Stopped")
        terminal.press("fg\r")
        terminal.wait(lambda now: now.lines == before)


def child_of(process: int) -> int:
    """Give the process that a shell has started."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return int(children[0])


@pytest.mark.slow
def test_without_a_shell_ctrl_z_says_so() -> None:
    with Terminal("circle") as terminal:
        terminal.wait_for("ready")
        terminal.press("\x1a")
        terminal.wait_for("There is no shell to go back to")
        terminal.press("q")
        assert terminal.end() == 0


def test_the_mouse_is_given_to_the_terminal_and_taken_back() -> None:
    with Terminal("circle") as terminal:
        terminal.wait_for("ready")
        assert MOUSE & terminal.modes
        terminal.press("M")
        terminal.wait(lambda now: not MOUSE & now.modes)
        terminal.wait_for("The mouse is the terminal's")
        terminal.press("M")
        terminal.wait(lambda now: bool(MOUSE & now.modes))
        terminal.press("q")
        assert terminal.end() == 0
        terminal.assert_clean()


@pytest.mark.slow
def test_no_mouse_never_asks_for_it() -> None:
    with Terminal("circle", "--no-mouse") as terminal:
        terminal.wait_for("ready")
        terminal.press("M")
        terminal.wait(lambda now: bool(MOUSE & now.modes))
        terminal.press("M")
        terminal.wait(lambda now: not MOUSE & now.modes)
        terminal.press("q")
        assert terminal.end() == 0
        first = terminal.raw.find(b"\x1b[?1000h")
        assert first > terminal.raw.find(b"ready")
        terminal.assert_clean()


def test_a_paste_fills_a_field_and_is_no_command_elsewhere() -> None:
    with Terminal("circle") as terminal:
        terminal.wait_for("ready")
        terminal.paste("q r a x")  # as keys these would quit, reset, add and remove
        terminal.press("o")
        terminal.wait_for("Open")
        terminal.paste("/tmp/my rows.csv")
        terminal.wait_for("/tmp/my rows.csv")
        terminal.press("\x1b")
        terminal.wait(lambda now: "/tmp/my rows.csv" not in now.text)
        assert "2 - 4 tanh - 2 tanh - 2 softmax" in terminal.text
        terminal.press("q")
        assert terminal.end() == 0
