"""Finding a learning rate: the range test on a copy of the network, and taking what it suggests."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nn_tui.errors import NnTuiError, SpecError
from nn_tui.experiment import commands as command
from nn_tui.experiment.spec_file import set_value
from nn_tui.tui.export_actions import LOOKS, ExportActions
from nn_tui.tui.training_actions import RATE
from nn_tui.tui.wording import number_words

if TYPE_CHECKING:
    from nn_tui.experiment.runs.card import RunCard

Take = Callable[[Mapping[str, Any] | None, str], None]


class RateActions(ExportActions):
    """The learning-rate finder."""

    def action_find_rate(self) -> None:
        """Try learning rates on a copy; the training goes on meanwhile and is not touched."""
        from nn_tui.tui.screens.rate import RateScreen

        if self.checkup is None:
            self.say("The data are still being read.")
            return
        if self.checkup.problems:
            self.show_problem()
            return
        present = self._present_state if self.trained else None
        self.push_screen(RateScreen(self.spec, present, self.gate), self._take_rate)

    def _take_rate(self, rate: float | None) -> None:
        if rate is None:
            return
        try:
            spec = set_value(self.spec, RATE, rate)
        except SpecError as error:
            self.say(f"! {error}")
            return
        if spec == self.spec:
            self.say(f"The learning rate is {number_words(rate)} already.")
            return
        self.edit(spec, "take the learning rate found")
        if self.spec == spec:
            again = " r starts again with it." if self.trained else ""
            self.say(f"Learning rate {number_words(rate)}; u takes it back.{again}")

    def _present_state(self, take: Take) -> None:
        """Have the run saved, which does not stop its training, and give what was saved."""
        run = None if self.snapshot is None else self.snapshot.run
        if run is None:
            branch = None if self.snapshot is None else self.snapshot.branch
            told = "The run is not kept, so its weights cannot be copied."
            take(None, told if branch is None else self.untrained_words())
            return
        read = partial(self._read_state, run, take)
        if self.trainer is None or self.follower is not None:
            read()
            return
        asked = time.time()
        self.trainer.send(command.Save())
        self.when_saved(run, asked, read, lambda told: take(None, told.removeprefix("! ")), LOOKS)

    def _read_state(self, run: RunCard, take: Take) -> None:
        from nn_tui.experiment.checkpoint import SavedRun

        def read() -> None:
            try:
                state, told = SavedRun.open(Path(run.folder)).read()
            except NnTuiError as error:
                self.call_from_thread(take, None, str(error))
                return
            self.call_from_thread(take, state, told)

        self.run_worker(read, thread=True, group="read", exit_on_error=False)
