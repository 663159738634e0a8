"""`Snapshot`: what the worker last published; both sides may read it, nobody changes it.

Parts are compared by identity: a panel redraws only when its part `is not` the one it drew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.spec import Spec

if TYPE_CHECKING:
    from nn_tui.experiment.diagnosis.finding import Diagnosis
    from nn_tui.experiment.runs.rewinding import Place
    from nn_tui.experiment.runs.shelf import Fork
    from nn_tui.insight.pictures import Picture

Phase = Literal["ready", "training", "paused", "finished", "failed", "closed", "following"]


@dataclass(frozen=True, eq=False)
class Status:
    """Where the training stands.

    `phase` "ready" is before the first batch, "finished" after the last epoch; "failed" carries
    the message; "following" shows a run that another process trains.
    """

    phase: Phase
    epoch: int
    """Epochs completed."""
    epochs: int
    batch: int
    """Batches done in the present epoch."""
    batches: int
    """Batches in an epoch."""
    learning_rate: float
    samples_per_second: float
    """Over the last second of training; 0 when not training."""
    seconds: float
    """Time spent training, pauses excluded."""
    pace: float | None
    """Epochs a second at most; None is as fast as possible."""
    error: str = ""
    remedy: str = ""
    stopped: str = ""
    """The condition that made it pause, and where; empty when a person did."""


@dataclass(frozen=True, eq=False)
class LogEntry:
    """Something that happened, numbered without gaps from 1."""

    number: int
    epoch: int
    kind: Literal["epoch", "change", "reset", "saved", "diverged", "end", "note"]
    text: str


@dataclass(frozen=True, eq=False)
class Mark:
    """A moment on the curves: a learning-rate change, a rebuild."""

    epoch: float
    """Fractional: 2.5 is in the middle of the third epoch."""
    text: str


@dataclass(frozen=True, eq=False)
class Curves:
    """The history of every logged quantity, one value an epoch, as read-only arrays.

    Names are Keras's: `loss`, `accuracy`, `val_loss`, `val_accuracy`. `epochs[i]` is the 1-based
    epoch of value i.
    """

    epochs: NDArray[Any]
    values: Mapping[str, NDArray[Any]]
    marks: tuple[Mark, ...] = ()
    former: Curves | None = None
    """The whole curves of the run that one has gone back in or has left; None where one has not."""
    possible: Mapping[str, float] = field(default_factory=dict)
    """By quantity, the best that any model can reach on rows it has not seen; of generated data only."""
    why: str = ""
    """Why no better can be reached; empty where nothing is in the way."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All that the screen may know of a run at one moment."""

    spec: Spec
    """What is being trained now, live changes included."""
    status: Status
    curves: Curves
    log: tuple[LogEntry, ...]
    insights: Mapping[str, Picture]
    """The newest picture of each watched insight, by its registered name."""
    parameters: int
    """The number of parameters of the network."""
    run: RunCard | None = None
    """Where the run is kept; None before its first batch, and where nothing is kept."""
    branch: Fork | None = None
    """The run that was open until its experiment was changed: the next batch begins another one."""
    trouble: str = ""
    """Why it is not being saved; empty when it is."""
    place: Place | None = None
    """Where one stands in the past of the run; None at its end."""
    moves: int = 0
    """How often another epoch was gone to; the spec is then the one of that epoch."""
    diagnosis: Diagnosis | None = None
    """What was found of the run; None before it was looked at."""
    obeyed: int = 0
    """Commands obeyed so far."""
    answer: Picture | None = None
    """What the network answers for the row that was asked; None where none was."""


def without_run(spec: Spec) -> Snapshot:
    """Give what there is to see of an experiment that nobody trains, as its data are not chosen yet."""
    status = Status("ready", 0, spec.fit.epochs, 0, 0, 0.0, 0.0, 0.0, None)
    return Snapshot(spec, status, Curves(np.zeros(0, np.int64), {}), (), {}, 0)
