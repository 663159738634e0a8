"""`Worker`: what the thread does: it owns the model, obeys between two batches, publishes on demand."""

from __future__ import annotations

import math
import queue
import time
from collections.abc import Callable

from nn_tui.errors import DivergedError, NnTuiError
from nn_tui.experiment import commands as command
from nn_tui.experiment.runs.shelf import TakenUp
from nn_tui.experiment.session import Session
from nn_tui.experiment.turning import Turning
from nn_tui.experiment.words import epoch_line, in_order


class Worker(Turning):
    """What the thread does; everything here runs in it."""

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
        self.shelf.drop_copy()
        self.phase = "closed" if self.phase != "failed" else self.phase
        self._publish()
        self.shelf.leave()

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

    def _train(self, session: Session) -> None:
        """Pull batches until the budget is used, a command ends it or the last epoch is done."""
        commands, mailbox, stopwatch, gate = self.commands, self.mailbox, self.stopwatch, self.gate
        self.phase, self.error, self.stopped = "training", None, ""
        stopwatch.begin(session.samples)
        self.left = None
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
                self._tell_missed()
                if session.training.stop_reason:
                    self._mark("stopped early")
            elif self.aims and not self.stopped:
                self._tell_missed()
        self._save()
        if self.phase == "finished":
            self.shelf.drop_copy()

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

    def _tell_missed(self) -> None:
        """Say which conditions were waited for and never held."""
        if told := self.breakpoints.missed():
            self._note("note", told)

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
                self.budget, self.aims = 0, False
            case command.RunBatches(count):
                self._play()
                self.budget = count
                self.aims = self.session is not None and count > self.session.batches
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
        self.budget, self.aims = math.inf, False

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
        self.session, self.curves, self.left = taken.session, taken.curves, None
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
