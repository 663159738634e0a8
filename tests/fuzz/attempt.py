"""Run the program on one input in a process of its own, and say what it did that it must not do.

The process is forked from one that has imported the program, so that thousands of inputs take minutes. It
has a home, a working folder and a folder of input files of its own; its time, its memory, what it prints
and what it leaves behind are looked at.
"""

from __future__ import annotations

import gc
import hashlib
import os
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

Command = tuple[str, ...]
"""The words of a command line; `screen SOURCE` opens the app without a terminal."""

CPU_SECONDS = 5.0
"""What one command may compute. Processor time, since other work on the machine must not decide."""

WALL_SECONDS = 60.0
"""After so long a command that computes nothing waits for something that never comes."""

MEMORY = 1 << 30
"""Bytes that a command may hold at its peak."""

OUTPUT = 4 << 20
"""Bytes of output that are kept."""

_STATUSES = (0, 1, 2, 3)


@dataclass(frozen=True)
class Case:
    """One input: its files stand in the folder it was made in, and must stay as they are.

    Attributes:
        kind: what it is: table, query, formula.
        commands: what is called on it, one after another, in the same home.
        typed: what is typed to each command.
    """

    kind: str
    commands: tuple[Command, ...]
    typed: str = ""


@dataclass
class Outcome:
    """What one command did.

    Attributes:
        command: its words.
        status: its exit status; negative for a signal.
        seconds: processor time.
        memory: bytes at the peak.
        output: what it printed.
        errors: what it said on the error stream.
        faults: what it must not do and did.
    """

    command: Command
    status: int
    seconds: float
    memory: int
    output: str
    errors: str
    faults: list[str] = field(default_factory=list)


def attempt(case: Case, folder: Path, allowed: Sequence[str] = ()) -> list[Outcome]:
    """Call the commands of a case and judge what each did.

    Args:
        case: the input.
        folder: where its files are; a home and a working folder are made beside them.
        allowed: names in the working folder that commands may write. Default none.
    """
    home, work = folder.with_name(folder.name + "-home"), folder.with_name(folder.name + "-work")
    outcomes = []
    try:
        home.mkdir()
        work.mkdir()
        before = _contents(folder)
        for command in case.commands:
            outcome = _called(command, case.typed, home, work)
            after = _contents(folder)
            outcome.faults += [f"changed {name}" for name in sorted(before ^ after)][:3]
            outcome.faults += [
                f"wrote {path.relative_to(work)} into the working folder"
                for path in sorted(work.rglob("*"))
                if path.relative_to(work).parts[0] not in allowed
            ][:3]
            outcome.faults += [
                f"wrote {path.name} into the home"
                for path in home.iterdir()
                if path.name not in ("store", "tmp")
            ][:3]
            outcome.faults += [
                f"wrote {path.name} outside"
                for path in folder.parent.iterdir()
                if path not in (folder, home, work)
            ]
            outcomes.append(outcome)
    finally:
        for place in (home, work):
            shutil.rmtree(place, ignore_errors=True)
    return outcomes


def _contents(folder: Path) -> set[tuple[str, str]]:
    """Return names and contents of all files below a folder; of what is no file the name alone."""
    found = set()
    for path in folder.rglob("*"):
        digest = ""
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 32 << 20:
            with suppress(OSError):
                digest = hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
        found.add((str(path.relative_to(folder)), digest))
    return found


def _called(command: Command, typed: str, home: Path, work: Path) -> Outcome:
    """Call one command in a forked process."""
    outward, inward = os.pipe()
    errors_outward, errors_inward = os.pipe()
    typed_file = home.parent / f"{home.name}-typed"
    typed_file.write_bytes(typed.encode("utf-8", "surrogateescape"))
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        _be_the_program(command, typed_file, home, work, inward, errors_inward)
    os.close(inward)
    os.close(errors_inward)
    texts = _read_both(outward, errors_outward, child, started)
    _, status, usage = os.wait4(child, 0)
    typed_file.unlink(missing_ok=True)
    waited = time.monotonic() - started
    code = os.waitstatus_to_exitcode(status)
    outcome = Outcome(
        command,
        code,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * 1024,
        *(text.decode("utf-8", "replace") for text in texts),
    )
    outcome.faults = list(_faults(outcome, waited))
    return outcome


