"""The forward pass of one row on the page: weighted sums and activations, layer by layer, and the loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nn_tui.declare import formula, name_of
from nn_tui.engine.activation import Activation
from nn_tui.insight.number_words import shape_words
from nn_tui.insight.pictures import Array
from nn_tui.insight.step.activation_formulas import value_written
from nn_tui.insight.step.calculation import Calculation, Worked
from nn_tui.insight.step.digits import number, rounded
from nn_tui.insight.step.expression import Written, sqrt, total
from nn_tui.insight.step.paper import MOST, TERMS, Paper, products
from nn_tui.insight.step.places import layer_words

Units = dict[int, Sequence[int]]
"""The units of each layer, by its place in the stack, whose calculation is written out."""


def write_forward(paper: Paper, found: Calculation, units: Units) -> None:
    """Write the forward pass of the first row."""
    paper.heading("1 Forward: from the features to the output")
    _write_engine(paper, found)
    for one in found.worked:
        if one is found.worked[0] and one.x.shape[1]:
            paper.numbers("x", one.x[0], "train")
        _write_layer(paper, one, units.get(one.at, ()))


def _write_engine(paper: Paper, found: Calculation) -> None:
    """Say of the layers that are not worked out what goes in and what comes out."""
    above = found.worked[0].at if found.worked else len(found.real.layers)
    for at in range(above):
        layer = found.real.layers[at]
        given, made = found.real.inputs[at][0], found.real.inputs[at + 1][0]
        paper.title(
            f"Layer {layer_words(layer, at + 1)}",
            f"{shape_words(given.shape) or 1} -> {shape_words(made.shape) or 1}; {_range_words(made)}",
        )


def _range_words(values: Array) -> str:
    low, high = number(float(values.min()), 4), number(float(values.max()), 4)
    return f"outputs {low} to {high}, {np.mean(values == 0):.0%} are 0"


def activation_formula(activation: Activation, result: str = "a") -> str:
    """Give an activation's formula as the page names things: `a = max(z, 0)`."""
    told = formula(type(activation)).splitlines()
    return told[0].strip().replace("f(z)", result, 1) if told else name_of(type(activation))


def _write_layer(paper: Paper, one: Worked, units: Sequence[int]) -> None:
    words = f"Layer {layer_words(one.layer, one.at + 1)}"
    match one.kind:
        case "dense":
            named = f" {name_of(type(one.activation))}" if one.activates else ""
            then = f",  {activation_formula(one.activation)}" if one.activates else ""
            paper.title(f"{words}{named}", f"z = sum of x*w{' + b' if one.bias is not None else ''}{then}")
            for unit in units:
                _write_sum(paper, one, unit)
                _write_activation(paper, one, unit)
            _write_lists(paper, one, units)
        case "activation":
            paper.title(f"{words} {name_of(type(one.activation))}", activation_formula(one.activation))
            for unit in units:
                _write_activation(paper, one, unit)
            _write_lists(paper, one, units)
        case "factor":
            paper.title(words, "y = x * mask: in training some are made 0, the others grow")
            assert one.mask is not None
            rate = float(one.layer.rate)
            paper.note(f"A mask is drawn for every batch: 0 with chance {rate:g}, else 1 / (1 - {rate:g}).")
            for unit in units:
                how = Written(one.x[0, unit]) * Written(one.mask[0, unit])
                paper.sum_up(f"y{unit + 1}", how, one.a[0, unit], "train")
            paper.numbers("mask", one.mask[0], "text")
            paper.numbers("y", one.a[0], "train")
        case "noise":
            paper.title(words, "y = x + noise, drawn anew for every batch in training")
            assert one.mask is not None
            paper.numbers("noise", one.mask[0], "text")
            paper.numbers("y", one.a[0], "train")
        case "normalize":
            _write_normalization(paper, one, units)
        case _:
            paper.title(words, "the same numbers in another shape")


def _write_sum(paper: Paper, one: Worked, unit: int) -> None:
    assert one.kernel is not None
    terms, note = products(one.x[0], one.kernel[:, unit])
    if one.bias is not None:
        terms.append(Written(one.bias[unit]))
    paper.sum_up(f"z{unit + 1}", total(terms), one.z[0, unit], "train", note)


def _write_activation(paper: Paper, one: Worked, unit: int) -> None:
    if one.activates and one.z.shape[1] <= TERMS:
        how = value_written(one.activation, one.z[0], unit)
        paper.sum_up(f"a{unit + 1}", how, one.a[0, unit], "train")


