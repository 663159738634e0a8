"""Files are written whole or not at all, and what is no file on a disk is written to, never replaced."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nn_tui.data.files.looking import require_file
from nn_tui.errors import DataError, RunError
from nn_tui.experiment.files import (
    STANDARD_OUTPUT,
    expanded,
    is_full,
    is_standard_output,
    is_stream,
    named_path,
    would_be_lost,
    write_whole,
)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Work with another umask."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    """Return the permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_a_name_with_a_zero_byte_is_no_path(tmp_path: Path) -> None:
    path = tmp_path / "red\0"
    with pytest.raises(DataError, match="is no path"):
        require_file(path)
    with pytest.raises(RunError, match="is no path"):
        write_whole(path, b"text")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002, 0o000])
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        write_whole(tmp_path / "new", b"1")
    assert mode(tmp_path / "new") == 0o666 & ~mask


@pytest.mark.parametrize("before", [0o600, 0o640, 0o755, 0o666])
def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path, before: int) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(before)
    write_whole(path, b"new")
    assert (path.read_text(), mode(path)) == ("new", before)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_a_file_that_is_there_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    os.chown(path, 1234, 4321)
    write_whole(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


@pytest.mark.parametrize("there", [True, False])
def test_a_symbolic_link_is_written_through(tmp_path: Path, there: bool) -> None:
    target, first, link = tmp_path / "far" / "file", tmp_path / "first", tmp_path / "link"
    if there:
        target.parent.mkdir()
        target.write_text("old")
        target.chmod(0o640)
    first.symlink_to("far/file")
    link.symlink_to(first)
    write_whole(link, b"new")
    assert link.is_symlink() and first.is_symlink() and target.read_text() == "new"
    assert not there or mode(target) == 0o640
    assert list(target.parent.iterdir()) == [target]


def test_links_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("other")
    (tmp_path / "other").symlink_to("one")
    with pytest.raises(RunError, match="cannot be written"):
        write_whole(tmp_path / "one", b"1")
    assert (tmp_path / "one").is_symlink()


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, b"content")
    reader.join(30)
    assert read == [b"content"] and stat.S_ISFIFO(pipe.stat().st_mode)
    assert is_stream(pipe) and not would_be_lost(pipe)


def test_a_thread_does_not_wait_for_a_reader_for_ever(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    told: list[str] = []

    def write() -> None:
        try:
            write_whole(tmp_path / "pipe", b"content")
        except RunError as error:
            told.append(str(error))

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    thread.join(30)
    (line,) = told
    assert line.startswith("Nobody reads from the pipe")


def test_devices_are_written_to_and_stay(tmp_path: Path) -> None:
    write_whole(Path("/dev/null"), b"content")
    with pytest.raises(RunError, match="/dev/full cannot be written: No space left") as caught:
        write_whole(Path("/dev/full"), b"content")
    assert is_full(caught.value)
    link = tmp_path / "link"
    link.symlink_to("/dev/null")
    write_whole(link, b"content")
    for device in ("/dev/null", "/dev/full"):
        assert stat.S_ISCHR(os.stat(device).st_mode) and is_stream(Path(device))
    assert link.is_symlink()


_PROGRAM = """
import os, sys
from pathlib import Path
from nn_tui.experiment.files import named_path, write_whole
print("before")
write_whole(named_path(sys.argv[1]), b"content\\n")
print("after")
"""


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
@pytest.mark.parametrize("to", ["file", "pipe"])
def test_standard_output_is_written_to_in_its_place(tmp_path: Path, name: str, to: str) -> None:
    (tmp_path / "link").symlink_to("/dev/stdout")
    told = tmp_path / "told"
    command = [sys.executable, "-c", _PROGRAM, name]
    if to == "pipe":
        told.write_bytes(subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, check=True).stdout)
    else:
        told.write_text("there\n")
        with told.open("ab") as file:
            subprocess.run(command, cwd=tmp_path, stdout=file, check=True)
    words = ["before", "content", "after"]
    assert told.read_text().splitlines() == (words if to == "pipe" else ["there", *words])


def test_no_bytes_are_drawn_on_a_terminal() -> None:
    outer, inner = os.openpty()
    path = Path(os.ttyname(inner))
    with pytest.raises(RunError, match="is a terminal, and this is no text"):
        write_whole(path, b"\x1b[2J")
    write_whole(path, b"# Report\n")
    os.close(inner)
    os.close(outer)


def test_nothing_is_written_over_the_screen_of_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    outer, inner = os.openpty()
    monkeypatch.setattr(sys, "stdout", object())  # as where Textual takes what is printed
    for path in (Path(os.ttyname(inner)), STANDARD_OUTPUT):
        with pytest.raises(RunError, match="is the screen here"):
            write_whole(path, b"# Report")
    os.close(inner)
    os.close(outer)


def test_what_a_person_writes_for_a_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert named_path("~/a.csv") == tmp_path / "a.csv" == expanded("~/a.csv")
    assert named_path("-") == STANDARD_OUTPUT and is_standard_output(named_path("-"))
    assert named_path("a~b") == Path("a~b") and named_path("~a.csv") == Path("~a.csv")
    with pytest.raises(RunError, match="~nobody-here is nobody's home"):
        named_path("~nobody-here/a.csv")


@pytest.mark.parametrize("place", ["open", "write", "fsync", "replace"])
def test_a_file_that_cannot_be_written_is_untouched_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    resource = pytest.importorskip("resource")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as failing:
        if place == "write":
            before = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
        else:
            failing.setattr(os, place, refuse)
        try:
            with pytest.raises(
                RunError, match=r"cannot be written: (No space left on|File too large)"
            ) as caught:
                write_whole(path, bytes(1000))
        finally:
            if place == "write":
                resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert is_full(caught.value)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_every_name_that_a_file_may_have_can_be_written(tmp_path: Path) -> None:
    for name in ("x" * 255, "\N{HIRAGANA LETTER A}" * 85, ".hidden", " "):
        write_whole(tmp_path / name, b"1")
        assert (tmp_path / name).read_bytes() == b"1"


def test_a_folder_is_made_only_where_that_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="No such file or directory"):
        write_whole(tmp_path / "gone" / "file", b"1", make_folder=False)
    assert not (tmp_path / "gone").exists()
    write_whole(tmp_path / "new" / "file", b"1")
    with pytest.raises(RunError, match="Is a directory"):
        write_whole(tmp_path / "new", b"1")
