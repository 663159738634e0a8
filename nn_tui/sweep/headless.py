"""A sweep without the app: begun or taken up, run, told in lines as it goes."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from nn_tui.errors import DivergedError, RunError, SpecError
from nn_tui.sweep.folder import PLAN, SweepFolder, plan_document, unfinished
from nn_tui.sweep.plan import Plan
from nn_tui.sweep.serial import Serial
from nn_tui.sweep.standings import ENDED, FAULTS, Standing
from nn_tui.sweep.sweep import Runner, Sweep
from nn_tui.sweep.telling import (
    begin_record,
    best_line,
    effect_lines,
    end_record,
    ranking_lines,
    table,
    trial_record,
)
from nn_tui.text import bare, clean_line

FRAMES_PER_SECOND = 4


class Teller(Protocol):
    """Tells a person or a program how a sweep goes."""

    def began(self, sweep: Sweep, how: str) -> None:
        """Tell of a sweep that begins or goes on."""

    def moved(self, sweep: Sweep, standing: Standing) -> None:
        """Tell of a trial that has got further."""

    def ended(self, sweep: Sweep, standing: Standing) -> None:
        """Tell of a trial that has ended."""

    def done(self, sweep: Sweep) -> None:
        """Tell what the sweep came to."""


def open_sweep(plan: Plan | None, folder: Path | None, *, resume: bool) -> Sweep:
    """Begin a sweep, or take up one that was stopped.

    Args:
        plan: what is trained; None takes the one in the folder.
        folder: where it is kept; None is among the program's data.
        resume: whether to go on with one that is there.

    Raises:
        RunError: there is none, it is of another plan, or it cannot be written.
        SpecError: something varied is refused.
    """
    if not resume or (folder is None and plan is not None and (folder := unfinished(plan)) is None):
        assert plan is not None
        plan.trials()  # what is refused is refused before anything is written
        return Sweep(plan, SweepFolder.begin(plan, folder))
    assert folder is not None
    if plan is not None and not (folder / PLAN).is_file():
        plan.trials()
        return Sweep(plan, SweepFolder.begin(plan, folder))
    kept, found = SweepFolder.reopen(folder)
    if plan is not None and plan_document(plan) != plan_document(found):
        kept.close()
        raise RunError(
            f"The sweep in {folder} is another one.",
            f"Go on with it by `nn-tui sweep --resume {folder}`, or give another folder.",
        )
    return Sweep(found, kept)


def run_sweep(
    sweep: Sweep,
    stop: Callable[[], bool],
    teller: Teller,
    warn: Callable[[str], None],
    runner: Runner | None = None,
) -> int:
    """Run a sweep to its end and give the exit status.

    Args:
        sweep: which.
        stop: asked often whether to save and leave.
        teller: tells how it goes.
        warn: told what a person should know.
        runner: trains. Default: one trial after the other.

    Raises:
        RunError: results cannot be written, or the runner is gone.
        SpecError: no trial is a valid network.
        DivergedError: every one that is valid diverged.
    """
    runner = runner or Serial()
    if not sweep.plan.objective.name.startswith("val_"):
        warn(
            f"trials are judged by {sweep.plan.objective.name} on the rows they train on; "
            "--set data.validation_split=0.2 judges them by others."
        )
    teller.began(sweep, runner.words)
    try:
        for standing in sweep.run(runner, stop, lambda standing: teller.moved(sweep, standing)):
            if standing.phase in ENDED:
                teller.ended(sweep, standing)
            else:
                teller.moved(sweep, standing)
    finally:
        runner.close()
        teller.done(sweep)
        if not sweep.finished:
            warn(
                f"{sweep.ended} of {len(sweep.standings)} trials are done and kept. "
                f"Go on with: nn-tui sweep --resume {sweep.folder.path}"
            )
        sweep.folder.close()
    if not sweep.finished:
        return 130
    if all(one.phase == "invalid" for one in sweep.standings):
        raise SpecError(f"No trial is a valid network. {sweep.standings[0].reason}", "")
    if all(one.phase in FAULTS for one in sweep.standings):
        if any(one.phase == "failed" for one in sweep.standings):
            return 1
        raise DivergedError("Every trial diverged.", "Vary learning rates that are lower.")
    return 0


class JsonTeller:
    """Tells in JSON, one object a line."""

    def __init__(self) -> None:
        self._told: dict[int, int] = {}
        """The epoch up to which the curve of a trial has been told."""

    def began(self, sweep: Sweep, how: str) -> None:
        """Tell what is ahead, then of the trials that have ended before."""
        self._print(begin_record(sweep, how))
        for standing in sweep.standings:
            if standing.phase in ENDED:
                self.ended(sweep, standing)

    def moved(self, sweep: Sweep, standing: Standing) -> None:
        """Tell how far a trial is, and what it measured since."""
        number = standing.trial.number
        told = self._told.get(number, 0)
        self._told[number] = standing.epoch
        self._print(trial_record(sweep, standing, "progress", since=min(told, standing.epoch - 1)))

    def ended(self, sweep: Sweep, standing: Standing) -> None:
        """Tell how a trial ended."""
        self._print(trial_record(sweep, standing))

    def done(self, sweep: Sweep) -> None:
        """Tell the ranking."""
        self._print(end_record(sweep))

    def _print(self, record: dict[str, object]) -> None:
        print(json.dumps(record), flush=True)


class TextTeller:
    """Tells in text: on a terminal a table that is drawn again, elsewhere a line a trial."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty() and sys.stdout.isatty()
        self.ascii_only = "utf" not in (sys.stdout.encoding or "").lower()
        self.drawn = 0
        self.due = 0.0

    def began(self, sweep: Sweep, how: str) -> None:
        """Say what is ahead."""
        seeds = f", each with {len(sweep.plan.seeds)} seeds" if len(sweep.plan.seeds) > 1 else ""
        unmade = [one for one in sweep.standings if one.trial.spec is None]
        before = sweep.ended - len(unmade)
        done = f"; {before} have ended before" if before else ""
        told = (
            f"{len(sweep.standings)} trials{seeds}, {how}, "
            f"looking for the {sweep.plan.objective.words}{done}."
        )
        print(f"nn-tui: {clean_line(told)}", file=sys.stderr)
        for standing in unmade:
            self.ended(sweep, standing)

    def moved(self, sweep: Sweep, standing: Standing) -> None:
        """Draw the table again, a few times a second."""
        del standing
        if self.live and time.monotonic() >= self.due:
            self._draw(sweep)

    def ended(self, sweep: Sweep, standing: Standing) -> None:
        """Draw the table again, or say how the trial ended."""
        if self.live:
            self._draw(sweep)
            return
        best = "" if standing.best is None else f": {sweep.plan.objective.name} {standing.best[0]:.4f}"
        reason = f" ({standing.reason})" if standing.reason else ""
        told = (
            f"{sweep.ended}/{len(sweep.standings)} trial {standing.trial.number + 1} "
            f"{standing.words} {standing.phase}{best}{reason}"
        )
        print(f"nn-tui: {clean_line(told)}", file=sys.stderr)

    def done(self, sweep: Sweep) -> None:
        """Print the whole table, what each setting does, and the best."""
        self._erase()
        print("\n".join(map(clean_line, table(sweep, ascii_only=self.ascii_only))))
        for lines in (ranking_lines(sweep), list(effect_lines(sweep))):
            if lines:
                print()
                print("\n".join(map(clean_line, lines)))
        if told := best_line(sweep):
            print()
            print(clean_line(told), flush=True)

    def _draw(self, sweep: Sweep) -> None:
        size = shutil.get_terminal_size()
        head = f"{sweep.ended} of {len(sweep.standings)} trials"
        lines = [head, *map(clean_line, table(sweep, size.lines - 2, ascii_only=self.ascii_only))]
        self._erase()
        sys.stdout.write("".join(f"{line[: size.columns - 1]}\n" for line in lines))
        sys.stdout.flush()
        self.drawn = len(lines)
        self.due = time.monotonic() + 1 / FRAMES_PER_SECOND

    def _erase(self) -> None:
        if self.drawn:
            bare(sys.stdout).write(f"\x1b[{self.drawn}A\x1b[J")
            self.drawn = 0
