"""An experiment written as a line: its stack, its learning rate, and what else differs from the experiment
that its first word opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from nn_tui.errors import NnTuiError
from nn_tui.experiment.document import to_document
from nn_tui.experiment.line.keys import PRICES, SHORT, places
from nn_tui.experiment.line.layers import stack_word
from nn_tui.experiment.line.outputs import shared_settings, with_output
from nn_tui.experiment.line.reading import read_line
from nn_tui.experiment.line.words import LONGEST, text_word, thing_word, value_word
from nn_tui.experiment.runs.differences import differences
from nn_tui.experiment.spec import Spec

Table = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """A line, and the paths of what it leaves out because no line can say it."""

    text: str
    left_out: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """What is left out, in a sentence; empty where nothing is."""
        return f"The line leaves out: {', '.join(self.left_out)}." if self.left_out else ""


def write_line(spec: Spec, open_base: Callable[[str], Spec]) -> Line:
    """Write an experiment as a line.

    Args:
        spec: what to say.
        open_base: gives the experiment that a source stands for alone, as `read_line` takes it.

    Raises:
        SpecError, DataError: the source of the data cannot be opened.
    """
    base = to_document(open_base(spec.data.source))
    document = to_document(spec)
    text = " ".join([text_word(spec.data.source), *_words(document, base)])
    if len(text) > LONGEST:
        return Line(text_word(spec.data.source), ("nearly all of it, for it is too long",))
    try:
        again = read_line(text, open_base)
    except NnTuiError as error:  # what cannot be read back was not said
        return Line(text_word(spec.data.source), (f"nearly all of it ({error.message})",))
    return Line(text, tuple(path for path, _ in differences((spec, again))))


def _words(document: Table, base: Table) -> Iterator[str]:
    yield from _data(document, base)
    yield from _stack(document, base)
    yield from _optimizer(document["compile"]["optimizer"], base["compile"]["optimizer"], document)
    yield from _lists(document, base)
    for path in SHORT.values():
        if path not in ("compile.optimizer.learning_rate", "compile.metrics", "fit.callbacks") and not (
            path.startswith("data.") or path == "name"
        ):
            yield from _changed(path, document, base)
    if document["name"] != base["name"]:
        yield f"name={text_word(document['name'])}"


def _changed(path: str, document: Table, base: Table) -> Iterator[str]:
    one, other = _at(document, path), _at(base, path)
    if one == other:
        return
    key = next((short for short, place in SHORT.items() if place == path), path)
    if one is None:
        yield f"{key}=default"
    else:
        yield f"{key}={thing_word('loss', one) if path == 'compile.loss' else value_word(one)}"


def _at(document: Table, path: str) -> Any:
    value: Any = document
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _data(document: Table, base: Table) -> Iterator[str]:
    known = places(document)
    said, usual = document["data"], base["data"]
    for key in dict.fromkeys([*said, *usual]):
        one, other = said.get(key), usual.get(key)
        if key in ("source", "columns") or one == other:
            continue
        path = f"data.{key}"
        short = next((name for name, place in SHORT.items() if place == path), key)
        if known.get(short, ("",))[0] != path and key != "features":
            short = path
        if one is None:
            yield f"{short}={'none' if key == 'features' else 'default'}"
        elif key == "features":
            yield f"features={','.join(map(text_word, one))}"
        else:
            yield f"{short}={value_word(one)}"
    for column, kind in said.get("columns", {}).items():
        if usual.get("columns", {}).get(column) != kind:
            yield f"data.columns.{column}={text_word(kind)}"


def _stack(document: Table, base: Table) -> Iterator[str]:
    layers = deepcopy(document["layers"])
    price = _common_price(layers)
    if price is not None:
        for layer in layers:
            layer.pop("kernel_regularizer", None)
    if layers:
        yield _shortest_stack(layers, base["layers"], document["compile"]["loss"])
    if price is not None:
        yield price


def _shortest_stack(layers: list[Table], base: list[Table], loss: Any) -> str:
    """Leave the output out where it follows by itself; say that nothing follows where something would."""
    for count in (1, 2):
        hidden = layers[:-count]
        if hidden and with_output(base, hidden, loss, False) == layers:
            return stack_word(_said(hidden, base))
    ended = with_output(base, layers, loss, False) != layers
    return stack_word(_said(layers, base), ended=ended)


def _said(layers: list[Table], base: list[Table]) -> list[Table]:
    """Leave out what the Dense layers share with those of the base; say what they lack of it."""
    shared = shared_settings(base)
    said = []
    for layer in layers:
        own = dict(layer)
        if layer["type"] == "Dense":
            own = {key: value for key, value in own.items() if key not in shared or shared[key] != value}
            own |= {key: "default" for key in shared if key not in layer}
        said.append(own)
    return said


def _common_price(layers: list[Table]) -> str | None:
    """Give the word for a price that all layers with a kernel share."""
    from nn_tui.declare import find, params

    found = [
        layer.get("kernel_regularizer")
        for layer in layers
        if any(param.name == "kernel_regularizer" for param in params(find("layer", layer["type"])))
    ]
    if not found or any(price != found[0] for price in found) or not isinstance(found[0], Mapping):
        return None
    for key, name in PRICES.items():
        if found[0].get("type") == name and set(found[0]) == {"type", key}:
            return f"{key}={value_word(found[0][key])}"
    return None


def _optimizer(one: Table, other: Table, document: Table) -> Iterator[str]:
    usual = other if one["type"] == other["type"] else {}
    if not usual:
        yield thing_word("optimizer", one["type"])
    known = places(document)
    for key in dict.fromkeys([*one, *usual]):
        # The learning rate is what people ask first: it is always said.
        if key == "type" or (one.get(key) == usual.get(key) and key != "learning_rate"):
            continue
        path = f"compile.optimizer.{key}"
        short = "lr" if key == "learning_rate" else key
        short = short if known.get(short, ("",))[0] == path else path
        kind = known[path][1].knob.kind
        yield f"{short}={value_word(one[key], kind) if key in one else 'default'}"


def _lists(document: Table, base: Table) -> Iterator[str]:
    metrics, usual = document["compile"]["metrics"], base["compile"]["metrics"]
    if metrics != usual:
        yield f"metrics={','.join(thing_word('metric', metric) for metric in metrics) or 'none'}"
    callbacks = document["fit"].get("callbacks", [])
    if callbacks != base["fit"].get("callbacks", []):
        if not callbacks:
            yield "callbacks=none"
        for callback in callbacks:
            yield thing_word("callback", callback)
