"""What is said when nothing is wrong."""

from __future__ import annotations

import numpy as np

from nn_tui.declare import register
from nn_tui.experiment.diagnosis.finding import Finding
from nn_tui.experiment.diagnosis.signs import Signs
from nn_tui.experiment.words import number

__all__ = ["early", "settled", "well"]

FEWEST = 3
"""Epochs before which nothing can be told from a curve."""

WORSE = 1.2
"""So many times the best constant answer's loss is worse than having learned nothing."""
WINDOW = 10
STILL = 0.01
"""By how much a loss falls in ten epochs while it counts as still, as a part of the best constant
answer's."""


@register("sign", "early")
def early(signs: Signs) -> Finding | None:
    """Too few epochs to say anything."""
    if signs.measured >= FEWEST:
        return None
    told = {0: "nothing is trained yet", 1: "1 epoch is too early to tell"}
    text = told.get(signs.measured, f"{signs.measured} epochs are too early to tell")
    return Finding("early", text, f"From {FEWEST} epochs on the curves are looked at.")


@register("sign", "settled")
def settled(signs: Signs) -> Finding | None:
    """The loss does not fall any more, and nothing is wrong."""
    loss = signs.curve("loss")
    if len(loss) <= WINDOW:
        return None
    # The lowest so far, as the loss itself goes up and down by the order of the batches.
    if float(loss[:-WINDOW].min() - loss[-WINDOW:].min()) > STILL * signs.scale:
        return None
    learned = "has learned; " if signs.learned > 0.5 else ""
    return Finding("settled", f"{learned}loss no longer falls{_followed(signs)}", _figures(signs))


@register("sign", "well")
def well(signs: Signs) -> Finding | None:
    """It learns."""
    loss, guessed = signs.curve("loss"), signs.data.baseline
    if guessed is not None and len(loss) and float(loss[-1]) > WORSE * guessed:
        told = f"the loss falls, but guessing would still be better: {number(guessed)}"
        return Finding("well", told, _figures(signs))
    return Finding("well", f"learning well{_followed(signs)}", _figures(signs))


def _followed(signs: Signs) -> str:
    loss, held_out = signs.curve("loss"), signs.curve("val_loss")
    if not len(held_out):
        return ""
    gap = float(np.median(held_out[-3:]) - np.median(loss[-3:]))
    if gap > 0.15 * signs.scale:
        return ", validation is behind training"
    return ", validation follows training"


def _figures(signs: Signs) -> str:
    parts = []
    for name in ("loss", "val_loss", "accuracy", "val_accuracy"):
        values = signs.curve(name)
        if len(values):
            parts.append(f"{name} {number(float(values[0]))} -> {number(float(values[-1]))}")
    told = f"{'; '.join(parts)}."
    if signs.updates:
        step = np.median(signs.updates)
        told += f" One step changes the weights by {step:.1g} of their size; 0.001 is usual."
    return told
