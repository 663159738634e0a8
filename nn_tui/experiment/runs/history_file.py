"""The history of a run, one line an epoch, as CSV that any program reads.

    epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds

Every epoch is in it up to `LARGEST` bytes, which are some ten thousand epochs. From then on lines are left
out evenly, so that it stays as small however long a run trains.
"""

from __future__ import annotations

import contextlib
import csv
import io
import math
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn_tui.errors import RunError
from nn_tui.experiment.files import append_whole, whole_file, write_whole

HISTORY = "history.csv"
LARGEST = 4 << 20
"""Bytes that the file has at most, but for what comes between two looks at it."""
_HELD = 2000
"""Lines kept back between two saves at most."""


class HistoryFile:
    """A file that epochs are appended to.

    Args:
        folder: the run's.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / HISTORY
        self.too_large = False
        """Whether it is time to `thin`."""
        self._names: tuple[str, ...] = ()
        self._held: list[str] = []
        try:
            with self.path.open(encoding="utf-8", newline="") as file:
                self._names = tuple(next(csv.reader(file), ()))
        except (OSError, UnicodeDecodeError, csv.Error):
            self._names = ()

    def append(self, epoch: int, values: Mapping[str, float]) -> None:
        """Add the values of an epoch; they are on disk after the next `flush`.

        Raises:
            RunError: the file cannot be written.
        """
        if not set(values) <= set(self._names):
            self._take_names(("epoch", *values))
        cells = [repr(float(values[name])) if name in values else "" for name in self._names[1:]]
        self._held.append(",".join([str(epoch), *cells]) + "\n")
        if len(self._held) >= _HELD:
            try:
                self.flush()
            finally:
                del self._held[1:-1:2]  # nothing, unless the disk is full: then memory must not be

    def flush(self) -> None:
        """Write what is held back and make sure that it is on disk.

        Raises:
            RunError: the file cannot be written; the lines are kept for the next time.
        """
        if not self._held:
            return
        head = ",".join(self._names) + "\n"
        size = append_whole(self.path, "".join(self._held).encode(), head.encode())
        self._held.clear()
        self.too_large = size > LARGEST

    def thin(self, marked: Collection[int] = ()) -> None:
        """Leave out epochs evenly, until half of the room is free.

        The first and the last stay. The work is done once for as many epochs as have room, so that an epoch
        costs the same however long it trains.

        Args:
            marked: epochs that stay as well.

        Raises:
            RunError: the file cannot be read or written.
        """
        self.too_large = False
        try:
            with self.path.open("rb") as file:
                file.readline()
                sizes = [0] * 64  # of the lines that go when the stride doubles for the first time, ...
                stay = {first := _number(file.readline()), *marked}
                last = first
                for line in file:
                    last = _number(line)
                    sizes[_halvings(last)] += 0 if last in stay else len(line)
                left, halvings = sum(sizes), 0
                while left > LARGEST // 2 and halvings < len(sizes):
                    left -= sizes[halvings]
                    halvings += 1
                stay.add(last)
                file.seek(0)
                # Line by line, as memory that is taken once is not given back.
                with whole_file(self.path, make_folder=False) as thinned:
                    thinned.write(file.readline())
                    for line in file:
                        number = _number(line)
                        if number in stay or _halvings(number) >= halvings:
                            thinned.write(line)
        except OSError as error:
            raise RunError(f"{self.path} cannot be read: {error.strerror}.", "") from error

    def rows(self) -> Iterator[tuple[int, dict[str, float]]]:
        """Give each epoch and what it measured; a last line that was cut off is passed over."""
        try:
            with self.path.open(encoding="utf-8", newline="") as file:
                lines = csv.reader(file)
                names = next(lines, [])
                for cells in lines:
                    try:
                        pairs = zip(names[1:], cells[1:], strict=True)
                        yield int(cells[0]), {name: float(cell) for name, cell in pairs if cell}
                    except (ValueError, IndexError):
                        continue
        except (OSError, UnicodeDecodeError, csv.Error):
            return

    def curves(self, most: int = 4000) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float64]]]:
        """Give the epochs and every column as arrays for a chart, evenly thinned where there are many.

        Args:
            most: epochs to give, about. Default 4000.
        """
        try:
            with self.path.open("rb") as file:
                lines = sum(1 for _ in file)
        except OSError:
            lines = 0
        stride = max(1, math.ceil(lines / most))
        rows, last = [], None
        for at, last in enumerate(self.rows()):
            if at % stride == 0:
                rows.append(last)
        if last is not None and rows[-1] is not last:
            rows.append(last)
        names = dict.fromkeys(name for _, values in rows for name in values)
        return np.array([epoch for epoch, _ in rows], np.int64), {
            name: np.array([values.get(name, math.nan) for _, values in rows]) for name in names
        }

    def cut(self, epoch: int) -> None:
        """Forget the epochs after this one, which a resumed run will train again.

        Raises:
            RunError: the file cannot be written.
        """
        self._held.clear()
        try:
            with self.path.open("r+b") as file:
                place = len(file.readline())
                for line in file:
                    number = line.split(b",", 1)[0]
                    if not line.endswith(b"\n") or not number.isdigit() or int(number) > epoch:
                        break
                    place += len(line)
                file.truncate(place)
        except FileNotFoundError:
            return
        except OSError as error:
            raise RunError(f"{self.path} cannot be written: {error.strerror}.", "Make room.") from error

    def _take_names(self, names: tuple[str, ...]) -> None:
        """Take more columns: the file is written anew with them."""
        known = dict.fromkeys((*names, *self._names))
        self.flush()
        text = io.StringIO()
        text.write(",".join(known) + "\n")
        for epoch, values in self.rows():
            cells = [repr(values[name]) if name in values else "" for name in list(known)[1:]]
            text.write(",".join([str(epoch), *cells]) + "\n")
        write_whole(self.path, text.getvalue().encode(), make_folder=False)
        self._names = tuple(known)


def seconds_of(rows: Iterable[tuple[int, Mapping[str, float]]]) -> float:
    """Return how long was trained: an epoch stands for those that are left out before it, too."""
    seconds, before = 0.0, 0
    for epoch, values in rows:
        seconds += (epoch - before) * values.get("seconds", 0.0)
        before = epoch
    return seconds


def _halvings(epoch: int) -> int:
    """Return how often epochs can be left out by half, evenly from the first one on, with this one left."""
    from_first = epoch - 1
    return (from_first & -from_first).bit_length() - 1 if from_first > 0 else 63


def _number(line: bytes) -> int:
    """Return the epoch of a line; 0 where it has none."""
    number = line.partition(b",")[0]
    return int(number) if number.isdigit() else 0


class FollowedHistory:
    """A history that another process writes: gives what was added since the last time.

    Args:
        folder: the run's.
        most: epochs to give at once, about; of more that come together, evenly spaced ones. Default 4000.
    """

    def __init__(self, folder: Path, most: int = 4000) -> None:
        self._path, self._most = folder / HISTORY, most
        self._file = (0, 0)
        self._place = 0
        self._names: list[str] = []
        self._last = 0

    def added(self) -> list[tuple[int, dict[str, float]]]:
        """Give the epochs that came; none twice, also when the file was written anew for a column."""
        try:
            with self._path.open("rb") as file:
                names = next(csv.reader([file.readline().decode("utf-8")]), [])
                about = os.fstat(file.fileno())
                written_anew = (about.st_dev, about.st_ino) != self._file or about.st_size < self._place
                if names != self._names or written_anew:
                    self._names, self._place = names, file.tell()
                    self._file = about.st_dev, about.st_ino
                file.seek(self._place)
                lines = [line for line in file if line.endswith(b"\n")]
        except (OSError, UnicodeDecodeError, csv.Error):
            return []
        self._place += sum(map(len, lines))
        stride = max(1, math.ceil(len(lines) / self._most))
        last = len(lines) - 1
        rows = []
        for cells in csv.reader(
            line.decode("ascii", "replace")
            for at, line in enumerate(lines)
            if at % stride == 0 or at == last
        ):
            with contextlib.suppress(ValueError, IndexError):
                pairs = zip(self._names[1:], cells[1:], strict=True)
                row = int(cells[0]), {name: float(cell) for name, cell in pairs if cell}
                if row[0] > self._last:
                    rows.append(row)
                    self._last = row[0]
        return rows
