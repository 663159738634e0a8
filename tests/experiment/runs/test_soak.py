"""A thousand hours at the workbench, without the waiting: nothing grows that should not.

Each simulated hour trains, saves, pauses, changes something while it trains, and now and then resets; the
clock of saving is moved on by an hour, so that every saving that would be due is made.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from nn_tui.experiment import commands as command
from nn_tui.experiment.runs import epochs, keeper
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.trainer import Trainer
from tests.experiment.specs import small

HOURS = 1000
SETTLED = 200
"""Hours after which every cache and table has its size."""
RESET_EVERY = 50


def resident() -> int:
    """Bytes of memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def handles() -> int:
    """Open files."""
    return len(os.listdir("/proc/self/fd"))


def on_disk(folder: Path) -> int:
    """Bytes in a folder but for the full histories, which are a line an epoch."""
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and path.name != "history.csv" and not path.name.endswith(".sqlite")
    )


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks the system for memory and handles")
def test_a_thousand_hours_leave_nothing_behind(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    hours = 0

    def monotonic() -> float:
        return time.monotonic() + hours * 3600

    clock = SimpleNamespace(monotonic=monotonic, time=time.time, perf_counter=time.perf_counter)
    monkeypatch.setattr(keeper, "time", clock)
    monkeypatch.setattr(epochs, "time", clock)
    store = RunStore()
    spec = replace(small(), fit=replace(small().fit, epochs=10**6))
    trainer = Trainer(spec, store)
    trainer.wait_for(lambda now: now.status.phase == "ready")
    measured: dict[int, tuple[int, int, int, int]] = {}
    seed = 0
    for hours in range(1, HOURS + 1):
        trainer.send(command.Play())
        began = trainer.newest().status.epoch
        trainer.wait_for(lambda now, began=began: now.status.epoch > began + 1)  # type: ignore[misc]  # mypy knows no defaults in lambdas
        rate = 0.001 * (1 + hours % 5)
        trainer.send(command.SetParam("compile.optimizer.learning_rate", rate))
        trainer.send(command.Pause())
        now = trainer.wait_for(lambda now: now.status.phase == "paused")
        assert not now.trouble and now.status.error == ""
        if hours % 10 == 0:
            units = 4 + hours // 10 % 3
            trainer.send(command.Rebuild(set_value(now.spec, "layers.0.units", units)))
        if hours % RESET_EVERY == 0:
            seed += 1
            trainer.send(command.Rebuild(replace(now.spec, seed=seed), keep_weights=False))
            trainer.send(command.RunBatches(1))
            begun = trainer.wait_for(lambda now: now.status.batch == 1 and now.status.phase == "paused")
            for card in store.runs():
                if begun.run is not None and card.id != begun.run.id:
                    store.delete(card)
            store.purge(time.time() + 8 * 24 * 3600)
        if hours in (SETTLED, HOURS):
            trainer.wait_for(lambda now: now.status.phase in ("ready", "paused"))
            measured[hours] = (resident(), threading.active_count(), handles(), on_disk(home))
    trainer.close()
    assert not trainer.alive
    (memory, threads, files, disk), (memory_1, threads_1, files_1, disk_1) = measured.values()
    assert memory_1 - memory < 8 << 20
    assert threads_1 == threads and files_1 == files
    assert disk_1 <= disk + 100_000
