"""The data in sentences: how many rows of what, each column or feature, how the classes are shared."""

from __future__ import annotations

import numpy as np

from nn_tui.data.dataset import Dataset
from nn_tui.data.sources import kind_of, read
from nn_tui.data.table import Table
from nn_tui.experiment.build import load_data
from nn_tui.experiment.spec import Spec
from nn_tui.insight.data_views import column_picture, dataset_picture
from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import Bars, Picture

MOST = 40
"""Columns told one by one."""


def data_sentences(spec: Spec) -> list[str]:
    """Tell the data of an experiment.

    Raises:
        DataError: they cannot be read.
    """
    data = load_data(spec.data)
    parts = (("training", data.train), ("validation", data.validation), ("test", data.test))
    rows = ", ".join(f"{len(part):,} {name}" for name, part in parts if part is not None)
    shape = " by ".join(map(str, data.input_shape))
    told = [f"{data.name}: {rows} rows, each of {shape} number{'s' if shape != '1' else ''}."]
    told.append(target_sentence(data))
    if kind_of(spec.data.source) == "table":
        told += column_sentences(read(spec.data.source), data)
    else:
        told += feature_sentences(data)
    scaling = {"none": "as they are", "minmax": "from 0 to 1", "standard": "to mean 0 and deviation 1"}
    told.append(f"Features are scaled {scaling[spec.data.scaling]}.")
    return told + [f"{note.rstrip('.')}." for note in data.notes]


def target_sentence(data: Dataset) -> str:
    """Tell what is predicted, with the share of each class."""
    if not data.classes:
        y = np.asarray(data.train.y, np.float64)
        kept = data.preparation
        y = y if kept is None else y * kept.target_scale + kept.target_shift
        low, high, mean = (short_number(float(value)) for value in (y.min(), y.max(), y.mean()))
        return f"Predicted is {data.target_name}, a number from {low} to {high}, mean {mean}."
    numbers = data.train.y if data.train.y.ndim == 1 else data.train.y.reshape(len(data.train), -1)[:, -1]
    counts = np.bincount(numbers.astype(np.int64).reshape(-1), minlength=data.classes)
    shares = [
        f"{name} {count:,}, {count / max(1, int(counts.sum())):.0%}"
        for name, count in zip(data.class_names[:MOST], counts.tolist(), strict=False)
    ]
    more = f"; {data.classes - MOST} more" if data.classes > MOST else ""
    return f"Predicted is {data.target_name}, {data.classes} classes: {'; '.join(shares)}{more}."


def feature_sentences(data: Dataset) -> list[str]:
    """Tell the range of each feature in its own unit; of images and sequences as a whole."""
    x = data.train.x
    if x.ndim != 2 or x.shape[1] > MOST:
        caption = dataset_picture(data).caption
        raw = x * data.scale + data.shift if data.scale.size == 1 else x
        return [
            caption,
            f"Values from {short_number(float(raw.min()))} to {short_number(float(raw.max()))}.",
        ]
    raw = x * data.scale + data.shift
    names = data.feature_names or tuple(f"x{at}" for at in range(raw.shape[1]))
    return [
        f"{name}: number from {short_number(float(column.min()))} to {short_number(float(column.max()))}, "
        f"mean {short_number(float(column.mean()))}."
        for name, column in zip(names, raw.T, strict=True)
    ]


def column_sentences(table: Table, data: Dataset) -> list[str]:
    """Tell each column of a table: what it is taken as and why, its values, how it goes with the target."""
    plans = {plan.name: plan for plan in data.preparation.plan} if data.preparation is not None else {}
    target = data.preparation.target if data.preparation is not None else None
    beside = table.column(target) if target in table.names and target is not None else None
    told = []
    for column in table.columns[:MOST]:
        if column.name == target or column.name == data.target_name:
            continue
        plan = plans.get(column.name)
        kind = (
            "left out"
            if plan is not None and plan.kind == "ignore"
            else plan.kind
            if plan
            else column.holds
        )
        why = "" if plan is None else plan.why
        said = _not_said_yet(column_picture(column, beside), column.name, why)
        told.append(f"{column.name}, {kind}{': ' if why else ''}{why}.{' ' if said else ''}{said}")
    if len(table.columns) > MOST:
        told.append(f"{len(table.columns) - MOST} more columns; type data and a column's name.")
    return told


def one_column_sentences(spec: Spec, name: str) -> list[str]:
    """Tell a column with its values, the most frequent first, or as a histogram.

    Raises:
        DataError: there is no such column; says the nearest.
    """
    from nn_tui.errors import DataError

    if kind_of(spec.data.source) != "table":
        data = load_data(spec.data)
        for sentence in feature_sentences(data):
            if sentence.startswith(f"{name}: "):
                return [sentence]
        raise DataError(f"The data have no column {name!r}.", f"They have {', '.join(data.feature_names)}.")
    picture = column_picture(read(spec.data.source).column(name))
    told = [picture.caption]
    if isinstance(picture, Bars) and not picture.upright:
        told += [
            f"{word}: {count:,.0f}."
            for word, count in zip(picture.names[:MOST], picture.numbers, strict=False)
        ]
    elif isinstance(picture, Bars):
        counts = ", ".join(f"{count:,.0f}" for count in picture.numbers)
        told.append(f"Rows in equal steps from {picture.names[0]} to {picture.names[-1]}: {counts}.")
    return told


def _not_said_yet(picture: Picture, name: str, why: str) -> str:
    """Say of a column what its caption says beyond its name and why it is taken so; the commonest word."""
    caption = picture.caption.removeprefix(f"{name}: ").removeprefix(f"{name} ")
    told = []
    for sentence in caption.rstrip(".").split(". "):
        parts = [part for part in sentence.split(", ") if not _repeats(part, why)]
        if parts:
            told.append(", ".join(parts))
    if isinstance(picture, Bars) and not picture.upright and len(picture.names) > 1:
        told.append(f"most often {picture.names[0]}, {picture.numbers[0]:,.0f} times")
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in told)


def _repeats(part: str, why: str) -> bool:
    """Whether a part is a count, as `3 different`, of what the reason has counted already."""
    number, _, what = part.partition(" ")
    return number.replace(",", "").isdecimal() and what in ("different", "missing") and what in why
