"""One trial, trained wherever a worker is: in this process, in another, on another machine.

A trial is a run in a folder. Where the folder holds a part of it already, because its worker was killed or
it goes on to the next rung, it is taken up there, bit for bit.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from nn_tui.errors import NnTuiError, RunError, SpecError
from nn_tui.experiment.breakpoints import Breakpoints
from nn_tui.experiment.checkpoint import SPEC, SavedRun
from nn_tui.experiment.files import without_sync
from nn_tui.experiment.headless import ignore, never, reports
from nn_tui.experiment.runs.card import new_card, read_card, write_card
from nn_tui.experiment.runs.history_file import HistoryFile
from nn_tui.experiment.runs.keeper import LOCK, Keeper, taken_by
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec_file import loads, save
from nn_tui.experiment.threads import at_most

TOLD_EVERY = 0.2
"""Seconds from one message of a trial to the next at least: epochs may take a millisecond."""
LOCKED = 20.0
"""Seconds that are waited for another process that trains the same run."""

Phase = Literal[
    "waits", "training", "paused", "done", "stopped", "interrupted", "diverged", "invalid", "failed"
]


@dataclass(frozen=True)
class Order:
    """What a worker is asked to train; plain values only, as it travels.

    Args:
        trial: its number.
        rung: which part of it, counted from 0.
        spec: as TOML.
        until: the epoch to stop at.
        metric: the value of each epoch that is told.
        folder: where the run is kept.
        identity: the run's id.
        name: what people call the run.
        note: said of the run in lists.
        token: a file that only who shares the file system can read, and what is in it.
    """

    trial: int
    rung: int
    spec: str
    until: int
    metric: str
    folder: str
    identity: str
    name: str
    note: str = ""
    token: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Progress:
    """How far a trial is: the epoch, and the metric after each epoch since the last message."""

    trial: int
    epoch: int
    epochs: int
    points: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How a trial ended, or a part of it.

    Args:
        trial: its number.
        rung: which part.
        phase: done; paused where it may go on to another rung; interrupted, diverged, invalid or failed.
        reason: why, for people.
        epoch: epochs trained.
        epochs: epochs there are.
        best: the best value of the metric and its epoch; None where there is none.
        seconds: spent training.
        files: the run, by file name, where the worker does not share the file system.
    """

    trial: int
    rung: int
    phase: Phase
    reason: str = ""
    epoch: int = 0
    epochs: int = 0
    best: tuple[float, int] | None = None
    seconds: float = 0.0
    files: Mapping[str, bytes] = field(default_factory=dict)


def unheard(progress: Progress) -> None:
    """Tell nobody."""


def train_trial(
    order: Order, tell: Callable[[Progress], None] = unheard, stop: Callable[[], bool] = never
) -> Outcome:
    """Train a trial, from its last saved state if there is one; a fault is an outcome.

    Args:
        order: what.
        tell: told how far it is, a few times a second. Default: nobody.
        stop: asked after every batch whether to save and leave. Default never.
    """
    shared = _shares(order)
    folder = Path(order.folder) if shared else Path(tempfile.mkdtemp(prefix="nn-tui-"))
    try:
        with at_most(1), without_sync():  # the sweep syncs the files of many trials at once
            outcome = _train(order, folder, tell, stop)
        if not shared and outcome.phase not in ("invalid", "failed"):
            outcome = replace(outcome, files=_files(folder))
    except SpecError as error:
        outcome = Outcome(order.trial, order.rung, "invalid", str(error))
    except NnTuiError as error:
        outcome = Outcome(order.trial, order.rung, "failed", str(error))
    except Exception as error:  # one trial's fault must not end the others
        outcome = Outcome(order.trial, order.rung, "failed", f"{type(error).__name__}: {error}.")
    finally:
        if not shared:
            shutil.rmtree(folder, ignore_errors=True)
    return outcome


