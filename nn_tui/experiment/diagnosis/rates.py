"""Signs of a learning rate that does not suit: the loss jumps, or hardly moves."""

from __future__ import annotations

import numpy as np

from nn_tui.declare import register
from nn_tui.experiment.diagnosis.finding import Finding, Remedy
from nn_tui.experiment.diagnosis.outputs import rate_words
from nn_tui.experiment.diagnosis.remedies import shorter_steps, slower, with_rate
from nn_tui.experiment.diagnosis.signs import Signs

__all__ = ["learning_rate_high", "learning_rate_low"]

WINDOW = 10
"""Epochs looked back: enough to tell jumping from a single bad epoch."""
OFTEN = 0.4
"""The share of epochs in which the loss rose. Pure noise around a level gives a half."""
SWING = 0.03
"""How far the loss moves in an epoch, as a part of the best constant answer's; less is the noise of
shuffled batches."""
ABOVE = 1.2
"""So many times the best constant answer's loss is worse than having learned nothing."""
SLOW = 3e-4
"""One step changes the weights by less than a third of the usual 0.001 (a rule of thumb of Karpathy's
lectures, and gradtop's line)."""
SHATTERING = 3.0
"""A first step of so many times the length of the weights leaves nothing of where they began."""
LITTLE = 0.15
"""The part of its way down that counts as little when a quarter of the epochs are done."""


@register("sign", "learning_rate_high")
def learning_rate_high(signs: Signs) -> Finding | None:
    """The loss jumps up and down, rises, or stays above what guessing gives.

    Source: the training loss of the last epochs.
    """
    loss = signs.curve("loss")
    # Steps that short move nothing, unless the first ones were so long that weights are huge since then.
    short = max(signs.updates, default=1.0) < SLOW and shorter_steps(signs) is None
    if len(loss) < 5 or short:
        return None
    window = loss[-WINDOW - 1 :]
    steps = np.diff(window)
    rises, count = int((steps > 0).sum()), len(steps)
    swing = float(np.median(np.abs(steps)))  # one jump of an outlier is no sign
    fall = float(window[0] - window[-1])
    jumps = rises >= OFTEN * count and swing > SWING * signs.scale and swing * count > 4 * abs(fall)
    climbs = rises >= (1 - OFTEN) * count and -fall > SWING * signs.scale * count / 2
    stuck = (
        signs.data.baseline is not None and float(window.min()) > ABOVE * signs.scale and fall < swing * 2
    )
    if not (jumps or climbs or stuck):
        return None
    told = f"Loss rose in {rises} of the last {count} epochs"
    if stuck and not (jumps or climbs):
        told = f"Loss stays at {loss[-1]:.3g}, guessing would give {signs.scale:.3g}"
    lower = slower(signs)
    # Weights that the first steps threw far away do not come back with shorter ones.
    again = shorter_steps(signs, SHATTERING) if signs.learned <= LITTLE else None
    updates = signs.updates
    step = (
        f" One step changes the weights by {max(updates):.1g} of their size; 0.001 is usual."
        if updates
        else ""
    )
    return Finding(
        "learning_rate_high",
        f"{told}: {rate_words(signs)} is too high.",
        f"It moved by {swing:.3g} in an epoch and fell by {fall:.3g} in {count}.{step}",
        again or Remedy(f"Lower the learning rate to {lower:.3g}.", with_rate(signs.spec, lower)),
    )


@register("sign", "learning_rate_low")
def learning_rate_low(signs: Signs) -> Finding | None:
    """The loss falls, but so slowly that the epochs will not suffice.

    Source: the training loss so far, and how much one step changes the weights.
    """
    loss = signs.curve("loss")
    count = len(loss)
    if count < 5 or count < signs.epochs / 4 or not signs.updates:
        return None
    update = max(signs.updates)
    if update > SLOW or signs.learned > LITTLE:
        return None
    if shorter_steps(signs) is not None:  # steps that killed what could move make short ones after them
        return None
    fall = float(loss[0] - loss[-1])
    if fall < 0 and -fall > SWING * signs.scale:
        return None
    rate = signs.learning_rate
    # As much as brings the step to the usual size, in tens, at most a thousand times.
    factor = 10.0 ** min(3, max(1, round(float(np.log10(1e-3 / update)))))
    return Finding(
        "learning_rate_low",
        f"Loss {loss[0]:.4g} -> {loss[-1]:.4g} in {count} epochs: {rate_words(signs)} is too low.",
        f"One step changes the weights by {update:.1g} of their size; 0.001 is usual.",
        Remedy(f"Raise the learning rate to {rate * factor:.3g}.", with_rate(signs.spec, rate * factor)),
    )
