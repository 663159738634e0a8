"""A look at a file before it is read: is it one, is it text, whole, and in which encoding.

One pass in pieces of a megabyte, so that a file of any size costs little memory and what is wrong is told
with its line before a reader stumbles over it.
"""

from __future__ import annotations

import codecs
import gzip
import os
import stat
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from nn_tui.errors import DataError

PIECE = 1 << 20
LONGEST_LINE = 16 << 20
"""Bytes of a line at most; longer ones are no table but a file without line ends."""


MOST_UNPACKED, MOST_TIMES = 256 << 20, 100
"""Bytes that any file may unpack to, and how many times its size one that unpacks to more."""


class Cancelled(DataError):
    """The person has cancelled the reading."""


@dataclass
class Watch:
    """How far a reading has come, and whether it is to stop: both sides look at it.

    `tell` gets the share that is done, 0 to 1, and what is being done.
    """

    tell: Callable[[float, str], None] = lambda share, doing: None
    cancelled: bool = field(default=False)

    def report(self, share: float, doing: str) -> None:
        """Tell how far it is.

        Raises:
            Cancelled: it is to stop.
        """
        if self.cancelled:
            raise Cancelled("Reading was cancelled.", "")
        self.tell(share, doing)


@dataclass(frozen=True)
class Looked:
    """What was found: the encoding's name for Python, the number of lines."""

    encoding: str
    lines: int


def require_file(path: Path) -> os.stat_result:
    """Refuse what is no readable plain file with something in it.

    Raises:
        DataError: says what it is instead.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise DataError(f"There is no file {path}.", "Check the path.") from None
    except ValueError:  # a name with a zero byte in it is nobody's
        raise DataError(f"{str(path)!r} is no path.", "Check the path.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None
    if not stat.S_ISREG(found.st_mode):
        raise DataError(f"{path} is no plain file but a {_sort(found.st_mode)}.", "Give a file.")
    if not os.access(path, os.R_OK):
        raise DataError(f"{path} cannot be read: permission denied.", "Check its permissions.")
    if not found.st_size:
        raise DataError(f"{path} is empty.", "Give a file with a header and rows.")
    return found


def _sort(mode: int) -> str:
    for test, word in (
        (stat.S_ISDIR, "folder"),
        (stat.S_ISFIFO, "pipe"),
        (stat.S_ISSOCK, "socket"),
    ):
        if test(mode):
            return word
    return "device"


@contextmanager
def unchanged(path: Path) -> Iterator[os.stat_result]:
    """Refuse a file that somebody writes to while it is read.

    Raises:
        DataError: its size or its time is another one at the end.
    """
    before = require_file(path)
    yield before
    after = require_file(path)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise DataError(f"{path} changed while it was read.", "Open it again when it is complete.")


def require_honest(path: Path, packed: int, unpacked: int) -> None:
    """Refuse a packed file that is made to fill memory or disk.

    Raises:
        DataError: it unpacks to more bytes than a file of its size honestly does.
    """
    if unpacked > MOST_UNPACKED and unpacked > MOST_TIMES * packed:
        raise DataError(
            f"{path} has {packed:,} bytes and unpacks to {unpacked:,} or more.",
            "Unpack it, if it is what you want.",
        )


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file, unpacking gzip by its first bytes.

    Raises:
        DataError: the packed data end early or are damaged.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if not packed:
                yield raw
                return
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield unpacked  # type: ignore[misc]  # reads as a binary file does
    except EOFError:
        raise DataError(f"{path} is cut off: the packed data end early.", "Fetch it again.") from None
    except (gzip.BadGzipFile, zlib.error):
        raise DataError(f"{path} is damaged: it cannot be unpacked.", "Fetch it again.") from None


def look_through(path: Path, watch: Watch) -> Looked:
    """Read a text file once to learn its encoding and that it is text.

    Raises:
        DataError: binary data, an endless line, packed data that are damaged.
    """
    size = path.stat().st_size
    with opened(path) as file:
        piece = file.read(PIECE)
        encoding = _by_mark(piece)
        if encoding is None and b"\x00" in piece:
            raise DataError(f"{path} is no text: it holds binary data.", "Give a table as text.")
        return _scan(path, file, piece, encoding, size, watch)


def _by_mark(piece: bytes) -> str | None:
    # The mark of UTF-32 begins as that of UTF-16 does.
    if piece.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if piece.startswith(codecs.BOM_UTF8) else None


def _scan(
    path: Path, file: BinaryIO, piece: bytes, encoding: str | None, size: int, watch: Watch
) -> Looked:
    decoder = codecs.getincrementaldecoder(encoding or "utf-8")()
    latin = False
    lines = since = done = strange = 0
    while piece:
        done += len(piece)
        require_honest(path, size, done)
        watch.report(min(1.0, done / size), "looking through the file")
        lines += piece.count(b"\n")
        at = piece.rfind(b"\n")
        since = since + len(piece) if at < 0 else len(piece) - at - 1
        if since > LONGEST_LINE:
            raise DataError(
                f"{path}: line {lines + 1} is longer than {LONGEST_LINE >> 20} MB.",
                "Give a table with one row a line.",
            )
        if not latin:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                if encoding is not None:
                    raise DataError(
                        f"{path} is no valid {encoding} near line {lines + 1}.", "Save it as UTF-8."
                    ) from None
                latin = True
        if latin:
            strange += sum(piece.count(bytes([code])) for code in range(32) if code not in (9, 10, 12, 13))
            if strange > 8 + done // 1000:
                raise DataError(f"{path} is no text: it holds binary data.", "Give a table as text.")
        piece = file.read(PIECE)
    if latin:
        return Looked("latin-1", lines)
    return Looked(encoding or "utf-8", lines)


@contextmanager
def as_utf8(path: Path, encoding: str) -> Iterator[Path]:
    """Give a path under which the text stands in UTF-8: the file itself, or a copy for the while."""
    if encoding == "utf-8":
        yield path
        return
    with tempfile.NamedTemporaryFile(suffix=".csv", delete=False) as copy, opened(path) as file:
        decoder = codecs.getincrementaldecoder(encoding)()
        while piece := file.read(PIECE):
            copy.write(decoder.decode(piece).encode())
    try:
        yield Path(copy.name)
    finally:
        Path(copy.name).unlink(missing_ok=True)