def _shares(order: Order) -> bool:
    """Whether this worker sees the sweep's own file system."""
    path, content = order.token
    if not path:
        return True
    try:
        return Path(path).read_text(encoding="utf-8") == content
    except OSError:
        return False


def _train(
    order: Order, folder: Path, tell: Callable[[Progress], None], stop: Callable[[], bool]
) -> Outcome:
    points: list[tuple[int, float]] = []
    taken = _take_up(folder)
    if taken is None:
        session, keeper = _begin(order, folder)
    else:
        session, keeper = taken
        points = curve_of(folder, order.metric)
    epochs = session.epochs
    arrived = session.epoch >= order.until or session.finished
    due = time.monotonic()
    ending, reason = "interrupted", ""
    if arrived:
        keeper.close()
    else:

        def leave() -> bool:
            return arrived or stop()

        for report in reports(session, keeper, leave, ignore, Breakpoints()):
            if report.ending is not None:
                ending, reason = report.ending, report.message
                break
            if order.metric in report.values:
                points.append((report.epoch, report.values[order.metric]))
            arrived = order.until <= report.epoch < epochs
            if arrived or time.monotonic() >= due or report.epoch == epochs:
                tell(Progress(order.trial, report.epoch, epochs, tuple(points)))
                points, due = [], time.monotonic() + TOLD_EVERY
        if points:  # it ended between two messages
            tell(Progress(order.trial, session.epoch, epochs, tuple(points)))
    phase: Phase = "interrupted"
    if ending == "diverged":
        phase = "diverged"
    elif session.finished:
        phase, reason = "done", session.training.stop_reason
    elif arrived:
        phase, reason = "paused", ""
    if keeper.trouble:
        phase, reason = "failed", keeper.trouble
    best = keeper.card.best.get(order.metric)
    if best is None and phase != "interrupted" and phase != "diverged":
        phase, reason = "failed", f"It was not measured by {order.metric}."
    return Outcome(order.trial, order.rung, phase, reason, session.epoch, epochs, best, keeper.card.seconds)


def _take_up(folder: Path) -> tuple[Session, Keeper] | None:
    """Go on with what a folder holds; None where it holds nothing that can be taken up.

    Raises:
        RunError: another process trains it.
    """
    if not (folder / SPEC).is_file():
        return None
    # A worker that has lost its scheduler may be there for some seconds.
    deadline = time.monotonic() + LOCKED
    while (owner := taken_by(folder)) and time.monotonic() < deadline:
        time.sleep(0.1)
    if owner:
        raise RunError(
            f"The run in {folder} is being trained by process {owner}.", "Wait for it or end it."
        )
    try:
        card, saved = read_card(folder), SavedRun.open(folder)
        session, document, _ = saved.reopen(keep_history=False)
    except RunError:  # ended before its first state was whole
        return None
    keeper = Keeper(saved, card)
    keeper.resumed(document, session.epoch)
    return session, keeper


def _begin(order: Order, folder: Path) -> tuple[Session, Keeper]:
    """Begin a trial's run in its folder, in place of one that cannot be taken up."""
    spec = loads(order.spec)
    session = Session(spec, keep_history=False)
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.iterdir():
        if leftover.is_file() and leftover.name != LOCK:
            leftover.unlink()
    save(spec, folder / SPEC)
    saved = SavedRun(folder, spec)
    from nn_tui.experiment.prediction import keep_data

    keep_data(folder, session.data)
    card = replace(
        new_card(order.identity, spec, time.time()), name=order.name, note=order.note, folder=str(folder)
    )
    write_card(folder, card)
    keeper = Keeper(saved, card)
    keeper.restart(session)
    return session, keeper


def curve_of(folder: Path, metric: str) -> list[tuple[int, float]]:
    """Read what a run has measured so far: epoch and value."""
    epochs, values = HistoryFile(folder).curves()
    return list(zip(epochs.tolist(), values[metric].tolist(), strict=True)) if metric in values else []


def _files(folder: Path) -> dict[str, bytes]:
    """Read the run, so that it can be kept where the sweep is."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != LOCK
    }
