"""The forms of the workbench: which fields each has, and the spec that its answer makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nn_tui.declare import Knob, Param, registered, sentence
from nn_tui.errors import NnTuiError
from nn_tui.experiment.document import from_document, to_document
from nn_tui.experiment.shapes import stack
from nn_tui.experiment.spec import Spec, Thing
from nn_tui.experiment.validation import problems
from nn_tui.tui.forms.form import Answer, Form


def _number(form: Any, name: str, told: str, **bounds: Any) -> Param:
    return Param(name, form, False, None, Knob(**bounds), told, ())


_SPLIT = {"at_least": 0, "below": 1}
DATA_EXTRAS = (
    Param(
        "scaling", "choice", False, "none", Knob(),
        "minmax: to 0..1; standard: mean 0, deviation 1; by the training rows.",
        ("none", "minmax", "standard"),
    ),
    _number("float", "validation_split", "The share of rows, the last, that measure each epoch.", **_SPLIT),
    _number("float", "test_split", "The share of rows, the last ones, kept for the end.", **_SPLIT),
)  # fmt: skip
FIT_EXTRAS = (
    _number("int", "batch_size", "Rows that one step of training looks at.", at_least=1),
    _number("int", "epochs", "How often training passes over all rows.", at_least=1),
    Param("shuffle", "bool", False, True, Knob(), "Take the rows in a new order every epoch.", ()),
)
SEED_EXTRA = _number("int", "seed", "Which weights, which order: the same seed, the same run.", at_least=0)
METRICS_EXTRA = Param("metrics", "str", False, "", Knob(), "Names, with commas between: accuracy, mae.", ())

Edit = Callable[[Spec], Spec]
"""From a spec to the edited one; a SpecError says why it cannot be."""


def open_form(spec: Spec, path: str) -> tuple[Form, Callable[[Answer], Edit]] | None:
    """Give the form of a line of the build panel, and what makes an edit of its answer."""
    match path.split("."):
        case ["layers", index]:
            return _layer_form(spec, int(index), add=False)
        case ["data", *_]:
            return _data_form(spec)
        case ["compile", "optimizer"]:
            return _thing_form(spec, "Optimizer", "optimizer", spec.compile.optimizer)
        case ["compile", "loss"]:
            return _thing_form(spec, "Loss", "loss", spec.compile.loss)
        case ["compile", "metrics"]:
            told = ", ".join(spec.compile.metrics)
            return _extras_form(spec, "Metrics", [(METRICS_EXTRA, told)], _metrics)
        case ["fit"]:
            values = [(param, getattr(spec.fit, param.name)) for param in FIT_EXTRAS]
            return _extras_form(spec, "Fit", values, _fit)
        case ["seed"]:
            return _extras_form(spec, "Seed", [(SEED_EXTRA, spec.seed)], _seed)
    return None


def new_layer_form(spec: Spec, index: int, type_name: str) -> tuple[Form, Callable[[Answer], Edit]]:
    """Give the form of a layer that is to be put at a place in the stack."""
    placed = replace(spec, layers=(*spec.layers[:index], Thing(type_name), *spec.layers[index:]))
    return _layer_form(placed, index, add=True)


def layer_choices() -> list[tuple[str, str]]:
    """Give every layer and what it does."""
    return [(name, sentence(layer)) for name, layer in registered("layer").items()]


def _layer_form(spec: Spec, index: int, *, add: bool) -> tuple[Form, Callable[[Answer], Edit]]:
    layer = spec.layers[index]
    rest = spec.layers[:index], spec.layers[index + 1 :]

    def edit_of(answer: Answer) -> Edit:
        made = Thing(answer.type, answer.settings)
        layers = (*rest[0], made, *rest[1])
        return lambda now: _checked(replace(now, layers=layers))

    title = f"Add {layer.type}" if add else f"Layer {index + 1}"
    buttons = [] if add else ["duplicate", "up", "down", "remove"]
    form = Form(
        title,
        "layer",
        layer.type,
        dict(layer.settings),
        buttons=buttons,
        preview=lambda answer: _preview(edit_of(answer), spec, index),
    )
    return form, edit_of


def _thing_form(spec: Spec, title: str, kind: Any, thing: Thing) -> tuple[Form, Callable[[Answer], Edit]]:
    def edit_of(answer: Answer) -> Edit:
        made = Thing(answer.type, answer.settings)
        change: dict[str, Any] = {kind: made}
        return lambda now: _checked(replace(now, compile=replace(now.compile, **change)))

    form = Form(
        title,
        kind,
        thing.type,
        dict(thing.settings),
        preview=lambda answer: _preview(edit_of(answer), spec),
    )
    return form, edit_of


def _data_form(spec: Spec) -> tuple[Form, Callable[[Answer], Edit]]:
    def edit_of(answer: Answer) -> Edit:
        data = replace(spec.data, source=answer.type, settings=answer.settings, **answer.extras)
        return lambda now: _checked(replace(now, data=data))

    extras = [(param, getattr(spec.data, param.name)) for param in DATA_EXTRAS]
    form = Form(
        "Data",
        "dataset",
        spec.data.source,
        dict(spec.data.settings),
        extras,
        preview=lambda answer: _preview(edit_of(answer), spec, -1),
    )
    return form, edit_of


def _extras_form(
    spec: Spec, title: str, extras: list[tuple[Param, Any]], make: Callable[[Spec, dict[str, Any]], Spec]
) -> tuple[Form, Callable[[Answer], Edit]]:
    def edit_of(answer: Answer) -> Edit:
        return lambda now: _checked(make(now, answer.extras))

    form = Form(title, None, "", {}, extras, preview=lambda answer: _preview(edit_of(answer), spec))
    return form, edit_of


def _metrics(spec: Spec, values: dict[str, Any]) -> Spec:
    names = tuple(name.strip() for name in values["metrics"].split(",") if name.strip())
    return replace(spec, compile=replace(spec.compile, metrics=names))


def _fit(spec: Spec, values: dict[str, Any]) -> Spec:
    return replace(spec, fit=replace(spec.fit, **values))


def _seed(spec: Spec, values: dict[str, Any]) -> Spec:
    return replace(spec, seed=values["seed"])


def _checked(spec: Spec) -> Spec:
    """Check a spec as its file would be checked, and give it as it would be read."""
    return from_document(to_document(spec))


def _preview(edit: Edit, spec: Spec, index: int | None = None) -> tuple[str, bool]:
    """Say what an edit would make: the shape and parameters of the layer, or what is wrong."""
    try:
        edited = edit(spec)
        wrong = problems(edited)
        if wrong:
            return str(wrong[0]), True
        rows = stack(edited)
    except NnTuiError as error:
        return str(error), True
    total = sum(row.parameters for row in rows)
    if index is None:
        return "", False
    before, after = rows[max(index, 0)], rows[index + 1]
    shapes = f"{_shape(before.output_shape)} -> {_shape(after.output_shape)}"
    if index < 0:
        return f"rows of {_shape(rows[0].output_shape)}, {total:,} parameters in all", False
    return f"{shapes}, {after.parameters:,} parameters, {total:,} in all", False


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape)) or "?"
