"""Signs of gradients that grow or shrink on their way back through the layers."""

from __future__ import annotations

from nn_tui.declare import register
from nn_tui.experiment.diagnosis.finding import Finding, Remedy
from nn_tui.experiment.diagnosis.remedies import (
    activated,
    shorter_steps,
    started,
    with_clipping,
    with_layers,
)
from nn_tui.experiment.diagnosis.signs import LayerSigns, Signs

__all__ = ["exploding", "vanishing"]

TOO_LARGE = 100.0
"""A gradient's norm. Clipping to 1 is the usual remedy, so a hundred times that is far beyond what a
network that learns has; the examples here have 0.001 to 3."""
VANISHED = 1e-3
"""The first layer's gradient by the last one's, a number of each. A sigmoid's slope is at most 1/4, so
five of them alone make less than a thousandth."""
UNLEARNED = 0.1
"""Below this part of its way down the loss counts as not learned."""
SCALED = ("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal",
          "orthogonal", "variance_scaling")  # fmt: skip
"""Initializers that suit the size of what they initialize."""


@register("sign", "exploding")
def exploding(signs: Signs) -> Finding | None:
    """The gradient is so long that a step of it throws the weights far away.

    Source: the largest norm of a layer's gradient on a sample.
    """
    trained = _trained(signs)
    worst = max(trained, key=lambda layer: layer.gradient or 0.0, default=None)
    if worst is None or not (worst.gradient or 0.0) > TOO_LARGE:
        return None
    spec = signs.spec
    unscaled = [
        layer.index
        for layer in trained
        if spec.layers[layer.index].get("kernel_initializer", SCALED[0]) not in SCALED
    ]
    why = f"The largest is that of {worst.words}; clipping, where it is done, begins at about 1."
    if unscaled:
        names = {_initializer(spec.layers[index].get("kernel_initializer")) for index in unscaled}
        remedy = Remedy(
            f"Start from he_normal instead of {', '.join(sorted(names))}, which does not suit the size of "
            "a layer.",
            with_layers(spec, unscaled, started("he_normal")),
            restart=True,
        )
    else:
        remedy = Remedy(
            "Clip the gradients to length 1 (global_clipnorm).", with_clipping(spec), restart=True
        )
    return Finding(
        "exploding", f"Gradients explode: their norm is {worst.gradient:.3g} in {worst.words}.", why, remedy
    )


@register("sign", "vanishing")
def vanishing(signs: Signs) -> Finding | None:
    """Hardly anything of the gradient reaches the first layers.

    Source: the size of one number of the first layer's gradient by the last layer's, on a sample.
    """
    trained = _trained(signs)
    if len(trained) < 3 or signs.measured < 3 or signs.learned > UNLEARNED:
        return None
    first, last = trained[0], trained[-1]
    if not first.slope or not last.slope or first.slope > VANISHED * last.slope:
        return None
    if any((layer.dead or 0.0) >= 1 for layer in signs.hidden):
        return None
    spec = signs.spec
    squeezing = [
        layer.index for layer in signs.hidden if layer.activation not in ("relu", "leaky_relu", "linear")
    ]
    if (shorter := shorter_steps(signs)) is not None:
        if _is_wrecked(signs):
            return None
        remedy = shorter
    elif squeezing:
        remedy = Remedy(
            "Use relu in the hidden layers, starting from he_normal.",
            with_layers(spec, squeezing, activated("relu", "he_normal")),
            restart=True,
        )
    else:
        hidden = [layer.index for layer in signs.hidden if layer.weights is not None]
        remedy = Remedy(
            "Start the hidden layers from he_normal.",
            with_layers(spec, hidden, started("he_normal")),
            restart=True,
        )
    ratio = first.slope / last.slope
    return Finding(
        "vanishing",
        f"Gradients vanish: {first.words} gets {ratio:.1g} of what {last.words} gets.",
        f"One number of its gradient is {first.slope:.1e} on average, there {last.slope:.1e}; below "
        f"{VANISHED:g} of it the first layers hardly learn.",
        remedy,
    )


def _is_wrecked(signs: Signs) -> bool:
    """Whether the learning rate is said to be so high that nothing of the start is left: the cause."""
    from nn_tui.experiment.diagnosis.rates import learning_rate_high  # its sign comes after these

    found = learning_rate_high(signs)
    return found is not None and found.remedy is not None and found.remedy.restart


def _trained(signs: Signs) -> list[LayerSigns]:
    return [layer for layer in signs.layers if layer.weights is not None and layer.gradient is not None]


def _initializer(value: object) -> str:
    return str(value.get("type")) if isinstance(value, dict) else str(value)
