"""Queries read rows of the files they name, and do nothing else, whatever they say."""

import os
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest

from nn_tui.data.files import tables
from nn_tui.data.files.looking import Cancelled, Watch
from nn_tui.data.files.query_process import beside, look
from nn_tui.errors import DataError

ROWS = "x,t\n1,0\n2,1\n3,1\n4,0\n"
WRITING = (
    "COPY (SELECT 'written') TO '{out}'",
    "COPY (SELECT 'written') TO '{rows}' (USE_TMP_FILE false)",
    "COPY (SELECT 'written') TO '{out}' (FORMAT parquet)",
    "INSERT INTO t VALUES (1)",
    "UPDATE t SET x = 1",
    "DELETE FROM t",
    "MERGE INTO t USING t AS s ON true WHEN MATCHED THEN DELETE",
    "CREATE TABLE t AS SELECT 1",
    "CREATE TABLE '{out}' (x INT)",
    "DROP TABLE t",
    "ATTACH '{out}'",
    "ATTACH '{out}' (TYPE sqlite)",
    "PRAGMA database_list",
    "SET enable_external_access = true",
    "RESET allowed_paths",
    "CALL pragma_version()",
    "EXPORT DATABASE '{folder}'",
    "IMPORT DATABASE '{folder}'",
    "INSTALL httpfs",
    "LOAD '{out}'",
    "USE main",
    "VACUUM",
    "CHECKPOINT",
    "BEGIN",
    "PREPARE p AS SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "DESCRIBE SELECT 1",
    "SHOW TABLES",
)
HIDDEN = (
    "{sql}",
    "WITH a AS ({sql}) SELECT * FROM a",
    "WITH a AS MATERIALIZED (SELECT 1), b AS ({sql}) SELECT * FROM a, b",
    "WITH RECURSIVE a AS (SELECT 1 UNION ALL ({sql})) SELECT * FROM a",
    "SELECT * FROM ({sql})",
    "SELECT 1 WHERE EXISTS (WITH a AS ({sql}) SELECT 1 FROM a)",
    "SELECT 1 UNION ALL SELECT * FROM (WITH a AS ({sql} RETURNING *) SELECT 1 FROM a)",
    "SELECT 1; {sql}",
    "SELECT 1 /* ; */; -- x\n{sql}",
    "WITH\u00a0a AS ({sql})\nSELECT * FROM a",
    "SELECT 1 FROM a; {sql}; SELECT 1",
)
LOOKING = (
    "SELECT * FROM read_text('{rows}')",
    "SELECT * FROM read_blob('{rows}')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM sniff_csv('{rows}')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM parquet_metadata('{rows}')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('x')",
    "SELECT * FROM read_csv('{ro' || 'ws}')",
    "SELECT * FROM read_csv((SELECT '{rows}'))",
    "SELECT * FROM read_csv(['{rows}', getenv('HOME')])",
    "SELECT * FROM json_execute_serialized_sql('x')",
    "SELECT getenv('HOME') AS a",
    "SELECT current_setting('home_directory') AS a",
    "SELECT write_log('x') AS a",
    "SELECT nextval('x') AS a",
    "SELECT sleep_ms(60000) AS a",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM '{folder}/**/*.csv'",
    "SELECT * FROM '{folder}'",
    "SELECT * FROM '/dev/zero'",
    "SELECT * FROM read_csv('/dev/stdin')",
    "SELECT * FROM '{pipe}'",
    "SELECT * FROM 'http://127.0.0.1:1/x.csv'",
    "SELECT * FROM 's3://x/y.parquet'",
    "SELECT * FROM here",
    "SELECT * FROM 'rows\0.csv'",
    "SELECT ? AS a",
    "SELECT $a AS a",
)
ENDLESS = (
    "SELECT count(*) AS a FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = 3",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT * FROM r",
    "SELECT * FROM range(1000000000000)",
    "SELECT length(repeat('x', 10000000000)) AS a",
    "SELECT length(repeat('x', 4000000000)) AS a",
    "SELECT len(range(300000000)) AS a",
    "SELECT repeat('x', 100000) AS a FROM range(1000000)",
    "SELECT string_agg(repeat('x', 1000), '') AS a FROM range(100000000)",
    "SELECT list(range) AS a FROM range(1000000000)",
    "SELECT lpad('x', 2000000000, 'y') AS a",
    "SELECT length(replace(repeat('a', 1000000), 'a', repeat('b', 1000000))) AS a",
    "SELECT count(DISTINCT range) AS a FROM range(10000000000)",
    "SELECT " + "(" * 20000,
    "SELECT " + "[" * 5000 + "1" + "]" * 5000,
    "SELECT " + "NOT " * 5000 + "1",
    "SELECT 1 AS a " + "UNION SELECT 1 " * 5000,
    "SELECT '" + "x" * 200_000 + "' AS a",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def content(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if not path.is_dir())
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in files}


