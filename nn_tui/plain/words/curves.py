"""The curves in words: where a quantity began, where it is, its best epoch, which way it goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine.callbacks.watching import larger_is_better
from nn_tui.experiment.runs.listing import sparkline
from nn_tui.experiment.snapshot import Curves
from nn_tui.experiment.words import in_order, number
from nn_tui.insight.number_words import short_number

Array = NDArray[Any]

WINDOW = 6
"""Epochs whose two halves are compared for a trend."""
STILL = 0.01
"""By how much of itself a quantity must move between the halves to count as moving."""
WIDTH = 40
"""Characters of a curve drawn as text."""


def quantity_words(name: str) -> str:
    """Say the name of a quantity: `val_accuracy` is validation accuracy."""
    plain = name.removeprefix("val_").replace("_", " ")
    return f"validation {plain}" if name.startswith("val_") else plain


def trend(values: Sequence[float] | Array) -> str:
    """Say which way the last epochs go: falling, rising or steady; empty where there are too few."""
    last = np.asarray(values, np.float64)[-WINDOW:]
    last = last[np.isfinite(last)]
    if len(last) < 2:
        return ""
    half = len(last) // 2
    before, after = float(last[:half].mean()), float(last[half:].mean())
    moved = (after - before) / max(abs(before), abs(after), 1e-12)
    if abs(moved) < STILL:
        return "steady"
    return "rising" if moved > 0 else "falling"


def best(name: str, epochs: Array, values: Array) -> tuple[float, int] | None:
    """Give the best value and its epoch, the first of equals; None where there is no finite one."""
    finite = np.flatnonzero(np.isfinite(values))
    if not len(finite):
        return None
    known = values[finite]
    at = finite[int(known.argmax() if larger_is_better(name) else known.argmin())]
    return float(values[at]), int(epochs[at])


def headline(names: Iterable[str]) -> str:
    """Give the quantity that a run is judged by: the best there is of validation metric, metric, loss."""
    known = list(names)
    ranked = sorted(known, key=lambda name: (name.endswith("loss"), not name.startswith("val_")))
    return ranked[0] if ranked else ""


def epoch_sentence(curves: Curves, at: int, epochs: int) -> str:
    """Tell of an epoch: `Epoch 12 of 20: loss 0.33, falling; validation accuracy 0.91, best so far.`

    Args:
        curves: of the run.
        at: which of their epochs, from 0.
        epochs: how many there will be.
    """
    seen = curves.epochs[: at + 1]
    past = {name: values[: at + 1] for name, values in curves.values.items()}
    judged = headline(past)
    shown = [name for name in in_order(dict.fromkeys(past, 0.0)) if name.endswith("loss") or name == judged]
    parts = []
    for name in shown:
        value = float(past[name][-1])
        if not np.isfinite(value):
            continue
        told = f"{quantity_words(name)} {short_number(value)}"
        found = best(name, seen, past[name])
        if name == judged and found is not None:
            since = "" if found[1] == int(seen[-1]) else f", first in epoch {found[1]}"
            good = f"best so far{since}" if float(past[name][-1]) == found[0] else ""
            parts.append(f"{told}, {good or f'best {short_number(found[0])} in epoch {found[1]}'}")
        else:
            way = trend(past[name])
            parts.append(f"{told}, {way}" if way else told)
    return f"Epoch {int(seen[-1])} of {epochs}: {'; '.join(parts)}."


def result_words(curves: Curves) -> str:
    """Tell what the last epoch measured, and the best epoch of the quantity that a run is judged by."""
    if not len(curves.epochs):
        return ""
    values = in_order({name: float(values[-1]) for name, values in curves.values.items()})
    finite = {name: value for name, value in values.items() if np.isfinite(value)}
    told = ", ".join(f"{quantity_words(name)} {number(value)}" for name, value in finite.items())
    told = f"{told[:1].upper()}{told[1:]}." if told else "The values are not finite."
    judged = headline(curves.values)
    found = best(judged, curves.epochs, curves.values[judged]) if judged else None
    if found is None:
        return told
    return f"{told} Best {quantity_words(judged)} {number(found[0])} in epoch {found[1]}."


def curve_sentences(name: str, curves: Curves) -> list[str]:
    """Tell of a quantity's curve from its beginning on, and what was changed on the way."""
    values = curves.values[name]
    known = np.flatnonzero(np.isfinite(values))
    words = quantity_words(name)
    words = words[:1].upper() + words[1:]
    if not len(known):
        return [f"{words}: no epoch has a value."]
    first, last = int(known[0]), int(known[-1])
    told = (
        f"{words}: {number(float(values[first]))} in epoch {int(curves.epochs[first])}, "
        f"{number(float(values[last]))} now, in epoch {int(curves.epochs[last])}"
    )
    way = trend(values)
    told += f"; {way} in the last {min(WINDOW, len(known))} epochs." if way else "."
    found = best(name, curves.epochs, values)
    if found is not None:
        kind = "highest" if larger_is_better(name) else "lowest"
        told += f" Best, the {kind}: {number(found[0])} in epoch {found[1]}."
    possible = curves.possible.get(name.removeprefix("val_"))
    if possible is None:
        return [told]
    return [
        told,
        f"The best that any model can reach on new rows is {number(possible)}. {curves.why}".strip(),
    ]


def mark_sentences(curves: Curves) -> list[str]:
    """Tell of the moments marked on the curves: changes made while it trained."""
    return [f"At epoch {mark.epoch:.4g}: {mark.text}." for mark in curves.marks]


def drawn(name: str, curves: Curves, *, ascii_only: bool = False) -> str:
    """Draw a curve as a line of text."""
    values = [float(value) for value in curves.values[name]]
    finite = [value for value in values if np.isfinite(value)]
    if not finite:
        return "no values"
    line = sparkline(values, WIDTH, ascii_only=ascii_only)
    return f"{line}  lowest {short_number(min(finite))}, highest {short_number(max(finite))}"
