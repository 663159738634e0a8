"""Signs of the end of a network: numbers that are not finite, an output and a loss that do not suit."""

from __future__ import annotations

import math

from nn_tui.declare import register
from nn_tui.experiment.diagnosis.finding import Finding, Remedy
from nn_tui.experiment.diagnosis.remedies import (
    LONGEST,
    output_place,
    rate_of,
    with_clipping,
    with_output,
    with_rate,
)
from nn_tui.experiment.diagnosis.signs import Signs

__all__ = ["not_finite", "output"]

RANGES = {
    "relu": (0.0, float("inf")),
    "relu6": (0.0, 6.0),
    "softplus": (0.0, float("inf")),
    "exponential": (0.0, float("inf")),
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
}
"""What an activation can give; others give any number."""
PROBABLE = ("softmax", "sigmoid", "hard_sigmoid")
"""Activations whose values may be taken for probabilities."""
DISTANCES = (
    "mean_squared_error",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "huber",
    "log_cosh",
)
"""Losses that measure how far off a number is."""


@register("sign", "not_finite")
def not_finite(signs: Signs) -> Finding | None:
    """The loss left the finite numbers.

    Source: the engine stops at the first gradient that is NaN or infinite and keeps the last good weights.
    """
    if not signs.diverged:
        return None
    if (negative := _of_counts(signs, "not_finite")) is not None:
        return negative
    rate = signs.learning_rate
    # A step from the last good weights tells how far too long it is.
    step = min(1e12, max(signs.updates, default=1.0))
    slower = rate * 10.0 ** min(-1, math.floor(math.log10(LONGEST / step)))
    lower = with_rate(signs.spec, slower)
    remedy = f"Lower the learning rate to {slower:.3g} and start again."
    if rate <= 1e-3 or lower is None:
        lower = with_clipping(signs.spec)
        remedy = "Clip the gradients to length 1 (global_clipnorm) and start again."
    place = signs.diverged.partition(" in ")[2].partition(" (")[0].partition(";")[0].rstrip(".")
    where = f" in {place}" if place else ""
    return Finding(
        "not_finite",
        f"NaN or infinity{where}: the learning rate {rate:g} is too high.",
        f"{signs.diverged} Steps that are too long make weights, and with them the loss, grow without end.",
        Remedy(remedy, lower, restart=True),
    )


@register("sign", "output")
def output(signs: Signs) -> Finding | None:
    """The output's activation and the loss do not suit each other or the targets.

    Source: what an activation can give against what the targets are and what the loss takes.
    """
    spec, data = signs.spec, signs.data
    if not spec.layers:
        return None
    last, loss = spec.layers[output_place(spec)], spec.compile.loss.type
    activation = str(last.get("activation") or "linear")
    units = last.get("units")
    found = _of_classes(signs, activation, loss, units) if data.classification else None
    if data.classification:
        return found
    if (negative := _of_counts(signs, "output")) is not None:
        return negative
    low, high = RANGES.get(activation, (float("-inf"), float("inf")))
    if data.lowest < low or data.highest > high:
        reach = f"{low:g} or more" if high == float("inf") else f"{low:g} to {high:g}"
        return Finding(
            "output",
            f"The output is {activation}, which gives {reach}; the targets go from {data.lowest:.3g} "
            f"to {data.highest:.3g}.",
            "No weights can make the output reach those targets, so their part of the loss stays.",
            Remedy("Make the output linear.", with_output(spec, None), restart=True),
        )
    if loss.endswith("crossentropy"):
        return Finding(
            "output",
            f"{loss} compares probabilities; the targets are numbers.",
            f"They go from {data.lowest:.3g} to {data.highest:.3g}.",
            Remedy(
                "Use mean_squared_error with a linear output.",
                with_output(spec, None, "mean_squared_error"),
                restart=True,
            ),
        )
    return None


def _of_counts(signs: Signs, name: str) -> Finding | None:
    """Find outputs that can be negative where the loss takes their logarithm."""
    spec = signs.spec
    activation = str(spec.layers[output_place(spec)].get("activation") or "linear")
    if spec.compile.loss.type != "poisson" or RANGES.get(activation, (-1.0, 0.0))[0] >= 0:
        return None
    return Finding(
        name,
        f"poisson takes the logarithm of the outputs; those of {activation} can be negative.",
        "A negative number has no logarithm: the loss is no number any more, whatever the learning rate.",
        Remedy("Make the output softplus.", with_output(spec, "softplus"), restart=True),
    )


def _of_classes(signs: Signs, activation: str, loss: str, units: object) -> Finding | None:
    spec, classes = signs.spec, signs.data.classes
    if classes == 2 and units == 1:
        wanted, better, count = "sigmoid", "binary_crossentropy", 1
    else:
        wanted, better, count = "softmax", "sparse_categorical_crossentropy", classes
    mended = with_output(spec, wanted, better, count)
    remedy = Remedy(f"Use {wanted} with {better}.", mended, restart=True)
    if activation == "softmax" and units == 1:
        return Finding(
            "output",
            "softmax over 1 unit always gives 1: nothing can be learned.",
            "softmax shares 1 out among the units, and there is only one.",
            remedy,
        )
    if loss in DISTANCES:
        return Finding(
            "output",
            f"{loss} is for numbers, the targets are {classes} classes.",
            "With a squeezing output its gradient is smallest where the answer is most wrong; "
            "cross-entropy's is largest there.",
            remedy,
        )
    from_logits = bool(spec.compile.loss.get("from_logits"))
    if loss.endswith("crossentropy") and not from_logits and activation not in PROBABLE:
        return Finding(
            "output",
            f"{loss} takes probabilities, the output is {activation}.",
            f"{activation} gives numbers below 0 or above 1, of which the logarithm means nothing.",
            Remedy(f"Make the output {wanted}.", with_output(spec, wanted), restart=True),
        )
    return None


def rate_words(signs: Signs) -> str:
    """Write the learning rate for a sentence: `the learning rate 3`, `the schedule's rate 0.1`."""
    number = isinstance(rate_of(signs.spec), (int, float))
    return f"the learning rate {signs.learning_rate:g}" if number else f"the rate {signs.learning_rate:g}"
