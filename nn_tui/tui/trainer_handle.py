"""`TrainerHandle`: what the app needs of a trainer, so that tests can hand it another one."""

from __future__ import annotations

from typing import Protocol

from nn_tui.experiment import commands as command
from nn_tui.experiment.snapshot import Snapshot


class TrainerHandle(Protocol):
    """What the app needs of a trainer."""

    def send(self, order: command.Command) -> None:
        """Ask for something."""

    def newest(self) -> Snapshot:
        """Give the latest snapshot; never waits."""
        ...

    ordered: int
    """Commands it was sent so far."""

    def close(self) -> None:
        """End it."""
