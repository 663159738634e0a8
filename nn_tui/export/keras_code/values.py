"""What an expression of a program can be worth, and the arithmetic on it, all within bounds."""

from __future__ import annotations

import ast
import math
import operator
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nn_tui.errors import SpecError

MOST_ITEMS = 10_000
"""Items of a list and letters of a text that is made; nobody writes a longer stack."""
_MOST_BITS = 256
ROOTS = (
    "tensorflow.python.keras",
    "tensorflow.compat.v1.keras",
    "tensorflow.keras",
    "nn_tui.engine",
    "tf_keras",
    "keras.src",
    "keras.api",
    "keras",
)
"""Where Keras's names are found, and ours."""


@dataclass(frozen=True)
class Unknown:
    """What the program's text alone does not say: the rows, a function's result.

    Args:
        source: where the program writes it, or how.
        why: what is known of it, for a fault; may be empty.
        called: the name of the function whose result it is; may be empty.
    """

    source: ast.AST | str
    why: str = ""
    called: str = ""

    @property
    def text(self) -> str:
        """How the program writes it."""
        return shortened(self.source)

    @property
    def line(self) -> int:
        """Where it stands; 0 where that is not known."""
        return getattr(self.source, "lineno", 0)


@dataclass(frozen=True)
class Name:
    """What an import or a dotted name stands for, as `tensorflow.keras.layers`."""

    path: str

    @property
    def inside(self) -> str | None:
        """The path within Keras, as `layers.Dense`; None for anything else."""
        for root in ROOTS:
            if self.path == root:
                return ""
            if self.path.startswith(f"{root}."):
                return self.path[len(root) + 1 :]
        return None

    @property
    def last(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]


@dataclass(eq=False)
class Made:
    """A call of something of Keras's: its name and arguments, not yet read."""

    path: str
    """Within Keras: `layers.Dense`."""
    line: int
    source: ast.AST | str
    positional: list[Any] = field(default_factory=list)
    named: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """How the program writes it."""
        return shortened(self.source)

    @property
    def name(self) -> str:
        """The class's or function's name."""
        return self.path.rpartition(".")[2]

    @property
    def is_input(self) -> bool:
        """Whether it only says the shape of the input."""
        return self.name in ("Input", "InputLayer")


@dataclass(eq=False)
class Stack:
    """A Sequential model as the program builds it."""

    line: int
    name: str = ""
    layers: list[Any] = field(default_factory=list)
    shape: Any = None
    """As `model.build(...)` gave it, with the batch; None when it did not."""
    compiled: Made | None = None
    fitted: Made | None = None
    rate: tuple[int, Any] | None = None
    """A learning rate set after `compile`, and its line."""


@dataclass(frozen=True)
class OptimizerOf:
    """`model.optimizer`, which can be given another learning rate."""

    stack: Stack


@dataclass(frozen=True, eq=False)
class Code:
    """A function of the program: `def` or `lambda`, with the names it sees."""

    node: ast.FunctionDef | ast.Lambda
    scope: Mapping[str, Any]


def refused(line: int, message: str, remedy: str = "") -> SpecError:
    """Make the error for something in the program, by its line."""
    return SpecError(f"line {line}: {message}", remedy)


def shortened(node: ast.AST | str, length: int = 48) -> str:
    """Write a piece of the program on one line, not too long."""
    try:
        text = node if isinstance(node, str) else ast.unparse(node)
    except (ValueError, RecursionError):  # a number of thousands of digits, or very deep
        text = "..."
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return text if len(text) <= length else f"{text[: length - 3]}..."


def known(value: Any, most: int = 2 * MOST_ITEMS) -> bool:
    """Whether a value is fully known: nothing in it is Unknown, and it has at most so many parts."""
    waiting, seen = [value], 0
    while waiting:
        one = waiting.pop()
        seen += 1
        if isinstance(one, Unknown) or seen > most:
            return False
        if isinstance(one, (list, tuple)):
            waiting.extend(one)
        elif isinstance(one, dict):
            waiting.extend(one.values())
    return True


def told(value: Any) -> str:
    """Write a value for a fault, short whatever it is."""
    if isinstance(value, (Unknown, Made)):
        return value.text
    if isinstance(value, Name):
        return value.last
    if isinstance(value, Stack):
        return "a model"
    if isinstance(value, Code):
        return value.node.name if isinstance(value.node, ast.FunctionDef) else shortened(value.node)
    return shortened(reprlib.repr(value))


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
}
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_Number = (bool, int, float)
_Plain = (bool, int, float, str, type(None))


def computed(kind: ast.operator, left: Any, right: Any) -> Any:
    """Give the result of an arithmetic sign; None where it has none within the bounds."""
    work = _BINARY.get(type(kind))
    if work is None:
        return None
    if isinstance(left, _Number) and isinstance(right, _Number):
        if isinstance(kind, (ast.Pow, ast.LShift)) and _bits(left) * abs(right) > _MOST_BITS:
            return None
        try:
            result = work(left, right)
        except (ArithmeticError, TypeError, ValueError):
            return None
        return result if fits(result) else None
    return _joined(kind, left, right)


def _joined(kind: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(kind, ast.Add) and type(left) is type(right) and isinstance(left, (str, list, tuple)):
        return left + right if len(left) + len(right) <= MOST_ITEMS else None
    if isinstance(kind, ast.Mult):
        many, times = (right, left) if isinstance(left, int) else (left, right)
        if isinstance(many, (str, list, tuple)) and isinstance(times, int):
            return many * times if len(many) * max(0, times) <= MOST_ITEMS else None
    return None


def _bits(number: float) -> int:
    return number.bit_length() if isinstance(number, int) else 1


def fits(number: Any) -> bool:
    """Whether a result is a number that arithmetic goes on with: finite, and not of very many digits."""
    if isinstance(number, int):
        return number.bit_length() <= _MOST_BITS
    return isinstance(number, float) and math.isfinite(number)


def signed(kind: ast.unaryop, value: Any) -> Any:
    """Give the result of a sign before a value; None where it has none."""
    if isinstance(kind, ast.Not) and isinstance(value, _Plain):
        return not value
    if isinstance(value, _Number) and isinstance(kind, (ast.USub, ast.UAdd)):
        return -value if isinstance(kind, ast.USub) else +value
    return None


def compared(kind: ast.cmpop, left: Any, right: Any) -> bool | None:
    """Give the result of a comparison; None where it is not known."""
    if isinstance(kind, (ast.In, ast.NotIn)) and isinstance(right, (list, tuple)):
        if not known(right) or not isinstance(left, _Plain):
            return None
        return (left in right) == isinstance(kind, ast.In)
    work = _COMPARED.get(type(kind))
    if work is None or not isinstance(left, _Plain) or not isinstance(right, _Plain):
        return None
    try:
        return work(left, right)
    except TypeError:
        return None
