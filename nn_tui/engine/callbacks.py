"""Callbacks: what looks at every epoch's values and stops the training or changes the rate.

A callback has `on_epoch_end(training, values)`, `on_train_end(training)`, and `state` and `restore` for
going on bit for bit. It may add to the values of the epoch and set `training.stop_reason`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from nn_tui.declare import Knob, register
from nn_tui.engine.checked import Checked
from nn_tui.errors import SpecError

if TYPE_CHECKING:
    from nn_tui.engine.training import Training

__all__ = ["Callback", "EarlyStopping", "ReduceLROnPlateau"]

Mode = Literal["auto", "min", "max"]
Epochs = Annotated[int, Knob(at_least=0)]
Size = Annotated[float, Knob(at_least=0)]


class Callback(metaclass=Checked):
    """The base of every callback."""

    kept: tuple[str, ...] = ()
    """The attributes that going on needs."""

    def on_epoch_end(self, training: Training, values: dict[str, float]) -> None:
        """Look at an epoch's values; `training.epoch` is already the number of epochs done."""

    def on_train_end(self, training: Training) -> None:
        """Do what is to be done once, at the end."""

    def state(self) -> dict[str, Any]:
        """Give all that continuing bit for bit needs."""
        return {name: getattr(self, name) for name in self.kept}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take what `state` gave."""
        for name in self.kept:
            setattr(self, name, state[name])


class _Watching(Callback):
    """A callback that watches one value and knows which way is better."""

    monitor: str
    mode: Mode
    min_delta: float

    def current(self, values: Mapping[str, float]) -> float:
        """Give the watched value.

        Raises:
            SpecError: it is not measured; says what is.
        """
        if self.monitor not in values:
            raise SpecError(
                f"{type(self).__name__} watches {self.monitor!r}; measured are {', '.join(values)}.",
                "Set monitor to one of them, or data.validation_split for those that begin with val_.",
            )
        return values[self.monitor]

    @property
    def rises(self) -> bool:
        """Whether larger is better."""
        if self.mode != "auto":
            return self.mode == "max"
        name = self.monitor.removeprefix("val_")
        return any(word in name for word in ("acc", "precision", "recall", "auc", "r2", "f1"))

    def is_better(self, value: float, than: float) -> bool:
        """Whether a value is better than another by more than `min_delta`."""
        if self.rises:
            return value > than + self.min_delta
        return value < than - self.min_delta

    @property
    def worst(self) -> float:
        """What everything is better than."""
        return -math.inf if self.rises else math.inf


@register("callback", "EarlyStopping")
class EarlyStopping(_Watching):
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

    kept = ("best", "best_epoch", "wait", "best_weights")

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
        self.best, self.best_epoch, self.wait = self.worst, 0, 0
        self.best_weights: list[Any] | None = None

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

    def on_train_end(self, training: Training) -> None:
        """Go back to the best weights, whether or not it stopped early."""
        if self.restore_best_weights and self.best_weights is not None:
            training.model.set_weights(self.best_weights)


@register("callback", "ReduceLROnPlateau")
class ReduceLROnPlateau(_Watching):
    """Lower the learning rate when a value has not got better for some epochs.

        learning_rate = max(learning_rate * factor, min_lr)

    Args:
        monitor: the value: loss, val_loss, accuracy, ... Default "val_loss".
        factor: times the learning rate, above 0 and below 1. Default 0.1.
        patience: for how many epochs it may fail to get better, at least 0. Default 10.
        mode: min: smaller is better; max: larger is; auto: by the value's name. Default "auto".
        min_delta: by how much it must get better to count, at least 0. Default 0.0001.
        cooldown: epochs to wait after a change. Default 0.
        min_lr: the lowest learning rate, at least 0. Default 0.
    Source: agrees with keras.callbacks.ReduceLROnPlateau.
    """

    kept = ("best", "wait", "resting")

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: Annotated[float, Knob(above=0, below=1)] = 0.1,
        patience: Epochs = 10,
        mode: Mode = "auto",
        min_delta: Size = 1e-4,
        cooldown: Epochs = 0,
        min_lr: Size = 0.0,
    ) -> None:
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.mode = mode
        self.min_delta = min_delta
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.best, self.wait, self.resting = self.worst, 0, 0

    def on_epoch_end(self, training: Training, values: dict[str, float]) -> None:
        """Log the rate and lower it when patience is used up."""
        optimizer = training.model.optimizer
        current = self.current(values)
        values["learning_rate"] = float(optimizer.learning_rate)
        if self.resting:
            self.resting -= 1
            self.wait = 0
        if self.is_better(current, self.best):
            self.best, self.wait = current, 0
        elif not self.resting:
            self.wait += 1
            if self.wait >= self.patience and optimizer.learning_rate > self.min_lr:
                optimizer.learning_rate = max(optimizer.learning_rate * self.factor, self.min_lr)
                self.resting, self.wait = self.cooldown, 0
