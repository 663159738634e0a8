"""The page of a step, put together: which rows, which weight, which part of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nn_tui.insight.controls import turn
from nn_tui.insight.pictures import Array, Control, InsightRequest, Page, Sentence
from nn_tui.insight.samples import Sample, pick_sample
from nn_tui.insight.step.backward import write_backward
from nn_tui.insight.step.calculation import Calculation, calculate
from nn_tui.insight.step.digits import number
from nn_tui.insight.step.forward import Units, write_forward, write_loss
from nn_tui.insight.step.paper import MOST, Paper
from nn_tui.insight.step.places import Place, choose, layer_words
from nn_tui.insight.step.real_step import RealStep, real_step
from nn_tui.insight.step.update import write_update
from nn_tui.insight.step.view import Choices

FEW = 3
"""A last layer of so many units has the calculation of each written out."""
PARTS = ("all", "forward", "loss", "backward", "update")


def write_page(request: InsightRequest, asked: Choices) -> Page | Sentence:
    """Write the page of a step, or why there is none.

    Args:
        request: the model and the data.
        asked: where the controls stand.
    """
    model, data = request.model, request.data
    layers = enumerate(model.layers)
    stack = [at for at, one in layers if one.trainable and one.weights_for(one.input_shape)]
    if not stack:
        return Sentence("No layer has weights that training moves: add a Dense layer, or let one train.")
    size = max(1, request.batch_size)
    chosen = pick_sample(data, asked.rows, asked.batch * size + asked.sample)
    x, y = _rows_of(data, chosen, size if asked.whole % 2 else 1)
    weights = row_weights(y, request.class_weight)
    real = real_step(model, x, y, weights)
    at = stack[asked.layer % len(stack)]
    names = data.feature_names if at == 0 and len(data.feature_names) == x[0].size else ()
    outputs = data.class_names if at == stack[-1] else ()
    place = choose(real.layers[at], real.trained[at], asked.start, asked.end, names, outputs)
    found = calculate(real, model.loss, weights)
    counted = not asked.penalty % 2
    written = _units(found, at, place, everything=bool(asked.sums % 2))
    paper = Paper()
    _write_head(paper, request, chosen, len(x))
    write_forward(paper, found, written)
    loss = write_loss(paper, found, penalty=counted)
    write_backward(paper, found, written)
    before, after = write_update(paper, found, at, place, penalty=counted)
    controls = _controls(request, chosen, real, stack, at, place, asked)
    caption = (
        f"Loss {number(loss, 4)}. Step {real.step} moves {place.words} of layer {at + 1} "
        f"from {number(before, 6)} to {number(after, 6)}."
    )
    return Page(paper.part(asked.part % len(PARTS)), caption, controls=controls)


def _rows_of(data: Any, chosen: Sample, count: int) -> tuple[Array, Array]:
    split = {"training": data.train, "validation": data.validation, "test": data.test}[chosen.split]
    stop = chosen.number + count
    return np.asarray(split.x[chosen.number : stop]), np.asarray(split.y[chosen.number : stop])


def row_weights(y: Array, class_weight: Any) -> Array | None:
    """Give how much each row counts by its class; None where all count alike."""
    if not class_weight:
        return None
    numbers = y.argmax(axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(len(y)).astype(int)
    return np.asarray([class_weight.get(int(one), 1.0) for one in numbers], np.float64)


def _units(found: Calculation, at: int, place: Place, *, everything: bool) -> Units:
    """Choose the units whose sums are written out: those that the followed weight joins, else the first."""
    units: Units = {}
    for one in found.worked:
        count = one.a.shape[1]
        shown: Sequence[int] = (0,)
        if everything:
            shown = range(min(count, MOST))
        elif one is found.worked[-1] and count <= FEW:
            shown = range(count)
        elif one.at == at and one.kind in ("dense", "normalize"):
            shown = (place.end_number,)
        elif one.at < at and 0 <= place.start_number < count:
            shown = (place.start_number,)
        units[one.at] = shown
    return units


def _write_head(paper: Paper, request: InsightRequest, chosen: Sample, count: int) -> None:
    told = [f"Row {chosen.number + 1} of the {chosen.split} rows"]
    if count > 1:
        last = chosen.number + count
        told = [f"A batch: {chosen.split} rows {chosen.number + 1} to {last}; written out is the first"]
    told += [chosen.told] if chosen.told else []
    told += [f"{request.data.target_name}: {chosen.target}"] if chosen.target else []
    paper.say("; ".join(told) + ".")
    if request.data.augmentation is not None:
        paper.note("In training the rows of a batch are changed at random first; here they are not.")
    paper.note("Every line can be redone with a pocket calculator: each number goes on as it is printed.")


def _controls(
    request: InsightRequest,
    chosen: Sample,
    real: RealStep,
    stack: list[int],
    at: int,
    place: Place,
    asked: Choices,
) -> tuple[Control, ...]:
    size = max(1, request.batch_size)
    own = chosen.controls[-1]
    batches = -(-own.count // size)
    controls = [*chosen.controls[:-1], replace(own, at=asked.sample % own.count)]
    if batches > 1:
        number_of = asked.batch % batches
        controls.append(Control("batch", "batch", f"{number_of + 1} of {batches}", number_of, batches))
    if own.count > 1:
        controls.append(turn("whole", "step", asked.whole, ["one row", f"batch of {min(size, own.count)}"]))
    named = [layer_words(real.layers[one], one + 1) for one in stack]
    controls.append(turn("layer", "layer", stack.index(at), named))
    controls += place.controls
    if any(one.regularizer is not None for arrays in real.trained for one in arrays):
        controls.append(turn("penalty", "penalty", asked.penalty, ["on", "off"]))
    controls.append(turn("sums", "written out", asked.sums, ["one unit", "all units"]))
    controls.append(turn("part", "show", asked.part, PARTS))
    return tuple(controls)