def filled(sql: str, folder: Path) -> str:
    named = {"rows": "rows.csv", "out": "out.csv", "pipe": "pipe.csv"}
    for name, file in named.items():
        sql = sql.replace(f"{{{name}}}", str(folder / file))
    return sql.replace("{folder}", str(folder))


@pytest.fixture(scope="module")
def looked() -> Iterator[Callable[..., str]]:
    """What looks at a query in this process: quicker, where it is harmless to parse."""
    from nn_tui.data.files.database import connected, plainly
    from nn_tui.data.files.queries import checked

    with connected() as connection, plainly(Path("The query")):
        yield lambda sql, *place: checked(connection, sql, *place).sql


def test_no_statement_that_writes_passes_the_look(folder: Path, looked: Callable[..., str]) -> None:
    before = content(folder)
    for hidden, writing in product(HIDDEN, WRITING):
        sql = filled(hidden.replace("{sql}", writing), folder)
        with pytest.raises(DataError):
            looked(sql)
    assert content(folder) == before


@pytest.mark.parametrize("writing", WRITING[:4])
def test_what_writes_is_refused_where_it_would_run(folder: Path, writing: str) -> None:
    before = content(folder)
    with pytest.raises(DataError, match=r"one SELECT that only reads|cannot be read"):
        tables.query(filled(f"WITH a AS ({writing}) SELECT 1 AS x", folder))
    assert content(folder) == before


def test_what_reads_the_system_is_refused(folder: Path, looked: Callable[..., str]) -> None:
    here = [1]
    for sql in LOOKING:
        with pytest.raises(DataError):
            looked(filled(sql, folder))
    assert here


