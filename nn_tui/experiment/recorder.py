"""`Recorder`: measures a run at the ends of its epochs, for the pictures that show it over time.

At the end of an epoch the state is copied, which is cheap; it is measured when there is time: at once
within a share of it, else at rest. What is measured is what the diagnosis measures, on a copy of the
network, so the run ends with the same weights, bit for bit, as one that is not recorded.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nn_tui.errors import NnTuiError
from nn_tui.experiment.allowance import Allowance
from nn_tui.experiment.spread import Spread
from nn_tui.insight.record import EMPTY, Record, RecordedLayer

if TYPE_CHECKING:
    from nn_tui.data.dataset import Dataset
    from nn_tui.experiment.diagnosis.measuring import Probe
    from nn_tui.experiment.diagnosis.signs import LayerSigns
    from nn_tui.experiment.session import Session
    from nn_tui.experiment.spec import Spec

MOST = 400
"""Moments kept of what was measured; a chart has some hundred columns."""
MOST_STATES = 256
WAITING = 16 << 20
"""Bytes of the states that wait to be measured."""
PATH = 16 << 20
"""Bytes of the weights that are kept as the path."""
LARGE = 4 << 20
"""Bytes of the weights from which on a state is not kept waiting, and no path is kept."""
COPYING = 0.003
MEASURING = 0.003
"""The parts of the training time that copying states and measuring them may take."""
MEASURES = ("gradient", "slope", "update", "dead", "saturated")


class Recorder:
    """Records one run after another.

    Args:
        probe_for: gives what measures a network of a spec on its data.
        clock: seconds that only grow. Default: the machine's.
        work: seconds that this thread has worked; a wait for others would count for many copies, as these
            are short. Default: the machine's.
    """

    def __init__(
        self,
        probe_for: Callable[[Spec, Dataset], Probe],
        clock: Callable[[], float] = time.perf_counter,
        work: Callable[[], float] = time.thread_time,
    ) -> None:
        self._probe_for = probe_for
        self._clock = clock
        self._session: Session | None = None
        self._stack: tuple[tuple[Any, ...], ...] = ()
        """Of each layer, also of one without weights, its kind and the shapes of its weights."""
        self._view: tuple[object, Record] | None = None
        self._copying, self._measuring = Allowance(COPYING, work), Allowance(MEASURING, clock)
        self._clear()

    def forget(self) -> None:
        """Begin with a new run."""
        self._session = None
        self._clear()

    def _clear(self) -> None:
        self._first = 0.0
        self._signs: Spread[tuple[LayerSigns, ...]] = Spread(MOST, 1 << 62)
        self._waiting: Spread[tuple[Spec, dict[str, Any]]] = Spread(MOST_STATES, WAITING)
        self._path: Spread[Any] = Spread(MOST_STATES, PATH)
        self._now: tuple[float, tuple[LayerSigns, ...]] | None = None
        self._view = None

    @property
    def behind(self) -> bool:
        """Whether there is something left to be measured."""
        return len(self._waiting) > 0

    def follow(self, session: Session, past: Callable[[], Mapping[int, Mapping[str, Any]]] = dict) -> None:
        """Record this session from now on.

        What was recorded before its place stays where it is the same network; else the record begins anew.

        Args:
            session: what is trained from now on.
            past: gives states of the network at earlier epochs, where they are kept, by epoch; called where
                there is a gap. Default: none are.
        """
        stack = tuple(
            (type(layer), *(array.shape for array in layer.get_weights())) for layer in session.model.layers
        )
        known = self._session is not None and stack == self._stack and self._first <= session.position
        self._session, self._stack = session, stack
        self._view = self._now = None
        if known:
            for kept in (self._signs, self._waiting, self._path):
                kept.cut(session.position)
        else:
            self._clear()
            self._first = session.position
        places = {*self._signs.places, *self._waiting.places}
        if max(places, default=0.0) < session.position - self._signs.stride:
            for epoch, state in sorted(past().items()):
                fits = np.shape(state["weights"]) == session.model.trained_weights.shape
                if fits and epoch not in places:
                    self._first = min(self._first, epoch)
                    self._keep(epoch, session.spec, state)
        self._keep(session.position, session.spec, session.model.state())

    def _keep(self, epoch: float, spec: Spec, state: Mapping[str, Any]) -> None:
        """Let a state wait to be measured, and its weights be a point of the path."""
        weights = state["weights"]
        if weights.nbytes > LARGE:
            return
        if self._waiting.wants(epoch) and self._signs.wants(epoch):
            self._waiting.put(epoch, (spec, dict(state)), _bytes_of(state))
        self._path.put(epoch, weights, weights.nbytes)

    def epoch_ended(self, session: Session) -> None:
        """Take the state at the end of an epoch, and measure it if there is time."""
        epoch = session.epoch
        signs = self._signs.wants(epoch)
        if session is not self._session or not (signs or self._path.wants(epoch)):
            return
        large = session.model.trained_weights.nbytes > LARGE
        if not large and self._copying.free:
            with self._copying:
                self._keep(epoch, session.spec, session.model.state())
                self._view = None
        if signs and self._measuring.free:
            with self._measuring:
                if large:
                    self._put(epoch, session.spec, session.model.state())
                elif self.behind:
                    self._measure(self._waiting.places[-1])

    def catch_up(
        self, session: Session, now: tuple[LayerSigns, ...] | None = None, seconds: float = 0.02
    ) -> None:
        """Measure what waits, the oldest first, and how it stands now, for about some seconds.

        Args:
            session: what is trained.
            now: what was measured of it as it stands. Default: it is measured.
            seconds: how long. Default 0.02.
        """
        started = self._clock()
        if session is not self._session:
            return
        if self._now is None or self._now[0] != session.position:
            self._now = (session.position, now or self._signs_of(session.spec, session.model.state()))
            self._view = None
        while self.behind and self._clock() - started < seconds:
            self._measure(self._waiting.places[0])

    def _measure(self, epoch: float) -> None:
        spec, state = self._waiting.take(epoch)
        self._put(epoch, spec, state)

    def _put(self, epoch: float, spec: Spec, state: Mapping[str, Any]) -> None:
        signs = self._signs_of(spec, state)
        if signs:
            self._signs.put(epoch, signs, 0)
        self._view = None

    def _signs_of(self, spec: Spec, state: Mapping[str, Any]) -> tuple[LayerSigns, ...]:
        assert self._session is not None
        with contextlib.suppress(NnTuiError):
            return self._probe_for(spec, self._session.data).measure_state(state)[0]
        return ()

    def record(self, found: Mapping[str, str]) -> Record:
        """Give what was recorded; the same object while nothing was added.

        Args:
            found: what the diagnosis says is wrong, by the sign's name.
        """
        if self._view is None or self._view[0] != found:
            self._view = (found, self._record(found))
        return self._view[1]

    def _record(self, found: Mapping[str, str]) -> Record:
        moments = self._signs.items()
        if self._now is not None and self._now[1] and (not moments or moments[-1][0] < self._now[0]):
            moments.append(self._now)
        if not moments or self._session is None:
            return EMPTY
        layers = tuple(
            RecordedLayer(one.index, one.type, one.units, one.activation, one.last)
            for one in moments[-1][1]
        )
        measured = {
            name: np.array(
                [[_number(getattr(one, name)) for one in signs] for _, signs in moments], np.float64
            )
            for name in MEASURES
        }
        path = self._path.items()
        return Record(
            epochs=np.array([epoch for epoch, _ in moments], np.float64),
            layers=layers,
            **measured,
            rows=self._probe_for(self._session.spec, self._session.data).rows,
            path_epochs=np.array([epoch for epoch, _ in path], np.float64),
            path=tuple(weights for _, weights in path),
            found=found,
        )


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _bytes_of(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    if isinstance(value, Mapping):
        return sum(map(_bytes_of, value.values()))
    return sum(map(_bytes_of, value)) if isinstance(value, (list, tuple)) else 8
