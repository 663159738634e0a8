"""What becomes of a column: numbers that a network can take, by what the training rows say.

Each kind of feature is fitted on the training rows only and can be written down as JSON, so that rows read
later are treated in the same way.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.labels import finder, spellings, truth, words_of
from nn_tui.data.table import Column
from nn_tui.errors import DataError

Array = NDArray[Any]
Scaling = Literal["none", "minmax", "standard"]
OTHER = "other"
COARSE = 0.01
"""The share of the range of values that may be lost to rounding."""
WORD = re.compile(r"[^\W\d_][\w']*|\d+")


class Feature:
    """The base of every kind of feature: one column in, one or more numbers a row out.

    `outputs` are the names of the numbers; `shift` and `scale` lead from them to the column's own units:
    own = number * scale + shift.
    """

    kind: ClassVar[str]
    kept: ClassVar[tuple[str, ...]]
    """The attributes that are all there is to know, as JSON can say them."""

    column: str

    @classmethod
    def restore(cls, document: Mapping[str, Any]) -> Self:
        """Make the feature that `document` was written of."""
        made = cls.__new__(cls)
        made.column = document["column"]
        for name in cls.kept:
            setattr(made, name, document[name])
        return made

    def document(self) -> dict[str, Any]:
        """Write it down as JSON can say it."""
        return {
            "kind": self.kind,
            "column": self.column,
            **{name: getattr(self, name) for name in self.kept},
        }

    @property
    def outputs(self) -> list[str]:
        """The names of the numbers it gives."""
        return [self.column]

    @property
    def shifts(self) -> list[float]:
        """What is added to each number, after `scales`, to get the column's own units."""
        return [0.0] * len(self.outputs)

    @property
    def scales(self) -> list[float]:
        """What each number is multiplied by to get the column's own units."""
        return [1.0] * len(self.outputs)

    def write(self, column: Column, out: Array) -> Counter[str]:
        """Write the numbers of some rows into `out`, `(rows, outputs)`.

        Returns:
            The values that a person should know of, and how often they occur: see `told`.

        Raises:
            DataError: the column holds something else than in training.
        """
        raise NotImplementedError

    def told(self, rows: int, values: Counter[str]) -> str:
        """Say what became of the values that `write` gave of `rows` rows."""
        raise NotImplementedError


def fit_scaling(numbers: Array, scaling: Scaling) -> tuple[float, float]:
    """Return shift and scale of a column by its training values; one that never varies is not stretched.

    Raises:
        DataError: the values are further apart than the largest float64.
    """
    known = numbers[~np.isnan(numbers)]
    if scaling == "none" or not len(known):
        return 0.0, 1.0
    # In units of the largest value, where its square, or a sum, would leave the numbers there are.
    peak = float(np.abs(known).max())
    unit = 1.0 if 1e-100 < peak < 1e100 or not peak else peak
    parts = known / unit
    if scaling == "minmax":
        shift, scale = float(parts.min()), float(np.ptp(parts))
    else:
        shift, scale = float(parts.mean()), float(parts.std())
    if not np.isfinite(scale * unit):
        raise DataError(
            f"Values from {known.min():g} to {known.max():g} are too far apart.", "Divide them."
        )
    return shift * unit, scale * unit if scale * unit > 0 else 1.0


def in_float32(numbers: Array, name: str, setting: str = "") -> Array:
    """Return numbers as float32, in which networks compute.

    Args:
        numbers: float64; gaps are NaN.
        name: what they are called, for the message.
        setting: what would scale them, for the message. Default none.

    Raises:
        DataError: float32 does not reach so far; says what to do.
    """
    with np.errstate(over="ignore", under="ignore"):
        made: Array = numbers.astype(np.float32)
    if np.isinf(made).any():
        largest = float(np.nanmax(np.abs(numbers)))
        raise DataError(
            f"{name} goes to {largest:g}, further than float32 (3.4e38), in which networks compute.",
            _other_units(setting),
        )
    return made


def require_told_apart(numbers: Array, name: str, setting: str = "") -> None:
    """Refuse training values that differ, but hardly as float32.

    Raises:
        DataError: says what to do.
    """
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return
    low, high = float(known.min()), float(known.max())
    lost = np.abs(known - in_float32(known, name, setting).astype(np.float64)).max()
    if high > low and lost > COARSE * (high - low):
        raise DataError(
            f"{name} goes from {low:.10g} to {high:.10g}; float32, in which networks compute, hardly tells "
            "such numbers apart.",
            _other_units(setting),
        )


def _other_units(setting: str) -> str:
    return f'Set {setting} to "standard".' if setting else "Take other units."


def numbers_of(column: Column, name: str) -> Array:
    """Give a column's values as numbers.

    Raises:
        DataError: it holds text or dates.
    """
    if column.holds in ("number", "boolean"):
        return column.values
    if column.holds == "text":
        try:
            return np.array([np.nan if text is None else float(text) for text in column.values])
        except ValueError:
            pass
    raise DataError(f"Column {name!r} holds {column.holds}, but numbers in training.", "Correct it.")


