"""Queries in a process of their own, which has only so much memory and time and can write nothing.

A single function of SQL (`repeat`, `range`) may take gigabytes, and minutes before DuckDB heeds an
interrupt, so only the system can bound it. Its rows come back as plain arrays: nothing is unpickled.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.files.database import (
    TooLarge,
    connected,
    first_line,
    in_words,
    plainly,
    table_of,
    wide_columns,
)
from nn_tui.data.files.looking import Cancelled, Watch
from nn_tui.data.files.own_process import environment
from nn_tui.data.files.queries import checked, files_of, written_anew
from nn_tui.data.table import Column, Table
from nn_tui.errors import DataError

Array = NDArray[Any]
SECONDS = 2.0
"""Seconds that a query may take, and one more for every `BYTES_A_SECOND` of its files."""
BYTES_A_SECOND = 10 << 20
MEMORY = 256 << 20
"""Bytes that DuckDB may take, and that the rows may have, and `UNPACKED` times the files' own besides."""
UNPACKED = 8
_UNCOUNTED = 384 << 20
"""Bytes that the process may take besides: DuckDB does not count all that it takes."""
_TEXT = 60
"""Bytes that a text takes in Python beside its letters."""
_LESS = "Let it do less, or run it once in DuckDB and give its rows as a file."


def look(sql: str, folder: Path | None = None, allowed: Sequence[Path] = ()) -> str:
    """Return a query as it is to be run, without running it.

    Args:
        sql: the query.
        folder: it may read files in this folder and below it, and names them from there. Default: any,
            named from the working folder.
        allowed: files and folders that it may read besides, as real paths. Default none.

    Raises:
        DataError: it is not one SELECT, or it reads other files.
    """
    inside = None if folder is None else str(folder)
    head, _ = _ask(
        {"sql": sql, "folder": inside, "allowed": list(map(str, allowed)), "run": False}, Watch()
    )
    return str(head["sql"])


