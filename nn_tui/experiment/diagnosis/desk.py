"""`DiagnosisDesk`: when the worker may spend time on the diagnosis, and what of it is said.

While it trains, another sentence is only said when it was found twice in a row, at least `PAUSE` apart, and
the one before has stood for `HELD`, so that a line on the screen can be read and never flickers.
At rest the newest is said at once, and so is the first thing that can be told at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from nn_tui.experiment.diagnosis.examining import findings, signs_of_session
from nn_tui.experiment.diagnosis.finding import Diagnosis
from nn_tui.experiment.diagnosis.measuring import Probe

if TYPE_CHECKING:
    from nn_tui.data.dataset import Dataset
    from nn_tui.experiment.diagnosis.signs import LayerSigns
    from nn_tui.experiment.session import Session
    from nn_tui.experiment.snapshot import Curves
    from nn_tui.experiment.spec import Spec

PAUSE = 1.0
"""Seconds between two looks at a run that trains."""
SHARE = 100
"""Looking takes at most one part in so many of the time."""
HELD = 4.0
"""Seconds that a sentence stands at least."""
OLD = 5.0
"""Seconds after which the figures in the same sentence are renewed."""


class DiagnosisDesk:
    """Looks at a session now and then.

    Args:
        clock: seconds that only grow. Default: the machine's.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.diagnosis: Diagnosis | None = None
        self._clock = clock
        self._probe: Probe | None = None
        self._seen: tuple[object, ...] = ()
        self._position = -1.0
        self._free_again = 0.0
        self._candidate = ""
        self._said = self._began = 0.0

    def forget(self) -> None:
        """Begin with a new run."""
        self.diagnosis, self._probe, self._seen, self._candidate = None, None, (), ""
        self._free_again = 0.0

    def refresh(self, session: Session, curves: Curves, diverged: str = "", *, resting: bool) -> None:
        """Look at a session, if it is time to and anything has changed since.

        Args:
            session: what is trained; it is left as it is.
            curves: what every epoch measured.
            diverged: what was said when the loss left the finite numbers. Default: it did not.
            resting: nothing is being trained, so nobody waits.
        """
        now = self._clock()
        seen = (curves, session.spec, session.data, diverged, session.batch if resting else 0)
        same = len(seen) == len(self._seen) and all(
            one is other for one, other in zip(seen, self._seen, strict=True)
        )
        if (same and not self._candidate) or (not resting and (now < self._free_again or same)):
            return
        self._seen = seen
        probe = self.probe_for(session.spec, session.data)
        found = Diagnosis(
            findings(signs_of_session(session, curves, diverged, probe)), session.epoch, probe.layers
        )
        self._position = session.position
        self._free_again = now + max(PAUSE, SHARE * probe.seconds)
        self._take(found, now, resting)

    def _take(self, found: Diagnosis, now: float, resting: bool) -> None:
        name = found.headline.name
        shown = "" if self.diagnosis is None else self.diagnosis.headline.name
        if name == shown and not resting and name != "early" and now - self._said < OLD:
            self._candidate = ""
            return
        # That it is too early to tell is true for a moment only: what comes after it does not wait.
        early = shown == "early"
        changed = bool(shown) and name != shown and not resting and not early
        if changed and (name != self._candidate or now - self._began < HELD):
            self._candidate = name
            return
        if name != shown:
            self._began = now
        self.diagnosis, self._candidate, self._said = found, "", now

    @property
    def found(self) -> dict[str, str]:
        """What is wrong, in sentences, by the signs' names."""
        findings = () if self.diagnosis is None else self.diagnosis.findings
        return {one.name: one.text for one in findings if one.ill}

    def layers_at(self, position: float) -> tuple[LayerSigns, ...] | None:
        """Give what the last look measured, if it was at this place of the training; in epochs."""
        if self.diagnosis is None or self._probe is None or position != self._position:
            return None
        return self._probe.layers

    def layers(self, session: Session) -> tuple[LayerSigns, ...]:
        """Measure the layers now, for who asks whatever the time it takes."""
        return self.probe_for(session.spec, session.data).measure(session.model)[0]

    def probe_for(self, spec: Spec, data: Dataset) -> Probe:
        """Give what measures a network of a spec on its data; the last one is remembered."""
        probe = self._probe
        if probe is None or probe.spec is not spec or probe.data is not data:
            probe = self._probe = Probe(spec, data)
        return probe
