"""What a key costs: `python -m tests.benchmarks.keys`, about 40 seconds.

The real program rests in a pseudo-terminal at 120x36, and keys of one kind are typed at it, each after the
screen has answered the one before and has come to rest. Processor time of the app's first thread, which
reads the key, works and draws, is what it costs: beside others on a busy machine it stays meaningful where
the time on the clock does not. The frames and the bytes that went to the terminal stand beside it. What a
key costs in a bare Textual app (`bare_app`) comes last.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks.stamped_terminal import FRAME_BEGIN, Piece, StampedTerminal
from tests.benchmarks.terminal import DOWN, LEFT, RIGHT, SIZE, UP

ANSWERED = 1.0
"""Seconds that a key's first bytes are waited for."""
QUIET, IDLE = 0.05, 0.0015
"""A key is answered whole when for so many seconds nothing came and only so many were worked: the frames
that are due while nothing trains take less."""
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "cursor": ("b", (DOWN, UP)),
    "number": ("b", ("1", "2")),
    "tab": ("i", (RIGHT, LEFT)),
    "panel": ("", ("b", "i")),
    "scroll": ("l", (UP, DOWN)),
    "setting": ("b", ("]", "[")),
}
"""The key that goes to the panel, and the keys that are typed in turn."""


def cost(terminal: StampedTerminal, keys: Sequence[str], count: int) -> dict[str, float]:
    """Type keys in turn; gives what each costs."""
    began = first_thread_seconds(terminal)
    pieces = []
    for number in range(count):
        if key := keys[number % len(keys)]:
            terminal.press(key)
            if piece := terminal.take(ANSWERED):
                pieces.append(piece)
        pieces += rested(terminal)
    return {
        "cpu_ms": (first_thread_seconds(terminal) - began) / count * 1e3,
        "frames": sum(piece.data.count(FRAME_BEGIN) for piece in pieces) / count,
        "bytes": sum(len(piece.data) for piece in pieces) / count,
    }


def rested(terminal: StampedTerminal) -> list[Piece]:
    """Wait until nothing comes and next to nothing is worked any more; gives what came."""
    pieces = []
    while True:
        before = first_thread_seconds(terminal)
        came = terminal.take_for(QUIET)
        pieces += came
        if not came and first_thread_seconds(terminal) - before < IDLE:
            return pieces


def first_thread_seconds(terminal: StampedTerminal) -> float:
    """Give the processor time of the program's first thread, where Linux says it to the nanosecond."""
    pid = terminal.process.pid
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e9


def measure(count: int) -> dict[str, dict[str, float]]:
    """Type at the app and at the bare one."""
    home = tempfile.mkdtemp(prefix="nn-tui-bench-")
    told = {}
    try:
        with StampedTerminal("clinical-trial", size=SIZE, environment={"NN_TUI_HOME": home}) as terminal:
            terminal.seen(lambda now: "ready" in now.part(bottom=1), 60.0)
            terminal.take_for(0.5)
            told["at rest"] = cost(terminal, ("",), count)
            for name, (place, keys) in KINDS.items():
                terminal.press(place)
                terminal.take_for(0.3)
                cost(terminal, keys, 4)
                told[name] = cost(terminal, keys, count)
            terminal.press("q")
            terminal.end()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    command = [sys.executable, "-m", "tests.benchmarks.bare_app"]
    with StampedTerminal(command=command, size=SIZE) as terminal:
        terminal.seen(lambda now: " > row 0" in now.part(), 60.0)
        terminal.take_for(0.3)
        told["bare app"] = cost(terminal, (DOWN, UP), count)
    return told


def table(told: dict[str, dict[str, float]]) -> str:
    """Write a line for each kind of key."""
    lines = [f"{'':10}{'CPU ms':>8}{'frames':>8}{'bytes':>8}"]
    lines += [
        f"{name:10}{of['cpu_ms']:8.2f}{of['frames']:8.2f}{of['bytes']:8.0f}" for name, of in told.items()
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None, say: Callable[[str], None] = print) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=60, help="of each kind; default 60")
    parser.add_argument("--json", action="store_true", help="for machines")
    options = parser.parse_args(arguments)
    told = measure(options.keys)
    say(json.dumps(told) if options.json else table(told))


if __name__ == "__main__":
    main()
