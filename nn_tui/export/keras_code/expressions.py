"""Reads the expressions of a program: literals, names, simple arithmetic, calls of Keras's things.

Nothing is imported, run or evaluated beyond that; whatever else an expression is, it is Unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nn_tui.export.keras_code.unbound import meant_by
from nn_tui.export.keras_code.values import (
    MOST_ITEMS,
    Code,
    Made,
    Name,
    OptimizerOf,
    Stack,
    Unknown,
    compared,
    computed,
    fits,
    known,
    refused,
    shortened,
    signed,
    told,
)

MOST_STEPS = 50_000
"""Expressions and statements that are followed; a long program has a few thousand."""
_MOST_DIGITS = 100


def _rounded(number: float, digits: int | None = None) -> float:
    """Round as Python does; to digits that nobody writes, Python would compute for ever."""
    if digits is not None and not -_MOST_DIGITS <= digits <= _MOST_DIGITS:
        raise ValueError
    return round(number, digits)


def _summed(numbers: Any, start: float = 0) -> float:
    """Add numbers up; lists would be copied again at each step."""
    if not all(isinstance(number, (bool, int, float)) for number in (start, *numbers)):
        raise TypeError
    total: float = sum(numbers, start)
    return total


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": abs,
    "bool": bool,
    "dict": dict,
    "enumerate": lambda *given: list(enumerate(*given)),
    "float": float,
    "int": int,
    "len": len,
    "list": lambda items=(): list(items),
    "max": max,
    "min": min,
    "reversed": lambda items: list(reversed(items)),
    "round": _rounded,
    "sum": _summed,
    "tuple": lambda items=(): tuple(items),
    "zip": lambda *given: list(zip(*given, strict=False)),
}
"""Python's own functions whose results on known values are worth knowing."""


_BESIDE = ("datasets", "preprocessing", "backend", "ops", "saving", "applications", "config", "random")
"""Parts of Keras that say nothing of the network."""


