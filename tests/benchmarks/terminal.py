"""The app as a person has it: `python -m tests.benchmarks.terminal`, about 3 minutes.

The real program (`python -m nn_tui`) runs in a pseudo-terminal; real keys are written to it, and its bytes
are read and stamped by a thread that does nothing else, so that the terminal is never what one waits for.
All times are of one clock, `time.perf_counter`.

- A key's latency is the time from just before it was written to the terminal until the bytes were there
  that make the screen answer it. Frames that training draws are told from the answer by its place: a model
  of the screen (pyte) is fed piece by piece, and the answer is the first piece after which the part that
  only keys change (the mark in the layer list, the chosen tab) is another. Keys come after pauses of random
  length, up to longer than a frame, so that they meet every phase of the drawing. Every key that was typed
  counts; one that is not answered within 2 s counts as 2 s.
- Control: the same keys at the same pace to a bare Textual app with nothing to do (`bare_app`), in the same
  rounds. What it needs is what Textual, Python and the machine cost, and a busy machine shows there first.
- Training: the course's model at full speed, charts and insight live, begun anew each round, with so many
  epochs that the curves move across the charts all the time that is measured.
- Throughput: rows trained a second, from the epochs that the first line of the screen shows and the moments
  its bytes came. Without the screen: the same experiment by `nn-tui train --json`, in the same rounds while
  the app is paused, from the moments at which the epochs' lines came; once with the run kept (`--save`), as
  the app always does, and once without.
- Bytes a second while charts move are counted at 120x40; at rest nothing may come for 3 s.
- First paint: from starting the process until the build panel is seen; less what starting /bin/echo in the
  same way takes. The program's bytecode is there before, as after an installation.
- Memory is resident memory after more than a minute of training.
- The part of the time that drawing takes is the processor time of the app's first thread, which stays
  meaningful when other processes slow the clock.
- Long history: see `long_history`; in a process of its own.

Each figure is given as the best of the rounds and as that of all rounds together; the load of the machine
stands beside them.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

import nn_tui
from tests.benchmarks.stamped_terminal import FRAME_BEGIN, StampedTerminal
from tests.benchmarks.terminal_table import summarized, table
from tests.terminal.program import PROGRAM

ROWS = 1890
"""Training rows of the course's experiment."""
UP, DOWN, LEFT, RIGHT = "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[C"
SIZE, BYTES_SIZE = (120, 36), (120, 40)
UNANSWERED = 2.0
Key = tuple[str, Callable[[StampedTerminal], str]]


def chosen_row(terminal: StampedTerminal) -> str:
    """Where the mark in the list on the left is; keys alone move it."""
    lines = terminal.part(0, 40, 1, 27).split("\n")
    return ",".join(str(row) for row, line in enumerate(lines) if " > " in line[:5])


def chosen_tab(terminal: StampedTerminal) -> str:
    """Which insight's tab is in brackets."""
    return terminal.find(r"\[(\d)\W", left=80, top=1, bottom=5)


def other_number(terminal: StampedTerminal) -> str:
    """A number that shows another insight."""
    return "2" if chosen_tab(terminal) == "1" else "1"


def type_keys(terminal: StampedTerminal, count: int, key: Callable[[int], Key]) -> list[float]:
    """Type keys after random pauses; gives the seconds until each was answered."""
    dice = random.Random(count)
    latencies = []
    for number in range(count):
        terminal.take_for(dice.uniform(0.02, 0.22))
        text, shown = key(number)
        latencies.append(answered(terminal, text, shown))
    return latencies


def answered(terminal: StampedTerminal, text: str, shown: Callable[[StampedTerminal], str]) -> float:
    """Type a key; gives the seconds until what it changes is another."""
    before = shown(terminal)
    at = terminal.type(text)
    try:
        return terminal.seen(lambda now: shown(now) != before, UNANSWERED) - at
    except TimeoutError:
        return UNANSWERED