def _be_the_program(
    command: Command, typed: Path, home: Path, work: Path, output: int, errors: int
) -> None:
    """Become the program in the child; never returns."""
    status = 99
    try:
        os.setsid()
        os.dup2(os.open(typed, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(errors, 2)
        os.environ["NN_TUI_HOME"] = str(home / "store")
        os.environ["HOME"] = str(home)
        (home / "tmp").mkdir(exist_ok=True)
        os.environ["TMPDIR"] = tempfile.tempdir = str(home / "tmp")
        os.chdir(work)
        sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        resource.setrlimit(resource.RLIMIT_CPU, (int(CPU_SECONDS * 3), int(CPU_SECONDS * 3) + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + 6 * MEMORY, resource.RLIM_INFINITY))
        status = _run(command)
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        os._exit(status)


def _run(command: Command) -> int:
    if command[0] == "screen":
        from tests.fuzz.screens import visit

        return visit(command[1:])
    from nn_tui.cli import main

    return main(command)


def _read_both(output: int, errors: int, child: int, started: float) -> tuple[bytes, bytes]:
    """Read what the child prints until it has ended, or end it when it takes too long."""
    texts = {output: bytearray(), errors: bytearray()}
    waiting = set(texts)
    while waiting:
        if time.monotonic() - started > WALL_SECONDS:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        ready, _, _ = select.select(list(waiting), [], [], 1.0)
        for descriptor in ready:
            text = os.read(descriptor, 1 << 16)
            if not text:
                waiting.discard(descriptor)
            elif len(texts[descriptor]) < OUTPUT:
                texts[descriptor] += text
    os.close(output)
    os.close(errors)
    return bytes(texts[output]), bytes(texts[errors])


def _faults(outcome: Outcome, waited: float) -> Iterator[str]:
    """Say what a command did that it must not do."""
    both = outcome.output + outcome.errors
    if outcome.status == -signal.SIGKILL and waited > WALL_SECONDS:
        yield f"hung: no answer in {waited:.0f} s"
    elif outcome.status not in _STATUSES:
        yield f"ended with status {outcome.status}"
    if outcome.seconds > CPU_SECONDS:
        yield f"computed {outcome.seconds:.1f} s"
    if outcome.memory > MEMORY:
        yield f"held {outcome.memory / (1 << 20):,.0f} MB"
    if "Traceback (most recent call last)" in both:
        yield "traceback: " + both.strip().splitlines()[-1][:300]
    if "fault in the program" in both:
        place = both.index("fault in the program")
        yield both[max(0, place - 20) : place + 300]
    found = controls(outcome.output) or controls(outcome.errors)
    if found:
        yield f"control character: {found!r}"
    if outcome.status in (1, 2) and not both.strip():
        yield f"status {outcome.status} without a word"


def controls(text: str) -> str:
    """Return the surroundings of the first character that would act on a terminal, or nothing."""
    for place, letter in enumerate(text):
        code = ord(letter)
        acts = (code < 32 and letter not in "\n\t") or 127 <= code < 160 or letter in _BIDI
        if acts and not (letter == "\r" and text[place + 1 : place + 2] == "\n"):
            return text[max(0, place - 20) : place + 20]
    return ""


_BIDI = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\x85"


def prepared() -> None:
    """Import what the commands need, so that a forked process finds it there."""
    import importlib

    for name in (
        "duckdb",
        "nn_tui.cli",
        "nn_tui.data.files.arrays",
        "nn_tui.data.files.images",
        "nn_tui.data.files.tables",
        "nn_tui.experiment.headless",
        "nn_tui.experiment.line",
        "nn_tui.experiment.playground",
        "nn_tui.experiment.prediction_file",
        "nn_tui.experiment.proposal",
        "nn_tui.experiment.runs.store",
        "nn_tui.export.keras_code",
        "nn_tui.export.keras_file.opening",
        "nn_tui.export.report",
        "nn_tui.export.targets",
        "nn_tui.plain.shell",
        "nn_tui.plain.workbench",
        "nn_tui.tui.app",
    ):
        importlib.import_module(name)
    gc.freeze()
