"""Tables from files, read with DuckDB: CSV and its like, Parquet, JSON lines, and SQL over files.

DuckDB finds separator, quotes, header and types. It is imported when a file is opened, not before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from nn_tui.data.columns import MOST_CLASSES
from nn_tui.data.files.database import EXACT, first_line, in_numbers, quoted_name, run
from nn_tui.data.files.looking import Watch
from nn_tui.data.files.scans import JSON, PARQUET, TEXT, Scan, has_decimal_commas, scan_of
from nn_tui.data.table import Column, Table
from nn_tui.errors import DataError

_QUERY = re.compile(r"\s*(select|with|from|values)\s", re.IGNORECASE)


def is_query(source: str) -> bool:
    """Whether a source is a SQL query rather than a name or a path."""
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


def query(sql: str, watch: Watch | None = None) -> Table:
    """Give the rows of a query that only reads.

    Raises:
        DataError: it is no single SELECT, or it fails; says why.
    """
    return run(Path("the query"), query_scan(sql).sql, (), watch or Watch())[0]


def query_scan(sql: str, as_text: Sequence[str] = ()) -> Scan:
    """Give a query that only reads as a scan, with some of its columns as text.

    Raises:
        DataError: it is no single SELECT.
    """
    import duckdb

    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise DataError(f"The query cannot be read: {first_line(error)}", "Check its SQL.") from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise DataError(
            "The query must be one SELECT: reading only.", "Take away whatever writes, attaches or sets."
        )
    return Scan(sql.rstrip().rstrip(";"), as_text=tuple(as_text))
