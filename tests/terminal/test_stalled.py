"""A terminal that stops reading: training goes on, nothing piles up, the screen is right afterwards."""

from __future__ import annotations

import time

import pytest

from tests.terminal.program import Terminal
from tests.terminal.screens import epoch_shown, wait_until_whole

MEGABYTE = 1 << 20


@pytest.mark.slow
def test_seconds_without_a_reader_cost_neither_epochs_nor_memory() -> None:
    with Terminal("circle", "--set", "fit.epochs=10000000") as terminal:
        terminal.wait_for("ready")
        terminal.press(" ")
        terminal.wait(lambda now: epoch_shown(now) > 200)
        before, epoch, read = terminal.memory, epoch_shown(terminal), len(terminal.raw)
        terminal.stop_reading()
        terminal.press("v")  # another screen, drawn where nobody sees it
        wait_seconds(2)
        terminal.press("\x1b")
        terminal.resize(100, 30)
        wait_seconds(2)
        grown = terminal.memory - before
        terminal.read_on()
        terminal.wait(lambda now: "training" in now.lines[0] and epoch_shown(now) > epoch)
        assert epoch_shown(terminal) > epoch + 50
        assert grown < 8 * MEGABYTE
        assert len(terminal.raw) - read < MEGABYTE // 4
        wait_until_whole(terminal)
        terminal.press(" ")
        terminal.wait(lambda now: "paused" in now.lines[0])
        terminal.press("q")
        assert terminal.end() == 0
        terminal.assert_clean()


def wait_seconds(seconds: float) -> None:
    """Let time pass: here it is what is tested."""
    time.sleep(seconds)
