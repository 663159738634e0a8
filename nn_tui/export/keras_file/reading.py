"""A `.keras` file as an experiment's parts and weights, without Keras and without running anything."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import shown
from nn_tui.engine.models import Sequential
from nn_tui.engine.moments import take_optimizer_moments
from nn_tui.engine.naming import snake_case
from nn_tui.errors import NnTuiError, RunError, ShapeError
from nn_tui.experiment.shapes import rows_of_stack
from nn_tui.experiment.spec import CompileSpec, Thing
from nn_tui.export.keras_file.objects import activation_of, opened, thing_of
from nn_tui.export.keras_file.storage import CONFIG, EXPERIMENT, WEIGHTS, Numbers, unpack
from nn_tui.export.keras_file.writing import moment_order, weight_places

Array = NDArray[Any]
_DEEPEST = 60
"""Nesting of the JSON; Keras's own is about ten deep."""


@dataclass(frozen=True, eq=False)
class KerasModel:
    """What a `.keras` file holds.

    `notes` say what could not be taken over though the network could.
    """

    name: str
    input_shape: tuple[int, ...]
    layers: tuple[Thing, ...]
    compile: CompileSpec | None
    numbers: Numbers
    places: tuple[str, ...]
    """Where each layer's weights lie; "" for a layer that has none in the file."""
    notes: tuple[str, ...] = ()
    experiment: str = ""
    """The experiment as TOML, in a file of our own."""

    def give_weights(self, model: Sequential) -> None:
        """Put the file's weights into a model that was built of these layers.

        Raises:
            RunError: they are missing, damaged or do not fit.
        """
        for layer, place in zip(model.layers, self.places, strict=True):
            found = [self.numbers.read(path, array.shape) for path, array in weight_places(layer, place)]
            if found:
                layer.set_weights(found)

    def give_optimizer(self, model: Sequential) -> str:
        """Put the optimizer's state in, so that training goes on; say why if it cannot be.

        Returns:
            "" or a sentence.
        """
        numbers = self.numbers
        if not numbers.has("optimizer/vars/0"):
            return "The file holds no state of the optimizer; it starts afresh."
        try:
            iterations = int(numbers.read("optimizer/vars/0", ()))
            start = 1
            if model.optimizer.schedule is None:
                model.optimizer.learning_rate = shortest(float(numbers.read("optimizer/vars/1", ())))
                start = 2
            names = list(model.optimizer.moments())
            order = moment_order(model, names)
            moments: dict[str, list[Array]] = {name: [] for name in names}
            for place, (name, index) in enumerate(order, start=start):
                shape = () if name == "u_product" else model.memory.variables[index].weight.shape
                moments[name].append(numbers.read(f"optimizer/vars/{place}", shape))
            if "u_product" in moments:
                moments["u_product"] = [moments["u_product"][0].reshape(1)]
            take_optimizer_moments(model, iterations, moments)
        except (RunError, ShapeError) as error:
            return f"The optimizer starts afresh: {error.message}"
        return ""


def read_keras(path: Path) -> KerasModel:
    """Read a `.keras` file.

    Raises:
        RunError: damaged, not a Sequential model, or with a layer or an argument that the engine has not;
            says which.
    """
    parts = unpack(path)
    document = _json(parts[CONFIG], path)
    try:
        experiment = parts.get(EXPERIMENT, b"").decode("utf-8", "replace")
        return replace(_model(document, parts[WEIGHTS], path), experiment=experiment)
    except RunError as error:
        raise RunError(f"{path}: {error.message}", error.remedy) from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError):
        raise RunError(f"{path}: its {CONFIG} is none of Keras 3.", "Save it again with Keras 3.") from None


def _json(content: bytes, path: Path) -> Any:
    depth = deepest = 0
    for byte in content:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    try:
        if deepest > _DEEPEST * 4:
            raise ValueError("too deep")
        return json.loads(content)
    except (ValueError, RecursionError):
        raise RunError(f"{path}: its {CONFIG} is damaged.", "Save it again with Keras 3.") from None


