"""A saved run measured on rows: those it kept apart for testing, or rows from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.dataset import Dataset, Split
from nn_tui.engine.checks import check_rows, check_targets
from nn_tui.engine.measuring import Measuring
from nn_tui.errors import DataError, RunError
from nn_tui.experiment.build import load_data
from nn_tui.experiment.prediction import TrainedRun
from nn_tui.experiment.run_rows import Block, RunRows, block_rows, numbers_described
from nn_tui.experiment.session import fingerprint

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Measured:
    """Rows and what was measured on them, each row by its number in the source.

    `truth` are class numbers or numbers in their own units, `answer` the same as predicted; `sure` is the
    probability of the answer, empty for numbers; `losses` the loss of each row.
    """

    values: dict[str, float]
    rows: Array
    truth: Array
    answer: Array
    sure: Array
    losses: Array

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.rows)


class OwnRows:
    """Rows that a run has kept apart itself.

    Args:
        name: which part they are: test, validation or training.
        split: the rows.
        data: what they are a part of.
    """

    def __init__(self, name: str, split: Split, data: Dataset) -> None:
        self.name = name
        self.split = split
        self.data = data

    def blocks(self, at_once: int, *, with_targets: bool) -> Iterator[Block]:
        """Give all rows in blocks."""
        size = block_rows(int(np.prod(self.split.x.shape[1:])), at_once)
        for start in range(0, len(self.split), size):
            part = slice(start, start + size)
            y = self.split.y[part] if with_targets else np.empty(0)
            yield Block(self.split.x[part], y, np.arange(start, min(start + size, len(self.split))))

    def carried(self, name: str, rows: Array) -> list[str]:
        """Carry nothing over: these rows are only measured."""
        raise DataError(f"The {self.name} rows have no column {name!r}.", "")

    def described(self, row: int) -> dict[str, str]:
        """Give a row in its own units."""
        x = self.split.x[row]
        if x.shape != self.data.shift.shape and self.data.shift.size != 1:
            return {}
        return numbers_described(x * self.data.scale + self.data.shift, self.data.feature_names)

    def place(self, row: int) -> str:
        """Say which row it is."""
        return f"{self.name} row {row + 1}"

    def notes(self) -> list[str]:
        """Say nothing: they were told of when the run was trained."""
        return []


@contextmanager
def rows_to_measure(run: TrainedRun, source: str | None) -> Iterator[RunRows]:
    """Have rows with targets for a while: those of a source, or the run's own test rows.

    Without test rows those for validation are taken, and without those the training rows.

    Raises:
        DataError: they cannot be read, or are not such as it was trained on.
        RunError: the run's own data have changed since it was trained.
    """
    if source is not None:
        with run.rows(source, with_targets=True) as rows:
            yield rows
        return
    data = load_data(run.spec.data)
    if run.trained_on and run.trained_on != fingerprint(data.train):
        raise RunError(
            f"The data {run.spec.data.source} have changed since the run was trained, so that rows kept "
            "apart then cannot be told from training rows.",
            "Put the old ones back, or give the rows to measure: nn-tui evaluate RUN DATA.",
        )
    parts = (("test", data.test), ("validation", data.validation), ("training", data.train))
    name, split = next((name, split) for name, split in parts if split is not None)
    assert split is not None
    yield OwnRows(name, split, data)


def measure(run: TrainedRun, rows: RunRows) -> Measured:
    """Give loss and metrics over all rows, block by block, and what is kept of each row: 28 bytes at most.

    Raises:
        DataError: there are no rows, or they are not such as it was trained on.
    """
    model = run.model
    model.ensure_ready(tuple(int(part or 0) for part in model.input_shape[1:]))
    measuring = Measuring(model)
    kept: list[tuple[Array, ...]] = []
    for block in rows.blocks(model.rows_at_once, with_targets=True):
        if not len(block.x):
            continue
        check_rows(model, block.x, block.y)
        check_targets(model.layers, model.layers[-1].output_shape, model.loss, block.y)
        output = model.predict(block.x)
        losses = model.run_quietly(measuring.add, block.y, output)
        losses = losses.reshape(len(losses), -1).mean(axis=1)
        kept.append((block.rows, *_answers(run, block.y, output), losses))
    if not kept:
        raise DataError(f"{rows.name} has no rows with a target.", "Give rows to compare with.")
    joined = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    return Measured(measuring.result(), *joined)


def _answers(run: TrainedRun, y: Array, output: Array) -> tuple[Array, Array, Array]:
    """Give truth, answer and how sure the network was of it."""
    if run.task == "classification":
        truth = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else y.reshape(-1)
        shares = run.probabilities(output)
        answer = shares.argmax(axis=1)
        sure = np.take_along_axis(shares, answer[:, None], axis=1)[:, 0]
        return truth.astype(np.int32), answer.astype(np.int32), sure.astype(np.float32)
    width = int(np.prod(output.shape[1:]))
    truth, answer = run.own_units(y.reshape(-1, width)), run.own_units(output.reshape(-1, width))
    return truth, answer, np.empty((len(y), 0), np.float32)
