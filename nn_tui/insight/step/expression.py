"""Formulas written once for arrays and for paper: an expression knows its value and how it is written."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from nn_tui.insight.step.digits import number

SUM, PRODUCT, SIGN, ATOM = range(4)
"""How tightly what is written holds together."""
CONSTANT = 12
"""Digits of a number in a formula: those that were rounded before have fewer."""


class Written:
    """An expression of numbers: its value, and its text with `*`, `/` and `^`.

    Args:
        value: what it comes to.
        text: how it is written. Default: the number.
        rank: how tightly the text holds together.
    """

    __slots__ = ("rank", "text", "value")
    __array_ufunc__ = None  # NumPy's numbers leave the arithmetic to this class

    def __init__(self, value: float, text: str = "", rank: int | None = None) -> None:
        self.value = float(value)
        self.text = text or number(self.value, CONSTANT)
        self.rank = (SIGN if self.text.startswith("-") else ATOM) if rank is None else rank

    def within(self, rank: int) -> str:
        """Give the text, in parentheses where it does not hold together tightly enough."""
        return self.text if self.rank >= rank else f"({self.text})"

    def __add__(self, other: Any) -> Written:
        other = written(other)
        minus = other.text.startswith("-") and other.rank > SUM
        text = f"{self.text} - {other.text[1:]}" if minus else f"{self.text} + {other.text}"
        return Written(self.value + other.value, text, SUM)

    def __radd__(self, other: Any) -> Written:
        return written(other) + self

    def __sub__(self, other: Any) -> Written:
        other = written(other)
        minus = other.text.startswith("-") and other.rank > SUM
        text = f"{self.text} + {other.text[1:]}" if minus else f"{self.text} - {other.within(PRODUCT)}"
        return Written(self.value - other.value, text, SUM)

    def __rsub__(self, other: Any) -> Written:
        return written(other) - self

    def __mul__(self, other: Any) -> Written:
        other = written(other)
        return Written(self.value * other.value, f"{self.within(PRODUCT)}*{other.within(PRODUCT)}", PRODUCT)

    def __rmul__(self, other: Any) -> Written:
        return written(other) * self

    def __truediv__(self, other: Any) -> Written:
        other = written(other)
        value = _divide(self.value, other.value)
        return Written(value, f"{self.within(PRODUCT)}/{other.within(SIGN)}", PRODUCT)

    def __rtruediv__(self, other: Any) -> Written:
        return written(other) / self

    def __pow__(self, other: Any) -> Written:
        other = written(other)
        return Written(self.value**other.value, f"{self.within(ATOM)}^{other.within(SIGN)}", SIGN)

    def __neg__(self) -> Written:
        if self.rank == SIGN and self.text.startswith("-"):
            return Written(-self.value, self.text[1:], ATOM)
        return Written(-self.value, f"-{self.within(ATOM)}", SIGN)


def written(value: Any) -> Written:
    """Take a number for an expression; an expression stays what it is."""
    return value if isinstance(value, Written) else Written(value)


def total(terms: Iterable[Any]) -> Written:
    """Add terms up, in their order; nothing comes to 0."""
    value, text = 0.0, ""
    for term in map(written, terms):
        value += term.value
        if not text:
            text = term.text
        elif term.text.startswith("-") and term.rank > SUM:
            text += f" - {term.text[1:]}"
        else:
            text += f" + {term.text}"
    return Written(value, text or "0", SUM)


def _divide(one: float, other: float) -> float:
    with np.errstate(all="ignore"):
        return float(np.float64(one) / np.float64(other))


def _function(name: str, of_arrays: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def apply(x: Any) -> Any:
        with np.errstate(all="ignore"):
            if isinstance(x, Written):
                return Written(float(of_arrays(np.float64(x.value))), f"{name}({x.text})", ATOM)
            return of_arrays(x)

    return apply


exp = _function("exp", np.exp)
log = _function("log", np.log)
sqrt = _function("sqrt", np.sqrt)
tanh = _function("tanh", np.tanh)
cosh = _function("cosh", np.cosh)
size = _function("abs", np.abs)
sign = _function("sign", np.sign)
erf = _function("erf", lambda x: np.vectorize(math.erf, otypes=[np.float64])(x))


def largest(x: Any, other: Any) -> Any:
    """Give the larger one."""
    if isinstance(x, Written) or isinstance(other, Written):
        one, two = written(x), written(other)
        return Written(max(one.value, two.value), f"max({one.text}, {two.text})", ATOM)
    return np.maximum(x, other)


def smallest(x: Any, other: Any) -> Any:
    """Give the smaller one."""
    if isinstance(x, Written) or isinstance(other, Written):
        one, two = written(x), written(other)
        return Written(min(one.value, two.value), f"min({one.text}, {two.text})", ATOM)
    return np.minimum(x, other)


def where(holds: Any, yes: Any, no: Any) -> Any:
    """Choose by a condition: of what is written, the one that holds is written."""
    if isinstance(holds, (bool, np.bool_)):
        return written(yes if holds else no)
    return np.where(holds, yes, no)


def value_of(x: Any) -> Any:
    """Give the number of an expression, or the array itself, for conditions."""
    return x.value if isinstance(x, Written) else x
