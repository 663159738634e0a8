"""Reads a program statement by statement: models as they are built, everything else passed over."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from nn_tui.export.keras_code.expressions import Expressions
from nn_tui.export.keras_code.unbound import meant_by
from nn_tui.export.keras_code.values import (
    MOST_ITEMS,
    Code,
    Made,
    Name,
    OptimizerOf,
    Stack,
    Unknown,
    computed,
    refused,
    shortened,
)

_BUILDING = ("add", "compile", "fit", "pop", "fit_generator", "build")
"""Methods of a model that change what is trained."""
_HARMLESS = ("summary", "evaluate", "predict", "save", "get_weights", "count_params")
_LONG = 100
"""Rounds of a loop that is followed though it does not build a network."""
_DEEPEST = 20


class _Returned(Exception):
    """A function of the program has come to its `return`."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _LoopLeft(Exception):
    """`break` or `continue`."""

    def __init__(self, ends: bool) -> None:
        super().__init__()
        self.ends = ends


class Program(Expressions):
    """Follows the statements of a program as far as they matter to the network."""

    def __init__(self) -> None:
        super().__init__()
        self.stacks: list[Stack] = []
        self.passed: list[tuple[int, int]] = []
        """First and last lines of the statements that were passed over."""
        self.notes: list[str] = []
        self.subclass = 0
        """The line of a class that is a model of its own, if any."""

    def read(self, statements: Sequence[ast.stmt]) -> None:
        """Follow a whole program.

        Raises:
            SpecError: something that builds the network cannot be understood; says the line.
        """
        for statement in statements:
            self.touched = False
            try:
                self.follow(statement)
            except (_Returned, _LoopLeft):
                continue
            if not self.touched and not _is_text(statement):
                self.passed.append((statement.lineno, statement.end_lineno or statement.lineno))

    def note_stack(self, stack: Stack) -> None:
        """Remember a model that the program makes."""
        self.stacks.append(stack)

    def follow(self, node: ast.stmt) -> None:
        """Follow one statement."""
        self.step(node)
        match node:
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, self.value(value))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign([target], self.value(value))
            case ast.AugAssign(target=ast.Name(id=name), op=sign, value=value):
                self._add_to(name, sign, self.value(value))
            case ast.Expr(value=value):
                self.value(value)
            case ast.For():
                self._loop(node)
            case ast.If(test=test, body=body, orelse=other):
                self._choose(node, self.holds(test), body, other)
            case ast.With(items=items, body=body):
                for item in items:
                    if item.optional_vars is not None:
                        self.bind(item.optional_vars, self.value(item.context_expr))
                self._all(body)
            case ast.Try(body=body, orelse=other, finalbody=last):
                self._all([*body, *other, *last])
            case ast.While():
                self._give_up_on(node, "a `while` loop builds the network", "Write the layers out.")
            case ast.FunctionDef(name=name):
                self.scopes[-1][name] = Code(node, self.scopes[-1])
                self.touched = True
            case ast.ClassDef(name=name):
                self._class(node, name)
            case ast.Return(value=value):
                raise _Returned(None if value is None else self.value(value))
            case ast.Break() | ast.Continue():
                raise _LoopLeft(isinstance(node, ast.Break))
            case ast.Pass():
                self.touched = True
            case ast.Global() | ast.Nonlocal() | ast.Assert() | ast.Delete() | ast.Raise():
                pass
            case _:
                self._forget(node)

    def _all(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self.follow(statement)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.touched = True
        scope = self.scopes[-1]
        if isinstance(node, ast.Import):
            for one in node.names:
                first = one.name.partition(".")[0]
                scope[one.asname or first] = Name(one.name if one.asname else first)
            return
        for one in node.names:
            # What `import *` brings is found by the names that Keras's things have everywhere.
            if one.name != "*":
                scope[one.asname or one.name] = Name(f"{node.module or ''}.{one.name}")

    def _class(self, node: ast.ClassDef, name: str) -> None:
        bases = [self.value(base) for base in node.bases]
        own = any(isinstance(base, Name) and base.inside is not None for base in bases)
        if own and any(isinstance(base, Name) and base.last == "Model" for base in bases):
            self.subclass = self.subclass or node.lineno
        why = f"line {node.lineno} defines {name}, whose code is never run" if own else ""
        self.scopes[-1][name] = Unknown(name, why)

    def _assign(self, targets: Sequence[ast.expr], value: Any) -> None:
        for target in targets:
            match target:
                case ast.Attribute(value=owner, attr=attribute):
                    self._set(target, self.value(owner), attribute, value)
                case ast.Subscript(value=ast.Name(id=name)):
                    self._put(name, target, value)
                case _:
                    self.bind(target, value)
                    if not isinstance(value, Unknown):
                        self.touched = True

    def _put(self, name: str, target: ast.Subscript, value: Any) -> None:
        whole, at = self.lookup(name), self.value(target.slice)
        inside = isinstance(whole, list) and type(at) is int and -len(whole) <= at < len(whole)
        if inside or (isinstance(whole, dict) and isinstance(at, (str, int))):
            whole[at] = value
        elif self.bound(name):
            self.scopes[-1][name] = Unknown(name)

    def _set(self, target: ast.Attribute, owner: Any, attribute: str, value: Any) -> None:
        """Follow an assignment to something's attribute."""
        rate = attribute in ("learning_rate", "lr")
        match owner:
            case OptimizerOf(stack=stack) if rate:
                self._set_rate(target.lineno, stack, value)
            case Made() if rate or attribute == "trainable":
                owner.named[attribute] = value
                self.touched = True
            case Stack() if attribute == "trainable":
                for layer in owner.layers:
                    if isinstance(layer, Made):
                        layer.named["trainable"] = value
                self.touched = True
            case Stack() | OptimizerOf() | Made():
                self.notes.append(f"Line {target.lineno}: {shortened(target)} is passed over.")
                self.touched = True

    def _set_rate(self, line: int, stack: Stack, value: Any) -> None:
        self.touched = True
        if stack.fitted is not None:
            self.notes.append(f"Line {line}: the learning rate set after fit is passed over.")
        else:
            stack.rate = (line, value)

    def _add_to(self, name: str, sign: ast.operator, value: Any) -> None:
        before = self.lookup(name)
        if isinstance(before, list) and isinstance(value, (list, tuple)) and isinstance(sign, ast.Add):
            before.extend(value[:MOST_ITEMS])
            return
        result = computed(sign, before, value)
        self.scopes[-1][name] = Unknown(name) if result is None else result

    def _loop(self, node: ast.For) -> None:
        matters = self._builds(node.body)
        rounds = self.rounds(node.iter)
        if rounds is None or (len(rounds) > _LONG and not matters):
            what = f"a loop over {shortened(node.iter)} of unknown length builds the network"
            self._give_up_on(node, what, "Write the layers out.")
            return
        for item in rounds:
            self.bind(node.target, item)
            try:
                self._all(node.body)
            except _LoopLeft as left:
                if left.ends:
                    return
        self._all(node.orelse)

    def _choose(
        self, node: ast.If, holds: bool | None, body: list[ast.stmt], other: list[ast.stmt]
    ) -> None:
        if holds is None:
            what = f"whether {shortened(node.test)} holds is not in the text, and the network depends on it"
            self._give_up_on(node, what, "Leave one of the ways out.")
        else:
            self._all(body if holds else other)

    def _give_up_on(self, node: ast.stmt, what: str, remedy: str) -> None:
        """Pass a block over, unless it builds a network; what it sets is no longer known."""
        if self._builds([node]):
            raise refused(node.lineno, f"{what}.", remedy)
        self._forget(node)

    def _forget(self, node: ast.AST) -> None:
        for part in ast.walk(node):
            match part:
                case ast.Name(id=name, ctx=ast.Store()):
                    self.scopes[-1][name] = Unknown(name)
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if isinstance(
                    self.lookup(name), (list, dict)
                ):
                    self.scopes[-1][name] = Unknown(name)

    def _builds(self, nodes: Sequence[ast.AST]) -> bool:
        """Whether some statements make a model or change one."""
        return any(self._is_building(part) for node in nodes for part in ast.walk(node))

    def _is_building(self, part: ast.AST) -> bool:
        match part:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in _BUILDING:
                owner = self.lookup(name)
                return isinstance(owner, Stack) or (not self.bound(name) and name == "model")
            case ast.Call(func=ast.Name(id=name)):
                called = self.lookup(name)
                return isinstance(called, Name) and (called.inside or "").endswith("Sequential")
            case ast.Call(func=ast.Attribute(attr="Sequential")):
                return True
        return False

    def begin(self, node: ast.Call, function: ast.Attribute) -> None:
        """Let a method of a model that is nowhere made begin one: what is pasted may begin so."""
        name = function.value.id if isinstance(function.value, ast.Name) else ""
        if name and function.attr in ("add", "compile") and not self.bound(name) and not meant_by(name):
            self.scopes[-1][name] = stack = Stack(node.lineno)
            self.note_stack(stack)

    def method(self, node: ast.Call, function: ast.Attribute, owner: Any) -> tuple[bool, Any]:
        """Follow a method of a model or a list; the first says whether it was one."""
        match owner:
            case Stack():
                self.touched = self.touched or function.attr in (*_BUILDING, *_HARMLESS)
                self._use(node, owner, function.attr)
                return True, Unknown(node)
            case list() if function.attr in ("append", "extend", "insert"):
                self._lengthen(node, owner, function.attr)
                return True, None
            case Name() if owner.inside == "backend" and function.attr == "set_value":
                self._set_backend(node)
                return True, None
        if function.attr == "assign" and isinstance(function.value, ast.Attribute) and node.args:
            inner = self.value(function.value.value)
            if isinstance(inner, OptimizerOf):
                self._set(function.value, inner, function.value.attr, self.value(node.args[0]))
                return True, None
        return False, None

    def _set_backend(self, node: ast.Call) -> None:
        if len(node.args) == 2 and isinstance(node.args[0], ast.Attribute):
            place = node.args[0]
            self._set(place, self.value(place.value), place.attr, self.value(node.args[1]))

    def _lengthen(self, node: ast.Call, items: list[Any], how: str) -> None:
        given = [self.value(part) for part in node.args]
        if len(items) >= MOST_ITEMS:
            return
        match how, given:
            case "append", [one]:
                items.append(one)
            case "insert", [int() as place, one]:
                items.insert(place, one)
            case "extend", [list() | tuple() as more]:
                items.extend(self.charged(more[:MOST_ITEMS], node))
            case _:
                items.append(Unknown("..."))

    def _use(self, node: ast.Call, stack: Stack, method: str) -> None:
        positional, named = self.arguments(node)
        made = Made(f"Sequential.{method}", node.lineno, node, positional, named)
        match method:
            case "add":
                stack.layers.append(positional[0] if positional else named.get("layer", made))
            case "pop" if stack.layers:
                stack.layers.pop()
            case "build":
                stack.shape = positional[0] if positional else named.get("input_shape")
            case "compile":
                stack.compiled, stack.rate = made, None
            case "fit" | "fit_generator" if stack.fitted is None:
                stack.fitted = made
            case "fit" | "fit_generator":
                self.notes.append(f"Line {node.lineno}: only the first fit is taken.")
            case "load_weights" | "set_weights":
                self.notes.append(f"Line {node.lineno}: {method} is passed over; training starts afresh.")

    def inlined(self, node: ast.Call, code: Code) -> Any:
        """Follow a function of the program where it builds a network or is short."""
        function = code.node
        assert isinstance(function, ast.FunctionDef)
        if not self._builds(function.body) and len(function.body) > 3:
            return Unknown(node)
        if len(self.scopes) > _DEEPEST:
            raise refused(node.lineno, f"{function.name} calls itself too often.", "Write the layers out.")
        positional, named = self.arguments(node)
        scope = self._parameters(function, positional, named)
        self.scopes.append(scope)
        try:
            self._all(function.body)
        except _Returned as returned:
            return returned.value
        finally:
            self.scopes.pop()
        return None

    def _parameters(
        self, function: ast.FunctionDef, positional: list[Any], named: dict[str, Any]
    ) -> dict[str, Any]:
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        others = [one.arg for one in function.args.kwonlyargs]
        scope: dict[str, Any] = {name: Unknown(name) for name in (*names, *others)}
        for one in (function.args.vararg, function.args.kwarg):
            if one is not None:
                scope[one.arg] = Unknown(one.arg)
        defaults = function.args.defaults
        for name, default in zip(names[len(names) - len(defaults) :], defaults, strict=True):
            scope[name] = self.value(default)
        for name, own in zip(others, function.args.kw_defaults, strict=True):
            if own is not None:
                scope[name] = self.value(own)
        scope.update(zip(names, positional, strict=False))
        scope.update({name: value for name, value in named.items() if name in scope})
        return scope


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
