"""`Workbench`: the history of specs and the trainer's handle, as the app has them, for lines of text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn_tui.errors import RunError, SpecError
from nn_tui.experiment import commands as command
from nn_tui.experiment.changes import changes
from nn_tui.experiment.checkup import Checkup, check_up
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.trainer import Trainer
from nn_tui.experiment.undo import SpecHistory

if TYPE_CHECKING:
    from nn_tui.experiment.breakpoints import Breakpoint
    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.experiment.runs.store import RunStore
    from nn_tui.insight.pictures import Picture

PATIENCE = 5.0
"""Seconds that an order is waited for: it is obeyed at the next batch."""


class Workbench:
    """What is trained, and the handle of the thread that trains it.

    Args:
        spec: the experiment to begin with.
        store: where runs are kept. Default: nowhere.
        run: a saved run to go on with. Default: none.
        path: the file it came from, where saving writes to. Default: none.
    """

    def __init__(
        self,
        spec: Spec,
        store: RunStore | None = None,
        run: RunCard | None = None,
        path: Path | None = None,
    ) -> None:
        self.store = store
        self.history = SpecHistory(spec)
        self.path = path
        self.pace: float | None = None
        self.points: tuple[Breakpoint, ...] = ()
        self.checkup: Checkup = check_up(spec)
        self.generation = 0
        """Which trainer it is: another one counts its log anew."""
        self._trainer: Trainer | None = None
        self._sent: Spec | None = None
        self._run = run
        self._orders = 0
        self._bring_up_to_date()

    @property
    def spec(self) -> Spec:
        """The present experiment."""
        return self.history.spec

    @property
    def snapshot(self) -> Snapshot | None:
        """What was published last; None while the experiment could never be trained."""
        return None if self._trainer is None else self._trainer.newest()

    @property
    def training(self) -> bool:
        """Whether batches are being trained now."""
        return self.snapshot is not None and self.snapshot.status.phase == "training"

    @property
    def started(self) -> bool:
        """Whether any batch has been trained."""
        now = self.snapshot
        return now is not None and (now.status.epoch > 0 or now.status.batch > 0)

    @property
    def run(self) -> RunCard:
        """The run as it is kept, with the weights that were saved last.

        Raises:
            RunError: nothing is trained yet, or it is not being saved.
        """
        now = self.snapshot
        if now is not None and now.trouble:
            raise RunError(now.trouble, "")
        if now is not None and now.branch is not None:
            name = now.branch.run.name
            raise RunError(f"The experiment is not that of {name} any more.", "Type train, or undo.")
        if now is None or now.run is None:
            raise RunError("Nothing is trained yet.", "Type train.")
        return now.run

    def require_valid(self) -> None:
        """Refuse an experiment that cannot be trained.

        Raises:
            SpecError: the first problem.
        """
        if self.checkup.problems:
            problem = self.checkup.problems[0]
            raise SpecError(problem.message, problem.remedy, problem.path)

    def edit(self, spec: Spec, label: str, *, fold: bool = False, afresh: bool = False) -> None:
        """Make a changed spec the present one, a step of the history; `afresh` begins a new run with it."""
        if spec == self.spec:
            return
        self.history.push(spec, label, fold=fold)
        if afresh and self._sent is not None:
            self.send(command.Rebuild(spec, keep_weights=False))
            self._sent = spec
        self._take()

    def undo(self) -> str:
        """Take the last step back and say what it was called; empty when there is none."""
        label = self.history.undo_label
        if label:
            self.history.undo()
            self._take()
        return label

    def redo(self) -> str:
        """Take the step again that was taken back."""
        label = self.history.redo_label
        if label:
            self.history.redo()
            self._take()
        return label

    def open(self, spec: Spec, path: Path | None = None, run: RunCard | None = None) -> None:
        """Open another experiment, or a saved run."""
        self.history.push(spec, f"open {spec.name}")
        self.path, self._run, self._sent = path, run, None
        self._take()

    def _take(self) -> None:
        self.checkup = check_up(self.spec)
        if not self.checkup.problems:
            self._bring_up_to_date()
        elif self.training:
            self.send(command.Pause())
        self.settle()

    def _bring_up_to_date(self) -> None:
        """Make the trainer train the present spec: by commands, or by a new one for what was opened."""
        if self.checkup.problems:
            return
        if self._trainer is None or self._sent is None:
            self._replace_trainer()
        else:
            for order in changes(self._sent, self.spec):
                self.send(order)
        self._sent = self.spec

    def _replace_trainer(self) -> None:
        # The old one may train the very run that is opened: it must have let go of it before.
        self.close()
        self._trainer = Trainer(self.spec, self.store, self._run)
        self._run, self._orders = None, 0
        self.generation += 1
        if self.pace is not None:
            self.send(command.SetPace(self.pace))
        if self.points:
            self.send(command.BreakAt(self.points))
        # One order more, so that the trainer has certainly built its model when the orders are obeyed.
        self.send(command.Watch((), {}))
        self.settle(60.0)

    def send(self, order: command.Command) -> None:
        """Ask the trainer for something.

        Raises:
            SpecError: the experiment cannot be trained.
        """
        if self._trainer is None:
            self.require_valid()
            raise SpecError("There is nothing to train.", "Type show.")
        self._orders += 1
        self._trainer.send(order)

    def settle(self, seconds: float = PATIENCE) -> None:
        """Wait until the orders so far are obeyed, but not longer than some seconds."""
        self.wait(lambda now: True, seconds)

    def wait(self, holds: Callable[[Snapshot], bool], seconds: float) -> bool:
        """Wait until the orders are obeyed and a condition holds; say whether it does."""
        if self._trainer is None:
            return False
        try:
            self._trainer.wait_for(lambda now: now.obeyed >= self._orders and holds(now), seconds)
        except TimeoutError:
            return False
        return True

    def follow(self) -> None:
        """Take the experiment as it was at the epoch that was gone to."""
        now = self.snapshot
        if now is not None and now.moves and now.spec != self.spec:
            self.history.push(now.spec, "go to another epoch", fold=True)
            self._sent, self.checkup = now.spec, check_up(now.spec)

    def picture(self, insight: str, options: dict[str, Any] | None = None) -> Picture:
        """Have an insight computed of the network as it is now.

        Raises:
            SpecError: the experiment cannot be trained, or it takes too long.
        """
        self.send(command.Watch((insight,), {insight: options or {}}))
        found = self.wait(lambda now: insight in now.insights, 60.0)
        now = self.snapshot
        self.send(command.Watch((), {}))
        if not found or now is None:
            raise SpecError(f"{insight} is not computed yet.", "Type pause, and try again.")
        return now.insights[insight]

    def close(self) -> None:
        """End the trainer; what was trained is saved."""
        if self._trainer is not None:
            self._trainer.close(60.0)
