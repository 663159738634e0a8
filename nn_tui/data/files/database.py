"""DuckDB as it is used here: a connection that fetches nothing, columns of results, faults in a line.

It is imported when a file is opened, not before.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nn_tui.data.files.looking import Cancelled, Watch
from nn_tui.data.labels import trimmed, with_truths
from nn_tui.data.table import Column, Table, column_of
from nn_tui.errors import DataError

if TYPE_CHECKING:
    import duckdb

MOST_COLUMNS = 4096
EXACT = 2.0**53
"""Whole numbers from here on are not all told apart as float64."""


class TooLarge(DataError):
    """A table needs more memory than DuckDB was given."""


@contextmanager
def connected(
    own: Mapping[str, str | int] | None = None, *, only: Sequence[str] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory.

    Args:
        own: what DuckDB's settings of these names are to be. Default: as it has them.
        only: the files that it may open, and patterns of them. Default: all.
    """
    import duckdb

    # Nothing is fetched from elsewhere, no variable of Python is a table, and what a query says cannot
    # change that.
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "python_enable_replacements": "false",
        **(own or {}),
    }
    connection = duckdb.connect(":memory:", config=settings)
    try:
        connection.execute("SET enable_progress_bar_print = false")
        connection.execute("SET enable_progress_bar = true")
        if only is not None:
            paths = ", ".join("'" + path.replace("'", "''") + "'" for path in only)
            connection.execute(f"SET allowed_paths = [{paths}]")
            connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def run(path: Path, sql: str, values: Sequence[Any], watch: Watch) -> tuple[Table, dict[str, str]]:
    """Return all rows of a query of our own over a file, and DuckDB's type of every column.

    Raises:
        DataError: it fails, or a column holds what is no plain value; says where.
    """

    with connected() as connection, progress(connection, watch):
        return table_of(connection, path, sql, values)


def table_of(
    connection: duckdb.DuckDBPyConnection, path: Path, sql: str, values: Sequence[Any] = ()
) -> tuple[Table, dict[str, str]]:
    """Return all rows of a query, and DuckDB's type of every column.

    Args:
        connection: runs it.
        path: where the rows are from, for messages.
        sql: the query.
        values: what stands for its question marks. Default none.

    Raises:
        DataError: it fails, or a column holds what is no plain value; says where.
    """
    with plainly(path):
        types = types_of(connection, sql, values)
        result = connection.execute(sql, list(values))
        described = [name for name, *_ in result.description or ()]
        refuse_many(path, described)
        if twice := sorted({name for name in described if described.count(name) > 1}):
            raise DataError(
                f"{path}: the column name {twice[0]!r} occurs more than once.", "Rename it with AS."
            )
        if wide := wide_columns(types):
            result = connection.execute(in_words(sql, wide), list(values))
        arrays = result.fetchnumpy()
    # Each array is let go as soon as its column is made: large tables are there once, not twice.
    names = list(arrays)
    columns = tuple(column_from(path, name, types[name], arrays.pop(name)) for name in names)
    return Table(path.name, columns), types


def types_of(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any] = ()) -> dict[str, str]:
    """Return DuckDB's type of every column of a query, without running it.

    The description of a result says only that a column holds numbers in DuckDB 1.3.
    """
    described = connection.execute(f"DESCRIBE {sql}", list(values)).fetchall()
    return {name: kind for name, kind, *_ in described}


def wide_columns(types: Mapping[str, str]) -> list[str]:
    """Return the columns of numbers that have more digits than a float64 tells apart."""
    return [
        name
        for name, kind in types.items()
        if kind in ("HUGEINT", "UHUGEINT")
        or ((size := re.fullmatch(r"DECIMAL\((\d+),.*\)", kind)) and int(size[1]) > 15)
    ]


def in_words(sql: str, names: Iterable[str]) -> str:
    """Make some columns of a query text."""
    casts = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in map(quoted_name, names))
    return f"SELECT * REPLACE ({casts}) FROM ({sql})"


def refuse_many(path: Path, names: Sized) -> None:
    """Refuse a table of more columns than anything here can show or learn from.

    Raises:
        DataError: says how many.
    """
    if len(names) > MOST_COLUMNS:
        raise DataError(
            f"{path} has {len(names):,} columns; {MOST_COLUMNS:,} is the most.", "Choose some of them."
        )


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Tell DuckDB's faults in a line.

    Raises:
        DataError: what was wrong, and where.
    """
    import duckdb

    try:
        yield
    except duckdb.InterruptException:
        raise Cancelled("Reading was cancelled.", "") from None
    except duckdb.OutOfMemoryException:
        raise TooLarge(f"{path} needs more memory or disk than there is.", "Read fewer columns.") from None
    except duckdb.Error as error:
        raise told(path, error) from None


def quoted_name(name: str) -> str:
    """Write a column's name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def column_from(path: Path, name: str, kind: str, values: Any, start: int = 0) -> Column:
    """Make a column of what DuckDB gave; `start` is the number of its first row, for messages.

    Raises:
        DataError: it holds infinity, or no plain values.
    """
    if kind.startswith(("STRUCT", "MAP", "UNION", "JSON", "BLOB")) or kind.endswith("]"):
        raise DataError(
            f"{path}: column {name!r} holds values of type {kind}.",
            "Leave it out with a query: SELECT the other columns FROM the file.",
        )
    if kind.startswith(("TIME", "INTERVAL")) and not kind.startswith("TIMESTAMP"):
        values = np.array([None if value is None else str(value) for value in values], object)
    column = column_of(name, values)
    if column.holds == "text" and wide_columns({name: kind}):
        column = in_numbers(column)
    elif column.holds == "text":
        texts = column.values
        if blank := {text for text in set(texts) if text is not None and not trimmed(text)}:
            texts[[text in blank for text in texts]] = None
        column = with_truths(column)
    elif np.asarray(values).dtype.kind in "iu" and (np.abs(column.values) >= EXACT).any():
        exact = np.ma.asarray(values).tolist()
        column = replace(
            column, words=np.array([None if one is None else str(one) for one in exact], object)
        )
    if column.holds == "number":
        strange = np.flatnonzero(np.isinf(column.values))
        if len(strange):
            raise DataError(
                f"{path}: column {name!r} holds infinity in row {start + strange[0] + 1}.", "Correct it."
            )
    if column.holds == "text" and not any(value is not None for value in column.values):
        # Only gaps: a column of numbers that are all missing is easier to leave out.
        return Column(name, "number", np.full(len(column.values), np.nan))
    return column


def in_numbers(column: Column) -> Column:
    """Make a column of numbers written out one of numbers that keeps its words, each word once."""
    once = {word: word for word in set(column.values)}
    numbers = {word: np.nan if word is None else float(word) for word in once}
    words = column.values.tolist()
    return Column(
        column.name,
        "number",
        np.array([numbers[word] for word in words]),
        np.array([once[word] for word in words], object),
    )


@contextmanager
def progress(connection: duckdb.DuckDBPyConnection, watch: Watch) -> Iterator[None]:
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


def told(path: Path, error: duckdb.Error) -> DataError:
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
    return DataError(f"{where} cannot be read: {first_line(error)}", "Check the file.")


def first_line(error: Exception) -> str:
    """Give the first line of a fault of DuckDB's, without its kind."""
    text = " ".join(str(error).split("\n")[0].split())
    text = re.sub(r"^\w+ Error: ", "", text)
    text = text if len(text) <= 200 else text[:197] + "..."
    return text if text.endswith((".", "!", "?")) else f"{text}."
