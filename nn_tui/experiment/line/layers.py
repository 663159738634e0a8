"""Layers in short: `16r`, `conv32x3r`, `drop.5`, `lstm32`, `Reshape(target_shape=7x7)`; both ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from nn_tui.declare import Param, canonical, find, params, registered
from nn_tui.errors import SpecError
from nn_tui.experiment.line.words import (
    Word,
    called,
    cut,
    number_word,
    read_settings,
    setting_words,
)

Table = dict[str, Any]

LETTERS: Final = MappingProxyType({"t": "tanh", "r": "relu", "s": "sigmoid", "l": "linear"})
SHORT: Final = MappingProxyType({
    "conv": "Conv2D", "conv1d": "Conv1D", "pool": "MaxPooling2D", "pool1d": "MaxPooling1D",
    "avgpool": "AveragePooling2D", "avgpool1d": "AveragePooling1D", "gap": "GlobalAveragePooling2D",
    "gap1d": "GlobalAveragePooling1D", "gmp": "GlobalMaxPooling2D", "gmp1d": "GlobalMaxPooling1D",
    "flatten": "Flatten", "drop": "Dropout", "noise": "GaussianNoise", "bn": "BatchNormalization",
    "ln": "LayerNormalization", "lstm": "LSTM", "gru": "GRU", "rnn": "SimpleRNN", "emb": "Embedding",
    "reshape": "Reshape", "act": "Activation", "pad": "ZeroPadding2D", "leaky": "LeakyReLU",
    "prelu": "PReLU",
})  # fmt: skip
"""Words for layers; every layer is also known by its own name."""
END = "."
"""Right after the last layer: nothing follows it, not even the output that suits the data."""

_KINDS = "a number of units and t, r, s, l or an activation (16r, 2softmax), or a layer (conv32x3, drop.5)"
_REST = re.compile(r"(?P<numbers>\d*\.?\d+(?:x\d*\.?\d+)*)?(?P<activation>[a-z][a-z0-9_]*)?")


def read_stack(word: Word) -> tuple[list[Table], bool]:
    """Read layers with `-` between them, and whether the output is said to be among them.

    Raises:
        SpecError: a layer is not understood.
    """
    ended = word.text.endswith(END)
    if ended:
        word = word.part(0, word.text.removesuffix(END))
    return [read_layer(part) for part in cut(word, "-")], ended


def read_layer(word: Word) -> Table:
    """Read a layer as the table that a spec has of it.

    Raises:
        SpecError: it is not understood; marks it and says what was expected.
    """
    head, inside = called(word)
    text = head.text
    if text[:1].isdigit():
        name, rest = "Dense", head
    else:
        name, rest = _named(head)
    if name == "Bidirectional" and rest.text:
        rest = word.part(rest.start - word.start, word.text[rest.start - word.start :])
        inner = read_layer(rest)
        frozen = {} if inner.pop("trainable", True) else {"trainable": False}
        return {"type": name, "layer": inner, **frozen}
    kind = find("layer", name)
    table: Table = {"type": name, **_positional(kind, name, rest, head)}
    return {**table, **read_settings(kind, inside or [])}


def _named(head: Word) -> tuple[str, Word]:
    """Find the layer whose name a word begins with, and what comes behind the name."""
    known = {**{name.lower(): name for name in registered("layer")}, **SHORT, "bi": "Bidirectional"}
    fitting = [name for name in known if head.text.lower().startswith(name)]
    if not fitting:
        raise head.fault(
            f"Expected {_KINDS}; outside of the stack an optimizer (adam), a loss (hinge) or setting=value."
        )
    found = max(fitting, key=len)
    return known[found], head.part(len(found), head.text[len(found) :])


def _positional(kind: Any, name: str, rest: Word, head: Word) -> Table:
    match = _REST.fullmatch(rest.text)
    if match is None:
        raise head.fault(f"Expected {_KINDS}.")
    taking = _takes(kind)
    values: Table = {}
    numbers = match["numbers"].split("x") if match["numbers"] else []
    for param in taking:
        if not numbers:
            break
        if param.form == "shape":
            whole = [int(part) for part in numbers if part.isdigit()]
            if len(whole) != len(numbers):
                raise rest.fault(f"{param.name} is whole numbers such as 3x3.")
            values[param.name], numbers = whole * 2 if _is_square(name, whole) else whole, []
        else:
            part, *numbers = numbers
            if param.form == "int" and not part.isdigit():
                raise rest.fault(f"{param.name} is a whole number.")
            values[param.name] = int(part) if param.form == "int" else float(part)
    if numbers:
        raise rest.fault(f"{name} takes {', '.join(param.name for param in taking) or 'no numbers'}.")
    if word := match["activation"]:
        at = rest.text.index(word)
        values["activation"] = _activation(rest.part(at, word), kind, name)
    return values


def _takes(kind: Any) -> list[Param]:
    """Give the parameters that the numbers behind a name stand for: those needed, else the first."""
    numbered = [param for param in params(kind) if param.form in ("int", "float", "shape")]
    return [param for param in numbered if param.required] or numbered[:1]


def _is_square(name: str, numbers: list[int]) -> bool:
    return name.endswith("2D") and len(numbers) == 1


def _activation(word: Word, kind: Any, name: str) -> str:
    if not any(param.name == "activation" for param in params(kind)):
        raise word.fault(f"{name} has no activation.")
    if word.text in LETTERS:
        return LETTERS[word.text]
    try:
        return canonical("activation", word.text)
    except SpecError:
        letters = ", ".join(f"{letter} {of}" for letter, of in LETTERS.items())
        raise word.fault(f"An activation is {letters}, or a name such as softmax.") from None


def stack_word(layers: Iterable[Mapping[str, Any]], *, ended: bool = False) -> str:
    """Write layers as `read_stack` reads them."""
    return "-".join(map(layer_word, layers)) + (END if ended else "")


def layer_word(layer: Mapping[str, Any]) -> str:
    """Write a layer in short, as `read_layer` reads it."""
    name = layer["type"]
    kind = find("layer", name)
    inner = layer.get("layer")
    if name == "Bidirectional" and isinstance(inner, Mapping):
        frozen = {} if layer.get("trainable", True) else {"trainable": False}
        return f"bi{layer_word({**inner, **frozen})}"
    left = {key: value for key, value in layer.items() if key != "type"}
    word = "" if name == "Dense" else _word(name)
    numbers = _numbers(name, kind, left)
    if name == "Dense" and not numbers:
        word = "Dense"
    word += numbers
    activation = left.get("activation")
    if isinstance(activation, str) and (numbers or word != "Dense"):
        short = {of: letter for letter, of in LETTERS.items()}
        del left["activation"]
        word += short.get(activation, activation)
    settings = ",".join(setting_words(kind, left))
    return f"{word}({settings})" if settings else word


def _word(name: str) -> str:
    return next((short for short, of in SHORT.items() if of == name), name)


def _numbers(name: str, kind: Any, left: Table) -> str:
    """Write the numbers behind a name, and take them out of what is left to be said."""
    parts: list[str] = []
    taking = _takes(kind)
    if not all(_can_be_positional(name, param, left.get(param.name)) for param in taking):
        return ""
    for param in taking:
        value = left.pop(param.name)
        if param.form == "shape":
            square = name.endswith("2D") and len(value) == 2 and value[0] == value[1]
            parts += map(str, value[:1] if square else value)
        else:
            parts.append(number_word(value))
    return "x".join(parts)


def _can_be_positional(name: str, param: Param, value: Any) -> bool:
    if param.form == "shape":
        fits = isinstance(value, (list, tuple)) and all(type(part) is int and part >= 0 for part in value)
        return fits and bool(value) and not (name.endswith("2D") and len(value) == 1)
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and re.fullmatch(r"\d*\.?\d+", number_word(value)) is not None
    )
