"""Which fields a part of the experiment has, read from the declarations; pure, without a widget.

A part is named by its path in the spec: `layers.1`, `compile`, `fit`, `data`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from nn_tui.data.sources import kind_of
from nn_tui.declare import REQUIRED, Kind, Knob, Param, find, formula, params, registered, sentence
from nn_tui.errors import SpecError
from nn_tui.experiment.document import source_of
from nn_tui.experiment.spec import ClassWeight, Dtype, Leftovers, Measure, Scaling, Spec, Thing
from nn_tui.experiment.spec_file import set_value


@dataclass(frozen=True)
class Entry:
    """One field: a parameter, where it stands in the spec, what it is now."""

    path: str
    param: Param
    value: Any
    owner: Entry | None = None
    """The field that chose the thing whose setting this is; None for a setting of the part itself."""
    listed: bool = False
    """Whether the value is a tuple of things, written with commas."""
    label: str = ""
    """What stands before the field, where that is not the parameter's name."""
    number: float | None = None
    """The number that a thing would take the place of."""

    @property
    def depth(self) -> int:
        """How far it stands in: a setting of a setting stands further in."""
        return 0 if self.owner is None else self.owner.depth + 1


@dataclass(frozen=True)
class Section:
    """A part of the experiment as a form shows it."""

    title: str
    sentence: str
    formula: str
    entries: tuple[Entry, ...]


def section(spec: Spec, place: str) -> Section:
    """Give the form of a part of the experiment.

    Args:
        spec: the experiment.
        place: `data`, `compile`, `fit`, or `layers.0`, `fit.callbacks.0`, ...
    """
    if place == "data":
        return Section("Data", "Which rows, how they are scaled and split.", "", tuple(_data(spec)))
    if place == "compile":
        return Section("Compile", "How the network learns.", "", tuple(_compile(spec)))
    if place == "fit":
        return Section("Fit", "How long, and in what portions.", "", tuple(_fit(spec)))
    if place.startswith("fit.callbacks."):
        callback = spec.fit.callbacks[int(place.removeprefix("fit.callbacks."))]
        kind = find("callback", callback.type)
        entries = tuple(_settings(kind, callback.settings, place))
        return Section(callback.type, sentence(kind), formula(kind), entries)
    index = int(place.removeprefix("layers."))
    layer = spec.layers[index]
    kind = find("layer", layer.type)
    entries = tuple(_settings(kind, layer.settings, place))
    return Section(f"Layer {index + 1}: {layer.type}", sentence(kind), formula(kind), entries)


def assign(spec: Spec, entry: Entry, value: Any) -> Spec:
    """Give the experiment with a field's value changed.

    Raises:
        SpecError: the value does not fit; `path` says which field.
    """
    if entry.owner is None:
        if entry.path == "data.source":
            return _with_source(spec, value)
        if entry.param.form == "thing" and isinstance(value, str):
            value = _with_needed(entry, value)
        return set_value(spec, entry.path, value)
    if entry.label and value is None:
        value = entry.number
    elif entry.label and isinstance(value, str):
        value = _with_needed(entry, value)
    whole = entry.owner.value
    table = {"type": whole} if isinstance(whole, str) else dict(whole)
    if value is None:
        table.pop(entry.param.name, None)
    else:
        table[entry.param.name] = value
    return assign(spec, entry.owner, table)


def _with_source(spec: Spec, source: str) -> Spec:
    """Take the rows from elsewhere; settings that both sources have are kept, as `noise`."""
    try:
        known = {param.name for param in params(source_of(source))}
    except SpecError:
        return set_value(spec, "data.source", source)
    kept = {key: value for key, value in spec.data.settings.items() if key in known}
    data = replace(spec.data, source=source, settings=kept, target=None, features=None, columns={})
    return replace(spec, data=data)


def type_of(value: Any) -> str | None:
    """Give the name of the thing that a value describes."""
    if value is None or isinstance(value, str):
        return value
    return value.type if isinstance(value, Thing) else str(value["type"])


def _with_needed(entry: Entry, name: str) -> Any:
    """Describe a thing just chosen: with the settings that it shares with the one before it."""
    assert entry.param.knob.kind is not None
    before = entry.value if isinstance(entry.value, Mapping) else {}
    parameters = params(find(entry.param.knob.kind, name))
    known = {param.name for param in parameters}
    if entry.number is not None and not before:
        before = {param.name: entry.number for param in parameters if param.form == "float"}
        before = dict(list(before.items())[:1])
    kept = {key: value for key, value in before.items() if key in known and key != "type"}
    return {"type": name, **kept} if kept or entry.path.startswith("compile.") else name


def _settings(
    thing: Any, settings: Mapping[str, Any], path: str, owner: Entry | None = None
) -> Iterator[Entry]:
    for param in params(thing):
        default = None if param.default is REQUIRED else param.default
        entry = Entry(f"{path}.{param.name}", param, settings.get(param.name, default), owner)
        if param.form == "float" and param.knob.kind is not None:
            yield from _number_or_thing(param.knob.kind, entry)
            continue
        yield entry
        if param.form == "thing" and param.knob.kind is not None:
            yield from _inner(param.knob.kind, entry)


def _inner(kind: Kind, entry: Entry) -> Iterator[Entry]:
    """Give the settings of the thing that a field has chosen."""
    name = type_of(entry.value)
    if name is None or name not in registered(kind):
        return
    settings = entry.value if isinstance(entry.value, Mapping) else {}
    yield from _settings(find(kind, name), settings, entry.path, entry)


