"""What the network answers for one row that a person typed, drew or wrote."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.insight import answers, number_quality
from nn_tui.insight.data_views import image_shades
from nn_tui.insight.judging import judge
from nn_tui.insight.number_words import short_number
from nn_tui.insight.pictures import Array, Bars, InsightRequest, Page, Picture, Table, Tiles

MOST = 12
"""Classes in their own order; of more the most probable come first."""
NUMBERS = 60
"""Numbers of an answer that are told one by one."""


def answer(request: InsightRequest, row: Array) -> Picture:
    """Answer a row: the probability of every class, or the number with what is known of its error.

    Args:
        request: the model and the data.
        row: `(1, *input_shape)`, scaled as the data are.

    Raises:
        ShapeError: the row is not such as the network takes.
    """
    output = request.model.predict(row)
    data = request.data
    if data.classes:
        return _probabilities(data, answers.probabilities(request.model, output)[0])
    numbers = answers.own_units(data.preparation, output.reshape(-1))
    if len(numbers) > 1:
        return _many(data, row, output, numbers)
    return _number(request, float(numbers[0]))


def _probabilities(data: Any, shares: Array) -> Bars:
    order = np.argsort(-shares, kind="stable")
    best = int(order[0])
    shown = order if len(shares) > MOST else np.arange(len(shares))
    caption = f"{data.target_name}: {data.class_names[best]}, {shares[best]:.1%}"
    if len(shares) > 2:
        second = int(order[1])
        caption += f"; else {data.class_names[second]}, {shares[second]:.1%}"
    return Bars(
        tuple(data.class_names[at] for at in shown),
        tuple(float(shares[at]) for at in shown),
        f"{caption}.",
        full=1.0,
        written=tuple(f"{shares[at]:.1%}" for at in shown),
        best=int(np.flatnonzero(shown == best)[0]),
    )


def _number(request: InsightRequest, value: float) -> Page:
    """Tell a number, and how far rows like these are off."""
    data = request.data
    judged = judge(request)
    errors = dict(number_quality.residual_quantiles(judged.truth, judged.answer))
    low, high = errors[0.05], errors[0.95]
    typical = float(np.abs(judged.truth - judged.answer).mean())
    middle = float(judged.truth.mean())
    base = float(np.abs(judged.truth - middle).mean())
    return Page(
        (
            ((f"{data.target_name}  ", "faint"), (short_number(value), "strong")),
            (("", "text"),),
            (
                ("likely ", "text"),
                (f"{short_number(value + low)} to {short_number(value + high)}", "mark"),
                (f": in 9 of 10 of {judged.told} true minus predicted is ", "text"),
                (f"{short_number(low)} to {short_number(high)}.", "text"),
            ),
            (("", "text"),),
            (
                ("Off by ", "text"),
                (short_number(typical), "strong"),
                (f" on average; always saying their mean, {short_number(middle)}, by ", "text"),
                (f"{short_number(base)}.", "text"),
            ),
        ),
        f"{data.target_name} {short_number(value)}, give or take {short_number(typical)}.",
    )


def _many(data: Any, row: Array, output: Array, numbers: Array) -> Picture:
    """Show many numbers: an image beside the one that was given, else a table."""
    if output.shape[1:] == row.shape[1:] and len(data.input_shape) == 3:
        error = float(((output - row) ** 2).mean())
        images = image_shades(np.concatenate([row, output]))
        caption = f"What it was given and what it gave; mean squared error {short_number(error)}."
        return Tiles(tuple(images), ("given", "gave"), caption)
    names = data.feature_names if len(data.feature_names) == len(numbers) else ()
    own = output.reshape(-1)
    if names:  # its own features, which have units
        own = own * data.scale + data.shift
        given = row.reshape(-1) * data.scale + data.shift
        lines = tuple(
            (name, short_number(float(before)), short_number(float(after)))
            for name, before, after in zip(names, given, own, strict=True)
        )
        return Table(("", "given", "gave"), lines[:NUMBERS], "What it was given and what it gave.")
    told = tuple((str(at + 1), short_number(float(number))) for at, number in enumerate(numbers))
    return Table(("", data.target_name), told[:NUMBERS], f"{len(numbers)} numbers.")
