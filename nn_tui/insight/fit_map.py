"""The fit over a plane: what the network answers at each place, with the rows on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.insight.answers import own_units
from nn_tui.insight.fit_planes import Plane2
from nn_tui.insight.fit_rows import MOST_POINTS, Shown, chance_of, drawn, off_words, right_words
from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import Array, Control, Heatmap, InsightRequest, Points


def over_plane(
    request: InsightRequest,
    plane: Plane2,
    splits: Shown,
    grid: int,
    discrete: bool,
    output: int,
    controls: tuple[Control, ...],
) -> Heatmap:
    """Draw the answers over a plane, with the rows on it."""
    model, data = request.model, request.data
    (left, right), (bottom, top) = plane.bounds
    cells = np.stack(np.meshgrid(np.linspace(left, right, grid), np.linspace(top, bottom, grid)), axis=-1)
    answers = model.predict(plane.rows(cells.reshape(-1, 2)))
    answers = answers.reshape(len(answers), -1)
    scale = _scale_of(data, output)
    common: dict[str, Any] = {
        "x_bounds": plane.bounds[0],
        "y_bounds": plane.bounds[1],
        "x_label": plane.names[0],
        "y_label": plane.names[1],
        "x_names": plane.choices[0],
        "y_names": plane.choices[1],
        "class_names": data.class_names,
        "points": tuple(_points(data, plane, split, role, scale, output) for split, role, _ in splits),
        "controls": controls,
    }
    told = f" {plane.told}" if plane.told else ""
    if data.task == "regression":
        middle, reach = scale
        own = own_units(data.preparation, answers[:, output])
        values = np.clip((own - middle) / reach, -1, 1).reshape(grid, grid)
        ends = (middle - reach, middle + reach)
        caption = (
            f"Blue is {short_number(ends[1])}, orange {short_number(ends[0])}; "
            f"{off_words(model, data, splits, output)}.{told}"
        )
        values = np.sign(values) if discrete else values
        return Heatmap(values, caption=caption, ends=ends, **common)
    if data.classes == 2:
        values = (2 * chance_of(model, answers) - 1).reshape(grid, grid)
        caption = f"Each colour is a class; {right_words(model, data, splits)}.{told}"
        return Heatmap(np.where(values > 0, 1.0, -1.0) if discrete else values, caption=caption, **common)
    chances = answers / np.maximum(answers.sum(axis=1, keepdims=True), 1e-9)
    strength = np.ones((grid, grid)) if discrete else chances.max(axis=1).reshape(grid, grid)
    return Heatmap(
        chances.argmax(axis=1).reshape(grid, grid),
        meaning="classes",
        strength=strength,
        caption=f"The most probable class; {right_words(model, data, splits)}.{told}",
        **common,
    )


def _scale_of(data: Any, output: int) -> tuple[float, float]:
    """Give the value that is between the colours and how far it is from there to a full one."""
    if data.task != "regression":
        return 0.0, 1.0
    truth = data.train.y.reshape(len(data.train.y), -1)[:, output]
    low, high = (float(own_units(data.preparation, end)) for end in (truth.min(), truth.max()))
    if low <= 0 <= high:
        return 0.0, max(1e-6, -low, high)
    return (low + high) / 2, max(1e-6, (high - low) / 2)


def _points(
    data: Any, plane: Plane2, split: Any, role: Any, scale: tuple[float, float], output: int
) -> Points:
    rows = drawn(split, MOST_POINTS)
    some = _Some(split, rows)
    places = plane.places(some)
    values: Array = some.y
    if data.task == "regression":
        own = own_units(data.preparation, values.reshape(len(values), -1)[:, output])
        values = (own - scale[0]) / scale[1]
    elif data.classes == 2:
        values = 2.0 * values - 1
    return Points(places[:, 0], places[:, 1], values, role)


class _Some:
    """Some rows of a split."""

    def __init__(self, split: Any, rows: slice) -> None:
        self.x, self.y = split.x[rows], split.y[rows]
        self.coordinates = None if split.coordinates is None else split.coordinates[rows]
