"""A trainer without a thread and without a clock, and snapshots with fixed numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nn_tui.experiment.commands import Command
from nn_tui.experiment.diagnosis.finding import Diagnosis, Finding
from nn_tui.experiment.snapshot import Curves, LogEntry, Phase, Snapshot, Status
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.words import epoch_line
from nn_tui.insight.pictures import Picture


class FakeTrainer:
    """Records what it is sent; gives the snapshots it was made with, one after another."""

    def __init__(self, snapshots: Sequence[Snapshot]) -> None:
        self.snapshots = list(snapshots)
        self.sent: list[Command] = []
        self.closed = False
        self.ordered = 0

    def send(self, order: Command) -> None:
        self.sent.append(order)

    def newest(self) -> Snapshot:
        return self.snapshots[0]

    def advance(self) -> None:
        """Go on to the next snapshot."""
        del self.snapshots[0]

    def close(self) -> None:
        self.closed = True

    def orders(self, kind: type[Any]) -> list[Any]:
        """The commands of a kind that it was sent."""
        return [order for order in self.sent if isinstance(order, kind)]


class FakeFactory:
    """Makes fake trainers and remembers them."""

    def __init__(self, *later: Snapshot) -> None:
        self.later = later
        self.made: list[tuple[Spec, FakeTrainer]] = []

    def __call__(self, spec: Spec) -> FakeTrainer:
        trainer = FakeTrainer([snapshot(spec), *self.later])
        self.made.append((spec, trainer))
        return trainer

    @property
    def trainer(self) -> FakeTrainer:
        """The newest one."""
        return self.made[-1][1]


def snapshot(
    spec: Spec,
    phase: Phase = "ready",
    epoch: int = 0,
    *,
    samples_per_second: float = 0.0,
    error: str = "",
    insights: dict[str, Picture] | None = None,
) -> Snapshot:
    """A snapshot after some epochs, with curves that fall and rise as they should."""
    epochs = np.arange(1, epoch + 1)
    values = {
        "loss": 0.25 + 0.45 * np.exp(-epochs / 6),
        "accuracy": 0.95 - 0.4 * np.exp(-epochs / 5),
        "val_loss": 0.26 + 0.43 * np.exp(-epochs / 6),
        "val_accuracy": 0.94 - 0.4 * np.exp(-epochs / 5),
    }
    log = tuple(
        LogEntry(
            number,
            number,
            "epoch",
            epoch_line(number, 20, 0.0, {name: array[number - 1] for name, array in values.items()}),
        )
        for number in epochs.tolist()
    )
    status = Status(
        phase=phase,
        epoch=epoch,
        epochs=spec.fit.epochs,
        batch=0,
        batches=189,
        learning_rate=0.0001,
        samples_per_second=samples_per_second,
        seconds=epoch * 0.05,
        pace=None,
        error=error,
    )
    curves = Curves(epochs, values if epoch else {})
    found = Diagnosis((Finding("well", "learning well, validation follows training", ""),), epoch)
    diagnosis = found if epoch else None
    return Snapshot(spec, status, curves, log, insights or {}, 642, diagnosis=diagnosis)
