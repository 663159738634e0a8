"""`Table`: named columns as they were read, before anything is learned from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import nearest
from nn_tui.errors import DataError

Array = NDArray[Any]
Values = Literal["number", "boolean", "date", "text"]


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its name, what sort of values it holds, and the values with gaps.

    `values` is float64 for numbers and booleans (a gap is NaN), datetime64 for dates (a gap is NaT) and
    an object array of str for text (a gap is None). `words` are the values as the file has them, an object
    array like that of text, where `values` do not tell: Yes and True, whole numbers beyond 2^53, 1.0.
    """

    name: str
    holds: Values
    values: Array
    words: Array | None = None

    @property
    def missing(self) -> Array:
        """Whether each value is missing."""
        if self.holds == "text":
            return np.array([value is None for value in self.values], bool)
        return np.isnat(self.values) if self.holds == "date" else np.isnan(self.values)

    def take(self, rows: Array) -> Column:
        """Give the column with some rows only."""
        words = None if self.words is None else self.words[rows]
        return Column(self.name, self.holds, self.values[rows], words)


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of one length.

    `first_line` is the line of the file on which the first row stands, for messages; 0 where rows have no
    lines. `notes` are what a person should know of how they were read.
    """

    name: str
    columns: tuple[Column, ...]
    first_line: int = 0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what has no rows or no columns."""
        if not self.columns or not len(self.columns[0].values):
            raise DataError(f"{self.name} has no rows.", "Give a file with a header and rows.")

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.columns[0].values)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column with a name; without the spaces around it, as files are read, if need be.

        Raises:
            DataError: there is none; says the nearest.
        """
        for wanted in (name, name.strip()):
            for column in self.columns:
                if column.name == wanted:
                    return column
        raise DataError(f"{self.name} has no column {name!r}.", nearest(name, self.names))

    def take(self, rows: Array) -> Table:
        """Give a table of some rows."""
        return Table(self.name, tuple(column.take(rows) for column in self.columns), 0)

    def place(self, row: int) -> str:
        """Say where a row stands: `line 17` of the file, or `row 16`."""
        return f"line {row + self.first_line}" if self.first_line else f"row {row + 1}"


def column_of(name: str, values: Sequence[Any] | Array) -> Column:
    """Make a column from Python values or an array; numbers where all are numbers, else text.

    Raises:
        DataError: the values are neither numbers, yes and no, dates nor text.
    """
    array = np.ma.asarray(values) if not isinstance(values, np.ma.MaskedArray) else values
    gaps = np.ma.getmaskarray(array)
    data = np.asarray(array.data)
    if data.dtype.kind in "iufb":
        numbers = data.astype(np.float64)
        numbers[gaps] = np.nan
        return Column(name, "boolean" if data.dtype.kind == "b" else "number", numbers)
    if data.dtype.kind == "M":
        dates = data.astype("datetime64[s]")
        dates[gaps] = np.datetime64("NaT", "s")
        return Column(name, "date", dates)
    if data.dtype.kind in "OU":
        texts = data.astype(object)
        texts[gaps] = None
        kinds = {type(text) for text in texts if text is not None}
        if kinds <= {str}:
            return Column(name, "text", texts)
        told = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise DataError(f"Column {name!r} holds {told}, which is no plain value.", "Leave it out.")
    raise DataError(f"Column {name!r} holds values of type {data.dtype}.", "Give numbers or text.")
