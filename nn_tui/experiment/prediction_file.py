"""Predictions written as CSV while they are made, and rows that come from standard input."""

from __future__ import annotations

import csv
import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from nn_tui.errors import DataError
from nn_tui.experiment.files import STANDARD, STANDARD_OUTPUT, is_standard_output, whole_file
from nn_tui.experiment.prediction import TrainedRun

Word = TypeVar("Word", str, str | None)


@contextmanager
def named_source(word: Word) -> Iterator[Word]:
    """Give the source that a word of the command line names, if any; `-` is CSV from standard input.

    Raises:
        DataError: nothing comes.
    """
    if word != STANDARD:
        yield word
        return
    with tempfile.TemporaryDirectory(prefix="nn-tui-") as folder:
        path = Path(folder) / "standard input.csv"
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        if not path.stat().st_size:
            raise DataError("Standard input is empty.", "Give CSV with a header and rows.")
        yield str(path)


def write_predictions(
    run: TrainedRun,
    source: str,
    output: Path = STANDARD_OUTPUT,
    *,
    carry: Sequence[str] = (),
    size: int = 0,
) -> list[str]:
    """Predict every row of a source as a line of CSV.

    A file is written whole or not at all; standard output gets each block when it is done.

    Args:
        run: predicts.
        source: the rows.
        output: where to. Default: standard output.
        carry: columns of the source that begin each line. Default none.
        size: rows of a block. Default: by their width.

    Returns:
        What a person should know of the rows.

    Raises:
        DataError: they cannot be read, or are not such as it was trained on.
        RunError: the file cannot be written.
    """
    with run.rows(source, with_targets=False, carry=carry, size=size) as rows:
        lines = run.predict(rows, carry)
        if is_standard_output(output):
            _write(lines, lambda text: print(text, end=""))
        else:
            with whole_file(output) as file:
                _write(lines, lambda text: file.write(text.encode()))
        return rows.notes()


def _write(blocks: Iterator[list[list[str]]], write: Callable[[str], object]) -> None:
    for cells in blocks:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(cells)
        write(text.getvalue())
