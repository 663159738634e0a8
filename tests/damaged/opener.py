"""Opens damaged files, one after another, and reports what became of each: run in a process of its own.

    python -m tests.damaged.opener KIND SAMPLE COUNT SEED FOLDER

An audit hook sees every file that is opened for writing, every program that is started and every code
that is executed; the memory of the process is bounded. One line of JSON says what was found.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from nn_tui.errors import NnTuiError
from tests.damaged.damage import ANYWHERE, ARCHIVES, TEXT, Damage

MEMORY = 2 << 30
"""Bytes of address space that opening may take, on top of what the process had."""

_watched: dict[str, Any] = {"on": False, "folder": "", "seen": []}


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watched["on"]:
        return
    if event == "open":
        path, mode, flags = arguments
        writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (
            isinstance(flags, int) and flags & 3
        )
        if writes and isinstance(path, (str, bytes)):
            where = path.decode() if isinstance(path, bytes) else path
            if not where.startswith((_watched["folder"], "/dev/")):
                _watched["seen"].append(f"wrote {where}")
    elif event in (
        "os.system",
        "subprocess.Popen",
        "os.exec",
        "os.posix_spawn",
        "socket.connect",
        "os.fork",
    ):
        _watched["seen"].append(f"{event} {arguments[:1]}")
    elif event == "pickle.find_class":
        _watched["seen"].append(f"unpickled {arguments[1:]}")
    elif event == "exec" and getattr(arguments[0], "co_filename", "") == "<string>" and not _own():
        _watched["seen"].append("executed code")


_OWN = ("dataclasses", "collections", "typing", "importlib._bootstrap")
"""What executes code of the program itself: to make its classes, to read its type hints, to import it."""


def _own() -> bool:
    """Whether the code that is executed is the program's own."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_globals.get("__name__") in _OWN:
            return True
        frame = frame.f_back  # type: ignore[assignment]  # None ends the loop
    return False


def damages_for(kind: str) -> tuple[Damage, ...]:
    """Give the ways to damage a kind of file."""
    if kind in ("bundle", "keras"):
        return ANYWHERE + ARCHIVES
    return ANYWHERE + (TEXT if kind in ("spec", "code", "card", "data") else ())


def opened(kind: str, path: Path, folder: Path) -> None:
    """Open a file as the program does."""
    if kind == "spec":
        from nn_tui.experiment.sources import open_source

        open_source(str(path))
    elif kind in ("code", "keras"):
        from nn_tui.export.opening import open_anything

        open_anything(str(path))
    elif kind == "bundle":
        from nn_tui.experiment.runs.store import RunStore

        RunStore(folder / "store").find(str(path))
    else:
        # A part of a run's folder.
        from nn_tui.experiment.prediction import open_run

        open_run(str(path.parent))
        if kind == "state":
            from nn_tui.experiment.checkpoint import SavedRun

            SavedRun.open(path.parent).reopen()
        else:
            from nn_tui.experiment.runs.store import RunStore

            RunStore(folder / "store").card_at(path.parent)


def main(kind: str, sample: Path, count: int, seed: int, folder: Path) -> dict[str, Any]:
    """Damage a sample many times and open each."""
    content = sample.read_bytes()
    path = folder / sample.name if kind in ("spec", "code", "keras", "bundle") else sample
    ways = damages_for(kind)
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    slowest = 0.0
    opened(kind, sample, folder)  # imports are no part of it
    _watched["folder"] = str(folder)
    sys.addaudithook(_watch)
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, resource.RLIM_INFINITY))
    for number in range(count):
        random = np.random.default_rng((seed, number))
        way = ways[number % len(ways)]
        path.write_bytes(way(content, random))
        for left in path.parent.glob("*.prev"):
            left.unlink()
        shutil.rmtree(folder / "store", ignore_errors=True)  # what was opened before would only be found
        started = time.perf_counter()
        _watched["on"] = True
        try:
            opened(kind, path, folder)
            outcomes["opened"] += 1
        except NnTuiError as error:
            outcomes["refused"] += 1
            told = str(error)
            if not error.message or "\n" in told or any(ord(letter) < 32 for letter in told):
                faults.append(f"{number} {way.__name__}: unclear: {told[:200]!r}")
        except BaseException as error:
            faults.append(f"{number} {way.__name__}: {type(error).__name__}: {error}"[:300])
        finally:
            _watched["on"] = False
        slowest = max(slowest, time.perf_counter() - started)
        faults += [f"{number} {way.__name__}: {seen}" for seen in _watched["seen"]]
        _watched["seen"].clear()
    if path == sample:
        sample.write_bytes(content)
    return {"kind": kind, **outcomes, "faults": faults, "slowest": slowest}


if __name__ == "__main__":
    name, file, times, start, place = sys.argv[1:]
    print(json.dumps(main(name, Path(file), int(times), int(start), Path(place))))
