"""`Preparation`: what was learned from the training rows of a table, and how it is applied to other rows.

It is fitted on training rows only, whatever rows there are besides; it can be written down as JSON and is
kept with a run, so that rows that are predicted later are treated in the same way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.columns import ColumnPlan, Task, class_names, plan_columns, recognize_task
from nn_tui.data.features import (
    KINDS,
    BagFeature,
    BooleanFeature,
    CategoryFeature,
    DateFeature,
    Feature,
    NumberFeature,
    Scaling,
    SequenceFeature,
    fit_scaling,
    in_float32,
    numbers_of,
    require_told_apart,
)
from nn_tui.data.labels import finder, words_of
from nn_tui.data.settings import TableSource
from nn_tui.data.table import Column, Table
from nn_tui.errors import DataError

Array = NDArray[Any]

_TOLD_APART = 10_000


class Notes:
    """What a person should know of rows, of however many blocks of them; told once for each feature."""

    def __init__(self) -> None:
        self._found: dict[Feature, tuple[int, Counter[str]]] = {}

    def take(self, feature: Feature, values: Counter[str]) -> None:
        """Take the values that a feature's `write` gave."""
        if not values:
            return
        rows, known = self._found.get(feature, (0, Counter()))
        for value, count in values.items():
            # Of very many different values only the first are told apart; all are counted.
            if value in known or len(known) < _TOLD_APART:
                known[value] += count
        self._found[feature] = rows + values.total(), known

    def told(self) -> list[str]:
        """Give a sentence for each feature with such values."""
        return [feature.told(rows, values) for feature, (rows, values) in self._found.items()]


@dataclass(frozen=True, eq=False)
class Preparation:
    """How a table becomes numbers: its features in order, and its target.

    `classes` are the names of the classes, in the order of their numbers; empty for a regression.
    A regression's target is scaled: trained value = (own value - target_shift) / target_scale.
    """

    features: tuple[Feature, ...]
    plan: tuple[ColumnPlan, ...]
    target: str | None
    task: Task
    task_why: str
    classes: tuple[str, ...]
    target_shift: float = 0.0
    target_scale: float = 1.0

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of the numbers a row becomes."""
        return tuple(name for feature in self.features for name in feature.outputs)

    @property
    def shifts(self) -> Array:
        """What is added to each number, after `scales`, to get the column's own units."""
        return narrow([shift for feature in self.features for shift in feature.shifts])

    @property
    def scales(self) -> Array:
        """What each number is multiplied by to get the column's own units."""
        return narrow([scale for feature in self.features for scale in feature.scales])

    @property
    def is_sequence(self) -> bool:
        """Whether a row becomes the numbers of its words, for an Embedding."""
        return any(isinstance(feature, SequenceFeature) for feature in self.features)

    def transform(self, table: Table) -> tuple[Array, list[str]]:
        """Give rows as float32 numbers `(rows, outputs)`, and what a person should know about them.

        Raises:
            DataError: a column is missing, or holds something else than in training.
        """
        notes = Notes()
        return self.numbers(table, notes), notes.told()

    def numbers(self, table: Table, notes: Notes) -> Array:
        """Give rows as float32 numbers `(rows, outputs)`; `notes` takes what a person should know of them.

        Raises:
            DataError: a column is missing, or holds something else than in training.
        """
        out = np.empty((len(table), len(self.outputs)), np.float32)
        start = 0
        for feature in self.features:
            if not {feature.column, feature.column.strip()} & {*table.names}:
                raise DataError(
                    f"{table.name} has no column {feature.column!r}, which the network was trained with.",
                    f"It has {', '.join(table.names[:8])}.",
                )
            stop = start + len(feature.outputs)
            notes.take(feature, feature.write(table.column(feature.column), out[:, start:stop]))
            start = stop
        return out

    def targets(self, table: Table) -> Array:
        """Give the targets of rows: class numbers, or scaled numbers.

        Raises:
            DataError: the target is missing, or a class never occurred in training.
        """
        assert self.target is not None
        column = table.column(self.target)
        if self.task == "regression":
            scaled = (numbers_of(column, self.target) - self.target_shift) / self.target_scale
            return in_float32(scaled, f"The target {self.target!r}", "data.target_scaling")
        find = finder(self.classes)
        words = [word or "" for word in words_of(column)]
        numbers = np.array([find(word) for word in words], np.int64)
        if (unknown := np.flatnonzero(numbers < 0)).size:
            raise DataError(
                f"The class {words[unknown[0]]!r} of {self.target!r} occurs in no training row.",
                "Set data.stratify = true, or give more rows.",
            )
        return numbers

    def document(self) -> dict[str, Any]:
        """Write it down as JSON can say it."""
        return {
            "features": [feature.document() for feature in self.features],
            "plan": [[plan.name, plan.kind, plan.why, plan.chosen] for plan in self.plan],
            "target": self.target,
            "task": self.task,
            "task_why": self.task_why,
            "classes": list(self.classes),
            "target_shift": self.target_shift,
            "target_scale": self.target_scale,
        }