class Expressions:
    """Gives the value of each expression, as far as the text says it."""

    def __init__(self) -> None:
        self.scopes: list[dict[str, Any]] = [{"__name__": "__main__"}]
        self.steps = 0
        self.touched = False
        """Whether something was met that matters to the network."""
        self.seed: int | None = None
        self.functional = 0
        """The line where layers are called on tensors, if any."""

    def step(self, node: ast.AST) -> None:
        """Count a step.

        Raises:
            SpecError: there are too many.
        """
        self.steps += 1
        if self.steps > MOST_STEPS:
            line = getattr(node, "lineno", 0)
            raise refused(line, "the program does too much to be followed.", "Write the layers out.")

    def charged(self, value: Any, node: ast.AST) -> Any:
        """Count the items of a list or the letters of a text that was made, and give it back."""
        if isinstance(value, (list, tuple, str, dict)):
            self.steps += len(value) // 10
            self.step(node)
        return value

    def lookup(self, name: str) -> Any:
        """Give what a name stands for; Unknown when nothing says it."""
        for scope in (self.scopes[-1], self.scopes[0]):
            if name in scope:
                return scope[name]
        path = meant_by(name)
        return Name(path) if path else Unknown(name, f"{name} is nowhere set")

    def bound(self, name: str) -> bool:
        """Whether the program has given a name a value."""
        return name in self.scopes[-1] or name in self.scopes[0]

    def value(self, node: ast.expr) -> Any:
        """Give the value of an expression."""
        self.step(node)
        match node:
            case ast.Constant(value=int() as constant) if not fits(constant):
                return Unknown(node, "it is a number of very many digits")
            case ast.Constant(value=bool() | int() | float() | str() | None as constant):
                return constant
            case ast.Name(id=name):
                return self.lookup(name)
            case ast.Tuple(elts=parts):
                return tuple(self.items(parts))
            case ast.List(elts=parts):
                return list(self.items(parts))
            case ast.Dict():
                return self._dict(node)
            case ast.UnaryOp(op=sign, operand=inner):
                return self._or_unknown(signed(sign, self.value(inner)), node)
            case ast.BinOp(left=left, op=sign, right=right):
                return self._or_unknown(
                    self.charged(computed(sign, self.value(left), self.value(right)), node), node
                )
            case ast.Compare(left=left, ops=[kind], comparators=[right]):
                one, other = self.value(left), self.charged(self.value(right), node)
                return self._or_unknown(compared(kind, one, other), node)
            case ast.BoolOp():
                return self._both_or_one(node)
            case ast.IfExp(test=test, body=body, orelse=other):
                holds = self.holds(test)
                return Unknown(node) if holds is None else self.value(body if holds else other)
            case ast.Attribute(value=owner):
                return self._of(self.value(owner), node)
            case ast.Subscript():
                return self._part(node)
            case ast.ListComp(elt=element, generators=[one]):
                return self._comprehension(node, element, one)
            case ast.Lambda():
                return self._lambda(node)
            case ast.Call():
                return self.call(node)
            case ast.NamedExpr(target=ast.Name(id=name), value=inner):
                self.scopes[-1][name] = value = self.value(inner)
                return value
        return Unknown(node)

    def _or_unknown(self, value: Any, node: ast.AST) -> Any:
        return Unknown(node) if value is None else value

    def items(self, parts: list[ast.expr]) -> Iterator[Any]:
        """Give the values of a list's or a call's parts, `*more` spread out.

        Raises:
            SpecError: there are too many.
        """
        count = len(parts)
        for part in parts:
            if isinstance(part, ast.Starred):
                inner = self.charged(self.value(part.value), part)
                count += len(inner) if isinstance(inner, (list, tuple)) else 0
                if count > MOST_ITEMS:
                    raise refused(
                        part.lineno, "the program makes too long a list.", "Write the layers out."
                    )
                yield from inner if isinstance(inner, (list, tuple)) else [Unknown(part)]
            else:
                yield self.value(part)

    def _dict(self, node: ast.Dict) -> Any:
        made: dict[Any, Any] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            if key is None:
                inner = self.value(item)
                if not isinstance(inner, dict):
                    return Unknown(node)
                made.update(self.charged(inner, item))
                continue
            name = self.value(key)
            if not isinstance(name, (bool, int, float, str)):
                return Unknown(node)
            made[name] = self.value(item)
        return made

    def holds(self, node: ast.expr) -> bool | None:
        """Tell whether a condition holds; None when the text does not say it."""
        value = self.value(node)
        return bool(value) if isinstance(value, (bool, int, float, str, type(None), list, tuple)) else None

    def _both_or_one(self, node: ast.BoolOp) -> Any:
        wanted = isinstance(node.op, ast.Or)
        value: Any = None
        for part in node.values:
            value = self.value(part)
            if not isinstance(value, (bool, int, float, str, type(None))):
                return Unknown(node)
            if bool(value) == wanted:
                break
        return value

    def _lambda(self, node: ast.Lambda) -> Any:
        """Read `lambda x: activations.elu(x, alpha=2.0)` and `lambda epoch: float(schedule(epoch))`."""
        names, body = [one.arg for one in node.args.args], node.body
        match body:
            case ast.Call(func=ast.Name(id="float"), args=[ast.Call() as inner], keywords=[]):
                body = inner
        match names, body:
            case [only], ast.Call(args=[ast.Name(id=given)]) if given == only:
                called = self.value(body.func)
                if isinstance(called, Made) and not body.keywords:
                    return called
                if isinstance(called, Name) and (called.inside or "").startswith("activations."):
                    _, named = self.arguments(body)
                    return Made(called.inside or "", node.lineno, node, [], named)
        return Code(node, self.scopes[-1])

    def _of(self, owner: Any, node: ast.Attribute) -> Any:
        match owner, node.attr:
            case Name(path=path), attribute:
                return Name(f"{path}.{attribute}")
            case Stack(), "layers":
                return [one for one in owner.layers if not (isinstance(one, Made) and one.is_input)]
            case Stack(), "optimizer":
                return OptimizerOf(owner)
        return Unknown(node)

    def _part(self, node: ast.Subscript) -> Any:
        whole = self.value(node.value)
        if not isinstance(whole, (list, tuple, str, dict)):
            return Unknown(node)
        try:
            if isinstance(node.slice, ast.Slice):
                ends = (node.slice.lower, node.slice.upper, node.slice.step)
                part = slice(*(None if end is None else self.value(end) for end in ends))
                return self.charged(whole[part], node)
            return whole[self.value(node.slice)]
        except (LookupError, TypeError, ValueError):
            return Unknown(node)

    def _comprehension(self, node: ast.ListComp, element: ast.expr, one: ast.comprehension) -> Any:
        rounds = self.rounds(one.iter)
        if rounds is None:
            return Unknown(node)
        scope, before, made = self.scopes[-1], self.charged(dict(self.scopes[-1]), node), []
        for item in rounds:
            self.bind(one.target, item)
            chosen = [self.holds(test) for test in one.ifs]
            if None in chosen:
                return Unknown(node)
            if all(chosen):
                made.append(self.value(element))
        scope.clear()
        scope.update(before)
        return made

    def rounds(self, node: ast.expr) -> list[Any] | None:
        """Give what a loop runs over; None when the text does not say it or there is too much."""
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "range"
            and not node.keywords
        ):
            ends = list(self.items(node.args))
            if not 1 <= len(ends) <= 3 or any(type(end) is not int for end in ends):
                return None
            try:
                counted = range(*ends)
                return self.charged(list(counted), node) if len(counted) <= MOST_ITEMS else None
            except (ValueError, OverflowError):
                return None
        value = self.value(node)
        if isinstance(value, (list, tuple, str)) and len(value) <= MOST_ITEMS:
            return self.charged(list(value), node)
        return list(value) if isinstance(value, dict) else None

    def bind(self, target: ast.expr, value: Any) -> None:
        """Give names their values; what they get of something unknown is Unknown."""
        match target:
            case ast.Name(id=name):
                self.scopes[-1][name] = value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                fits = isinstance(value, (list, tuple)) and len(value) == len(parts)
                for at, part in enumerate(parts):
                    self.bind(part, value[at] if fits else Unknown(part))
            case ast.Starred(value=inner):
                self.bind(inner, Unknown(inner))

    def call(self, node: ast.Call) -> Any:
        """Give what a call makes: one of Keras's things, a model, a known function's result."""
        if isinstance(node.func, ast.Attribute):
            self.begin(node, node.func)
            owner = self.value(node.func.value)
            done, result = self.method(node, node.func, owner)
            if done:
                return result
            called = self._of(owner, node.func)
        else:
            called = self.value(node.func)
        match called:
            case Name() if called.inside is not None:
                return self._make(node, called.inside)
            case Name(path="tensorflow.random.set_seed" | "numpy.random.seed"):
                return self._make(node, "utils.set_random_seed")
            case Made():
                self.functional = self.functional or node.lineno
                return Unknown(node, f"line {node.lineno} calls a layer on a tensor")
            case Code(node=ast.FunctionDef()):
                return self.inlined(node, called)
        if isinstance(node.func, ast.Name) and not self.bound(node.func.id):
            if node.func.id == "range":
                return self._or_unknown(self.rounds(node), node)
            if (function := _FUNCTIONS.get(node.func.id)) is not None:
                return self._result(node, function)
        return Unknown(node, called.why if isinstance(called, Unknown) else "", _word(node.func))

    def _result(self, node: ast.Call, function: Callable[..., Any]) -> Any:
        positional, named = self.arguments(node)
        for value in (*positional, *named.values()):
            self.charged(value, node)
        if not known(positional) or not known(named) or "**" in named:
            return Unknown(node)
        try:
            result = self.charged(function(*positional, **named), node)
            return result if not isinstance(result, int) or fits(result) else Unknown(node)
        except Exception:  # whatever a wrong argument may cause: it is the program's fault, not ours
            return Unknown(node)

    def arguments(self, node: ast.Call) -> tuple[list[Any], dict[str, Any]]:
        """Give the values of a call's arguments; `**more` that is not known is kept as "**"."""
        positional = list(self.items(node.args))
        named: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
                named.update(value)
            else:
                named["**"] = Unknown(f"**{shortened(keyword.value)}")
        return positional, named

    def _make(self, node: ast.Call, path: str) -> Any:
        name = path.rpartition(".")[2]
        if name == "image_data_format":
            return "channels_last"
        positional, named = self.arguments(node)
        if name in ("set_random_seed", "set_seed") and positional and type(positional[0]) is int:
            self.seed = max(0, positional[0])
        self.touched = self.touched or path.partition(".")[0] not in _BESIDE
        if name == "Sequential":
            return self._stack(node, positional, named)
        if name == "Model":
            self.functional = self.functional or node.lineno
        return Made(path, node.lineno, node, positional, named)

    def _stack(self, node: ast.Call, positional: list[Any], named: dict[str, Any]) -> Stack:
        given = named.get("layers", positional[0] if positional else None)
        name = named.get("name", positional[2] if len(positional) > 2 else "")
        stack = Stack(node.lineno, name if isinstance(name, str) else "")
        if isinstance(given, (list, tuple)):
            stack.layers = list(given)
        elif given is not None:
            raise refused(
                node.lineno,
                f"the layers of Sequential are {told(given)}, which the text does not say.",
                "Write them as a list: Sequential([...]).",
            )
        self.note_stack(stack)
        return stack

    def note_stack(self, stack: Stack) -> None:
        """Remember a model that the program makes."""
        raise NotImplementedError

    def begin(self, node: ast.Call, function: ast.Attribute) -> None:
        """Let a method of a model that is nowhere made begin one."""
        raise NotImplementedError

    def method(self, node: ast.Call, function: ast.Attribute, owner: Any) -> tuple[bool, Any]:
        """Follow a method of a model or a list; the first says whether it was one."""
        raise NotImplementedError

    def inlined(self, node: ast.Call, code: Code) -> Any:
        """Follow a function of the program."""
        raise NotImplementedError


def _word(node: ast.expr) -> str:
    """Give the name that is called."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
