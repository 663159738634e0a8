"""Pictures of data before any training: a column, the classes, points, images. Pure functions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.dataset import Dataset
from nn_tui.data.described import target_words
from nn_tui.data.labels import labels_of
from nn_tui.data.table import Column
from nn_tui.insight.pictures import Bars, Lines, Picture, Sentence, Series, Tiles

Array = NDArray[Any]
LOOKED_AT = 200_000
"""Rows that a picture looks at; more would not change what one sees."""
MOST_POINTS = 800
MOST_IMAGES = 60


def column_picture(column: Column, target: Column | None = None) -> Bars | Sentence:
    """Draw a column: a histogram, or a bar for each word; and how it goes with the target."""
    column = column.take(np.arange(min(len(column.values), LOOKED_AT)))
    gaps = int(column.missing.sum())
    told = f", {gaps:,} missing" if gaps else ""
    known = column.values[~column.missing]
    if not len(known):
        return Sentence(f"{column.name} has no values.")
    related = "" if target is None else _relation_words(column, target)
    if column.holds == "text" or column.holds == "boolean":
        counts = Counter(word for word in labels_of(column) if word is not None)
        names, numbers = zip(*counts.most_common(200), strict=True)
        caption = f"{column.name}: {len(counts):,} different{told}.{related}"
        return Bars(names, tuple(map(float, numbers)), caption)
    if column.holds == "date":
        days = known.astype("datetime64[D]").astype(float)
        in_bins = np.histogram(days, bins=24)[0]
        first, last = str(known.min())[:10], str(known.max())[:10]
        return Bars(
            (first, *[""] * 22, last),
            tuple(map(float, in_bins)),
            f"{column.name}: {first} to {last}{told}.",
            upright=True,
        )
    in_bins, edges = np.histogram(known, bins=_bins(known))
    ends = (f"{edges[0]:.4g}", *[""] * (len(in_bins) - 2), f"{edges[-1]:.4g}")
    caption = f"{column.name}: mean {known.mean():.4g}, median {np.median(known):.4g}{told}.{related}"
    return Bars(ends, tuple(map(float, in_bins)), caption, upright=True)


def _bins(known: Array) -> int:
    different = len(np.unique(known))
    return max(2, min(30, different))


def relation(column: Column, target: Column) -> float | None:
    """Give how much of one column the other explains, -1 to 1; None where neither is a number.

    Two numbers: Pearson's correlation. A number and words: the correlation ratio, the root of the share of
    the number's variance that lies between the words.
    """
    if column.name == target.name or "date" in (column.holds, target.holds):
        return None
    keep = ~(column.missing | target.missing)
    if keep.sum() < 3:
        return None
    one, other = column.values[keep], target.values[keep]
    if column.holds != "text" and target.holds != "text":
        if one.std() == 0 or other.std() == 0:
            return None
        return float(np.corrcoef(one.astype(float), other.astype(float))[0, 1])
    if column.holds == "text" and target.holds == "text":
        return None
    numbers, words = (other, one) if column.holds == "text" else (one, other)
    _, group = np.unique(words.astype(str), return_inverse=True)
    numbers = numbers.astype(float)
    total = ((numbers - numbers.mean()) ** 2).sum()
    if total == 0:
        return None
    counts = np.bincount(group)
    means = np.bincount(group, numbers) / np.maximum(counts, 1)
    return float(np.sqrt((counts * (means - numbers.mean()) ** 2).sum() / total))


def _relation_words(column: Column, target: Column) -> str:
    rows = np.arange(min(len(target.values), LOOKED_AT))
    value = relation(column, target.take(rows))
    return "" if value is None else f" Correlation with {target.name}: {value:.2f}."


def dataset_picture(data: Dataset) -> Picture:
    """Draw data that have no columns to choose from: images, points, or how many rows each class has."""
    shape = data.input_shape
    if len(shape) == 3:
        return thumbnails(data)
    if len(shape) == 1 and shape[0] == 2 and not data.vocabulary:
        return scatter(data)
    if data.classes:
        return balance(data)
    return Sentence(f"{len(data.train):,} rows of shape {shape}, and a number to predict from each.")


def balance(data: Dataset) -> Bars | Sentence:
    """Draw how many training rows each class has."""
    if not data.classes:
        return Sentence("A number is predicted, so there are no classes to count.")
    counts = np.bincount(data.train.y.reshape(-1), minlength=data.classes)
    share = counts.max() / max(1, int(counts.sum()))
    caption = f"{data.classes} classes; always guessing the largest would be right for {share:.0%}."
    return Bars(data.class_names, tuple(map(float, counts)), caption, role="class")


def scatter(data: Dataset) -> Lines:
    """Draw rows of two features as points in their own units, a colour and a mark for each class."""
    x = data.train.x[:MOST_POINTS] * data.scale + data.shift
    y = data.train.y[:MOST_POINTS]
    if data.classes:
        groups = [(name, y == number, number) for number, name in enumerate(data.class_names)]
    else:
        middle = np.median(y)
        groups = [("below the median", y < middle, 0), ("above", y >= middle, 1)]
    series = tuple(
        Series(name, x[rows, 0], x[rows, 1], role="class", kind="points", class_number=number)
        for name, rows, number in groups
    )
    names = data.feature_names or ("x", "y")
    caption = f"{len(data.train):,} training rows by {names[0]} and {names[1]}."
    return Lines(series, names[0], names[1], caption, name_points=True)


def thumbnails(data: Dataset, images: Array | None = None) -> Tiles:
    """Draw the first training images, some of each class; `images` may be changed ones of the same rows."""
    rows = first_of_each(data)
    chosen = data.train.x[rows] if images is None else images
    names = tuple(target_words(data, data.train, row) for row in rows)
    words = "x".join(map(str, data.input_shape))
    return Tiles(tuple(image_shades(chosen)), names, f"{len(data.train):,} training images of {words}.")


def image_shades(images: Array) -> Array:
    """Give images with values from 0 to 1, the least to the most of all, and one or three channels."""
    low, high = float(images.min()), float(images.max())
    shades = (images - low) / (high - low if high > low else 1.0)
    return shades if shades.shape[-1] in (1, 3) else shades.mean(axis=-1, keepdims=True)


def first_of_each(data: Dataset) -> Array:
    """Give the numbers of some training rows, of each class in turn."""
    if not data.classes:
        return np.arange(min(MOST_IMAGES, len(data.train)))
    y = data.train.y[:20_000].reshape(-1)
    by_class = [np.flatnonzero(y == number)[:MOST_IMAGES] for number in range(data.classes)]
    turns = [rows[turn] for turn in range(MOST_IMAGES) for rows in by_class if turn < len(rows)]
    return np.array(turns[:MOST_IMAGES], np.int64)
