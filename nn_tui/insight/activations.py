"""Each activation's curve and slope, and where the weighted sums of this network fall on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nn_tui.declare import name_of, register, registered
from nn_tui.insight.controls import Place, turn
from nn_tui.insight.pictures import Array, InsightRequest, Lines, Sentence, Series

if TYPE_CHECKING:
    from nn_tui.engine.activation import Activation

__all__ = ["activations"]

SUMS = 200_000
"""Weighted sums that are looked at, about."""
ROWS = 256
"""Training rows at most."""
REACH = 3.0
"""How far the curve goes to both sides at least."""
BINS = 60
FLAT = 0.1
"""Of its largest slope: where it is less than that, hardly any gradient passes."""
TALLEST = 0.45
"""Of the height of the picture: the tallest bar of the histogram."""


class Acting(NamedTuple):
    """A layer with an activation, and what it is applied to."""

    at: int
    words: str
    activation: Activation


@register("insight", "activations")
def activations(
    request: InsightRequest, /, layer: Place = 0, activation: Place = 0, unit: Place = 0
) -> Lines | Sentence:
    """The curve and the slope of an activation, and where the weighted sums of a layer fall on it.

    Args:
        layer: whose weighted sums. Default 0, the first with an activation.
        activation: the layer's own, or any other as if it had it. Default 0, its own.
        unit: of all units, or of one. Default 0, of all.
    """
    acting = acting_layers(request.model)
    if not acting:
        return Sentence(
            "No layer here applies an activation to weighted sums: a Dense or a Conv2D layer would show it."
        )
    at = layer % len(acting)
    chosen = acting[at]
    names = ["its own", *registered("activation")]
    other = names[activation % len(names)]
    f = chosen.activation if other == "its own" else registered("activation")[other]()
    name = name_of(type(f))
    sums, rows = weighted_sums(request, chosen)
    units = sums.shape[-1]
    whose = unit % (units + 1)
    z = places_on_curve(f, sums.reshape(-1, units))
    z = (z[:, whose - 1] if whose else z).reshape(-1)
    controls = (
        turn("layer", "layer", at, [one.words for one in acting]),
        turn("activation", "activation", activation, names),
        turn("unit", "unit", whose, ["all", *(str(one + 1) for one in range(units))]),
    )
    series, x_bounds, y_bounds = _drawn(f, z)
    told = f"unit {whose} of layer" if whose else "layer"
    lie = f"Gray: {len(z):,} weighted sums of {rows} rows, {z.min():.3g} to {z.max():.3g}."
    caption = f"{name}, {told} {chosen.words}: {_where(f, z)} {lie}"
    x_label = "z" if name not in ACROSS else "z beyond the other classes"
    return Lines(series, x_label, "activation and slope", caption, x_bounds, y_bounds, controls=controls)


ACROSS = ("softmax", "log_softmax")
"""Of which each value depends on the weighted sums of all units."""


def acting_layers(model: Any) -> list[Acting]:
    """Give the layers that apply an activation to weighted sums; plain sums where there is no other."""
    from nn_tui.engine.activations import LeakyRelu, Linear
    from nn_tui.engine.layers.activating import LeakyReLU
    from nn_tui.engine.layers.bidirectional import Bidirectional
    from nn_tui.engine.layers.recurrent import Recurrent

    found = []
    for at, layer in enumerate(model.layers):
        f = LeakyRelu(layer.negative_slope) if isinstance(layer, LeakyReLU) else None
        if f is None and not isinstance(layer, (Recurrent, Bidirectional)):
            f = getattr(layer, "activation", None)
        if f is not None:
            size = getattr(layer, "units", None) or getattr(layer, "filters", None)
            words = f"{at + 1} {type(layer).__name__}"
            found.append(Acting(at, f"{words} {size}" if size else words, f))
    bent = [one for one in found if not isinstance(one.activation, Linear)]
    return bent or found


def weighted_sums(request: InsightRequest, chosen: Acting) -> tuple[Array, int]:
    """Give what a layer's activation is applied to, `(rows, ..., units)`, for some training rows.

    Returns:
        the sums and the number of rows.
    """
    model, x = request.model, request.data.train.x
    layer = model.layers[chosen.at]
    cells = max(1, int(np.prod(layer.output_shape)))
    count = max(1, min(len(x), ROWS, SUMS // cells or 1))
    rows = np.asarray(x[np.linspace(0, len(x) - 1, count).astype(int)])
    before = rows if chosen.at == 0 else model.activations(rows)[chosen.at - 1]
    if not layer.weight_names:
        return np.asarray(before, np.float64), count
    return np.asarray(_without_activation(model, layer).predict(before), np.float64), count


def _without_activation(model: Any, layer: Any) -> Any:
    """Make a network of a layer alone, with its weights, that gives its sums as they are."""
    from nn_tui.engine.layers.core import Input
    from nn_tui.engine.models import Sequential

    plain = type(layer)(**{**layer.get_config(), "activation": None})
    alone = Sequential([Input(layer.input_shape), plain], dtype=model.dtype.name, seed=0)
    alone.set_weights(layer.get_weights())
    return alone


def places_on_curve(f: Activation, sums: Array) -> Array:
    """Give where sums `(places, units)` lie on the curve that is drawn.

    A softmax is the sigmoid of how far a sum lies beyond the others together, so that is its place.
    """
    if name_of(type(f)) not in ACROSS:
        return sums
    top = sums.max(axis=-1, keepdims=True)
    powers = np.exp(sums - top)
    others = np.maximum(powers.sum(axis=-1, keepdims=True) - powers, 1e-300)
    return sums - top - np.log(others)


def curve(f: Activation, z: Array) -> tuple[Array, Array]:
    """Give the values and the slopes of an activation along its curve, in float64."""
    from nn_tui.insight.step.activation_formulas import slopes, values

    name = name_of(type(f))
    if name in ACROSS:
        share = 1 / (1 + np.exp(-np.clip(z, -700, 700)))
        return (share, share * (1 - share)) if name == "softmax" else (np.log(share), 1 - share)
    a = values(f, z[None])[0]
    return a, slopes(f, z[None], a[None])[0]


def flat_share(f: Activation, z: Array) -> float:
    """Give the share of places where the slope is less than a tenth of its largest."""
    if not len(z):
        return 0.0
    _, steepest = curve(f, np.linspace(-10, 10, 2001))
    _, slope = curve(f, z)
    return float(np.mean(np.abs(slope) < FLAT * np.abs(steepest).max()))


def _where(f: Activation, z: Array) -> str:
    """Say where the sums lie."""
    _, slope = curve(f, z)
    share, none = flat_share(f, z), float(np.mean(slope == 0))
    if none and none >= share * 0.999:
        return f"{_percent(none)} of the sums are where the slope is 0: no gradient passes."
    if share:
        return (
            f"{_percent(share)} of the sums are saturated: the slope there is below a tenth of its largest."
        )
    return "no sum is where the curve is flat."


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else f"{share:.2%}"


def _drawn(f: Activation, z: Array) -> tuple[tuple[Series, ...], tuple[float, float], tuple[float, float]]:
    """Give the curve, its slope and the histogram of the sums below them, and the ranges of both axes."""
    low, high = np.percentile(z, (0.5, 99.5)) if len(z) else (0.0, 0.0)
    reach = max(REACH, 1.1 * abs(float(low)), 1.1 * abs(float(high)))
    grid = np.linspace(-reach, reach, 401)
    a, slope = curve(f, grid)
    bottom, top = float(min(a.min(), slope.min(), 0)), float(max(a.max(), slope.max()))
    margin = 0.05 * (top - bottom)
    bottom, top = bottom - margin, top + margin
    counts, edges = np.histogram(np.clip(z, -reach, reach), BINS, (-reach, reach))
    tall = bottom + counts / max(1, int(counts.max())) * TALLEST * (top - bottom)
    x, y = [-reach], [bottom]
    for height, left, right in zip(tall, edges[:-1], edges[1:], strict=True):
        for part in (left, (left + right) / 2):
            x += [part, part, part]
            y += [bottom, height, bottom]
    series = (
        Series("how many sums", np.array([*x, reach]), np.array([*y, bottom]), role="former"),
        Series("slope", grid, slope, role="validation"),
        Series("activation", grid, a, role="train"),
    )
    return series, (-reach, reach), (bottom, top)
