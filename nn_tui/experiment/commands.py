"""What the trainer obeys, each at the next batch boundary: frozen, imperative, a closed union."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from nn_tui.experiment.breakpoints import Breakpoint
from nn_tui.experiment.spec import Spec


@dataclass(frozen=True)
class Play:
    """Train until the last epoch or until told otherwise."""


@dataclass(frozen=True)
class Pause:
    """Stop before the next batch."""


@dataclass(frozen=True)
class RunBatches:
    """Train this many batches, then pause."""

    count: int = 1


@dataclass(frozen=True)
class RunEpoch:
    """Train to the end of the present epoch, then pause.

    After going back, and when nothing was changed since: go forward to the next kept epoch instead.
    """


@dataclass(frozen=True)
class StepBack:
    """Go back to the kept epoch before, and pause; training on from there is a new run."""


@dataclass(frozen=True)
class SetPace:
    """Train at most this many epochs a second; None is as fast as possible."""

    epochs_per_second: float | None


@dataclass(frozen=True)
class SetParam:
    """Change a live setting, by its path as in `--set`; marked on the curve, kept in the run."""

    path: str
    value: Any


@dataclass(frozen=True)
class Rebuild:
    """Take a new spec for the same data: weights of unchanged layers are kept when `keep_weights`.

    Without it the network starts again from the weights its seed gives, and the history is cleared.
    """

    spec: Spec
    keep_weights: bool = True


@dataclass(frozen=True)
class Watch:
    """These insights are now visible, by registered name; compute no others."""

    insights: tuple[str, ...]
    options: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class Ask:
    """Answer this row now, and again as the network changes, until told otherwise; None: no row."""

    row: NDArray[Any] | None
    """`(1, *input_shape)`, scaled as the data are."""


@dataclass(frozen=True)
class BreakAt:
    """Pause at these conditions, and at no others, until told otherwise."""

    points: tuple[Breakpoint, ...]


@dataclass(frozen=True)
class Save:
    """Write the run down now, whenever it was saved last."""


@dataclass(frozen=True)
class Close:
    """Finish the batch and leave."""


Command = (
    Play
    | Pause
    | RunBatches
    | RunEpoch
    | StepBack
    | SetPace
    | SetParam
    | Rebuild
    | Watch
    | Ask
    | BreakAt
    | Save
    | Close
)
