"""What a person can do to the training: the methods behind the group "Train" and the history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nn_tui.declare import find, params
from nn_tui.errors import SpecError
from nn_tui.experiment import commands as command
from nn_tui.experiment import edits
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.speed import next_pace, pace_words
from nn_tui.tui.bench import Bench
from nn_tui.tui.wording import number_words

if TYPE_CHECKING:
    from nn_tui.experiment.breakpoints import Breakpoint

RATE = "compile.optimizer.learning_rate"


class TrainingActions(Bench):
    """Train, step, reset, the learning rate, the pace; undo and redo."""

    def action_train(self) -> None:
        """Train, or pause."""
        self.command(command.Pause() if self.situation.training else command.Play())

    def action_run_batch(self) -> None:
        """Train one batch."""
        self.command(command.RunBatches(1))

    def action_run_epoch(self) -> None:
        """Train one epoch."""
        self.command(command.RunEpoch())

    def action_step_back(self) -> None:
        """Go back to the kept epoch before."""
        if self.snapshot is None or (self.snapshot.run is None and self.snapshot.branch is None):
            self.say("Train first: there is no epoch to go back to.")
        elif not self.trained:
            self.say("This is the start.")
        else:
            self.command(command.StepBack())

    def action_break_at(self) -> None:
        """Set breakpoints, or take some away."""
        from nn_tui.tui.screens.breakpoints import BreakpointsScreen

        self.push_screen(BreakpointsScreen(self.spec, self.breakpoints, self._break_at))

    def _break_at(self, points: tuple[Breakpoint, ...]) -> None:
        self.breakpoints = points
        if self.trainer is not None:
            self.trainer.send(command.BreakAt(points))

    def action_reset(self) -> None:
        """Go back to the same initial weights."""
        self.command(command.Rebuild(self.spec, keep_weights=False))

    def action_new_seed(self) -> None:
        """Start from other initial weights."""
        spec = replace(self.spec, seed=self.spec.seed + 1)
        self.edit(spec, "take a new seed")
        if self.spec == spec:
            self.say(f"Seed {spec.seed}.")

    def action_lower_rate(self) -> None:
        """Take the next lower learning rate."""
        self._step_rate(up=False)

    def action_raise_rate(self) -> None:
        """Take the next higher learning rate."""
        self._step_rate(up=True)

    def _step_rate(self, *, up: bool) -> None:
        optimizer = self.spec.compile.optimizer
        rate = optimizer.get("learning_rate")
        if rate is None:
            defaults = {param.name: param.default for param in params(find("optimizer", optimizer.type))}
            rate = defaults["learning_rate"]
        if not isinstance(rate, float):
            self.say("The learning rate follows a schedule; edit the optimizer to change it.")
            return
        following = edits.next_rate(rate, up)
        try:
            spec = set_value(self.spec, RATE, following)
        except SpecError as error:
            self.say(f"! {error}")
            return
        self.edit(spec, "change the learning rate")
        if self.spec == spec:
            self.say(f"Learning rate {number_words(following)}.")

    def action_slow_down(self) -> None:
        """Train at a slower pace."""
        self._step_pace(1)

    def action_speed_up(self) -> None:
        """Train at a faster pace."""
        self._step_pace(-1)

    def _step_pace(self, by: int) -> None:
        self.pace = next_pace(self.pace, by)
        if self.trainer is not None:
            self.trainer.send(command.SetPace(self.pace))
        self.say(pace_words(self.pace))

    def action_undo(self) -> None:
        """Take the last change of the experiment back."""
        label = self.history.undo_label

        def step() -> None:
            self.spec = self.history.undo()
            self.say(f"Undone: {label}.")
            self.renew_situation()

        if label:
            self.unless_lost(self.history.before, step)

    def action_redo(self) -> None:
        """Make the change again that was taken back."""
        label = self.history.redo_label

        def step() -> None:
            self.spec = self.history.redo()
            self.say(f"Done again: {label}.")
            self.renew_situation()

        if label:
            self.unless_lost(self.history.after, step)
