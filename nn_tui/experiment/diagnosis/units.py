"""Signs of units that no longer learn: dead relu, saturated sigmoid and tanh."""

from __future__ import annotations

from nn_tui.declare import register
from nn_tui.experiment.diagnosis.finding import Finding, Remedy
from nn_tui.experiment.diagnosis.remedies import (
    activated,
    leaking,
    shorter_steps,
    slower,
    started,
    with_layers,
    with_rate,
)
from nn_tui.experiment.diagnosis.signs import LayerSigns, Signs

__all__ = ["dead_relu", "saturated"]

DEAD = 0.4
"""The share of a layer's units. Stanford's CS231n notes say that too high a rate can kill 40 % of a
network; with one or two inputs and no bias half of the units begin dead, and learn all the same, so it only
counts where the loss has not come far."""
ALL_DEAD = 0.95
"""From here on nothing passes the layer, whatever the loss does."""
SATURATED = 0.5
"""Half of a layer's outputs where the slope is less than a tenth of its largest."""
FAR = 0.5
"""The part of its way down below which the loss has not come far."""


@register("sign", "dead_relu")
def dead_relu(signs: Signs) -> Finding | None:
    """Many relu units give 0 for every row, so they have no gradient and never come back.

    Source: the outputs of the hidden layers for a sample.
    """
    worst = _worst(signs, "dead")
    if worst is None or worst.dead is None or worst.dead < DEAD or signs.measured < 3:
        return None
    if worst.dead < ALL_DEAD and (signs.learned > FAR or signs.falling or signs.measured < 6):
        return None
    count, began = round(worst.dead * worst.units), worst.dead_at_start or 0.0
    spec = signs.spec
    rate = slower(signs)
    lower = with_rate(spec, rate) if began < worst.dead / 2 else None
    if lower is not None:
        remedy = Remedy(f"Lower the learning rate to {rate:.3g} and start again.", lower, restart=True)
    else:
        relus = [layer.index for layer in signs.hidden if layer.activation in ("relu", "relu6")]
        leaky = with_layers(spec, relus, leaking)
        remedy = Remedy(
            "Use leaky_relu, which lets a little of what is negative through, and biases that start at 0.",
            leaky,
            restart=True,
        )
    killed = f"{round(began * worst.units)} were at the start" + (
        ", so steps that are too long have killed the others." if lower is not None else "."
    )
    return Finding(
        "dead_relu",
        f"{count} of {worst.units} relu units in {worst.words} are dead.",
        f"They give 0 for every one of {signs.rows} rows; {killed} Where relu gives 0 its gradient is 0 "
        f"too, so a dead unit stays dead. {DEAD:.0%} of a layer are too many while the loss is high.",
        remedy,
    )


@register("sign", "saturated")
def saturated(signs: Signs) -> Finding | None:
    """Sigmoid or tanh units give their limits nearly always, where they have hardly any gradient.

    Source: the outputs of the hidden layers for a sample.
    """
    worst = _worst(signs, "saturated")
    if worst is None or worst.saturated is None or worst.saturated < SATURATED:
        return None
    if signs.learned > FAR or signs.measured < 3:
        return None
    spec = signs.spec
    squeezing = [layer.index for layer in signs.hidden if layer.activation in ("sigmoid", "tanh")]
    begun = [spec.layers[index].get("kernel_initializer", "glorot_uniform") for index in squeezing]
    if (shorter := shorter_steps(signs)) is not None:
        remedy = shorter
    elif any(name != "glorot_uniform" for name in begun):
        smaller = with_layers(spec, squeezing, started("glorot_uniform"))
        remedy = Remedy("Start from glorot_uniform, which keeps the sums small.", smaller, restart=True)
    else:
        remedy = Remedy(
            "Use relu in the hidden layers, which does not saturate.",
            with_layers(spec, squeezing, activated("relu", "he_normal")),
            restart=True,
        )
    return Finding(
        "saturated",
        f"{worst.saturated:.0%} of the outputs of {worst.words} are at the limits of {worst.activation}.",
        f"Seen on {signs.rows} rows: their slope is less than a tenth of the largest, so hardly any "
        f"gradient passes. {SATURATED:.0%} are too many while the loss has not come far.",
        remedy,
    )


def _worst(signs: Signs, name: str) -> LayerSigns | None:
    known = [layer for layer in signs.hidden if getattr(layer, name) is not None]
    return max(known, key=lambda layer: float(getattr(layer, name)), default=None)
