"""What a trained network answers, in sentences: a prediction, loss and metrics, confused classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nn_tui.data.dataset import Split
from nn_tui.data.preparation import Notes
from nn_tui.data.table import Table
from nn_tui.data.typed import column_of_word, number_of
from nn_tui.errors import DataError
from nn_tui.experiment.evaluation import Measured
from nn_tui.experiment.prediction import TrainedRun
from nn_tui.experiment.words import number
from nn_tui.insight.class_quality import accuracy, class_scores, confusion
from nn_tui.insight.number_quality import residual_quantiles
from nn_tui.insight.number_words import short_number
from nn_tui.plain.words.curves import quantity_words

MOST = 30
"""Classes told one by one."""
GAP = "?"
"""What is typed for a value that is missing."""


def asked_columns(run: TrainedRun) -> tuple[str, ...]:
    """Give the names of the values that a row to predict needs, in order.

    Raises:
        DataError: a row is an image or a sequence, which nobody types.
    """
    if run.preparation is not None:
        return tuple(dict.fromkeys(feature.column for feature in run.preparation.features))
    shape = run.model.input_shape[1:]
    if len(shape) != 1:
        words = "x".join(str(part) for part in shape)
        raise DataError(f"A row here is {words} numbers, too many to type.", "Use nn-tui predict RUN DATA.")
    return (
        run.features
        if len(run.features) == shape[0]
        else tuple(f"x{at + 1}" for at in range(shape[0] or 0))
    )


def typed_row(run: TrainedRun, values: Sequence[str]) -> tuple[Split, list[str]]:
    """Make a row of typed values as the network takes it, and what a person should know of it.

    Raises:
        DataError: too few or too many values, or one that is not what its column holds.
    """
    names = asked_columns(run)
    if len(values) != len(names):
        count = f"{len(names)} value{'s' if len(names) > 1 else ''}"
        raise DataError(
            f"A row needs {count}, got {len(values)}.", f"Type predict and then: {' '.join(names)}."
        )
    if run.preparation is None:
        raw = np.array([[number_of(name, value) for name, value in zip(names, values, strict=True)]])
        x = ((raw - run.shift) / run.scale).astype(run.model.dtype)
        return Split(x, np.empty(1, np.float32)), []
    kinds = {feature.column: feature.kind for feature in run.preparation.features}
    columns = [
        column_of_word(name, kinds[name], None if value == GAP else value)
        for name, value in zip(names, values, strict=True)
    ]
    notes = Notes()
    x = run.preparation.numbers(Table("The row", tuple(columns)), notes)
    return Split(x, np.empty(1, np.float32)), [f"{note.rstrip('.')}." for note in notes.told()]


def prediction_sentence(run: TrainedRun, split: Split) -> str:
    """Tell the answer for one row: the class and how probable each is, or the number."""
    header, *rows = run.predictions(split)
    values = rows[0]
    if run.task != "classification":
        return ", ".join(f"{name} {value}" for name, value in zip(header, values, strict=True)) + "."
    shares = sorted(zip(run.classes, map(float, values[1:]), strict=True), key=lambda pair: -pair[1])
    told = ", ".join(f"{name} {_percent(share)}" for name, share in shares[:MOST])
    return f"{run.target}: {values[0]}. Probabilities: {told}."


def _percent(share: float) -> str:
    return f"{share:.1%}" if 0.0005 <= share < 0.9995 else "almost 0%" if share < 0.5 else "almost 100%"


def measured_sentences(measured: Measured, name: str) -> list[str]:
    """Tell loss and metrics of some rows, each with its 95 % interval."""
    told = [f"Of {len(measured):,} {name} rows:"]
    for quantity, value in measured.values.items():
        words = f"{quantity_words(quantity)} {number(value)}"
        interval = measured.intervals.get(quantity)
        if interval is not None and np.isfinite(interval.ends).all():
            words += f", 95 percent interval {number(interval.ends[0])} to {number(interval.ends[1])}"
        told.append(f"{words[:1].upper()}{words[1:]}.")
    return told


def confusion_sentences(measured: Measured, classes: Sequence[str], name: str) -> list[str]:
    """Tell of each class how many rows are right, and for what the others are taken."""
    matrix = confusion(measured.truth, measured.answer, len(classes))
    scores = class_scores(matrix)
    right = int(np.trace(matrix))
    told = [f"{right:,} of {int(matrix.sum()):,} {name} rows are right, {accuracy(matrix):.1%}."]
    for at, word in list(enumerate(classes))[:MOST]:
        there = int(matrix[at].sum())
        if not there:
            told.append(f"{word}: no rows.")
            continue
        wrong = [
            f"{int(matrix[at, other]):,} taken for {classes[other]}"
            for other in np.argsort(-matrix[at], kind="stable")
            if other != at and matrix[at, other]
        ]
        more = f", {len(wrong) - 5} other classes" if len(wrong) > 5 else ""
        missed = f"; {', '.join(wrong[:5])}{more}" if wrong else ""
        told.append(
            f"{word}: {int(matrix[at, at]):,} of {there:,} right{missed}. "
            f"Of the rows answered {word}, {scores.precision[at]:.0%} are."
        )
    if len(classes) > MOST:
        told.append(f"{len(classes) - MOST} more classes: nn-tui evaluate RUN --report FILE has them all.")
    return told


def residual_sentences(measured: Measured, name: str) -> list[str]:
    """Tell how far predicted numbers are from the true ones."""
    found = residual_quantiles(measured.truth, measured.answer)
    parts = ", ".join(f"{share:.0%} of them at most {short_number(value)}" for share, value in found)
    return [f"True minus predicted, of {len(measured):,} {name} rows: {parts}."]
