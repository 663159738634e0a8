"""`Shelf`: where the worker thread keeps its run: a new one at the first batch, or one to go on with."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn_tui.errors import RunError
from nn_tui.experiment.changes import changes
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.commands import Rebuild, SetParam
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.prediction import keep_data
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.epochs import KeptEpochs
from nn_tui.experiment.runs.history_file import HistoryFile
from nn_tui.experiment.runs.keeper import NOT_MEASURED, Keeper
from nn_tui.experiment.runs.rewinding import Place, epoch_after, epoch_before, rows_until, session_then
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec

if TYPE_CHECKING:
    from nn_tui.experiment.runs.store import RunStore


_QUICK = 1 << 20
"""Bytes of a network's weights up to which the states of its past are read in a moment."""


@dataclass(frozen=True, eq=False)
class TakenUp:
    """A run as it was kept."""

    session: Session
    curves: GrowingCurves
    seconds: float
    name: str
    told: str


@dataclass(frozen=True)
class Fork:
    """Where a new run branches off: after a kept epoch of another one."""

    run: RunCard
    epoch: int


class Shelf:
    """Keeps the runs of one trainer, one after another; does nothing without a store.

    Args:
        store: where runs are kept; None keeps nothing.
        start: the run to go on with, or where a new one branches off; None begins at the beginning.
    """

    def __init__(self, store: RunStore | None, start: RunCard | Fork | None) -> None:
        self.store = store
        self.keeper: Keeper | None = None
        self.fork = start if isinstance(start, Fork) else None
        self._run = None if isinstance(start, Fork) else start
        self.place: Place | None = None
        """Where one stands in the past of the run; None at its end."""
        self._past: list[tuple[int, dict[str, float]]] = []
        self._refused = ""

    @property
    def run(self) -> RunCard | None:
        """The run as a list shows it; None while there is none."""
        return self.keeper.card if self.keeper is not None else self._run

    @property
    def trouble(self) -> str:
        """Why nothing is being saved; empty when it is."""
        return self.keeper.trouble if self.keeper is not None else self._refused

    @property
    def due(self) -> float:
        """When the next saving is due, by `time.monotonic`."""
        return self.keeper.due if self.keeper is not None else math.inf

    def take_up(self) -> TakenUp:
        """Go on with the run that was given.

        Raises:
            NnTuiError: it cannot be read, its data are gone, another process trains it.
        """
        assert self._run is not None and self.store is not None
        saved = SavedRun.open(Path(self._run.folder))
        keeper = Keeper(saved, self._run, self.store.put)
        try:
            session, document, told = saved.reopen(keep_history=False)
            keeper.resumed(document, session.epoch)
        except BaseException:
            keeper.close()
            raise
        self.keeper = keeper
        curves = _curves(keeper.history.rows())
        for epoch_marked, text in keeper.card.marks:
            curves.mark(epoch_marked, text)
        return TakenUp(session, curves, keeper.card.seconds, keeper.card.name, told)

    def branch_off(self, spec: Spec) -> TakenUp:
        """Begin where the fork says, with another spec: weights are kept where they fit.

        Raises:
            NnTuiError: the epoch is not kept or damaged, the data are gone, the spec cannot be trained.
        """
        assert self.fork is not None
        run, epoch = self.fork.run, self.fork.epoch
        folder = Path(run.folder)
        session = branched(SavedRun.open(folder), KeptEpochs(folder).read(epoch), spec)
        self._past = [(number, values) for number, values in HistoryFile(folder).rows() if number <= epoch]
        told = f"Branched off from {run.name} after epoch {epoch}. {session.kept}".strip()
        return TakenUp(session, _curves(self._past), 0.0, spec.name, told)

    def past_states(self, position: float) -> dict[int, Mapping[str, Any]]:
        """Give the network's states after the kept epochs before a position, where that is quick.

        Args:
            position: in epochs.
        """
        if self.run is None or not self.run.folder:
            return {}
        kept = KeptEpochs(Path(self.run.folder)) if self.keeper is None else self.keeper.epochs
        found: dict[int, Mapping[str, Any]] = {}
        with contextlib.suppress(RunError, KeyError):
            for epoch in kept.numbers():
                if epoch < position:
                    found[epoch] = kept.read(epoch)["model"]
                    if found[epoch]["weights"].nbytes > _QUICK:
                        return {}
        return found

    def go_back(self, position: float, epochs: int) -> TakenUp:
        """Go to the kept epoch before a position; the run stays as it is, and is let go of.

        Args:
            position: where the session stands, in epochs.
            epochs: how many epochs there will be.

        Raises:
            NnTuiError: none is kept before, it is damaged, or what was trained last is not saved.
        """
        if self.run is None:
            raise RunError("No epoch is kept to go back to.", "Train first.")
        if self.trouble:
            raise RunError(f"Going back would lose what is not saved. {self.trouble}", "")
        last = position if self.place is None else self.place.last
        return self._stand(self.run, epoch_before(Path(self.run.folder), position), last, epochs)

    def go_forward(self, place: Place, epochs: int) -> TakenUp:
        """Go from a place in the past to the next kept epoch, at last to the end of the run itself.

        Raises:
            NnTuiError: it is damaged, its data are gone, another process trains the run.
        """
        epoch = epoch_after(place)
        if epoch is not None:
            return self._stand(place.run, epoch, place.last, epochs)
        self.fork = self.place = None
        self._past = []
        return self.take_up()

    def _stand(self, run: RunCard, epoch: int, last: float, epochs: int) -> TakenUp:
        session = session_then(run, epoch, epochs)
        self._past = rows_until(run, epoch)
        curves = _curves(self._past)
        for marked, text in run.marks:
            if marked <= epoch:
                curves.mark(marked, text)
        everything = _curves(HistoryFile(Path(run.folder)).rows())
        curves.former = everything.view()
        if self.keeper is not None:
            self.keeper.close()
            self.keeper = None
        self._run, self.fork = run, Fork(run, epoch)
        self.place = Place(run, epoch, last, session.spec)
        seconds = sum(values.get("seconds", 0.0) for _, values in self._past)
        return TakenUp(session, curves, seconds, run.name, "")

    def begin(self, session: Session) -> str:
        """Begin to keep a run, when that is wanted and not done yet.

        Returns:
            A sentence about where it is kept, or why it is not; "" when there is nothing to tell.
        """
        if self.store is None or self.keeper is not None:
            return ""
        try:
            parent, epoch = (self.fork.run.id, self.fork.epoch) if self.fork is not None else ("", 0)
            saved, card = self.store.create(session.spec, parent=parent, parent_epoch=epoch)
            keep_data(saved.folder, session.data)
            self.keeper = Keeper(saved, card, self.store.put)
            self.keeper.take_past(self._past)
            self.place = None
        except RunError as error:
            told = f"This run is not being saved: {error}"
            first = told != self._refused
            self._refused = told
            return told if first else ""
        self._refused = ""
        return self.keeper.begin(session) or f"Kept as run {card.id}."

    def epoch_ended(self, session: Session, values: Mapping[str, float], seconds: float) -> None:
        """Take what an epoch measured."""
        if self.keeper is not None:
            self.keeper.epoch_ended(session, values, seconds)

    def mark(self, epoch: float, text: str) -> None:
        """Remember a change that was made while it trained."""
        if self.keeper is not None:
            self.keeper.mark(epoch, text)

    def save(self, session: Session, status: str, seconds: float) -> str:
        """Write the run down; says what `Keeper.save` says."""
        return "" if self.keeper is None else self.keeper.save(session, status, seconds)

    def leave(self) -> None:
        """Let go of the run; the next batch begins a new one."""
        if self.keeper is not None:
            self.keeper.close()
        self.keeper = self._run = self.fork = self.place = None
        self._past = []


def branched(saved: SavedRun, state: Mapping[str, Any], spec: Spec) -> Session:
    """Make a session that stands where a state was taken, for a spec that may differ.

    Live settings change as they do while it trains; another stack keeps the weights that fit.

    Raises:
        NnTuiError: the data are gone, the spec cannot be trained, the state does not fit.
    """
    base = saved.session_at(state, keep_history=False)
    orders = changes(base.spec, spec)
    if orders is None:
        raise RunError("A fork trains on the same data.", "Begin a new run for other data.")
    for order in orders:
        if isinstance(order, SetParam):
            base.set_param(order.path, order.value)
        elif isinstance(order, Rebuild):
            base = Session(order.spec, base if base.started else None, keep_history=False)
    base.spec = spec
    return base


def _curves(rows: Iterable[tuple[int, dict[str, float]]]) -> GrowingCurves:
    curves = GrowingCurves()
    for epoch, values in rows:
        curves.append(epoch, {name: value for name, value in values.items() if name not in NOT_MEASURED})
    return curves
