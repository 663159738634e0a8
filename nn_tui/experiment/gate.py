"""A gate at which trainers wait while the screen works, so that they do not fight over the interpreter.

Two busy threads of one interpreter each run for a few milliseconds in turn, so that a key would be answered
after many such turns. A batch takes a few microseconds: waiting between two of them, while the screen has
something to do, costs training no more than the screen's own work.
"""

from __future__ import annotations

import threading

PATIENCE = 0.05
"""Seconds that trainers wait at most each time: a screen that waits for its terminal must not stop them."""


class Gate:
    """Open or closed; the screen closes and opens it, trainers pass it between two batches."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tired = False
        self.closed = False
        """Whether trainers are to wait; so cheap to look at that it can be done at every batch."""

    def close(self) -> None:
        """Let trainers wait at their next batch."""
        # A trainer holds the lock for the moment of passing; then it goes on until the next time.
        if not self.closed and self._lock.acquire(blocking=False):
            self._tired, self.closed = False, True

    def open(self) -> None:
        """Let them go on."""
        if self.closed:
            self.closed = False
            self._lock.release()

    def wait(self) -> None:
        """Wait until it is open, or until patience ends; then it counts as open until closed anew."""
        if self._tired:
            return
        if self._lock.acquire(timeout=PATIENCE):
            self._lock.release()
        else:
            self._tired = True
