"""`Turning`: how the worker changes what it trains: within a run, or by another one that branches off."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

from nn_tui.errors import NnTuiError
from nn_tui.experiment import commands as command
from nn_tui.experiment.changes import changes, same_rows
from nn_tui.experiment.document import set_value
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.left_run import EPOCHS, LeftRun
from nn_tui.experiment.runs.background import ENDED
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.words import branch_words
from nn_tui.experiment.workplace import Workplace


class Turning(Workplace):
    """Changes of the experiment. What was trained is never overwritten by them."""

    def _set(self, path: str, value: object) -> None:
        session = self.session
        if session is None:
            return
        try:
            # What has ended is trained further as it is; with another setting it is another run.
            if self.left is not None or (self._has_ended(session) and path != EPOCHS):
                self._turn_to(set_value(self.spec, path, value))
                return
            session.set_param(path, value)
        except NnTuiError as error:
            self._note("note", str(error))
            return
        self.spec = session.spec
        self._tell_change(path, value)

    def _rebuild(self, spec: Spec, keep_weights: bool) -> None:
        session, left = self.session, self.left
        if session is None or (left is None and not session.started):
            self._begin_anew(spec)
            return
        orders = changes(session.spec, spec)
        asked = any(isinstance(order, command.Rebuild) and not order.keep_weights for order in orders)
        if orders or keep_weights or (left is not None and changes(left.spec, spec)):
            self._turn_to(spec, afresh=not keep_weights and not asked)
        else:
            self._begin_anew(spec)

    def _turn_to(self, spec: Spec, *, afresh: bool = False) -> None:
        """Change the experiment of what was trained; unless that is only more training, it is another run.

        What was trained stays as it stands, and is come back to when the change is taken back before the
        next batch.
        """
        session = self.session
        assert session is not None
        if self.left is None:
            phase = self.phase
            self._rest()
            now, ended = self.stopwatch.seconds, self._has_ended(session)
            self.left = LeftRun(session, ended, self.curves, now, phase, self.error, self.stopped)
        left = self.left
        left.afresh = left.afresh or afresh
        goes_on = not afresh and left.goes_on(spec)
        self.spec = spec
        try:
            self.session = left.turned(spec, goes_on=goes_on)
        except NnTuiError as error:
            self._fail(error)
            return
        self.error, self.stopped = None, ""
        if goes_on:
            self._come_back(left)
        else:
            self._branch_off(left)

    def _come_back(self, left: LeftRun) -> None:
        """Go on with what was left; settings that may change while it trains are changes within it."""
        session = self.session
        assert session is not None
        self.left, self.curves = None, left.curves
        self.phase, self.error, self.stopped = left.phase, left.error, left.stopped
        if self.stopwatch.seconds != left.seconds:
            self.stopwatch.restart(left.seconds)
        self.shelf.take_back()
        self.doctor.forget()
        self.recorder.follow(session, lambda: self.shelf.past_states(session.position))
        self._note("change", f"Back at epoch {session.epoch}, as it was.")
        for order in changes(left.spec, self.spec):
            if isinstance(order, command.SetParam):
                self._tell_change(order.path, order.value)

    def _branch_off(self, left: LeftRun) -> None:
        """Stand where another run begins: on what was left, or at the beginning."""
        session, before = self.session, self.shelf.branch
        assert session is not None
        orders = changes(left.spec, self.spec)
        same = all(isinstance(order, command.SetParam) for order in orders)
        self.shelf.set_aside(left.branch_epoch(self.spec), has_past=same)
        branch = self.shelf.branch
        if branch is not None and before is None:
            self._note("note", branch_words(branch))
        if not same_rows(left.spec, self.spec):
            self.desk.ask(None)  # a row of other data
        if not session.started:
            if session.kept:
                self._note("note", session.kept)
            self._forget()
            self.phase = "ready"
            self.recorder.follow(session)
            past = left.curves if same_rows(left.spec, self.spec) else self.curves
            self._tell_reset(past, left.spec.seed == self.spec.seed)
            return
        self.curves = copy(left.curves) if same else left.curves.begun_anew()
        self.phase = "finished" if session.finished else "paused"
        self.recorder.follow(session)
        for order in orders:
            if isinstance(order, command.SetParam):
                self._tell_change(order.path, order.value)
            else:
                self._mark("network changed")
                self._note("change", session.kept)
                self._reach(session)

    def _begin_anew(self, spec: Spec) -> None:
        """Reset: what was trained stays as it is, and has nothing to do with what comes."""
        self._rest()
        self.left = None
        self.shelf.leave()
        past, again = self.curves, self.spec.seed == spec.seed
        self._forget()
        self._begin(spec, None)
        self._tell_reset(past, again)

    def _rest(self) -> None:
        """Save what is trained as a run that one has paused, before it is left."""
        if self.phase == "training":
            self.phase = "paused"
        self._save()

    def _forget(self) -> None:
        """Forget what was measured, as the weights begin anew."""
        self.doctor.forget()
        self.recorder.forget()
        self.breakpoints.restart()
        self.stopped = ""
        self.curves = GrowingCurves()
        self.stopwatch.restart()
        self.budget = 0

    def _has_ended(self, session: Session) -> bool:
        """Whether what was trained is kept as done, stopped, diverged or failed."""
        run = self.shelf.run
        kept = self.phase != "training" and run is not None and run.status in ENDED
        return session.started and (session.finished or kept)

    def _tell_change(self, path: str, value: object) -> None:
        assert self.session is not None
        told = value.get("type") if isinstance(value, Mapping) else value
        text = f"{path.rsplit('.', 1)[-1]} {told}"
        if self.session.started:
            self._mark(text)
        self._note("change", f"{text} from epoch {self.session.epoch + 1} on.")

    def _tell_reset(self, past: GrowingCurves, again: bool) -> None:
        self.curves = past.begun_anew()
        if self.curves.former is not None:  # what a reset is for: both runs on one chart
            self.curves.mark(0.0, "reset" if again else f"seed {self.spec.seed}")
        self._note("reset", f"Weights as seed {self.spec.seed} gives them.")
