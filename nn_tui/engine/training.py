"""The one loop: an iterator that trains a batch at each step and yields.

`Sequential.fit`, the worker thread, the command line and sweeps differ only in how they pull: to pause
is not to pull. Everything that may be changed while it trains (learning rate, batch size, number of
epochs) is an attribute that is read between two batches.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine.checks import check_rows, check_targets
from nn_tui.engine.feeding import Feed
from nn_tui.engine.given import Rows, row_weights
from nn_tui.engine.history import History
from nn_tui.errors import DivergedError, SpecError

if TYPE_CHECKING:
    from nn_tui.engine.models import Sequential
    from nn_tui.engine.plan import TrainingPlan

Array = NDArray[Any]
Leftovers = Literal["train", "carry"]
Measure = Literal["during", "after"]

_BUFFERED = 1 << 20
"""Outputs kept, in numbers, before they are summed up: losses and metrics cost once, not per batch."""


class Training:
    """A model in training on some rows.

    Args:
        model: compiled.
        x: features, `(rows, *input_shape)`; may be a memory map.
        y: targets, as the loss takes them.
        batch_size: rows in a batch; may be changed at any time. Default 32.
        epochs: passes over the rows; may be changed at any time. Default 1.
        shuffle: take the rows in a new order every epoch. Default yes.
        validation_data: (x, y) or (x, y, weights) measured after every epoch. Default none.
        class_weight: how much each class counts. Default all alike.
        sample_weight: how much each row counts. Default all alike.
        callbacks: told of every epoch and of the end, see `callbacks`. Default none.
        initial_epoch: epochs that count as done. Default 0.
        augment: changes the features of every training batch at random. Default none.
        record: what remembers the values of the epochs. Default: a history of all of them.
        leftovers: what is done with the last rows of an epoch where they do not fill a batch: "train" on
            them as a small batch, or "carry" them into the first batch of the next epoch. Default "train".
        measure: whether an epoch's values are those that its rows had "during" training, or are measured
            "after" it on all its rows. Default "during".

    Raises:
        SpecError: the network does not fit the data.
        DivergedError: while iterating, when loss or slopes leave the finite numbers.
    """

    def __init__(
        self,
        model: Sequential,
        x: Array,
        y: Array,
        *,
        batch_size: int = 32,
        epochs: int = 1,
        shuffle: bool = True,
        validation_data: tuple[Array, Array] | Rows | None = None,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Array | None = None,
        callbacks: Sequence[Any] | None = (),
        initial_epoch: int = 0,
        augment: Callable[[Array, np.random.Generator], Array] | None = None,
        record: History | None = None,
        leftovers: Leftovers = "train",
        measure: Measure = "during",
    ) -> None:
        if batch_size < 1:
            raise SpecError(f"batch_size must be at least 1, got {batch_size}.", "Use 32, say.")
        model.ensure_ready(x.shape[1:])
        check_rows(model, x, y)
        check_targets(model, y)
        if validation_data is not None:
            check_rows(model, *validation_data[:2])
        self.model = model
        self.batch_size = batch_size
        self.epochs = epochs
        self.shuffle = shuffle
        self.validation_data = validation_data
        self.callbacks = list(callbacks or ())
        self.augment = augment
        self.epoch = initial_epoch
        """Epochs completed."""
        self.batch = 0
        """Batches done in the present epoch."""
        self.stop_reason = ""
        """Why it ended before its last epoch; empty while it has not."""
        self.diverged: DivergedError | None = None
        """What was wrong when the loss was no longer finite and a callback ended the training for it."""
        self.record = History() if record is None else record
        self.leftovers = leftovers
        self._all_rows = self._rows = len(x)
        self._row = 0
        self._left: NDArray[np.int64] = np.empty(0, np.int64)
        """The rows that wait for the next epoch."""
        self._carried = 0
        """How many more rows the first batch of the present epoch has, until it is trained."""
        self._measured = (x, y) if measure == "after" else None
        self._feed = Feed(model, x, y, row_weights(len(x), y, class_weight, sample_weight))
        self._sums = _Sums(model, self._feed, self._rows)
        self._plan: TrainingPlan | None = None
        self._good = model.trained_weights.copy()
        self.x, self.y = x, y
        self.labelled: NDArray[np.int64] | None = None
        """The rows whose labels are known, the others being hidden; None: all."""
        self.pseudo: tuple[NDArray[np.int64], Array] | None = None
        """Hidden rows that are trained all the same, and what is taken for their labels."""
        self.left_out = 0
        """Rows that the epochs so far have not trained, their labels being hidden."""
        for callback in self.callbacks:
            callback.on_train_begin(self)

    @property
    def history(self) -> dict[str, list[float]]:
        """The values of every epoch by Keras's names."""
        return self.record.history

    @property
    def steps_per_epoch(self) -> int:
        """Batches in the present epoch."""
        return self.batch + math.ceil((self._rows - self._row - self._carried) / self.batch_size)

    def __iter__(self) -> Iterator[bool]:
        """Train batch by batch; True when a batch ended an epoch and its values are in `history`."""
        model = self.model
        model.stop_training = False
        run = model.run_quietly
        while self.epoch < self.epochs and not self.stop_reason:
            if self._row == 0:
                for callback in self.callbacks:
                    callback.on_epoch_begin(self)
                order = self._next_order()
                self._feed.start_epoch(self._carrying(order) if self.leftovers == "carry" else order)
            while self._row < self._rows:
                size = min(self.batch_size + self._carried, self._rows - self._row)
                try:
                    run(self._train, size)
                    if self._row == self._rows:
                        run(self._end_epoch)
                        break
                except DivergedError as error:
                    if not any(callback.on_diverged(self, error) for callback in self.callbacks):
                        raise
                    self.diverged, self.stop_reason = error, error.message
                    self._end()
                    return
                yield False
            if self.epoch >= self.epochs or self.stop_reason:
                self._end()
            yield True

    def go_on(self) -> None:
        """Forget that the training was stopped early, so that it may be trained further."""
        if self.stop_reason:
            self.stop_reason = ""
            for callback in self.callbacks:
                callback.on_train_further()

    def hide_labels(self, labelled: NDArray[np.int64]) -> None:
        """Train on these rows only: nothing is known of the others but their features."""
        self.labelled = labelled
        self._rows = len(labelled)
        if self._measured is not None:
            self._measured = (self.x[labelled], self.y[labelled])

    def take_pseudo_labels(self, rows: NDArray[np.int64], labels: Array) -> None:
        """Train on these hidden rows too from the next epoch on, with labels that may be wrong."""
        self.pseudo = rows, labels
        self._feed.relabel(rows, labels)

    def _next_order(self) -> NDArray[np.int64] | None:
        """Draw the order of the rows that the coming epoch trains; None is all as they stand."""
        if self.labelled is None:
            return self.model.next_order(self._all_rows) if self.shuffle else None
        rows = self.labelled
        if self.pseudo is not None:
            rows = np.sort(np.concatenate([rows, self.pseudo[0]]))
        self._rows = len(rows)
        return rows[self.model.next_order(len(rows))] if self.shuffle else rows

    def _carrying(self, order: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """Put the rows left over before what of an order fills batches, and keep the rest of it."""
        rows = np.arange(self._all_rows) if order is None else order
        at = max(len(rows) // self.batch_size, 1) * self.batch_size
        carried, self._left = self._left, rows[at:]
        self._carried = len(carried)
        whole = np.concatenate([carried, rows[:at]])
        self._rows = len(whole)
        return whole

    def _end(self) -> None:
        for callback in self.callbacks:
            callback.on_train_end(self)

    def _train(self, size: int) -> None:
        start = self._row
        plan = self._plan
        if plan is None or plan.batch != size:
            plan = self._plan = self.model.training_plan(size)
        x, t, weights = self._feed.batch(start, size)
        if self.augment is not None:
            x = self.augment(x, self.model.data_random)
        penalty = plan.penalty() if plan.regularized else 0.0
        slopes = plan.step(x, t, weights)
        if slopes - slopes != 0:
            self._diverged(plan.slopes)
        self._sums.add(plan.output, penalty)
        self._row = start + size
        self._carried = 0
        self.batch += 1

    def _end_epoch(self) -> None:
        values = self._sums.finish()
        if self._measured is not None:
            values = self.model.measure(*self._measured)
        if not math.isfinite(values["loss"]):
            self._diverged(None)
        self._good[...] = self.model.trained_weights
        if self.validation_data is not None:
            measured = self.model.measure(*self.validation_data)
            values.update({f"val_{name}": value for name, value in measured.items()})
        if self.labelled is not None:
            self.left_out += self._all_rows - self._rows
        self.epoch += 1
        self._row = self.batch = 0
        for callback in self.callbacks:
            callback.on_epoch_end(self, values)
        self.record.append(self.epoch - 1, values)
        if self.model.stop_training and not self.stop_reason:
            self.stop_reason = f"Stopped after epoch {self.epoch}."

    def _diverged(self, slopes: Array | None) -> None:
        """Put the last good weights back and say what happened."""
        rate = float(self.model.optimizer.learning_rate)
        place = f"epoch {self.epoch + 1}, batch {self.batch + 1}"
        if self._row == self._rows:  # no batch is to blame, and the next one is the first of this epoch
            place = f"epoch {self.epoch + 1}, at its end"
            self._row = self.batch = 0
        detail = ""
        if slopes is not None:
            finite = np.abs(slopes[np.isfinite(slopes)])
            largest = float(finite.max()) if finite.size else math.inf
            layer = _first_not_finite(self.model)
            detail = f" (largest finite gradient {largest:.1e}{layer})"
        output = self._sums.last if slopes is None or self._plan is None else self._plan.output
        fault = self.model.loss.fault_of(output)
        cause, remedy = fault or (
            "",
            f"The learning rate {rate:g} is probably too high: try {rate / 10:g}, or clipnorm=1.",
        )
        self.model.trained_weights[...] = self._good
        raise DivergedError(
            f"The loss left the finite numbers in {place}{detail}{f': {cause}' if cause else ''}; "
            "the weights of the last good epoch are kept.",
            remedy,
        )

    def teller(self, verbose: Any) -> Callable[[bool], None]:
        """Give what prints an epoch in Keras's words after each step, as `verbose` asks."""
        started = time.perf_counter()
        steps = self.steps_per_epoch

        def tell(epoch_ended: bool) -> None:
            nonlocal started
            if not epoch_ended:
                return
            seconds, started = time.perf_counter() - started, time.perf_counter()
            values = {name: numbers[-1] for name, numbers in self.history.items()}
            told = [f"{name}: {_number(value)}" for name, value in values.items()]
            if self.epochs > 1:
                print(f"Epoch {self.epoch}/{self.epochs}")
            pace = _per_step(seconds / steps)
            print(" - ".join([f"{steps}/{steps}", f"{seconds:.0f}s", pace, *told]))

        return tell if verbose else lambda _: None

    def state(self) -> dict[str, Any]:
        """Give all that continuing bit for bit needs, beside the model's own state."""
        return {
            "epoch": self.epoch,
            "epochs": self.epochs,
            "batch": self.batch,
            "batch_size": self.batch_size,
            "row": self._row,
            "order": self._feed.order if self._row else None,
            "left": self._left,
            "left_out": self.left_out,
            "pseudo": None if self.pseudo is None else list(self.pseudo),
            "sums": self._sums.state(),
            "history": {name: list(values) for name, values in self.history.items()},
            "history_epochs": list(self.record.epoch),
            "stop_reason": self.stop_reason,
            "good": self._good.copy(),
            "callbacks": [callback.state() for callback in self.callbacks],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go to where `state` was taken."""
        self.epoch, self.epochs = state["epoch"], state["epochs"]
        self.batch, self.batch_size = state["batch"], state["batch_size"]
        self._row = state["row"]
        self._left = np.asarray(state.get("left", ()), np.int64)
        self.left_out = state.get("left_out", 0)
        self.pseudo = None
        if state.get("pseudo") is not None:
            self.take_pseudo_labels(*state["pseudo"])
        if self._row:
            order = state["order"]
            self._rows = self._all_rows if order is None else len(order)
            self._feed.start_epoch(order)
        self._sums.restore(state["sums"])
        self.record.history = {name: list(values) for name, values in state["history"].items()}
        self.record.epoch = list(state["history_epochs"])
        self.stop_reason = state["stop_reason"]
        self._good[...] = state["good"]
        for callback, kept in zip(self.callbacks, state["callbacks"], strict=True):
            callback.restore(kept)


class _Sums:
    """Loss and metrics of the epoch so far.

    Outputs are buffered and summed up at fixed numbers of rows, so that the sums are the same to
    the last digit whether or not the training was interrupted in between.
    """

    def __init__(self, model: Sequential, feed: Feed, rows: int) -> None:
        self.model = model
        self.feed = feed
        self._shape = model.layers[-1].output_shape
        cells = int(np.prod(self._shape))
        self._room = max(1, min(rows, _BUFFERED // max(1, cells)))
        self._outputs = np.empty((self._room, *self._shape), model.dtype)
        self.last = self._outputs[:0]
        """The outputs that were summed up last."""
        self.reset()

    def reset(self) -> None:
        """Begin an epoch."""
        self._held = self._summed = 0
        self._loss = self._penalty = 0.0
        self._count = 0
        for metric in self.model.metrics.values():
            metric.reset()

    def add(self, output: Array, penalty: float) -> None:
        """Remember the outputs of the next rows of the epoch."""
        rows = len(output)
        if self._held + rows > self._room:
            self._flush()
            if rows > self._room:
                self._outputs = np.empty((rows, *self._shape), self.model.dtype)
                self._room = rows
        held = self._held
        self._held = stop = held + rows
        self._outputs[held:stop] = output
        if penalty:
            self._penalty += penalty * rows

    def _flush(self) -> None:
        if not self._held:
            return
        outputs = self.last = self._outputs[: self._held]
        stop = self._summed + self._held
        targets, labels, weights = self.feed.targets(self._summed, stop)
        each = self.model.loss.values(outputs, targets)
        if weights is not None:
            each = each * weights.reshape(-1, *[1] * (each.ndim - 1))
        self._loss += float(each.sum(dtype=np.float64))
        self._count += each.size
        for metric in self.model.metrics.values():
            metric.update(labels, outputs)
        self._held, self._summed = 0, stop

    def finish(self) -> dict[str, float]:
        """Give the epoch's loss and metrics and begin the next one."""
        self._flush()
        values = {"loss": self._loss / self._count + self._penalty / self._summed}
        for name, metric in self.model.metrics.items():
            values[name] = metric.result()
        self.reset()
        return values

    def state(self) -> dict[str, Any]:
        """Give the sums and what is buffered."""
        return {
            "loss": self._loss,
            "penalty": self._penalty,
            "count": self._count,
            "summed": self._summed,
            "metrics": [metric.state() for metric in self.model.metrics.values()],
            "outputs": self._outputs[: self._held].copy(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take what `state` gave."""
        self.reset()
        self._loss, self._penalty = state["loss"], state["penalty"]
        self._count, self._summed = state["count"], state["summed"]
        for metric, kept in zip(self.model.metrics.values(), state["metrics"], strict=True):
            metric.restore(kept)
        self._held = len(state["outputs"])
        self._outputs[: self._held] = state["outputs"]


def _first_not_finite(model: Sequential) -> str:
    for layer in model.layers:
        for name in layer.weight_names:
            slope = layer.slope(name)
            if slope is not None and not np.isfinite(slope).all():
                return f", not finite first in {layer.name}"
    return ""


def _number(value: float) -> str:
    return f"{value:.4f}" if abs(value) > 1e-3 else f"{value:.4e}"


def _per_step(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.0f}s/step"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.0f}ms/step"
    return f"{seconds * 1e6:.0f}us/step"
