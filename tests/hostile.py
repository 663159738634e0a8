"""Names that other people's files may hold, and what must never come out of the program."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

NAMES = (
    "[/s]",
    "v [m/s]",
    "class [/m2]",
    "height [cm]",
    "[red]",
    "[bold]loud[/bold]",
    "[@click=app.exit]leave[/]",
    "[link=https://example.org]go[/link]",
    "\\[escaped] 'single' \"double\" `back`",
    "line\nbreak",
    "carriage\rreturn",
    "tab\there",
    "nul\0",
    "\x1b[2J\x1b[31mred",
    "\x1b]52;c;QQ==\x07",
    "\x1b]0;title\x1b\\",
    "\x9b2J",
    "\x9d52;c;QQ==\x9c",
    "\x7fdelete\x08",
    "right \u202eto left\u202c",
    "\u2066isolated\u2069 \u200fmark",
    "zero\u200bwidth\ufeff",
    "paragraph\u2029line\u2028",
    "身高（厘米）",
    "👩‍🚀 👨‍👩‍👧 ❤️ 🇩🇪",
    "Z" + "\u0301\u0327\u0322" * 40,
    "\u0301accent first",
    "می‌خواهم",
    "lone \ud800",
    "tag\U000e0041s",
    " ",
    "",
    "x" * 10_000,
    "身" * 3_000,
)
"""Each stands for a kind."""

ENCODABLE = tuple(name for name in NAMES if not any("\ud800" <= letter <= "\udfff" for letter in name))
"""Those that a file or an argument can hold."""


def is_clean(text: str) -> bool:
    """Whether a text holds nothing that a terminal obeys or that turns the direction, line ends aside."""
    return not any(
        unicodedata.category(letter) in ("Cc", "Cs", "Cn", "Zl", "Zp")
        or letter in "\u200b\u200e\u200f\u061c\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        for letter in text.replace("\n", "")
    )


def write_table(path: Path, labels: Sequence[str] = ENCODABLE, rows: int = 400) -> Path:
    """Write a Parquet file whose headings and text cells are the names, and its classes `labels`."""
    import duckdb

    names = [name for name in ENCODABLE if name and "\0" not in name]
    cells: dict[str, list[object]] = {
        name: [(row * (place + 3)) % 17 / 7 for row in range(rows)] for place, name in enumerate(names)
    }
    cells["text [sic]"] = [names[row % len(names)] for row in range(rows)]
    cells["class [/m2]\x1b[2J"] = [labels[row % len(labels)] or "none" for row in range(rows)]
    with duckdb.connect() as connection:
        kinds = ["DOUBLE"] * len(names) + ["VARCHAR"] * 2
        heads = (
            f'"{name.replace(chr(34), chr(34) * 2)}" {kind}'
            for name, kind in zip(cells, kinds, strict=True)
        )
        connection.execute(f"CREATE TABLE rows ({', '.join(heads)})")
        marks = ", ".join("?" * len(cells))
        connection.executemany(
            f"INSERT INTO rows VALUES ({marks})", list(zip(*cells.values(), strict=True))
        )
        connection.execute(f"COPY rows TO '{path}' (FORMAT parquet)")
    return path
