"""Tables in every form that people have them."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from nn_tui.data.files import tables
from nn_tui.data.files.looking import Cancelled, Watch
from nn_tui.data.table import Table
from nn_tui.errors import DataError

PEOPLE = "name,age,member,born\nAnn,31,true,1990-01-02\nZoë,NA,false,1985-05-06\nBob,44,true,\n"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def check_people(table: Table) -> None:
    assert table.names == ("name", "age", "member", "born")
    assert [column.holds for column in table.columns] == ["text", "number", "boolean", "date"]
    assert list(table.column("name").values) == ["Ann", "Zoë", "Bob"]
    np.testing.assert_array_equal(table.column("age").values, [31, np.nan, 44])
    np.testing.assert_array_equal(table.column("born").missing, [False, False, True])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_text_comes_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    check_people(tables.read_table(written(tmp_path, "people.csv", mark + PEOPLE.encode(encoding))))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    check_people(tables.read_table(written(tmp_path, "people.txt", PEOPLE.replace(",", separator))))


def test_packed_tables_are_unpacked(tmp_path: Path) -> None:
    check_people(tables.read_table(written(tmp_path, "people.csv.gz", gzip.compress(PEOPLE.encode()))))


def test_decimal_commas_are_numbers(tmp_path: Path) -> None:
    table = tables.read_table(written(tmp_path, "a.csv", "x;y\n1,5;2\n2,25;3\n"))
    np.testing.assert_array_equal(table.column("x").values, [1.5, 2.25])


def test_quotes_hold_separators_and_line_ends(tmp_path: Path) -> None:
    table = tables.read_table(written(tmp_path, "a.csv", 'x,y\n"a, b",1\n"c\nd",2\n'))
    assert list(table.column("x").values) == ["a, b", "c\nd"]


def test_a_table_without_header_has_numbered_columns(tmp_path: Path) -> None:
    table = tables.read_table(written(tmp_path, "a.csv", "5.1,3.5,a\n4.9,3.0,b\n6.1,3.0,b\n"))
    assert len(table) == 3 and table.first_line == 1


def test_parquet_and_json_lines_and_queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    monkeypatch.chdir(tmp_path)
    written(tmp_path, "people.csv", PEOPLE)
    duckdb.sql("COPY (FROM read_csv('people.csv', nullstr=['', 'NA'])) TO 'people.parquet'")
    duckdb.sql("COPY (FROM read_csv('people.csv', nullstr=['', 'NA'])) TO 'people.jsonl'")
    check_people(tables.read_table(Path("people.parquet")))
    check_people(tables.read_table(Path("people.jsonl")))
    some = tables.query("SELECT name, age FROM 'people.parquet' WHERE age > 40")
    assert list(some.column("name").values) == ["Bob"]


BAD = {
    "empty": ("", "is empty"),
    "header only": ("a,b\n", "has a header but no rows"),
    "ragged": ("a,b,c\n1,2,3\n4,5\n6,7,8\n", r"line 3 has 2 fields, (line 1|the header) has 3"),
    "ragged, far down": ("a,b\n" + "1,2\n" * 30000 + "1,2,3\n", "line 30002 has 3 fields"),
    "a name twice": ("a,a\n1,2\n3,4\n", "'a' occurs more than once"),
    "infinity": ("a,b\n1,2\ninf,3\n4,5\n", "'a' holds infinity in row 2"),
    "10,000 columns": (
        ",".join(f"c{n}" for n in range(10000)) + "\n" + ",".join("1" * 10000) + "\n",
        "has 10,000 columns; 4,096 is the most",
    ),
    "an endless line": (b"a,b\n" + b"1" * (200 << 20), "line 2 is longer than 16 MB"),
    "rubbish": (bytes(range(256)) * 100, "is no text: it holds binary data"),
    "rubbish without zeros": (bytes(range(1, 256)) * 100, "is no text: it holds binary data"),
    "rubbish after a mark": (b"\xff\xfe" + bytes(range(1, 256)) * 100, "is no valid utf-16"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_table_is_told_with_its_file(tmp_path: Path, name: str) -> None:
    content, told = BAD[name]
    path = written(tmp_path, "bad.csv", content)
    with pytest.raises(DataError, match=told) as caught:
        tables.read_table(path)
    assert "bad.csv" in caught.value.message


def test_damaged_packed_files_are_told(tmp_path: Path) -> None:
    packed = gzip.compress(PEOPLE.encode() * 1000)
    with pytest.raises(DataError, match="is cut off"):
        tables.read_table(written(tmp_path, "cut.csv.gz", packed[:-100]))
    broken = packed[:100] + bytes([packed[100] ^ 255]) + packed[101:]
    with pytest.raises(DataError, match=r"is damaged|is cut off|no text"):
        tables.read_table(written(tmp_path, "broken.csv.gz", broken))
    with pytest.raises(DataError, match=r"cut\.parquet cannot be read"):
        tables.read_table(written(tmp_path, "cut.parquet", b"PAR1" + bytes(50)))
    with pytest.raises(DataError, match="'a' holds values of type STRUCT"):
        tables.read_table(written(tmp_path, "nested.jsonl", '{"a": {"b": 1}, "c": 2}\n'))


def test_only_plain_files_are_read(tmp_path: Path) -> None:
    import os

    with pytest.raises(DataError, match="There is no file"):
        tables.read_table(tmp_path / "none.csv")
    with pytest.raises(DataError, match="is no plain file but a folder"):
        tables.read_table(tmp_path)
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="is no plain file but a pipe"):
        tables.read_table(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="is no plain file but a device"):
        tables.read_table(Path("/dev/zero"))


def test_a_file_without_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    path = written(tmp_path, "a.csv", PEOPLE)
    # The permission itself cannot be taken from the root user, under whom tests may run.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(DataError, match="permission denied"):
        tables.read_table(path)


def test_a_file_that_changes_while_it_is_read_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", PEOPLE)

    def tell(share: float, doing: str) -> None:
        path.write_text(PEOPLE + "Eve,1,true,\n")

    with pytest.raises(DataError, match="changed while it was read"):
        tables.read_table(path, Watch(tell))


def test_reading_can_be_cancelled(tmp_path: Path) -> None:
    watch = Watch()
    watch.cancelled = True
    with pytest.raises(Cancelled):
        tables.read_table(written(tmp_path, "a.csv", PEOPLE), watch)
    with pytest.raises(Cancelled):
        tables.query("SELECT sum(a.range + b.range) FROM range(1000000) a, range(1000000) b", watch)


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO 'out.csv'",
        "SELECT 1; DROP TABLE x",
        "ATTACH 'x.db'",
        "WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a",
        "SELECT * FROM none",
        "SELECT getenv('HOME')",
        "SELECT * FROM 'https://example.com/a.csv'",
    ],
)
def test_a_query_only_reads(sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError):
        tables.query(sql)
    assert not list(tmp_path.iterdir())
