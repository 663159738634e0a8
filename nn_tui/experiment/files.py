"""Files that are written: those of the program, and those that a person names.

A file on a disk is written whole or not at all: temporary file beside it, fsync, rename, fsync the folder.
It keeps its mode and, where that can be, its owner; a new one has the mode that the umask leaves. Through a
symbolic link the file that it leads to is written. Standard output, pipes and devices are written to.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from nn_tui.errors import RunError
from nn_tui.text import clean_text

if TYPE_CHECKING:
    import zipfile

STANDARD = "-"
"""What a person writes for standard input or output in the place of a path."""
STANDARD_OUTPUT = Path("/dev/stdout")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_STREAMS = {str(STANDARD_OUTPUT): 1, "/dev/stderr": 2}
_MOST_LINKS = 40

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


def named_path(text: str) -> Path:
    """Return the path that a person's words name: `~` is a home, `-` standard output.

    Raises:
        RunError: nobody of that name has a home here.
    """
    if text == STANDARD:
        return STANDARD_OUTPUT
    path = expanded(text)
    if str(path).startswith("~") and len(path.parts) > 1:
        raise RunError(f"{path.parts[0]} is nobody's home.", f"Write ./{path} for a folder of that name.")
    return path


def expanded(text: str) -> Path:
    """Return a path with `~` or `~NAME` at its beginning as that home; as it is where there is none."""
    return Path(os.path.expanduser(text))


def is_standard_output(path: Path) -> bool:
    """Whether a path leads to what this process prints to."""
    return _descriptor(path) == 1


def is_stream(path: Path) -> bool:
    """Whether what is written to a path is passed on, not kept: a pipe, a device, standard output."""
    return _descriptor(path) is not None or (
        os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)
    )


def would_be_lost(path: Path) -> bool:
    """Whether there is a file at a path whose content is lost when it is written; streams have none."""
    return _descriptor(path) is None and os.path.isfile(path)


@contextmanager
def whole_file(path: Path, *, keep_previous: bool = False, make_folder: bool = True) -> Iterator[BinaryIO]:
    """Give a file to write piece by piece; a reader sees the old content or all of the new.

    What is no file on a disk is written to as it is: a pipe, a device, standard output.

    Args:
        path: the target; its folder is made when missing.
        keep_previous: keep the content there was as `NAME.prev`. Default False.
        make_folder: make the folder when it is missing; else that is an error. Default True.

    Raises:
        RunError: the disk is full, the folder is read-only, ...; the old content is untouched.
        BrokenPipeError: who read standard output has gone.
    """
    if "\0" in str(path):
        raise RunError(f"{str(path)!r} is no path.", "Choose another place.")
    try:
        stream = _stream(path)
        if stream is not None:
            with stream as file:
                yield file
            return
        # Renaming would replace a link, not the file that it leads to.
        with _beside(Path(os.path.realpath(path)), keep_previous, make_folder) as file:
            yield file
    except OSError as error:
        if isinstance(error, BrokenPipeError) and is_standard_output(path):
            raise  # as where something is printed
        raise RunError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Choose another place or make room.",
        ) from error


def is_full(error: RunError) -> bool:
    """Whether it was for want of room that a file could not be written."""
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in _NO_ROOM


@contextmanager
def _beside(target: Path, keep_previous: bool, make_folder: bool) -> Iterator[BinaryIO]:
    """Give a temporary file that takes the place of a target when all is written."""
    if make_folder:
        target.parent.mkdir(parents=True, exist_ok=True)
    before = target.stat() if target.exists() else None
    descriptor, temporary = _new_file(target, 0o666 if before is None else 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if before is not None:
                _take_after(file.fileno(), before)
            yield file
            file.flush()
            sync_file(file.fileno())
        if keep_previous and before is not None:
            os.replace(target, target.with_name(target.name + ".prev"))
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(target.parent)


def _new_file(target: Path, mode: int) -> tuple[int, str]:
    """Make a file beside a target, of a mode less what the umask takes away."""
    while True:
        # Any name that the target may have is short enough for its temporary file too.
        temporary = f"{target.parent}/.{target.name[:40]}.{os.urandom(6).hex()}.tmp"
        with contextlib.suppress(FileExistsError):
            return os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), temporary


def _take_after(descriptor: int, before: os.stat_result) -> None:
    """Give a file the owner, where one may, and the mode of the one whose place it takes."""
    made = os.fstat(descriptor)
    if (made.st_uid, made.st_gid) != (before.st_uid, before.st_gid):
        for owner in (before.st_uid, -1):
            with contextlib.suppress(OSError):
                os.fchown(descriptor, owner, before.st_gid)
                break
    os.fchmod(descriptor, stat.S_IMODE(before.st_mode))


def _stream(path: Path) -> contextlib.AbstractContextManager[BinaryIO] | None:
    """Open what has no content that could be kept or replaced; None for a file, there or not."""
    descriptor = _descriptor(path)
    if descriptor in (1, 2):
        return _printing(path, descriptor)
    if descriptor is not None:
        return os.fdopen(os.dup(descriptor), "wb")
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISFIFO(mode) and threading.current_thread() is not threading.main_thread():
        return _read_pipe(path)
    descriptor = os.open(path, os.O_WRONLY)  # a folder is refused by the system
    if os.isatty(descriptor) and not hasattr(sys.stdout, "buffer"):
        os.close(descriptor)
        raise _is_screen(path)
    return os.fdopen(descriptor, "wb")


def _is_screen(path: Path) -> RunError:
    """Make the error for a terminal while the app draws, so that nothing else may go there."""
    return RunError(f"{path} is the screen here.", "Give a file.")


def _read_pipe(path: Path) -> BinaryIO:
    """Open a pipe that somebody reads from: a thread that waited for a reader could not be ended."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        raise RunError(f"Nobody reads from the pipe {path}.", "Start its reader first.") from None
    os.set_blocking(descriptor, True)
    return os.fdopen(descriptor, "wb")


