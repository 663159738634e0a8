"""The full history of a run, one line an epoch, as CSV that any program reads.

    epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds

Memory holds thinned curves only; a million epochs are a file.
"""

from __future__ import annotations

import contextlib
import csv
import io
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nn_tui.errors import RunError
from nn_tui.experiment.files import sync_file, write_whole

HISTORY = "history.csv"
_HELD = 2000
"""Lines kept back between two saves at most."""


class HistoryFile:
    """A file that epochs are appended to.

    Args:
        folder: the run's.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / HISTORY
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
            self.flush()

    def flush(self) -> None:
        """Write what is held back and make sure that it is on disk.

        Raises:
            RunError: the file cannot be written; the lines are kept for the next time.
        """
        if not self._held:
            return
        try:
            with self.path.open("a", encoding="utf-8", newline="") as file:
                file.write("".join(self._held))
                file.flush()
                sync_file(file.fileno())
        except OSError as error:
            raise RunError(f"{self.path} cannot be written: {error.strerror}.", "Make room.") from None
        self._held.clear()

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
        rows = [row for at, row in enumerate(self.rows()) if at % stride == 0]
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
            raise RunError(f"{self.path} cannot be written: {error.strerror}.", "Make room.") from None

    def _take_names(self, names: tuple[str, ...]) -> None:
        """Take more columns: the file is written anew with them."""
        known = dict.fromkeys((*names, *self._names))
        self.flush()
        text = io.StringIO()
        text.write(",".join(known) + "\n")
        for epoch, values in self.rows():
            cells = [repr(values[name]) if name in values else "" for name in list(known)[1:]]
            text.write(",".join([str(epoch), *cells]) + "\n")
        write_whole(self.path, text.getvalue().encode())
        self._names = tuple(known)


class FollowedHistory:
    """A history that another process writes: gives what was added since the last time.

    Args:
        folder: the run's.
        most: epochs to give at once, about; of more that come together, evenly spaced ones. Default 4000.
    """

    def __init__(self, folder: Path, most: int = 4000) -> None:
        self._path, self._most = folder / HISTORY, most
        self._place = 0
        self._names: list[str] = []
        self._last = 0

    def added(self) -> list[tuple[int, dict[str, float]]]:
        """Give the epochs that came; none twice, also when the file was written anew for a column."""
        try:
            with self._path.open("rb") as file:
                names = next(csv.reader([file.readline().decode("utf-8")]), [])
                if names != self._names:
                    self._names, self._place = names, file.tell()
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
