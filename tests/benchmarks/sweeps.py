"""What a sweep costs beside its training: `python -m tests.benchmarks.sweeps` (extra `sweep`).

    overhead     milliseconds a trial on a warm local cluster, beyond what its training alone takes
    speed-up     two workers against one, trials of about a second, interleaved
    simulation   how far more workers help: trials given out by one coordinator that spends the measured
                 time on each, up to 64 workers

What the coordinator spends is the processor's time of the process that has the client, Dask's scheduler and
the sweep: so much for every trial, and so much for every second that a trial tells how far it is.

The load of the machine is printed beside the figures: others that compute take from the speed-up.
`chrt -f 10 python -m tests.benchmarks.sweeps` keeps them away where it is allowed.
"""

from __future__ import annotations

import heapq
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import loads, set_value
from nn_tui.experiment.threads import at_most
from nn_tui.sweep.axes import Axis
from nn_tui.sweep.cluster import Cluster
from nn_tui.sweep.folder import SweepFolder
from nn_tui.sweep.plan import make_plan
from nn_tui.sweep.sweep import Runner, Sweep
from nn_tui.sweep.trial import Outcome, Progress
from tests.experiment.specs import TEXT

TRIALS = 24
ROUNDS = 3
IDLE = 3.0
"""Seconds in which it is measured what two clusters take that train nothing."""
WORKERS = (1, 2, 4, 8, 16, 32, 64)


def main() -> None:
    """Measure and print."""
    os.environ["NN_TUI_HOME"] = tempfile.mkdtemp(prefix="nn-tui-bench-")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    spec = loads(TEXT)
    with running(1) as one, running(2) as two:
        sweep_seconds(one, spec, TRIALS)  # warm: modules imported, data loaded
        sweep_seconds(two, spec, TRIALS)
        before = time.process_time()
        time.sleep(IDLE)
        idle = (time.process_time() - before) / IDLE
        alone, whole, spent = [], [], []
        for _ in range(ROUNDS):
            alone.append(training_seconds(spec, TRIALS))
            before = time.process_time()
            whole.append(sweep_seconds(one, spec, TRIALS))
            spent.append((time.process_time() - before - idle * whole[-1]) / TRIALS)
        overhead = (statistics.median(whole) - statistics.median(alone)) / TRIALS
        print(f"overhead: {1000 * overhead:.1f} ms a trial ({TRIALS} trials, 1 warm worker)")
        long = set_value(spec, "fit.epochs", epochs_of_a_second(spec))
        ratios, busy_long = [], []
        for _ in range(ROUNDS):
            before = time.process_time()
            slow = sweep_seconds(one, long, 8)
            busy_long.append((time.process_time() - before - idle * slow) / 8)
            ratios.append(slow / sweep_seconds(two, long, 8))
        told = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        print(
            f"speed-up: {statistics.median(ratios):.2f} on 2 workers, 8 trials of about a second ({told})"
        )
    each = statistics.median(spent)
    second = max(0.0, statistics.median(busy_long) - each)
    print(
        f"coordinator: {1000 * each:.1f} ms a trial, {1000 * second:.1f} ms for each second of one that "
        f"trains, {1000 * idle:.1f} ms a second while nothing happens"
    )
    print(f"  of it the sweep's own: {1000 * coordinator_seconds(spec):.2f} ms a trial with 10 messages")
    print("simulation: speed-up by workers, 10 trials a worker")
    for seconds in (0.1, 1.0, 10.0):
        busy = each + second * seconds
        row = "  ".join(f"{count}: {simulated(count, seconds, overhead, busy):.1f}" for count in WORKERS)
        print(f"  trials of {seconds:g} s   {row}   limit {(1 - idle) * seconds / busy:.0f}")
    print("  at the limit the coordinator is never idle")


@contextmanager
def running(workers: int) -> Iterator[Cluster]:
    """Give a local cluster."""
    cluster = Cluster(workers)
    try:
        yield cluster
    finally:
        cluster.close()


def sweep_seconds(runner: Runner, spec: Spec, trials: int) -> float:
    """Give how long a sweep over so many seeds takes."""
    plan = make_plan(spec, [Axis("seed", tuple(range(trials)))])
    folder = SweepFolder.begin(plan, Path(tempfile.mkdtemp(prefix="nn-tui-bench-")) / "sweep")
    sweep = Sweep(plan, folder)
    started = time.perf_counter()
    for _ in sweep.run(runner):
        pass
    folder.close()
    seconds = time.perf_counter() - started
    assert sweep.finished and sweep.best is not None
    return seconds


def training_seconds(spec: Spec, trials: int) -> float:
    """Give how long the same trainings take alone, kept nowhere."""
    started = time.perf_counter()
    with at_most(1):
        for seed in range(trials):
            for _ in Session(set_value(spec, "seed", seed), keep_history=False).steps():
                pass
    return time.perf_counter() - started


def epochs_of_a_second(spec: Spec) -> int:
    """Give how many epochs take about a second."""
    fifty = training_seconds(set_value(spec, "fit.epochs", 50), 1)
    return max(50, round(50 / fifty))


class Prepared:
    """A runner whose trials are trained already: what is left is the coordinator's own work."""

    words = "prepared"

    def run(self, orders, tell, stop):  # type: ignore[no-untyped-def]
        """Give each outcome at once, after ten messages."""
        del stop
        for order in orders:
            for number in range(10):
                tell(Progress(order.trial, number + 1, 10, ((number + 1, 0.5),)))
            yield Outcome(order.trial, order.rung, "done", epoch=10, epochs=10, best=(0.5, 1))

    def close(self) -> None:
        """Nothing was opened."""


def coordinator_seconds(spec: Spec, trials: int = 500) -> float:
    """Give what the coordinator itself spends on a trial."""
    return sweep_seconds(Prepared(), spec, trials) / trials


def simulated(workers: int, seconds: float, overhead: float, busy: float) -> float:
    """Give the speed-up over one worker that adds nothing, by simulating who is free when.

    Args:
        workers: how many.
        seconds: a trial trains.
        overhead: a trial costs beside it, on its worker.
        busy: a trial costs the coordinator, which takes in one result after the other.
    """
    trials = 10 * workers
    free = [0.0] * workers
    coordinator = 0.0
    for _ in range(trials):
        ended = heapq.heappop(free) + seconds + max(0.0, overhead - busy)
        coordinator = max(coordinator, ended) + busy
        heapq.heappush(free, coordinator)
    return trials * seconds / coordinator


if __name__ == "__main__":
    sys.exit(main())
