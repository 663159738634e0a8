"""Walking through the epochs that a run has kept; the run itself stays as it is on disk.

To stand at an earlier epoch is to stand where a fork begins: what is trained from there is a new run that
names its parent, so nothing is ever lost. At the last one the run itself is taken up again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from nn_tui.errors import RunError
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.epochs import KeptEpochs
from nn_tui.experiment.runs.history_file import HistoryFile
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec


@dataclass(frozen=True)
class Place:
    """Where one stands in the past of a run."""

    run: RunCard
    epoch: int
    last: float
    """How far the run has come; 7.5 is in the middle of the eighth epoch."""
    spec: Spec = field(compare=False)
    """The experiment as it was then."""


def epoch_before(folder: Path, position: float) -> int:
    """Give the last kept epoch before a position.

    Raises:
        RunError: none is kept.
    """
    numbers = KeptEpochs(folder).numbers()
    earlier = [number for number in numbers if number < position]
    if not earlier:
        told = f"No epoch before {position:.0f} is kept." if position else "This is the start."
        raise RunError(told, "")
    return earlier[-1]


def epoch_after(place: Place) -> int | None:
    """Give the first kept epoch after a place; None where the run itself comes next."""
    numbers = KeptEpochs(Path(place.run.folder)).numbers()
    return next((number for number in numbers if place.epoch < number < place.last), None)


def session_then(run: RunCard, epoch: int, epochs: int) -> Session:
    """Make a session that stands after a kept epoch, of the experiment as it was then.

    Args:
        run: whose past.
        epoch: a kept one.
        epochs: how many there will be at least, as the run may have been trained further since.

    Raises:
        NnTuiError: the epoch is not kept or damaged, the data are gone.
    """
    folder = Path(run.folder)
    session = SavedRun.open(folder).session_at(KeptEpochs(folder).read(epoch), keep_history=False)
    session.training.epochs = max(session.training.epochs, epochs)
    return session


def rows_until(run: RunCard, epoch: int) -> list[tuple[int, dict[str, float]]]:
    """Give what the epochs of a run measured, up to one of them."""
    return [(number, values) for number, values in HistoryFile(Path(run.folder)).rows() if number <= epoch]
