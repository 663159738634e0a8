"""How a table file is to be read: the query that DuckDB runs over CSV, Parquet or JSON."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nn_tui.data.files.database import MOST_COLUMNS, connected, in_words, plainly
from nn_tui.data.files.looking import Watch, as_utf8, look_through, opened, require_honest, unchanged
from nn_tui.data.labels import trimmed
from nn_tui.data.table import Column
from nn_tui.errors import DataError

TEXT = (".csv", ".tsv", ".txt", ".tab", ".dat", ".data")
PARQUET = (".parquet", ".pq")
JSON = (".json", ".jsonl", ".ndjson")
NULLS = ("", "NA", "N/A", "n/a", "na", "NaN", "nan", "NULL", "null", "None", "?")
"""What stands for a missing value."""


@dataclass(frozen=True)
class Scan:
    """A query over a source, the values it takes, and where its rows begin."""

    sql: str
    values: tuple[Any, ...] = ()
    first_line: int = 0
    """The line of the first row; 0 where rows have no lines."""
    with_commas: str = ""
    """The query that takes a comma for the decimal point, if the first rows look like it; else empty."""
    as_text: tuple[str, ...] = ()
    """Columns that are to be made text, where reading does not make them so."""
    spelled: Callable[[Iterable[str]], str] | None = None
    """Makes the query in which some columns are text as the file has it; None where it has no text."""
    notes: tuple[str, ...] = ()
    """What a person should know of how it is read."""


@contextmanager
def scan_of(path: Path, watch: Watch, as_text: Sequence[str] = ()) -> Iterator[Scan]:
    """Find out how a table file is to be read; it must not change for the while.

    Args:
        path: a file whose name ends in one of TEXT, PARQUET or JSON, perhaps with `.gz` behind.
        watch: is told how far it is, and may cancel.
        as_text: columns that are given letter by letter, as they stand. Default none.

    Raises:
        DataError: it is no table; names the file, and the line or column.
    """
    with unchanged(path):
        suffix = path.suffixes[-2:-1] if path.suffix.lower() == ".gz" else path.suffixes[-1:]
        kind = suffix[0].lower() if suffix else ""
        if kind in PARQUET:
            _require_honest_parquet(path)
            sql = "SELECT * FROM read_parquet(?, hive_partitioning=false)"
            yield Scan(sql, (this_file(path),), as_text=tuple(as_text))
            return
        looked = look_through(path, watch)
        with as_utf8(path, looked.encoding) as text:
            if kind in JSON:
                sql = "SELECT * FROM read_json(?, sample_size=-1, hive_partitioning=false)"
                yield Scan(sql, (this_file(text),), as_text=tuple(as_text))
            else:
                yield _csv_scan(path, text, as_text)


def _require_honest_parquet(path: Path) -> None:
    """Refuse a Parquet file of few bytes and very many rows: the same value again and again packs so."""
    with connected() as connection, plainly(path):
        found = connection.execute(
            "SELECT (SELECT sum(num_rows) FROM parquet_file_metadata($1)) "
            "* (SELECT count(*) FROM parquet_schema($1))",
            [this_file(path)],
        ).fetchone()
    numbers = int(found[0] or 0) if found else 0
    require_honest(path, 10 * path.stat().st_size, 8 * numbers)


def this_file(path: Path) -> str:
    """Return a path as DuckDB takes it for one file.

    There `*`, `?` and `[` would stand for other files, and `~` for a person's folder.
    """
    return re.sub(r"[*?[]", r"[\g<0>]", str(path.absolute()))


def with_text(scan: Scan, names: Iterable[str]) -> Scan:
    """Make those of the named columns text that a scan says."""
    chosen = [name for name in names if name in scan.as_text]
    return replace(scan, sql=in_words(scan.sql, chosen), as_text=()) if chosen else scan


def _csv_scan(path: Path, text: Path, as_text: Sequence[str]) -> Scan:
    import duckdb

    with connected() as connection:
        try:
            found = connection.execute(
                "SELECT Delimiter, Quote, HasHeader, SkipRows FROM sniff_csv(?, sample_size=20480)",
                [this_file(text)],
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
    heads = rows[0] if rows else []
    names = _headings(heads) if header else heads
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
    options: dict[str, Any] = {
        "delim": delimiter,
        "quote": quote,
        "header": bool(header),
        "skip": 0,
        "nullstr": list(NULLS),
        "sample_size": -1,
        # What says yes or no is told from text afterwards, which then still has its spelling.
        "auto_type_candidates": ["BIGINT", "DOUBLE", "TIME", "DATE", "TIMESTAMP", "TIMESTAMPTZ", "VARCHAR"],
        "strict_mode": True,
        "max_line_size": 32 << 20,
        # Left to itself, DuckDB takes 16 lines of the longest that may be for each buffer: 512 MB.
        "buffer_size": 32 << 20,
        "ignore_errors": False,
        "hive_partitioning": False,  # a folder named `a=1` would become a column
    }
    if header and names != heads:
        options["names"] = names

    def spelled(columns: Iterable[str]) -> str:
        return _csv(options | {"types": dict.fromkeys((*kept, *columns), "VARCHAR")})

    kept = [name for name in names if name in as_text] if header else []
    if kept:
        options["types"] = dict.fromkeys(kept, "VARCHAR")
    commas = _csv(options | {"decimal_separator": ","}) if delimiter != "," else ""
    told = [repr(head) for head, name in zip(heads, names, strict=True) if head != name and head]
    notes = (f"spaces around the headings {', '.join(told[:5])} are left out",) if told else ()
    return Scan(_csv(options), (this_file(text),), 2 if header else 1, commas, spelled=spelled, notes=notes)


def _headings(fields: list[str]) -> list[str]:
    """Return headings without the spaces around them; those that need none are left to DuckDB."""
    names = list(map(trimmed, fields))
    if names == fields:
        return fields
    digits = len(str(len(fields)))
    return [name or f"column{at:0{digits}}" for at, name in enumerate(names)]


def _csv(options: dict[str, Any]) -> str:
    named = ", ".join(f"{name}={_literal(value)}" for name, value in options.items())
    return f"SELECT * FROM read_csv(?, {named})"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(name)}: {_literal(item)}" for name, item in value.items()) + "}"
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


def has_decimal_commas(column: Column) -> bool:
    """Whether a column of text holds numbers with a comma for the point, by its first values."""
    if column.holds != "text":
        return False
    texts = [text for text in column.values[:1000] if text is not None]
    return bool(texts) and all(re.fullmatch(r"-?\d+,\d+", text) for text in texts)
