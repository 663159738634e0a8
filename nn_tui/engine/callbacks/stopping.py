"""Callbacks that end the training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from nn_tui.declare import Knob, register
from nn_tui.engine.callbacks.callback import Callback
from nn_tui.engine.callbacks.watching import Epochs, Mode, Size, Watching
from nn_tui.errors import DivergedError

if TYPE_CHECKING:
    from nn_tui.engine.training import Training

__all__ = ["EarlyStopping", "TerminateOnNaN"]


@register("callback", "EarlyStopping")
class EarlyStopping(Watching):
    """Stop when a value has not got better for some epochs.

    Args:
        monitor: the value: loss, val_loss, accuracy, ... Default "val_loss".
        min_delta: by how much it must get better to count, at least 0. Default 0.
        patience: for how many epochs it may fail to, at least 0. Default 0.
        mode: min: smaller is better; max: larger is; auto: by the value's name. Default "auto".
        baseline: a value that must be passed as well. Default none.
        restore_best_weights: go back to the weights of the best epoch at the end. Default no.
        start_from_epoch: epochs to let pass before watching. Default 0.
    Source: agrees with keras.callbacks.EarlyStopping.
    """

    best: float
    best_epoch: int
    wait: int
    best_weights: list[Any] | None

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: Size = 0.0,
        patience: Epochs = 0,
        mode: Mode = "auto",
        baseline: Annotated[float | None, Knob()] = None,
        restore_best_weights: bool = False,
        start_from_epoch: Epochs = 0,
    ) -> None:
        self.monitor = monitor
        self.min_delta = min_delta
        self.patience = patience
        self.mode = mode
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch

    def fresh(self) -> dict[str, Any]:
        """Return what is remembered: the best value, its epoch and weights, and how long it waits."""
        return {"best": self.worst, "best_epoch": 0, "wait": 0, "best_weights": None}

    def on_epoch_end(self, training: Training, values: dict[str, float]) -> None:
        """Stop when patience is used up."""
        current, epoch = self.current(values), training.epoch - 1
        if epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._keep(training)
        self.wait += 1
        if self.is_better(current, self.best):
            self.best, self.best_epoch = current, epoch
            if self.restore_best_weights:
                self._keep(training)
            if self.baseline is None or self.is_better(current, self.baseline):
                self.wait = 0
            return
        if self.wait >= self.patience and epoch > 0:
            training.stop_reason = (
                f"Stopped after epoch {epoch + 1}: {self.monitor} was best in epoch {self.best_epoch + 1}."
            )

    def _keep(self, training: Training) -> None:
        self.best_weights = training.model.get_weights()

    def on_train_further(self) -> None:
        """Be patient anew, or it would end after the next epoch."""
        self.wait = 0

    def on_train_end(self, training: Training) -> None:
        """Go back to the best weights, whether or not it stopped early."""
        if self.restore_best_weights and self.best_weights is not None:
            training.model.set_weights(self.best_weights)


@register("callback", "TerminateOnNaN")
class TerminateOnNaN(Callback):
    """End the training without an error when the loss is no longer finite.

    Training ends at a loss that is not finite in any case, with the weights of the last good epoch.
    This callback makes an ending of it: `fit` gives the history so far.

    Args:
        raise_error: whether to end with the error after all. Default no.
    Source: keras.callbacks.TerminateOnNaN, which keeps the weights that are not finite and counts
        the epoch.
    """

    def __init__(self, raise_error: bool = False) -> None:
        self.raise_error = raise_error

    def on_diverged(self, training: Training, error: DivergedError) -> bool:
        """End the training, unless the error is wanted."""
        return not self.raise_error