def test_the_engine_opens_no_file_that_the_tree_does_not_name(folder: Path) -> None:
    import duckdb

    from nn_tui.data.files.database import connected

    (folder / "other.csv").write_text(ROWS, encoding="utf-8")
    with connected(only=(str(folder / "rows.csv"),)) as connection:
        assert connection.execute(f"SELECT count(*) FROM '{folder}/rows.csv'").fetchone() == (4,)
        for sql in (
            f"FROM '{folder}/other.csv'",
            f"FROM '{folder}/../{folder.name}/other.csv'",
            f"FROM '{folder}/*.csv'",
            f"COPY (SELECT 1) TO '{folder}/new.csv'",
            f"ATTACH '{folder}/new.db'",
            "SET enable_external_access = true",
            "LOAD httpfs",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(sql)
    assert not (folder / "new.csv").exists() and not (folder / "new.db").exists()


@pytest.mark.parametrize(
    "sql",
    [*ENDLESS[:2], *(pytest.param(sql, marks=pytest.mark.slow) for sql in ENDLESS[2:])],
    ids=lambda sql: sql[:40],
)
def test_time_and_memory_of_a_query_are_bounded(folder: Path, sql: str) -> None:
    import resource

    def most() -> int:
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss

    # In kB, of the largest process that was started so far: others may have taken more before.
    allowed = max(1_000_000, most())
    before, began = content(folder), time.monotonic()
    with pytest.raises(DataError):
        tables.query(sql)
    assert time.monotonic() - began < 30  # 2 s of its own and the start, on a machine that is not loaded
    assert most() <= allowed
    assert content(folder) == before


def test_a_query_that_runs_can_be_cancelled(folder: Path) -> None:
    watch = Watch()

    def cancel(share: float, doing: str) -> None:
        watch.cancelled = True

    watch.tell = cancel
    with pytest.raises(Cancelled):
        tables.query(ENDLESS[0], watch)


@pytest.mark.parametrize(
    ("sql", "names", "rows"),
    [
        ("SELECT * FROM 'rows.csv'", ("x", "t"), 4),
        ("SELECT * FROM rows.csv  -- the rows\n;", ("x", "t"), 4),
        ("FROM read_csv(['rows.csv', 'rows.csv'], header = true) SELECT x", ("x",), 8),
        ("SELECT * FROM '*.csv' WHERE x > 1", ("x", "t"), 3),
        ("WITH a AS (SELECT x FROM 'rows.csv') SELECT * FROM a UNION ALL SELECT * FROM A", ("x",), 8),
        ("WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n+1 FROM r WHERE n<5) FROM r", ("n",), 5),
        ("SELECT t, sum(count(*)) OVER (ORDER BY t) r FROM 'rows.csv' GROUP BY t", ("t", "r"), 2),
        ("SELECT x, (SELECT max(t) FROM rows.csv) m FROM rows.csv a", ("x", "m"), 4),
        ("SELECT unnest([1, 2]) a, list_sort([2, 1])[1] b, random() c", ("a", "b", "c"), 2),
        ("VALUES (1, 'a'), (2, NULL)", ("col0", "col1"), 2),
        ("SELECT * FROM range(3) r(i), generate_series(1, 2) s(j)", ("i", "j"), 6),
        ("SELECT x::VARCHAR || 'ä' a, DATE '2020-01-02' d, x > 1 b FROM 'rows.csv'", ("a", "d", "b"), 4),
    ],
)  # fmt: skip
def test_a_query_gives_its_rows(folder: Path, sql: str, names: tuple[str, ...], rows: int) -> None:
    (folder / "pipe.csv").unlink()
    table = tables.query(sql)
    assert table.names == names and len(table) == rows


def test_columns_keep_their_kinds_and_gaps(folder: Path) -> None:
    table = tables.query(
        "SELECT * FROM (VALUES ('ä', 1.5, true, DATE '2020-01-02'), (NULL, NULL, NULL, NULL))"
    )
    assert [column.holds for column in table.columns] == ["text", "number", "boolean", "date"]
    assert list(table.columns[0].values) == ["ä", None]
    assert all(list(column.missing) == [False, True] for column in table.columns)
    as_text = tables.query("SELECT x, t FROM 'rows.csv' -- kept", as_text=["x"])
    assert list(as_text.column("x").values) == ["1", "2", "3", "4"]
    assert as_text.column("t").holds == "number"


def test_a_column_name_twice_is_told(folder: Path) -> None:
    with pytest.raises(DataError, match="'a' occurs more than once"):
        tables.query("SELECT 1 AS a, 2 AS a")


def test_a_query_is_kept_to_the_files_beside_it(
    folder: Path, looked: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "secret.csv").write_text(ROWS, encoding="utf-8")
    inside = folder / "inside"
    inside.mkdir()
    (inside / "own.csv").write_text(ROWS, encoding="utf-8")
    (inside / "link.csv").symlink_to(other / "secret.csv")
    (inside / "away").symlink_to(other)
    for name in (
        other / "secret.csv",
        "link.csv",
        "../rows.csv",
        f"../../{other.name}/secret.csv",
        "away/secret.csv",
        "away/*.csv",
        "*.csv",
        "rows.csv",
        "none.csv",
    ):
        with pytest.raises(DataError, match="no file beside the one that holds the query"):
            looked(f"SELECT * FROM '{name}'", beside(inside, []))
    found = look("SELECT * FROM 'own.csv' -- beside", inside)
    assert len(tables.query(found)) == 4
    named = f"FROM '{other}/secret.csv'"
    assert look(named, inside, [other / "secret.csv"]) == named


def test_words_of_numbers_that_floats_do_not_tell_apart_are_kept(folder: Path) -> None:
    table = tables.query(
        "SELECT 9007199254740993 AS a, 123456789012345678901::HUGEINT AS b, 1 AS c; -- long"
    )
    words = [None if column.words is None else list(column.words) for column in table.columns]
    assert words == [["9007199254740993"], ["123456789012345678901"], None]