class NumberFeature(Feature):
    """A number, scaled; a gap is filled and, where training rows had gaps, told by a second number."""

    kind = "number"
    kept = ("shift", "scale", "fill", "indicator")
    shift: float
    scale: float
    fill: float
    indicator: bool

    def __init__(self, column: Column, scaling: Scaling, missing: str) -> None:
        self.column = column.name
        numbers = numbers_of(column, column.name)
        self.shift, self.scale = fit_scaling(numbers, scaling)
        if scaling == "none":
            require_told_apart(numbers, f"Column {column.name!r}", "data.scaling")
        known = numbers[~np.isnan(numbers)]
        self.indicator = len(known) < len(numbers) and missing != "drop"
        if not len(known):
            self.fill = 0.0
        elif missing == "frequent":
            values, counts = np.unique(known, return_counts=True)
            self.fill = float(values[counts.argmax()])
        else:
            self.fill = float(np.median(known))

    @property
    def outputs(self) -> list[str]:
        return [self.column, f"{self.column} missing"] if self.indicator else [self.column]

    @property
    def shifts(self) -> list[float]:
        return [self.shift, 0.0][: len(self.outputs)]

    @property
    def scales(self) -> list[float]:
        return [self.scale, 1.0][: len(self.outputs)]

    def write(self, column: Column, out: Array) -> Counter[str]:
        numbers = numbers_of(column, self.column)
        gaps = np.isnan(numbers)
        scaled = (np.where(gaps, self.fill, numbers) - self.shift) / self.scale
        out[:, 0] = in_float32(scaled, f"Column {self.column!r}", "data.scaling")
        if self.indicator:
            out[:, 1] = gaps
        elif gaps.any():
            return Counter({"": int(gaps.sum())})
        return Counter()

    def told(self, rows: int, values: Counter[str]) -> str:
        return f"{self.column}: {rows} missing values were taken as {self.fill:g}"


class CategoryFeature(Feature):
    """One of several words, as one number for each word; rare words share one."""

    kind = "category"
    kept = ("categories", "other", "gaps")
    categories: list[str]
    other: bool
    gaps: bool
    """Whether a missing value is a category of its own."""

    def __init__(self, column: Column, most: int, rare: float = 0.005) -> None:
        self.column = column.name
        words = Counter(word for word in words_of(column) if word is not None)
        counts: Counter[str] = Counter()
        for word, label in spellings(words).items():
            counts[label] += words[word]
        total = len(column.values)
        common = [(word, count) for word, count in counts.most_common() if count >= max(1.0, rare * total)]
        self.categories = sorted((word for word, _ in common[:most]), key=natural)
        self.other = len(counts) > len(self.categories)
        self.gaps = bool(column.missing.any())

    @property
    def outputs(self) -> list[str]:
        names = [f"{self.column}={word}" for word in self.categories]
        names += [f"{self.column}={OTHER}"] if self.other else []
        return names + ([f"{self.column} missing"] if self.gaps else [])

    def write(self, column: Column, out: Array) -> Counter[str]:
        out[...] = 0
        find = finder(self.categories)
        rest = len(self.categories)
        unseen: Counter[str] = Counter()
        for row, word in enumerate(words_of(column)):
            if word is None:
                if self.gaps:
                    out[row, rest + self.other] = 1
                continue
            at = find(word)
            if at >= 0:
                out[row, at] = 1
            elif self.other:
                out[row, rest] = 1
            else:
                unseen[word] += 1
        return unseen

    def told(self, rows: int, values: Counter[str]) -> str:
        shown = ", ".join(repr(word) for word, _ in values.most_common(3))
        told = f"{rows} rows hold {shown}, which no training row had"
        return f"{self.column}: {told}; taken as none of {len(self.categories)} categories"


class BooleanFeature(Feature):
    """Yes or no as 1 or 0; a gap lies in the middle."""

    kind = "boolean"
    kept = ()

    def __init__(self, column: Column) -> None:
        self.column = column.name

    def write(self, column: Column, out: Array) -> Counter[str]:
        if column.holds == "text" and column.words is None:  # spelled with spaces, say
            words = [None if word is None else truth(word) for word in column.values]
            if not any(
                word is not None and one is None for word, one in zip(column.values, words, strict=True)
            ):
                column = Column(column.name, "boolean", np.array(words, float))
        numbers = numbers_of(column, self.column)
        out[:, 0] = np.where(np.isnan(numbers), 0.5, numbers)
        return Counter()


