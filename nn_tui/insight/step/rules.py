"""Every optimizer's rule for one weight, line by line with its numbers, in Keras's form.

A rule that is not known here is told by its formula, and by what the engine makes of the weight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn_tui.declare import name_of
from nn_tui.engine.optimizers.optimizer import Optimizer
from nn_tui.insight.step.digits import EXACT, number, rounded
from nn_tui.insight.step.expression import Written, largest, sign, size, smallest, sqrt, written


@dataclass(frozen=True)
class Line:
    """A line of a calculation: what it gives, how, and the number; `how` may be empty."""

    name: str
    how: str
    result: str

    @property
    def text(self) -> str:
        """The line as it is printed."""
        return " = ".join(part for part in (self.name, self.how, self.result) if part)


class Sheet:
    """Lines written one below the other; each result is rounded as printed and gone on with."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def put(self, name: str, expression: Any, digits: int | None = None) -> Written:
        """Write a line; gives its result as a number."""
        known = written(expression)
        value = float(rounded(known.value) if digits is None else rounded(known.value, digits))
        told = number(value) if digits is None else number(value, digits)
        how = "" if known.text == told else known.text
        self.lines.append(Line(name, how, told))
        return Written(value, told)


@dataclass(frozen=True)
class Weight:
    """A weight before the step, and all that its rule needs beside the optimizer's settings."""

    before: float
    gradient: float
    """As printed, before clipping."""
    moments: Mapping[str, float]
    step: int
    array_norm: float
    """Of the gradient of its whole array."""
    global_norm: float
    """Of the gradient of all arrays together."""
    u_product: float = 1.0
    """Nadam's."""
    matrix: bool = True
    """Whether its array is a kernel rather than biases."""
    dead: bool = False
    """For PlaygroundSGD: whether it stays zero for good."""


def work_out(optimizer: Optimizer, weight: Weight) -> tuple[list[Line], float] | None:
    """Write out the rule with its numbers; gives the lines and the new weight, None for an unknown rule."""
    rule = RULES.get(name_of(type(optimizer)))
    if rule is None:
        return None
    sheet = Sheet()
    gradient = _clipped(sheet, optimizer, weight)
    old = Written(float(rounded(weight.before, EXACT)), number(weight.before, EXACT))
    rate = Written(float(optimizer.learning_rate))
    if optimizer.weight_decay:
        decay = Written(optimizer.weight_decay)
        old = sheet.put("w, decayed", old - old * decay * rate, EXACT)
    new = rule(sheet, optimizer, weight, old, gradient, rate)
    return sheet.lines, new.value


def _clipped(sheet: Sheet, optimizer: Optimizer, weight: Weight) -> Written:
    gradient = Written(weight.gradient)
    for limit, norm in (
        (optimizer.clipnorm, weight.array_norm),
        (optimizer.global_clipnorm, weight.global_norm),
    ):
        if limit is not None and norm > limit:
            return sheet.put("g, clipped", gradient * Written(limit) / Written(float(rounded(norm))))
    if optimizer.clipvalue is not None and abs(weight.gradient) > optimizer.clipvalue:
        most = Written(optimizer.clipvalue)
        return sheet.put("g, clipped", largest(smallest(gradient, most), -most))
    return gradient


def _kept(weight: Weight, name: str) -> Written:
    return Written(float(rounded(weight.moments.get(name, 0.0))))


def _sgd(
    sheet: Sheet, optimizer: Any, weight: Weight, old: Written, gradient: Written, rate: Written
) -> Written:
    if not optimizer.momentum:
        return sheet.put("w", old - rate * gradient, EXACT)
    keep = Written(optimizer.momentum)
    moment = sheet.put("m", keep * _kept(weight, "momentum") - rate * gradient)
    if optimizer.nesterov:
        return sheet.put("w", old + keep * moment - rate * gradient, EXACT)
    return sheet.put("w", old + moment, EXACT)


def _rmsprop(
    sheet: Sheet, optimizer: Any, weight: Weight, old: Written, gradient: Written, rate: Written
) -> Written:
    keep, take = Written(optimizer.rho), Written(1 - optimizer.rho)
    velocity = sheet.put("v", keep * _kept(weight, "velocity") + take * gradient**2)
    inner = velocity + Written(optimizer.epsilon)
    if optimizer.centered:
        average = sheet.put("mean", keep * _kept(weight, "average_gradient") + take * gradient)
        inner = velocity - average**2 + Written(optimizer.epsilon)
    if not optimizer.momentum:
        return sheet.put("w", old - rate * gradient / sqrt(inner), EXACT)
    moment = Written(optimizer.momentum) * _kept(weight, "momentum")
    moved = sheet.put("m", moment + rate * gradient / sqrt(inner))
    return sheet.put("w", old - moved, EXACT)


def _adam(
    sheet: Sheet, optimizer: Any, weight: Weight, old: Written, gradient: Written, rate: Written
) -> Written:
    one, two = Written(optimizer.beta_1), Written(optimizer.beta_2)
    moment = sheet.put("m", one * _kept(weight, "momentum") + Written(1 - one.value) * gradient)
    square = Written(1 - two.value) * gradient**2
    velocity = sheet.put("v", two * _kept(weight, "velocity") + square)
    if optimizer.amsgrad:
        velocity = sheet.put("v largest", largest(_kept(weight, "velocity_hat"), velocity))
    step = Written(weight.step)
    corrected = sheet.put("rate", rate * sqrt(1 - two**step) / (1 - one**step))
    return sheet.put("w", old - corrected * moment / (sqrt(velocity) + Written(optimizer.epsilon)), EXACT)


