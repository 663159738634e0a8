"""`Worker`: what the thread does: it owns the model, obeys between two batches, publishes on demand."""

from __future__ import annotations

import math
import queue
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace

from nn_tui.errors import DivergedError, NnTuiError
from nn_tui.experiment import commands as command
from nn_tui.experiment.breakpoints import Breakpoints
from nn_tui.experiment.diagnosis.desk import DiagnosisDesk
from nn_tui.experiment.gate import Gate
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.insight_desk import InsightDesk
from nn_tui.experiment.mailbox import Mailbox
from nn_tui.experiment.possible import best_possible
from nn_tui.experiment.recorder import Recorder
from nn_tui.experiment.run_log import RunLog
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.shelf import Fork, Shelf, TakenUp
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.session import Session
from nn_tui.experiment.snapshot import Curves, Phase, Snapshot, Status
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.stopwatch import Stopwatch
from nn_tui.experiment.words import epoch_line, in_order


class Worker:
    """What the thread does; everything here runs in it."""

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
        self.pace: float | None = None
        self.due = 0.0
        self.stopwatch = Stopwatch()
        self.closing = False
        self.moves = 0
        self.obeyed = 0

    def run(self) -> None:
        """Build, then obey until told to close; every fault ends in a published snapshot."""
        if self.shelf.run is not None or self.shelf.fork is not None:
            self._take_up()
        else:
            self._begin(self.spec, None)
        while not self.closing:
            try:
                self._show_at_rest()
                self._catch_up()
            except Exception as error:  # what only shows and measures ends neither the run nor the thread
                self._note(
                    "note", f"Measuring the run failed, by a fault in the program: {error!r}. Report it."
                )
                self._publish()
            try:
                self._obey(self.commands.get())
                while not self.closing and self.budget > 0 and self.session is not None:
                    self._train(self.session)
            except Exception as error:  # the thread must never raise out: the screen shows what happened
                self._fail_unexpectedly(error)
        self._save()
        self.shelf.leave()
        self.phase = "closed" if self.phase != "failed" else self.phase
        self._publish()

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

    def _take_up(self) -> None:
        """Go on with a run that was kept, or branch off from one."""
        shelf = self.shelf
        try:
            taken = shelf.take_up() if shelf.fork is None else shelf.branch_off(self.spec)
        except NnTuiError as error:
            self._fail(error)
            return
        except Exception as error:  # the thread must never raise out: the screen shows what happened
            self._fail_unexpectedly(error)
            return
        self.session, self.curves = taken.session, taken.curves
        self.stopwatch.restart(taken.seconds)
        self.spec = taken.session.spec
        self.recorder.follow(taken.session, lambda: shelf.past_states(taken.session.position))
        self.phase = "finished" if taken.session.finished else "paused"
        if taken.told:
            self._note("note", taken.told)
        if shelf.fork is None:
            self._note("note", f"{taken.name}: taken up after epoch {taken.session.epoch}.")

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

    def _train(self, session: Session) -> None:
        """Pull batches until the budget is used, a command ends it or the last epoch is done."""
        commands, mailbox, stopwatch, gate = self.commands, self.mailbox, self.stopwatch, self.gate
        self.phase, self.error, self.stopped = "training", None, ""
        stopwatch.begin(session.samples)
        self.due = time.perf_counter()
        if told := self.shelf.begin(session):
            self._note("saved", told)
        save_due = self.shelf.due
        try:
            self._publish()
            for epoch_ended in session.steps():
                self.budget -= 1
                if gate.closed:
                    gate.wait()
                if epoch_ended:
                    self._epoch_ended(session)
                # Attributes and one clock: a batch may take 15 us, of which a call takes half a hundredth.
                if mailbox.wanted:
                    stopwatch.look(session.samples)
                    self.desk.refresh_one(session)
                    self._look_at(session, "", resting=False)
                    self._publish()
                if save_due < time.monotonic():
                    stopwatch.look()
                    self._save()
                    save_due = self.shelf.due
                if self.pace is not None:
                    self._keep_pace(session)
                while not commands.empty():
                    self._obey(commands.get())
                if self.budget <= 0 or self.closing or self.session is not session:
                    break
            else:
                self.budget = 0
        except NnTuiError as error:
            if isinstance(error, DivergedError) and (condition := self.breakpoints.not_finite()):
                self._stop_at(f"{condition} in epoch {session.epoch + 1}, batch {session.batch + 1}")
            self._fail(error)
        except Exception as error:  # the thread must never raise out: the screen shows what happened
            self._fail_unexpectedly(error)
        stopwatch.end()
        if self.phase == "training" and (self.budget <= 0 or self.closing):
            self.phase = "finished" if session.finished else "paused"
            if session.finished:
                self._note("end", session.ending)
                if session.training.stop_reason:
                    self._mark("stopped early")
        self._save()

    def _epoch_ended(self, session: Session) -> None:
        seconds = self.stopwatch.epoch_ended()
        values = in_order(session.last_epoch())
        self.curves.append(session.epoch, values)
        self.shelf.epoch_ended(session, values, seconds)
        self._note("epoch", epoch_line(session.epoch, session.epochs, seconds, values))
        self.recorder.epoch_ended(session)
        if self.breakpoints.points:
            curves, rate = self.curves.view(), session.learning_rate
            if told := self.breakpoints.hit(curves, rate, lambda: self.doctor.layers(session)):
                self._stop_at(told)

    def _stop_at(self, condition: str) -> None:
        """Pause because a condition holds: it is said, and marked on the curve."""
        self.budget, self.stopped = 0, condition
        self._note("note", f"Paused by {condition}.")
        self._mark(condition)

    def _keep_pace(self, session: Session) -> None:
        """Sleep until the next batch is due, waking for a command."""
        assert self.pace is not None
        self.due += 1 / (self.pace * session.batches)
        ahead = self.due - time.perf_counter()
        if ahead < -1:  # the machine cannot keep this pace: do not race to catch up
            self.due = time.perf_counter()
        if ahead > 0.001:
            # A command that comes while waiting is obeyed before the next batch.
            try:
                self._obey(self.commands.get(timeout=ahead))
            except queue.Empty:
                return

    def _obey(self, order: command.Command) -> None:
        self._do(order)
        self.obeyed += 1

    def _do(self, order: command.Command) -> None:
        match order:
            case command.Play():
                self._play()
            case command.Pause():
                self.budget = 0
            case command.RunBatches(count):
                self._play()
                self.budget = count
            case command.StepBack():
                self._step_back()
            case command.RunEpoch():
                if self._step_forward():
                    return
                self._play()
                if self.session is not None:
                    self.budget = self.session.batches - self.session.batch
            case command.SetPace(epochs_per_second):
                self.pace, self.due = epochs_per_second, time.perf_counter()
            case command.SetParam(path, value):
                self._set(path, value)
            case command.Rebuild(spec, keep_weights):
                self._rebuild(spec, keep_weights)
            case command.Watch(insights, options):
                self.desk.watch(insights, options)
            case command.Ask(row):
                self.desk.ask(row)
            case command.BreakAt(points):
                self.breakpoints.watch(points)
            case command.Save():
                self._save()
            case command.Close():
                self.closing = True

    def _play(self) -> None:
        if self.session is None:
            return
        if self.session.finished:
            self.session.train_further(self.spec.fit.epochs)
            self._note("note", f"Training goes on to epoch {self.session.epochs}.")
        self.budget = math.inf

    def _step_back(self) -> None:
        """Go to the kept epoch before; what was trained is saved first."""
        session, shelf = self.session, self.shelf
        if session is None:
            return
        self.budget = 0
        if self.phase == "training":
            self.phase = "paused"
        self._save()
        self._move(lambda: shelf.go_back(session.position, session.epochs))

    def _step_forward(self) -> bool:
        """Go to the next kept epoch, if one has gone back and changed nothing; tells whether it did."""
        session, place = self.session, self.shelf.place
        if session is None or place is None or session.spec != place.spec:
            return False
        self._move(lambda: self.shelf.go_forward(place, session.epochs))
        return True

    def _move(self, move: Callable[[], TakenUp]) -> None:
        """Stand at another epoch."""
        try:
            taken = move()
        except NnTuiError as error:
            self._note("note", str(error))
            return
        self.session, self.curves = taken.session, taken.curves
        self.stopwatch.restart(taken.seconds)
        self.spec = taken.session.spec
        self.recorder.follow(taken.session, lambda: self.shelf.past_states(taken.session.position))
        self.error, self.stopped = None, ""
        self.moves += 1
        place = self.shelf.place
        self.phase = "finished" if place is None and taken.session.finished else "paused"
        self.phase = self.phase if taken.session.started else "ready"
        self.breakpoints.restart()
        curves = self.curves.view()
        if self.breakpoints.points and len(curves.epochs):  # what holds already stops nothing
            self.breakpoints.hit(
                curves, taken.session.learning_rate, lambda: self.doctor.layers(taken.session)
            )
        if place is None:
            self._note("note", f"At the end of {taken.name}, epoch {taken.session.epoch}.")
        else:
            self._note("note", f"At epoch {place.epoch} of {taken.name}; from here on it is a new run.")

    def _set(self, path: str, value: object) -> None:
        if self.session is None:
            return
        try:
            self.session.set_param(path, value)
        except NnTuiError as error:
            self._note("note", str(error))
            return
        self.spec = self.session.spec
        told = value.get("type") if isinstance(value, Mapping) else value
        text = f"{path.rsplit('.', 1)[-1]} {told}"
        if self.session.started:
            self._mark(text)
        self._note("change", f"{text} from epoch {self.session.epoch + 1} on.")

    def _rebuild(self, spec: Spec, keep_weights: bool) -> None:
        before = self.session if keep_weights else None
        was_training = self.budget
        if before is not None and before.started:
            self._begin(spec, before)
            if self.session is not before and self.session is not None:
                self._mark("network changed")
                self._note("change", self.session.kept)
                self._reach(self.session)
        else:
            self.shelf.leave()
            self.doctor.forget()
            self.recorder.forget()
            self.breakpoints.restart()
            self.stopped = ""
            past, again = self.curves.view(), self.spec.seed == spec.seed
            self.curves = GrowingCurves()
            self.stopwatch.restart()
            was_training = 0
            self._begin(spec, None)
            if len(past.epochs):  # what a reset is for: the run before and the one after, on one chart
                self.curves.former = replace(past, former=None)
                self.curves.mark(0.0, "reset" if again else f"seed {spec.seed}")
            self._note("reset", f"Weights as seed {spec.seed} gives them.")
        self.budget = was_training if self.phase != "failed" else 0

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
            self.shelf.trouble,
            self.shelf.place,
            self.moves,
            self.doctor.diagnosis,
            self.obeyed,
            self.desk.answer,
        )
