"""Signs of a network that learns its rows by heart, or that cannot learn them."""

from __future__ import annotations

import numpy as np

from nn_tui.declare import register
from nn_tui.experiment.diagnosis.classes import imbalance
from nn_tui.experiment.diagnosis.finding import Finding, Remedy
from nn_tui.experiment.diagnosis.gradients import vanishing
from nn_tui.experiment.diagnosis.rates import learning_rate_high, learning_rate_low
from nn_tui.experiment.diagnosis.remedies import enlarged, stopped_early, with_dropout
from nn_tui.experiment.diagnosis.signs import Signs
from nn_tui.experiment.diagnosis.units import dead_relu, saturated
from nn_tui.experiment.words import number

__all__ = ["overfitting", "underfitting"]

RISEN = 1.1
"""How many times its best value val_loss must have; less comes and goes with shuffled batches."""
LAST = 3
"""Epochs of which the middle value stands for the present, so that one bad epoch says nothing."""
MATERIAL = 0.1
"""By how much it must have risen, as a part of the best constant answer's loss; less may be one row."""
WINDOW = 10
FLAT = 0.02
"""By how much of itself the loss falls in ten epochs while it counts as still."""
HIGH = 0.5
"""The part of the best constant answer's loss above which little was learned."""
NO_WORSE = 1.1
"""So many times that loss, it is something else than too small a network."""
CAUSES = (vanishing, learning_rate_high, learning_rate_low, dead_relu, saturated, imbalance)
"""Why a network learns little though it may be large enough."""


@register("sign", "overfitting")
def overfitting(signs: Signs) -> Finding | None:
    """The validation loss rises while the training loss still falls.

    Source: both curves since the best validation epoch.
    """
    loss, held_out = signs.curve("loss"), signs.curve("val_loss")
    if len(held_out) < 6 or len(loss) != len(held_out):
        return None
    best = int(held_out.argmin())
    since = len(held_out) - 1 - best
    now = float(np.median(held_out[-LAST:]))
    lowest = float(held_out[best])
    if since < max(3, len(held_out) // 20) or now < RISEN * lowest or now - lowest < MATERIAL * signs.scale:
        return None
    present = float(np.median(loss[-LAST:]))
    if present > 0.98 * float(loss[best]):
        return None
    if signs.data.baseline is not None and present > signs.data.baseline:
        return None  # what does no better than guessing on its own rows has not learned them by heart
    epoch = int(signs.curves.epochs[best])
    changed = with_dropout(signs.spec)
    raised = any(layer.type == "Dropout" for layer in signs.spec.layers)
    words = "Raise the dropout rates" if raised else "Put a Dropout after each hidden layer"
    if changed is None:
        changed = stopped_early(signs.spec)
        words = "Stop when val_loss no longer falls and take the best epoch's weights (EarlyStopping)"
    if changed is None:
        words = "Take more rows, or a smaller network"
    return Finding(
        "overfitting",
        f"Overfitting since epoch {epoch}: val_loss {number(lowest)} -> {number(now)}, "
        f"loss down to {number(float(loss[-1]))}.",
        f"Loss was {number(float(loss[best]))} then: the network learns its rows by heart. "
        f"It counts when val_loss is {RISEN - 1:.0%} above its best, {max(3, len(held_out) // 20)} epochs "
        "or more after it.",
        Remedy(f"{words}.", changed, epoch=epoch),
    )


@register("sign", "underfitting")
def underfitting(signs: Signs) -> Finding | None:
    """The training loss stands still and is not much lower than guessing's.

    Source: the training loss of the last epochs against the best constant answer's.
    """
    loss = signs.curve("loss")
    if signs.data.baseline is None or len(loss) < 8 or any(cause(signs) for cause in CAUSES):
        return None
    window = loss[-WINDOW:]
    half = len(window) // 2
    fallen = float(window[:half].mean() - window[half:].mean())
    if fallen > FLAT * float(window.mean()) or not HIGH < float(window.min()) / signs.scale < NO_WORSE:
        return None
    spec = signs.spec
    units = [layer.get("units") for layer in spec.layers[:-1] if layer.type == "Dense"]
    changed = enlarged(spec)
    words = (
        "Give the hidden layers four times the units." if units else "Add a hidden Dense layer with relu."
    )
    return Finding(
        "underfitting",
        f"Underfitting: loss stands still at {number(float(loss[-1]))}; guessing gives "
        f"{number(signs.scale)}.",
        f"In the last {len(window)} epochs it fell by {max(0.0, fallen):.3g}. The network may be too small "
        "for what is to be learned, or the features do not tell it.",
        Remedy(words, changed, restart=True),
    )
