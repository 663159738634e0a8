"""`Mailbox`: between a worker thread and those who look on: commands go in, snapshots come out."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable

from nn_tui.experiment import commands as command
from nn_tui.experiment.snapshot import Snapshot


class Mailbox:
    """Commands in their order, and the newest snapshot; the worker makes one when somebody wants it.

    Args:
        snapshot: what is shown before the worker has published anything.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.commands: queue.SimpleQueue[command.Command] = queue.SimpleQueue()
        self.wanted = True
        """Whether somebody waits for the next snapshot; cheap enough to look at between any two batches."""
        self._snapshot = snapshot
        self._published = threading.Condition()

    def publish(self, snapshot: Snapshot) -> None:
        """Make a snapshot the newest one."""
        with self._published:
            self.wanted = False
            self._snapshot = snapshot
            self._published.notify_all()

    def newest(self) -> Snapshot:
        """Give the latest snapshot and ask for the next one; never waits."""
        self.wanted = True
        return self._snapshot

    def wait_for(self, holds: Callable[[Snapshot], bool], timeout: float) -> Snapshot:
        """Wait until a snapshot fulfils a condition and give it.

        Args:
            holds: the condition.
            timeout: seconds to wait at most.

        Raises:
            TimeoutError: none did.
        """
        deadline = time.monotonic() + timeout
        with self._published:
            while not holds(self._snapshot):
                self.wanted = True
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"still {self._snapshot.status.phase}")
                self._published.wait(left)
            return self._snapshot
