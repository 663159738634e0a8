"""Writing a file whole or not at all: temporary file beside it, fsync, rename, fsync the folder."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from nn_tui.errors import RunError

if TYPE_CHECKING:
    import zipfile

_synced: ContextVar[bool] = ContextVar("synced", default=True)


@contextmanager
def without_sync() -> Iterator[None]:
    """Leave it to the caller to have what is written reach the disk: for many small files, all at once.

    A process that is killed loses nothing by it; only when the power fails a file may be empty or old.
    """
    before = _synced.set(False)
    try:
        yield
    finally:
        _synced.reset(before)


def sync_file(descriptor: int) -> None:
    """Wait until a file or a folder is on the disk, unless `without_sync` holds."""
    if _synced.get():
        os.fsync(descriptor)


@contextmanager
def whole_file(path: Path, *, keep_previous: bool = False, make_folder: bool = True) -> Iterator[BinaryIO]:
    """Give a file to write piece by piece; a reader sees the old content or all of the new.

    Args:
        path: the target; its folder is made when missing.
        keep_previous: keep the content there was as `NAME.prev`. Default False.
        make_folder: make the folder when it is missing; else that is an error. Default True.

    Raises:
        RunError: the disk is full, the folder is read-only, ...; the old content is untouched.
    """
    if "\0" in str(path):
        raise RunError(f"{str(path)!r} is no path.", "Choose another place.")
    temporary = ""
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            sync_file(file.fileno())
        if keep_previous and path.exists():
            os.replace(path, path.with_name(path.name + ".prev"))
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        _remove(temporary)
        raise RunError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Choose another place or make room.",
        ) from None
    except BaseException:
        _remove(temporary)
        raise


def _remove(temporary: str) -> None:
    if temporary:
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def write_whole(
    path: Path, content: bytes, *, keep_previous: bool = False, make_folder: bool = True
) -> None:
    """Write bytes to a file so that a reader sees the old content or the new, never a part.

    Args:
        path: the target; its folder is made when missing.
        content: all the bytes.
        keep_previous: keep the content there was as `NAME.prev`. Default False.
        make_folder: make the folder when it is missing; else that is an error. Default True.

    Raises:
        RunError: the disk is full, the folder is read-only, ...; the old content is untouched.
    """
    with whole_file(path, keep_previous=keep_previous, make_folder=make_folder) as file:
        file.write(content)


def read_plain(path: Path, largest: int = 64 << 30) -> bytes:
    """Read a file that may come from anybody; a pipe or a device would be read for ever.

    Raises:
        OSError: it is no plain file, has more than `largest` bytes, or cannot be read.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no plain file")
    if found.st_size > largest:
        raise OSError(errno.EFBIG, f"it has {found.st_size:,} bytes, too many for what it should be")
    return path.read_bytes()


def read_part(archive: zipfile.ZipFile, name: str, largest: int, packed: int) -> bytes:
    """Read a part of a zip, which may come from anybody; nothing is written to the disk.

    Args:
        archive: the zip.
        name: the part's.
        largest: bytes that it may have.
        packed: how many times smaller than its content it may be; more is a bomb.

    Raises:
        RunError: it is larger than it can honestly be, or cut off.
    """
    info = archive.getinfo(name)
    if info.file_size > largest or info.file_size > packed * max(info.compress_size, 1 << 16):
        raise RunError(f"{name} is larger than it can honestly be.", "It is not opened.")
    with archive.open(info) as part:
        content = part.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise RunError(f"{name} is cut off.", "Save it again.")
    return content


def is_leftover(path: Path) -> bool:
    """Whether a file is one that a killed process had begun to write."""
    return path.name.startswith(".") and path.name.endswith(".tmp")


def sweep(folder: Path) -> None:
    """Remove what killed processes had begun to write; only who holds the folder's lock may."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if is_leftover(path):
                path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if not _synced.get():
        return
    # Without this the rename itself may be lost when the power fails.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
