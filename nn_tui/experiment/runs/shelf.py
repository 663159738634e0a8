"""`Shelf`: where the worker thread keeps its run: a new one at the first batch, or one to go on with.

A run is written to only while it is trained. Where its experiment is changed it is set aside as it stands,
and the next batch begins another run, which names where it branches off.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn_tui.errors import RunError
from nn_tui.experiment.changes import same_rows
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.left_run import turned
from nn_tui.experiment.prediction import keep_data
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.copies import original_of
from nn_tui.experiment.runs.epochs import KeptEpochs
from nn_tui.experiment.runs.history_file import HistoryFile, seconds_of
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
    repeats: bool = False
    """Whether it trains what the run has trained: it is not kept where a kept run holds all of it."""


@dataclass(frozen=True)
class _Aside:
    """What was kept, and where one stood, before the experiment was changed."""

    keeper: Keeper | None
    run: RunCard | None
    fork: Fork | None
    place: Place | None
    has_past: bool


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
        self._aside: _Aside | None = None
        self._has_past = True
        """Whether the epochs before the fork were of the network that is trained from there."""
        self._marks: list[tuple[float, str]] = []
        """Changes that the run which the next batch begins starts with."""
        self._saved: tuple[int, int] | None = None
        """The epoch and the batch at which the run was at rest and saved; None while it is trained."""
        self._refused = ""

    @property
    def run(self) -> RunCard | None:
        """The run as a list shows it; None while there is none."""
        return self.keeper.card if self.keeper is not None else self._run

    @property
    def branch(self) -> Fork | None:
        """The run that was set aside, and the epoch after which the next batch branches off from it."""
        return self.fork if self._aside is not None and self.place is None else None

    @property
    def trouble(self) -> str:
        """Why nothing is being saved; empty when it is."""
        keeper = self._aside.keeper if self._aside is not None else self.keeper
        return keeper.trouble if keeper is not None else self._refused

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
        self._saved = session.epoch, session.batch
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
        told = f"Branched off from {run.name} after epoch {epoch}. {session.kept}".strip()
        self._has_past = not session.kept  # else it was built anew
        curves = _curves(rows_until(run, epoch))
        return TakenUp(session, curves if self._has_past else curves.begun_anew(), 0.0, spec.name, told)

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
        run = self.run or (self.branch.run if self.branch is not None else None)
        if run is None:
            raise RunError("No epoch is kept to go back to.", "Train first.")
        if self.trouble:
            raise RunError(f"Going back would lose what is not saved. {self.trouble}", "")
        last = position if self.place is None else self.place.last
        return self._stand(run, epoch_before(Path(run.folder), position), last, epochs)

    def go_forward(self, place: Place, epochs: int) -> TakenUp:
        """Go from a place in the past to the next kept epoch, at last to the end of the run itself.

        Raises:
            NnTuiError: it is damaged, its data are gone, another process trains the run.
        """
        epoch = epoch_after(place)
        if epoch is not None:
            return self._stand(place.run, epoch, place.last, epochs)
        self.fork = self.place = None
        return self.take_up()

    def _stand(self, run: RunCard, epoch: int, last: float, epochs: int) -> TakenUp:
        session = session_then(run, epoch, epochs)
        past = rows_until(run, epoch)
        curves = _curves(past)
        for marked, text in run.marks:
            if marked <= epoch:
                curves.mark(marked, text)
        everything = _curves(HistoryFile(Path(run.folder)).rows())
        curves.former = everything.view()
        self.leave()
        self._run, self.fork = run, Fork(run, epoch)
        self.place = Place(run, epoch, last, session.spec)
        seconds = seconds_of(past)
        return TakenUp(session, curves, seconds, run.name, "")

    def set_aside(self, epoch: int | None, *, has_past: bool) -> None:
        """Leave the run as it stands: the next batch begins another one.

        Args:
            epoch: of the run, after which the other one branches off; None: it has nothing to do with it.
            has_past: whether the epochs so far were of the network that is trained from there.
        """
        if self._aside is None:
            self._aside = _Aside(self.keeper, self._run, self.fork, self.place, self._has_past)
        left = self._aside
        run = left.fork.run if left.fork is not None else None
        run = left.keeper.card if left.keeper is not None else run
        self.keeper, self._marks, self._has_past = None, [], has_past
        self.fork = None if run is None or epoch is None else Fork(run, epoch)
        # Who has gone back stands at the same epoch still, but for what begins anew.
        self.place = left.place if left.place is not None and left.place.epoch == epoch else None
        self._run = left.run if self.place is not None else None

    def take_back(self) -> None:
        """Go on with the run that was set aside."""
        left = self._aside
        if left is not None:
            self.keeper, self._run, self.fork, self.place = left.keeper, left.run, left.fork, left.place
            self._has_past = left.has_past
            self._aside, self._marks = None, []

    def _let_go(self) -> None:
        """Let others have the run that was set aside."""
        if self._aside is not None and self._aside.keeper is not None:
            self._aside.keeper.close()
        self._aside = None

    def begin(self, session: Session) -> str:
        """Begin to train: from here on the run is written to; one is begun when there is none yet.

        Returns:
            A sentence about where it is kept, or why it is not; "" when there is nothing to tell.
        """
        self._saved = None
        self._let_go()
        if self.store is None or self.keeper is not None:
            return ""
        fork = self.fork
        try:
            parent, epoch = (fork.run.id, fork.epoch) if fork is not None else ("", 0)
            saved, card = self.store.create(session.spec, parent=parent, parent_epoch=epoch)
            keep_data(saved.folder, session.data)
            self.keeper = Keeper(saved, card, self.store.put)
            if fork is not None and self._has_past:
                self.keeper.take_past(rows_until(fork.run, epoch))
                self._marks = [*(mark for mark in fork.run.marks if mark[0] <= epoch), *self._marks]
            for at, text in self._marks:
                self.keeper.mark(at, text)
            self.place, self._marks = None, []
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
        """Remember a change that was made while it trained, or where it branches off."""
        if self.keeper is not None:
            self.keeper.mark(epoch, text)
        else:
            self._marks.append((epoch, text))

    def save(self, session: Session, status: str, seconds: float) -> str:
        """Write the run down, unless nothing was trained since it was; says what `Keeper.save` says."""
        place = session.epoch, session.batch
        if self.keeper is None or (self._saved == place and not self.trouble):
            return ""
        told = self.keeper.save(session, status, seconds)
        self._saved = None if status == "training" else place
        return told

    def drop_copy(self) -> None:
        """Keep a run that only repeats a kept one no longer; that one stands for it from then on."""
        keeper, fork, store = self.keeper, self.fork, self.store
        if keeper is None or fork is None or store is None or not fork.repeats or keeper.trouble:
            return
        original = original_of(keeper.card, fork, store.runs())
        if original is not None:
            keeper.close()
            store.discard(keeper.card)
            self.keeper, self._run = None, original

    def leave(self) -> None:
        """Let go of the run; the next batch begins a new one."""
        self._let_go()
        if self.keeper is not None:
            self.keeper.close()
        self.keeper = self._run = self.fork = self.place = None
        self._marks, self._has_past = [], True


def branched(saved: SavedRun, state: Mapping[str, Any], spec: Spec) -> Session:
    """Make a session that stands where a state was taken, for a spec that may differ.

    Live settings change as they do while it trains; another stack keeps the weights that fit.

    Raises:
        NnTuiError: the data are gone, the spec cannot be trained, the state does not fit.
    """
    base = saved.session_at(state, keep_history=False)
    if not same_rows(base.spec, spec):
        raise RunError("A fork trains on the same data.", "Begin a new run for other data.")
    return turned(base, spec)


def _curves(rows: Iterable[tuple[int, dict[str, float]]]) -> GrowingCurves:
    curves = GrowingCurves()
    for epoch, values in rows:
        curves.append(epoch, {name: value for name, value in values.items() if name not in NOT_MEASURED})
    return curves