@contextmanager
def _printing(path: Path, descriptor: int) -> Iterator[BinaryIO]:
    """Give the stream that the program itself prints to, after what it has printed so far."""
    stream = sys.stdout if descriptor == 1 else sys.stderr
    buffer: BinaryIO | None = getattr(stream, "buffer", None)
    if buffer is None:
        raise _is_screen(path)
    stream.flush()
    yield buffer
    buffer.flush()


def _descriptor(path: Path) -> int | None:
    """Return the open file of this process that a path such as `/dev/stdout` leads to; None for others."""
    name = str(path)
    for _ in range(_MOST_LINKS):
        if name in _STREAMS:
            return _STREAMS[name]
        folder, last = os.path.split(name)
        if last.isdecimal() and os.path.realpath(folder) in ("/dev/fd", f"/proc/{os.getpid()}/fd"):
            return int(last)
        try:
            name = os.path.join(folder, os.readlink(name))
        except (OSError, ValueError):
            return None
    return None


def write_whole(
    path: Path, content: bytes, *, keep_previous: bool = False, make_folder: bool = True
) -> None:
    """Write bytes to a file so that a reader sees the old content or the new, never a part.

    Args:
        path: the target, as `whole_file` takes it.
        content: all the bytes.
        keep_previous: keep the content there was as `NAME.prev`. Default False.
        make_folder: make the folder when it is missing; else that is an error. Default True.

    Raises:
        RunError: the disk is full, the folder is read-only, ...; the old content is untouched. Or the
            path is a terminal, and the content no text.
        BrokenPipeError: who read standard output has gone.
    """
    with whole_file(path, keep_previous=keep_previous, make_folder=make_folder) as file:
        if file.isatty() and not _is_text(content):
            raise RunError(f"{path} is a terminal, and this is no text.", "Give a file.")
        file.write(content)


def _is_text(content: bytes) -> bool:
    """Whether a terminal shows bytes as they are, and obeys none of them."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return clean_text(text) == text


def append_whole(path: Path, content: bytes, head: bytes = b"") -> int:
    """Append bytes to a file, all or none, and wait until they are on the disk.

    Args:
        path: the file; its folder is there.
        content: what is appended.
        head: what a new file begins with. Default nothing.

    Returns:
        How large the file is now, in bytes.

    Raises:
        RunError: the disk is full, the folder is gone, ...; what was in the file is untouched.
    """
    try:
        with path.open("ab", buffering=0) as file:
            size = file.tell()
            left = memoryview(content if size else head + content)
            try:
                while left:  # the system may take it in pieces
                    left = left[file.write(left) :]
            except OSError:
                file.truncate(size)  # a part of a line would spoil the next
                raise
            sync_file(file.fileno())
            return file.tell()
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror}.", "Make room.") from error


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


@contextmanager
def log_file(path: Path, *, anew: bool = False) -> Iterator[BinaryIO]:
    """Open a file that another process writes what it says to.

    Args:
        path: the file; its folder is there.
        anew: begin it anew. Default: add to it.

    Raises:
        RunError: it cannot be opened.
    """
    try:
        file = path.open("wb" if anew else "ab")
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror}.", "Make room.") from None
    with file:
        yield file


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
