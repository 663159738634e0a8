"""What is inside the layers, in sentences: their weights, their gradients, units that do nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine.models import Sequential
from nn_tui.experiment.diagnosis.signs import LayerSigns
from nn_tui.insight.number_words import short_number

Array = NDArray[Any]


def weight_sentences(model: Sequential, signs: Sequence[LayerSigns] = ()) -> list[str]:
    """Tell the range and the mean of each layer's weights, and how many of its units do nothing.

    Args:
        model: with its weights.
        signs: what was measured of its layers. Default: nothing.
    """
    measured = {sign.index: sign for sign in signs}
    told = []
    for index, layer in enumerate(model.layers):
        name = f"Layer {index + 1}, {type(layer).__name__}"
        arrays = [(one, layer.weight(one)) for one in layer.weight_names]
        if not arrays:
            told.append(f"{name}: no weights.")
            continue
        parts = [_array_words(one, array) for one, array in arrays]
        told.append(f"{name}: {'; '.join(parts)}.{_idle_words(measured.get(index))}")
    return told


def _array_words(name: str, array: Array) -> str:
    shape = "x".join(map(str, array.shape))
    words = f"{name} {shape}"
    finite = array[np.isfinite(array)]
    if finite.size < array.size:
        words += f", {array.size - finite.size:,} not finite"
    if not finite.size:
        return words
    low, high, mean = (short_number(float(value)) for value in (finite.min(), finite.max(), finite.mean()))
    return f"{words} from {low} to {high}, mean {mean}" if low != high else f"{words} all {low}"


def _idle_words(sign: LayerSigns | None) -> str:
    if sign is None:
        return ""
    told = ""
    if sign.dead is not None:
        told += f" {sign.dead:.0%} of its units are dead: they give 0 for every row."
    if sign.saturated is not None:
        told += f" {sign.saturated:.0%} of its outputs are saturated: they hardly have a gradient."
    return told


def gradient_sentences(signs: Sequence[LayerSigns]) -> list[str]:
    """Tell how large each layer's gradient is, and how far one step moves its weights."""
    told = []
    for sign in signs:
        if sign.gradient is None:
            continue
        words = f"Layer {sign.index + 1}, {sign.type}: gradient {short_number(sign.gradient)}"
        if sign.slope is not None:
            words += f", of one weight {short_number(sign.slope)}"
        if sign.update is not None:
            words += (
                f"; a step changes its weights by {short_number(100 * sign.update)} percent of their size"
            )
        told.append(f"{words}.{_idle_words(sign)}")
    return told
