"""What the network has learned, over the data: a function of one input, a boundary of two."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.insight.pictures import Array, Heatmap, InsightRequest, Lines, Picture, Points, Sentence, Series

__all__ = ["fit"]

Grid = Annotated[int, Knob(at_least=8, at_most=400)]

MOST_POINTS = 800
_BINS = 30


@register("insight", "fit")
def fit(request: InsightRequest, /, grid: Grid = 60) -> Picture:
    """What the network answers for every input, with the data on it.

    Args:
        grid: answers computed along each side of the picture. Default 60.
    """
    data = request.data
    if data.plane is not None or data.input_shape == (2,):
        return _two_inputs(request, grid)
    if data.input_shape == (1,):
        return _one_input(request)
    return Sentence(
        f"Rows here have the shape {data.input_shape}. The fit is drawn for data of one or two features: "
        "try circle, spiral or clinical-trial."
    )


def _one_input(request: InsightRequest) -> Lines:
    model, data = request.model, request.data
    raw = data.train.x[:, 0] * data.scale[0] + data.shift[0]
    low, high = float(raw.min()), float(raw.max())
    x = np.linspace(low, high, 200, dtype=np.float32)
    answers = model.predict(((x - data.shift[0]) / data.scale[0])[:, None])
    label = data.feature_names[0] if data.feature_names else "x"
    if data.task == "regression":
        step = max(1, len(raw) // MOST_POINTS)
        rows = Series("data", raw[::step], data.train.y[::step], "train", "points")
        answer = Series("network", x, answers[:, 0])
        return Lines((rows, answer), label, data.target_name, "The line is what the network answers.")
    chance = _chance(model, answers)
    middles, shares = _shares(raw, data.train.y == data.classes - 1, low, high)
    name = data.class_names[-1]
    series = (
        Series("data", middles, shares, "train", "points"),
        Series("network", x, chance),
    )
    crossing = x[np.flatnonzero(np.diff(chance > 0.5))]
    where = f"It says 0.5 at {label} {crossing[0]:.0f}." if len(crossing) else "It never crosses 0.5."
    return Lines(
        series, label, f"P({name})", f"Share of '{name}' by {label}. {where}", (low, high), (0.0, 1.0)
    )


def _chance(model: Any, answers: Array) -> Array:
    """Give the probability of the last class."""
    if answers.shape[1] == 1:
        # Of an output from -1 to 1 the sign tells the class.
        return np.clip((answers[:, 0] + 1) / 2, 0, 1) if model.loss.signed else answers[:, 0]
    total = answers.sum(axis=1)
    return answers[:, -1] / np.where(total > 0, total, 1)


def _shares(raw: Array, hit: Array, low: float, high: float) -> tuple[Array, Array]:
    """Give the share of hits in even pieces of the range, where there are rows."""
    edges = np.linspace(low, high, _BINS + 1)
    place = np.clip(np.searchsorted(edges, raw, side="right") - 1, 0, _BINS - 1)
    counts = np.bincount(place, minlength=_BINS)
    hits = np.bincount(place, weights=hit, minlength=_BINS)
    some = counts > 0
    return ((edges[:-1] + edges[1:]) / 2)[some], hits[some] / counts[some]


def _two_inputs(request: InsightRequest, grid: int) -> Heatmap:
    model, data = request.model, request.data
    bounds = _bounds(data)
    (left, right), (bottom, top) = bounds
    x = np.linspace(left, right, grid)
    y = np.linspace(top, bottom, grid)
    cells = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    features = cells if data.plane is None else data.plane.features(cells)
    answers = model.predict(((features - data.shift) / data.scale).astype(np.float32))
    names = data.feature_names if len(data.feature_names) == 2 else ("x", "y")
    if data.plane is not None:
        names = data.plane.names
    parts = [_points(data, split, role) for split, role, _ in _shown(data)]
    common: dict[str, Any] = {
        "x_bounds": bounds[0],
        "y_bounds": bounds[1],
        "x_label": names[0],
        "y_label": names[1],
        "class_names": data.class_names,
        "points": tuple(parts),
    }
    if data.task == "regression":
        reach = max(1e-6, float(np.abs(data.train.y).max()))
        values = np.clip(answers[:, 0] / reach, -1, 1)
        caption = f"Blue is {reach:.2g}, orange -{reach:.2g}; the points are the data."
        return Heatmap(values.reshape(grid, grid), caption=caption, **common)
    if data.classes == 2:
        values = 2 * _chance(model, answers) - 1
        right_share = _right(model, data)
        caption = f"Each colour is a class; {right_share}."
        return Heatmap(values.reshape(grid, grid), caption=caption, **common)
    chances = answers / np.maximum(answers.sum(axis=1, keepdims=True), 1e-9)
    return Heatmap(
        chances.argmax(axis=1).reshape(grid, grid),
        meaning="classes",
        strength=chances.max(axis=1).reshape(grid, grid),
        caption=f"The most probable class; {_right(model, data)}.",
        **common,
    )


def _shown(data: Any) -> list[tuple[Any, Any, str]]:
    """Give the rows that are drawn: those trained on and those kept apart, with their role and name."""
    kept = (data.test, "test", "test")
    if data.test is None:
        kept = (data.validation, "validation", "validation")
    return [part for part in ((data.train, "train", "training"), kept) if part[0] is not None]


def _bounds(data: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """Give a range of each feature that holds all rows, a little wider, in its own unit."""
    if data.plane is not None:
        reach = data.plane.reach
        return (-reach, reach), (-reach, reach)
    raw = data.train.x * data.scale + data.shift
    low, high = raw.min(axis=0), raw.max(axis=0)
    margin = (high - low) * 0.08 + 1e-6
    low, high = low - margin, high + margin
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


def _points(data: Any, split: Any, role: Any) -> Points:
    step = max(1, -(-len(split.x) // MOST_POINTS))
    raw = split.x[::step] * data.scale + data.shift if data.plane is None else split.coordinates[::step]
    values = split.y[::step]
    if data.task == "regression":
        values = values / max(1e-6, float(np.abs(data.train.y).max()))
    elif data.classes == 2:
        values = 2.0 * values - 1
    return Points(raw[:, 0], raw[:, 1], values, role)


def _right(model: Any, data: Any) -> str:
    told = []
    for split, _, name in _shown(data):
        answers = model.predict(split.x[:2000])
        guess = _chance(model, answers) > 0.5 if answers.shape[1] == 1 else answers.argmax(axis=1)
        told.append(f"{name} {(guess == split.y[:2000]).mean():.1%}")
    return f"right: {', '.join(told)}"
