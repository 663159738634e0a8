"""What a million recorded epochs cost: `python -m tests.benchmarks.long_history [--epochs N] [--json]`.

All that remembers epochs while a run is trained in the app is told of so many of them, as the worker tells
it: the curves, and the run that is kept with its history on disk. Memory is the growth of the resident
memory from the first thousand epochs on. A frame is both charts painted at 36x12, with the curve an epoch
longer than at the last frame; the best of 20.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

FEW = 1000


def measure(epochs: int) -> dict[str, Any]:
    """Record so many epochs and paint."""
    from nn_tui.experiment.checkpoint import SavedRun
    from nn_tui.experiment.examples import example
    from nn_tui.experiment.history import GrowingCurves
    from nn_tui.experiment.runs.card import new_card
    from nn_tui.experiment.runs.keeper import Keeper
    from nn_tui.experiment.session import Session

    spec = example("clinical-trial")
    session = Session(spec, keep_history=False)
    curves = GrowingCurves()
    with tempfile.TemporaryDirectory() as folder:
        keeper = Keeper(SavedRun.create(Path(folder) / "run", spec), new_card("bench", spec, 0.0))
        keeper.begin(session)
        frames = Frames(epochs)
        process = psutil.Process()

        def record(first: int, last: int) -> None:
            for epoch in range(first, last + 1):
                loss = 0.2 + 1 / math.sqrt(epoch) + 0.01 * math.sin(epoch * 12.9898)
                values = {"loss": loss, "accuracy": 1 - loss, "val_loss": loss, "val_accuracy": 1 - loss}
                curves.append(epoch, values)
                session.training.epoch = epoch
                keeper.epoch_ended(session, values, 0.001)
                if time.monotonic() > keeper.due:
                    keeper.save(session, "training", 0.0)

        record(1, FEW)
        few_frame, few_memory = frames.best(curves, FEW), process.memory_info().rss
        started = time.perf_counter()
        record(FEW + 1, epochs)
        seconds = time.perf_counter() - started
        memory = process.memory_info().rss
        frame = frames.best(curves, epochs)
        keeper.close()
        on_disk = sum(1 for _ in keeper.history.path.open()) - 1 + len(keeper.history._held)
    return {
        "epochs": epochs,
        "few": FEW,
        "memory_mb": (memory - few_memory) / 1e6,
        "few_frame_ms": few_frame * 1e3,
        "frame_ms": frame * 1e3,
        "points_in_memory": len(curves.view().epochs),
        "epochs_on_disk": on_disk,
        "microseconds_an_epoch": 1e6 * seconds / (epochs - FEW),
    }


class Frames:
    """Two charts without a screen."""

    def __init__(self, epochs: int) -> None:
        from nn_tui.tui.widgets.chart import ChartView

        self._charts = {name: ChartView() for name in ("loss", "accuracy")}
        self._epochs = epochs

    def best(self, curves: Any, epoch: int) -> float:
        """Give the seconds of the fastest of some frames, each with one epoch more."""
        from nn_tui.tui.painters.look import Look

        look = Look()
        times = []
        for number in range(20):
            values = {name: float(curves.view().values[name][-1]) for name in curves.view().values}
            curves.append(epoch + number, values)
            started = time.perf_counter()
            for name, chart in self._charts.items():
                chart._curves, chart._quantity, chart._epochs = curves.view(), name, epoch
                chart.make_strips(36, 12, look)
            times.append(time.perf_counter() - started)
        return min(times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="for machines")
    options = parser.parse_args()
    told = measure(options.epochs)
    lines = [f"{name.replace('_', ' ')}: {value:,.3g}" for name, value in told.items()]
    print(json.dumps(told) if options.json else "\n".join(lines))


if __name__ == "__main__":
    main()
