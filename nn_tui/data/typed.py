"""A row that a person types: what is asked for, within which range, and how it becomes numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.dataset import Dataset, Split
from nn_tui.data.described import cell_words
from nn_tui.data.features import (
    OTHER,
    BagFeature,
    BooleanFeature,
    CategoryFeature,
    DateFeature,
    Feature,
    SequenceFeature,
    split_words,
)
from nn_tui.data.labels import finder
from nn_tui.data.preparation import Notes
from nn_tui.data.table import Column, Table
from nn_tui.declare import shown
from nn_tui.errors import DataError

Array = NDArray[Any]

YES, NO = ("1", "yes", "true"), ("0", "no", "false")
MISSING = "missing"
MOST = 48
"""Numbers of a sequence that are asked for; those before stay as they are in the row one began with."""
LOOKED_AT = 20_000
"""Training rows that say which word is the most frequent."""
TOLD = 5
"""Unknown words that are told one by one."""

Kind = Literal["number", "choice", "date", "text"]


@dataclass(frozen=True)
class TypedField:
    """One thing to type: a column, or one number of a sequence.

    `choices` are the words there are to choose from; `low`, `high` and `step` are of a number; `told` says
    in which range the training rows lie.
    """

    name: str
    kind: Kind
    start: str
    told: str = ""
    choices: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    step: float = 1.0

    def stepped(self, text: str, direction: int) -> str:
        """Give the next number up (1) or down (-1), within the range of the training rows."""
        try:
            value = float(text)
        except ValueError:
            value = float(self.start)
        moved = round(value / self.step) * self.step + direction * self.step
        low, high = min(self.low, value), max(self.high, value)
        return written(min(max(moved, low), high))


def number_of(name: str, text: str) -> float:
    """Read a number.

    Raises:
        DataError: it is none, or not finite.
    """
    try:
        found = float(text)
    except ValueError:
        raise DataError(f"{name} is a number, got {shown(text)}.", "") from None
    if not math.isfinite(found):
        raise DataError(f"{name} is a finite number, got {shown(text)}.", "")
    return found


def column_of_word(name: str, kind: str, text: str | None) -> Column:
    """Make a column of one value that was typed; None is a missing one.

    Args:
        name: the column's.
        kind: its feature's kind.
        text: as it was typed.

    Raises:
        DataError: it is not what the column holds.
    """
    gap = text is None
    if kind == "boolean":
        if text is not None and text.lower() not in YES + NO:
            raise DataError(f"{name} is yes or no, got {shown(text)}.", "")
        return Column(name, "boolean", np.array([np.nan if text is None else float(text.lower() in YES)]))
    if kind == "number":
        return Column(name, "number", np.array([np.nan if text is None else number_of(name, text)]))
    if kind == "date":
        try:
            return Column(name, "date", np.array(["NaT" if gap else text], "datetime64[s]"))
        except ValueError:
            raise DataError(f"{name} is a date, got {shown(text)}.", "Write 2026-11-24.") from None
    return Column(name, "text", np.array([text], object))


class TypedRow:
    """What there is to type for a network on some data, and the row that comes of it.

    Args:
        data: what it is trained on; a row of it is no image.
    """

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.base: Array | None = None
        """The row one began with, of which a long sequence keeps its beginning."""
        self.fields = self._of_columns() if self._by_column else self._of_numbers()

    @property
    def _by_column(self) -> bool:
        return self.data.preparation is not None and len(self.data.input_shape) == 1

    def values_of(self, split: Split, row: int) -> dict[str, str]:
        """Give what would be typed for a row of the data."""
        self.base = split.x[row]
        if self._by_column:
            return self._column_values(split, row)
        numbers = self._own_units(split, row).reshape(-1)
        if len(self.data.input_shape) > 1:
            numbers = numbers[::-1]  # the newest is asked for first
        return {field.name: written(value) for field, value in zip(self.fields, numbers, strict=False)}

    def check(self, name: str, text: str) -> None:
        """Look at one value.

        Raises:
            DataError: it is not what its column holds.
        """
        if not self._by_column:
            number_of(name, text)  # where rows have no columns, nothing can be missing
            return
        kind = self._kinds.get(name, "number")
        column_of_word(name, kind, self._word(kind, text))

    def row(self, values: Mapping[str, str]) -> tuple[Array, list[str]]:
        """Give the row `(1, *input_shape)` of what was typed, and what a person should know of it.

        Raises:
            DataError: a value is not what its column holds.
        """
        data = self.data
        if self._by_column:
            return self._row_of_columns(values)
        typed = np.array([number_of(field.name, values[field.name]) for field in self.fields])
        if data.plane is not None:
            raw = data.plane.features(typed[None, :].astype(np.float32))
            return self._scaled(raw), []
        if len(data.input_shape) == 1:
            return self._scaled(typed[None, :]), []
        base = data.train.x[0] if self.base is None else self.base
        numbers = (base * data.scale + data.shift).reshape(-1).astype(np.float64)
        numbers[len(numbers) - len(typed) :] = typed[::-1]
        return self._scaled(numbers.reshape(1, *data.input_shape)), []

    def _scaled(self, raw: Array) -> Array:
        scaled: Array = ((raw - self.data.shift) / self.data.scale).astype(self.data.train.x.dtype)
        return scaled

    @property
    def _kinds(self) -> dict[str, str]:
        features = self.data.preparation.features if self._by_column and self.data.preparation else ()
        return {feature.column: feature.kind for feature in features}

    def _word(self, kind: str, text: str) -> str | None:
        if kind in ("bag", "sequence"):
            return text
        return None if text.strip() in ("", MISSING) else text.strip()

    def _row_of_columns(self, values: Mapping[str, str]) -> tuple[Array, list[str]]:
        preparation = self.data.preparation
        assert preparation is not None
        notes, told = Notes(), []
        columns = []
        for feature in preparation.features:
            text = values[feature.column]
            columns.append(column_of_word(feature.column, feature.kind, self._word(feature.kind, text)))
            told += _unknown_words(feature, text)
        x = preparation.numbers(Table("The row", tuple(columns)), notes)
        return x.astype(self.data.train.x.dtype), [*told, *notes.told()]

    def _of_columns(self) -> tuple[TypedField, ...]:
        preparation, train = self.data.preparation, self.data.train
        assert preparation is not None
        made = []
        for feature in preparation.features:
            column = None
            if train.table is not None and train.rows is not None:
                column = train.table.column(feature.column).take(train.rows)
            made.append(_field_of(feature, column))
        return tuple(made)

    def _column_values(self, split: Split, row: int) -> dict[str, str]:
        preparation = self.data.preparation
        assert preparation is not None and split.table is not None and split.rows is not None
        found = {}
        for feature in preparation.features:
            column = split.table.column(feature.column).take(split.rows[row : row + 1])
            word = cell_words(column)[0]
            if isinstance(feature, BooleanFeature):
                word = MISSING if column.missing[0] else "yes" if column.values[0] else "no"
            elif isinstance(feature, CategoryFeature):
                at = finder(feature.categories)(word)
                word = feature.categories[at] if at >= 0 else MISSING if column.missing[0] else OTHER
            found[feature.column] = word
        return found

    def _own_units(self, split: Split, row: int) -> Array:
        if self.data.plane is not None and split.coordinates is not None:
            return split.coordinates[row].astype(np.float64)
        return (split.x[row] * self.data.scale + self.data.shift).astype(np.float64)

    def _of_numbers(self) -> tuple[TypedField, ...]:
        """Ask for the numbers of a plain row, or for the last ones of a sequence, the newest first."""
        data = self.data
        if data.plane is not None:
            reach = data.plane.reach
            return tuple(_number_field(name, np.array([-reach, 0.0, reach])) for name in data.plane.names)
        raw = data.train.x[:20_000] * data.scale + data.shift
        raw = raw.reshape(len(raw), -1).astype(np.float64)
        width = raw.shape[1]
        if len(data.input_shape) == 1:
            names = data.feature_names if len(data.feature_names) == width else ()
            return tuple(
                _number_field(names[at] if names else f"x{at + 1}", raw[:, at]) for at in range(width)
            )
        each = data.input_shape[-1]
        names = data.feature_names if len(data.feature_names) == each else ()
        made = []
        for at in range(width - 1, max(-1, width - 1 - MOST), -1):
            back = data.input_shape[0] - at // each
            name = names[at % each] if names else f"x{at % each + 1}"
            made.append(_number_field(f"{name} -{back}", raw[:, at]))
        return tuple(made)


def _field_of(feature: Feature, column: Column | None) -> TypedField:
    """Say what is asked for a column, by what it becomes and what its training rows hold."""
    name = feature.column
    match feature:
        case CategoryFeature():
            choices = [*feature.categories]
            choices += [OTHER] if feature.other and OTHER not in choices else []
            choices += [MISSING] if feature.gaps else []
            start = choices[0]
            if column is not None:
                looked = column.take(np.arange(min(len(column.values), LOOKED_AT)))
                places = [at for at in map(finder(choices), cell_words(looked)) if at >= 0]
                words, counts = np.unique([choices[at] for at in places], return_counts=True)
                start = str(words[counts.argmax()]) if len(words) else start
            return TypedField(name, "choice", start, f"{len(feature.categories)} words", tuple(choices))
        case BooleanFeature():
            gaps = column is not None and bool(column.missing.any())
            mean = 0.0 if column is None else float(np.nanmean(column.values))
            choices = ["no", "yes", *([MISSING] if gaps else [])]
            return TypedField(name, "choice", choices[int(mean > 0.5)], "yes or no", tuple(choices))
        case DateFeature():
            if column is None:
                return TypedField(name, "date", "2026-01-01", "a date")
            known = np.sort(column.values[~column.missing])
            ends = [str(known[at])[:10] for at in (0, len(known) // 2, -1)]
            return TypedField(name, "date", ends[1], f"{ends[0]} to {ends[2]}")
        case BagFeature() | SequenceFeature():
            start = "" if column is None else next((word for word in column.values if word), "")
            return TypedField(name, "text", str(start), f"{len(feature.vocabulary):,} words are known")
        case _:
            if column is None:
                return TypedField(name, "number", "0")
            known = column.values[~column.missing].astype(np.float64)
            return _number_field(name, known)


def _number_field(name: str, values: Array) -> TypedField:
    if not len(values):
        return TypedField(name, "number", "0")
    low, high, middle = float(values.min()), float(values.max()), float(np.median(values))
    whole = bool((values == np.round(values)).all())
    step = _step(high - low, whole=whole)
    # As fine as a tenth of a step: a median of seven digits says no more, and is cut off in a field.
    digits = 6 if whole or not math.isfinite(step) else max(0, 1 - math.floor(math.log10(step)))
    begin, *ends = (written(round(value, digits)) for value in (middle, low, high))
    told = f"{ends[0]} to {ends[1]}, median {begin}"
    return TypedField(name, "number", begin, told, low=low, high=high, step=step)


def _step(reach: float, *, whole: bool) -> float:
    """Give about a fortieth of a range: 1, 2 or 5 times a power of ten."""
    if not reach or not math.isfinite(reach):
        return 1.0
    power = 10.0 ** math.floor(math.log10(reach / 40))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= reach / 40 * 0.999)
    return max(1.0, step) if whole else float(f"{step:.6g}")


def _unknown_words(feature: Feature, text: str) -> list[str]:
    """Say which words of a text the network does not know, and which it does not read."""
    if not isinstance(feature, (BagFeature, SequenceFeature)):
        return []
    words = split_words(text)
    known = set(feature.vocabulary)
    unknown = list(dict.fromkeys(word for word in words if word not in known))
    told = []
    if unknown:
        rest = f" and {len(unknown) - TOLD} more" if len(unknown) > TOLD else ""
        what = "read as a rare word" if isinstance(feature, SequenceFeature) else "left out"
        told.append(f"not in its vocabulary, {what}: {', '.join(unknown[:TOLD])}{rest}")
    if isinstance(feature, SequenceFeature) and len(words) > feature.length:
        told.append(f"only the first {feature.length} of {len(words)} words are read")
    return told


def written(value: float) -> str:
    """Write a number as one types it."""
    return f"{value:.6g}"
