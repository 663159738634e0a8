"""Runs that a process in the background trains on: started, found, asked to leave.

    background.json   in the run's folder: which process, since when, when it ended
    background.log    what that process said

Nothing listens anywhere: a run is followed by reading its folder, and asked for by a signal to the process
that holds its lock.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from nn_tui.data.files.own_process import environment
from nn_tui.errors import RunError
from nn_tui.experiment.files import log_file, write_whole
from nn_tui.experiment.runs.card import RunCard, read_card
from nn_tui.experiment.runs.keeper import taken_by

MARK, LOG = "background.json", "background.log"
LOW_PRIORITY = 10
"""How nice the process is to others, of 19."""
PATIENCE_SECONDS = 60.0
ENDED = ("done", "stopped", "diverged", "failed")
"""What a run's status says when there is nothing left to train."""


@dataclass(frozen=True)
class Mark:
    """A process that trains or trained a run in the background."""

    process: int
    began: float
    """In seconds since 1970 (UTC)."""
    ended: float = 0.0
    """0 while it trains, and when it was killed."""


def mark_of(folder: Path) -> Mark | None:
    """Give the mark of a run's folder; None where no background process ever trained it."""
    try:
        said = json.loads((folder / MARK).read_text(encoding="utf-8"))
        return Mark(int(said["process"]), float(said["began"]), float(said["ended"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def trained_in_background(folder: Path) -> int:
    """Give the process that trains a run in the background now; 0 when none does."""
    mark = mark_of(folder)
    if mark is None or mark.ended or taken_by(folder) != str(mark.process):
        return 0
    return mark.process


def require_free(card: RunCard) -> None:
    """Refuse to go on with a run that another process has open.

    Raises:
        RunError: one has; says which, and what can be done.
    """
    folder = Path(card.folder)
    if process := trained_in_background(folder):
        raise RunError(
            f"{card.name} is being trained in the background (process {process}).",
            f"`nn-tui {card.id}` follows it, and takes it over with space.",
        )
    if owner := taken_by(folder):
        raise RunError(
            f"{card.name} is open in another nn-tui (process {owner}), and only one may train it.",
            f"Leave it there first; meanwhile `nn-tui {card.id}` follows it.",
        )


def start(folder: Path, *, wait: bool = True) -> int:
    """Train a saved run to its end in a process of its own.

    Args:
        folder: the run's.
        wait: wait until that process has taken the run, so that what hinders it is known. Default yes.

    Returns:
        The process; 0 when there is nothing left to train.

    Raises:
        RunError: it did not begin; says why.
    """
    if os.name != "posix":
        raise RunError("Training in the background needs Unix.", "Leave nn-tui open, or use nn-tui train.")
    if read_card(folder).status in ENDED:
        return 0
    command = [sys.executable, "-P", "-m", "nn_tui", "train", "--resume", str(folder), "--background"]
    with log_file(folder / LOG) as log:
        process = subprocess.Popen(
            [*command, "--verbose", "0"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # what ends this terminal does not end it
            env=environment(),
        )
    if not wait:
        process.returncode = 0  # it lives on: nobody waits for it
        return process.pid
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if trained_in_background(folder) == process.pid:
            process.returncode = 0
            return process.pid
        if process.poll() is not None:
            return _ended_at_once(folder, process.pid)
        time.sleep(0.02)
    process.returncode = 0
    raise RunError("The process in the background did not begin in time.", f"See {folder / LOG}.")


def _ended_at_once(folder: Path, process: int) -> int:
    mark = mark_of(folder)
    if mark is not None and mark.process == process and read_card(folder).status in ENDED:
        return process
    lines = (folder / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise RunError("The run cannot go on in the background:", lines[-1] if lines else "it ended at once.")


@contextmanager
def in_background(folder: Path) -> Iterator[Callable[[], bool]]:
    """Be the process in the background: low priority, marked; gives whether to leave at an epoch's end."""
    came: list[int] = []
    os.nice(LOW_PRIORITY)
    signal.signal(signal.SIGUSR1, lambda number, frame: came.append(number))
    mark = Mark(os.getpid(), time.time())
    _write(folder, mark)
    try:
        yield lambda: bool(came)
    finally:
        if mark_of(folder) == mark:  # else a person has looked at the run meanwhile, and it is forgotten
            _write(folder, replace(mark, ended=time.time()))


def _write(folder: Path, mark: Mark) -> None:
    with contextlib.suppress(RunError):  # a full disk is told where the run is saved
        write_whole(folder / MARK, json.dumps(asdict(mark)).encode(), make_folder=False)


def ask_to_leave(card: RunCard, *, at_once: bool) -> None:
    """Ask the process that trains a run in the background to save it and leave.

    Args:
        card: the run.
        at_once: after the present batch; else at the end of the epoch.

    Raises:
        RunError: no such process trains it.
    """
    process = trained_in_background(Path(card.folder))
    if not process:
        owner = taken_by(Path(card.folder))
        remedy = f"Process {owner} trains it: leave it there first." if owner else "See `nn-tui runs`."
        raise RunError(f"{card.name} is not being trained in the background.", remedy)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM if at_once else signal.SIGUSR1)


def stop(card: RunCard) -> RunCard:
    """End the training of a run in the background after the present batch; gives the card after saving.

    Raises:
        RunError: no background process trains it, or it does not end.
    """
    folder = Path(card.folder)
    ask_to_leave(card, at_once=True)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while taken_by(folder):
        if time.monotonic() > deadline:
            raise RunError(
                f"{card.name} is still being trained.", "Its batches are long; look again later."
            )
        time.sleep(0.02)
    return read_card(folder)


def newest_in_background(cards: Sequence[RunCard]) -> RunCard | None:
    """Give the run that is trained in the background now, else the last that was and is not looked at."""
    marked = [(mark, card) for card in cards if (mark := mark_of(Path(card.folder))) is not None]
    marked.sort(key=lambda pair: -pair[0].began)
    for _, card in marked:
        if trained_in_background(Path(card.folder)):
            return card
    return marked[0][1] if marked else None


def looked_at(folder: Path) -> None:
    """Forget that a run was trained in the background, once a person has seen it."""
    if not trained_in_background(folder):
        (folder / MARK).unlink(missing_ok=True)


def news(card: RunCard) -> str:
    """Say what became of a run in the background."""
    if process := trained_in_background(Path(card.folder)):
        begun = time.strftime("%H:%M", time.localtime(_began(card)))
        return f"{card.name} is trained in the background since {begun} (process {process})."
    if card.status == "done":
        return f"{card.name} was trained to its end in the background: {card.epoch} epochs."
    if card.status in ENDED:
        return f"{card.name} ended in the background after {card.epoch} epochs: {card.status}."
    return f"{card.name} was trained in the background up to epoch {card.epoch} of {card.epochs}."


def _began(card: RunCard) -> float:
    mark = mark_of(Path(card.folder))
    return mark.began if mark is not None else card.changed
