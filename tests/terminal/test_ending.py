"""However the app ends, the run is saved, the terminal is as it was, and the exit status says how."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.keeper import taken_by
from nn_tui.experiment.runs.store import RunStore
from tests.terminal.program import Terminal
from tests.terminal.screens import epoch_shown

GONE_SECONDS = 20.0
"""The program sees to it that it is gone after 5 s; a busy machine gets more."""
LONG = ("circle", "--set", "fit.epochs=1000000")


def train(terminal: Terminal) -> int:
    """Train until some epochs are done; gives how many the screen tells."""
    terminal.wait_for("ready")
    terminal.press(" ")
    terminal.wait(lambda now: epoch_shown(now) > 20)
    return epoch_shown(terminal)


def kept() -> RunCard:
    """The only run, which must be whole and free."""
    (card,) = RunStore().runs()
    session, document, told = SavedRun.open(Path(card.folder)).reopen()
    assert not told and session.epoch == document["epoch"] == card.epoch
    assert not taken_by(Path(card.folder))
    return card


OTHERS = [pytest.param(name, marks=pytest.mark.slow) for name in ("SIGINT", "SIGHUP", "SIGQUIT")]


@pytest.mark.parametrize("name", ["SIGTERM", *OTHERS])
def test_a_signal_saves_the_run_and_cleans_the_terminal(name: str) -> None:
    with Terminal(*LONG) as terminal:
        shown = train(terminal)
        terminal.signal(getattr(signal, name))
        assert terminal.end() == 130
        terminal.assert_clean()
        card = kept()
        assert card.epoch >= shown and card.id in terminal.text
        assert terminal.text.startswith("nn-tui: interrupted.")


def test_a_terminal_that_goes_away_ends_the_program_after_saving() -> None:
    with Terminal(*LONG) as terminal:
        shown = train(terminal)
        terminal.hang_up()
        assert terminal.process.wait(GONE_SECONDS) == 130
        assert kept().epoch >= shown


@pytest.mark.slow
def test_a_closed_terminal_is_noticed_without_a_signal() -> None:
    nohup = [sys.executable, "-m", "nn_tui", *LONG]
    with Terminal(command=["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *nohup]) as terminal:
        shown = train(terminal)
        terminal.hang_up()
        assert terminal.process.wait(GONE_SECONDS) == 130
        assert kept().epoch >= shown


@pytest.mark.slow
def test_a_terminal_that_does_not_read_cannot_keep_it_from_ending() -> None:
    with Terminal(*LONG) as terminal:
        shown = train(terminal)
        terminal.stop_reading()
        terminal.press("i")
        terminal.resize(200, 60)  # more than the terminal takes without reading
        wait_until_full(terminal)
        terminal.signal(signal.SIGTERM)
        assert terminal.process.wait(GONE_SECONDS) == 130
        assert kept().epoch >= shown


def wait_until_full(terminal: Terminal) -> None:
    """Wait until nothing more can be written to the terminal."""
    deadline = time.monotonic() + 20
    seen, since = -1, time.monotonic()
    while time.monotonic() < deadline and time.monotonic() - since < 0.5:
        if terminal.unread != seen:
            seen, since = terminal.unread, time.monotonic()
        time.sleep(0.02)


BROKEN = """
import sys
from nn_tui.tui.app import NnTuiApp
def broken(self):
    raise KeyError("weights of layer 7")
NnTuiApp.action_help = broken
from nn_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_fault_of_the_program_is_one_line_and_the_run_is_saved() -> None:
    with Terminal(command=[sys.executable, "-c", BROKEN, *LONG]) as terminal:
        shown = train(terminal)
        terminal.press("?")
        assert terminal.end() == 1
        terminal.assert_clean()
        card = kept()
        assert card.epoch >= shown and card.id in terminal.text
        assert "KeyError: 'weights of layer 7' (broken, line 5)" in terminal.text
        assert "Traceback" not in terminal.text and "--debug" in terminal.text


@pytest.mark.slow
def test_debug_shows_where_the_fault_is() -> None:
    with Terminal(command=[sys.executable, "-c", BROKEN, "circle", "--debug"]) as terminal:
        terminal.wait_for("ready")
        terminal.press("?")
        assert terminal.end() == 1
        terminal.assert_clean()
        assert b"Traceback" in terminal.raw
