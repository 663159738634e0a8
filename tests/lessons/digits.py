"""Which digits may stand in a text that no placeholder has put there: the rule of `nn_tui.lessons`."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator
from typing import get_args

from nn_tui.declare import Kind, registered
from nn_tui.errors import NnTuiError
from nn_tui.experiment.shapes import input_shape_of
from nn_tui.lessons.lesson import Block, Page
from nn_tui.lessons.numbers import numbers_of
from nn_tui.lessons.placeholders import PLACEHOLDER, filled
from nn_tui.lessons.reading import pieces
from nn_tui.lessons.shelf import preset, presets
from nn_tui.tui.actions import ACTIONS

_OPERATIONS: dict[type, Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
}
_FUNCTIONS = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt, "max": max, "abs": abs}
_IMPORTS = "from keras.models import Sequential\nfrom keras.layers import *"
_PLAIN = {"0", "1", "2"}
_CHAIN = re.compile(r"\d+(?:-\d+)+")


def strays(lesson: str, title: str, pages: tuple[Page, ...]) -> Iterator[str]:
    """Give the places of a text where digits stand that nobody has computed or checked."""
    for text in (title, *(text for page in pages for text in texts_of(page))):
        for piece in pieces(_hidden(text)):
            if piece.mark != "code" and re.search(r"\d", piece.text):
                yield piece.text.strip()
    for text in (text for page in pages for text in texts_of(page)):
        for written in re.findall(r"`([^`]+)`", text):
            if re.search(r"\d", _hidden(written)) or "=" in written:
                yield from _code(lesson, written)
    for block in (
        block for page in pages for block in (*page.blocks, *page.answer) if block.kind == "code"
    ):
        yield from _program(lesson, block)


def texts_of(page: Page) -> Iterator[str]:
    """Give all that a page says, without its lines of code."""
    yield from (page.title, page.doing, page.hint)
    yield from (block.text for block in (*page.blocks, *page.answer) if block.kind != "code")


def _hidden(text: str) -> str:
    return PLACEHOLDER.sub("x", text)


def _code(lesson: str, written: str) -> Iterator[str]:
    """Check a code span."""
    known = {name for kind in get_args(Kind) for name in registered(kind)}
    keys = {key for action in ACTIONS for key in (action.shown, *action.keys.split(","))}
    text = filled(written, numbers_of(lesson))
    if written in known | keys:
        return
    if _CHAIN.fullmatch(text):
        if text not in {_chain(lesson, which) for which in ("", *presets(lesson))}:
            yield f"{text}: no network of this lesson"
    elif " = " in text:
        yield from _calculation(written, text)
    elif re.search(r"\d", _hidden(written)):
        try:
            tree = ast.parse(text)
        except SyntaxError:
            yield f"{written}: neither Python nor a calculation"
            return
        constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        called = any(isinstance(node, (ast.Call, ast.Assign)) for node in ast.walk(tree))
        if not called and any(isinstance(value, (int, float)) for value in constants):
            yield f"{written}: a number on its own"


def _chain(lesson: str, which: str) -> str:
    spec = preset(lesson, which)
    shape = input_shape_of(spec)
    units = [layer.get("units") for layer in spec.layers]
    return "-".join(str(size) for size in (*shape, *units) if size is not None)


def _calculation(written: str, text: str) -> Iterator[str]:
    """Check that both sides are the same, to the digits that are shown."""
    *left, right = text.split(" = ")
    for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", _hidden(written.rsplit(" = ", 1)[0])):
        if number not in _PLAIN:
            yield f"{written}: {number} is written by hand"
    if any(isinstance(node, ast.Name) and node.id not in _FUNCTIONS for node in _nodes(text)):
        return  # a formula with letters
    try:
        results = [_reckoned(ast.parse(_signs(side), mode="eval").body) for side in (*left, right)]
    except (SyntaxError, ValueError) as error:
        yield f"{written}: {error}"
        return
    *values, last = results
    percent = 100.0 if right.strip().endswith("%") else 1.0
    digits = len(right.strip().rstrip("%").partition(".")[2])
    shown = max((len(number.partition(".")[2]) for number in re.findall(r"\d+\.\d+", text)), default=0)
    for value in values:
        # What is reckoned with was rounded, too: a few units of its last digit.
        slack = (0.5 * 10.0**-digits) / percent + 2 * abs(value) * 10.0**-shown + 2 * 10.0**-shown
        if abs(value - last / percent) > (slack if shown else 1e-9):
            yield f"{text}: comes out as {value:.6g}"


def _nodes(text: str) -> list[ast.AST]:
    try:
        return [
            node for side in text.split(" = ") for node in ast.walk(ast.parse(_signs(side), mode="eval"))
        ]
    except SyntaxError:
        return []


def _signs(side: str) -> str:
    return side.strip().rstrip("%").replace("×", "*").replace("÷", "/").replace("−", "-").replace("^", "**")


def _reckoned(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            return _OPERATIONS[type(op)](_reckoned(left), _reckoned(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_reckoned(operand)
        case ast.Call(func=ast.Name(id=name), args=args) if name in _FUNCTIONS:
            return float(_FUNCTIONS[name](*map(_reckoned, args)))
    raise ValueError(f"{ast.unparse(node)} is no calculation")


def _program(lesson: str, block: Block) -> Iterator[str]:
    """Check lines of code: Python, and a network of the lesson where one is built."""
    from nn_tui.export.keras_code import read_keras_code

    text = filled(block.text, numbers_of(lesson))
    if text.startswith("Epoch "):
        if re.search(r"\d", _hidden(block.text).replace("Epoch", "")):
            yield f"{block.text}: digits in a line of the log"
        return
    try:
        ast.parse(text)
    except SyntaxError as error:
        yield f"{text}: {error}"
        return
    if "Sequential(" in text:
        try:
            stack = read_keras_code(f"{_IMPORTS}\n{text}").spec.layers
        except NnTuiError as error:
            yield f"{text}: {error}"
            return
        stacks = [preset(lesson, which).layers for which in ("", *presets(lesson))]
        sizes = [[(layer.type, layer.get("units")) for layer in one] for one in (stack, *stacks)]
        if sizes[0] not in sizes[1:]:
            yield f"{text}: no network of this lesson"
