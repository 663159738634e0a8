"""Play from the command line, each program in a process of its own."""

from __future__ import annotations

import argparse
import itertools
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from nn_tui.experiment.examples import names
from tests.monkey.player import PATIENCE, Found, run, watch_for_hanging
from tests.monkey.recording import Recording, shrunk
from tests.monkey.steps import steps_of

SITTING = 250
"""Steps with one program."""
SIGN = "found: "
"""Begins the line that says in short what was found."""


def play(recording: Recording, path: Path | None, patience: float) -> str:
    """Play in this process, recording to a path; return what was found, with its traceback."""
    with tempfile.TemporaryDirectory(prefix="monkey-", ignore_cleanup_errors=True) as folder:
        os.environ["NN_TUI_HOME"] = str(Path(folder) / "home")
        for name in ("NO_COLOR", "NN_TUI_ASCII"):
            os.environ.pop(name, None)
        watch_for_hanging(patience)
        try:
            run(recording, Path(folder), path, patience=patience)
        except Found as found:
            return str(found)
    return ""


def play_afresh(path: Path, patience: float, record: Path | None = None) -> tuple[str, str]:
    """Play a recording in a fresh process; return in short what was found, and all that was told."""
    words = [sys.executable, "-m", "tests.monkey", "--replay", str(path), "--patience", str(patience)]
    if record is not None:
        words += ["--record", str(record)]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode == 0:
        return "", done.stdout
    told = done.stderr + done.stdout
    signs = [line.removeprefix(SIGN) for line in told.splitlines() if line.startswith(SIGN)]
    return (signs or [f"ended with {done.returncode}"])[-1], told


def play_seed(seed: int, steps: int, keep: Path, patience: float) -> int:
    """Play the steps of a seed, a sitting after another; return how many sittings failed."""
    keep.mkdir(parents=True, exist_ok=True)
    draw = random.Random(seed)
    found = done = 0
    for number in itertools.count():
        if done >= steps:
            return found
        length = min(SITTING, steps - done)
        begin = draw.choice(names())
        plan = keep / f"seed-{seed}-{number}.jsonl"
        planned = itertools.islice(steps_of(f"{seed}-{number}"), length)
        Recording(begin, tuple(planned)).write(plan)
        began = time.monotonic()
        record = plan.with_suffix(".record.jsonl")
        sign, told = play_afresh(plan, patience, record)
        done += length
        plan.unlink()
        print(f"seed {seed}, {done} steps, {time.monotonic() - began:.0f} s: {sign or 'well'}", flush=True)
        if sign:
            found += 1
            record.with_suffix(".txt").write_text(told)
        else:
            record.unlink(missing_ok=True)
    return found


def shrink(path: Path, patience: float) -> Path | None:
    """Write the shortest part of a recording that still fails in the same way; None if it does not fail."""
    recording = Recording.read(path)
    wanted, told = play_afresh(path, patience)
    if not wanted:
        return None
    print(told)
    trial = path.with_suffix(".trial.jsonl")

    def fails(part: Recording) -> bool:
        part.write(trial)
        sign, _ = play_afresh(trial, patience)
        print(f"{len(part.steps)} steps: {sign or 'well'}", flush=True)
        return sign == wanted

    shortest = path.with_suffix(".shrunk.jsonl")
    shrunk(recording, fails).write(shortest)
    trial.unlink()
    return shortest


def main() -> int:
    """Do what the command line asks for; return 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.monkey")
    parser.add_argument("--steps", type=int, default=10_000, help="how many of each seed. Default 10000")
    parser.add_argument("--seed", type=int, nargs="+", default=[0], help="which steps. Default 0")
    parser.add_argument("--keep", type=Path, default=Path("monkey"), help="folder of what failed")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="play a recording")
    parser.add_argument("--shrink", type=Path, metavar="FILE", help="make a recording that fails shorter")
    parser.add_argument("--record", type=Path, metavar="FILE", help="with --replay: record it anew")
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds until stuck. Default 90")
    asked = parser.parse_args()
    if asked.replay:
        told = play(Recording.read(asked.replay), asked.record, asked.patience)
        print(told, file=sys.stderr, flush=True)
        if told:
            print(f"{SIGN}{told.splitlines()[0]}", file=sys.stderr, flush=True)
        # Threads that hang must not keep the process.
        os._exit(bool(told))
    if asked.shrink:
        shortest = shrink(asked.shrink, asked.patience)
        print(shortest.read_text() if shortest else "It does not fail.")
        return int(shortest is not None)
    found = sum(play_seed(seed, asked.steps, asked.keep, asked.patience) for seed in asked.seed)
    print(f"{found} programs failed" if found else "All is well.")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