def _write_lists(paper: Paper, one: Worked, units: Sequence[int]) -> None:
    if len(units) < one.z.shape[1] or one.z.shape[1] > 1:
        if one.kind == "dense":
            paper.numbers("z", one.z[0], "train")
        if one.activates:
            paper.numbers("a", one.a[0], "train")


def _write_normalization(paper: Paper, one: Worked, units: Sequence[int]) -> None:
    words = f"Layer {layer_words(one.layer, one.at + 1)}"
    assert one.mean is not None and one.variance is not None and one.normal is not None
    assert one.gamma is not None and one.beta is not None
    paper.title(words, "n = (x - mean) / sqrt(variance + epsilon),  y = gamma * n + beta")
    rows = len(one.x)
    if not one.by_batch:
        paper.note("Frozen: mean and variance are the moving averages.")
    elif rows == 1:
        paper.note("A batch of one: its mean is itself, so nothing is left of it. Take a whole batch.")
    else:
        paper.note("In training mean and variance are those of this batch; later, their moving averages.")
    for unit in units:
        name, column = unit + 1, one.x[:, unit]
        mean, variance = Written(one.mean[unit]), Written(one.variance[unit])
        short = one.by_batch and rows <= TERMS
        how = total(Written(value) for value in column) / rows if short else None
        paper.sum_up(f"mean{name}", how, mean.value, "train")
        squares = [(Written(value) - mean) ** 2 for value in column] if short else []
        paper.sum_up(f"variance{name}", total(squares) / rows if short else None, variance.value, "train")
        normal = (Written(column[0]) - mean) / sqrt(variance + Written(one.layer.epsilon))
        paper.sum_up(f"n{name}", normal, one.normal[0, unit], "train")
        made = Written(one.gamma[unit]) * Written(one.normal[0, unit]) + Written(one.beta[unit])
        paper.sum_up(f"y{name}", made, one.a[0, unit], "train")
    paper.numbers("y", one.a[0], "train")


def write_loss(paper: Paper, found: Calculation, *, penalty: bool) -> float:
    """Write the loss by its formula; gives the loss of the step."""
    name = found.loss.name
    paper.heading(f"2 Loss: how wrong the output is ({name})")
    paper.formula(formula(type(found.loss.loss)))
    if found.p.shape[1] <= MOST and found.worked:
        paper.numbers("p", found.p[0], "train", "the outputs")
        paper.numbers("y", found.t[0], "text", "the target")
        paper.sum_up("l", found.loss.written(found.p[0], found.t[0]), found.losses[0], "train")
    else:
        paper.sum_up("l", None, found.losses[0], "train", "the mean over all outputs of the row")
    rows = len(found.losses)
    loss = found.mean
    if rows > 1:
        paper.numbers("l of each row", found.losses, "train")
    if rows > 1 or found.weights is not None:
        how = None
        if rows <= TERMS:
            counts = found.dl * rows if found.weights is not None else np.ones(rows)
            terms = [
                Written(value) if found.weights is None else Written(float(rounded(count))) * Written(value)
                for count, value in zip(counts, found.losses, strict=True)
            ]
            how = total(terms) / rows if rows > 1 else total(terms)
        note = "the mean; rows count by their class" if found.weights is not None else "the mean"
        paper.sum_up("L", how, loss, "train", note)
    return _write_penalty(paper, found, loss) if penalty else loss


def _write_penalty(paper: Paper, found: Calculation, loss: float) -> float:
    """Write the price of large weights, array by array."""
    parts: list[float] = []
    for at, arrays in enumerate(found.real.trained):
        for one in arrays:
            if one.regularizer is None:
                continue
            weight = np.asarray(one.before, np.float64)
            l1, l2 = float(one.regularizer.l1), float(one.regularizer.l2)
            terms, told = [], []
            if l1:
                terms.append(Written(l1) * Written(float(rounded(np.abs(weight).sum()))))
                told.append("l1 * sum of |w|")
            if l2:
                terms.append(Written(l2) * Written(float(rounded(np.square(weight).sum()))))
                told.append("l2 * sum of w*w")
            if not terms:
                continue
            how = total(terms)
            parts.append(float(rounded(how.value)))
            layer = found.real.layers[at]
            words = f"penalty of the {one.name} of layer {layer_words(layer, at + 1)}"
            paper.sum_up(words, how, parts[-1], "train", " + ".join(told))
    if not parts:
        return loss
    whole = total([Written(loss), *map(Written, parts)])
    result = float(rounded(whole.value))
    paper.sum_up("loss", whole, result, "train", "with the penalty")
    return result