def type_at_the_app(terminal: StampedTerminal, count: int) -> list[float]:
    """Type cursor keys, numbers and tabs, in equal parts."""
    third = count // 3
    terminal.press("b")
    terminal.take_for(0.3)
    latencies = type_keys(terminal, third, lambda number: ((DOWN, UP)[number % 2], chosen_row))
    latencies += type_keys(terminal, third, lambda _: (other_number(terminal), chosen_tab))
    terminal.press("i")
    terminal.take_for(0.3)
    latencies += type_keys(terminal, third, lambda number: ((RIGHT, LEFT)[number % 2], chosen_tab))
    terminal.press("b")
    return latencies


def type_at_the_bare_app(count: int) -> list[float]:
    """Type cursor keys at an app that has nothing else to do."""
    command = [sys.executable, "-m", "tests.benchmarks.bare_app"]
    with StampedTerminal(command=command, size=SIZE) as terminal:
        terminal.seen(lambda now: " > row 0" in now.part())
        terminal.take_for(0.3)
        return type_keys(terminal, count, lambda number: ((DOWN, UP)[number % 2], chosen_row))


def epoch(terminal: StampedTerminal) -> int:
    """The number of epochs that the first line says are done."""
    return int(terminal.find(r"epoch (\d+)/", bottom=1) or 0)


def watch(terminal: StampedTerminal, seconds: float) -> dict[str, float]:
    """Let it train and look on: throughput, bytes, frames, processor time."""
    terminal.seen(lambda now: epoch(now) > 0)
    began, spent = time.perf_counter(), terminal.thread_seconds()
    first = last = (began, epoch(terminal))
    moved = False
    pieces = []
    while time.perf_counter() < began + seconds:
        piece = terminal.take(0.1)
        if piece is None:
            continue
        pieces.append(piece)
        if (done := epoch(terminal)) != last[1]:
            last = (piece.at, done)
            first = first if moved else last
            moved = True
    passed = time.perf_counter() - began
    after = terminal.thread_seconds()
    return {
        "samples_per_second": (last[1] - first[1]) * ROWS / max(last[0] - first[0], 1e-9),
        "bytes_per_second": sum(len(piece.data) for piece in pieces) / passed,
        "frames_per_second": sum(piece.data.count(FRAME_BEGIN) for piece in pieces) / passed,
        "drawing_share": (after["drawing"] - spent["drawing"]) / passed,
        "others_share": (after["others"] - spent["others"]) / passed,
    }


