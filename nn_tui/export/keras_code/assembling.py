"""From a model as the program builds it to the parts of a spec."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nn_tui.declare import aliases, canonical, registered, shown
from nn_tui.engine.naming import snake_case
from nn_tui.errors import SpecError
from nn_tui.experiment.shapes import rows_of_stack
from nn_tui.experiment.spec import CompileSpec, FitSpec, Thing
from nn_tui.export.keras_code.orders import COMPILE, FIT, FIT_GENERATOR, order_of
from nn_tui.export.keras_code.things import arguments, by_order, plain, registered_name, thing_of
from nn_tui.export.keras_code.values import Made, Name, Stack, refused, told

MOST_LAYERS = 1000
_SCALING = ("Rescaling", "Normalization")
_EPOCHS = 20
"""Where the program does not train."""
Shape = tuple[int, ...]


@dataclass
class Parts:
    """What a model of the program says of an experiment, and what it does not."""

    layers: list[Thing] = field(default_factory=list)
    shape: Shape | None = None
    """One row's; None when the program does not say it."""
    compiled: CompileSpec | None = None
    fit: FitSpec | None = None
    validation_split: float | None = None
    """As given to `fit`; None when it was not."""
    validation_rows: bool = False
    """Whether rows for validation were given to `fit`."""
    notes: list[str] = field(default_factory=list)


def assembled(stack: Stack) -> Parts:
    """Read a model: its layers, `compile` and `fit`.

    Raises:
        SpecError: something cannot be understood; says the line.
    """
    parts = Parts()
    for layer in _flat(stack, 0):
        _add_layer(parts, layer, stack.line)
    if stack.shape is not None and parts.shape is None:
        parts.shape = _rows(stack.shape, with_batch=True)
    if not parts.layers:
        raise refused(stack.line, "the model has no layers.", "Add them: Sequential([Dense(1)]).")
    if stack.compiled is not None:
        parts.compiled = _compiled(stack.compiled, parts)
    if parts.compiled is None:
        parts.compiled = compile_for(parts.layers)
        loss = parts.compiled.loss.type
        parts.notes.append(f"How it learns is assumed: Adam, {loss}.")
    if stack.rate is not None:
        line, rate = stack.rate
        made = Made("optimizers.Rate", line, "", [], {"learning_rate": rate})
        optimizer = parts.compiled.optimizer
        rate = _learning_rate(made, optimizer.type)
        optimizer = optimizer.with_settings(learning_rate=rate)
        parts.compiled = CompileSpec(parts.compiled.loss, optimizer, parts.compiled.metrics)
    if stack.fitted is not None:
        parts.fit = _fitted(stack.fitted, parts)
    return parts


def _flat(stack: Stack, depth: int) -> list[Any]:
    """Give the layers of a model, those of a model within it in its place."""
    found: list[Any] = []
    for layer in stack.layers:
        if isinstance(layer, Stack) and depth < 5:
            found += _flat(layer, depth + 1)
        else:
            found.append(layer)
    if len(found) > MOST_LAYERS:
        raise refused(stack.line, f"the model has {len(found):,} layers.", f"{MOST_LAYERS:,} is the most.")
    return found


def _add_layer(parts: Parts, layer: Any, line: int) -> None:
    if isinstance(layer, Name) and layer.inside is not None:
        layer = Made(layer.inside, line, layer.last)
    if not isinstance(layer, Made):
        thing_of("layer", layer, line)
        raise refused(line, f"{told(layer)} is no layer.", "Add a layer such as Dense(16).")
    if layer.is_input:
        if parts.layers:
            raise refused(layer.line, f"{layer.name} stands after other layers.", "Put it first.")
        parts.shape = _input_rows(by_order(layer, order_of("layer", layer.name)))
        return
    if not parts.layers and parts.shape is None:
        parts.shape = _input_rows(_named(layer), words="input_dim" if layer.name == "Embedding" else "")
    if not parts.layers and layer.name in _SCALING:
        parts.notes.append(f"Line {layer.line}: {layer.name} is passed over; the data are scaled instead.")
        return
    parts.layers.append(thing_of("layer", _with_axis(layer, parts), layer.line))


def _named(layer: Made) -> dict[str, Any]:
    """Give a layer's arguments by name, as far as it is known here."""
    return arguments("layer", layer.name, layer) if layer.name in registered("layer") else layer.named


def _with_axis(layer: Made, parts: Parts) -> Made:
    """Write the last axis as -1, however it was written."""
    given = _named(layer)
    axis = given.get("axis")
    axis = axis[0] if isinstance(axis, (list, tuple)) and len(axis) == 1 else axis
    if type(axis) is not int or axis < 0 or parts.shape is None:
        return layer
    row = rows_of_stack(parts.layers, parts.shape)[-1]
    if row.problem is not None or axis != len(row.output_shape):
        return layer
    return Made(layer.path, layer.line, layer.text, [], {**given, "axis": -1})


def _input_rows(given: dict[str, Any], words: str = "") -> Shape | None:
    """Give one row's shape by what is said of it in a layer's arguments."""
    for key in ("batch_shape", "batch_input_shape"):
        if given.get(key) is not None:
            return _rows(given[key], with_batch=True)
    for key in ("shape", "input_shape", "input_dim", "input_length"):
        if key != words and given.get(key) is not None:
            return _rows(given[key], with_batch=False)
    return None


def _rows(shape: Any, *, with_batch: bool) -> Shape | None:
    sizes = (shape,) if type(shape) is int else shape
    if not isinstance(sizes, (list, tuple)):
        return None
    sizes = tuple(sizes)[1:] if with_batch else tuple(sizes)
    fixed = all(type(size) is int and 0 < size <= 10**9 for size in sizes)
    return sizes if fixed and 0 < len(sizes) <= 8 else None