def _model(document: Any, weights: bytes, path: Path) -> KerasModel:
    kind, config = opened(document, "the model")
    if kind != "Sequential":
        raise RunError(f"It holds a {shown(kind)} model.", "Only Sequential models can be opened.")
    layers: list[Thing] = []
    places: list[str] = []
    shape: tuple[int, ...] | None = None
    counted: Counter[str] = Counter()
    for index, entry in enumerate(config["layers"]):
        name, settings = opened(entry, f"layer {index}")
        if shape is None:
            shape = _input_shape(settings, entry, document, config)
        if name == "InputLayer":
            continue
        where = f"layer {len(layers)} ({shown(settings.get('name', name))})"
        _set_axis(settings, entry)
        own = snake_case(name)
        places.append(f"layers/{own}_{counted[own]}" if counted[own] else f"layers/{own}")
        counted[own] += 1
        layers.append(_layer(name, settings, entry, where))
    if shape is None or not layers:
        raise RunError("It holds no layers, or does not say their input.", "Build the model before saving.")
    numbers = Numbers(weights, str(path))
    _check_size(layers, shape, numbers)
    compiled, notes = _compile(document.get("compile_config"))
    return KerasModel(
        str(config.get("name") or path.stem),
        shape,
        tuple(layers),
        compiled,
        numbers,
        tuple(places),
        tuple(notes),
    )


def _layer(name: str, settings: dict[str, Any], entry: Mapping[str, Any], where: str) -> Thing:
    if name in ("ReLU", "Softmax", "ELU"):
        return Thing("Activation", {"activation": activation_of(name, settings, where)})
    if name == "Bidirectional":
        settings.pop("backward_layer", None)  # Keras writes it even where it is the other's mirror image
    return thing_of("layer", {**entry, "config": settings}, where)


def _set_axis(settings: dict[str, Any], entry: Mapping[str, Any]) -> None:
    """Write the last axis as -1, however it was written."""
    axis = settings.get("axis")
    axes = axis if isinstance(axis, list) else [axis]
    shape = (entry.get("build_config") or {}).get("input_shape")
    if shape and axes == [len(shape) - 1]:
        settings["axis"] = -1


def _input_shape(*places: Any) -> tuple[int, ...] | None:
    settings, entry, document, config = places
    found = (
        settings.get("batch_shape")
        or settings.get("batch_input_shape")
        or (entry.get("build_config") or {}).get("input_shape")
        or config.get("build_input_shape")
        or (document.get("build_config") or {}).get("input_shape")
    )
    if found is None:
        return None
    rows = tuple(found[1:])
    if not rows or not all(type(size) is int and size > 0 for size in rows):
        raise RunError(
            f"It takes rows of shape {rows}, of which not all is fixed.",
            "Give every size in Keras: Input(shape=(10,)).",
        )
    return rows


def _check_size(layers: list[Thing], shape: tuple[int, ...], numbers: Numbers) -> None:
    """Refuse a network that is larger than the file that is to hold its weights."""
    parameters = 0
    for row in rows_of_stack(tuple(layers), shape):
        if row.problem is not None:
            raise RunError(row.problem.message, row.problem.remedy)
        parameters += row.parameters
    if parameters * 2 > numbers.size:
        raise RunError(f"Its layers have {parameters:,} parameters, more than the file holds.", "")


def _compile(document: Any) -> tuple[CompileSpec | None, list[str]]:
    if not isinstance(document, Mapping):
        return None, ["It was saved without a loss and an optimizer."]
    notes: list[str] = []
    try:
        optimizer = thing_of("optimizer", document["optimizer"], "the optimizer")
        loss = thing_of("loss", document["loss"], "the loss")
    except (NnTuiError, KeyError) as error:
        return None, [f"Its loss and optimizer were not taken over: {error}"]
    rate = optimizer.get("learning_rate")
    if isinstance(rate, float):
        optimizer = optimizer.with_settings(learning_rate=shortest(rate))
    metrics = []
    for metric in _flat(document.get("metrics")):
        try:
            metrics.append(thing_of("metric", metric, "a metric"))
        except NnTuiError as error:
            notes.append(f"Not taken over: {error.message}")
    return CompileSpec(loss, optimizer, tuple(metrics)), notes


def _flat(metrics: Any) -> list[Any]:
    if isinstance(metrics, (list, tuple)):
        return [metric for part in metrics for metric in _flat(part)]
    return [] if metrics is None else [metrics]


def shortest(number: float) -> float:
    """Give the shortest decimal of a float32: 0.001 for 0.0010000000474974513."""
    return float(str(np.float32(number)))