class DateFeature(Feature):
    """A date as its parts, each scaled: year, month, day, weekday, and hour where there are times."""

    kind = "date"
    kept = ("parts", "part_shifts", "part_scales")
    parts: list[str]
    part_shifts: list[float]
    part_scales: list[float]

    def __init__(self, column: Column, scaling: Scaling) -> None:
        self.column = column.name
        all_parts = date_parts(column.values)
        self.parts = [
            name for name, numbers in all_parts.items() if np.nanmin(numbers) < np.nanmax(numbers)
        ]
        fitted = [
            fit_scaling(all_parts[name], "minmax" if scaling == "none" else scaling) for name in self.parts
        ]
        self.part_shifts = [shift for shift, _ in fitted]
        self.part_scales = [scale for _, scale in fitted]

    @property
    def outputs(self) -> list[str]:
        return [f"{self.column} {part}" for part in self.parts]

    @property
    def shifts(self) -> list[float]:
        return self.part_shifts

    @property
    def scales(self) -> list[float]:
        return self.part_scales

    def write(self, column: Column, out: Array) -> Counter[str]:
        if column.holds != "date":
            raise DataError(
                f"Column {self.column!r} holds {column.holds}, but dates in training.", "Correct it."
            )
        parts = date_parts(column.values)
        for at, name in enumerate(self.parts):
            scaled = (parts[name] - self.part_shifts[at]) / self.part_scales[at]
            out[:, at] = np.where(np.isnan(scaled), 0.0, scaled)
        return Counter()


def date_parts(dates: Array) -> dict[str, Array]:
    """Give year, month, day, weekday (0 is Monday) and hour of dates; NaN where one is missing."""
    gaps = np.isnat(dates)
    days = dates.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    parts = {
        "year": months.astype("datetime64[Y]").astype(np.float64) + 1970,
        "month": months.astype(np.int64) % 12 + 1.0,
        "day": (days - months.astype("datetime64[D]")).astype(np.float64) + 1,
        "weekday": (days.astype(np.int64) + 3) % 7 + 0.0,
        "hour": (dates.astype("datetime64[h]") - days.astype("datetime64[h]")).astype(np.float64),
    }
    return {name: np.where(gaps, np.nan, numbers) for name, numbers in parts.items()}


class BagFeature(Feature):
    """Free text as which words of a vocabulary occur in it."""

    kind = "bag"
    kept = ("vocabulary",)
    vocabulary: list[str]

    def __init__(self, column: Column, size: int) -> None:
        self.column = column.name
        self.vocabulary = vocabulary_of(column, size)

    @property
    def outputs(self) -> list[str]:
        return [f"{self.column}:{word}" for word in self.vocabulary]

    def write(self, column: Column, out: Array) -> Counter[str]:
        index = {word: at for at, word in enumerate(self.vocabulary)}
        out[...] = 0
        for row, text in enumerate(words_of(column)):
            for word in split_words(text or ""):
                if (at := index.get(word)) is not None:
                    out[row, at] = 1
        return Counter()


class SequenceFeature(Feature):
    """Free text as the numbers of its words in order, for an Embedding: 0 is padding, 1 a rare word."""

    kind = "sequence"
    kept = ("vocabulary", "length")
    vocabulary: list[str]
    length: int

    def __init__(self, column: Column, size: int, length: int) -> None:
        self.column = column.name
        self.vocabulary = vocabulary_of(column, size)
        lengths = [len(split_words(text or "")) for text in words_of(column)]
        self.length = length or max(1, int(np.quantile(lengths, 0.95)))

    @property
    def outputs(self) -> list[str]:
        return [f"{self.column} word {at + 1}" for at in range(self.length)]

    def write(self, column: Column, out: Array) -> Counter[str]:
        index = {word: at + 2 for at, word in enumerate(self.vocabulary)}
        out[...] = 0
        for row, text in enumerate(words_of(column)):
            words = split_words(text or "")[: self.length]
            if words:
                # The words end the row, so that a recurrent layer has read them when it answers.
                out[row, -len(words) :] = [index.get(word, 1) for word in words]
        return Counter()


def vocabulary_of(column: Column, size: int) -> list[str]:
    """Give the most frequent words of the training rows, the most frequent first."""
    counts: Counter[str] = Counter()
    for text in words_of(column):
        counts.update(split_words(text or ""))
    return [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:size]]


def split_words(text: str) -> list[str]:
    """Split a text into words in small letters; signs are left out."""
    return WORD.findall(text.lower())


def natural(word: str) -> tuple[int, float, str]:
    """Return a key that sorts numbers by their size and before words; equal ones by their spelling."""
    try:
        number = int(word) if word.removeprefix("-").isdecimal() else float(word)
    except ValueError:
        number = math.nan
    return (0, number, word) if number == number else (1, 0.0, word)


KINDS: dict[str, type[Feature]] = {
    feature.kind: feature
    for feature in (
        NumberFeature,
        CategoryFeature,
        BooleanFeature,
        DateFeature,
        BagFeature,
        SequenceFeature,
    )
}
