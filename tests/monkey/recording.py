"""A recording: what was done to one program, each step with its time, in a file of lines of JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from tests.monkey.steps import Step


@dataclass(frozen=True)
class Recording:
    """The steps of one program.

    Args:
        begin: the example that the program is opened on.
        steps: what is done.
        times: seconds after the start when each step was begun; none: as soon as the one before is taken.
    """

    begin: str
    steps: tuple[Step, ...]
    times: tuple[float, ...] = ()

    @classmethod
    def read(cls, path: Path) -> Recording:
        """Read a file; a last line that was not written whole is left out."""
        head, *lines = path.read_text().splitlines()
        rows = []
        for line in lines:
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError:
                break
        steps = tuple(Step(row["what"], row["value"]) for row in rows)
        return cls(json.loads(head)["begin"], steps, tuple(float(row["at"]) for row in rows))

    def write(self, path: Path) -> None:
        """Write a file."""
        with path.open("w") as file:
            recorder = Recorder(file, self.begin)
            for step, at in zip(self.steps, self.times or [0.0] * len(self.steps), strict=True):
                recorder.note(step, at)

    def only(self, kept: Sequence[int]) -> Recording:
        """Return the recording of some of the steps, with the pauses that were before each of them."""
        times, at = [], 0.0
        for number in kept:
            if self.times:
                at += self.times[number] - (self.times[number - 1] if number else 0.0)
            times.append(round(at, 3))
        return replace(self, steps=tuple(self.steps[number] for number in kept), times=tuple(times))


class Recorder:
    """Writes a recording while it is played, so that it is there whatever happens to the program."""

    def __init__(self, file: IO[str], begin: str) -> None:
        self._file = file
        self._began = time.monotonic()
        self._line({"begin": begin})

    def note(self, step: Step, at: float | None = None) -> None:
        """Write a step down, before it is done."""
        seconds = time.monotonic() - self._began if at is None else at
        self._line({"at": round(seconds, 3), "what": step.what, "value": step.value})

    def _line(self, row: dict[str, object]) -> None:
        self._file.write(json.dumps(row) + "\n")
        self._file.flush()


def shrunk(recording: Recording, fails: Callable[[Recording], bool]) -> Recording:
    """Return the shortest part of a recording that still fails: no step of it can be left out.

    Args:
        recording: one that fails.
        fails: plays a recording in a fresh program and tells whether it fails in the same way.
    """
    kept = list(range(len(recording.steps)))
    length = max(1, len(kept) // 2)
    while kept:
        at, smaller = 0, False
        while at < len(kept):
            rest = kept[:at] + kept[at + length :]
            if fails(recording.only(rest)):
                kept, smaller = rest, True
            else:
                at += length
        if length == 1 and not smaller:
            break
        length = max(1, min(length, len(kept)) // 2)
    least = recording.only(kept)
    at_once = replace(least, times=())
    return at_once if least.times and fails(at_once) else least
