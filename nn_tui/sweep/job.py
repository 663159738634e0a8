"""`SweepJob`: one sweep as somebody looks at it, running or resting; it can be started and stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from nn_tui.experiment.runs.keeper import taken_by
from nn_tui.experiment.words import number
from nn_tui.sweep.attached import SweepProcess
from nn_tui.sweep.folder import SweepFolder
from nn_tui.sweep.standings import Standings

Phase = Literal["rests", "begins", "runs", "stops"]


class SweepJob:
    """A sweep, and the process that runs it if there is one.

    Args:
        standings: where its trials stand.
        workers: how many trials at once. Default: one a core.
        scheduler: the address of a Dask scheduler. Default: none.
        process: makes the process. Default: the real one.
    """

    def __init__(
        self,
        standings: Standings,
        workers: int | None = None,
        scheduler: str | None = None,
        process: Callable[..., SweepProcess] | None = None,
    ) -> None:
        self.standings = standings
        self.workers, self.scheduler = workers, scheduler
        self.told = ""
        """What went wrong last; may be empty."""
        self.changes = 0
        """Counts what has changed, so that nothing is drawn twice."""
        self._make = process or SweepProcess
        self._process: SweepProcess | None = None

    @classmethod
    def opened(cls, path: Path, process: Callable[..., SweepProcess] | None = None) -> SweepJob:
        """Look at an earlier sweep.

        Raises:
            RunError: it cannot be read.
        """
        folder, plan = SweepFolder.look(path)
        return cls(Standings(plan, folder), process=process)

    @property
    def phase(self) -> Phase:
        """What goes on."""
        if self._process is None or self._process.phase == "ended":
            return "rests"
        return self._process.phase

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self.phase != "rests"

    def start(self) -> None:
        """Train what is left."""
        owner = taken_by(self.standings.folder.path)
        self.told = ""
        if self.running or self.standings.finished:
            return
        if owner:
            self.told = f"Process {owner} runs this sweep: stop it there."
        else:
            try:
                self._process = self._make(self.standings, self.workers, self.scheduler)
            except OSError as error:
                self.told = f"The sweep cannot be started: {error.strerror}."
        self.changes += 1

    def stop(self) -> None:
        """Have what is trained saved; it can go on later."""
        if self._process is not None:
            self._process.stop()
            self.changes += 1

    def read(self) -> None:
        """Take what the process has told since; never waits."""
        if self._process is not None and self._process.read():
            self.changes += 1
            self.told = self._process.told

    def close(self) -> None:
        """Have what is trained saved, and the process end."""
        if self._process is not None:
            self._process.close()

    @property
    def words(self) -> str:
        """Say how it stands, in a line."""
        sweep = self.standings
        count = len(sweep.standings)
        wanted = f"looking for the {sweep.plan.objective.words}"
        if self.phase == "begins":
            return f"{count} trials: starting ..."
        if self.phase == "stops":
            return f"{sweep.ended} of {count} trials have ended: saving what is trained ..."
        if self._process is not None and self.phase == "runs":
            return f"{sweep.ended} of {count} trials have ended, {self._process.how}, {wanted}"
        if not sweep.finished:
            return f"{sweep.ended} of {count} trials have ended, {wanted}: space goes on"
        return f"{count} trials, all have ended. {self.best_words}".rstrip()

    @property
    def best_words(self) -> str:
        """Say which trial is the best; empty where there is none."""
        best = self.standings.best
        if best is None or best.best is None:
            return ""
        metric = self.standings.plan.objective.name
        return f"Best: trial {best.trial.number + 1}, {best.words}: {metric} {number(best.best[0])}."