def narrow(numbers: Any) -> Array:
    """Return numbers as float32, or as float64 where it does not hold them."""
    wide = np.array(numbers, np.float64)
    far = (np.abs(wide) > 1e30) | ((wide != 0) & (np.abs(wide) < 1e-30))
    return wide if far.any() else wide.astype(np.float32)


def restore(document: Mapping[str, Any]) -> Preparation:
    """Make the preparation that `Preparation.document` was written of."""
    return Preparation(
        features=tuple(KINDS[feature["kind"]].restore(feature) for feature in document["features"]),
        plan=tuple(ColumnPlan(*fields) for fields in document["plan"]),
        target=document["target"],
        task=document["task"],
        task_why=document["task_why"],
        classes=tuple(document["classes"]),
        target_shift=document["target_shift"],
        target_scale=document["target_scale"],
    )


def fit(
    train: Table,
    settings: TableSource,
    *,
    scaling: Scaling,
    target: str | None,
    features: tuple[str, ...] | None,
    columns: Mapping[str, str],
) -> Preparation:
    """Learn from the training rows how a table becomes numbers.

    Args:
        train: the training rows, and no others.
        settings: how gaps, categories and texts are treated.
        scaling: how numbers are scaled.
        target: the column that is predicted. None: the columns themselves (an autoencoder).
        features: the columns that may be used. Default: all others.
        columns: kinds by column, which overrule what is recognized.

    Raises:
        DataError: a name is unknown, or nothing can be learned from these columns.
    """
    plan = plan_columns(train, target or "", features, columns)
    made = [
        _feature(train.column(one.name), one, settings, scaling) for one in plan if one.kind != "ignore"
    ]
    if any(isinstance(feature, SequenceFeature) for feature in made) and len(made) > 1:
        names = ", ".join(feature.column for feature in made)
        raise DataError(
            f"Words in order can only be the one feature, but there are {names}.",
            'Set data.features to the text column, or data.text = "bag".',
        )
    task: Task = "regression"
    why, shift, scale = "the target is the input", 0.0, 1.0
    classes: tuple[str, ...] = ()
    if target is not None:
        column = train.column(target)
        task, why = recognize_task(column, settings.task)
        if task == "classification":
            classes = tuple(class_names(column, train.name))
        elif settings.target_scaling != "none":
            shift, scale = fit_scaling(column.values, settings.target_scaling)
        else:
            require_told_apart(column.values, f"The target {target!r}", "data.target_scaling")
    return Preparation(tuple(made), plan, target, task, why, classes, shift, scale)


def _feature(column: Column, plan: ColumnPlan, settings: TableSource, scaling: Scaling) -> Feature:
    match plan.kind:
        case "category":
            return CategoryFeature(column, settings.most_categories)
        case "boolean":
            return BooleanFeature(column)
        case "date":
            if column.holds != "date":
                raise DataError(
                    f"Column {column.name!r} holds {column.holds}, no dates.", "Choose another kind."
                )
            return DateFeature(column, scaling)
        case "text" if settings.text == "sequence":
            return SequenceFeature(column, settings.vocabulary, settings.length)
        case "text":
            return BagFeature(column, settings.vocabulary)
        case _:
            return NumberFeature(column, scaling, settings.missing)
