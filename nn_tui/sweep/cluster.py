"""Trials on Dask: a local cluster of processes, or any cluster that a scheduler's address leads to."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import queue
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

from nn_tui.errors import RunError, UsageError
from nn_tui.experiment.headless import never
from nn_tui.sweep.reaching import in_time, require_scheduler
from nn_tui.sweep.serial import Serial
from nn_tui.sweep.sweep import Runner
from nn_tui.sweep.trial import Order, Outcome, Progress, train_trial

INSTALL = "pip install 'nn-tui[sweep]'"
CONNECTING = 5
"""Seconds to reach a scheduler, and to wait for its first worker."""
ANSWERING = 30
"""Seconds that workers have to tell their versions."""
STARTS = 3
"""How often a cluster of this machine's own is begun whose workers end as they start."""
LEAVING = 20.0
"""Seconds that trials have to save when a sweep is stopped."""
GONE = 5.0
"""Seconds without a scheduler after which it is taken to be gone."""
RETRIES = 2
QUIET = {
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.worker.profile.enabled": False,
}
"""Dask's looking at itself: it takes 2 % of a core while nothing is trained, and 5 ms of a trial."""

_left: set[str] = set()
"""In a worker: the sweeps that are to be left."""


def runner_for(
    trials: int,
    workers: int | None,
    scheduler: str | None,
    warn: Callable[[str], None],
    stop: Callable[[], bool] = never,
) -> Runner:
    """Give what trains the trials.

    Args:
        trials: how many there are to train.
        workers: how many at once. Default: one a core.
        scheduler: the address of a Dask scheduler. Default: a cluster of this machine's own.
        warn: told when less is possible than was asked for.
        stop: asked often while a scheduler is waited for whether to leave. Default never.

    Raises:
        KeyboardInterrupt: `stop` said so.
        UsageError: the number or the address is none, or Dask is missing and needed.
        RunError: the scheduler cannot be reached, or its workers have another nn-tui.
    """
    if workers is not None and workers < 1:
        raise UsageError(f"--workers must be at least 1, got {workers}.", "Leave it out for one a core.")
    if scheduler is not None and workers is not None:
        raise UsageError(
            "--workers and --scheduler exclude each other.", "A scheduler has its own workers."
        )
    if scheduler is not None and "://" not in scheduler:
        raise UsageError(
            f"{scheduler!r} is no address of a scheduler.", "For example tcp://127.0.0.1:8786."
        )
    wanted = min(trials, os.cpu_count() or 1) if workers is None else min(workers, max(1, trials))
    if scheduler is None and wanted < 2:
        return Serial()
    if find_spec("distributed") is None:
        if scheduler is not None:
            raise UsageError("--scheduler needs Dask, which is not installed.", f"{INSTALL}.")
        warn(f"trials are trained one after the other; several at once need Dask: {INSTALL}.")
        return Serial()
    return Cluster(wanted, scheduler, stop)


