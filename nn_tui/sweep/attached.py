"""A sweep in a process of its own, owned by another one: started, read, stopped, never left behind.

The owner holds the pipe that is the process's standard input. It ends when the owner closes it or is gone,
however it went, and then the sweep saves what it trains and leaves. What it tells comes as `--json`.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from nn_tui.data.files.own_process import environment
from nn_tui.experiment.files import log_file
from nn_tui.sweep.headless import JsonTeller
from nn_tui.sweep.standings import Standings
from nn_tui.sweep.trial import Outcome, Progress

LOG = "sweep.log"
PATIENCE = 1.0
"""Seconds that an owner who leaves waits for it."""
LEAVING = 60.0
"""Seconds after which the process ends without having saved, should anything keep it."""
LOW_PRIORITY = 5
"""How nice it is to others, of 19: the screen of its owner is to answer at once."""
_CHUNK = 1 << 16
_MOST_READ = 1 << 20
"""Bytes that are read at once at most, so that the reader can go on with other things."""


class SweepProcess:
    """Runs what is left of a sweep; the caller reads how far it is whenever it likes, and never waits.

    Args:
        standings: brought up to date by `read`.
        workers: how many trials at once. Default: one a core.
        scheduler: the address of a Dask scheduler. Default: none.
    """

    def __init__(
        self, standings: Standings, workers: int | None = None, scheduler: str | None = None
    ) -> None:
        self.standings = standings
        self.phase: Literal["begins", "runs", "stops", "ended"] = "begins"
        self.how = ""
        """How trials are trained, once it has begun."""
        self.told = ""
        """What it said last when it ended, if it did not end as asked."""
        folder = standings.folder.path
        words = [
            sys.executable,
            "-P",
            "-m",
            "nn_tui",
            "sweep",
            "--resume",
            str(folder),
            "--json",
            "--attached",
        ]
        if workers is not None:
            words += ["--workers", str(workers)]
        if scheduler is not None:
            words += ["--scheduler", scheduler]
        with log_file(folder / LOG, anew=True) as log:
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # a key that ends this program in its terminal is not sent to it
                env=environment(),
            )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        self._rest = b""

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def read(self) -> bool:
        """Take what has been told since; gives whether anything has changed."""
        if self.phase == "ended":
            return False
        over = self._process.poll() is not None
        content = self._arrived()
        *lines, self._rest = (self._rest + content).split(b"\n")
        for line in lines:
            with contextlib.suppress(ValueError):
                self._take(json.loads(line))
        if over and len(content) < _MOST_READ:
            self._end()
            return True
        return bool(lines)

    def _arrived(self) -> bytes:
        assert self._process.stdout is not None
        pieces, size = [], 0
        while size < _MOST_READ:
            try:
                piece = os.read(self._process.stdout.fileno(), _CHUNK)
            except BlockingIOError:
                break
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces)

    def _take(self, record: dict[str, Any]) -> None:
        number = int(record.get("trial", 0)) - 1
        match record["event"]:
            case "begin":
                self.how = str(record["how"])
                self.phase = "runs" if self.phase == "begins" else self.phase
            case "progress":
                points = tuple((int(epoch), float(value)) for epoch, value in record["points"])
                self.standings.progress(Progress(number, record["epoch"], record["epochs"], points))
                if record["status"] != "training":  # it waits for the others of its rung
                    self._take_end(number, record)
            case "trial":
                self._take_end(number, record)

    def _take_end(self, number: int, record: dict[str, Any]) -> None:
        best = None if record["best"] is None else (record["best"], record["best_epoch"])
        self.standings.take(
            Outcome(
                number,
                0,
                record["status"],
                record.get("reason") or "",
                record["epoch"],
                record["epochs"],
                best,
                record.get("seconds", 0.0),
            )
        )

    def stop(self) -> None:
        """Have it save what it trains and leave."""
        if self.phase != "ended":
            self.phase = "stops"
            self._let_go()

    def _let_go(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def close(self, patience: float = PATIENCE) -> None:
        """Have it save and leave; it is waited for, but not for long, as it ends by itself.

        Args:
            patience: seconds to wait at most. Default 1.
        """
        self.stop()
        deadline = time.monotonic() + patience
        while self.phase != "ended" and time.monotonic() < deadline:
            self.read()  # a full pipe would keep it
            time.sleep(0.01)

    def _end(self) -> None:
        assert self._process.stdout is not None
        self._let_go()
        self._process.stdout.close()
        stopped, self.phase = self.phase == "stops", "ended"
        for number, one in enumerate(self.standings.standings):
            if one.phase == "training":  # what it has of it is kept, and goes on with the next start
                self.standings.interrupted(number)
        status = self._process.returncode
        if status != 0 and not (stopped and status == 130):
            self.told = self._last_words()

    def _last_words(self) -> str:
        try:
            text = (self.standings.folder.path / LOG).read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = ""
        lines = [line for line in text.splitlines() if line.strip()]
        return lines[-1].removeprefix("nn-tui: ") if lines else "The sweep's process ended unexpectedly."


class AttachedTeller(JsonTeller):
    """Tells the owner; that it has gone is no fault of the sweep, which saves and leaves."""

    def _print(self, record: dict[str, object]) -> None:
        with contextlib.suppress(BrokenPipeError):
            super()._print(record)


@contextmanager
def attached() -> Iterator[Callable[[], bool]]:
    """Be the process of a sweep: nice to others; gives whether the owner wants it to leave, or is gone."""
    if os.name == "posix":
        os.nice(LOW_PRIORITY)
    gone = threading.Event()

    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, _CHUNK):
                pass
        gone.set()
        time.sleep(LEAVING)
        os._exit(130)

    threading.Thread(target=wait, name="owner", daemon=True).start()
    try:
        yield gone.is_set
    finally:
        # Nobody may be left to read what Python writes out at its end.
        with contextlib.suppress(OSError):
            sys.stdout.flush()
