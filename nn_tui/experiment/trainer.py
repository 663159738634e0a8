"""`Trainer`: the handle of a worker thread."""

from __future__ import annotations

import threading
from collections.abc import Callable

from nn_tui.experiment import commands as command
from nn_tui.experiment.gate import Gate
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.mailbox import Mailbox
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.shelf import Fork
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.snapshot import Snapshot, Status
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.worker import Worker


class Trainer:
    """Trains one experiment in a thread of its own.

    The caller sends commands and reads the newest snapshot; it never touches the model. The thread
    starts at once, builds the model and waits.

    Args:
        spec: what to train.
        store: where the run is kept, from its first batch on. Default: nowhere.
        start: a run of the store to go on with, or where a new one branches off. Default: neither.
        gate: passed between two batches, see `Gate`. Default: one that is always open.
    """

    def __init__(
        self,
        spec: Spec,
        store: RunStore | None = None,
        start: RunCard | Fork | None = None,
        gate: Gate | None = None,
    ) -> None:
        status = Status("ready", 0, spec.fit.epochs, 0, 0, 0.0, 0.0, 0.0, None)
        self.ordered = 0
        """Commands it was sent so far; `Snapshot.obeyed` tells how many of them are done."""
        self._mailbox = Mailbox(Snapshot(spec, status, GrowingCurves().view(), (), {}, 0))
        worker = Worker(spec, self._mailbox, store, start, gate or Gate())
        self._thread = threading.Thread(target=worker.run, name="trainer", daemon=True)
        self._thread.start()

    def send(self, order: command.Command) -> None:
        """Ask for something; it is obeyed at the next batch boundary."""
        self.ordered += 1
        self._mailbox.commands.put(order)

    def newest(self) -> Snapshot:
        """Give the latest snapshot and ask for the next one; never waits."""
        return self._mailbox.newest()

    def wait_for(self, holds: Callable[[Snapshot], bool], timeout: float = 60.0) -> Snapshot:
        """Wait until a snapshot fulfils a condition and give it.

        Args:
            holds: the condition.
            timeout: seconds to wait at most. Default 60.

        Raises:
            TimeoutError: none did.
        """
        return self._mailbox.wait_for(holds, timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Finish the batch, end the thread and wait for it."""
        self.send(command.Close())
        self._thread.join(timeout)

    @property
    def alive(self) -> bool:
        """Whether the thread is still there."""
        return self._thread.is_alive()