def train_headless(home: str, seconds: float, *, kept: bool) -> float:
    """Train without the screen; gives rows a second."""
    words = [*PROGRAM, "train", "clinical-trial", "--json", "--set", "fit.epochs=1000000"]
    folder = os.path.join(home, "headless")
    if kept:
        words += ["--save", folder]
    environment = {**os.environ, "NN_TUI_HOME": home}
    process = subprocess.Popen(words, stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    process.stdout.readline()
    began, lines = time.perf_counter(), 0
    while time.perf_counter() < began + seconds:
        # In the pace of a pipe's buffer, so that reading takes nothing from training.
        time.sleep(0.02)
        lines += os.read(process.stdout.fileno(), 1 << 16).count(b"\n")
    passed = time.perf_counter() - began
    process.kill()
    process.wait()
    process.stdout.close()
    shutil.rmtree(folder, ignore_errors=True)
    return lines * ROWS / passed


def start_up(home: str, rounds: int) -> dict[str, list[float]]:
    """Start the program some times: seconds to the first paint and until it is ready."""
    told: dict[str, list[float]] = {"first_paint": [], "ready": [], "starting": []}
    for _ in range(rounds):
        with StampedTerminal(command=["/bin/echo", "started"], size=SIZE) as terminal:
            starting = terminal.seen(lambda now: "started" in now.part()) - terminal.started
        with StampedTerminal("clinical-trial", size=SIZE, environment={"NN_TUI_HOME": home}) as terminal:
            paint = terminal.seen(lambda now: "Build" in now.part(0, 40, 0, 4)) - terminal.started
            ready = terminal.started
            if "ready" not in terminal.part(bottom=1):
                ready = terminal.seen(lambda now: "ready" in now.part(bottom=1))
            told["first_paint"].append(paint - starting)
            told["ready"].append(max(ready - terminal.started, paint) - starting)
            told["starting"].append(starting)
            terminal.press("q")
            terminal.end()
    return told


def one_round(terminal: StampedTerminal, home: str, keys: int, seconds: float) -> dict[str, Any]:
    """Measure everything once, in turn."""
    result: dict[str, Any] = {"control": type_at_the_bare_app(keys)}
    result["at_rest"] = type_at_the_app(terminal, keys)
    terminal.take_for(1.0)
    result["rest_bytes"] = sum(len(piece.data) for piece in terminal.take_for(3.0))
    terminal.press(" ")
    result["watched"] = watch(terminal, seconds)
    result["training"] = type_at_the_app(terminal, 2 * keys)
    terminal.resize(*BYTES_SIZE)
    terminal.take_for(1.0)
    result["bytes"] = watch(terminal, seconds)
    terminal.resize(*SIZE)
    terminal.take_for(0.5)
    terminal.press(" ")
    terminal.seen(lambda now: "paused" in now.part(bottom=1) or "finished" in now.part(bottom=1))
    result["finished"] = "finished" in terminal.part(bottom=1)
    result["headless"] = train_headless(home, seconds, kept=True)
    result["headless_not_kept"] = train_headless(home, seconds, kept=False)
    return result


def measure(rounds: int, keys: int, seconds: float) -> dict[str, Any]:
    """Measure in rounds; what is measured in a round is compared within it."""
    home = tempfile.mkdtemp(prefix="nn-tui-bench-")
    compileall.compile_dir(str(Path(nn_tui.__file__).parent), quiet=1)
    began, busy = time.perf_counter(), psutil.cpu_times()
    try:
        started = start_up(home, 2 * rounds)
        # A round trains as long as its keys and its looking on take; curves should cross the charts.
        per_second = train_headless(home, 2.0, kept=True) / ROWS
        epochs = int(per_second * (3 * seconds + 2 * keys * 0.2 + 5))
        done = []
        terminal = StampedTerminal(
            "clinical-trial", "--set", f"fit.epochs={epochs}", size=SIZE, environment={"NN_TUI_HOME": home}
        )
        with terminal:
            terminal.seen(lambda now: "ready" in now.part(bottom=1))
            for number in range(rounds):
                if number:
                    terminal.press("r")
                    terminal.seen(lambda now: "ready" in now.part(bottom=1))
                done.append(one_round(terminal, home, keys, seconds))
            memory = terminal.usage.memory_full_info()
            terminal.press("q")
            terminal.end()
        history = long_history()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return {
        "rounds": done,
        "start": started,
        "epochs": epochs,
        "memory_mb": memory.rss / 1e6,
        "memory_of_its_own_mb": memory.uss / 1e6,
        "history": history,
        "machine": machine(busy, time.perf_counter() - began),
    }


def long_history() -> dict[str, Any]:
    """Measure a long history in a process of its own."""
    words = [sys.executable, "-m", "tests.benchmarks.long_history", "--json"]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(told))


def machine(before: Any, seconds: float) -> dict[str, Any]:
    """Say how busy the machine was, in cores, with all that this benchmark did."""
    now = psutil.cpu_times()
    idle = now.idle + now.iowait - before.idle - before.iowait
    cores = os.cpu_count() or 1
    return {
        "cores": cores,
        "busy_cores": cores - idle / seconds,
        "load": os.getloadavg()[0],
        "seconds": seconds,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    parser.add_argument("--keys", type=int, default=45, help="keys of a kind a round; default 45")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long it is looked on; default 5")
    parser.add_argument("--json", action="store_true", help="for machines")
    options = parser.parse_args(arguments)
    told = summarized(measure(options.rounds, options.keys, options.seconds))
    print(json.dumps(told) if options.json else table(told))


if __name__ == "__main__":
    main()
