"""The view of the loss landscape: what is asked for, made piece by piece, and said in words."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from nn_tui.declare import register
from nn_tui.insight.controls import Place, turn
from nn_tui.insight.landscape.making import BY, Making
from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import Contour, Control, InsightRequest, Picture, Sentence, Series

__all__ = ["landscape"]


SCALES = (1.0, 2.0, 4.0, 0.25, 0.5)
DRAWN = ("contour", "smooth")
LEVELS = 12
FIRST = 13
"""Points along a side from which on a new surface takes the place of the one before."""
LARGEST = 4_000_000
"""Weights of the largest network that is copied for this."""
TURNED = -0.3
"""The mean cosine between a step and the next below which they count as jumping to and fro."""
MATERIAL = 0.1
"""The part of the loss by which it rises where steps overshoot; less is the noise of small batches."""
STILL = 1e-3
"""The part of the loss by which it changes while it counts as still."""


@register("insight", "landscape")
def landscape(
    request: InsightRequest, /, directions: Place = 0, range: Place = 0, drawn: Place = 0
) -> Picture:
    """The loss around the weights along two directions, with the way that the training took.

    Source: the loss on a sample of the training rows, the regularization penalty included, with the
    weights moved along the directions (Li and others, 2018).

    Args:
        directions: the two main ones of the path of the training so far; those of the next steps that the
            optimizer would take; two random ones, each unit's as long as its weights. Default 0, the path.
        range: how far the picture goes: 1, 2, 4, 1/4 or 1/2 times. Default 0, once.
        drawn: with lines of equal loss, or smooth. Default 0, lines.
    """
    by, scale, way = directions % len(BY), range % len(SCALES), drawn % len(DRAWN)
    controls = (
        turn("directions", "directions", by, BY),
        turn("range", "range", scale, [_fraction(one) for one in SCALES]),
        turn("drawn", "drawn", way, DRAWN),
    )
    if not request.model.count_params():
        return Sentence("There are no weights here to move along: add a Dense layer.", controls=controls)
    if request.model.count_params() > LARGEST:
        return Sentence(
            f"A network of {request.model.count_params():,} parameters is not copied beside its training: "
            f"up to {LARGEST:,} are.",
            controls=controls,
        )
    making = _making(request, BY[by], SCALES[scale])
    making.work(request.seconds)
    if making.side >= FIRST or making.finished or "shown" not in request.kept:
        request.kept["shown"] = making
    shown: Making = request.kept["shown"]
    if making.why:
        return Sentence(making.why, controls=controls)
    if not shown.side:
        return Sentence(
            f"Computing the loss around the weights: {making.share:.0%}.",
            controls=controls,
            unfinished=True,
        )
    return _picture(request, shown, controls, smooth=way == 1, unfinished=not making.finished)


def _making(request: InsightRequest, by: str, scale: float) -> Making:
    """Give what is being made; begin anew for other directions, or when the weights have moved on."""
    kept = request.kept
    if kept.get("asked") != (by, scale):
        kept.clear()
        kept["asked"] = (by, scale)
    making: Making | None = kept.get("making")
    if making is None or ((making.finished or request.resting) and making.outdated(request)):
        making = kept["making"] = Making(request, by, scale)
    return making


def _picture(
    request: InsightRequest, made: Making, controls: tuple[Control, ...], *, smooth: bool, unfinished: bool
) -> Contour:
    surface = made.surface
    assert surface is not None
    values = surface.values
    path = surface.directions.places([*made.path, made.origin])
    role: Literal["model", "former"] = "former" if made.ahead else "model"
    trails = [Series("path", path[:, 0], path[:, 1], role)] if made.path else []
    steps = surface.directions.places(made.ahead)
    if len(steps):
        trails.append(Series(f"next {len(steps) - 1} steps", steps[:, 0], steps[:, 1], "mark"))
    here = surface.directions.places([made.origin])[0]
    across, up = surface.directions.names
    return Contour(
        values,
        levels(values),
        surface.x_bounds,
        surface.y_bounds,
        across,
        up,
        _caption(request, made, unfinished),
        tuple(trails),
        (float(here[0]), float(here[1])),
        smooth,
        controls=controls,
        unfinished=unfinished,
    )


def levels(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give losses between which lines are drawn: closer where it is low, as in a bowl they stand evenly."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    power = 4 if high - low > 50 * max(abs(low), 1e-12) else 2
    return low + max(high - low, 1e-12) * np.linspace(0, 1, LEVELS + 1) ** power


def _caption(request: InsightRequest, made: Making, unfinished: bool) -> str:
    surface = made.surface
    assert surface is not None
    lowest, across, up = surface.lowest()
    parts = [f"Loss {short_number(made.losses[0])} here"]
    if made.by == "next steps":
        parts = [_steps_words(made)]
    elif made.by == "path" and made.start is not None:
        parts = [
            f"Loss {short_number(made.start)} at the start of the path, {short_number(made.losses[0])} now"
        ]
        parts.append(f"{surface.directions.held:.0%} of it lies in this plane")
    else:
        parts.append(
            f"lowest {short_number(lowest)} at {across:.2g}, {up:.2g}, along two random directions"
        )
    record = request.record
    if record is not None and record.since_words and made.by == "path":
        parts.append(record.since_words.rstrip("."))
    told = "; ".join(parts)
    finer = "finer soon" if unfinished else f"{surface.side}x{surface.side} points"
    return f"{told}. {made.rows} rows, {finer}."


def _steps_words(made: Making) -> str:
    """Say what the next steps do: fall, stay, jump to and fro."""
    first, last = made.losses[0], made.losses[-1]
    count = len(made.losses) - 1
    told = f"Loss {short_number(first)} -> {short_number(last)} in the next {count} steps"
    rises = not np.isfinite(last) or last > first + MATERIAL * abs(first)
    turned = made.turning
    if turned is not None and turned < TURNED:
        told += f"; each turns back (cosine {turned:.2f})"
        return f"{told} and they climb: they overshoot" if rises else told
    if abs(last - first) < STILL * abs(first):
        return f"{told}: they hardly move"
    return told


def _fraction(scale: float) -> str:
    return f"{scale:g}" if scale >= 1 else f"1/{1 / scale:g}"
