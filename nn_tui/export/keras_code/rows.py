"""Which rows a network is trained on whose program brings its own, which are not in the text."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from nn_tui.data.settings import NO_ROWS
from nn_tui.data.sources import FASHION
from nn_tui.errors import NnTuiError
from nn_tui.experiment.build import load_data
from nn_tui.experiment.edits import reads_words
from nn_tui.experiment.examples import examples
from nn_tui.experiment.spec import DataSpec, Scaling, Spec, Thing
from nn_tui.experiment.validation import problems

_KEPT = 0.1
_FASHION_CELLS = 28 * 28


def with_rows(spec: Spec, shape: tuple[int, ...] | None, *, split: float | None, validate: bool) -> Spec:
    """Give the experiment with the first bundled set that fits the network; NO_ROWS when none does.

    A layer is put first where the set's rows have the same numbers in another shape.

    Args:
        spec: the experiment; its data are not looked at.
        shape: one row's, as the network takes it; None when it is not known.
        split: the share for validation, if the program says it.
        validate: whether the program has rows for validation.
    """
    classifies = not spec.compile.loss.type.startswith(("mean_", "huber", "log_cosh", "poisson"))
    for as_meant in (True, False):
        for rows in _candidates(shape):
            found = _fitted(spec, rows, shape, classifies == as_meant)
            if found is not None:
                return replace(found, data=_split(found.data, split, validate))
    scaling: Scaling = "minmax" if shape is not None and len(shape) == 3 else "standard"
    scaling = "none" if reads_words(spec) else scaling
    data = DataSpec(NO_ROWS, {"shape": shape} if shape is not None else {}, scaling=scaling)
    return replace(spec, data=_split(data, split, validate))


def by_class_numbers(spec: Spec) -> tuple[Spec, list[str]]:
    """Give the experiment for classes that are numbers, as they are here, and say what was changed.

    The loss is the same: with class numbers it is only named differently than with one-hot rows.
    """
    compiled = spec.compile
    if compiled.loss.type != "categorical_crossentropy" or compiled.loss.get("label_smoothing"):
        return spec, []
    settings = {key: item for key, item in compiled.loss.settings.items() if key != "label_smoothing"}
    loss = Thing("sparse_categorical_crossentropy", settings)
    metrics = tuple(
        Thing(f"sparse_{metric.type}", metric.settings)
        if metric.type in ("categorical_accuracy", "top_k_categorical_accuracy")
        else metric
        for metric in compiled.metrics
    )
    made = replace(spec, compile=replace(compiled, loss=loss, metrics=metrics))
    return made, ["Classes are numbers here: the loss is sparse_categorical_crossentropy."]


@dataclass(frozen=True)
class _Set:
    """What a bundled set's rows are, as far as a network must fit them."""

    data: DataSpec
    shape: tuple[int, ...]
    classes: int
    by_words: bool


@cache
def _bundled() -> tuple[_Set, ...]:
    return tuple(_looked_at(example.data) for example in examples().values())


def _looked_at(data: DataSpec) -> _Set:
    rows = load_data(data)
    return _Set(data, rows.input_shape, rows.classes, bool(rows.vocabulary))


def _candidates(shape: tuple[int, ...] | None) -> Iterator[_Set]:
    yield from _bundled()
    if shape is None or math.prod(shape) != _FASHION_CELLS:
        return  # reading 70,000 images takes its time
    with contextlib.suppress(NnTuiError):  # it need not be installed
        yield _looked_at(DataSpec(FASHION, {"stratify": True}, scaling="minmax"))


def _split(data: DataSpec, split: float | None, validate: bool) -> DataSpec:
    share = split if split is not None else max(data.validation_split, _KEPT) if validate else None
    return replace(data, validation_split=0.0 if share is None else share)


def _fitted(spec: Spec, rows: _Set, shape: tuple[int, ...] | None, classifies: bool) -> Spec | None:
    """Give the experiment with these rows, if it can be trained on them."""
    by_words = bool(spec.layers) and spec.layers[0].type == "Embedding"
    if by_words != rows.by_words or bool(rows.classes) != classifies:
        return None
    if by_words:
        shape = None  # texts of any length
    if shape is not None and math.prod(rows.shape) != math.prod(shape):
        return None
    if not _outputs_fit(spec.layers, rows.classes):
        return None
    layers = (*_brought_to(shape, rows.shape, spec.layers), *spec.layers)
    made = replace(spec, data=rows.data, layers=layers)
    return None if problems(made) else made


def _outputs_fit(layers: tuple[Thing, ...], classes: int) -> bool:
    """Whether the last units are as many as the classes; one unit tells two apart."""
    units = next((layer.get("units") for layer in reversed(layers) if layer.get("units")), None)
    return not classes or units in (None, classes) or (units == 1 and classes == 2)


def _brought_to(
    shape: tuple[int, ...] | None, rows: tuple[int, ...], layers: tuple[Thing, ...]
) -> list[Thing]:
    """Give the layer that turns rows of one shape into another, if one is needed."""
    if shape is None or shape == rows or (layers and layers[0].type == "Flatten"):
        return []
    settings: Mapping[str, Any] = {"target_shape": shape}
    return [Thing("Flatten")] if len(shape) == 1 else [Thing("Reshape", settings)]
