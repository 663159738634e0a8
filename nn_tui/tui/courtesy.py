"""How the screen and the trainers share one interpreter: trainers stand aside while the screen works.

The event loop sleeps in its selector whenever it has nothing to do; just then the gate is open.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from nn_tui.experiment.gate import Gate

Result = TypeVar("Result")

SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter while another waits for it. Python's own 5 ms would pass at
each step from a key to the screen: the thread that reads it, the event loop, the one that writes."""


class CourteousSelector(selectors.DefaultSelector):
    """Waits for what happens, with the gate open while nothing does.

    Args:
        gate: closed as long as there is work.
    """

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate

    def select(self, timeout: float | None = None) -> Any:
        """Wait as the selector does."""
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        self._gate.open()
        try:
            return super().select(timeout)
        finally:
            self._gate.close()


def run_courteously(work: Coroutine[Any, Any, Result], gate: Gate) -> Result:
    """Run an app in an event loop that closes the gate while it works."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        with asyncio.Runner(loop_factory=_loop_factory(gate)) as runner:
            return runner.run(work)
    finally:
        gate.open()
        sys.setswitchinterval(before)


def _loop_factory(gate: Gate) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if os.name != "posix":  # where the loop is no selector's
        return None
    return lambda: asyncio.SelectorEventLoop(CourteousSelector(gate))
