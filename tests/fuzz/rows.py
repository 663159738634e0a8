"""Inputs that hold rows: tables, arrays, images."""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.fuzz.attempt import Case, Command
from tests.fuzz.words import CELLS, NAMES, Random, damaged, name, noise, ordinary

ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-32",
    "latin-1",
    "cp1252",
    "gb18030",
    "shift-jis",
    "utf-16-be",
)


def commands(random: Random, source: str) -> tuple[Command, ...]:
    """Choose what is called on a source of rows."""
    return (
        random.choice(
            (
                ("summary", source),
                ("train", source, "--epochs", "1", "--json"),
                ("train", source, "--epochs", "1"),
                ("code", source),
                ("line", source),
                ("open", "--plain", source),
                ("train", source, "--epochs", "1", "--set", "data.target=" + random.choice(NAMES[:20])),
                ("screen", source) if random.random() < 0.4 else ("summary", source),
                ("evaluate", "last", source),
            )
        ),
    )


_MILD = ("number", "integer", "class")

SPOKEN = "data\nshow\nlayers\ntrain 1\npredict\n1\nquit\n"


def table(random: Random, folder: Path) -> Case:
    """Write a table as text, in some dialect and some state of order."""
    columns = random.choice((1, 2, 3, 4, 5, 9, 40))
    rows = random.choice((0, 1, 2, 5, 30, 60, 60, 200))
    mild = random.random() < 0.6
    heading = [ordinary(random) if mild else name(random) for _ in range(columns)]
    kinds = [random.choice(_MILD if mild else (*_MILD, "wild", "one", "empty", "text")) for _ in heading]
    if mild:
        rows = max(rows, 30)
        place = random.randrange(columns)
        heading[place], kinds[place] = name(random), random.choice((*_MILD, "wild", "text"))
    lines = [[_cell(random, kind, row) for kind in kinds] for row in range(rows)]
    delimiter = random.choice((",", ",", ",", ",", ";", "\t", "|", " ", "::"))
    end = random.choice(("\n", "\n", "\r\n", "\r"))
    text = end.join(
        delimiter.join(_quoted(cell, delimiter, random) for cell in line)
        for line in ([heading, *lines] if random.random() < 0.9 else lines)
    )
    if random.random() < 0.15:
        text = random.choice(("sep=;", "# comment", "Report of 2020", "", "\x00")) + end + text
    if random.random() < 0.15:
        text += end + random.choice(("Total,5", "", "a,b,c,d,e,f,g,h", '"', "\x00"))
    content = text.encode(random.choice(ENCODINGS) if random.random() < 0.3 else "utf-8", "replace")
    if random.random() < 0.1:
        content = damaged(random, content)
    suffix = random.choice((".csv", ".csv", ".csv", ".tsv", ".txt", ".data", ".csv.gz", ".CSV", ""))
    if suffix.endswith(".gz") and random.random() < 0.8:
        content = gzip.compress(content)
    path = folder / (_file_name(random) + suffix)
    path.write_bytes(content)
    return Case("table", commands(random, str(path)), SPOKEN)


def _file_name(random: Random) -> str:
    if random.random() < 0.7:
        return ordinary(random)
    usable = [
        word for word in NAMES if 0 < len(word.encode()) < 200 and "/" not in word and "\x00" not in word
    ]
    return random.choice(usable)


def _cell(random: Random, kind: str, row: int) -> str:
    if random.random() < 0.01:
        return random.choice(CELLS)
    match kind:
        case "number":
            return f"{random.gauss(0, 1):.4f}"
        case "integer":
            return str(random.randint(0, 9))
        case "class":
            return random.choice(("yes", "no", "maybe"))
        case "one":
            return "same"
        case "empty":
            return ""
        case "text":
            return " ".join(ordinary(random) for _ in range(random.randint(1, 6)))
        case _:
            return random.choice(CELLS)


def _quoted(cell: str, delimiter: str, random: Random) -> str:
    if random.random() < 0.0005:
        return '"' + cell  # left open
    if delimiter in cell or '"' in cell or "\n" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def json_lines(random: Random, folder: Path) -> Case:
    """Write rows as JSON, flat, nested or broken."""
    path = folder / (ordinary(random) + random.choice((".jsonl", ".json", ".ndjson")))
    lines = []
    for _ in range(random.choice((0, 1, 30))):
        row = {
            name(random): random.choice((1, 2.5, "a", None, True, [1], {"a": 1}, 1e308)) for _ in range(3)
        }
        row |= {"x": random.random(), "t": random.choice("ab")}
        lines.append(json.dumps(row, ensure_ascii=random.random() < 0.5))
    text = "\n".join(lines) if random.random() < 0.7 else "[" + ",".join(lines) + "]"
    if random.random() < 0.15:
        text = "[" * random.choice((100, 100_000))
    content = text.encode("utf-8", "replace")
    path.write_bytes(damaged(random, content) if random.random() < 0.3 else content)
    return Case("table", commands(random, str(path)), SPOKEN)


def parquet(random: Random, folder: Path) -> Case:
    """Write a Parquet file and damage it."""
    import duckdb

    path = folder / (ordinary(random) + ".parquet")
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT range / 7.0 AS a, range % 3 AS b, 'c' || (range % 2) AS \"[m/s]\" FROM range(60))"
            f" TO '{path}' (FORMAT parquet)"
        )
    if random.random() < 0.8:
        path.write_bytes(damaged(random, path.read_bytes()))
    return Case("table", commands(random, str(path)), SPOKEN)


DTYPES = ("<f4", "<f8", ">f8", "<i8", "u1", "?", "<U5", "S3", "<c16", "O", "<M8[D]", "<f2", "V8", "<u8")


