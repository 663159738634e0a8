"""In a terminal that cannot move its cursor: text and newlines, signals, the end of the input."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nn_tui.cli import main
from nn_tui.experiment.runs.store import RunStore
from nn_tui.tui.terminal import cannot_draw
from tests.terminal.program import ROOT, Terminal

DUMB = {"TERM": "dumb", "COLORTERM": None}


def text_of(terminal: Terminal) -> bytes:
    """Give what was written, with the newlines as the program wrote them: the terminal adds the returns."""
    return bytes(terminal.raw).replace(b"\r\n", b"\n")


def test_in_a_dumb_terminal_every_byte_is_text_or_a_newline() -> None:
    with Terminal("circle", "--set", "fit.epochs=30", environment=DUMB) as terminal:
        terminal.wait(lambda now: b"Type help" in now.raw)
        for line, answer in (
            ("train", b"Done: 30 epochs"),
            ("curve loss drawn", b"lowest"),
            ("insight fit", b"Bottom right"),
            ("help", b"quit (q)"),
            ("trian", b"Did you mean"),
        ):
            terminal.press(f"{line}\n")
            terminal.wait(lambda now, answer=answer: answer in now.raw)  # type: ignore[misc]  # bound now
        terminal.press("quit\n")
        assert terminal.end(60) == 0
        told = text_of(terminal).decode()
        assert [letter for letter in told if letter != "\n" and not letter.isprintable()] == []
        terminal.assert_clean()


def test_ascii_is_written_where_the_locale_asks_for_it() -> None:
    with Terminal("circle", environment={**DUMB, "LC_ALL": "C"}) as terminal:
        terminal.wait(lambda now: b"Type help" in now.raw)
        terminal.press("train\n")
        terminal.wait(lambda now: b"Done: 40 epochs" in now.raw)
        terminal.press("curve loss drawn\nquit\n")
        assert terminal.end(60) == 0
        assert text_of(terminal).isascii() and b"lowest" in terminal.raw


def test_ctrl_c_pauses_or_clears_the_line_and_quit_leaves_after_saving() -> None:
    with Terminal("--plain", "circle", "--set", "fit.epochs=1000000") as terminal:
        terminal.wait(lambda now: b"Type help" in now.raw)
        terminal.press("train\n")
        terminal.wait(lambda now: b"Training circle" in now.raw)
        terminal.press(b"\x03")
        terminal.wait(lambda now: b"train goes on, quit leaves." in now.raw)
        assert b"Paused at epoch " in terminal.raw
        terminal.press(b"\x03")
        terminal.wait(lambda now: b"Type quit to leave." in now.raw)
        terminal.press("qu")
        terminal.wait(lambda now: now.raw.endswith(b"qu"))
        terminal.press(b"\x03")
        terminal.wait(lambda now: now.raw.endswith(b"qu\r\n"))
        terminal.press("status\n")
        terminal.wait(lambda now: b"Paused: epoch " in now.raw)
        terminal.press("quit\n")
        assert terminal.end(60) == 0
        terminal.assert_clean()
    assert RunStore().runs()[0].status == "paused"


def test_nothing_is_told_into_a_line_that_is_half_typed() -> None:
    with Terminal("--plain", "circle", "--set", "fit.epochs=1000000") as terminal:
        terminal.wait(lambda now: b"Type help" in now.raw)
        terminal.press("say 0.1 seconds\ntrain\n")
        terminal.wait(lambda now: now.raw.count(b"\r\nEpoch ") > 3)
        terminal.press("sta")
        terminal.wait(lambda now: now.raw.endswith(b"sta"))
        epoch = RunStore().runs()[0].epoch
        terminal.wait(lambda now: RunStore().runs()[0].epoch > epoch)  # it is saved every few seconds
        assert terminal.raw.endswith(b"\nsta")
        terminal.press("z\x7ftus\n")
        terminal.wait(lambda now: b"\nstaz\b \btus\r\n" in now.raw and b"spent training" in now.raw)
        told = terminal.raw.count(b"\r\nEpoch ")
        terminal.wait(lambda now: now.raw.count(b"\r\nEpoch ") > told)
        terminal.press("qu")
        terminal.wait(lambda now: now.raw.endswith(b"qu"))  # else it may be read after the line was cleared
        terminal.press(b"\x03")
        terminal.wait(lambda now: b"train goes on, quit leaves." in now.raw)
        terminal.press("quit\n")
        assert terminal.end(60) == 0
        terminal.assert_clean()


def test_ctrl_d_leaves() -> None:
    with Terminal("--plain", "circle") as terminal:
        terminal.wait(lambda now: b"Type help" in now.raw)
        terminal.press(b"\x04")
        assert terminal.end(60) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_saves_and_ends_it(number: int) -> None:
    with Terminal("--plain", "circle", "--set", "fit.epochs=1000000") as terminal:
        terminal.wait(lambda now: b"Type help" in now.raw)
        terminal.press("train\n")
        terminal.wait(lambda now: b"Training circle" in now.raw)
        terminal.signal(number)
        assert terminal.end(60) == 130
    assert RunStore().runs()[0].epoch > 0 or RunStore().runs()[0].status == "paused"


def test_commands_of_a_pipe_need_no_terminal_and_give_the_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def piped(text: str, *words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        return main(["--plain", *words]), *capsys.readouterr()

    status, told, warned = piped("train\nstatus\nquit\n", "circle", "--set", "fit.epochs=2")
    assert (status, warned) == (0, "") and "Finished: epoch 2 of 2." in told
    assert piped("trian\n", "circle")[0] == 2
    status, _, warned = piped("", "spirl")
    assert status == 2 and "Did you mean 'spiral'?" in warned
    status, told, _ = piped("train 1\n", RunStore().runs()[0].id)
    assert status == 0 and "taken up after epoch 2" in told and "epoch 3" in told


def test_it_does_not_load_what_draws() -> None:
    code = (
        "import sys, io\nfrom nn_tui.cli import main\n"
        "sys.stdin = io.StringIO('quit')\nmain(['--plain', 'circle'])\n"
        "print([name for name in ('textual', 'rich', 'plotext', 'readline') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(ROOT)
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(("term", "lines_only"), [("dumb", True), ("", True), ("nobody-knows-it", False)])
def test_what_cannot_move_its_cursor_is_known_by_its_name(
    term: str, lines_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    assert cannot_draw() is lines_only
