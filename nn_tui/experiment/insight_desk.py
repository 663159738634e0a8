"""Which insights are being watched, and when the worker may spend time on them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from nn_tui.errors import NnTuiError
from nn_tui.insight.asked import answer
from nn_tui.insight.pictures import Picture, Sentence
from nn_tui.insight.record import EMPTY, Record
from nn_tui.insight.tabs import insights

if TYPE_CHECKING:
    from nn_tui.experiment.session import Session

SHARE = 0.01
"""The part of the training time that pictures may take."""


class InsightDesk:
    """Makes the watched pictures in turn, the oldest first, within a share of the time.

    Args:
        record: gives what was recorded of the run. Default: nothing was.
    """

    def __init__(self, record: Callable[[], Record] = lambda: EMPTY) -> None:
        self.pictures: Mapping[str, Picture] = {}
        self._record = record
        self._watched: tuple[str, ...] = ()
        self._options: Mapping[str, Mapping[str, Any]] = {}
        self._kept: dict[str, dict[str, Any]] = {}
        self._session: Session | None = None
        self._free_again = 0.0
        self._turn = 0
        self.answer: Picture | None = None
        """What the network answers for the row that was asked."""
        self._row: NDArray[Any] | None = None
        self._answer_again = 0.0

    def ask(self, row: NDArray[Any] | None) -> None:
        """Answer this row from now on, at once and then as the network changes; None: no row."""
        self._row, self._answer_again = row, 0.0
        if row is None:
            self.answer = None

    @property
    def unfinished(self) -> bool:
        """Whether there is more to come of a watched picture."""
        return any(picture.unfinished for picture in self.pictures.values())

    def watch(self, insights: tuple[str, ...], options: Mapping[str, Mapping[str, Any]]) -> None:
        """Make these pictures from now on, and no others; the next at once: somebody waits for it."""
        self.pictures = {
            name: self.pictures[name]
            for name in insights
            if name in self.pictures and options.get(name, {}) == self._options.get(name, {})
        }
        self._watched = insights
        self._kept = {name: self._kept[name] for name in insights if name in self._kept}
        self._options = options
        self._free_again = 0.0

    def refresh_all(self, session: Session) -> None:
        """Make every watched picture now: nothing is being trained, so nobody waits."""
        for name in self._watched:
            self._make(name, session, resting=True)
        self._answer(session)

    def refresh_one(self, session: Session) -> None:
        """Make the next watched picture, unless the last ones have used up their share of time."""
        self._answer_in_turn(session)
        started = time.perf_counter()
        if not self._watched or started < self._free_again:
            return
        self._turn = (self._turn + 1) % len(self._watched)
        self._make(self._watched[self._turn], session)
        ended = time.perf_counter()
        self._free_again = ended + (ended - started) * (1 - SHARE) / SHARE

    def _answer_in_turn(self, session: Session) -> None:
        started = time.perf_counter()
        if self._row is None or started < self._answer_again:
            return
        self._answer(session)
        ended = time.perf_counter()
        self._answer_again = ended + (ended - started) * (1 - SHARE) / SHARE

    def _answer(self, session: Session) -> None:
        if self._row is None:
            return
        try:
            self.answer = answer(session.insight_request, self._row)
        except NnTuiError as error:
            self.answer = Sentence(str(error))

    def _make(self, name: str, session: Session, *, resting: bool = False) -> None:
        if session is not self._session:
            self._session, self._kept = session, {}
        options = dict(self._options.get(name, {}))
        request = replace(
            session.insight_request,
            options=options,
            resting=resting,
            record=self._record(),
            kept=self._kept.setdefault(name, {}),
        )
        try:
            picture = insights()[name](request, **options)
        except NnTuiError as error:
            picture = Sentence(str(error))
        except Exception as error:  # a fault of a picture must not end the training
            picture = Sentence(f"This picture failed, by a fault in the program: {error!r}. Report it.")
        self.pictures = {**self.pictures, name: picture}
