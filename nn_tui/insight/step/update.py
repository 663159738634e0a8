"""The update of one weight on the page: its gradient, and the optimizer's rule with its numbers."""

from __future__ import annotations

import re

import numpy as np

from nn_tui.declare import formula, name_of
from nn_tui.insight.step.backward import gradient_written
from nn_tui.insight.step.calculation import Calculation
from nn_tui.insight.step.digits import EXACT, number, rounded
from nn_tui.insight.step.expression import Written, sign, total
from nn_tui.insight.step.paper import Paper
from nn_tui.insight.step.places import Place, layer_words
from nn_tui.insight.step.real_step import Trained
from nn_tui.insight.step.rules import Weight, settings_words, work_out

STATES = {
    "momentum": "m",
    "velocity": "v",
    "velocity_hat": "v largest",
    "average_gradient": "mean",
    "norm": "u",
    "accumulator": "sum",
    "accumulated_grad": "v",
    "accumulated_delta_var": "d",
}
"""What Keras calls an optimizer's memory, and the formulas' letters for it."""


def write_update(
    paper: Paper, found: Calculation, layer: int, place: Place, *, penalty: bool
) -> tuple[float, float]:
    """Write the update of a weight; gives the weight before and after it.

    Args:
        paper: to write on.
        found: the calculation.
        layer: the place of the weight's layer in the stack.
        place: the weight.
        penalty: whether the regularization penalty counts.
    """
    real = found.real
    one = real.trained[layer][place.array]
    optimizer = real.optimizer
    words = f"{place.words}, layer {layer_words(real.layers[layer], layer + 1)}"
    paper.heading(f"4 Update of {words}")
    before = float(one.before[place.index])
    gradient = _write_gradient(paper, found, layer, place, one, penalty=penalty)
    name = name_of(type(optimizer))
    paper.title(name, settings_words(optimizer))
    paper.formula(re.sub(r"\bslope\b", "g", formula(type(optimizer))))
    moments = {key: float(array[place.index]) for key, array in one.moments.items()}
    _write_state(paper, moments, real.step, before)
    if "u_product" in real.rules:
        paper.sum_up("U before", None, float(rounded(real.rules["u_product"][0])), "text")
    number_of = sum(len(arrays) for arrays in real.trained[:layer]) + place.array
    dead = number_of in real.dead and bool(real.dead[number_of][place.index])
    after = float(one.after[place.index])
    weight = Weight(
        before,
        gradient,
        moments,
        real.step,
        float(np.linalg.norm(one.gradient)),
        float(np.sqrt(sum(np.square(a.gradient).sum() for arrays in real.trained for a in arrays))),
        float(real.rules["u_product"][0]) if "u_product" in real.rules else 1.0,
        one.before.ndim > 1,
        dead,
    )
    worked = work_out(optimizer, weight)
    if worked is None:
        paper.sum_up("new w", None, after, "mark", "by the engine", EXACT)
        return before, after
    lines, new = worked
    for line in lines:
        name = "new w" if line.name == "w" else line.name
        parts = " = ".join(part for part in (name, line.how) if part)
        paper.lines.append(
            ((f"  {parts} = ", "text"), (line.result, "mark" if line.name == "w" else "validation"))
        )
    if penalty:
        told = number(after, EXACT)
        paper.note(f"A copy of the network, trained on this batch for real, has {told}.")
    else:
        paper.note("Without the penalty; training counts it.")
    return before, new


def _write_gradient(
    paper: Paper, found: Calculation, layer: int, place: Place, one: Trained, *, penalty: bool
) -> float:
    """Write the gradient of the weight, with the penalty's part; gives it as printed."""
    known = gradient_written(found, layer, place, one.name)
    price = one.regularizer if penalty else None
    before = float(rounded(one.before[place.index], EXACT))
    weight = Written(before, number(before, EXACT))
    slope, told = [], []
    if price is not None and price.l2:
        slope.append(Written(2) * Written(float(price.l2)) * weight)
        told.append("2 * l2 * w")
    if price is not None and price.l1:
        slope.append(Written(float(price.l1)) * sign(weight))
        told.append("l1 * sign(w)")
    if known is None:
        whole = float(one.gradient[place.index])
        if one.regularizer is not None and not penalty:
            whole -= 2 * float(one.regularizer.l2) * before + float(one.regularizer.l1) * np.sign(before)
        note = "by the engine, over all rows and places" + (", with the penalty" if slope else "")
        result = float(rounded(whole))
        paper.sum_up("g", None, result, "validation", note)
        return result
    how, exact, note = known
    if not slope:
        paper.sum_up("g = dL/dw", how, exact, "validation", note)
        return exact
    paper.sum_up("dL/dw", how, exact, "validation", note)
    part = total(slope)
    by_price = float(rounded(part.value))
    paper.sum_up("d penalty/dw", part, by_price, "validation", " + ".join(told))
    summed = Written(exact) + Written(by_price)
    result = float(rounded(summed.value))
    paper.sum_up("g", summed, result, "validation")
    return result


def _write_state(paper: Paper, moments: dict[str, float], step: int, before: float) -> None:
    told = [f"w {number(before, EXACT)}", f"step t {step}"]
    for key, value in moments.items():
        told.append(f"{STATES.get(key, key)} {number(float(rounded(value)))}")
    paper.note(f"Before: {', '.join(told)}.")
