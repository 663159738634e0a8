"""Rows from outside as a trained network takes them, block by block: a file may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.alike import Rows
from nn_tui.data.described import cell_words, numbers_described
from nn_tui.data.files.blocks import TableRows
from nn_tui.data.labels import words_of
from nn_tui.data.preparation import Notes, Preparation
from nn_tui.data.series import by_series, windows
from nn_tui.data.settings import TableSource
from nn_tui.data.table import Table
from nn_tui.declare import nearest
from nn_tui.errors import DataError

Array = NDArray[Any]
CELLS = 1 << 20
"""Numbers of the rows that are held at once, about."""


@dataclass(frozen=True, eq=False)
class Block:
    """Some rows: features, targets (empty where they were not asked for), their numbers in the source."""

    x: Array
    y: Array
    rows: Array


class RunRows(Protocol):
    """Rows of a source for a network."""

    name: str

    def blocks(self, at_once: int, *, with_targets: bool) -> Iterator[Block]:
        """Give all rows in blocks of about `CELLS` numbers, each of a multiple of `at_once` rows."""

    def carried(self, name: str, rows: Array) -> list[str]:
        """Give a column of the source as text for some rows of the newest block."""

    def described(self, row: int) -> dict[str, str]:
        """Give a row of the source by its columns, as people know it."""

    def place(self, row: int) -> str:
        """Say where a row stands in the source."""

    def notes(self) -> list[str]:
        """Say what a person should know of the rows given so far."""


def block_rows(width: int, at_once: int) -> int:
    """Give how many rows of so many numbers a block has."""
    return max(1, CELLS // max(1, width) // at_once) * at_once


class TableRunRows:
    """Rows of a table, prepared as the training rows were.

    Args:
        rows: the table's rows.
        preparation: what was learned from the training rows.
        settings: how rows become samples: windows, series.
        size: rows of a block, instead of what `CELLS` makes them. Default none.
    """

    def __init__(
        self, rows: TableRows, preparation: Preparation, settings: TableSource, size: int = 0
    ) -> None:
        self.table = rows
        self.name = rows.name
        self.preparation = preparation
        self.settings = settings
        self.size = size
        self._notes = Notes()
        self._without_target = 0
        self._block: tuple[Array, Table] | None = None

    def blocks(self, at_once: int, *, with_targets: bool) -> Iterator[Block]:
        """Give all rows in blocks."""
        count, window = len(self.table), self.settings.window
        width = max(len(self.table.names), len(self.preparation.outputs) * max(1, window))
        size = self.size or block_rows(width, at_once)
        if self.settings.series is not None:
            # A series may have its rows anywhere.
            yield self._series(self.table.rows(0, count), with_targets)
            return
        if window and count <= window:
            windows(np.empty((count, 1)), np.empty(count), window)  # says what is wrong
        for start in range(0, count - window, size):
            table = self.table.rows(start, min(start + size + window, count))
            yield (
                self._windows(table, start, with_targets)
                if window
                else self._plain(table, start, with_targets)
            )

    def _plain(self, table: Table, start: int, with_targets: bool) -> Block:
        rows = start + np.arange(len(table))
        if with_targets and self.preparation.target is not None:
            gaps = table.column(self.preparation.target).missing
            if gaps.any():
                self._without_target += int(gaps.sum())
                if gaps.all():
                    return Block(np.empty((0, 1), np.float32), np.empty(0), rows[:0])
                rows, table = rows[~gaps], table.take(np.flatnonzero(~gaps))
        self._block = rows, table
        x = self.preparation.numbers(table, self._notes)
        return Block(x, self._targets(x, table, with_targets), rows)

    def _windows(self, table: Table, start: int, with_targets: bool) -> Block:
        window = self.settings.window
        numbers = self.preparation.numbers(table, self._notes)
        x, y = windows(numbers, self._targets(numbers, table, with_targets), window)
        rows = start + window + np.arange(len(x))
        self._block = rows, table.take(np.arange(window, len(table)))
        return Block(x, y, rows)

    def _series(self, table: Table, with_targets: bool) -> Block:
        assert self.settings.series is not None
        numbers = self.preparation.numbers(table, self._notes)
        names = words_of(table.column(self.settings.series))
        x, y = by_series(numbers, self._targets(numbers, table, with_targets), names, self.settings.length)
        last = {name or "": row for row, name in enumerate(names)}
        rows = np.array(list(last.values()))
        self._block = rows, table.take(rows)
        return Block(x, y, rows)

    def _targets(self, x: Array, table: Table, with_targets: bool) -> Array:
        if self.preparation.target is None:
            return x
        return self.preparation.targets(table) if with_targets else np.empty(len(x), np.float32)

    def carried(self, name: str, rows: Array) -> list[str]:
        """Give a column of the newest block as text."""
        assert self._block is not None
        held, table = self._block
        column = table.column(name)
        return cell_words(column if len(held) == len(rows) else column.take(np.searchsorted(held, rows)))

    def described(self, row: int) -> dict[str, str]:
        """Give a row of the table by its columns."""
        table = self.table.rows(row, row + 1)
        return {column.name: cell_words(column)[0] for column in table.columns}

    def place(self, row: int) -> str:
        """Say where a row stands: its line in a file."""
        return self.table.rows(row, row + 1).place(0) if self._has_lines() else f"row {row + 1}"

    def _has_lines(self) -> bool:
        return bool(getattr(self.table, "first_line", 0))

    def notes(self) -> list[str]:
        """Say what a person should know of the rows given so far."""
        found = self._notes.told()
        if self._without_target:
            found.insert(
                0, f"{self._without_target:,} rows without a {self.preparation.target} are left out"
            )
        return found


class ArrayRunRows:
    """Rows of arrays or images, scaled as the training rows were.

    Args:
        rows: in their own units.
        shift: what was taken from the training rows.
        scale: what they were then divided by.
        features: the names of a row's numbers; may be empty.
        dtype: the network's number type.
        autoencoder: whether the rows are their own targets.
        size: rows of a block, instead of what `CELLS` makes them. Default none.
    """

    def __init__(
        self,
        rows: Rows,
        shift: Array,
        scale: Array,
        features: Sequence[str],
        *,
        dtype: Any = np.float32,
        autoencoder: bool = False,
        size: int = 0,
    ) -> None:
        self.source = rows
        self.name = rows.name
        self.shift, self.scale = shift, scale
        self.features = features
        self.dtype = dtype
        self.autoencoder = autoencoder
        self.size = size

    def blocks(self, at_once: int, *, with_targets: bool) -> Iterator[Block]:
        """Give all rows in blocks."""
        size = self.size or block_rows(int(np.prod(self.source.x(0, 1).shape)), at_once)
        for start in range(0, self.source.count, size):
            x = self.source.x(start, min(start + size, self.source.count)).astype(self.dtype)
            x -= self.shift
            x /= self.scale
            y = x if self.autoencoder else np.empty(len(x), np.float32)
            if with_targets and not self.autoencoder:
                assert self.source.y is not None
                y = self.source.y[start : start + len(x)]
                y = y if y.dtype.kind == "i" else y.astype(self.dtype)
            yield Block(x, y, start + np.arange(len(x)))

    def carried(self, name: str, rows: Array) -> list[str]:
        """Give `row`, the number of each row from 1, or `file`, the image it is."""
        if name == "row":
            return [str(row + 1) for row in rows.tolist()]
        if name == "file" and self.source.files:
            return [self.source.files[row] for row in rows.tolist()]
        known = ["row", *(["file"] if self.source.files else [])]
        raise DataError(f"{self.name} has no column {name!r}.", nearest(name, known))

    def described(self, row: int) -> dict[str, str]:
        """Give a row by its numbers, or the file it is from."""
        if self.source.files:
            return {"file": self.source.files[row]}
        return numbers_described(self.source.x(row, row + 1)[0], self.features)

    def place(self, row: int) -> str:
        """Say where a row stands: its number."""
        return f"row {row + 1}"

    def notes(self) -> list[str]:
        """Say which rows of the source they are, where that is not plain."""
        return [self.source.note] if self.source.note else []


def numbers_only(
    names: Sequence[str], shift: Array, scale: Array, features: Sequence[str], like: Preparation
) -> Preparation:
    """Make the preparation of a table for a network that was trained on plain numbers.

    Args:
        names: the table's columns.
        shift: what was taken from the training rows.
        scale: what they were then divided by.
        features: the names of a row's numbers in training.
        like: the task, the target and the classes.

    Raises:
        DataError: the columns are others.
    """
    from nn_tui.data.features import NumberFeature

    missing = [name for name in features if name not in names]
    if missing:
        raise DataError(
            f"The table has no column {missing[0]!r}, which the network was trained with.",
            f"It has {', '.join(names[:8])}.",
        )
    made = []
    for name, own_shift, own_scale in zip(features, shift.tolist(), scale.tolist(), strict=True):
        kept = {"column": name, "shift": own_shift, "scale": own_scale, "fill": own_shift}
        made.append(NumberFeature.restore({**kept, "indicator": False}))
    return replace(like, features=tuple(made))
