"""Tables that may be larger than memory, given in pieces.

A file is read once, into a table of DuckDB's that goes to disk beyond `MEMORY`; any rows of it are then had
by their numbers. So the types of all columns are known before the first row is given, as when all is read.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from nn_tui.data.files.database import (
    EXACT,
    TooLarge,
    column_from,
    connected,
    in_words,
    plainly,
    progress,
    quoted_name,
    refuse_many,
    types_of,
    wide_columns,
)
from nn_tui.data.files.looking import Watch
from nn_tui.data.files.scans import Scan, has_decimal_commas, with_text
from nn_tui.data.table import Table
from nn_tui.errors import DataError

if TYPE_CHECKING:
    import duckdb

MEMORY = "256MB"
"""What DuckDB may hold of a table; the rest is on disk for the while."""
_LOOKED_AT = 1000


class TableRows(Protocol):
    """The rows of a table, by their numbers."""

    name: str
    names: tuple[str, ...]

    def __len__(self) -> int:
        """The number of rows."""

    def rows(self, start: int, stop: int) -> Table:
        """Give the rows from `start` to before `stop`."""


class HeldRows:
    """The rows of a table that is in memory.

    Args:
        table: the table.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.name = table.name
        self.names = table.names

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.table)

    def rows(self, start: int, stop: int) -> Table:
        """Give the rows from `start` to before `stop`."""
        return self.table.take(np.arange(start, min(stop, len(self.table))))


class StoredRows:
    """The rows of a table that DuckDB holds.

    Args:
        path: where it is from, for messages.
        connection: of the database that has the table `stored`.
        first_line: the line of the first row; 0 where rows have no lines.
    """

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, first_line: int) -> None:
        self.path = path
        self.name = path.name
        self.connection = connection
        self.first_line = first_line
        with plainly(path):
            self._types = types_of(connection, "SELECT * FROM stored")
            counted = connection.execute("SELECT count(*) FROM stored").fetchone()
        self.names = tuple(self._types)
        self._count = int(counted[0]) if counted else 0
        if not self._count:
            raise DataError(f"{path} has no rows.", "Give a file with a header and rows.")

    def __len__(self) -> int:
        """The number of rows."""
        return self._count

    def rows(self, start: int, stop: int) -> Table:
        """Give the rows from `start` to before `stop`.

        Raises:
            DataError: a column holds infinity, or no plain values.
        """
        with plainly(self.path):
            arrays = self.connection.execute(
                f"SELECT * FROM stored WHERE rowid >= {start} AND rowid < {stop} ORDER BY rowid"
            ).fetchnumpy()
        columns = (
            column_from(self.path, name, self._types[name], arrays.pop(name), start) for name in self.names
        )
        return Table(self.name, tuple(columns), self.first_line + start if self.first_line else 0)


@contextmanager
def stored(path: Path, scan: Scan, watch: Watch, memory: str = MEMORY) -> Iterator[StoredRows]:
    """Have the rows of a scan by their numbers for a while.

    Args:
        path: where they are from, for messages.
        scan: how they are read.
        watch: is told how far it is, and may cancel.
        memory: what DuckDB may hold of them. Default MEMORY.

    Raises:
        DataError: they cannot be read; says where and why.
    """
    threads = min(4, os.cpu_count() or 1)
    with tempfile.TemporaryDirectory(prefix="nn-tui-") as folder, contextlib.ExitStack() as stack:
        # A table of very many columns needs more at once: as much as DuckDB takes by itself.
        limited: dict[str, str | int] = {"memory_limit": memory, "threads": threads}
        for limits in (limited, {}):
            connection = stack.enter_context(connected({"temp_directory": folder, **limits}))
            try:
                with progress(connection, watch), plainly(path):
                    _store(path, connection, scan)
                break
            except TooLarge:
                if not limits:
                    raise
                stack.close()
        yield StoredRows(path, connection, scan.first_line)


def _store(path: Path, connection: duckdb.DuckDBPyConnection, scan: Scan) -> None:
    """Fill the table `stored`; where the first rows have decimal commas, with those read as numbers."""
    if scan.spelled is None:
        types = types_of(connection, scan.sql, scan.values)
        wide = [name for name in wide_columns(types) if name not in scan.as_text]
        scan = with_text(scan, types)
        scan = replace(scan, sql=in_words(scan.sql, wide)) if wide else scan
    connection.execute(f"CREATE OR REPLACE TABLE stored AS {scan.sql}", list(scan.values))
    types = types_of(connection, "SELECT * FROM stored")
    refuse_many(path, types)
    arrays = connection.execute(f"SELECT * FROM stored WHERE rowid < {_LOOKED_AT}").fetchnumpy()
    columns = [column_from(path, name, types[name], arrays[name]) for name in arrays]
    if scan.with_commas and any(map(has_decimal_commas, columns)):
        connection.execute(f"CREATE OR REPLACE TABLE stored AS {scan.with_commas}", list(scan.values))
    elif scan.spelled is not None and (long := _too_long(connection, types)):
        connection.execute(f"CREATE OR REPLACE TABLE stored AS {scan.spelled(long)}", list(scan.values))


def _too_long(connection: duckdb.DuckDBPyConnection, types: Mapping[str, str]) -> list[str]:
    """Return the stored columns with whole numbers that their floats do not all tell apart."""
    names = [name for name, kind in types.items() if kind == "DOUBLE"]
    if not names:
        return []
    asked = ", ".join(
        f"bool_and({name} = floor({name})) AND max(abs({name})) >= {EXACT:.0f}"
        for name in map(quoted_name, names)
    )
    answers = connection.execute(f"SELECT {asked} FROM stored").fetchone() or ()
    return [name for name, long in zip(names, answers, strict=True) if long]
