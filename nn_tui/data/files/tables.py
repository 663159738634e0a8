"""Tables from files, read with DuckDB: CSV and its like, Parquet, JSON lines, and SQL over files.

DuckDB finds separator, quotes, header and types. It is imported when a file is opened, not before.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from nn_tui.data.columns import MOST_CLASSES
from nn_tui.data.files.database import EXACT, in_numbers, quoted_name, run
from nn_tui.data.files.looking import Watch
from nn_tui.data.files.scans import JSON, PARQUET, TEXT, Scan, has_decimal_commas, scan_of
from nn_tui.data.table import Column, Table
from nn_tui.errors import DataError

_QUERY = re.compile(r"\s*(select|with|from|values)\s", re.IGNORECASE)


refused: dict[str, DataError] = {}
"""Queries that came inside a file and may not be run, and why: see `experiment.queries`."""


def is_query(source: str) -> bool:
    """Whether a source is a SQL query rather than a name or a path: a file of that name comes first."""
    return looks_like_query(source) and not os.path.exists(source)


def looks_like_query(source: str) -> bool:
    """Whether a source begins as a SQL query does."""
    return bool(_QUERY.match(source))


def is_table(path: Path) -> bool:
    """Whether a file's name says that it holds a table."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".gz"]:
        suffixes.pop()
    return suffixes[-1:] != [] and suffixes[-1] in (*TEXT, *PARQUET, *JSON)


def read_table(path: Path, watch: Watch | None = None) -> Table:
    """Read a table file.

    Args:
        path: a file whose name ends in one of TEXT, PARQUET or JSON, perhaps with `.gz` behind.
        watch: is told how far it is, and may cancel. Default none.

    Raises:
        DataError: it cannot be read, or is no table; names the file, and the line or column.
    """
    watch = watch or Watch()
    with scan_of(path, watch) as scan:
        table, types = run(path, scan.sql, scan.values, watch)
        if scan.with_commas and any(map(has_decimal_commas, table.columns)):
            table, _ = run(path, scan.with_commas, scan.values, watch)
        elif scan.spelled is not None:
            table = _with_spelling(path, scan, table, types, watch)
    return Table(table.name, table.columns, scan.first_line, scan.notes)


def _with_spelling(path: Path, scan: Scan, table: Table, types: Mapping[str, str], watch: Watch) -> Table:
    """Read columns once more as they stand where numbers do not say how labels of them are written."""
    vague = [
        column.name for column in table.columns if types[column.name] == "DOUBLE" and _is_vague(column)
    ]
    if not vague or scan.spelled is None:
        return table
    chosen = ", ".join(map(quoted_name, vague))
    again, _ = run(path, f"SELECT {chosen} FROM ({scan.spelled(vague)})", scan.values, watch)
    spelled = {column.name: in_numbers(column) for column in again.columns}
    return Table(table.name, tuple(spelled.get(column.name, column) for column in table.columns))


def _is_vague(column: Column) -> bool:
    """Whether whole numbers have a point, or are too long to be told apart, so that labels are lost."""
    known = column.values[~column.missing]
    if not len(known) or (known != np.floor(known)).any():
        return False
    return bool((np.abs(known) >= EXACT).any()) or len(np.unique(known)) <= MOST_CLASSES


def query(sql: str, watch: Watch | None = None, as_text: Sequence[str] = ()) -> Table:
    """Give the rows of a query that only reads.

    Args:
        sql: the query.
        watch: is told that it runs, and may cancel. Default none.
        as_text: columns that are given as text. Default none.

    Raises:
        DataError: it is no single SELECT, or it fails; says why.
    """
    from nn_tui.data.files.query_process import rows

    if sql in refused:
        raise refused[sql]
    return rows(sql, watch or Watch(), as_text)
