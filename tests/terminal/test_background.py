"""Left or cut off, training goes on in the background; the next nn-tui follows it and takes it over."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nn_tui.cli import main
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.examples import example
from nn_tui.experiment.runs.background import stop, trained_in_background
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.keeper import taken_by
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec_file import set_value
from tests.terminal.program import Terminal
from tests.terminal.screens import epoch_shown

MANY = "fit.epochs=1000000"


@pytest.fixture(autouse=True)
def nothing_left_behind(home: Path) -> Iterator[None]:
    """End what a failed test has left in the background."""
    yield
    for card in RunStore(home).runs():
        if process := trained_in_background(Path(card.folder)):
            os.kill(process, signal.SIGKILL)


def the_run() -> RunCard:
    (card,) = RunStore().runs()
    return card


def wait_until_in_background(card: RunCard) -> int:
    """Wait until a process in the background trains a run, and give it."""
    deadline = time.monotonic() + 30
    while not (process := trained_in_background(Path(card.folder))):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process


def train(terminal: Terminal, more_than: int = 20) -> None:
    terminal.wait_for("ready")
    terminal.press(" ")
    terminal.wait(lambda now: epoch_shown(now) > more_than)


@pytest.mark.slow
def test_left_with_q_followed_and_taken_over_it_is_the_same_bit_for_bit() -> None:
    with Terminal("circle", "--set", MANY) as terminal:
        train(terminal)
        terminal.press("Q")
        assert terminal.end() == 0
        terminal.assert_clean()
        assert "goes on in the background" in terminal.text
    process = trained_in_background(Path(the_run().folder))
    assert process
    with Terminal() as terminal:  # no source: what the background does is shown
        terminal.wait_for("trained in the background since")
        terminal.wait(lambda now: "in the background" in now.lines[0] and "take over" in now.lines[-1])
        seen = epoch_shown(terminal)
        terminal.wait(lambda now: epoch_shown(now) > seen)  # live
        terminal.press(" ")
        terminal.wait_for("is taken over")
        terminal.wait(lambda now: "training" in now.lines[0])
        assert taken_by(Path(the_run().folder)) == str(terminal.process.pid)
        taken = epoch_shown(terminal)
        terminal.wait(lambda now: epoch_shown(now) > taken)
        terminal.press("q")
        assert terminal.end() == 0
    session, _, told = SavedRun.open(Path(the_run().folder)).reopen()
    assert not told and session.epoch > taken
    whole = Session(set_value(example("circle"), "fit.epochs", 1_000_000), keep_history=False)
    for _ in whole.steps():
        if (whole.epoch, whole.batch) >= (session.epoch, session.batch):
            break
    for one, other in zip(session.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_with_keep_a_dropped_connection_trains_on(capfd: pytest.CaptureFixture[str]) -> None:
    with Terminal("circle", "--keep", "--set", MANY) as terminal:
        train(terminal)
        shown = epoch_shown(terminal)
        terminal.hang_up()
        assert terminal.process.wait(20) == 130
    card = the_run()
    assert card.epoch >= shown
    wait_until_in_background(card)
    assert main(["runs"]) == 0
    assert "  background " in capfd.readouterr().out
    with Terminal("spiral") as terminal:  # another source: it is told of, and listed
        terminal.wait_for("v shows it")
        terminal.press("v")
        terminal.wait(lambda now: "background" in now.text and "k stop" in now.text)
        terminal.press("k")
        terminal.wait_for("is saved and stopped")
        terminal.wait(lambda now: " interrupted " in now.text)
    assert not taken_by(Path(card.folder))
    assert main(["runs", "--stop", card.id]) == 1
    assert "is not being trained in the background" in capfd.readouterr().err


@pytest.mark.slow
def test_with_keep_leaving_while_it_trains_keeps_training() -> None:
    with Terminal("circle", "--keep", "--set", MANY) as terminal:
        train(terminal)
        terminal.press("q")
        assert terminal.end() == 0
        terminal.assert_clean()
    try:
        assert trained_in_background(Path(the_run().folder))
    finally:
        assert stop(the_run()).status == "interrupted"
    assert main(["runs", "--stop", "last"]) == 1


@pytest.mark.slow
def test_what_has_ended_in_the_background_is_opened_and_told_once() -> None:
    with Terminal("circle", "--set", "fit.epochs=400") as terminal:
        terminal.wait_for("ready")
        terminal.press("Q")  # from the start
        assert terminal.end() == 0
    folder = Path(the_run().folder)
    while taken_by(folder):
        time.sleep(0.05)
    with Terminal() as terminal:
        terminal.wait_for("was trained to its end in the background: 400 epochs")
        terminal.wait(lambda now: "finished" in now.lines[0] and epoch_shown(now) == 400)
        terminal.press("q")
        assert terminal.end() == 0
    assert not taken_by(folder)
    with Terminal() as terminal:
        terminal.wait(lambda now: "clinical-trial" in now.lines[0] and "ready" in now.lines[0])
