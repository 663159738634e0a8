"""Tables from files, read with DuckDB: CSV and its like, Parquet, JSON lines, and SQL over files.

DuckDB finds separator, quotes, header and types. It is imported when a file is opened, not before.
"""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nn_tui.data.files.looking import Cancelled, Watch, as_utf8, look_through, opened, unchanged
from nn_tui.data.table import Column, Table, column_of
from nn_tui.errors import DataError

if TYPE_CHECKING:
    import duckdb

TEXT = (".csv", ".tsv", ".txt", ".tab", ".dat", ".data")
PARQUET = (".parquet", ".pq")
JSON = (".json", ".jsonl", ".ndjson")
NULLS = ("", "NA", "N/A", "n/a", "na", "NaN", "nan", "NULL", "null", "None", "?")
"""What stands for a missing value."""
MOST_COLUMNS = 4096
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
    with unchanged(path):
        suffix = path.suffixes[-2:-1] if path.suffix.lower() == ".gz" else path.suffixes[-1:]
        kind = suffix[0].lower() if suffix else ""
        if kind in PARQUET:
            return _run(path, "SELECT * FROM read_parquet(?)", [str(path)], watch)
        looked = look_through(path, watch)
        with as_utf8(path, looked.encoding) as text:
            if kind in JSON:
                return _run(path, "SELECT * FROM read_json(?, sample_size=-1)", [str(text)], watch)
            return _read_csv(path, text, watch)


def query(sql: str, watch: Watch | None = None) -> Table:
    """Give the rows of a query that only reads.

    Raises:
        DataError: it is no single SELECT, or it fails; says why.
    """
    import duckdb

    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise DataError(f"The query cannot be read: {_first_line(error)}", "Check its SQL.") from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise DataError(
            "The query must be one SELECT: reading only.", "Take away whatever writes, attaches or sets."
        )
    return _run(Path("the query"), sql, [], watch or Watch())


def _read_csv(path: Path, text: Path, watch: Watch) -> Table:
    import duckdb

    with _connection() as connection:
        try:
            found = connection.execute(
                "SELECT Delimiter, Quote, HasHeader, SkipRows FROM sniff_csv(?, sample_size=20480)",
                [str(text)],
            ).fetchone()
        except duckdb.Error:
            found = None
    delimiter, quote, header, skipped = found or (",", '"', True, 0)
    quote = "" if quote == "(empty)" else quote
    rows = _first_rows(text, delimiter, quote)
    if skipped or not found:
        _complain_of_rows(path, rows)
        delimiter, quote, header = found[:3] if found else (",", '"', True)
        quote = "" if quote == "(empty)" else quote
    if rows and len(rows[0]) == 1 and (other := max(",;\t|", key=rows[0][0].count)) in rows[0][0]:
        # Where rows differ in length, the sniffer falls back to a separator that does not occur.
        delimiter, quote = other, '"'
        rows = _first_rows(text, delimiter, quote)
        _complain_of_rows(path, rows)
    names = rows[0] if rows else []
    if len(rows) < 2 and (header or not _has_number(names)):
        raise DataError(f"{path} has a header but no rows.", "Give at least a few rows.")
    if header and len(names) != len(set(names)):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise DataError(
            f"{path}: the column name {', '.join(map(repr, twice))} occurs more than once.",
            "Rename the columns in line 1.",
        )
    if len(names) > MOST_COLUMNS:
        raise DataError(
            f"{path} has {len(names):,} columns; {MOST_COLUMNS:,} is the most.",
            "Choose columns with a query: SELECT ... FROM the file.",
        )
    options = {
        "delim": delimiter,
        "quote": quote,
        "header": bool(header),
        "skip": 0,
        "nullstr": list(NULLS),
        "sample_size": -1,
        "strict_mode": True,
        "max_line_size": 32 << 20,
        "ignore_errors": False,
    }
    table = _csv(path, text, options, watch)
    if delimiter != "," and any(map(_has_decimal_commas, table.columns)):
        table = _csv(path, text, {**options, "decimal_separator": ","}, watch)
    return Table(table.name, table.columns, 2 if header else 1)


def _csv(path: Path, text: Path, options: dict[str, Any], watch: Watch) -> Table:
    named = ", ".join(f"{name}={_literal(value)}" for name, value in options.items())
    return _run(path, f"SELECT * FROM read_csv(?, {named})", [str(text)], watch)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _first_rows(text: Path, delimiter: str, quote: str) -> list[list[str]]:
    """Give the fields of the first lines, to look at the header and the number of fields."""
    with opened(text) as file:
        lines = file.read(1 << 20).decode("utf-8-sig", errors="replace").splitlines()[:200]
    settings: dict[str, Any] = {"quotechar": quote} if len(quote) == 1 else {"quoting": csv.QUOTE_NONE}
    return [row for row in csv.reader(lines, delimiter=delimiter[:1] or ",", **settings) if row]