def rows(sql: str, watch: Watch, as_text: Sequence[str] = ()) -> Table:
    """Return the rows of a query.

    Args:
        sql: the query.
        watch: is told that it runs, and may cancel.
        as_text: columns that are given as text. Default none.

    Raises:
        DataError: it is not one SELECT, it fails, or it takes more memory or time than it may.
    """
    head, content = _ask({"sql": sql, "run": True, "as_text": list(as_text)}, watch)
    start = 0

    def unpacked(sizes: Sequence[tuple[str, int]]) -> Array:
        nonlocal start
        arrays: list[Array] = []
        for kind, size in sizes:
            arrays.append(np.frombuffer(content, kind, size // np.dtype(kind).itemsize, start).copy())
            start += size
        return arrays[0] if len(arrays) == 1 else _texts(*arrays)

    columns = tuple(
        Column(name, holds, unpacked(values), unpacked(words) if words else None)
        for name, holds, values, words in head["columns"]
    )
    return Table("the query", columns)


def _ask(order: Mapping[str, Any], watch: Watch) -> tuple[dict[str, Any], bytes]:
    """Have an order done by a process of its own; returns its answer and the bytes behind it."""
    process = subprocess.Popen(
        # `-P`: modules that lie in the working folder are not imported.
        [sys.executable, "-P", "-m", "nn_tui.data.files.query_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Each thread of BLAS and each arena would take from the memory that it may have.
        env={**environment(), "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"},
    )
    came: list[bytes] = []
    talk = threading.Thread(
        target=lambda: came.append(process.communicate(json.dumps(order).encode())[0]), daemon=True
    )
    talk.start()
    try:
        while talk.is_alive():
            watch.report(0.0, "running the query")
            talk.join(0.05)
    finally:
        process.kill()  # nothing where it has ended
        talk.join()
    line, _, rest = (came[0] if came else b"").partition(b"\n")
    try:
        head: dict[str, Any] = json.loads(line)
    except ValueError:  # the system has stopped it, or DuckDB fell over
        raise TooLarge("The query needs more memory or time than it may take.", _LESS) from None
    if "fault" in head:
        message, remedy, kind = head["fault"]
        raise {"TooLarge": TooLarge, "Cancelled": Cancelled}.get(kind, DataError)(message, remedy)
    return head, rest


class _Answer:
    """The one answer of this process, on its standard output; whoever is first gives it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.timer: threading.Timer | None = None

    def give(self, head: Mapping[str, Any], content: Sequence[Array] = ()) -> NoReturn:
        """Write the answer and end the process at once, whatever DuckDB still does."""
        try:
            text = json.dumps(head).encode() + b"\n"
            self.lock.acquire()
            sys.stdout.buffer.write(text)
            for array in content:
                sys.stdout.buffer.write(np.ascontiguousarray(array).view(np.uint8).data)
            sys.stdout.buffer.flush()
        finally:  # also where nobody reads it any more, or no memory is left to write it
            os._exit(0)

    def fault(self, error: DataError) -> NoReturn:
        """Answer that the query is refused or failed."""
        self.give({"fault": [error.message, error.remedy, type(error).__name__]})

    def bound(self, size: int) -> None:
        """Bound time and memory from now on to what reading files of so many bytes may take."""
        seconds = SECONDS + size / BYTES_A_SECOND
        late = DataError(f"The query takes longer than {seconds:.0f} s.", _LESS)
        if self.timer is not None:
            self.timer.cancel()
        self.timer = threading.Timer(seconds, self.fault, [late])
        self.timer.daemon = True
        self.timer.start()
        try:
            import resource
        except ImportError:  # not on this system: DuckDB's own bounds and the timer hold
            return
        # For the case that the timer does not get its turn: the system ends this process.
        signal.setitimer(signal.ITIMER_REAL, seconds + 2)
        used = resource.getrusage(resource.RUSAGE_SELF)
        most_seconds = int(used.ru_utime + used.ru_stime + 2 * seconds) + 2
        limits = {
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_CPU: most_seconds,
            resource.RLIMIT_AS: _address_space() + MEMORY + _UNCOUNTED + 2 * UNPACKED * size,
        }
        for limit, most in limits.items():
            with contextlib.suppress(ValueError, OSError):  # a lower one holds already
                hard = resource.getrlimit(limit)[1]
                resource.setrlimit(limit, (most if hard < 0 else min(most, hard), hard))


def _address_space() -> int:
    """Return the bytes of addresses that this process has taken so far, about."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return 1 << 30
    return pages * os.sysconf("SC_PAGE_SIZE")


def beside(folder: Path, allowed: Sequence[Path]) -> Callable[[str], str]:
    """Return what finds the files of a query: below a folder, links followed, or among the allowed ones."""
    allowed = [Path(os.path.realpath(folder)), *allowed]

    def place(name: str) -> str:
        for path in dict.fromkeys((os.path.join(folder, name), name)):
            with contextlib.suppress(DataError, ValueError):
                real = [Path(os.path.realpath(file)) for file in files_of(path) if os.path.exists(file)]
                if real and all(any(map(file.is_relative_to, allowed)) for file in real):
                    return name if os.path.exists(name) and os.path.samefile(name, path) else path
        raise DataError(
            f"The query reads {name[:200]!r}, which is no file beside the one that holds the query.",
            f"Put it into {folder}, or name it on the command line.",
        )

    return place


def _packed(values: Array) -> list[Array]:
    """Return values as plain arrays; texts as their numbers of bytes and all of their bytes."""
    if values.dtype.kind != "O":
        return [values]
    words = [None if value is None else value.encode("utf-8", "replace") for value in values]
    lengths = np.array([-1 if word is None else len(word) for word in words], np.int64)
    return [lengths, np.frombuffer(b"".join(word for word in words if word is not None), np.uint8)]


def _texts(lengths: Array, letters: Array) -> Array:
    """Return the texts that `_packed` made arrays of."""
    whole, found, at = letters.tobytes(), np.empty(len(lengths), object), 0
    for row, length in enumerate(lengths.tolist()):
        if length >= 0:
            found[row] = whole[at : at + length].decode()
            at += length
    return found


def _give_rows(answer: _Answer, table: Table, most: int) -> NoReturn:
    packed = [
        (_packed(column.values), [] if column.words is None else _packed(column.words))
        for column in table.columns
    ]
    parts = [arrays for pair in packed for arrays in pair]
    size = sum(array.nbytes for arrays in parts for array in arrays)
    size += sum(_TEXT * len(arrays[0]) for arrays in parts if len(arrays) > 1)
    if size > most:
        raise TooLarge(f"The rows of the query take {size >> 20:,} MB; {most >> 20:,} is the most.", _LESS)
    columns = [
        (column.name, column.holds, *([(array.dtype.str, array.nbytes) for array in part] for part in pair))
        for column, pair in zip(table.columns, packed, strict=True)
    ]
    answer.give({"columns": columns}, [array for arrays in parts for array in arrays if array.size])


def _settings(memory: int) -> dict[str, str | int]:
    return {"temp_directory": "", "threads": 2, "memory_limit": f"{memory >> 20}MB"}


def main() -> None:
    """Do the order that comes on standard input, within bounds of memory and time."""
    order = json.loads(sys.stdin.buffer.read())
    place, answer = Path("The query"), _Answer()
    try:
        with connected(_settings(MEMORY)) as connection:
            answer.bound(0)
            folder = order.get("folder")
            find = (
                str if folder is None else beside(Path(folder), [Path(path) for path in order["allowed"]])
            )
            with plainly(place):
                query = checked(connection, order["sql"], find)
        if not order["run"]:
            answer.give({"sql": query.sql})
        size = sum(os.path.getsize(file) for file in query.files)
        answer.bound(size)
        most = MEMORY + UNPACKED * size
        with connected(_settings(most), only=query.paths) as base:
            sql = query.sql
            with plainly(place):
                relation = base.sql(sql)
                types = dict(zip(relation.columns, map(str, relation.types), strict=True))
                chosen = [name for name in types if name in order["as_text"]]
                if chosen or wide_columns(types):  # then it becomes a part of another query
                    sql = written_anew(base, sql)
                sql = in_words(sql, chosen) if chosen else sql
            _give_rows(answer, table_of(base, place, sql)[0], most)
    except DataError as error:
        answer.fault(error)
    except MemoryError:
        answer.fault(TooLarge("The query needs more memory than it may take.", _LESS))
    except RecursionError:
        answer.fault(DataError("The query is nested too deeply.", "Write it plainer."))
    except Exception as error:
        answer.fault(DataError(f"The query fails: {first_line(error)}", "Check its SQL."))


if __name__ == "__main__":
    main()