def arrays(random: Random, folder: Path) -> Case:
    """Write NPY or NPZ files with ordinary, odd and false headers."""
    path = folder / (ordinary(random) + random.choice((".npy", ".npz", ".npz")))
    parts = {}
    rows = random.choice((0, 1, 2, 40, 40, 40, 40))
    mild = random.random() < 0.5
    known = ("x_train", "y_train", "x_test", "y_test")
    chosen = known if mild else random.sample((*known, "x", "y", "a", "[/]"), random.randint(1, 5))
    inner = random.choice(((), (1,), (3,), (8, 8), (8, 8, 3), (0,)))
    for part in chosen:
        dtype = random.choice(DTYPES) if random.random() < (0.1 if mild else 0.4) else "<f4"
        own = () if mild and part.startswith("y") else inner
        shape = (random.choice((rows, rows, rows, rows + (not mild))), *own)
        numbers = np.random.default_rng(random.randrange(1 << 30)).integers(0, 3, shape)
        if dtype in ("O", "V8"):
            parts[part] = _npy(numbers.astype("<f8"), dtype if dtype == "V8" else "|O")
        elif not mild and random.random() < 0.1:
            declared = random.choice((10**12, 10**18, -1, 2**62, 10**7))
            parts[part] = _npy(numbers.astype("<f4"), "<f4", (declared, *shape[1:]))
        else:
            parts[part] = _npy(numbers.astype(dtype), np.dtype(dtype).str)
    if path.suffix == ".npy":
        content = next(iter(parts.values()))
    else:
        store = io.BytesIO()
        with zipfile.ZipFile(
            store, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
        ) as archive:
            for part, content in parts.items():
                archive.writestr(part + ".npy", content)
            if random.random() < 0.05:
                archive.writestr(
                    "x.npy" if "x" not in parts else "bomb.npy", bytes(200 << 20), zipfile.ZIP_DEFLATED
                )
        content = store.getvalue()
    path.write_bytes(damaged(random, content) if random.random() < 0.15 else content)
    return Case("arrays", commands(random, str(path)), SPOKEN)


def _npy(array: np.ndarray, dtype: str, shape: tuple[int, ...] | None = None) -> bytes:
    header = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape or array.shape}, }}"
    header += " " * ((-len(header) - 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + array.tobytes()


def idx(random: Random, folder: Path) -> Case:
    """Write a folder of IDX files, some of them with false counts."""
    place = folder / ordinary(random)
    place.mkdir()
    count = random.choice((0, 1, 40))
    for part, told in (("train", count), ("t10k", count)):
        declared = random.choice((told, told, told, told + 1, 1 << 31, (1 << 32) - 1))
        side = random.choice((8, 8, 28, 0))
        images = struct.pack(">IIII", 0x803, declared, side, side) + noise(random, told * side * side)
        labels = struct.pack(">II", 0x801, random.choice((told, declared))) + bytes(
            n % 3 for n in range(told)
        )
        for kind, content in (("images-idx3", images), ("labels-idx1", labels)):
            packed = random.random() < 0.3
            content = damaged(random, content) if random.random() < 0.15 else content
            file = place / f"{part}-{kind}-ubyte{'.gz' if packed else ''}"
            file.write_bytes(gzip.compress(content) if packed else content)
    return Case("arrays", commands(random, str(place)), SPOKEN)


def images(random: Random, folder: Path) -> Case:
    """Write a folder of pictures with a folder a class, and things that are no pictures among them."""
    place = folder / ordinary(random)
    side = random.choice((8, 8, 8, 1, 40, 300))
    for label in random.sample(["a", "b", "[red]", "日本", "x\ny", "\x1b[2J"], random.randint(1, 3)):
        below = place / label
        below.mkdir(parents=True)
        for number in range(random.choice((0, 2, 12))):
            _picture(random, below / f"{number}.png", side if random.random() < 0.95 else 9)
        if random.random() < 0.2:
            _stranger(random, below)
    place.mkdir(exist_ok=True)
    return Case("images", commands(random, str(place)), SPOKEN)


def _picture(random: Random, path: Path, side: int) -> None:
    width, height = (65_000, 65_000) if random.random() < 0.01 else (side, side)
    lines = b"".join(b"\x00" + noise(random, side * 3) for _ in range(side))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )
    path.write_bytes(damaged(random, content) if random.random() < 0.01 else content)


def _stranger(random: Random, folder: Path) -> None:
    match random.randrange(6):
        case 0:
            os.mkfifo(folder / "pipe.png")
        case 1:
            (folder / "away.png").symlink_to("/dev/zero")
        case 2:
            (folder / "gone.png").symlink_to(folder / "nothing")
        case 3:
            (folder / "text.png").write_bytes(b"no picture")
        case 4:
            (folder / "empty.jpg").write_bytes(b"")
        case _:
            (folder / "round").symlink_to(folder)


def odd_files(random: Random, folder: Path) -> Case:
    """Name what is no ordinary file, or no file of rows."""
    path = folder / (
        ordinary(random) + random.choice((".csv", ".npy", ".toml", ".py", ".keras", ".parquet", ".txt"))
    )
    match random.randrange(7):
        case 0:
            os.mkfifo(path)
        case 1:
            path.symlink_to("/dev/zero")
        case 2:
            path.mkdir()
        case 3:
            path.write_bytes(b"")
        case 4:
            path.symlink_to(path)
        case 5:
            path.write_bytes(noise(random, 5000))
        case _:
            with path.open("wb") as file:
                file.truncate(8 << 30)
    return Case("odd file", commands(random, str(path)), SPOKEN)


ROWS: tuple[Callable[[Random, Path], Case], ...] = (
    table, table, table, json_lines, parquet, arrays, idx, images, odd_files,
)  # fmt: skip
