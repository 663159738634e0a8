"""The range test: which learning rate suits a network, found by letting it grow from batch to batch.

The rate grows by the same factor after every batch while the loss, smoothed, is watched: first nothing
happens, then the loss falls, then it explodes and the test ends. A good rate lies where it falls. It is
tried on a network of its own, so that the one it is found for stays as it was.

Source: L. N. Smith, Cyclical Learning Rates for Training Neural Networks, 2017; bounds, smoothing and the
choice of the valley's middle as fastai has them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nn_tui.errors import DivergedError, RunError
from nn_tui.experiment.document import set_value
from nn_tui.experiment.headless import never
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec

LOWEST, HIGHEST = 1e-7, 10.0
BATCHES = 100
SMOOTHING = 0.98
"""The part of the mean that stays from batch to batch."""
EXPLODED = 4.0
"""Times the lowest smoothed loss at which the test ends."""
LEFT_OUT = 10, 5
"""Points that are not looked at: this part (1/10) at the beginning, and so many at the end."""
INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class RateTest:
    """What a range test found.

    Args:
        rates: the learning rate of each batch.
        measured: the loss of each.
        losses: the same, smoothed.
        suggestion: a rate to take; None where the loss never fell.
        reason: why this one, or why none.
        ending: why the test ended.
    """

    rates: tuple[float, ...]
    measured: tuple[float, ...]
    losses: tuple[float, ...]
    suggestion: float | None
    reason: str
    ending: str


def unheard(test: RateTest) -> None:
    """Tell nobody."""


def find_rate(
    spec: Spec,
    state: Mapping[str, Any] | None = None,
    stop: Callable[[], bool] = never,
    tell: Callable[[RateTest], None] = unheard,
) -> RateTest:
    """Try learning rates from 1e-7 to 10 on a network, and suggest one.

    Args:
        spec: the experiment.
        state: a session's, to try from its weights and its optimizer's state. Default: the seed's weights.
        stop: asked after every batch whether to leave. Default never.
        tell: told after every batch how far it is, without a suggestion. Default: nobody.

    Raises:
        SpecError, DataError: it cannot be trained.
        RunError: the state does not fit it.
    """
    # A rate of its own in place of a schedule, and no callback that would change or end anything.
    plain = set_value(spec, "compile.optimizer.learning_rate", LOWEST)
    plain = replace(plain, fit=replace(plain.fit, callbacks=()))
    session = Session(plain, keep_history=False, take_start=state is None)
    if state is not None:
        try:
            session.model.restore(state["model"])
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            raise RunError("The weights do not fit the network as it is now.", "Train it first.") from None
    model, rows = session.model, session.data.train
    size = min(plain.fit.batch_size, len(rows))
    rates: list[float] = []
    every: list[float] = []
    losses: list[float] = []
    mean, ending = 0.0, f"{BATCHES} batches"
    order, at = np.empty(0, np.int64), 0
    for number in range(BATCHES):
        if at + size > len(order):
            order, at = model.next_order(len(rows)), 0
        chosen, at = np.sort(order[at : at + size]), at + size
        x = np.asarray(rows.x[chosen])
        if session.data.augmentation is not None:
            x = session.data.augmentation(x, model.data_random)
        rate = LOWEST * (HIGHEST / LOWEST) ** (number / (BATCHES - 1))
        model.optimizer.learning_rate = rate
        try:
            measured = model.train_on_batch(x, np.asarray(rows.y[chosen]))
        except DivergedError:
            ending = "the loss was no longer finite"
            break
        loss = float(measured[0] if isinstance(measured, list) else measured)
        mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
        rates.append(rate)
        every.append(loss)
        losses.append(mean / (1 - SMOOTHING ** (number + 1)))
        if not math.isfinite(loss) or losses[-1] > EXPLODED * min(losses):
            ending = f"the loss grew to {EXPLODED:g} times its lowest"
            break
        if stop():
            ending = INTERRUPTED
            break
        tell(RateTest(tuple(rates), tuple(every), tuple(losses), None, "", ""))
    suggestion, reason = suggest(rates, losses)
    return RateTest(tuple(rates), tuple(every), tuple(losses), suggestion, reason, ending)


def suggest(rates: Sequence[float], losses: Sequence[float]) -> tuple[float | None, str]:
    """Give the middle of the longest valley, the longest sequence of falling losses, and say why.

    Args:
        rates: growing.
        losses: smoothed.
    """
    first = len(rates) // LEFT_OUT[0]
    rates, losses = rates[first : -LEFT_OUT[1]], losses[first : -LEFT_OUT[1]]
    valley = longest_fall(losses)
    if len(valley) < 3:
        return None, "The loss did not fall at any rate; look at the data and the network first."
    low, high = rates[valley[0]], rates[valley[-1]]
    middle = rates[(valley[0] + valley[-1]) // 2]
    rounded = float(f"{middle:.2g}")
    told = f"the loss falls from {losses[valley[0]]:.4g} to {losses[valley[-1]]:.4g}"
    return rounded, f"{told} while the rate grows from {low:.2g} to {high:.2g}; this is the middle."


def longest_fall(values: Sequence[float]) -> list[int]:
    """Give the places of the longest subsequence that falls strictly; of equals the one that ends first."""
    lengths = [1] * len(values)
    before = [-1] * len(values)
    for at, value in enumerate(values):
        for earlier in range(at):
            if values[earlier] > value and lengths[earlier] + 1 >= lengths[at]:
                lengths[at], before[at] = lengths[earlier] + 1, earlier
    if not values:
        return []
    place = lengths.index(max(lengths))
    places = []
    while place >= 0:
        places.append(place)
        place = before[place]
    return places[::-1]
