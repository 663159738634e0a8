"""What each column is, recognized from the training rows, and why: a plan people see and change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from nn_tui.data.features import natural
from nn_tui.data.labels import labels_of
from nn_tui.data.table import Column, Table
from nn_tui.declare import nearest
from nn_tui.errors import DataError

ColumnKind = Literal["number", "category", "boolean", "date", "text", "ignore"]
Task = Literal["classification", "regression"]
MOST_CLASSES = 20
"""Different whole numbers up to which a target is taken for classes."""
_IDENTIFIER = re.compile(r"(^|[_\W])(id|index|key|uuid|guid|rownames?|no|nr)$|^unnamed|^column0$|ID$", re.I)


@dataclass(frozen=True)
class ColumnPlan:
    """What a column is taken as, and why; `chosen` where a person has said so."""

    name: str
    kind: ColumnKind
    why: str
    chosen: bool = False


def plan_columns(
    table: Table, target: str, features: Sequence[str] | None, chosen: Mapping[str, str]
) -> tuple[ColumnPlan, ...]:
    """Plan every column but the target.

    Args:
        table: the training rows.
        target: the column that is predicted.
        features: the columns that may be used. Default: all others.
        chosen: kinds by column, which overrule what is recognized.

    Raises:
        DataError: a name or a kind that is unknown, a column of numbers with text in it, nothing left.
    """
    for name, asked in chosen.items():
        table.column(name)
        if asked not in get_args(ColumnKind):
            raise DataError(
                f"Column {name!r} cannot be taken as {asked!r}.", nearest(asked, get_args(ColumnKind))
            )
    for name in features or ():
        table.column(name)
    plans = []
    for column in table.columns:
        if column.name == target:
            continue
        if column.name in chosen:
            kind: Any = chosen[column.name]
            plans.append(ColumnPlan(column.name, kind, "as you chose", True))
        elif features is not None and column.name not in features:
            plans.append(ColumnPlan(column.name, "ignore", "not among the features", True))
        else:
            plans.append(_recognize(column, table))
    if all(plan.kind == "ignore" for plan in plans):
        told = (
            "; ".join(f"{plan.name}: {plan.why}" for plan in plans[:5]) or "the target is the only column"
        )
        raise DataError(f"{table.name} has no column to learn from ({told}).", "Choose other columns.")
    return tuple(plans)


def _recognize(column: Column, table: Table) -> ColumnPlan:
    kind, why = _kind_of(column, table)
    return ColumnPlan(column.name, kind, why)


def _kind_of(column: Column, table: Table) -> tuple[ColumnKind, str]:
    missing = column.missing
    known = column.values[~missing]
    if not len(known):
        return "ignore", "has no values"
    words = column.values if column.words is None else column.words
    of_words = words.dtype == object  # floats do not tell long numbers apart
    different = len(set(words[~missing].tolist())) if of_words else len(np.unique(known))
    gaps = f", {int(missing.sum())} missing" if missing.any() else ""
    if different == 1 and not gaps:
        return "ignore", "is the same in every row"
    if column.holds == "boolean":
        return "boolean", f"yes or no{gaps}"
    if column.holds == "date":
        return "date", f"dates{gaps}"
    if column.holds == "number":
        whole = bool((known == np.floor(known)).all())
        if (
            whole
            and different == len(known) >= 20
            and (_in_order(known) or _IDENTIFIER.search(column.name))
        ):
            return "ignore", "looks like a row number: every row has its own"
        return "number", f"numbers from {known.min():g} to {known.max():g}{gaps}"
    _refuse_spoilt_numbers(column, table)
    words = np.mean([text.count(" ") + 1 for text in known[:2000]])
    if different > 0.5 * len(known) and different > 20:
        if words >= 3:
            return "text", f"free text, {words:.0f} words a row{gaps}"
        return "ignore", "nearly every row has its own value"
    return "category", f"{different} different values{gaps}"


def _in_order(known: Any) -> bool:
    return bool((np.diff(np.sort(known)) == 1).all())


def _refuse_spoilt_numbers(column: Column, table: Table) -> None:
    """Refuse a column of numbers in which some text stands: it would silently become categories."""
    spoilt = []
    total = 0
    for row, text in enumerate(column.values):
        if text is None:
            continue
        total += 1
        try:
            float(text)
        except ValueError:
            spoilt.append(row)
            if len(spoilt) > 0.1 * len(column.values) + 1:
                return
    if not spoilt or len(spoilt) > 0.1 * total + 1 or total < 5:
        return
    row = spoilt[0]
    if row == 0 and len(spoilt) == 1 and table.first_line:
        raise DataError(
            f"{table.name}: {table.place(0)} looks like a second header: "
            f"{column.values[0]!r} in column {column.name!r} of numbers.",
            "Take the line out.",
        )
    raise DataError(
        f"{table.name}: column {column.name!r} holds numbers, "
        f"but {column.values[row]!r} in {table.place(row)}.",
        f"Correct it, or set data.columns.{column.name} to category or ignore.",
    )


def recognize_task(column: Column, asked: str = "auto") -> tuple[Task, str]:
    """Tell whether a target is a class or a number, and why.

    Args:
        column: the target in the training rows.
        asked: classification or regression overrules; "auto" recognizes.

    Raises:
        DataError: a regression of what is no number.
    """
    missing = column.missing
    known = column.values[~missing]
    if not len(known):
        raise DataError(f"The target {column.name!r} has no values.", "Choose another target.")
    if asked == "classification":
        return "classification", "as you chose"
    if asked == "regression":
        if column.holds not in ("number", "boolean"):
            raise DataError(
                f"The target {column.name!r} holds {column.holds}, which is no number.",
                'Choose another target, or task = "classification".',
            )
        return "regression", "as you chose"
    if column.holds in ("text", "boolean"):
        return "classification", "its values are words" if column.holds == "text" else "it is yes or no"
    if column.holds == "date":
        raise DataError(f"The target {column.name!r} holds dates.", "Choose another target.")
    different = np.unique(known)
    whole = bool((different == np.floor(different)).all())
    if whole and len(different) <= MOST_CLASSES and len(different) <= max(2, len(known) // 5):
        return "classification", f"it has {len(different)} different whole numbers"
    return "regression", f"it has {len(different):,} different numbers"


def class_names(column: Column, name: str) -> list[str]:
    """Give the classes of a target by its training rows, sorted.

    Raises:
        DataError: one class only, or as many as rows.
    """
    words = {word for word in labels_of(column) if word is not None}
    rows = int((~column.missing).sum())
    if len(words) < 2:
        raise DataError(
            f"{name}: the target {column.name!r} has one class only: {next(iter(words))!r}.",
            "A classification needs two or more. Choose another target.",
        )
    if len(words) == rows or len(words) > 1000:
        raise DataError(
            f"{name}: the target {column.name!r} has {len(words):,} classes in {rows:,} rows.",
            'Choose another target, or task = "regression" if it is a number.',
        )
    return sorted(words, key=natural)
