"""A spec as plain tables (what TOML and JSON can say), and back; problems are named by path.

Reading checks names, types and bounds against the declarations. Whether the network fits its
data is asked of `validation`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from nn_tui.declare import Kind, canonical, check, find, nearest, params, shown
from nn_tui.errors import SpecError
from nn_tui.experiment.spec import (
    ClassWeight,
    CompileSpec,
    DataSpec,
    Dtype,
    FitSpec,
    Leftovers,
    Measure,
    Scaling,
    Spec,
    StartSpec,
    Thing,
)
from nn_tui.text import is_storable

Table = dict[str, Any]

_TOP = ("name", "seed", "start", "data", "layers", "compile", "fit")
_DATA = ("source", "target", "features", "scaling", "validation_split", "test_split", "columns")
_COMPILE = ("loss", "optimizer", "metrics", "dtype")
_START = ("weights", "of", "layers", "optimizer")
_FIT = ("batch_size", "epochs", "shuffle", "callbacks", "leftovers", "measure", "class_weight")


def to_document(spec: Spec) -> Table:
    """Write a spec as plain tables; only the settings that were made are written."""
    data: Table = {"source": spec.data.source, **_plain(spec.data.settings)}
    if spec.data.target is not None:
        data["target"] = spec.data.target
    if spec.data.features is not None:
        data["features"] = list(spec.data.features)
    data["scaling"] = spec.data.scaling
    data["validation_split"] = spec.data.validation_split
    data["test_split"] = spec.data.test_split
    if spec.data.columns:
        data["columns"] = dict(spec.data.columns)
    loss = spec.compile.loss
    fit: Table = {
        "batch_size": spec.fit.batch_size,
        "epochs": spec.fit.epochs,
        "shuffle": spec.fit.shuffle,
    }
    if spec.fit.callbacks:
        fit["callbacks"] = [_thing(callback) for callback in spec.fit.callbacks]
    # Rarely other than their defaults: written only where they are.
    if spec.fit.leftovers != "train":
        fit["leftovers"] = spec.fit.leftovers
    if spec.fit.measure != "during":
        fit["measure"] = spec.fit.measure
    if spec.fit.class_weight != "none":
        fit["class_weight"] = spec.fit.class_weight
    compiled: Table = {
        "loss": _thing(loss) if loss.settings else loss.type,
        "metrics": [_thing(metric) if metric.settings else metric.type for metric in spec.compile.metrics],
        "optimizer": _thing(spec.compile.optimizer),
    }
    if spec.compile.dtype != "float32":
        compiled["dtype"] = spec.compile.dtype
    return {
        "name": spec.name,
        "seed": spec.seed,
        **({} if spec.start is None else {"start": _start_table(spec.start)}),
        "data": data,
        "layers": [_thing(layer) for layer in spec.layers],
        "compile": compiled,
        "fit": fit,
    }


def from_document(document: Mapping[str, Any]) -> Spec:
    """Read a spec from plain tables.

    Raises:
        SpecError: an unknown key (with the nearest known one), a missing one, a wrong type or a
            broken bound; `path` says where.
    """
    register_everything()
    _known(document, _TOP, "", "The spec")
    for part in ("data", "layers", "compile"):
        if part not in document:
            raise SpecError(f"The spec has no [{part}] part.", f"Add [{part}].", part)
    data = _table(document["data"], "data")
    layers = document["layers"]
    if not isinstance(layers, (list, tuple)):
        raise SpecError(
            f"layers must be a list of tables, got {shown(layers)}.", "Write [[layers]].", "layers"
        )
    source = _text(data.get("source"), "data.source")
    return Spec(
        name=_text(document.get("name", source), "name"),
        seed=_whole(document.get("seed", 0), "seed", at_least=0),
        data=read_data(data),
        layers=tuple(_read_thing("layer", layer, f"layers.{index}") for index, layer in enumerate(layers)),
        compile=_compile(_table(document["compile"], "compile")),
        fit=_fit(_table(document.get("fit", {}), "fit")),
        start=None if "start" not in document else _start(_table(document["start"], "start")),
    )


def set_value(spec: Spec, path: str, value: Any) -> Spec:
    """Give a copy of the spec with one value changed, by its dotted path: `layers.0.units`.

    A value of None takes the setting away, so that its default holds again.

    Raises:
        SpecError: the path leads nowhere, or the value does not fit.
    """
    document = to_document(spec)
    *parents, last = path.split(".")
    place: Any = document
    for depth, name in enumerate(parents):
        place = _step(place, name, path, ".".join(parents[: depth + 1]))
    if isinstance(place, list):
        _step(place, last, path, path)
        place[int(last)] = value
    elif not isinstance(place, dict):
        raise SpecError(f"{path} leads nowhere in this spec.", "Look at the spec's own keys.", path)
    elif value is None:
        place.pop(last, None)
    else:
        if path == "data.source" and isinstance(value, str):
            _leave_out_unknown(place, value)
        place[last] = value
    try:
        return from_document(document)
    except SpecError as error:
        if error.path:
            raise
        raise SpecError(error.message, error.remedy, path) from None


def _step(place: Any, name: str, path: str, reached: str) -> Any:
    if isinstance(place, list):
        if not name.isdecimal() or int(name) >= len(place):
            count = len(place)
            told = f"0 to {count - 1}" if count else "none, the list is empty"
            raise SpecError(f"{reached} does not exist.", f"There are {told}.", path)
        return place[int(name)]
    if isinstance(place, dict) and name not in place and reached in ("fit.callbacks", "data.columns"):
        return place.setdefault(name, [] if name == "callbacks" else {})
    if not isinstance(place, dict) or name not in place:
        known = place if isinstance(place, dict) else ()
        raise SpecError(f"The spec has no {reached!r}.", nearest(name, known), path)
    if isinstance(place[name], str) and (reached == "compile.loss" or reached.startswith("layers.")):
        place[name] = {"type": place[name]}
    return place[name]


def read_data(value: Any) -> DataSpec:
    """Read the part of a document that says which rows.

    Raises:
        SpecError: as `from_document`.
    """
    table = _table(value, "data")
    source = _text(table.get("source"), "data.source")
    own = {key: value for key, value in table.items() if key not in _DATA}
    declared = source_of(source)
    try:
        own = check(declared, own, path="data", label=source)
    except SpecError as error:
        key = error.path.removeprefix("data.")
        if key in own and "no setting" in error.message:
            remedy = nearest(key, [*_DATA, *(param.name for param in params(declared))])
            raise SpecError(error.message, remedy, error.path) from None
        raise
    scaling = _choice(table.get("scaling", "none"), get_args(Scaling), "data.scaling")
    features = table.get("features")
    if features is not None and (
        not isinstance(features, (list, tuple)) or not all(isinstance(name, str) for name in features)
    ):
        raise SpecError(
            f"features must be a list of column names, got {shown(features)}.",
            'Write features = ["age", "weight"].',
            "data.features",
        )
    target = table.get("target")
    columns = table.get("columns", {})
    if not isinstance(columns, Mapping) or not all(isinstance(kind, str) for kind in columns.values()):
        raise SpecError(
            f"columns must say a kind for each name, got {shown(columns)}.",
            'Write [data.columns] and below it zip = "category".',
            "data.columns",
        )
    return DataSpec(
        source=source,
        settings=own,
        target=None if target is None else _text(target, "data.target"),
        features=None if features is None else tuple(features),
        scaling=scaling,
        validation_split=_fraction(table.get("validation_split", 0.0), "data.validation_split"),
        test_split=_fraction(table.get("test_split", 0.0), "data.test_split"),
        columns=dict(columns),
    )


def _leave_out_unknown(data: Table, source: str) -> None:
    """Leave out the settings of the former source that another one has not."""
    known = {*_DATA, *(param.name for param in params(source_of(source)))}
    for key in [key for key in data if key not in known]:
        del data[key]


def source_of(source: str) -> Any:
    """Give what declares a source's settings: a generated set, or the kind of file it is.

    Raises:
        SpecError: neither a name nor a path of a known form.
    """
    from nn_tui.data.sources import kind_of, unknown

    kind = kind_of(source)
    if kind is None:
        error = unknown(source)
        raise SpecError(error.message, error.remedy, "data.source")
    return find("dataset", source) if kind == "dataset" else find("source", kind)


def _compile(table: Mapping[str, Any]) -> CompileSpec:
    _known(table, _COMPILE, "compile", "[compile]")
    for part in ("loss", "optimizer"):
        if part not in table:
            raise SpecError(f"[compile] has no {part}.", f"Set compile.{part}.", f"compile.{part}")
    metrics = table.get("metrics", [])
    if not isinstance(metrics, (list, tuple)) or not all(isinstance(m, (str, Mapping)) for m in metrics):
        raise SpecError(
            f"metrics must be a list of names, got {shown(metrics)}.",
            'Write metrics = ["accuracy"].',
            "compile.metrics",
        )
    return CompileSpec(
        loss=_read_thing("loss", table["loss"], "compile.loss"),
        optimizer=_read_thing("optimizer", table["optimizer"], "compile.optimizer"),
        metrics=tuple(
            _read_thing(
                "metric", metric, "compile.metrics" if isinstance(metric, str) else f"compile.metrics.{at}"
            )
            for at, metric in enumerate(metrics)
        ),
        dtype=_choice(table.get("dtype", "float32"), get_args(Dtype), "compile.dtype"),
    )


def _fit(table: Mapping[str, Any]) -> FitSpec:
    _known(table, _FIT, "fit", "[fit]")
    shuffle = table.get("shuffle", True)
    if not isinstance(shuffle, bool):
        raise SpecError(f"shuffle must be true or false, got {shown(shuffle)}.", "", "fit.shuffle")
    callbacks = table.get("callbacks", [])
    if not isinstance(callbacks, (list, tuple)):
        raise SpecError(
            f"callbacks must be a list of tables, got {shown(callbacks)}.",
            "Write [[fit.callbacks]].",
            "fit.callbacks",
        )
    return FitSpec(
        batch_size=_whole(table.get("batch_size", 32), "fit.batch_size", at_least=1),
        epochs=_whole(table.get("epochs", 1), "fit.epochs", at_least=1),
        shuffle=shuffle,
        callbacks=tuple(
            _read_thing("callback", callback, f"fit.callbacks.{index}")
            for index, callback in enumerate(callbacks)
        ),
        leftovers=_choice(table.get("leftovers", "train"), get_args(Leftovers), "fit.leftovers"),
        measure=_choice(table.get("measure", "during"), get_args(Measure), "fit.measure"),
        class_weight=_choice(table.get("class_weight", "none"), get_args(ClassWeight), "fit.class_weight"),
    )


def _start(table: Mapping[str, Any]) -> StartSpec:
    _known(table, _START, "start", "[start]")
    digest = _text(table.get("weights"), "start.weights")
    if not re.fullmatch(r"[0-9a-f]{32}", digest):
        raise SpecError(
            f"start.weights must be 32 digits 0-9 a-f, got {shown(digest)}.",
            "Take them by opening the run or the file, or with --start.",
            "start.weights",
        )
    layers, optimizer = table.get("layers"), table.get("optimizer", False)
    if not isinstance(optimizer, bool):
        raise SpecError(f"optimizer must be true or false, got {shown(optimizer)}.", "", "start.optimizer")
    return StartSpec(
        weights=digest,
        of=_text(table.get("of", digest[:8]), "start.of"),
        layers=None if layers is None else _whole(layers, "start.layers", at_least=1),
        optimizer=optimizer,
    )


def _start_table(start: StartSpec) -> Table:
    table: Table = {"weights": start.weights, "of": start.of}
    if start.layers is not None:
        table["layers"] = start.layers
    if start.optimizer:
        table["optimizer"] = True
    return table


def _read_thing(kind: Kind, value: Any, path: str) -> Thing:
    table = {"type": value} if isinstance(value, str) else _table(value, path)
    if "type" not in table:
        raise SpecError(f"{path} has no type.", f"Set {path}.type.", f"{path}.type")
    named = path if isinstance(value, str) else f"{path}.type"
    type_name = _name(kind, _text(table["type"], named), named)
    settings = {key: item for key, item in table.items() if key != "type"}
    checked = check(find(kind, type_name), settings, path=path, label=type_name)
    return Thing(type_name, checked)


def _name(kind: Kind, name: str, path: str) -> str:
    try:
        canonical_name = canonical(kind, name)
    except SpecError as error:
        raise SpecError(error.message, error.remedy, path) from None
    # A metric's given name is the key it is logged under, so an alias is kept as it was written.
    return name if kind == "metric" else canonical_name


def _thing(thing: Thing) -> Table:
    return {"type": thing.type, **_plain(thing.settings)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _known(
    table: Mapping[str, Any],
    names: tuple[str, ...],
    path: str,
    label: str,
    also: tuple[str, ...] = (),
) -> None:
    for key in table:
        if key not in names:
            where = f"{path}.{key}" if path else key
            raise SpecError(f"{label} has no setting {key!r}.", nearest(key, names + also), where)


def _table(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise SpecError(f"{path} must be a table, got {shown(value)}.", f"Write [{path}].", path)
    return value


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str) or not value:
        raise SpecError(f"{path} must be text, got {shown(value)}.", f"Set {path}.", path)
    if not is_storable(value):
        raise SpecError(f"{path} must be text, got bytes that are no UTF-8: {shown(value)}.", "", path)
    return value


def _choice(value: Any, choices: tuple[str, ...], path: str) -> Any:
    if value not in choices:
        name = path.rsplit(".", 1)[-1]
        raise SpecError(
            f"{name} must be one of {', '.join(choices)}, got {shown(value)}.",
            nearest(str(value), choices),
            path,
        )
    return value


def _whole(value: Any, path: str, *, at_least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise SpecError(f"{path} must be a whole number, got {shown(value)}.", "", path)
    if value < at_least:
        raise SpecError(
            f"{path} must be at least {at_least}, got {value}.",
            f"Set {path} to {at_least} or more.",
            path,
        )
    return value


def _fraction(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1:
        raise SpecError(
            f"{path} must be a fraction from 0 to below 1, got {shown(value)}.",
            f"Set {path} to 0.1 for a tenth.",
            path,
        )
    return float(value)


def register_everything() -> None:
    """Import the families whose names a spec may use, so that their registers are full."""
    import nn_tui.data.sources
    import nn_tui.engine.callbacks
    import nn_tui.engine.counting
    import nn_tui.engine.layers
    import nn_tui.engine.losses
    import nn_tui.engine.metrics
    import nn_tui.engine.optimizers  # noqa: F401  # imported for their registrations
