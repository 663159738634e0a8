"""The best possible: what any model can reach on generated data, beside what this one reaches, and why."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.data.recipe import Targets
from nn_tui.declare import register
from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import (
    Array,
    Board,
    Heatmap,
    InsightRequest,
    Lines,
    Page,
    Picture,
    Sentence,
    Series,
    Table,
)
from nn_tui.insight.reachable import reachable_loss, reachable_metric

__all__ = ["best_possible"]

ROWS = 2000
"""Rows of each split that are measured; of more these many, evenly taken."""
GRID = 48


@register("insight", "best-possible")
def best_possible(request: InsightRequest, /) -> Picture:
    """The best that any model can reach on generated data, and how far this network is from it.

    Source: the recipe of the data; at each input the answer with the least mean loss.
    """
    model, data = request.model, request.data
    recipe = data.recipe
    if recipe is None:
        return Sentence(
            "Nobody knows the best possible of these data: it follows from the recipe of generated data. "
            "Try clinical-trial, circle or gauss with noise."
        )
    outputs = int(model.output_shape[-1] or 0)
    best = {"loss": reachable_loss(recipe, model.loss, outputs, data.classes)}
    for name, metric in model.metrics.items():
        best[name] = reachable_metric(recipe, metric, outputs, data.classes)
    known = {name: value for name, value in best.items() if value is not None}
    splits = [
        (name, split)
        for name, split in (("training", data.train), ("validation", data.validation), ("test", data.test))
        if split is not None and len(split)
    ]
    rows = [("best possible", *("-" if value is None else f"{value:.4f}" for value in best.values()))]
    for name, split in splits:
        measured = _measured(model, split)
        rows.append((f"{name} rows", *(f"{measured[one]:.4f}" for one in best)))
    table = Table(("", *(name.replace("_", " ") for name in best)), tuple(rows), "", chosen=0)
    pictures: list[Any] = [table, _truth(data), Page(tuple(_words(data, known)), "")]
    titles = ("This network", _truth_title(data), _question(data))
    told = ", ".join(f"{name.replace('_', ' ')} {value:.4f}" for name, value in known.items())
    return Board(
        titles,
        tuple(pictures),
        f"The best that any model can reach on new rows: {told or 'unknown'}.",
        34,
        7,
    )


def _measured(model: Any, split: Any) -> dict[str, float]:
    step = max(1, -(-len(split) // ROWS))
    values = model.evaluate(split.x[::step], split.y[::step], verbose=0, return_dict=True)
    return dict(values)


def expected(targets: Targets) -> Array:
    """Give the mean target at each place: of two classes the chance of the second."""
    mean: Array = (targets.values * targets.shares).sum(axis=-1)
    return mean


def _truth_title(data: Any) -> str:
    return f"True chance of '{data.class_names[-1]}'" if data.classes else f"Mean {data.target_name}"


def _question(data: Any) -> str:
    return "Why not 100 %" if data.classes else "Why not 0"


def _truth(data: Any) -> Lines | Heatmap:
    """Draw what the recipe says at every input: nobody can know more."""
    recipe = data.recipe
    if data.input_shape == (1,) and data.plane is None:
        places = recipe.places()
        order = np.argsort(places.x[:, 0])
        x, chance = places.x[order, 0], expected(recipe.targets(places.x))[order]
        series = Series("truth", x, chance)
        return Lines(
            (series,), data.feature_names[0], "chance", "", (float(x[0]), float(x[-1])), (0.0, 1.0)
        )
    reach = 6.0 if data.plane is None else data.plane.reach
    if data.plane is None:
        reach = float(np.ceil(np.abs(data.train.x * data.scale + data.shift).max()))
    along = np.linspace(-reach, reach, GRID)
    cells = np.stack(np.meshgrid(along, along[::-1]), axis=-1).reshape(-1, 2)
    mean = expected(recipe.targets(cells))
    if data.classes:
        mean = 2 * mean - 1
    else:
        mean = np.clip(mean / max(1e-6, float(np.abs(data.train.y).max())), -1, 1)
    bounds = (-reach, reach)
    return Heatmap(mean.reshape(GRID, GRID), bounds, bounds, "x", "y", "", class_names=data.class_names)


def _words(data: Any, known: dict[str, float]) -> list[Any]:
    """Say why the best is no better, and what to make of it."""
    why = data.recipe.why
    if not why:
        return [
            (("The recipe has no noise: every row can be right. ", "text"),),
            (("Give the data some noise to see a limit.", "faint"),),
        ]
    lines: list[Any] = [((why, "text"),)]
    accuracy = next((value for name, value in known.items() if name.endswith("accuracy")), None)
    if accuracy is not None:
        wrong = f"{1 - accuracy:.1%}" if accuracy < 0.9995 else short_number(1 - accuracy)
        lines.append(((f"So {wrong} of new rows will be wrong, whatever the model.", "strong"),))
    lines.append(
        (
            (
                "Better than this on training rows is noise learned by heart, overfitting, and is paid for "
                "on new rows. The few rows of a split may be luckier than the recipe, or less lucky.",
                "text",
            ),
        )
    )
    return lines