def _adamax(
    sheet: Sheet, optimizer: Any, weight: Weight, old: Written, gradient: Written, rate: Written
) -> Written:
    one, two = Written(optimizer.beta_1), Written(optimizer.beta_2)
    moment = sheet.put("m", one * _kept(weight, "momentum") + Written(1 - one.value) * gradient)
    norm = sheet.put("u", largest(two * _kept(weight, "norm"), size(gradient)))
    below = (1 - one ** Written(weight.step)) * (norm + Written(optimizer.epsilon))
    return sheet.put("w", old - rate * moment / below, EXACT)


def _nadam(
    sheet: Sheet, optimizer: Any, weight: Weight, old: Written, gradient: Written, rate: Written
) -> Written:
    one, two = Written(optimizer.beta_1), Written(optimizer.beta_2)
    fade, half = Written(0.96), Written(0.5)
    now = sheet.put("u", one * (1 - half * fade ** Written(weight.step)))
    following = sheet.put("u next", one * (1 - half * fade ** Written(weight.step + 1)))
    product = sheet.put("U", Written(float(rounded(weight.u_product))) * now)
    moment = sheet.put("m", one * _kept(weight, "momentum") + Written(1 - one.value) * gradient)
    square = Written(1 - two.value) * gradient**2
    velocity = sheet.put("v", two * _kept(weight, "velocity") + square)
    ahead = following * moment / (1 - product * following) + (1 - now) * gradient / (1 - product)
    along = sheet.put("m ahead", ahead)
    below = sqrt(velocity / (1 - two ** Written(weight.step))) + Written(optimizer.epsilon)
    return sheet.put("w", old - rate * along / below, EXACT)


def _adagrad(
    sheet: Sheet, optimizer: Any, weight: Weight, old: Written, gradient: Written, rate: Written
) -> Written:
    summed = sheet.put("sum", _kept(weight, "accumulator") + gradient**2)
    return sheet.put("w", old - rate * gradient / sqrt(summed + Written(optimizer.epsilon)), EXACT)


def _adadelta(
    sheet: Sheet, optimizer: Any, weight: Weight, old: Written, gradient: Written, rate: Written
) -> Written:
    keep, take, epsilon = Written(optimizer.rho), Written(1 - optimizer.rho), Written(optimizer.epsilon)
    velocity = sheet.put("v", keep * _kept(weight, "accumulated_grad") + take * gradient**2)
    steps = _kept(weight, "accumulated_delta_var")
    step = sheet.put("step", gradient * sqrt(steps + epsilon) / sqrt(velocity + epsilon))
    sheet.put("d", keep * steps + take * step**2)
    return sheet.put("w", old - rate * step, EXACT)


def _lion(
    sheet: Sheet, optimizer: Any, weight: Weight, old: Written, gradient: Written, rate: Written
) -> Written:
    one, two, moment = Written(optimizer.beta_1), Written(optimizer.beta_2), _kept(weight, "momentum")
    mixed = sheet.put("mix", one * moment + Written(1 - one.value) * gradient)
    new = sheet.put("w", old - rate * sign(mixed), EXACT)
    sheet.put("m", two * moment + Written(1 - two.value) * gradient)
    return new


def _playground(
    sheet: Sheet, optimizer: Any, weight: Weight, old: Written, gradient: Written, rate: Written
) -> Written:
    price = optimizer.regularization_rate if optimizer.regularization != "none" else 0.0
    if not price or not weight.matrix:
        return sheet.put("w", old - rate * gradient, EXACT)
    moved = sheet.put("w moved", old - rate * gradient, EXACT)
    if optimizer.regularization == "L2":
        return sheet.put("w", moved - rate * Written(price) * old, EXACT)
    pulled = sheet.put("w pulled", moved - rate * Written(price) * sign(old), EXACT)
    if weight.dead or moved.value * pulled.value < 0:
        return sheet.put("w", Written(0.0), EXACT)
    return sheet.put("w", pulled, EXACT)


Rule = Callable[[Sheet, Any, Weight, Written, Written, Written], Written]
RULES: dict[str, Rule] = {
    "SGD": _sgd,
    "RMSprop": _rmsprop,
    "Adam": _adam,
    "AdamW": _adam,
    "Adamax": _adamax,
    "Nadam": _nadam,
    "Adagrad": _adagrad,
    "Adadelta": _adadelta,
    "Lion": _lion,
    "PlaygroundSGD": _playground,
}


def settings_words(optimizer: Optimizer) -> str:
    """Say the settings that the rule's formula names, with the learning rate of this step."""
    told = [f"learning_rate {number(optimizer.learning_rate)}"]
    for name in ("momentum", "rho", "beta_1", "beta_2", "epsilon", "weight_decay"):
        value = getattr(optimizer, name, None)
        if value and isinstance(value, (int, float, np.floating)):
            told.append(f"{name} {number(float(value))}")
    return ", ".join(told)
