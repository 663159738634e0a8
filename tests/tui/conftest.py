"""A trainer without a thread and without a clock, and an app on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from nn_tui.experiment import commands as command
from nn_tui.experiment.build import build_model, load_data
from nn_tui.experiment.examples import example
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.snapshot import LogEntry, Phase, Snapshot, Status
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.words import epoch_line
from nn_tui.insight.fit import fit
from nn_tui.insight.network import network
from nn_tui.insight.pictures import InsightRequest
from nn_tui.tui.app import NnTuiApp


def snapshot_of(spec: Spec, phase: Phase = "ready", epochs_done: int = 0) -> Snapshot:
    """Make what a worker would publish: falling losses, the pictures of the untrained network."""
    curves = GrowingCurves()
    log = []
    for epoch in range(1, epochs_done + 1):
        values = {
            "loss": 0.3 + 0.4 * np.exp(-epoch / 6),
            "accuracy": 0.93 - 0.4 * np.exp(-epoch / 5),
            "val_loss": 0.28 + 0.4 * np.exp(-epoch / 7),
            "val_accuracy": 0.92 - 0.35 * np.exp(-epoch / 5),
        }
        curves.append(epoch, values)
        log.append(LogEntry(epoch, epoch, "epoch", epoch_line(epoch, spec.fit.epochs, 0, values)))
    data = load_data(spec.data)
    asked = InsightRequest(build_model(spec, data.input_shape), data)
    status = Status(
        phase,
        epochs_done,
        spec.fit.epochs,
        0,
        189,
        0.0001,
        14_200.0 if phase == "training" else 0.0,
        1.0,
        None,
    )
    pictures = {"network": network(asked), "fit": fit(asked)}
    return Snapshot(spec, status, curves.view(), tuple(log), pictures, 642)


class FakeTrainer:
    """Shows the snapshot it was given and remembers what it was sent."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.sent: list[command.Command] = []
        self.closed = False

    def send(self, order: command.Command) -> None:
        """Remember an order."""
        self.sent.append(order)

    def newest(self) -> Snapshot:
        """Give the snapshot."""
        return self.snapshot

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def be(self, phase: Phase) -> None:
        """Publish another phase."""
        status = replace(self.snapshot.status, phase=phase)
        self.snapshot = replace(self.snapshot, status=status)

    @property
    def orders(self) -> list[command.Command]:
        """What it was sent but for the insights watched."""
        return [order for order in self.sent if not isinstance(order, command.Watch)]


@pytest.fixture
def fakes() -> list[FakeTrainer]:
    """The fake trainers that the app has started, the newest last."""
    return []


@pytest.fixture
def make_app(fakes: list[FakeTrainer], monkeypatch: pytest.MonkeyPatch) -> Callable[..., NnTuiApp]:
    """Make an app on a fake trainer: `make_app(name, phase, epochs_done)`."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("NN_TUI_ASCII", raising=False)
    monkeypatch.setattr("textual.widgets.Input.cursor_blink", False, raising=False)

    def make(name: str = "clinical-trial", phase: Phase = "ready", epochs_done: int = 0) -> NnTuiApp:
        def factory(spec: Spec) -> FakeTrainer:
            fakes.append(FakeTrainer(snapshot_of(spec, phase, epochs_done)))
            return fakes[-1]

        app = NnTuiApp(example(name), trainer_factory=factory)
        app.ascii_only = False
        return app

    return make
