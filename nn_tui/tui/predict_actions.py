"""Asking the network about a row of one's own."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from nn_tui.experiment import commands as command
from nn_tui.tui.messages import InsightShown
from nn_tui.tui.training_actions import TrainingActions


class PredictActions(TrainingActions):
    """The Predict screen."""

    def action_predict(self) -> None:
        """Type a row, write a sentence or draw, and see what the network answers."""
        from nn_tui.tui.screens.predict import PredictScreen

        if self.checkup is None:
            self.say("The data are still being read.")
            return
        if self.checkup.problems:
            self.show_problem()
            return
        watched = self._watched
        # What lies under the screen is not seen, so that no picture is to be made of it.
        self.watch_insights(InsightShown(()))

        def left(_: None) -> None:
            self.watch_insights(InsightShown(watched.insights, watched.options))

        def ask(row: NDArray[Any] | None) -> None:
            self.command(command.Ask(row))

        self.push_screen(PredictScreen(self.spec, ask, self.action_train), left)