def _compiled(made: Made, parts: Parts) -> CompileSpec | None:
    given = by_order(made, COMPILE)
    if isinstance(given.get("loss_weights"), (list, str)) and "metrics" not in given:
        given["metrics"] = given.pop("loss_weights")  # the third one was the metrics before Keras 3
    optimizer = thing_of("optimizer", given.get("optimizer", "rmsprop"), made.line)
    loss = given.get("loss")
    if loss is None:
        parts.notes.append(f"Line {made.line}: compile names no loss.")
        assumed = compile_for(parts.layers)
        return CompileSpec(assumed.loss, optimizer, _metrics(given, made.line, parts))
    if isinstance(loss, (list, tuple)) and len(loss) == 1:
        loss = loss[0]
    return CompileSpec(thing_of("loss", loss, made.line), optimizer, _metrics(given, made.line, parts))


def _metrics(given: dict[str, Any], line: int, parts: Parts) -> tuple[Thing, ...]:
    metrics: list[Thing] = []
    for key in ("metrics", "weighted_metrics"):
        listed = given.get(key)
        for one in listed if isinstance(listed, (list, tuple)) else [] if listed is None else [listed]:
            try:
                metric = _metric(one, line)
            except SpecError as error:
                parts.notes.append(f"A metric is passed over: {error}")
                continue
            if metric.type not in [other.type for other in metrics]:
                metrics.append(metric)
    return tuple(metrics)


def _metric(given: Any, line: int) -> Thing:
    """Read a metric; its type is the name it is logged under."""
    if isinstance(given, str):
        registered_name("metric", given, line)
        return Thing(given if _is_metric(given) else snake_case(given))
    metric = thing_of("metric", given, line)
    called = given.named.get("name") if isinstance(given, Made) else None
    if isinstance(called, str) and called in (metric.type, *aliases("metric", metric.type)):
        return Thing(called, metric.settings)
    return metric


def _is_metric(name: str) -> bool:
    try:
        return bool(canonical("metric", name))
    except SpecError:
        return False


def compile_for(layers: Sequence[Thing]) -> CompileSpec:
    """Give what suits a network's output, where nothing says how it learns."""
    last, units = _output(layers)
    if last == "softmax" or (last == "sigmoid" and units > 1):
        loss, metric = "sparse_categorical_crossentropy", "accuracy"
    elif last == "sigmoid":
        loss, metric = "binary_crossentropy", "accuracy"
    else:
        loss, metric = "mean_squared_error", "mean_absolute_error"
    return CompileSpec(Thing(loss), Thing("Adam"), (Thing(metric),))


def _output(layers: Sequence[Thing]) -> tuple[str, int]:
    """Give the last activation's name and the number of units before it."""
    name = ""
    for layer in reversed(layers):
        activation = layer.get("activation")
        kind = activation.get("type") if isinstance(activation, dict) else activation
        name = name or str(kind or "")
        if layer.type != "Activation":
            return name, int(layer.get("units", layer.get("filters", 1)))
    return name, 1


def _learning_rate(made: Made, optimizer: str) -> Any:
    made.path = f"optimizers.{optimizer}"
    return thing_of("optimizer", made, made.line).get("learning_rate")


def _fitted(made: Made, parts: Parts) -> FitSpec:
    given = by_order(made, FIT_GENERATOR if made.name == "fit_generator" else FIT)
    if "nb_epoch" in given:
        given["epochs"] = given.pop("nb_epoch")
    numbers: dict[str, int] = {}
    for key, default in (("batch_size", 32), ("epochs", 1)):
        value = given.get(key)
        number = default if value is None else plain(value, f"fit: {key}", made.line)
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        if type(number) is not int or number < 1:
            message = f"fit: {key} must be a whole number from 1, got {shown(number)}."
            raise refused(made.line, message, f"Set {key} to 1 or more.")
        numbers[key] = number
    split = given.get("validation_split")
    if split is not None:
        split = plain(split, "fit: validation_split", made.line)
        if type(split) not in (int, float) or not 0 <= split < 1:
            message = f"fit: validation_split must be from 0 to below 1, got {shown(split)}."
            raise refused(made.line, message, "Set it to 0.1 for a tenth.")
        parts.validation_split = float(split)
    parts.validation_rows = given.get("validation_data") is not None
    shuffle = given.get("shuffle", True)
    for key in ("class_weight", "sample_weight", "initial_epoch"):
        if given.get(key):
            parts.notes.append(f"Line {made.line}: {key} is passed over.")
    return FitSpec(
        batch_size=numbers["batch_size"],
        epochs=numbers["epochs"],
        shuffle=bool(shuffle) if isinstance(shuffle, (bool, int, str)) else True,
        callbacks=tuple(_callbacks(given.get("callbacks"), made.line, parts)),
    )


def _callbacks(given: Any, line: int, parts: Parts) -> list[Thing]:
    found = []
    for one in given if isinstance(given, (list, tuple)) else [] if given is None else [given]:
        name = one.name if isinstance(one, Made) else told(one)
        if isinstance(one, Made) and name in registered("callback"):
            found.append(thing_of("callback", one, one.line))
        else:
            where = one.line if isinstance(one, Made) else line
            parts.notes.append(f"Line {where}: the callback {name} is passed over.")
    return found


def not_trained() -> FitSpec:
    """Give how long a network is trained whose program does not train it."""
    return FitSpec(epochs=_EPOCHS)