class Cluster:
    """Trains on Dask.

    Args:
        workers: processes of a local cluster.
        address: of a scheduler to use instead. Default: none.
        stop: asked often while it is waited for whether to leave. Default never.

    Raises:
        RunError: it cannot be reached, has no worker, or they have another nn-tui.
        KeyboardInterrupt: `stop` said so.
    """

    def __init__(self, workers: int, address: str | None = None, stop: Callable[[], bool] = never) -> None:
        self.name = f"sweep-{uuid4().hex[:12]}"
        self.address = address
        self._runs = 0
        self._cluster: Any = None
        self._client: Any = None
        self._stop = stop
        self._events: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        _silence()
        if address is None:
            self._start(workers)
        else:
            require_scheduler(address, CONNECTING, stop)
            self._connect(address)

    def _start(self, workers: int) -> None:
        """Begin a cluster of this machine's own, again where its workers end as they start."""
        import_module("dask").config.set(QUIET)
        for left in reversed(range(STARTS)):
            try:
                self._cluster = in_time(partial(_local_cluster, workers), math.inf, never)
                self._connect(self._cluster)
                return
            except (OSError, RuntimeError, TimeoutError, RunError):
                if self._stop():
                    raise KeyboardInterrupt from None
                if not left:
                    raise RunError(
                        "The processes that train end as they start.",
                        "The machine may lack memory: give fewer --workers; 1 needs no other process.",
                    ) from None

    def _connect(self, where: Any) -> None:
        """Be a client of a cluster or of the scheduler at an address, with workers that can be used."""
        client = dask().Client
        try:
            self._client = in_time(
                lambda: client(where, timeout=CONNECTING, set_as_default=False), ANSWERING, self._stop
            )
            self.workers = self._check_workers()
            self._client.subscribe_topic(self.name, self._take_message)
        except BaseException:
            self.close()
            raise

    @property
    def words(self) -> str:
        """Say how trials are trained."""
        where = f" of {self.address}" if self.address else ""
        return f"{self.workers} at once on {'the workers' + where if where else 'this machine'}"

    def _check_workers(self) -> int:
        """See that there are workers, and that they have this nn-tui; give how many."""
        client, none = self._client, f"The scheduler at {self.address} has no worker"
        start = f"Start some with `dask worker {self.address} --nthreads 1`."
        try:
            in_time(lambda: client.wait_for_workers(1, timeout=CONNECTING), ANSWERING, self._stop)
        except TimeoutError:
            raise RunError(f"{none}.", start) from None
        try:
            answers = in_time(lambda: client.run(versions, on_error="return"), ANSWERING, self._stop)
        except TimeoutError:
            raise RunError(f"{none} that answers.", start) from None
        # A worker that ends meanwhile is no fault of the others.
        found = {worker: one for worker, one in answers.items() if not isinstance(one, OSError)}
        if not found:
            raise RunError(f"{none}.", start)
        for error in found.values():
            if isinstance(error, Exception):  # whatever a worker without nn-tui says
                raise RunError(
                    f"The workers cannot run nn-tui: {type(error).__name__}: {error}.",
                    f"{INSTALL} on the scheduler's and on every worker's machine.",
                )
        own = versions()
        for worker, theirs in found.items():
            if theirs != own:
                told = ", ".join(f"{name} {theirs.get(name)} (here {own[name]})" for name in own)
                raise RunError(
                    f"The worker {worker} has other versions: {told}.",
                    "Install the same on all, or the same spec would give other numbers.",
                )
        return len(found)

    def _take_message(self, event: Any) -> None:
        trial, epoch, epochs, points = event[1]
        told = Progress(trial, epoch, epochs, tuple((int(at), float(value)) for at, value in points))
        self._events.put(("progress", told))

    def run(
        self, orders: Sequence[Order], tell: Callable[[Progress], None], stop: Callable[[], bool]
    ) -> Iterator[Outcome]:
        """Train on all workers; gives each outcome as it comes.

        Raises:
            RunError: the scheduler has gone.
        """
        waiting: dict[str, tuple[Any, Order]] = {}
        self._runs += 1
        name = f"{self.name}-{self._runs}"
        for order in orders:
            key = f"{name}-trial-{order.trial + 1}-{order.rung}"
            future = self._client.submit(
                train_on_worker, order, self.name, name, key=key, pure=False, retries=RETRIES
            )
            waiting[key] = future, order
            future.add_done_callback(lambda done: self._events.put(("done", done.key)))
        leaving = 0.0
        connected = time.monotonic()
        while waiting:
            kind: str = ""
            what: Any = None
            with contextlib.suppress(queue.Empty):
                kind, what = self._events.get(timeout=0.1)
            if kind == "progress":
                tell(what)
            elif kind == "done" and what in waiting:
                future, order = waiting.pop(what)
                outcome = self._outcome(future, order)
                # A result that is held is lost with its worker, and its trial is trained again.
                future.release()
                yield outcome
            if self._client.status == "running":
                connected = time.monotonic()
            elif time.monotonic() - connected > GONE:
                raise self._gone()
            if stop() and not leaving:
                leaving = time.monotonic() + LEAVING
                with contextlib.suppress(Exception):  # those that cannot be told are ended with the cluster
                    in_time(lambda: self._client.run(leave, name, on_error="ignore"), LEAVING, never)
            if leaving and time.monotonic() > leaving:
                return

    def _outcome(self, future: Any, order: Order) -> Outcome:
        """Take the result of a trial that has ended, in whatever way."""
        from concurrent.futures import CancelledError as Cancelled

        try:
            outcome: Outcome = future.result()
        except (Cancelled, dask().client.FutureCancelledError):
            raise self._gone() from None
        except dask().KilledWorker as error:
            told = f"Its worker was killed {error.allowed_failures + 1} times; the machine may lack memory."
            return Outcome(order.trial, order.rung, "failed", told)
        except (OSError, TimeoutError):
            raise self._gone() from None
        except Exception as error:  # one trial's fault must not end the others
            return Outcome(order.trial, order.rung, "failed", f"{type(error).__name__}: {error}.")
        return outcome

    def _gone(self) -> RunError:
        return RunError(
            f"The scheduler {f'at {self.address} ' if self.address else ''}has gone.",
            "Finished trials are kept; start it again, then go on with --resume.",
        )

    def close(self) -> None:
        """Let go of the scheduler; a local cluster ends."""
        with contextlib.suppress(Exception):  # a cluster that is gone already
            if self._client is not None:
                in_time(partial(self._client.close, timeout=2), LEAVING, never)
        self._client = None
        if self._cluster is not None:
            with contextlib.suppress(Exception):
                self._cluster.close(timeout=10)


def _silence() -> None:
    """Keep Dask from logging tracebacks of connections: what went wrong is told in one line."""
    dask()  # sets the levels itself when it is imported
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def dask() -> Any:
    """Import Dask where it is needed: it is an extra, and takes a third of a second."""
    return import_module("distributed")


def _local_cluster(workers: int) -> Any:
    """Begin a cluster of this machine's own, in a thread of its own."""
    if hasattr(signal, "pthread_sigmask"):
        # A terminal sends ctrl+c to the workers too, from their start on; they inherit that it is held back
        # here, and end when they have saved. The tracker would let it through again as it starts.
        import_module("multiprocessing.resource_tracker").ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    # Only this machine can reach it; processes, as threads would share one interpreter's lock.
    return dask().LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        memory_limit=0,
        silence_logs=50,
    )


def train_on_worker(order: Order, topic: str, sweep: str) -> Outcome:
    """Train a trial in a worker of Dask, telling the client how far it is.

    Args:
        order: what.
        topic: where the client listens.
        sweep: by which it is told to leave.
    """
    worker = dask().get_worker()

    def tell(progress: Progress) -> None:
        points = [list(point) for point in progress.points]
        worker.log_event(topic, [progress.trial, progress.epoch, progress.epochs, points])

    def stop() -> bool:
        return sweep in _left

    if stop():
        return Outcome(order.trial, order.rung, "interrupted")
    return train_trial(order, tell, stop)


def leave(sweep: str) -> None:
    """In a worker: have the trials of a sweep save and end."""
    _left.add(sweep)


def versions() -> dict[str, str]:
    """Give the versions that decide whether the same spec gives the same numbers."""
    import numpy

    from nn_tui import __version__

    return {"nn-tui": __version__, "numpy": numpy.__version__}
