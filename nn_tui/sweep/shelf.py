"""Earlier sweeps: which there are among the program's data, and how far each came."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

from nn_tui.errors import NnTuiError
from nn_tui.experiment.runs.keeper import taken_by
from nn_tui.experiment.runs.store import home
from nn_tui.experiment.words import number
from nn_tui.sweep.folder import PLAN, SWEEPS, SweepFolder
from nn_tui.sweep.standings import Standings


@dataclass(frozen=True)
class Shelved:
    """A sweep that is kept.

    Args:
        path: its folder.
        name: of the experiment.
        varied: the short names of what is varied.
        began: in seconds since 1970 (UTC).
        trials: how many there are.
        ended: how many have ended.
        best: the best value in words; empty where there is none.
        process: which runs it now; empty for none.
    """

    path: Path
    name: str
    varied: tuple[str, ...]
    began: float
    trials: int
    ended: int
    best: str
    process: str

    @property
    def words(self) -> str:
        """Say when it began, how far it is and what it came to."""
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.began))
        state = (
            f"{self.ended} of {self.trials} trials" if self.ended < self.trials else f"{self.trials} trials"
        )
        running = f"   runs in process {self.process}" if self.process else ""
        return f"{when}   {state}   {self.best}{running}".rstrip()


def sweeps(most: int = 50) -> list[Shelved]:
    """Give the sweeps among the program's data, the newest first; what cannot be read is left out.

    Args:
        most: how many at most. Default 50.
    """
    folder = home() / SWEEPS
    paths = sorted(folder.iterdir() if folder.is_dir() else (), reverse=True)
    found = []
    for path in paths[:most]:
        with contextlib.suppress(NnTuiError, OSError):
            found.append(_shelved(path))
    return found


def _shelved(path: Path) -> Shelved:
    folder, plan = SweepFolder.look(path)
    standings = Standings(plan, folder, curves=False)
    best = standings.best
    value = "" if best is None or best.best is None else f"{plan.objective.name} {number(best.best[0])}"
    return Shelved(
        path,
        plan.spec.name,
        tuple(plan.names),
        (path / PLAN).stat().st_mtime,
        len(standings.standings),
        standings.ended,
        f"best {value} with {best.words}" if best is not None and value else "",
        taken_by(path),
    )
