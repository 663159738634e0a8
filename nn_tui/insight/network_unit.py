"""One unit of a layer in numbers: its weighted sum term by term, and its activation's curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nn_tui.declare import name_of
from nn_tui.engine.activations import Linear, Softmax
from nn_tui.insight.pictures import Array, Lines, Page, Series, Span

WRITTEN = 100
"""Terms that are written out; the rest is one line."""
REACH = 4.0
"""The activation is drawn from minus this to this at least."""


def unit_sum(
    model: Any, number: int, before: Array, unit: int, names: tuple[str, ...]
) -> tuple[Page, Lines]:
    """Give a unit's weighted sum, written out, and its activation with the point on it.

    Args:
        model: the network.
        number: of the Dense layer.
        before: the values that come in, `(inputs,)`.
        unit: of the layer.
        names: of what comes in; may be empty.
    """
    layer = model.layers[number]
    x = before.astype(np.float64)
    kernel = layer.weight("kernel").astype(np.float64)
    bias = layer.weight("bias").astype(np.float64) if "bias" in layer.weight_names else None
    sums = x @ kernel + (0 if bias is None else bias)
    activation = activation_of(model, number)
    kind = name_of(type(activation))
    z = float(sums[unit])
    curve, value, told = _curve(activation, sums, unit)
    summed = "z = w * x + ... + b" if bias is not None else "z = w * x + ..."
    kind_of_layer = f"{type(layer).__name__} {layer.output_shape[-1]}"
    lines: list[tuple[Span, ...]] = [
        ((f"Unit {unit + 1} of layer {number + 1}, {kind_of_layer}", "strong"),),
        ((summed, "text"), (f" = {z:.4f}", "strong")),
        ((f"a = {told}", "text"), (f" = {value:.4f}", "strong")),
        (("        w *        x =     w * x", "faint"),),
        *_terms(kernel[:, unit], x, names),
    ]
    if bias is not None:
        lines.append(((f"{bias[unit]:>+32.4f}", "mark"), ("  bias", "faint")))
    page = Page(tuple(lines), "", whole=True)
    reach = max(REACH, abs(z) * 1.2)
    at = np.linspace(-reach, reach, 121)
    series = (
        Series(kind, at, curve(at)),
        Series(f"z = {z:.3g}", np.array([z]), np.array([value]), "best", "points"),
    )
    return page, Lines(series, "z", kind, f"{kind} gives {value:.3g} at z = {z:.3g}.", (-reach, reach))


def activation_of(model: Any, number: int) -> Any:
    """Give the activation that follows a layer's sum: its own, or that of an Activation layer after it."""
    own = getattr(model.layers[number], "activation", None)
    if own is not None and not isinstance(own, Linear):
        return own
    for layer in model.layers[number + 1 :]:
        if layer.weight_names:
            break
        if type(layer).__name__ == "Activation":
            return layer.activation
    return own if own is not None else Linear()


def _terms(weights: Array, x: Array, names: tuple[str, ...]) -> list[tuple[Span, ...]]:
    lines: list[tuple[Span, ...]] = []
    for at in range(min(len(x), WRITTEN)):
        w, value = float(weights[at]), float(x[at])
        name = f"  {names[at]}" if at < len(names) else f"  x{at + 1}"
        role: Any = "positive" if w * value > 0 else ("negative" if w * value < 0 else "faint")
        told = f"{w:>+9.4f} * {value:>8.4f}"
        lines.append(((told, "text"), (f" = {w * value:>+9.4f}", role), (name, "faint")))
    if len(x) > WRITTEN:
        rest = float(weights[WRITTEN:] @ x[WRITTEN:])
        lines.append(
            ((f"... {len(x) - WRITTEN:,} more terms, together", "faint"), (f" {rest:+.4f}", "text"))
        )
    return lines


def _curve(activation: Any, sums: Array, unit: int) -> tuple[Callable[[Array], Array], float, str]:
    """Give the unit's value as a function of its own sum, its value now, and how that is written."""

    def curve(at: Array) -> Array:
        # A softmax depends on the sums of the other units too: they stay as they are.
        rows = np.tile(sums, (len(at), 1))
        rows[:, unit] = at
        values: Array = activation(rows)[:, unit]
        return values

    z = float(sums[unit])
    told = f"{name_of(type(activation))}({z:.4f})"
    if isinstance(activation, Softmax):
        others = " + ".join(f"exp({one:.3g})" for one in sums[:4]) + (" + ..." if len(sums) > 4 else "")
        told = f"exp({z:.3g}) / ({others})"
    return curve, float(curve(np.array([z]))[0]), told