def _number_or_thing(kind: Kind, entry: Entry) -> Iterator[Entry]:
    """Give the field of a number that a thing may take the place of, and the choice of that thing."""
    by_thing = isinstance(entry.value, (str, Mapping))
    if not by_thing:
        yield entry
    text = (
        f"a {kind} that says the {entry.param.name.replace('_', ' ')} of every step, in place of a number."
    )
    choice = entry.param._replace(form="thing", optional=True, help=text)
    if by_thing:
        chosen = replace(entry, param=choice, label=kind, number=_first_number(entry.value))
    else:
        path = f"{entry.path}.type"
        chosen = replace(entry, path=path, param=choice, label=kind, number=entry.value, value=None)
    yield chosen
    yield from _inner(kind, chosen)


def _first_number(value: Any) -> float | None:
    settings = value if isinstance(value, Mapping) else {}
    return next((item for item in settings.values() if isinstance(item, float)), None)


def _thing(name: str, thing: Thing, kind: Kind, path: str, text: str) -> Iterator[Entry]:
    param = Param(name, "thing", False, REQUIRED, Knob(kind=kind), text, ())
    entry = Entry(f"{path}.{name}", param, {"type": thing.type, **thing.settings})
    yield entry
    yield from _inner(kind, entry)


def _compile(spec: Spec) -> Iterator[Entry]:
    text = "what training makes small: how wrong the predictions are."
    yield from _thing("loss", spec.compile.loss, "loss", "compile", text)
    text = "the rule that turns slopes into steps of the weights."
    yield from _thing("optimizer", spec.compile.optimizer, "optimizer", "compile", text)
    known = ", ".join(registered("metric"))
    text = f"what else is measured after each epoch, with commas between. Known: {known}."
    metrics = Param("metrics", "str", False, (), Knob(), text, ())
    yield Entry("compile.metrics", metrics, spec.compile.metrics, listed=True)
    text = "the number type everything is computed in: to 7 digits, or to 16 and slower."
    dtype = Param("dtype", "choice", False, "float32", Knob(), text, get_args(Dtype))
    yield Entry("compile.dtype", dtype, spec.compile.dtype)


def _fit(spec: Spec) -> Iterator[Entry]:
    fit = spec.fit
    batch = Knob(at_least=1, scale="log", live=True)
    text = "samples in a batch: the weights move once a batch. At least 1. Default 32."
    yield Entry("fit.batch_size", Param("batch_size", "int", False, 32, batch, text, ()), fit.batch_size)
    text = "how many times the training goes through all training rows. At least 1. Default 1."
    epochs = Knob(at_least=1, live=True)
    yield Entry("fit.epochs", Param("epochs", "int", False, 1, epochs, text, ()), fit.epochs)
    text = "whether the rows come in another order in every epoch. Default yes."
    yield Entry("fit.shuffle", Param("shuffle", "bool", False, True, Knob(), text, ()), fit.shuffle)
    text = "the last rows of an epoch that fill no batch: train them as a small one, or carry them over."
    leftovers = Param("leftovers", "choice", False, "train", Knob(), text, get_args(Leftovers))
    yield Entry("fit.leftovers", leftovers, fit.leftovers)
    text = "an epoch's loss and metrics: of its batches during it, or of all rows after it."
    measure = Param("measure", "choice", False, "during", Knob(), text, get_args(Measure))
    yield Entry("fit.measure", measure, fit.measure)
    text = "none: every row counts alike; balanced: rows of rare classes count more."
    weight = Param("class_weight", "choice", False, "none", Knob(), text, get_args(ClassWeight))
    yield Entry("fit.class_weight", weight, fit.class_weight)
    text = "decides the initial weights and the order of the rows; another seed starts anew."
    seed = Knob(at_least=0)
    yield Entry("seed", Param("seed", "int", False, 0, seed, text, ()), spec.seed)
    text = "what the experiment is called, and its file."
    yield Entry("name", Param("name", "str", False, REQUIRED, Knob(), text, ()), spec.name)


def _data(spec: Spec) -> Iterator[Entry]:
    data = spec.data
    text = "where the rows come from."
    kind = kind_of(data.source)
    if kind == "dataset":
        param = Param("source", "thing", False, REQUIRED, Knob(kind="dataset"), text, ())
        yield Entry("data.source", param, data.source)
        yield from _settings(find("dataset", data.source), data.settings, "data")
    else:
        yield Entry("data.source", Param("source", "str", False, REQUIRED, Knob(), text, ()), data.source)
    if kind == "table":
        text = "the column that is predicted. Default: the last."
        yield Entry("data.target", Param("target", "str", True, None, Knob(), text, ()), data.target)
    text = "none, minmax (to 0..1) or standard (mean 0, deviation 1), by the training rows only."
    scaling = Param("scaling", "choice", False, "none", Knob(), text, get_args(Scaling))
    yield Entry("data.scaling", scaling, data.scaling)
    share = Knob(at_least=0, below=1)
    text = "the last part of the training rows, kept to check each epoch. 0 to below 1. Default 0."
    split = Param("validation_split", "float", False, 0.0, share, text, ())
    yield Entry("data.validation_split", split, data.validation_split)
    text = "the part of the rows kept for the very end, where the data have no test set. Default 0."
    split = Param("test_split", "float", False, 0.0, share, text, ())
    yield Entry("data.test_split", split, data.test_split)
    if kind in ("table", "arrays"):
        yield from _settings(find("source", kind), data.settings, "data")
