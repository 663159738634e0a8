"""`Page`: what a written file is made of, collected while its layers are written."""

from __future__ import annotations

import ast
import inspect
import pprint
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import name_of, params
from nn_tui.engine.activation import Activation
from nn_tui.errors import RunError
from nn_tui.export.numpy_code import activations

if TYPE_CHECKING:
    from nn_tui.engine.layers.layer import Layer

Array = NDArray[Any]
Emitter = Callable[[Any, "Page"], None]
_EMITTERS: dict[str, Emitter] = {}


def writes(*layers: type[Layer]) -> Callable[[Emitter], Emitter]:
    """Make a function the one that writes these layers: it is given a layer and the page."""

    def enter(emitter: Emitter) -> Emitter:
        _EMITTERS.update({layer.__name__: emitter for layer in layers})
        return emitter

    return enter


class Page:
    """The lines of the forward pass, the weights they name and the functions they call."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.weights: dict[str, Array] = {}
        self.functions: dict[str, Callable[..., Any]] = {}
        self._names: dict[int, str] = {}

    def layer(self, layer: Layer) -> None:
        """Write a layer's part of the forward pass.

        Raises:
            RunError: it cannot be written.
        """
        emitter = _EMITTERS.get(type(layer).__name__)
        if emitter is None:
            raise RunError(
                f"{layer.name}: a {type(layer).__name__} layer cannot be written with NumPy yet.",
                "Export to keras instead.",
            )
        emitter(layer, self)

    def line(self, text: str, layer: Layer) -> None:
        """Add a line that makes the next `x`, with its shape behind it."""
        shape = ", ".join(map(str, ("rows", *layer.output_shape)))
        self.lines.append(f"x = {text}  # ({shape})")

    def note(self, text: str) -> None:
        """Add a comment."""
        self.lines.append(f"# {text}")

    def name(self, layer: Layer) -> str:
        """Give the identifier that a layer's weights begin with."""
        if id(layer) not in self._names:
            plain = re.sub(r"\W", "_", layer.name, flags=re.ASCII)
            plain = plain if plain[:1].isalpha() else f"layer_{plain}"
            while plain in self._names.values():
                plain += "_"
            self._names[id(layer)] = plain
        return self._names[id(layer)]

    def weight(self, layer: Layer, name: str, array: Array | None = None) -> str:
        """Keep a weight and give the name it has in the file."""
        called = f"{self.name(layer)}_{name}"
        self.weights[called] = layer.weight(name) if array is None else array
        return called

    def use(self, function: Callable[..., Any]) -> str:
        """Take a function and all that it calls into the file; gives its name."""
        if function.__name__ not in self.functions:
            self.functions[function.__name__] = function
            for other in _called(function):
                self.use(other)
        return function.__name__

    def activated(self, activation: Activation | None, text: str) -> str:
        """Write an activation of an expression; the plain sum is left as it is."""
        called, settings = self.activation(activation)
        if called == "linear":
            return text
        return f"{self._use_activation(called)}({', '.join([text, *settings])})"

    def as_function(self, activation: Activation | None) -> str:
        """Write an activation as what can be called with one argument."""
        called, settings = self.activation(activation)
        self._use_activation(called)
        return f"lambda z: {called}({', '.join(['z', *settings])})" if settings else called

    @staticmethod
    def activation(activation: Activation | None) -> tuple[str, list[str]]:
        """Give an activation's registered name and its settings other than the usual, as arguments."""
        if activation is None:
            return "linear", []
        settings = {
            param.name: (getattr(activation, param.name), param.default)
            for param in params(type(activation))
        }
        written = [f"{name}={value!r}" for name, (value, usual) in settings.items() if value != usual]
        return name_of(type(activation)), written

    def _use_activation(self, name: str) -> str:
        function = getattr(activations, name, None)
        if function is None:
            raise RunError(
                f"The activation {name} cannot be written with NumPy yet.", "Export to keras instead."
            )
        return self.use(function)


def _called(function: Callable[..., Any]) -> list[Callable[..., Any]]:
    """Give the functions of this package that a function calls."""
    known: Mapping[str, Any] = function.__globals__
    words = [node.id for node in ast.walk(ast.parse(source_of(function))) if isinstance(node, ast.Name)]
    found = [known.get(word) for word in dict.fromkeys(words)]
    return [one for one in found if inspect.isfunction(one) and one.__module__.startswith(__package__)]


def call(name: str, arguments: list[str], room: int = 72) -> str:
    """Write a call, with an argument a line where it would be longer than `room`."""
    text = f"{name}({', '.join(arguments)})"
    if len(text) <= room and "\n" not in text:
        return text
    return f"{name}(\n" + textwrap.indent("".join(f"{one},\n" for one in arguments), "    ") + ")"


def source_of(function: Callable[..., Any]) -> str:
    """Give a function's own source, without the types that only this program needs."""
    text = textwrap.dedent(inspect.getsource(function))
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    for argument in ast.walk(node.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    body = text.splitlines()[node.body[0].lineno - 1 :]
    return "\n".join([f"def {node.name}({ast.unparse(node.args)}):", *body])


def listed(values: Any) -> str:
    """Write a list or a dict of plain values as a Python literal, in lines that are not too long."""
    return pprint.pformat(values, width=96, compact=True, sort_dicts=False)


def literal(array: Array) -> str:
    """Write an array of float32 as numbers that are read back to the last bit."""
    return f"np.array({_nested(array, '    ', 48)}, np.float32)"


def _nested(array: Array, indent: str, room: int = 92) -> str:
    if array.ndim == 1:
        words = [_number(value) for value in array]
        text = f"[{', '.join(words)}]"
        if len(text) + len(indent) <= room:
            return text
        body = textwrap.fill(", ".join(words) + ",", 100, initial_indent=indent, subsequent_indent=indent)
        return f"[\n{body}\n{indent[4:]}]"
    rows = "".join(f"{indent}{_nested(row, indent + '    ')},\n" for row in array)
    return f"[\n{rows}{indent[4:]}]"


def _number(value: Any) -> str:
    text = str(np.float32(value))
    return text if np.float32(float(text)) == value else repr(float(value))
