"""Files that are damaged, or made to fill memory or to wait for ever, are refused in a line at once."""

import gzip
import os
import socket
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nn_tui.data.files import arrays, idx, images, looking, tables
from nn_tui.errors import DataError

HEADERS = {
    "more than the file": "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }",
    "more than any file": f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({'9' * 26},), }}",
    "wide values": "{'descr': '<V999999999999', 'fortran_order': False, 'shape': (1,), }",
    "less than nothing": "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, 3), }",
    "cut off": "{'descr': '|O', 'fort.",
    "a brace": "{",
    "not closed": "{'descr': (",
    "nothing": "",
    "deep": "{'descr': '<f8', 'fortran_order': False, 'shape': " + "(" * 5000 + ")" * 5000 + "}",
    "signs": "-" * 9000 + "1",
    "another type": "{'descr': 'zz', 'fortran_order': False, 'shape': (3,), }",
    "no shape": "{'descr': '<f8', 'fortran_order': 1, 'shape': 3}",
    "a program": "__import__('os').mkdir('made')",
    "zeros": "\0" * 100,
    "other letters": "ÿþ",
}


def npy(header: str, body: bytes = b"") -> bytes:
    text = header.encode("latin-1")
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + body


@pytest.mark.parametrize("name", HEADERS)
def test_a_damaged_header_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "x.npy"
    path.write_bytes(npy(HEADERS[name]))
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("x.npy", path.read_bytes())
        archive.writestr("y.npy", path.read_bytes())
    for file in ("x.npy", "x.npz"):
        with pytest.raises(DataError, match="is damaged or cut off"):
            arrays.read_arrays(tmp_path / file)
    assert len(list(tmp_path.iterdir())) == 2


def test_pickled_objects_are_told(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.array([{}], object), allow_pickle=True)
    with pytest.raises(DataError, match="pickled objects"):
        arrays.read_arrays(path)


def test_an_archive_that_unpacks_to_very_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.npy", "w") as part:
        part.write(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (400000000,), }"))
        for _ in range(400):
            part.write(bytes(1_000_000))
    with pytest.raises(DataError, match="unpacks to"):
        arrays.read_arrays(path)


def test_packed_rows_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    with gzip.open(path, "wb", 1) as file:
        file.write(b"x,t\n")
        for _ in range(300):
            file.write(b"1,0\n" * (1 << 18))
    with pytest.raises(DataError, match="unpacks to"):
        tables.read_table(path)


def test_a_small_file_of_very_many_rows_is_refused(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "x.parquet"
    duckdb.sql(f"COPY (SELECT 1 x, 0 t FROM range(50000000)) TO '{path}' (ROW_GROUP_SIZE 50000000)")
    with pytest.raises(DataError, match="unpacks to"):
        tables.read_table(path)


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_tables_in_utf_32_are_read(tmp_path: Path, encoding: str) -> None:
    mark = {"utf-32": b"", "utf-32-le": b"\xff\xfe\0\0", "utf-32-be": b"\0\0\xfe\xff"}[encoding]
    path = tmp_path / "x.csv"
    path.write_bytes(mark + "größe,t\n1,ä\n2,b\n".encode(encoding))
    assert tables.read_table(path).names == ("größe", "t")
    path.write_bytes(mark + "größe,t\n1,ä\n2,b\n".encode(encoding) + b"\xff\xff\xff\xff")
    with pytest.raises(DataError, match="no valid utf-32"):
        tables.read_table(path)


def idx_file(path: Path, shape: tuple[int, ...], body: bytes = b"") -> None:
    path.write_bytes(bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + body)


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        ((0, 28, 28), "holds nothing"),
        ((10, 0, 28), "holds nothing"),
        ((4_000_000_000, 28, 28), "its header promises"),
        ((4_000_000_000,) * 8, "its header promises"),
        ((9, 28, 28), "is cut off"),
    ],
)
def test_images_that_are_not_there_are_told(tmp_path: Path, shape: tuple[int, ...], told: str) -> None:
    idx_file(tmp_path / "train-images-idx3-ubyte", shape, bytes(100))
    idx_file(tmp_path / "train-labels-idx1-ubyte", (shape[0],), bytes(100))
    with pytest.raises(DataError, match=told):
        idx.read_idx_folder(tmp_path)


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100)))
        + chunk(b"IEND", b"")
    )


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


HUGE = "unpacks to too large|is the most for a side"
STRANGE: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "a pipe": ("9.png", os.mkfifo, "is no plain file but a pipe"),
    "a pipe that is first": ("0.png", os.mkfifo, "is no plain file but a pipe"),
    "a socket": ("9.png", _socket, "is no plain file but a socket"),
    "a device": ("9.jpg", lambda path: path.symlink_to("/dev/zero"), "is no plain file but a device"),
    "a link to itself": ("9.jpg", lambda path: path.symlink_to(path.name), "cannot be read"),
    "a huge PNG": ("9.png", lambda path: path.write_bytes(png(65_000, 65_000)), HUGE),
    "a huge PNG that is first": ("0.png", lambda path: path.write_bytes(png(65_000, 65_000)), HUGE),
    "a large PNG": ("9.png", lambda path: path.write_bytes(png(8_000, 8_000)), HUGE),
    "a wide PNG": ("9.png", lambda path: path.write_bytes(png(100_000, 10)), HUGE),
    "a huge PPM": ("9.ppm", lambda path: path.write_bytes(b"P6 65000 65000 255\n"), HUGE),
    "a PostScript": ("9.png", lambda path: path.write_bytes(b"%!PS-Adobe-3.0\n"), "no readable image"),
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_no_picture_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    image = pytest.importorskip("PIL.Image")
    file, make, told = STRANGE[name]
    for number, folder in enumerate("ab"):
        (tmp_path / folder).mkdir()
        for at in (1, 2):
            image.new("RGB", (8, 8), (number, 2, 3)).save(tmp_path / folder / f"{at}.png")
    monkeypatch.chdir(tmp_path / "a")  # a socket's path is short
    make(tmp_path / "a" / file)
    with pytest.raises(DataError, match=told):
        images.read_images(tmp_path)


def test_more_pictures_than_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = pytest.importorskip("PIL.Image")
    for folder in "ab":
        (tmp_path / folder).mkdir()
        image.new("RGB", (8, 8), (1, 2, 3)).save(tmp_path / folder / "1.png")
    with pytest.raises(DataError, match="GB is the most"):
        images.read_images(tmp_path, size=(100_000, 100_000))


def test_a_file_that_packs_well_is_no_bomb(tmp_path: Path) -> None:
    looking.require_honest(tmp_path, 10, looking.MOST_UNPACKED)
    with pytest.raises(DataError, match="unpacks to"):
        looking.require_honest(tmp_path, 10, looking.MOST_UNPACKED + 1)
