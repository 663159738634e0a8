"""`Workplace`: what the worker thread has in its hands, and how it shows and saves that."""

from __future__ import annotations

import traceback

from nn_tui.errors import DivergedError, NnTuiError
from nn_tui.experiment.breakpoints import Breakpoints
from nn_tui.experiment.diagnosis.desk import DiagnosisDesk
from nn_tui.experiment.gate import Gate
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.insight_desk import InsightDesk
from nn_tui.experiment.left_run import LeftRun
from nn_tui.experiment.mailbox import Mailbox
from nn_tui.experiment.possible import best_possible
from nn_tui.experiment.recorder import Recorder
from nn_tui.experiment.run_log import RunLog
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.shelf import Fork, Shelf
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.snapshot import Curves, Phase, Snapshot, Status
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.stopwatch import Stopwatch


class Workplace:
    """A session, what was measured of it, and where it is kept; everything here is the thread's."""

    def __init__(
        self,
        spec: Spec,
        mailbox: Mailbox,
        store: RunStore | None,
        start: RunCard | Fork | None,
        gate: Gate,
    ) -> None:
        self.spec = spec
        self.mailbox = mailbox
        self.commands = mailbox.commands
        self.gate = gate
        self.shelf = Shelf(store, start)
        self.session: Session | None = None
        self.left: LeftRun | None = None
        """What was trained before the experiment was changed, until the next batch."""
        self.reached: Session | None = None
        """The last session whose best possible values were worked out."""
        self.curves = GrowingCurves()
        self.doctor = DiagnosisDesk()
        self.recorder = Recorder(self.doctor.probe_for)
        self.desk = InsightDesk(lambda: self.recorder.record(self.doctor.found))
        self.breakpoints = Breakpoints()
        self.stopped = ""
        self.log = RunLog()
        self.phase: Phase = "ready"
        self.error: NnTuiError | None = None
        self.budget: float = 0
        self.aims = False
        """Whether several epochs were asked for, at whose end it is said which condition never held."""
        self.pace: float | None = None
        self.due = 0.0
        self.stopwatch = Stopwatch()
        self.closing = False
        self.moves = 0
        self.obeyed = 0

    def _begin(self, spec: Spec, before: Session | None) -> None:
        """Build what the spec says; with `before`, its weights are kept where they fit."""
        self.spec = spec
        try:
            self.session = Session(spec, before, keep_history=False)
            self.recorder.follow(self.session)
            self.phase, self.error = "ready" if not self.session.started else "paused", None
            if before is None and self.session.kept:
                self._note("note", self.session.kept)
        except NnTuiError as error:
            self._fail(error)
        except Exception as error:  # the thread must never raise out: the screen shows what happened
            self._fail_unexpectedly(error)

    def _save(self) -> None:
        """Write the run down, and say when that begins to fail."""
        session = self.session
        if session is None or not (session.started or self.shelf.keeper):
            return
        status = {"finished": "done", "failed": "failed"}.get(self.phase, self.phase)
        if session.training.stop_reason and self.phase == "finished":
            status = "stopped"
        if isinstance(self.error, DivergedError):
            status = "diverged"
        if told := self.shelf.save(session, status, self.stopwatch.seconds):
            self._note("saved", told)

    def _fail(self, error: NnTuiError) -> None:
        self.budget = 0
        self.phase, self.error = "failed", error
        self._note("diverged" if isinstance(error, DivergedError) else "note", str(error))

    def _fail_unexpectedly(self, error: Exception) -> None:
        place = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error} ({place.name}, line {place.lineno})"
        self._fail(NnTuiError(f"Training stopped by a fault in the program: {told}.", "Report it."))

    def _mark(self, text: str) -> None:
        assert self.session is not None
        self.curves.mark(self.session.position, text)
        self.shelf.mark(self.session.position, text)

    def _show_at_rest(self) -> None:
        """Publish everything once before sleeping: nobody is in a hurry now."""
        self.gate.wait()
        session = self.session
        diverged = self.error.message if isinstance(self.error, DivergedError) else ""
        if session is not None and (self.phase != "failed" or diverged):
            if session.training.diverged is not None:
                diverged = session.training.diverged.message
            self._look_at(session, diverged, resting=True)
            self.recorder.catch_up(session, self.doctor.layers_at(session.position))
            self.desk.refresh_all(session)
        self._publish()
        if session is not None and session is not self.reached:
            self._reach(session)
            self._publish()

    def _reach(self, session: Session) -> None:
        """Work out what any model can reach at best; it takes a moment, so the screen comes first."""
        self.reached = session
        try:
            self.curves.reach(*best_possible(session.spec, session.model, session.data))
        except Exception as error:  # the thread must never raise out, and training needs none of it
            self._note("note", f"The best possible is not known: {type(error).__name__}: {error}.")

    def _catch_up(self) -> None:
        """Go on with what is made bit by bit while there is nothing else to do."""
        session = self.session
        if session is None or self.phase == "failed":
            return
        while self.commands.empty() and (self.recorder.behind or self.desk.unfinished):
            self.gate.wait()
            self.recorder.catch_up(session)
            self.desk.refresh_all(session)
            self._publish()

    def _look_at(self, session: Session, diverged: str, *, resting: bool) -> None:
        """Look for what is wrong; another finding than before is a line of the log."""
        before = self.doctor.diagnosis
        self.doctor.refresh(session, self.curves.view(), diverged, resting=resting)
        now = self.doctor.diagnosis
        if now is None or (before is not None and before.headline.name == now.headline.name):
            return
        if now.headline.name not in ("early", "not_finite"):  # the error itself is in the log
            self._note("note", now.line)

    def _note(self, kind: str, text: str) -> None:
        self.log.add(self.session.epoch if self.session is not None else 0, kind, text)

    def _publish(self) -> None:
        self.mailbox.publish(self._make_snapshot())

    def _make_snapshot(self) -> Snapshot:
        session = self.session
        curves: Curves = self.curves.view()
        status = Status(
            phase=self.phase,
            epoch=session.epoch if session else 0,
            epochs=session.epochs if session else self.spec.fit.epochs,
            batch=session.batch if session else 0,
            batches=session.batches if session else 0,
            learning_rate=session.learning_rate if session else 0.0,
            samples_per_second=self.stopwatch.samples_per_second,
            seconds=self.stopwatch.seconds,
            pace=self.pace,
            error=self.error.message if self.error else "",
            remedy=self.error.remedy if self.error else "",
            stopped=self.stopped,
        )
        parameters = session.parameters if session else 0
        return Snapshot(
            self.spec,
            status,
            curves,
            self.log.view(),
            self.desk.pictures,
            parameters,
            self.shelf.run,
            self.shelf.branch,
            self.shelf.trouble,
            self.shelf.place,
            self.moves,
            self.doctor.diagnosis,
            self.obeyed,
            self.desk.answer,
        )
