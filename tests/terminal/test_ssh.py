"""Through a real SSH server: opened, trained, resized, and cut off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.runs.background import stop
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.keeper import taken_by
from nn_tui.experiment.runs.store import RunStore
from tests.terminal.program import Terminal
from tests.terminal.screens import epoch_shown, wait_until_whole
from tests.terminal.server import Server, ssh_server
from tests.terminal.test_background import wait_until_in_background

LONG = ("--set", "fit.epochs=1000000")
GONE_SECONDS = 5.0
"""In which the program must have saved the run and gone, once the connection has dropped."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server on the loopback."""
    with ssh_server(tmp_path) as running:
        yield running


def the_run() -> RunCard:
    (card,) = RunStore().runs()
    return card


def train(terminal: Terminal) -> int:
    """Train some epochs; gives the process at the other end."""
    terminal.wait_for("ready")
    terminal.press(" ")
    terminal.wait(lambda now: epoch_shown(now) > 20)
    return int(taken_by(Path(the_run().folder)))


def wait_until_gone(process: int) -> float:
    """Wait until a process has ended; gives the seconds it took."""
    started = time.monotonic()
    while Path(f"/proc/{process}").exists():
        assert time.monotonic() < started + 20
        time.sleep(0.02)
    return time.monotonic() - started


def test_a_dropped_connection_saves_the_run_and_ends_the_program(server: Server) -> None:
    with Terminal(command=server.command("circle", *LONG), size=(100, 30)) as terminal:
        process = train(terminal)
        assert b";2;" in terminal.raw  # COLORTERM came along
        for size in ((80, 24), (132, 40)):
            terminal.resize(*size)
            terminal.wait(lambda now: now.lines[-1].startswith(" space") and "╰" in "".join(now.lines[-3:]))
            wait_until_whole(terminal)
        shown = epoch_shown(terminal)
        terminal.process.kill()
        wait_until_gone(process)
    session, card, told = SavedRun.open(Path(the_run().folder)).reopen()
    assert not told and session.epoch >= shown and card["status"] == "paused"


@pytest.mark.slow
def test_with_keep_it_trains_on_after_the_connection_has_dropped(server: Server) -> None:
    with Terminal(command=server.command("circle", "--keep", *LONG), size=(80, 24)) as terminal:
        process = train(terminal)
        terminal.process.kill()
        assert wait_until_gone(process) < GONE_SECONDS
    card = the_run()
    assert wait_until_in_background(card) != process
    with Terminal(command=server.command(), size=(80, 24)) as terminal:
        terminal.wait_for("trained in the background")
        terminal.wait(lambda now: epoch_shown(now) > card.epoch)
        terminal.press("q")
        assert terminal.end() == 0
        terminal.assert_clean()
    assert stop(card).epoch > card.epoch


@pytest.mark.slow
def test_leaving_gives_the_exit_status_and_a_clean_terminal(server: Server) -> None:
    with Terminal(command=server.command("circle"), size=(80, 24)) as terminal:
        train(terminal)
        terminal.press("q")
        assert terminal.end() == 0
        terminal.assert_clean()
