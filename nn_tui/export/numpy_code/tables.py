"""From the rows of a table to what the network takes: the run's own preparation, in plain Python.

What a column holds is told by its cells as the program's own reading of tables tells it: numbers, yes and
no, dates, else words.
"""

from __future__ import annotations

import csv
import datetime
import io
import math
import re
import unicodedata
from typing import Any

import numpy as np

from nn_tui.data.features import (
    BagFeature,
    BooleanFeature,
    CategoryFeature,
    DateFeature,
    Feature,
    NumberFeature,
    SequenceFeature,
)
from nn_tui.data.files.scans import NULLS
from nn_tui.data.labels import UNSEEN
from nn_tui.data.preparation import Preparation
from nn_tui.errors import RunError
from nn_tui.export.numpy_code.page import Page, listed

GAPS = NULLS
YES_NO = {"true": 1, "t": 1, "yes": 1, "false": 0, "f": 0, "no": 0}
NUMBER = re.compile(r"-?(?=[\d.])(0|[1-9]\d*)?(\.\d*)?([eE][+-]?\d+)?")
WORD = re.compile(r"[^\W\d_][\w']*|\d+")
CONSTANTS = {
    "GAPS": f"{GAPS!r}  # what stands for a missing value",
    "YES_NO": repr(YES_NO),
    "NUMBER": f're.compile(r"{NUMBER.pattern}")',
    "UNSEEN": ascii(UNSEEN),
    "WORD": f're.compile(r"{WORD.pattern}")',
}
"""What the functions below name, as a written file has it."""
_NO_HEADER = re.compile(r"column(\d+)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def feature_call(feature: Feature, page: Page) -> tuple[str, list[str]]:
    """Write how a feature's numbers are made of `rows`: the function and the arguments behind it.

    Raises:
        RunError: it is of a kind that cannot be written.
    """
    match feature:
        case NumberFeature(fill=fill, shift=shift, scale=scale, indicator=told):
            learned = {"fill": fill, "shift": shift, "scale": scale, "told": told}
            return page.use(number), [f"{name}={value!r}" for name, value in learned.items()]
        case CategoryFeature(categories=known, other=other, gaps=gaps):
            dated = bool(known) and all(map(_MOMENT.fullmatch, known))
            read = page.use(date_words if dated else texts)
            return page.use(category), [listed(known), f"other={other}", f"gaps={gaps}", f"read={read}"]
        case BooleanFeature():
            return page.use(yes_no), []
        case DateFeature(parts=parts, part_shifts=shifts, part_scales=scales):
            scaled = dict(zip(parts, zip(shifts, scales, strict=True), strict=True))
            return page.use(date), [listed(scaled)]
        case BagFeature(vocabulary=vocabulary):
            return page.use(bag_of_words), [listed(vocabulary)]
        case SequenceFeature(vocabulary=vocabulary, length=length):
            return page.use(word_numbers), [listed(vocabulary), str(length)]
    raise RunError(f"{feature.column}: a {feature.kind} column cannot be written in Python yet.", "")


def header_of(preparation: Preparation) -> tuple[str, ...] | None:
    """Give the names of the columns where the file had no header; else None."""
    names = [plan.name for plan in preparation.plan]
    found = [_NO_HEADER.fullmatch(name) for name in (*names, preparation.target or "column0")]
    if not all(found):
        return None
    width = len(names[0]) - len("column")
    return tuple(f"column{n:0{width}d}" for n in range(len(names) + (preparation.target is not None)))


def table_rows(path: Any, header: Any) -> Any:
    """Read a CSV file as rows by column; the first line names the columns unless `header` does."""
    with open(path, "rb") as file:
        content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    separator = max(",;\t|", key=text.split("\n", 1)[0].count)
    lines = [line for line in csv.reader(io.StringIO(text), delimiter=separator) if line]
    names = [name.strip() for name in lines.pop(0)] if header is None and lines else header
    if not lines:
        raise ValueError(f"{path} has no rows.")
    for at, line in enumerate(lines, start=1):
        if len(line) != len(names):
            raise ValueError(f"{path}: row {at} has {len(line)} fields, not {len(names)}.")
        if separator != ",":  # such files may write 2,5 for 2.5
            lines[at - 1] = [re.sub(r"^(-?\d+),(\d+)$", r"\1.\2", cell) for cell in line]
    return [dict(zip(names, line)) for line in lines]  # noqa: B905  # they are as many


def column(rows: Any, name: Any) -> Any:
    """Give the cells of a column; None where one is missing."""
    if name not in rows[0]:
        raise ValueError(f"There is no column {name!r}, which the network needs; there is {list(rows[0])}.")
    cells = [row.get(name) for row in rows]
    return [None if cell is None or cell != cell or is_gap(cell) else cell for cell in cells]


def is_gap(cell: Any) -> Any:
    """Say whether a cell stands for a missing value."""
    return cell in GAPS or not str(cell).strip()


def number_of(cell: Any) -> Any:
    """Read a cell as a number: yes and no are 1 and 0, None is NaN."""
    if cell is None:
        return math.nan
    word = str(cell).strip().lower()
    try:
        value = float(YES_NO.get(word, word))
    except ValueError:
        raise ValueError(f"{cell!r} is no number.") from None
    if math.isinf(value):
        raise ValueError(f"{cell!r} is no finite number.")
    return value


def numbers(rows: Any, name: Any) -> Any:
    """Give a column as numbers; NaN where one is missing."""
    try:
        return np.array([number_of(cell) for cell in column(rows, name)])
    except ValueError as error:
        raise ValueError(f"Column {name!r}: {error}") from None


def number(rows: Any, name: Any, fill: Any, shift: Any, scale: Any, told: Any) -> Any:
    """Give numbers scaled, with `fill` for gaps; if `told`, a second number says where there are gaps."""
    values = numbers(rows, name)
    gaps = np.isnan(values)
    scaled = (np.where(gaps, fill, values) - shift) / scale
    return np.column_stack([scaled, gaps]) if told else scaled[:, None]


def yes_no(rows: Any, name: Any) -> Any:
    """Give 1 for yes, 0 for no, and 0.5 where it is not known."""
    values = numbers(rows, name)
    return np.where(np.isnan(values), 0.5, values)[:, None]


def words(cells: Any) -> Any:
    """Write cells as words; in a column of numbers 3, 3.0 and 3.00 are the same word."""
    known = [str(cell) for cell in cells if cell is not None]
    if all(NUMBER.fullmatch(word.strip()) for word in known):
        values = [number_of(cell) for cell in cells]
        return [
            None if math.isnan(value) else str(int(value)) if value.is_integer() else repr(value)
            for value in values
        ]
    return [None if cell is None else str(cell) for cell in cells]


def texts(cells: Any) -> Any:
    """Write cells as they stand."""
    return [None if cell is None else str(cell) for cell in cells]


def look_alike(word: Any) -> Any:
    """Write a word so that spellings that differ in case, spaces or zeros behind a point are the same."""
    key = " ".join(word.translate(dict.fromkeys(map(ord, UNSEEN))).split())
    key = unicodedata.normalize("NFC", key).casefold()
    number = re.fullmatch(r"(-?)(0|[1-9]\d*)(?:\.(\d*))?", key)
    if number is None:
        return key
    rest = (number[3] or "").rstrip("0")
    key = number[2] + ("." + rest if rest else "")
    return key if key == "0" else number[1] + key


def category(rows: Any, name: Any, categories: Any, other: Any, gaps: Any, read: Any) -> Any:
    """Give a 1 for the category that each row has; `other` and `gaps` add one for rare ones and none."""
    table = np.zeros((len(rows), len(categories) + other + gaps))
    keys = [look_alike(word) for word in categories]
    places = {key: at for at, key in enumerate(keys) if keys.count(key) == 1}
    places.update((word, at) for at, word in enumerate(categories))
    for row, word in enumerate(read(column(rows, name))):
        if word is None:
            if gaps:
                table[row, -1] = 1
            continue
        at = places.get(word, places.get(look_alike(word)))
        if at is not None:
            table[row, at] = 1
        elif other:
            table[row, len(categories)] = 1
    return table


def moments(cells: Any) -> Any:
    """Read cells as dates, in the first order of year, month and day that fits them all."""
    parts = [None if cell is None else re.split("[T ]", str(cell).strip(), maxsplit=1) for cell in cells]
    for order in ("%Y-%m-%d", "%d-%m-%Y", "%m-%d-%Y"):
        try:
            return [None if part is None else moment(part, order) for part in parts]
        except ValueError:
            continue
    raise ValueError("it holds what is no date.")


def moment(part: Any, order: Any) -> Any:
    """Read a day and perhaps a time of it; a time with its zone becomes that of UTC."""
    day = datetime.datetime.strptime(re.sub("[/.]", "-", part[0]), order)
    if len(part) == 1:
        return day
    time = datetime.time.fromisoformat(re.sub(r"Z$", "+00:00", re.sub(r"([+-]\d\d)$", r"\1:00", part[1])))
    return datetime.datetime.combine(day, time.replace(tzinfo=None)) - (
        time.utcoffset() or datetime.timedelta()
    )


def date(rows: Any, name: Any, parts: Any) -> Any:
    """Give the parts of a date, each less its shift and divided by its scale; 0 where it is missing."""
    try:
        found = moments(column(rows, name))
    except ValueError as error:
        raise ValueError(f"Column {name!r}: {error}") from None
    table = np.zeros((len(rows), len(parts)))
    for row, one in enumerate(found):
        if one is not None:
            known = {
                "year": one.year,
                "month": one.month,
                "day": one.day,
                "weekday": one.weekday(),
                "hour": one.hour,
            }
            table[row] = [(known[part] - shift) / scale for part, (shift, scale) in parts.items()]
    return table


def date_words(cells: Any) -> Any:
    """Write dates as words."""
    return [None if one is None else one.replace(microsecond=0).isoformat() for one in moments(cells)]


def split(text: Any) -> Any:
    """Split a text into words in small letters; signs are left out."""
    return WORD.findall((text or "").lower())


def bag_of_words(rows: Any, name: Any, vocabulary: Any) -> Any:
    """Give a 1 for each word of the vocabulary that occurs in the text."""
    place = {word: at for at, word in enumerate(vocabulary)}
    table = np.zeros((len(rows), len(vocabulary)))
    for row, text in enumerate(words(column(rows, name))):
        table[row, [place[word] for word in split(text) if word in place]] = 1
    return table


def word_numbers(rows: Any, name: Any, vocabulary: Any, length: Any) -> Any:
    """Give the numbers of the first words, at the end of the row: 0 is no word, 1 a rare one."""
    place = {word: at + 2 for at, word in enumerate(vocabulary)}
    table = np.zeros((len(rows), length))
    for row, text in enumerate(words(column(rows, name))):
        found = [place.get(word, 1) for word in split(text)[:length]]
        table[row, length - len(found) :] = found
    return table


def windows_of_rows(x: Any, length: Any) -> Any:
    """Give for every row but the first ones the rows before it: (rows - length, length, numbers)."""
    if len(x) <= length:
        raise ValueError(f"More than {length} rows are needed, there are {len(x)}.")
    return np.stack([x[at : at + length] for at in range(len(x) - length)])


def series_of_rows(x: Any, names: Any, length: Any) -> Any:
    """Give the last rows of each series, shorter ones after zeros: (series, length, numbers)."""
    members: Any = {}
    for row, name in enumerate(names):
        members.setdefault(name or "", []).append(row)
    table = np.zeros((len(members), length, x.shape[1]), np.float32)
    for at, found in enumerate(members.values()):
        last = found[-length:]
        table[at, length - len(last) :] = x[last]
    return table
