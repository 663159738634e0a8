"""The fit of one input: the network as a function, over the data."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.insight.answers import own_units
from nn_tui.insight.fit_rows import MOST_POINTS, Shown, chance_of, drawn, off_words, right_words
from nn_tui.insight.pictures import Array, Control, InsightRequest, Lines, Series

_BINS = 30


def one_input(request: InsightRequest, splits: Shown, output: int, controls: tuple[Control, ...]) -> Lines:
    model, data = request.model, request.data
    owns = [split.x[:, 0] * data.scale[0] + data.shift[0] for split, _, _ in splits]
    low, high = float(owns[0].min()), float(owns[0].max())
    x = np.linspace(low, high, 200, dtype=np.float32)
    answers = model.predict(((x - data.shift[0]) / data.scale[0])[:, None])
    label = data.feature_names[0] if data.feature_names else "x"
    series: list[Series] = []
    if data.task == "regression":
        for own, (split, role, name) in zip(owns, splits, strict=True):
            rows = drawn(split, MOST_POINTS)
            truth = own_units(data.preparation, split.y[rows].reshape(len(own[rows]), -1)[:, output])
            series.append(Series("data" if role == "train" else name, own[rows], truth, role, "points"))
        series.append(Series("network", x, own_units(data.preparation, answers[:, output])))
        caption = f"The line is what the network answers; {off_words(model, data, splits, output)}."
        return Lines(tuple(series), label, data.target_name, caption, controls=controls, name_points=True)
    if data.classes > 2:
        return _classes(model, data, x, answers, splits, controls)
    for own, (split, role, name) in zip(owns, splits, strict=True):
        middles, shares = _shares(own, split.y == data.classes - 1, low, high)
        series.append(Series("data" if role == "train" else name, middles, shares, role, "points"))
    chance = chance_of(model, answers)
    series.append(Series("network", x, chance))
    truth_told = ""
    if data.recipe is not None:
        targets = data.recipe.targets(x[:, None].astype(np.float64))
        series.append(Series("truth", x, (targets.values * targets.shares).sum(axis=-1), "best"))
        truth_told = " The truth is what the recipe says."
    name = data.class_names[-1]
    crossing = x[np.flatnonzero(np.diff(chance > 0.5))]
    where = f"It says 0.5 at {label} {crossing[0]:.4g}." if len(crossing) else "It never crosses 0.5."
    return Lines(
        tuple(series),
        label,
        f"P({name})",
        f"Share of '{name}' by {label}. {where}{truth_told}",
        (low, high),
        (0.0, 1.0),
        controls=controls,
        name_points=True,
    )


def _classes(
    model: Any,
    data: Any,
    x: Array,
    answers: Array,
    splits: Shown,
    controls: tuple[Control, ...],
) -> Lines:
    """Draw the probability of each class."""
    chances = answers / np.maximum(answers.sum(axis=1, keepdims=True), 1e-9)
    series = tuple(
        Series(name, x, chances[:, number], "class", class_number=number)
        for number, name in enumerate(data.class_names)
    )
    label = data.feature_names[0] if data.feature_names else "x"
    caption = f"The probability of each class by {label}; {right_words(model, data, splits)}."
    return Lines(
        series,
        label,
        "P",
        caption,
        (float(x[0]), float(x[-1])),
        (0.0, 1.0),
        controls=controls,
        name_points=True,
    )


def _shares(raw: Array, hit: Array, low: float, high: float) -> tuple[Array, Array]:
    """Give the share of hits in even pieces of the range, where there are rows."""
    edges = np.linspace(low, high, _BINS + 1)
    place = np.clip(np.searchsorted(edges, raw, side="right") - 1, 0, _BINS - 1)
    counts = np.bincount(place, minlength=_BINS)
    hits = np.bincount(place, weights=hit, minlength=_BINS)
    some = counts > 0
    return ((edges[:-1] + edges[1:]) / 2)[some], hits[some] / counts[some]
