"""A callback that writes every epoch's values to a file: the one place of the engine that writes one."""

from __future__ import annotations

import csv
import os
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn_tui.declare import register
from nn_tui.engine.callbacks.callback import Callback
from nn_tui.errors import RunError, SpecError

if TYPE_CHECKING:
    from nn_tui.engine.training import Training

__all__ = ["CSVLogger"]

_LONGEST = 10_000
"""Letters of a header."""
_LOOKED_AT = 10_000
"""Rows by which a file is told from a log."""


@register("callback", "CSVLogger")
class CSVLogger(Callback):
    """Write every epoch's loss and metrics as a row of a CSV file.

    A log that is there is begun anew with the first epoch, and a training that goes on adds to it. A file
    that is no log is left as it is.

    Args:
        filename: the file; in an experiment, a path below the working folder. Default "training.csv".
        separator: one character between the values. Default ",".
        append: whether to add to a file that is there. Default no.
    Raises:
        RunError: the file is there and is no log, or cannot be written; says why.
    Source: agrees with keras.callbacks.CSVLogger: `epoch` counts from 0, the other columns are sorted.
    """

    columns: list[str] | None

    def __init__(self, filename: str = "training.csv", separator: str = ",", append: bool = False) -> None:
        if len(separator) != 1 or separator in '"\r\n':
            raise SpecError(
                f"CSVLogger: 'separator' must be one character, got {separator!r}.", 'Use "," or ";".'
            )
        self.filename = filename
        self.separator = separator
        self.append = append

    def fresh(self) -> dict[str, Any]:
        """Return what is remembered: the columns of the file once it is begun."""
        return {"columns": None}

    @property
    def _path(self) -> Path:
        return Path(os.path.expanduser(self.filename))

    def on_train_begin(self, training: Training) -> None:
        """See whether the file may be written, before anything is trained."""
        super().on_train_begin(training)
        self._spare_others()

    def _spare_others(self) -> None:
        if not self.append and _has_content(self._path) and not _is_log(self._path):
            raise RunError(
                f"{self.filename} is there and is no log of a CSVLogger, so it is not overwritten.",
                "Choose another file, or append=True to add to it.",
            )

    def on_epoch_end(self, training: Training, values: dict[str, float]) -> None:
        """Write the epoch's row, and the header before the first."""
        path, begun = self._path, self.columns is not None
        if not begun:
            self._spare_others()
        try:
            header = not ((begun or self.append) and (_has_content(path) or _is_stream(path)))
            self.columns = self.columns or sorted(values)
            with path.open("a" if begun or self.append else "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, delimiter=self.separator, lineterminator="\n")
                if header:
                    writer.writerow(["epoch", *self.columns])
                writer.writerow([training.epoch - 1, *(values.get(name, "NA") for name in self.columns)])
        except OSError as error:
            raise RunError(
                f"CSVLogger cannot write {self.filename}: {error.strerror}.", "Choose another file."
            ) from None


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _is_stream(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _is_log(path: Path) -> bool:
    """Whether a file is such as is written here: sorted columns with the loss, an epoch's number a row."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            head = file.readline(_LONGEST)
            lines = csv.reader(chain([head], file), delimiter=head.removeprefix("epoch")[:1])
            first, *columns = next(lines)
            return (
                (first, columns) == ("epoch", sorted(columns))
                and "loss" in columns
                and all(
                    len(row) == 1 + len(columns) and row[0].isdecimal() for row in islice(lines, _LOOKED_AT)
                )
            )
    except (OSError, ValueError, TypeError, csv.Error, StopIteration):
        return False