def _complain_of_rows(path: Path, rows: list[list[str]]) -> None:
    """Say which line has another number of fields than the first."""
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise DataError(
                f"{path}: line {number} has {len(row)} fields, line 1 has {len(rows[0])}.",
                "Give every row the same number of fields.",
            )


def _has_number(fields: list[str]) -> bool:
    return any(re.fullmatch(r"-?\d+([.,]\d*)?", field.strip()) for field in fields)


def _has_decimal_commas(column: Column) -> bool:
    if column.holds != "text":
        return False
    texts = [text for text in column.values[:1000] if text is not None]
    return bool(texts) and all(re.fullmatch(r"-?\d+,\d+", text) for text in texts)


@contextmanager
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    # Nothing is fetched from elsewhere, and what a query says cannot change that.
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(":memory:", config=settings)
    try:
        connection.execute("SET enable_progress_bar_print = false")
        connection.execute("SET enable_progress_bar = true")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def _run(path: Path, sql: str, values: list[Any], watch: Watch) -> Table:
    import duckdb

    with _connection() as connection, _progress(connection, watch):
        try:
            result = connection.execute(sql, values)
            types = {name: str(kind) for name, kind, *_ in result.description or ()}
            arrays = result.fetchnumpy()
        except duckdb.InterruptException:
            raise Cancelled("Reading was cancelled.", "") from None
        except duckdb.Error as error:
            raise _told(path, error) from None
    if len(types) > MOST_COLUMNS:
        raise DataError(
            f"{path} has {len(types):,} columns; {MOST_COLUMNS:,} is the most.", "Choose some of them."
        )
    # Each array is let go as soon as its column is made: large tables are there once, not twice.
    names = list(arrays)
    return Table(path.name, tuple(_column(path, name, types[name], arrays.pop(name)) for name in names))


def _column(path: Path, name: str, kind: str, values: Any) -> Column:
    if kind.startswith(("STRUCT", "MAP", "UNION", "JSON", "BLOB")) or kind.endswith("]"):
        raise DataError(
            f"{path}: column {name!r} holds values of type {kind}.",
            "Leave it out with a query: SELECT the other columns FROM the file.",
        )
    if kind.startswith(("TIME", "INTERVAL")) and not kind.startswith("TIMESTAMP"):
        values = np.array([None if value is None else str(value) for value in values], object)
    column = column_of(name, values)
    if column.holds == "number":
        strange = np.flatnonzero(np.isinf(column.values))
        if len(strange):
            raise DataError(
                f"{path}: column {name!r} holds infinity in row {strange[0] + 1}.", "Correct it."
            )
    if column.holds == "text" and not any(value is not None for value in column.values):
        # Only gaps: a column of numbers that are all missing is easier to leave out.
        return Column(name, "number", np.full(len(column.values), np.nan))
    return column


@contextmanager
def _progress(connection: duckdb.DuckDBPyConnection, watch: Watch) -> Iterator[None]:
    """Tell how far DuckDB is, and stop it when the watch says so."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            try:
                watch.report(max(0.0, min(1.0, connection.query_progress() / 100)), "reading")
            except Cancelled:
                connection.interrupt()
                return

    thread = threading.Thread(target=look, name="reading", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _told(path: Path, error: duckdb.Error) -> DataError:
    """Turn DuckDB's message into one line with the file, the line and what to do."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    where = f"{path}: line {line[1]}" if line else str(path)
    if fields := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text):
        return DataError(
            f"{where} has {fields[2]} fields, the header has {fields[1]}.",
            "Give every row the same number of fields.",
        )
    if "unterminated quote" in text.lower() or "quoted value" in text.lower():
        return DataError(f"{where} has a quote that is not closed.", "Close it, or double it inside text.")
    if "Maximum line size" in text:
        return DataError(f"{where} is too long.", "Give a table with one row a line.")
    if value := re.search(r"Could not convert string \"(.*?)\" to '?(\w+)'?", text):
        column = re.search(r'Column with name: "(.*?)"|column "(.*?)"', text)
        named = f" in column {(column[1] or column[2])!r}" if column else ""
        return DataError(f"{where}: {value[1]!r}{named} is no {value[2].lower()}.", "Correct the value.")
    if "Permission denied" in text:
        return DataError(f"{path} cannot be read: permission denied.", "Check its permissions.")
    return DataError(f"{where} cannot be read: {_first_line(error)}", "Check the file.")


def _first_line(error: Exception) -> str:
    text = " ".join(str(error).split("\n")[0].split())
    text = re.sub(r"^\w+ Error: ", "", text)
    text = text if len(text) <= 200 else text[:197] + "..."
    return text if text.endswith(".") else f"{text}."
