"""A sweep as pictures: the curves of its trials over each other, and what each varied setting does."""

from __future__ import annotations

import math

import numpy as np

from nn_tui.experiment.words import number
from nn_tui.insight.pictures import Intervals, Lines, Picture, Sentence, Series
from nn_tui.sweep.effects import effects
from nn_tui.sweep.standings import FAULTS, Standing, Standings

MOST_CURVES = 16
"""Curves that are drawn; more are a cloud, and drawing takes its time."""
LEFT_OUT = 2.0
"""Percent of the values at each end that may lie outside: one that explodes would press all else flat."""


def curves_picture(sweep: Standings, chosen: int | None = None) -> Picture:
    """Draw the metric of the trials over the epochs: the chosen and the best one stand out.

    Args:
        sweep: where the trials stand.
        chosen: the number of a trial. Default: none.
    """
    name = sweep.plan.objective.name
    best = sweep.best
    one = None if chosen is None else sweep.standings[chosen]
    drawn = _drawn(sweep, best, one)
    if not drawn:
        return Sentence("No epoch has been trained yet.")
    series = [_series(other, "former") for other in drawn if other not in (one, best)]
    if best is not None and best is not one and best.curve:
        series.append(_series(best, "validation"))
    if one is not None and one.curve:
        series.append(_series(one, "train"))
    last = max(standing.curve[-1][0] for standing in drawn)
    last = max(last, *(standing.epochs for standing in drawn), 2)
    caption = _caption(sweep, len(drawn), best, one)
    return Lines(tuple(series), "epoch", name, caption, (1.0, float(last)), _bounds(drawn))


def _drawn(sweep: Standings, best: Standing | None, chosen: Standing | None) -> list[Standing]:
    """Choose the trials whose curves are drawn: those that train, then the best."""
    ranked = [one for summary in sweep.ranking() for one in summary.standings if one.curve]
    ranked.sort(key=lambda one: one.phase != "training")  # keeps the order of each part
    drawn = ranked[:MOST_CURVES]
    for wanted in (best, chosen):
        if wanted is not None and wanted.curve and wanted not in drawn:
            drawn.append(wanted)
    return drawn


def _series(standing: Standing, role: str) -> Series:
    epochs, values = np.array(standing.curve).T
    # What is faint cannot be told apart, so a legend does not name it.
    name = "" if role == "former" else f"trial {standing.trial.number + 1}"
    return Series(name, epochs, values, role)  # type: ignore[arg-type]  # three of its roles


def _bounds(drawn: list[Standing]) -> tuple[float, float]:
    """Give the range up, in round steps, so that it seldom moves."""
    sound = [one for one in drawn if one.phase not in FAULTS] or drawn
    values = np.array([value for one in sound for _, value in one.curve if math.isfinite(value)])
    if not len(values):
        return 0.0, 1.0
    low, high = (float(edge) for edge in np.percentile(values, (LEFT_OUT, 100 - LEFT_OUT)))
    bests = [one.best[0] for one in sound if one.best is not None]
    low, high = min([low, *bests]), max([high, *bests])
    step = 10.0 ** math.floor(math.log10(max(high - low, 1e-3 * abs(high), 1e-9))) / 2
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    return (bottom, top) if top > bottom else (bottom - step, top + step)


def _caption(sweep: Standings, count: int, best: Standing | None, chosen: Standing | None) -> str:
    every = sum(bool(one.curve) for one in sweep.standings)
    told = f"{count} of {every} curves" if count < every else f"{every} curve{'' if every == 1 else 's'}"
    parts = [f"{sweep.plan.objective.name}: {told}"]
    if best is not None and best.best is not None:
        parts.append(f"the best is trial {best.trial.number + 1} ({number(best.best[0])})")
    if chosen is not None and chosen is not best:
        value = number(chosen.best[0]) if chosen.best is not None else chosen.phase
        parts.append(f"selected is trial {chosen.trial.number + 1} ({value})")
    return "; ".join(parts)


def effect_picture(sweep: Standings, at: int) -> Picture:
    """Draw what a varied setting does: mean and spread of the metric for each of its values.

    Args:
        sweep: where the trials stand.
        at: which setting.
    """
    found = effects(sweep, at)
    metric = sweep.plan.objective.name
    if not found:
        return Sentence("No trial has a value yet.")
    objective = sweep.plan.objective
    best = min(range(len(found)), key=lambda place: objective.rank(found[place].mean))
    others = " over all other settings" if len(sweep.plan.axes) > 1 else ""
    wanted = "largest" if objective.larger else "smallest"
    return Intervals(
        tuple(one.words for one in found),
        tuple(one.mean for one in found),
        tuple(one.spread for one in found),
        tuple(one.count for one in found),
        f"mean and spread of {metric}{others} (trials); {wanted} at {found[best].words}",
        best=best,
    )
