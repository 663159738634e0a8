"""Every loss and its derivative by an output as formulas that can be written out with numbers.

What no formula is known for is computed by the engine and given as a number alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from nn_tui.declare import name_of
from nn_tui.engine.activation import Activation
from nn_tui.engine.losses import EPSILON, Loss
from nn_tui.insight.pictures import Array
from nn_tui.insight.step.expression import (
    Written,
    cosh,
    exp,
    largest,
    log,
    sign,
    size,
    tanh,
    total,
    value_of,
    where,
    written,
)


class Formula(NamedTuple):
    """What one output adds to the loss, of the output and its target, and its derivative by the output."""

    each: Callable[[Any, Any, Any], Any]
    slope: Callable[[Any, Any, Any], Any]
    together: Literal["mean", "sum"] = "mean"
    """How what the outputs add is put together."""


def _huber(p: Any, t: Any, f: Any) -> Any:
    d = size(t - p)
    return where(value_of(d) <= f.delta, d**2 / 2, f.delta * d - f.delta * f.delta / 2)


def _surprise(p: Any, t: Any, f: Any) -> Any:
    if f.from_logits:
        return largest(p, 0) - p * t + log(1 + exp(-size(p)))
    if isinstance(p, Written) and value_of(t) in (0.0, 1.0):
        return -log(p) if value_of(t) else -log(1 - p)
    return -(t * log(p) + (1 - t) * log(1 - p))


def _surprise_slope(p: Any, t: Any, f: Any) -> Any:
    return 1 / (1 + exp(-p)) - t if f.from_logits else (p - t) / (p * (1 - p))


FORMULAS: dict[str, Formula] = {
    "mean_squared_error": Formula(lambda p, t, f: (t - p) ** 2, lambda p, t, f: 2 * (p - t)),
    "half_squared_error": Formula(lambda p, t, f: (t - p) ** 2 / 2, lambda p, t, f: p - t),
    "mean_absolute_error": Formula(lambda p, t, f: size(t - p), lambda p, t, f: sign(p - t)),
    "mean_absolute_percentage_error": Formula(
        lambda p, t, f: 100 * size(t - p) / largest(size(t), EPSILON),
        lambda p, t, f: 100 * sign(p - t) / largest(size(t), EPSILON),
    ),
    "huber": Formula(
        _huber, lambda p, t, f: where(value_of(size(p - t)) <= f.delta, p - t, f.delta * sign(p - t))
    ),
    "log_cosh": Formula(lambda p, t, f: log(cosh(p - t)), lambda p, t, f: tanh(p - t)),
    "binary_crossentropy": Formula(_surprise, _surprise_slope),
    "hinge": Formula(
        lambda p, t, f: largest(1 - t * p, 0), lambda p, t, f: where(value_of(1 - t * p) > 0, -t, 0)
    ),
    "squared_hinge": Formula(
        lambda p, t, f: largest(1 - t * p, 0) ** 2,
        lambda p, t, f: -2 * t * largest(1 - t * p, 0),
    ),
    "poisson": Formula(lambda p, t, f: p - t * log(p + EPSILON), lambda p, t, f: 1 - t / (p + EPSILON)),
    "kl_divergence": Formula(lambda p, t, f: t * log(t / p), lambda p, t, f: -t / p, "sum"),
}
CLASSES = ("categorical_crossentropy", "sparse_categorical_crossentropy")
CLIPPED = (*CLASSES, "binary_crossentropy", "kl_divergence")
"""Losses whose probabilities are kept a little away from 0 and 1."""


class LossOnPaper:
    """A loss of rows of outputs `(rows, outputs)`, in float64, as formulas.

    Args:
        loss: the loss.
        last: the activation that made the outputs, if any.
    """

    def __init__(self, loss: Loss, last: Activation | None) -> None:
        self.loss = loss
        self.name = name_of(type(loss))
        self.last = None if last is None else name_of(type(last))
        self.logits = bool(getattr(loss, "from_logits", False))
        self.classes = self.name in CLASSES
        self.known = self.classes or self.name in FORMULAS

    @property
    def shares(self) -> bool:
        """Whether outputs are divided by their sum first, as they are no probabilities by themselves."""
        return self.classes and not self.logits and self.last != "softmax"

    @property
    def joined(self) -> bool:
        """Whether the slope by the weighted sums is simpler than the two factors it is made of."""
        pairs = {("softmax", True), ("sigmoid", False)}
        return (
            (self.classes or self.name == "binary_crossentropy")
            and not self.logits
            and (self.last, self.classes) in pairs
        )

    def inside(self, p: Array) -> Array:
        """Keep probabilities within what the loss's logarithm takes."""
        if self.name not in CLIPPED or self.logits:
            return p
        high = 1.0 if self.name == "kl_divergence" else 1 - EPSILON
        return np.clip(p, EPSILON, high)

    def targets_inside(self, t: Array) -> Array:
        """Keep targets within what the loss's logarithm takes."""
        return np.clip(t, EPSILON, 1) if self.name == "kl_divergence" else t

    def values(self, p: Array, t: Array) -> Array:
        """Give the loss of every row."""
        if not self.known:
            return np.asarray(self.loss.values(p, t), np.float64)
        if self.classes and self.logits:
            top = p.max(axis=-1, keepdims=True)
            summed = np.log(np.exp(p - top).sum(axis=-1)) + top[:, 0]
            return t.sum(axis=-1) * summed - (t * p).sum(axis=-1)
        if self.classes:
            q = p / p.sum(axis=-1, keepdims=True) if self.shares else p
            return -(t * np.log(self.inside(q))).sum(axis=-1)
        formula = FORMULAS[self.name]
        each = np.asarray(formula.each(self.inside(p), self.targets_inside(t), self.loss), np.float64)
        return each.mean(axis=-1) if formula.together == "mean" else each.sum(axis=-1)

    def slopes(self, p: Array, t: Array) -> Array:
        """Give the derivative of each row's loss by its outputs."""
        if not self.known:
            return np.asarray(self.loss.slope(p, t), np.float64)
        with np.errstate(all="ignore"):
            if self.classes and self.logits:
                powers = np.exp(p - p.max(axis=-1, keepdims=True))
                return powers / powers.sum(axis=-1, keepdims=True) * t.sum(axis=-1, keepdims=True) - t
            if self.shares:
                # log(p / s) = log(p) - log(s): the second part is the same for every output.
                return t.sum(axis=-1, keepdims=True) / p.sum(axis=-1, keepdims=True) - self._each(t, p)
            if self.classes:
                return -self._each(t, p)
            formula = FORMULAS[self.name]
            near = self.inside(p)
            slope = np.asarray(formula.slope(near, self.targets_inside(t), self.loss), np.float64)
            slope = np.where(near == p, slope, 0) if not self.joined else slope
            return slope / p.shape[-1] if formula.together == "mean" else slope

    @staticmethod
    def _each(t: Array, p: Array) -> Array:
        return np.where(t == 0, 0.0, t / np.where(t == 0, 1.0, p))

    def joined_slopes(self, p: Array, t: Array) -> Array:
        """Give the derivative of each row's loss by its weighted sums, where loss and activation join."""
        if self.classes:
            return p * t.sum(axis=-1, keepdims=True) - t
        return (p - t) / p.shape[-1]

    def written(self, p: Array, t: Array) -> Written | None:
        """Write out the loss of a row `(outputs,)`; None where no formula is known."""
        if not self.known:
            return None
        outputs = range(len(p))
        if self.classes and self.logits:
            summed = log(total(exp(Written(one)) for one in p))
            return total(Written(t[at]) * (summed - Written(p[at])) for at in outputs if t[at])
        if self.classes:
            whole = total(Written(one) for one in p)
            parts = []
            for at in outputs:
                if t[at]:
                    near = float(self.inside(np.asarray(p[at] / whole.value if self.shares else p[at])))
                    asked = Written(p[at]) / whole if self.shares else Written(p[at])
                    one = log(asked if near == asked.value else Written(near))
                    parts.append(one if t[at] == 1 else Written(t[at]) * one)
            return -parts[0] if len(parts) == 1 else -total(parts)
        formula = FORMULAS[self.name]
        kept, asked_of = self.inside(p), self.targets_inside(t)
        summed = total(formula.each(Written(kept[at]), Written(asked_of[at]), self.loss) for at in outputs)
        return summed / len(p) if formula.together == "mean" and len(p) > 1 else summed

    def slope_written(self, p: Array, t: Array, at: int) -> Written | None:
        """Write out the derivative of a row's loss by one output."""
        if not self.known:
            return None
        if self.classes and self.logits:
            share = exp(Written(p[at])) / total(exp(Written(one)) for one in p)
            return share - Written(t[at])
        if self.shares:
            whole = 1 / total(Written(one) for one in p)
            return whole - Written(t[at]) / Written(p[at]) if t[at] else whole
        if self.classes:
            return -Written(t[at]) / Written(p[at]) if t[at] else Written(0)
        formula = FORMULAS[self.name]
        near = self.inside(p)
        if near[at] != p[at] and not self.joined:
            return Written(0)
        target = self.targets_inside(t)[at]
        slope = written(formula.slope(Written(near[at]), Written(target), self.loss))
        return slope / len(p) if formula.together == "mean" and len(p) > 1 else slope

    def joined_written(self, p: Array, t: Array, at: int) -> Written:
        """Write out the derivative by one weighted sum, where loss and activation join."""
        if self.classes:
            whole = float(t.sum())
            first = Written(p[at]) if whole == 1 else Written(p[at]) * Written(whole)
            return first - Written(t[at])
        difference = Written(p[at]) - Written(t[at])
        return difference / len(p) if len(p) > 1 else difference
