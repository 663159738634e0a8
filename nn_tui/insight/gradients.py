"""Gradients and updates of every layer over the epochs, and the units that no longer learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nn_tui.declare import register
from nn_tui.insight.controls import Place, turn
from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import Array, Control, InsightRequest, Lines, Picture, Sentence, Series
from nn_tui.insight.record import Record

__all__ = ["gradients"]


USUAL = (3e-4, 3e-3)
"""How much of its weights a step usually changes: about a thousandth, by a rule of thumb of Karpathy's
lectures; below the first of them the diagnosis calls the learning rate low."""
SHOWN = ("norm", "update / weight", "dead, saturated")
SAID = {
    0: ("exploding", "vanishing"),
    1: ("learning_rate_high", "learning_rate_low"),
    2: ("dead_relu", "saturated"),
}
"""The signs of the diagnosis that belong to what is shown."""


@register("insight", "gradients")
def gradients(request: InsightRequest, /, shown: Place = 0, layer: Place = 0) -> Picture:
    """How large each layer's gradient and updates are from epoch to epoch, and which units are dead.

    Source: the record of the run, which the diagnosis measures on a sample of the training rows.

    Args:
        shown: the norm of the gradient, the ratio of update to weight, the share of dead and saturated
            units. Default 0, the norm.
        layer: all of them, or one. Default 0, all.
    """
    record: Record | None = request.record
    at = shown % len(SHOWN)
    controls = [turn("shown", "shown", at, SHOWN)]
    if record is None or not record.layers:
        return Sentence(_why_nothing(request), controls=tuple(controls))
    curves = _curves(record, at)
    if not curves:
        return Sentence(
            "No hidden layer here has relu, sigmoid or tanh units, so none can be dead or saturated: "
            "give a hidden layer activation relu."
            if at == 2
            else "No layer here has weights that are trained: add a Dense layer.",
            controls=tuple(controls),
        )
    names = [curve.series.name for curve in curves]
    controls.append(turn("layer", "layer", layer % (len(curves) + 1), ("all", *names)))
    chosen = curves if layer % (len(curves) + 1) == 0 else [curves[layer % (len(curves) + 1) - 1]]
    return _drawn(record, at, chosen, curves, tuple(controls))


@dataclass(frozen=True, eq=False)
class _Curve:
    """One layer's curve, and its number among the layers of the record."""

    number: int
    series: Series


def _curves(record: Record, at: int) -> list[_Curve]:
    measures: Sequence[tuple[str, Array]] = (
        (("", record.gradient),),
        (("", record.update),),
        ((" dead", record.dead), (" saturated", record.saturated)),
    )[at]
    return [
        _Curve(
            number,
            Series(f"{layer.title}{word}", record.epochs, values[:, number], "class", class_number=number),
        )
        for number, layer in enumerate(record.layers)
        for word, values in measures
        if np.isfinite(values[:, number]).any()
    ]


def _drawn(
    record: Record,
    at: int,
    chosen: list[_Curve],
    curves: list[_Curve],
    controls: tuple[Control, ...],
) -> Lines:
    last = max(1.0, float(record.epochs[-1]))
    label = ("norm of the gradient", "update / weight", "share")[at]
    return Lines(
        tuple(curve.series for curve in chosen),
        "epoch",
        label,
        " ".join(part for part in (_caption(record, at, curves), record.since_words) if part),
        (record.since if record.since < last else 0.0, last),
        (0.0, 1.0) if at == 2 else None,
        y_log=at < 2,
        usual=USUAL if at == 1 else None,
        last_values=True,
        controls=controls,
    )


def _caption(record: Record, at: int, curves: list[_Curve]) -> str:
    """Say what the diagnosis says of it, else the figure that it would be judged by."""
    said = [record.found[name] for name in SAID[at] if name in record.found]
    if said:
        return said[0]
    if at == 0:
        first, last = (record.slope[-1, curves[place].number] for place in (0, -1))
        if len(curves) < 2 or not last > 0:
            return f"Norm of the mean gradient over {record.rows} rows."
        one, other = (record.layers[curves[place].number] for place in (0, -1))
        return (
            f"For each weight layer {one.index + 1} gets {short_number(first / last)} of what layer "
            f"{other.index + 1} gets. Gradient of the mean loss over {record.rows} rows."
        )
    if at == 1:
        now = record.update[-1]
        known = now[np.isfinite(now)]
        largest = f" Now up to {short_number(float(known.max()))}." if len(known) else ""
        return f"How much of itself a step changes each kernel; about 0.001 is usual.{largest}"
    return (
        f"Dead: relu units that give 0 for all of {record.rows} rows. Saturated: sigmoid and tanh outputs "
        "whose slope is below a tenth of its largest."
    )


def _why_nothing(request: InsightRequest) -> str:
    if not request.model.count_params():
        return "There are no weights here: add a Dense layer."
    return (
        f"A network of {request.model.count_params():,} parameters is not measured beside its training: "
        "up to 4,000,000 are."
    )
