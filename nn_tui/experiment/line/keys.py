"""The settings of a line by their short names, and where each stands in the spec."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, get_args

from nn_tui.declare import Knob, Param, find, params
from nn_tui.experiment.document import source_of
from nn_tui.experiment.spec import Dtype, Leftovers, Measure, Scaling

SHORT: Final = MappingProxyType({
    "lr": "compile.optimizer.learning_rate",
    "loss": "compile.loss",
    "metrics": "compile.metrics",
    "dtype": "compile.dtype",
    "batch": "fit.batch_size",
    "epochs": "fit.epochs",
    "shuffle": "fit.shuffle",
    "leftovers": "fit.leftovers",
    "measure": "fit.measure",
    "callbacks": "fit.callbacks",
    "val": "data.validation_split",
    "test": "data.test_split",
    "scale": "data.scaling",
    "target": "data.target",
    "features": "data.features",
    "seed": "seed",
    "name": "name",
})  # fmt: skip

PRICES: Final = MappingProxyType({"l1": "L1", "l2": "L2"})
"""Prices on the weights of all layers that have a kernel."""

_SHARE = Knob(at_least=0, below=1)


def _param(name: str, form: Any, default: Any, knob: Knob | None = None, choices: Any = ()) -> Param:
    return Param(name, form, default is None, default, knob or Knob(), "", tuple(choices))


_FIXED: Final = MappingProxyType({
    "compile.loss": _param("loss", "thing", "", Knob(kind="loss")),
    "compile.dtype": _param("dtype", "choice", "float32", choices=get_args(Dtype)),
    "fit.batch_size": _param("batch", "int", 32),
    "fit.epochs": _param("epochs", "int", 1),
    "fit.shuffle": _param("shuffle", "bool", True),
    "fit.leftovers": _param("leftovers", "choice", "train", choices=get_args(Leftovers)),
    "fit.measure": _param("measure", "choice", "during", choices=get_args(Measure)),
    "data.validation_split": _param("val", "float", 0.0, _SHARE),
    "data.test_split": _param("test", "float", 0.0, _SHARE),
    "data.scaling": _param("scale", "choice", "none", choices=get_args(Scaling)),
    "data.target": _param("target", "str", None),
    "seed": _param("seed", "int", 0),
    "name": _param("name", "str", ""),
})  # fmt: skip


def places(document: Mapping[str, Any]) -> dict[str, tuple[str, Param]]:
    """Give the path and the parameter of every setting that a word can name in an experiment.

    A name that would mean two things means the first of: a short name, a setting of the data, one of the
    optimizer. The others are written with their whole path.
    """
    source = document["data"]["source"]
    optimizer = document["compile"]["optimizer"]["type"]
    named: dict[str, tuple[str, Param]] = {}
    for path, param in _FIXED.items():
        named[path] = (path, param)
    for prefix, thing in (("data", source_of(source)), ("compile.optimizer", find("optimizer", optimizer))):
        for param in params(thing):
            named[f"{prefix}.{param.name}"] = (f"{prefix}.{param.name}", param)
    short = {key: named[path] for key, path in SHORT.items() if path in named}
    for path, found in list(named.items()):
        key = path.rsplit(".", 1)[-1]
        if path.startswith(("data.", "compile.optimizer.")) and key not in SHORT and key not in PRICES:
            short.setdefault(key, found)
    return {**named, **short}


def whole_path(document: Mapping[str, Any], name: str) -> str:
    """Give the path of a setting that is named alone: lr, learning_rate, noise; another name as it is."""
    known = places(document)
    if name in SHORT:
        return SHORT[name]
    if name in known:
        return known[name][0]
    return {path.rsplit(".", 1)[-1]: path for path, _ in known.values()}.get(name, name)
