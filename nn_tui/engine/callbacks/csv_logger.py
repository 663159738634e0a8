"""A callback that writes every epoch's values to a file: the one place of the engine that writes one."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn_tui.declare import register
from nn_tui.engine.callbacks.callback import Callback
from nn_tui.errors import RunError, SpecError

if TYPE_CHECKING:
    from nn_tui.engine.training import Training

__all__ = ["CSVLogger"]


@register("callback", "CSVLogger")
class CSVLogger(Callback):
    """Write every epoch's loss and metrics as a row of a CSV file.

    The file is begun anew with the first epoch; a training that goes on adds to it.

    Args:
        filename: the file; in an experiment, a path below the working folder. Default "training.csv".
        separator: one character between the values. Default ",".
        append: whether to add to a file that is there. Default no.
    Raises:
        RunError: the file cannot be written; says why.
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

    def on_epoch_end(self, training: Training, values: dict[str, float]) -> None:
        """Write the epoch's row, and the header before the first."""
        path = Path(self.filename)
        begun = self.columns is not None
        try:
            header = not (begun or (self.append and path.is_file() and path.stat().st_size))
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
