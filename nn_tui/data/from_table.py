"""From a table to rows ready to train on: split first, learn from the training rows, treat all alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.augmentation import Augmentation
from nn_tui.data.columns import class_names, recognize_task
from nn_tui.data.dataset import Dataset, Split
from nn_tui.data.features import CategoryFeature, Scaling, fit_scaling
from nn_tui.data.labels import labels_of, merged_labels, words_of
from nn_tui.data.preparation import Preparation, fit
from nn_tui.data.series import by_series, windows
from nn_tui.data.settings import TableSource
from nn_tui.data.splits import Order, Parts, split_rows
from nn_tui.data.table import Table
from nn_tui.declare import params
from nn_tui.errors import DataError

Array = NDArray[Any]


def dataset_of(
    table: Table,
    settings: TableSource,
    *,
    scaling: Scaling = "none",
    validation_split: float = 0.0,
    test_split: float = 0.0,
    target: str | None = None,
    features: tuple[str, ...] | None = None,
    columns: Mapping[str, str] | None = None,
    validation: Table | None = None,
    test: Table | None = None,
) -> Dataset:
    """Make a table ready to train on.

    Args:
        table: the rows.
        settings: how they are split and turned into numbers.
        scaling: how numbers are scaled, by the training rows.
        validation_split: the share for validation, unless `validation` is given.
        test_split: the share for testing, unless `test` is given.
        target: the column that is predicted. Default: the last.
        features: the columns that may be used. Default: all others.
        columns: kinds by column, which overrule what is recognized.
        validation: validation rows from elsewhere.
        test: test rows from elsewhere.

    Raises:
        DataError: a column is unknown, rows or classes do not suffice; says what to change.
    """
    if len(table) < 2:
        raise DataError(f"{table.name} has one row only.", "Give at least two rows.")
    predicted = _target(table, target, settings)
    features = None if features is None else tuple(table.column(name).name for name in features)
    columns = {table.column(name).name: kind for name, kind in (columns or {}).items()}
    whole = table
    keep, notes = _usable(table, predicted, features, settings)
    notes = [*table.notes, *notes]
    table = table if keep.all() else table.take(np.flatnonzero(keep))
    shares = (0.0 if validation is not None else validation_split, 0.0 if test is not None else test_split)
    learn = {"scaling": scaling, "target": predicted, "features": features, "columns": columns}
    if settings.series is not None or settings.window:
        made = _in_steps(table, settings, learn, shares)
    else:
        made = _row_by_row(table, settings, learn, shares)
    preparation, parts, told = made
    notes += [*told, *_merged(table, preparation)]
    numbers = np.flatnonzero(keep)
    for name, part in parts.items():
        if part is not None and part.rows is not None:
            parts[name] = replace(part, rows=numbers[part.rows], table=whole)
    for name, given in (("validation", validation), ("test", test)):
        if given is not None:
            split, more = _split_of(preparation, given, settings)
            by_row = settings.series is None and not settings.window
            parts[name] = replace(split, rows=np.arange(len(given)), table=given) if by_row else split
            notes += [f"{name}: {note}" for note in more]
    train = parts["train"]
    assert train is not None
    return Dataset(
        name=table.name,
        task=preparation.task,
        train=train,
        validation=parts.get("validation"),
        test=parts.get("test"),
        feature_names=preparation.outputs,
        target_name=preparation.target or "the input",
        class_names=preparation.classes,
        shift=preparation.shifts,
        scale=preparation.scales,
        preparation=preparation,
        notes=tuple(dict.fromkeys(notes)),
        augmentation=Augmentation(noise=settings.noise) if settings.noise else None,
        vocabulary=_vocabulary(preparation),
    )


def rows_for(
    preparation: Preparation, table: Table, settings: TableSource, *, with_targets: bool
) -> tuple[Split, list[str]]:
    """Treat a table as the training rows of a preparation were; without targets `y` is empty.

    Raises:
        DataError: a column is missing, or holds something else than in training.
    """
    if with_targets or preparation.target is None:
        return _split_of(preparation, table, settings)
    if settings.series is None and not settings.window:
        x, notes = preparation.transform(table)
        return Split(x, np.empty(len(x), np.float32)), notes
    return _split_of(replace(preparation, target=None), table, settings)


def _merged(table: Table, preparation: Preparation) -> Iterator[str]:
    """Say which spellings of classes and categories are taken as one."""
    names = [one.column for one in preparation.features if isinstance(one, CategoryFeature)]
    if preparation.task == "classification" and preparation.target is not None:
        names.append(preparation.target)
    yield from filter(None, (merged_labels(table.column(name)) for name in names))


def _vocabulary(preparation: Preparation) -> int:
    """The number of words a sequence may hold, padding and rare words included; 0 for other data."""
    if not preparation.is_sequence:
        return 0
    return len(preparation.features[0].vocabulary) + 2  # type: ignore[attr-defined]  # it is a SequenceFeature


def _target(table: Table, target: str | None, settings: TableSource) -> str | None:
    if settings.autoencoder:
        return None
    if target is None:
        others = [name for name in table.names if name != settings.series]
        return others[-1]
    return table.column(target).name


def _usable(
    table: Table, target: str | None, features: tuple[str, ...] | None, settings: TableSource
) -> tuple[Array, list[str]]:
    """Say which rows are used: not those without a target, nor those with a gap where that is asked for."""
    keep = np.ones(len(table), bool)
    notes = []
    if target is not None:
        gaps = table.column(target).missing
        if gaps.all():
            raise DataError(f"The target {target!r} has no values.", "Choose another target.")
        if gaps.any():
            notes.append(f"{int(gaps.sum())} rows without a {target} are left out")
            keep &= ~gaps
    if settings.missing == "drop":
        for column in table.columns:
            if features is None or column.name in features:
                keep &= ~column.missing
        dropped = len(table) - int(keep.sum())
        if dropped == len(table):
            raise DataError("Every row has a gap, so none is left.", 'Set data.missing = "median".')
        if dropped:
            notes.append(f"{dropped} rows with gaps are left out")
    return keep, notes


def _row_by_row(
    table: Table, settings: TableSource, learn: dict[str, Any], shares: tuple[float, float]
) -> tuple[Preparation, dict[str, Split | None], list[str]]:
    parts = split_rows(
        len(table),
        validation=shares[0],
        test=shares[1],
        order=settings.order,
        seed=settings.split_seed,
        classes=_strata(table, learn["target"]) if settings.stratify else None,
    )
    preparation = fit(_named(table, parts.train), settings, **learn)
    made: dict[str, Split | None] = {}
    notes: list[str] = []
    for name, rows in zip(Parts._fields, parts, strict=True):
        made[name] = None
        if len(rows):
            split, told = _split_of(preparation, table.take(rows), settings)
            made[name] = replace(split, rows=rows)
            notes += told
    return preparation, made, notes


def _named(table: Table, rows: Array) -> Table:
    """Give some rows, which still know the first line where they are all there are."""
    if len(rows) == len(table) and (rows == np.arange(len(table))).all():
        return table
    return table.take(rows)


def _strata(table: Table, target: str | None) -> Array | None:
    if target is None or table.column(target).holds == "date":
        return None
    words = [word or "" for word in labels_of(table.column(target))]
    classes, numbers = np.unique(words, return_inverse=True)
    return numbers if len(classes) <= max(2, len(table) // 5) else None


def _split_of(preparation: Preparation, table: Table, settings: TableSource) -> tuple[Split, list[str]]:
    if settings.series is not None or settings.window:
        x, y, notes = _steps_of(preparation, table, settings)
        return Split(x, y), notes
    x, notes = preparation.transform(table)
    y = x if preparation.target is None else preparation.targets(table)
    return Split(x, y), notes


def _steps_of(
    preparation: Preparation, table: Table, settings: TableSource
) -> tuple[Array, Array, list[str]]:
    rows, notes = preparation.transform(table)
    targets = rows if preparation.target is None else preparation.targets(table)
    if settings.series is not None:
        x, y = by_series(rows, targets, words_of(table.column(settings.series)), settings.length)
    else:
        x, y = windows(rows, targets, settings.window)
    return x, y, notes


def _in_steps(
    table: Table, settings: TableSource, learn: dict[str, Any], shares: tuple[float, float]
) -> tuple[Preparation, dict[str, Split | None], list[str]]:
    """Split a table of series: whole series, or the later part of one series, are kept apart."""
    if settings.series is not None:
        column = words_of(table.column(settings.series))
        names, numbers = np.unique([name or "" for name in column], return_inverse=True)
        chosen = _split(len(names), shares, settings.order, settings)
        parts = Parts(*(np.flatnonzero(np.isin(numbers, part)) for part in chosen))
        features = learn["features"] or tuple(
            name for name in table.names if name not in (settings.series, learn["target"])
        )
        learn = {**learn, "features": features}
        if not settings.length:
            lengths = np.bincount(numbers[parts.train])
            settings = _with(settings, length=int(lengths.max()))
    else:
        parts = _split(len(table), shares, "file", settings)
        # The past of the target is the best there is to predict its future from.
        names_of = [name for name in table.names if name != learn["target"]]
        learn = {**learn, "features": learn["features"] or tuple(names_of)}
    train = table.take(parts.train)
    preparation = _with_own_past(train, settings, learn)
    made: dict[str, Split | None] = {}
    notes: list[str] = []
    for name, rows in zip(Parts._fields, parts, strict=True):
        made[name] = None
        if len(rows):
            if settings.window and settings.series is None and name != "train":
                # The window of the first row reaches back into the part before.
                rows = np.arange(max(0, rows[0] - settings.window), rows[-1] + 1)
            x, y, told = _steps_of(preparation, table.take(rows), settings)
            by_window = settings.series is None
            made[name] = Split(x, y, rows=rows[settings.window :] if by_window else None)
            notes += told
    return preparation, made, notes


def _split(rows: int, shares: tuple[float, float], order: Order, settings: TableSource) -> Parts:
    return split_rows(rows, validation=shares[0], test=shares[1], order=order, seed=settings.split_seed)


def _with_own_past(train: Table, settings: TableSource, learn: dict[str, Any]) -> Preparation:
    """Fit; for windows the target's own past is a feature beside the others."""
    if not settings.window or settings.series is not None or learn["target"] is None:
        return fit(train, settings, **learn)
    target = learn["target"]
    usable = {**learn, "target": None, "features": (*learn["features"], target)}
    inputs = fit(train, settings, **usable)
    column = train.column(target)
    asked = "regression" if settings.task == "auto" and column.holds == "number" else settings.task
    task, why = recognize_task(column, asked)
    if task == "classification":
        classes = tuple(class_names(column, train.name))
        return replace(inputs, target=target, task=task, task_why=why, classes=classes)
    shift, scale = fit_scaling(column.values, settings.target_scaling)
    return replace(inputs, target=target, task=task, task_why=why, target_shift=shift, target_scale=scale)


def _with(settings: TableSource, **changed: Any) -> TableSource:
    values = {param.name: getattr(settings, param.name) for param in params(TableSource)}
    return TableSource(**{**values, **changed})
