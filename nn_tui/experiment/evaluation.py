"""A saved run measured on rows: those it kept apart for testing, or rows from outside."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.dataset import Dataset, Split
from nn_tui.data.described import row_described, row_place
from nn_tui.engine.checks import check_rows, check_targets
from nn_tui.engine.measuring import Measuring
from nn_tui.engine.metrics import Metric
from nn_tui.errors import DataError, RunError
from nn_tui.experiment.build import load_data
from nn_tui.experiment.prediction import TrainedRun
from nn_tui.experiment.run_rows import Block, RunRows, block_rows
from nn_tui.experiment.session import fingerprint
from nn_tui.insight.answers import answered, true_classes
from nn_tui.insight.intervals import of_mean, wilson

Array = NDArray[Any]


MOST_RESAMPLED = 20_000
"""Rows at most for the intervals of metrics."""
DRAWS = 300


@dataclass(frozen=True)
class MetricInterval:
    """A 95 % interval, and how it was found: Wilson, normal or bootstrap."""

    ends: tuple[float, float]
    method: str


@dataclass(frozen=True, eq=False)
class Measured:
    """Rows and what was measured on them, each row by its number in the source.

    `truth` are class numbers or numbers in their own units, `answer` the same as predicted, both without
    columns where a row has several numbers; `sure` is the probability of the answer, empty for numbers;
    `losses` the loss of each row.
    """

    values: dict[str, float]
    rows: Array
    truth: Array
    answer: Array
    sure: Array
    losses: Array
    intervals: dict[str, MetricInterval]

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
        """Give a row as it stands in its table, or in its own units."""
        return row_described(self.data, self.split, row)

    def place(self, row: int) -> str:
        """Say which row it is, in its source where that is known."""
        return row_place(self.split, row, self.name)

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
    outputs: list[tuple[Array, Array]] = []
    count = 0
    for block in rows.blocks(model.rows_at_once, with_targets=True):
        if not len(block.x):
            continue
        check_rows(model, block.x, block.y)
        check_targets(model, block.y)
        output = model.predict(block.x)
        losses = model.run_quietly(measuring.add, block.y, output)
        losses = losses.reshape(len(losses), -1).mean(axis=1)
        kept.append((block.rows, *_answers(run, block.y, output), losses))
        count += len(losses)
        outputs = [*outputs, (block.y, output)] if count <= MOST_RESAMPLED else []
    if not kept:
        raise DataError(f"{rows.name} has no rows with a target.", "Give rows to compare with.")
    rows_of, truth, answer, sure, each = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    intervals = {"loss": _of_loss(each, model.penalty())}
    if outputs:
        y, output = (np.concatenate(parts) for parts in zip(*outputs, strict=True))
        for name, metric in model.metrics.items():
            intervals[name] = model.run_quietly(_of_metric, metric, y, output)
    return Measured(measuring.result(), rows_of, truth, answer, sure, each, intervals)


def _of_loss(losses: Array, penalty: float) -> MetricInterval:
    low, high = of_mean(losses)
    if losses.min() >= 0:
        low = max(low, 0.0)
    return MetricInterval((low + penalty, high + penalty), "normal")


def _of_metric(metric: Metric, y: Array, output: Array) -> MetricInterval:
    """Give the interval of a metric: by each row's part where it is a mean, else by drawing rows anew."""
    if type(metric).result is Metric.result and type(metric).update is Metric.update:
        each = np.asarray(metric.each(y, output), np.float64).reshape(len(y), -1).mean(axis=1)
        if set(np.unique(each)) <= {0.0, 1.0}:
            return MetricInterval(wilson(int(each.sum()), len(each)), "Wilson")
        return MetricInterval(of_mean(each), "normal")
    random = np.random.default_rng(0)
    values = []
    for _ in range(DRAWS):
        rows = random.integers(0, len(y), len(y))
        fresh = copy.deepcopy(metric)
        fresh.reset()
        fresh.update(y[rows], output[rows])
        values.append(fresh.result())
    low, high = np.quantile(values, [0.025, 0.975])
    return MetricInterval((float(low), float(high)), "bootstrap")


def _answers(run: TrainedRun, y: Array, output: Array) -> tuple[Array, Array, Array]:
    """Give truth, answer and how sure the network was of it."""
    if run.task == "classification":
        truth = true_classes(y)
        answer, sure = answered(run.probabilities(output))
        return truth.astype(np.int32), answer.astype(np.int32), sure.astype(np.float32)
    width = int(np.prod(output.shape[1:]))
    none = np.empty((len(y), 0), np.float32)
    if width > 1:  # an autoencoder's rows, say, are not kept a second time
        return none, none, none
    return run.own_units(y.reshape(-1)), run.own_units(output.reshape(-1)), none
