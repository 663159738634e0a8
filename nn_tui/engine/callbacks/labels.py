"""Callbacks that train on few labels: most are hidden, and the network's own answers take their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import Knob, name_of, register
from nn_tui.engine.answering import answered, probabilities
from nn_tui.engine.callbacks.callback import Callback
from nn_tui.engine.callbacks.watching import Epochs
from nn_tui.errors import SpecError

if TYPE_CHECKING:
    from nn_tui.engine.training import Training

__all__ = ["HideLabels", "PseudoLabels"]

Array = NDArray[Any]
PSEUDO_LABELS = "pseudo_labels"
"""What the number of pseudo-labels of an epoch is logged as."""


@register("callback", "HideLabels")
class HideLabels(Callback):
    """Hide the labels of a share of the training rows: only the other rows are trained.

        labelled rows = rows - floor(share * rows)

    Of every class at least one row keeps its label, as long as there are enough. Loss and metrics of an
    epoch are those of the rows that it trained. Validation and test rows keep all labels, and what is
    measured after the training, or shown of training rows, knows them too.

    Args:
        share: the share of rows whose labels are hidden, below 1. Default 0.9.
        seed: which rows. Default 0.
    Source: how semi-supervised learning is tried out on data that have all labels.
    """

    def __init__(
        self,
        share: Annotated[float, Knob(at_least=0, below=1)] = 0.9,
        seed: Annotated[int, Knob(at_least=0)] = 0,
    ) -> None:
        self.share = share
        self.seed = seed

    def on_train_begin(self, training: Training) -> None:
        """Choose the rows that keep their labels."""
        super().on_train_begin(training)
        training.hide_labels(self.labelled(training.y))

    def labelled(self, y: Array) -> NDArray[np.int64]:
        """Give the numbers of the rows that keep their labels, in order."""
        mixed = np.random.default_rng(self.seed).permutation(len(y))
        kept = len(y) - int(self.share * len(y))
        if np.issubdtype(y.dtype, np.integer) or (y.ndim > 1 and y.shape[-1] > 1):
            classes = y.argmax(axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(len(y), -1)[:, 0]
            # The first row of each class comes before the others, so that none is without an example.
            _, first = np.unique(classes[mixed], return_index=True)
            mixed = np.concatenate([mixed[np.sort(first)], np.delete(mixed, first)])
        return np.sort(mixed[:kept])


@register("callback", "PseudoLabels")
class PseudoLabels(Callback):
    """Take the network's sure answers for the hidden labels, before every epoch anew.

        label = argmax(p) of the hidden rows where max(p) >= confidence

    p are the probabilities that the network gives for the classes of a row. Such rows are trained like the
    labelled ones; the others wait. How many there are is logged with each epoch.

    Args:
        confidence: the least probability of an answer that is taken, from 0 to 1. Default 0.95.
        start_from_epoch: epochs to train on the labelled rows alone before. Default 10.
    Raises:
        SpecError: no labels are hidden, or the network gives no classes.
    Source: Lee, Pseudo-Label, 2013; the threshold as in Sohn et al., FixMatch, 2020.
    """

    def __init__(
        self,
        confidence: Annotated[float, Knob(at_least=0, at_most=1)] = 0.95,
        start_from_epoch: Epochs = 10,
    ) -> None:
        self.confidence = confidence
        self.start_from_epoch = start_from_epoch

    def on_train_begin(self, training: Training) -> None:
        """See whether the network gives classes."""
        super().on_train_begin(training)
        loss, outputs = training.model.loss, training.model.layers[-1].output_shape[-1]
        if not loss.probabilities or (name_of(type(loss)) == "binary_crossentropy" and outputs > 1):
            raise SpecError(
                f"PseudoLabels needs a network that gives classes; the loss is {name_of(type(loss))}.",
                "Choose a cross-entropy of classes, or take PseudoLabels away.",
                "fit.callbacks",
            )

    def on_epoch_begin(self, training: Training) -> None:
        """Ask the network about the hidden rows."""
        if training.labelled is None:
            raise SpecError(
                "PseudoLabels finds no hidden labels.", "Add the callback HideLabels.", "fit.callbacks"
            )
        if training.epoch < self.start_from_epoch:
            return
        model, y = training.model, training.y
        hidden = np.delete(np.arange(len(y)), training.labelled)
        if not len(hidden):
            return
        answers, sure = answered(probabilities(model, model.predict(training.x[hidden], verbose=0)))
        taken = sure >= self.confidence
        labels = answers[taken]
        if y.ndim > 1 and y.shape[-1] > 1:
            labels = np.eye(y.shape[-1], dtype=y.dtype)[labels]
        training.take_pseudo_labels(hidden[taken], labels.reshape(-1, *y.shape[1:]).astype(y.dtype))

    def on_epoch_end(self, training: Training, values: dict[str, float]) -> None:
        """Log how many rows had a pseudo-label."""
        values[PSEUDO_LABELS] = 0.0 if training.pseudo is None else float(len(training.pseudo[0]))
