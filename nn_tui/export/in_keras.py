"""Whether Keras has what an experiment is made of, asked before anything is written for Keras."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nn_tui.declare import Kind, find, in_keras, params
from nn_tui.errors import SpecError
from nn_tui.experiment.spec import CompileSpec, Spec, Thing


def require_in_keras(spec: Spec) -> None:
    """Refuse an experiment with something that Keras has not.

    Raises:
        SpecError: says what, and where it stands.
    """
    for index, layer in enumerate(spec.layers):
        _require("layer", layer, f"layers.{index}")
    require_compiled_in_keras(spec.compile)
    if spec.fit.leftovers != "train":
        raise SpecError(
            "Keras cannot carry the rows that fill no batch over to the next epoch.",
            "Set fit.leftovers to train.",
            "fit.leftovers",
        )


def require_compiled_in_keras(compiled: CompileSpec) -> None:
    """Refuse a loss, an optimizer or a metric that Keras has not.

    Raises:
        SpecError: says which.
    """
    _require("optimizer", compiled.optimizer, "compile.optimizer")
    _require("loss", compiled.loss, "compile.loss")
    for metric in compiled.metrics:
        _require("metric", metric, "compile.metrics")


def _require(kind: Kind, thing: Thing, path: str) -> None:
    for inner, name, place in _named(kind, thing.type, thing.settings, path):
        if not in_keras(find(inner, name)):
            raise SpecError(f"Keras has no {inner} {name}.", f"Change {place}.", place)


def _named(
    kind: Kind, name: str, settings: Mapping[str, Any], path: str
) -> Iterator[tuple[Kind, str, str]]:
    """Give a thing and those its settings name, however deep, with the place of each."""
    yield kind, name, path
    for param in params(find(kind, name)):
        value = settings.get(param.name)
        if param.knob.kind is None:
            continue
        place = f"{path}.{param.name}"
        if isinstance(value, str):
            yield param.knob.kind, value, place
        elif isinstance(value, Mapping):
            yield from _named(param.knob.kind, value["type"], value, place)
