"""Data that a person draws: points placed by hand, and a formula."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np

from nn_tui.data.raw import Array, RawData
from nn_tui.declare import Knob, register
from nn_tui.errors import DataError

__all__ = ["formula", "points"]

Rows = Annotated[int, Knob(at_least=10, at_most=100_000, scale="log")]
Noise = Annotated[float, Knob(at_least=0, at_most=0.5)]
Seed = Annotated[int, Knob(at_least=0)]
Size = Annotated[float, Knob(above=0, at_most=1000, scale="log")]

START = (-3.0, -3.0, 0.0, -2.0, -3.5, 0.0, 3.0, 3.0, 1.0, 2.0, 3.5, 1.0)
"""Two points of each class, so that there is something to learn before anything was drawn."""


@register("dataset", "points")
def points(placed: Annotated[tuple[float, ...], Knob()] = START) -> RawData:
    """Your own points, placed by hand in the Data screen.

    Args:
        placed: x, y and class of every point, one after the other. Default: two of each class.
    Source: yours; TensorFlow Playground's users asked for it.
    """
    if len(placed) % 3:
        raise DataError(
            f"points: {len(placed)} numbers are no whole number of points.", "Give x, y and class of each."
        )
    rows = np.array(placed, np.float32).reshape(-1, 3)
    numbers = rows[:, 2].astype(np.int64)
    if len(rows) < 2 or len(np.unique(numbers)) < 2:
        raise DataError("points: there must be points of two classes.", "Place one of another class.")
    if numbers.min() < 0 or numbers.max() > 9 or (numbers != rows[:, 2]).any():
        raise DataError("points: a class must be a whole number from 0 to 9.", "Correct the third numbers.")
    return RawData(
        name="points",
        task="classification",
        features=rows[:, :2],
        target=numbers,
        feature_names=("x", "y"),
        target_name="class",
        class_names=tuple(f"class {number}" for number in range(max(2, int(numbers.max()) + 1))),
    )


@register("dataset", "formula")
def formula(
    expression: str = "y > sin(x)",
    rows: Rows = 500,
    noise: Noise = 0.0,
    size: Size = 6.0,
    seed: Seed = 0,
) -> RawData:
    """Points of a square, with a class or a value by a formula of x and y.

    Args:
        expression: a condition, for two classes, or a value, of x and y: y > sin(x), x*x + y*y < 9,
            sin(x) * y. Default "y > sin(x)".
        rows: points, at least 10. Default 500.
        noise: from 0 to 0.5: how far points are moved off their place, as a share of the size. Default 0.
        size: the points lie between minus this and this. Default 6.
        seed: which points. Default 0.
    Source: yours. The formula is read as arithmetic and never run as a program.
    """
    from nn_tui.data.generators.odds import FormulaOdds

    random = np.random.default_rng(seed)
    x, y = random.uniform(-size, size, (2, rows))
    apply = _read(expression)
    value = apply(x, y)
    value = np.broadcast_to(value, x.shape)
    moved = np.stack([x, y], axis=1) + random.normal(0, 1, (rows, 2)) * noise * size / 3
    if value.dtype == bool:
        if value.all() or not value.any():
            raise DataError(
                f"formula: {expression!r} is {'true' if value.all() else 'false'} at every point.",
                "Change it, or the size.",
            )
        return RawData(
            name="formula", task="classification", features=moved.astype(np.float32),
            target=value.astype(np.int64), feature_names=("x", "y"), target_name="class",
            class_names=("false", "true"), recipe=FormulaOdds(apply, size, noise * size / 3, True),
        )  # fmt: skip
    with np.errstate(over="ignore"):
        value = value.astype(np.float32)
    if not np.isfinite(value).all():
        raise DataError(f"formula: {expression!r} is not finite at every point.", "Avoid 1/0 and log of 0.")
    return RawData(
        name="formula", task="regression", features=moved.astype(np.float32),
        target=value, feature_names=("x", "y"), target_name="value",
        recipe=FormulaOdds(apply, size, noise * size / 3, False),
    )  # fmt: skip


_FUNCTIONS: dict[str, Callable[..., Array]] = {
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "exp": np.exp, "log": np.log, "sqrt": np.sqrt,
    "abs": np.abs, "floor": np.floor, "sign": np.sign, "tanh": np.tanh, "min": np.minimum,
    "max": np.maximum, "atan2": np.arctan2, "hypot": np.hypot,
}  # fmt: skip
_OPERATORS: dict[type[ast.AST], Callable[..., Array]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide,
    ast.Pow: np.power, ast.Mod: np.mod, ast.FloorDiv: np.floor_divide,
    ast.UAdd: np.positive, ast.USub: np.negative, ast.Not: np.logical_not,
    ast.And: np.logical_and, ast.Or: np.logical_or, ast.BitAnd: np.logical_and, ast.BitOr: np.logical_or,
    ast.Lt: np.less, ast.LtE: np.less_equal, ast.Gt: np.greater, ast.GtE: np.greater_equal,
    ast.Eq: np.equal, ast.NotEq: np.not_equal,
}  # fmt: skip
_LONGEST = 500


def _read(expression: str) -> Callable[[Array, Array], Array]:
    """Turn a formula into a function of x and y; only arithmetic is understood, nothing is run.

    Raises:
        DataError: something else stands in it; says what.
    """
    if len(expression) > _LONGEST:
        raise DataError(f"formula: longer than {_LONGEST} signs.", "Write a shorter one.")
    try:
        # People write powers as ^ and equality as =, too.
        tree = ast.parse(expression.replace("^", "**"), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise DataError(f"formula: {expression!r} is no formula.", "Write y > sin(x), say.") from None

    def apply(x: Array, y: Array) -> Array:
        with np.errstate(all="ignore"):
            try:
                return np.asarray(_value(tree.body, {"x": x, "y": y, "pi": np.pi, "e": np.e}))
            except (TypeError, ValueError, OverflowError):
                raise DataError(
                    f"formula: {expression!r} cannot be worked out.", "Write y > sin(x), say."
                ) from None

    return apply


def _value(node: ast.AST, names: dict[str, Any]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, names), _value(right, names))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(operand, names))
        case ast.BoolOp(op=op, values=values):
            result = _value(values[0], names)
            for other in values[1:]:
                result = _OPERATORS[type(op)](result, _value(other, names))
            return result
        case ast.Compare(left=left, ops=ops, comparators=others) if all(
            type(op) in _OPERATORS for op in ops
        ):
            values_in_line = [_value(left, names), *(_value(other, names) for other in others)]
            pairs = zip(ops, values_in_line, values_in_line[1:], strict=False)
            result = np.bool_(True)
            for comparison, one, two in pairs:
                result = np.logical_and(result, _OPERATORS[type(comparison)](one, two))
            return result
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(argument, names) for argument in arguments))
    told = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
    raise DataError(
        f"formula: {told[:40]!r} is not understood.",
        f"Use x, y, numbers, + - * / ^, comparisons, and, or, {', '.join(_FUNCTIONS)}.",
    )
