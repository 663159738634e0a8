"""`LeftRun`: what was trained, as it stood when its experiment was changed.

Until the next batch is trained nothing is lost: one can come back to it, and whatever the experiment
becomes meanwhile is made of it and not of what came between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nn_tui.errors import NnTuiError
from nn_tui.experiment.changes import changes, same_rows
from nn_tui.experiment.commands import Rebuild, SetParam
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.session import Session
from nn_tui.experiment.snapshot import Phase
from nn_tui.experiment.spec import Spec

EPOCHS = "fit.epochs"
"""The setting by which a run is only trained further."""


class LeftRun:
    """A session in which something was trained, left as it is.

    Args:
        session: it.
        ended: whether it is kept as one that has ended.
        curves: what its epochs measured.
        seconds: spent training it.
        phase: of the worker then.
        error: why it had failed; None where it had not.
        stopped: the condition that had paused it, or "".
    """

    def __init__(
        self,
        session: Session,
        ended: bool,
        curves: GrowingCurves,
        seconds: float,
        phase: Phase,
        error: NnTuiError | None,
        stopped: str,
    ) -> None:
        self.session, self.spec = session, session.spec
        self.curves, self.seconds = curves, seconds
        self.phase, self.error, self.stopped = phase, error, stopped
        self.afresh = False
        """Whether what comes next begins with the weights of its seed, as a person has asked."""
        self.ended = ended
        # The settings of one that has ended are changed in place; what is being trained is left alone.
        self._state: Mapping[str, Any] | None = session.state() if ended else None

    def goes_on(self, spec: Spec) -> bool:
        """Whether training a spec is only more training of this run.

        While it has not ended, settings that may change while it trains are changes within the run.
        """
        orders = changes(self.spec, spec)
        live = all(isinstance(order, SetParam) for order in orders)
        if self.ended or self.afresh:
            return live and all(order.path == EPOCHS for order in orders if isinstance(order, SetParam))
        return live

    def branch_epoch(self, spec: Spec) -> int | None:
        """Return the epoch after which the training of a spec branches off from the run.

        0 where it begins anew; None where only the seed is another, or where another experiment was opened.
        """
        seeded, source = replace(self.spec, seed=spec.seed), spec.data.source
        opened = spec.name != self.spec.name and source != self.spec.data.source
        if opened or not changes(seeded, spec):
            return None
        again = self.afresh or not same_rows(self.spec, spec) or spec.start != self.spec.start
        return 0 if again or spec.seed != self.spec.seed else self.session.epoch

    def turned(self, spec: Spec, *, goes_on: bool) -> Session:
        """Return a session of a spec that stands where this one does: weights are kept where they fit.

        Args:
            spec: what is to be trained.
            goes_on: whether it is this run that goes on.

        Raises:
            NnTuiError: the spec cannot be trained, its data cannot be read.
        """
        if self.afresh and not goes_on:
            return Session(spec, keep_history=False)
        session = self.session
        if self._state is not None:
            for order in changes(session.spec, self.spec):
                assert isinstance(order, SetParam)  # nothing else is changed in place
                session.set_param(order.path, order.value)
            session.restore(self._state)
        return turned(session, spec)


def turned(session: Session, spec: Spec) -> Session:
    """Return a session of a spec that stands where another one does, perhaps that one itself.

    Settings that may change while it trains are changed; another stack keeps the weights that fit; other
    data, another seed and other weights to start from begin anew.

    Raises:
        NnTuiError: the spec cannot be trained, its data cannot be read.
    """
    for order in changes(session.spec, spec):
        if isinstance(order, Rebuild):
            keeps = order.keep_weights and session.started
            return Session(spec, session if keeps else None, keep_history=False)
        session.set_param(order.path, order.value)
    session.spec = spec
    return session
