"""Callbacks that change the learning rate between two epochs."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from nn_tui.declare import Knob, register
from nn_tui.engine.callbacks.callback import Callback
from nn_tui.engine.callbacks.watching import Epochs, Mode, Size, Watching
from nn_tui.engine.resolving import resolve
from nn_tui.engine.schedules import Schedule
from nn_tui.errors import SpecError

if TYPE_CHECKING:
    from nn_tui.engine.optimizers.optimizer import Optimizer
    from nn_tui.engine.training import Training

__all__ = ["LearningRateScheduler", "ReduceLROnPlateau"]


def _settable(callback: Callback, optimizer: Optimizer) -> Optimizer:
    """Give the optimizer if its rate may be set.

    Raises:
        SpecError: a schedule sets it already.
    """
    if optimizer.schedule is not None:
        raise SpecError(
            f"{type(callback).__name__} sets the learning rate, and so does the optimizer's schedule.",
            "Take one of them away.",
        )
    return optimizer


@register("callback", "ReduceLROnPlateau")
class ReduceLROnPlateau(Watching):
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

    best: float
    wait: int
    resting: int

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

    def fresh(self) -> dict[str, Any]:
        """Return what is remembered: the best value, how long it waits and how long it rests."""
        return {"best": self.worst, "wait": 0, "resting": 0}

    def on_epoch_end(self, training: Training, values: dict[str, float]) -> None:
        """Log the rate and lower it when patience is used up."""
        optimizer = _settable(self, training.model.optimizer)
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


@register("callback", "LearningRateScheduler")
class LearningRateScheduler(Callback):
    """Set the learning rate before every epoch, from the number of epochs done.

        learning_rate = schedule(epoch), epoch from 0

    Args:
        schedule: the schedule, its steps being epochs; in Python also a function of (epoch, rate).
            Default "ExponentialDecay".
    Source: agrees with keras.callbacks.LearningRateScheduler, which has no default.
    """

    def __init__(self, schedule: Annotated[Any, Knob(kind="schedule")] = "ExponentialDecay") -> None:
        named = isinstance(schedule, (str, Mapping))
        self.schedule = resolve("schedule", schedule) if named else schedule
        if not callable(self.schedule):
            raise SpecError(
                f"LearningRateScheduler needs a schedule or a function, got {schedule!r}.",
                "Give ExponentialDecay(), say.",
            )

    def on_epoch_begin(self, training: Training) -> None:
        """Set the rate of the epoch."""
        optimizer = _settable(self, training.model.optimizer)
        if isinstance(self.schedule, Schedule) or len(inspect.signature(self.schedule).parameters) < 2:
            rate = self.schedule(training.epoch)
        else:
            rate = self.schedule(training.epoch, optimizer.learning_rate)
        optimizer.learning_rate = float(rate)

    def on_epoch_end(self, training: Training, values: dict[str, float]) -> None:
        """Log the rate."""
        values["learning_rate"] = training.model.optimizer.learning_rate
