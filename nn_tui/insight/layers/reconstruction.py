"""What an autoencoder gives back, beside what it was given."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.declare import register
from nn_tui.insight.controls import Place
from nn_tui.insight.layers.naming import layer_words
from nn_tui.insight.pictures import (
    Array,
    InsightRequest,
    Lines,
    Picture,
    Sentence,
    Series,
    Table,
    Tiles,
)
from nn_tui.insight.samples import Sample, pick_sample

__all__ = ["reconstruction"]

PAIRS = 12
"""Images that are shown with what comes back."""


@register("insight", "reconstruction")
def reconstruction(request: InsightRequest, /, rows: Place = 0, sample: Place = 0) -> Picture:
    """What an autoencoder gives back of a sample, beside the sample, and how far it is off.

    Args:
        rows: which split the sample is from. Default training.
        sample: which sample; of images those after it are shown, too. Default the first.
    """
    model, data = request.model, request.data
    size = int(np.prod(data.input_shape))
    if (
        data.classes
        or data.outputs != size
        or size == 1
        or int(np.prod(model.layers[-1].output_shape)) != size
    ):
        return Sentence(
            "This network does not give back its input. The template autoencoder (T) makes one that does: "
            "try it on digits or iris."
        )
    picked = pick_sample(data, rows, sample)
    told = _narrowest(model)
    side = _side(data.input_shape)
    if side:
        return _images(request, picked, side, told)
    return _row(model, data, picked, told)


def _narrowest(model: Any) -> str:
    sizes = [int(np.prod(layer.output_shape)) for layer in model.layers]
    at = int(np.argmin(sizes))
    return f"{sizes[at]} numbers, layer {layer_words(model, at)}"


def _side(shape: tuple[int, ...]) -> tuple[int, int, int] | None:
    """Give height, width and channels where the rows are images."""
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 and shape[2] in (1, 3) else None


def _images(request: InsightRequest, picked: Sample, side: tuple[int, int, int], told: str) -> Tiles:
    data = request.data
    split = {"training": data.train, "validation": data.validation, "test": data.test}[picked.split]
    x = split.x[picked.number : picked.number + PAIRS]
    back = request.model.predict(x).reshape(len(x), *side)
    given = x.reshape(len(x), *side)
    errors = ((back - given) ** 2).reshape(len(x), -1).mean(axis=1)
    low, high = float(given.min()), float(given.max())
    span = high - low if high > low else 1.0
    images: list[Array] = []
    names: list[str] = []
    for number in range(len(x)):
        images += [(given[number] - low) / span, ((back[number] - low) / span).clip(0, 1)]
        names += [str(picked.number + number + 1), f"{errors[number]:.3f}"]
    return Tiles(
        tuple(images),
        tuple(names),
        f"Each image beside what comes back through {told}, with its mean squared error; sample "
        f"{picked.number + 1}: {errors[0]:.4f}.",
        unit=span,
        controls=picked.controls,
    )


def _row(model: Any, data: Any, picked: Sample, told: str) -> Picture:
    given = picked.x.reshape(-1).astype(np.float64)
    back = model.predict(picked.x).reshape(-1).astype(np.float64)
    error = float(((back - given) ** 2).mean())
    caption = f"The sample beside what comes back through {told}; mean squared error {error:.4f}."
    if len(data.input_shape) > 1:
        steps = np.arange(1, len(given) + 1)
        return Lines(
            (Series("sample", steps, given, "train"), Series("given back", steps, back)),
            "place", "value", caption, controls=picked.controls,
        )  # fmt: skip
    names = data.feature_names if len(data.feature_names) == len(given) else ()
    own, returned = (part * data.scale + data.shift for part in (given, back))
    largest = float(np.abs(back - given).max()) or 1.0
    rows = tuple(
        (
            names[at] if names else f"feature {at + 1}",
            f"{own[at]:.4g}",
            f"{returned[at]:.4g}",
            f"{back[at] - given[at]:+.3f}",
        )
        for at in range(len(given))
    )
    shades = np.zeros((len(given), 4))
    shades[:, 3] = (back - given) / largest
    return Table(
        ("feature", "sample", "given back", "off, scaled"), rows, caption, shades, controls=picked.controls
    )
