"""Labels: the words of classes and categories, told as the file has them; those that look alike are one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.table import Column

Array = NDArray[Any]

TRUTHS = (("false", "true"), ("no", "yes"), ("f", "t"))
"""Words of two sides, the one that is 0 before the one that is 1."""
_NUMBER = re.compile(r"(-?)(0|[1-9]\d*)(?:\.(\d*))?")
UNSEEN = "\u00ad\u200b\u200e\u200f\u2060\ufeff"
"""Signs that take no room; the joiners of letters and emoji are none of them."""
_SPACES = "".join(map(chr, range(0x21))) + "\x7f\x85\xa0\u2007\u202f\u3000" + UNSEEN
_LOOKED_AT = 1000
_ABBREVIATIONS = 2
"""Single letters that may be written large and small; of more than these, each has a meaning of its own."""


_WITHOUT_UNSEEN = str.maketrans("", "", UNSEEN)


def words_of(column: Column) -> list[str | None]:
    """Return a column's values as words, as the file has them if known; None where one is missing."""
    if column.words is not None:
        return list(column.words)
    if column.holds == "text":
        return list(column.values)
    if column.holds == "boolean":
        return [None if value != value else TRUTHS[0][int(value)] for value in column.values.tolist()]
    if column.holds == "date":
        return [None if np.isnat(date) else str(date) for date in column.values]
    return [None if np.isnan(number) else number_word(number) for number in column.values]


def number_word(number: float) -> str:
    """Write a number as a label: 3, 2.5."""
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def trimmed(word: str) -> str:
    """Return a word without the spaces around it."""
    return word.strip(_SPACES)


def label_key(word: str) -> str:
    """Return what labels that look alike share: case, spaces and the zeros behind a point are left out."""
    key = " ".join(word.translate(_WITHOUT_UNSEEN).split())
    key = unicodedata.normalize("NFC", key).casefold()
    if number := _NUMBER.fullmatch(key):
        sign, whole, rest = number[1], number[2], (number[3] or "").rstrip("0")
        key = f"{whole}.{rest}" if rest else whole
        return key if key == "0" else sign + key
    return key


def spellings(counts: Counter[str]) -> dict[str, str]:
    """Return the label of every word: of words that look alike, the spelling that is there most often.

    Single letters are told apart by their case where there are more than two of them: a is not A.
    """
    letters = {label_key(word) for word in counts if len(trimmed(word)) == 1 and trimmed(word).isalpha()}
    apart = len(letters) > _ABBREVIATIONS
    groups: dict[str, Counter[str]] = {}
    for word, count in counts.items():
        plain = trimmed(word)
        key = plain if apart and len(plain) == 1 else label_key(word)
        groups.setdefault(key, Counter())[plain] += count
    label = {
        spelling: min(group, key=lambda one: (-group[one], one))
        for group in groups.values()
        for spelling in group
    }
    return {word: label[trimmed(word)] for word in counts}


def labels_of(column: Column) -> list[str | None]:
    """Return a column's values as labels; None where one is missing."""
    words = words_of(column)
    label: dict[Any, str | None] = {None: None}
    label.update(spellings(Counter(word for word in words if word is not None)))
    return [label[word] for word in words]


def merged_labels(column: Column) -> str:
    """Say which spellings of a column are taken as one label; empty where every label has one."""
    counts = Counter(word for word in words_of(column) if word is not None)
    groups: dict[str, list[str]] = {}
    for word, label in spellings(counts).items():
        groups.setdefault(label, []).append(word)
    told = [
        f"{', '.join([*map(repr, sorted(words)[:_TOLD]), *['...'][: len(words) > _TOLD]])} are {label!r}"
        for label, words in sorted(groups.items())
        if words != [label]
    ]
    more = f"; so are {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    return f"{column.name}: {'; '.join(told[:_TOLD])}{more}" if told else ""


_TOLD = 5


def finder(labels: Sequence[str]) -> Callable[[str], int]:
    """Return what finds the number of a word among labels: -1 where it is none of them.

    A word is taken as it stands, else trimmed, else by what it looks like, else by its truth: `true` where
    the labels are no and yes.
    """
    exact = {label: number for number, label in enumerate(labels)}
    by_trim = _unique(trimmed(label) for label in labels)
    by_key = _unique(map(label_key, labels))
    by_truth = _unique(map(truth, labels)) if len(labels) == len(TRUTHS[0]) else {}
    found: dict[str, int] = {}

    def find(word: str) -> int:
        number = exact.get(word, found.get(word))
        if number is None:
            number = by_trim.get(trimmed(word))
            number = by_key.get(label_key(word)) if number is None else number
            number = by_truth.get(truth(word)) if number is None else number
            found[word] = number = -1 if number is None else number
        return number

    return find


def _unique(keys: Iterable[Any]) -> dict[Any, int]:
    """Return the number of every key that occurs once; None is no key."""
    every = list(keys)
    counts = Counter(every)
    return {key: number for number, key in enumerate(every) if key is not None and counts[key] == 1}


def truth(word: str) -> bool | None:
    """Return which side a word is on, however it is spelled; None where it says neither yes nor no."""
    key = label_key(word)
    return next((bool(pair.index(key)) for pair in TRUTHS if key in pair), None)


def with_truths(column: Column) -> Column:
    """Make a column of text that says yes or no in every row one of such values; its words stay with it."""
    for looked in (column.values[:_LOOKED_AT], column.values):  # most columns are told by their first rows
        keys = {word: word.strip(" ").casefold() for word in set(looked) - {None}}
        pair = next((pair for pair in TRUTHS if set(keys.values()) <= set(pair)), None)
        if pair is None:
            return column
    if not keys or pair is None:
        return column
    sides: dict[str | None, float] = {word: float(pair.index(key)) for word, key in keys.items()}
    sides[None] = np.nan
    values = np.array([sides[word] for word in column.values])
    return Column(column.name, "boolean", values, column.values)
