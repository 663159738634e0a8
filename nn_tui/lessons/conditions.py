"""Conditions by which a task is known to be done, read from a line such as `layers("Dense") >= 3`.

A condition compares facts (see `facts`) with numbers and words, by `== != < <= > >=`, `and`, `or`, `not`,
with `+ - * /` on the way. It is read as Python is written, but nothing is ever run: what is no fact, number
or word is refused when it is read. A quantity that is not known yet makes every comparison false.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nn_tui.declare import nearest
from nn_tui.errors import SpecError
from nn_tui.lessons.facts import FACTS, measured
from nn_tui.lessons.moment import Attempt, Moment

_COMPARED: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_REACHED: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_LONGEST = 300


@dataclass(frozen=True)
class Condition:
    """A condition that was read."""

    text: str

    def holds(self, now: Moment, attempt: Attempt) -> bool:
        """Whether it holds at a moment of an attempt."""
        return bool(_value(_parsed(self.text), now, attempt))


def read_condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        SpecError: it is not understood; says which part.
    """
    _check(_parsed(text), text)
    return Condition(text)


@lru_cache(maxsize=256)
def _parsed(text: str) -> ast.expr:
    try:
        if len(text) > _LONGEST:
            raise ValueError("too long")
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError) as error:
        raise SpecError(f"{text[:_LONGEST]!r} is no condition: {error}.", "") from None


def _check(node: ast.expr, text: str) -> None:
    """Refuse whatever is no part of a condition."""
    match node:
        case ast.BoolOp(values=values):
            parts = values
        case ast.Compare(left=left, ops=ops, comparators=comparators) if all(
            type(op) in _COMPARED for op in ops
        ):
            parts = [left, *comparators]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _REACHED:
            parts = [left, right]
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            parts = [operand]
        case ast.Constant(value=str() | int() | float()):
            parts = []
        case ast.Name(id=name):
            _check_name(name, 0, text)
            parts = []
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            _check_name(name, len(args), text)
            parts = args
        case _:
            raise SpecError(f"{text!r}: {ast.unparse(node)} cannot stand in a condition.", "")
    for part in parts:
        _check(part, text)


def _check_name(name: str, given: int, text: str) -> None:
    fact = FACTS.get(name)
    if fact is not None and fact.least <= given <= fact.most:
        return
    if fact is not None:
        raise SpecError(f"{text!r}: {name} takes {fact.least} to {fact.most} words, got {given}.", "")
    if given or not measured(name):
        raise SpecError(f"{text!r}: {name} is no fact.", nearest(name, tuple(FACTS)))


def _value(node: ast.expr, now: Moment, attempt: Attempt) -> Any:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_value(part, now, attempt) for part in values)
        case ast.BoolOp(values=values):
            return any(_value(part, now, attempt) for part in values)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            values_ = [_value(part, now, attempt) for part in (left, *comparators)]
            pairs = zip(ops, values_, values_[1:], strict=False)
            return all(_compared(op, one, other) for op, one, other in pairs)
        case ast.BinOp(left=left, op=op, right=right):
            one, other = _value(left, now, attempt), _value(right, now, attempt)
            known = all(isinstance(part, (int, float)) for part in (one, other))
            try:
                return _REACHED[type(op)](one, other) if known else math.nan
            except ZeroDivisionError:
                return math.nan
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _value(operand, now, attempt)
        case ast.UnaryOp(operand=operand):
            value = _value(operand, now, attempt)
            return -value if isinstance(value, (int, float)) else math.nan
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            fact = FACTS.get(name)
            return FACTS["last"].find(now, attempt, name) if fact is None else fact.find(now, attempt)
        case ast.Call(func=ast.Name(id=name), args=args):
            return FACTS[name].find(now, attempt, *(_value(part, now, attempt) for part in args))
    raise AssertionError(f"{ast.dump(node)} was checked when it was read")


def _compared(op: ast.cmpop, one: Any, other: Any) -> bool:
    if isinstance(op, ast.NotEq) and any(
        isinstance(part, float) and math.isnan(part) for part in (one, other)
    ):
        return False  # nothing is known of what was not measured
    try:
        return bool(_COMPARED[type(op)](one, other))
    except TypeError:  # a word is neither larger nor smaller than a number
        return False
