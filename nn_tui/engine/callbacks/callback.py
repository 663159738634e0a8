"""`Callback`: what looks at every epoch's values and stops the training or changes the rate.

A callback may add to the values of the epoch and set `training.stop_reason`. What it remembers from epoch
to epoch is named in `fresh`: every training begins with it, and it is what going on bit for bit needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nn_tui.engine.checked import Checked
from nn_tui.errors import DivergedError

if TYPE_CHECKING:
    from nn_tui.engine.training import Training


class Callback(metaclass=Checked):
    """The base of every callback."""

    def fresh(self) -> dict[str, Any]:
        """Return the attributes that change while it trains, as they are before the first epoch."""
        return {}

    def on_train_begin(self, training: Training) -> None:
        """Begin anew: one object may serve several trainings, whatever became of the one before.

        Nothing is trained yet, and a state that is gone on from comes after.
        """
        self.restore(self.fresh())

    def on_epoch_begin(self, training: Training) -> None:
        """Prepare an epoch; `training.epoch` is the number of epochs done before it."""

    def on_epoch_end(self, training: Training, values: dict[str, float]) -> None:
        """Look at an epoch's values; `training.epoch` is already the number of epochs done."""

    def on_train_end(self, training: Training) -> None:
        """Do what is to be done once, at the end."""

    def on_train_further(self) -> None:
        """Prepare a training that was stopped early to go on."""

    def on_diverged(self, training: Training, error: DivergedError) -> bool:
        """Say whether a loss that is not finite is to end the training without an error."""
        return False

    def state(self) -> dict[str, Any]:
        """Return all that continuing bit for bit needs."""
        return {name: getattr(self, name) for name in self.fresh()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take what `state` gave."""
        for name in self.fresh():
            setattr(self, name, state[name])
