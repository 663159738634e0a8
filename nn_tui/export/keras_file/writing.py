"""A trained network as the file that `keras.saving.load_model` opens, its optimizer's state included."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import canonical, find, params
from nn_tui.engine.layers import Bidirectional
from nn_tui.engine.layers.layer import Layer
from nn_tui.engine.layers.recurrent import Recurrent
from nn_tui.engine.models import Sequential
from nn_tui.engine.moments import optimizer_moments
from nn_tui.engine.naming import snake_case
from nn_tui.errors import RunError
from nn_tui.experiment.spec import CompileSpec, Thing
from nn_tui.export.in_keras import require_compiled_in_keras
from nn_tui.export.keras_file.objects import Config, class_name, packed, written
from nn_tui.export.keras_file.storage import CONFIG, EXPERIMENT, METADATA, WEIGHTS, pack, write_arrays

Array = NDArray[Any]

_VERSION = "3.10.0"
"""The oldest Keras whose files these are like."""
_AS_LAYERS = {"leaky_relu": ("LeakyReLU", "negative_slope"), "elu": ("ELU", "alpha")}
"""Activations that Keras can give a setting only as layers of their own."""
BLOCKS = ("RMSprop",)
"""Optimizers whose states lie one kind after the other; the others' lie weight by weight."""
LAST = ("velocity_hat", "u_product")
"""States that lie behind all others."""


def keras_bytes(model: Sequential, compiled: CompileSpec, experiment: str = "") -> bytes:
    """Write a network as a `.keras` file.

    Args:
        model: what was trained.
        compiled: how it learns, as the spec says it.
        experiment: the whole spec as TOML, which goes along for this program. Default: left out.

    Raises:
        SpecError: Keras has no such loss, optimizer or metric.
        RunError: h5py is missing, or the network has what Keras cannot say.
    """
    parts = list(_layers(model))
    config = _config(model, compiled, parts)
    arrays: list[tuple[str, Array]] = []
    groups = ["layers", "vars"]
    counted: Counter[str] = Counter()
    for part, layer, owns in parts:
        own_name = snake_case(part["class_name"])
        count = counted[own_name]
        counted[own_name] += 1
        group = f"layers/{own_name}_{count}" if count else f"layers/{own_name}"
        groups.append(f"{group}/vars")
        if owns:
            arrays += weight_places(layer, group)
    arrays += _optimizer_arrays(model)
    date = datetime.now(UTC).strftime("%Y-%m-%d@%H:%M:%S")
    return pack(
        {
            METADATA: json.dumps({"keras_version": _VERSION, "date_saved": date}).encode(),
            CONFIG: json.dumps(config).encode(),
            WEIGHTS: write_arrays(arrays, groups),
            **({EXPERIMENT: experiment.encode()} if experiment else {}),
        }
    )


def network_config(model: Sequential, compiled: CompileSpec) -> Config:
    """Describe a network as `keras.models.model_from_json` takes it; needs no h5py.

    Raises:
        RunError: the network has what Keras cannot say.
    """
    return _config(model, compiled, list(_layers(model)))


def _config(model: Sequential, compiled: CompileSpec, parts: list[tuple[Config, Layer, bool]]) -> Config:
    require_compiled_in_keras(compiled)
    rows = model.input_shape[1:]
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {
            "name": snake_case(_name(model.name)),
            "trainable": True,
            "dtype": "float32",
            "layers": [_input(rows), *(part for part, _, _ in parts)],
            "build_input_shape": [None, *rows],
        },
        "registered_name": None,
        "build_config": {"input_shape": [None, *rows]},
        "compile_config": _compile(compiled),
    }


def weight_places(layer: Layer, group: str) -> Iterator[tuple[str, Array]]:
    """Give a layer's weights with the places where Keras has them."""
    weights = {name: layer.weight(name) for name in layer.weight_names}
    if isinstance(layer, Bidirectional):
        for half in ("forward", "backward"):
            own = [array for name, array in weights.items() if name.startswith(f"{half}_")]
            yield from ((f"{group}/{half}_layer/cell/vars/{i}", array) for i, array in enumerate(own))
        return
    inner = "cell/vars" if isinstance(layer, Recurrent) else "vars"
    yield from ((f"{group}/{inner}/{i}", array) for i, array in enumerate(weights.values()))


def _name(name: str) -> str:
    """Keep of a run's name what Keras allows in a model's."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name).strip("_")
    return kept or "sequential"


def _input(rows: tuple[int | None, ...]) -> Config:
    return packed(
        "layer", "InputLayer", {"batch_shape": [None, *rows], "dtype": "float32", "name": "input"}
    )


def _layers(model: Sequential) -> Iterator[tuple[Config, Layer, bool]]:
    """Give each of Keras's layers, the layer of ours it comes from, and whether it has its weights."""
    for layer in model.layers:
        config = {"name": layer.name, "trainable": bool(layer.trainable), "dtype": "float32"}
        after: Config | None = None
        for param in params(type(layer)):
            value = layer.get_config()[param.name]
            kind = param.knob.kind
            if kind == "activation":
                value, after = _activation(value, layer)
            elif kind == "layer":
                value = _inner(value, layer)
            elif kind is not None:
                value = written(kind, value)
            config[param.name] = list(value) if isinstance(value, tuple) else value
        if isinstance(layer, Bidirectional):
            config["merge_mode"] = "concat"
        if after is not None and isinstance(layer, Recurrent):
            raise RunError(
                f"{layer.name}: Keras has no such {after['class_name']} inside a recurrent layer.",
                "Take the activation's usual setting.",
            )
        made = packed("layer", type(layer).__name__, config)
        made["build_config"] = {"input_shape": [None, *layer.input_shape]}
        yield made, layer, True
        if after is not None:
            after["config"] |= {"name": f"{layer.name}_activation", "dtype": "float32"}
            yield after, layer, False


def _activation(value: Any, layer: Layer) -> tuple[Any, Config | None]:
    """Give an activation's name; one with a setting of its own becomes a layer behind this one."""
    if not isinstance(value, Mapping):
        return value, None
    name = canonical("activation", value["type"])
    usual = {param.name: param.default for param in params(find("activation", name))}
    settings = {key: item for key, item in value.items() if key != "type" and item != usual[key]}
    if not settings:
        return name, None
    if name not in _AS_LAYERS:
        raise RunError(
            f"{layer.name}: a .keras file cannot say {name} with {settings}.",
            "Take the activation's usual setting.",
        )
    layer_name, argument = _AS_LAYERS[name]
    return "linear", packed("layer", layer_name, {argument: settings[argument]})


def _inner(value: Mapping[str, Any], layer: Layer) -> Config:
    """Write the layer inside a Bidirectional."""
    inner = find("layer", value["type"])
    config: Config = {"dtype": "float32"}
    if not layer.trainable:
        value = {**value, "trainable": False}  # else Keras trains the weights inside a frozen Bidirectional
    for param in params(inner):
        if param.name in value:
            item, kind = value[param.name], param.knob.kind
            if kind == "activation":
                item, after = _activation(item, layer)
                if after is not None:
                    raise RunError(
                        f"{layer.name}: Keras has no {after['class_name']} with such a setting there.",
                        "Take the activation's usual setting.",
                    )
            elif kind is not None:
                item = written(kind, item)
            config[param.name] = item
    return packed("layer", inner.__name__, config)


def _compile(compiled: CompileSpec) -> Config:
    loss = compiled.loss
    settings = {
        param.name: loss.settings.get(param.name, param.default)
        for param in params(find("loss", loss.type))
    }
    return {
        "optimizer": _optimizer(compiled.optimizer),
        "loss": packed("loss", class_name("loss", canonical("loss", loss.type)), settings),
        "loss_weights": None,
        "metrics": [_metric(metric) for metric in compiled.metrics],
        "weighted_metrics": None,
        "run_eagerly": False,
        "steps_per_execution": 1,
        "jit_compile": False,
    }


def _optimizer(optimizer: Thing) -> Config:
    config: Config = {}
    for param in params(find("optimizer", optimizer.type)):
        value = optimizer.settings.get(param.name, param.default)
        is_schedule = param.name == "learning_rate" and isinstance(value, (str, Mapping))
        config[param.name] = written("schedule", value) if is_schedule else value
    return packed("optimizer", optimizer.type, config)


def _metric(metric: Thing) -> Any:
    name = canonical("metric", metric.type)
    if name == "accuracy":
        return metric.type
    settings: Config = {**metric.settings, "name": metric.type}
    if name == "f1_score":
        settings.setdefault("average", "macro")
    return packed("metric", class_name("metric", name), settings)


def _optimizer_arrays(model: Sequential) -> list[tuple[str, Array]]:
    """Give the optimizer's state in Keras's order: the count of steps, the rate, then the moments."""
    if model.memory.slopes is None:
        return []
    optimizer = model.optimizer
    arrays: list[Array] = [np.asarray(optimizer.iterations, np.int32)]
    if optimizer.schedule is None:
        arrays.append(np.asarray(optimizer.learning_rate, np.float32))
    moments = optimizer_moments(model)
    for name, index in moment_order(model, list(moments)):
        moment = moments[name][index].astype(np.float32)
        arrays.append(moment.reshape(()) if name == "u_product" else moment)
    return [(f"optimizer/vars/{index}", array) for index, array in enumerate(arrays)]


def moment_order(model: Sequential, names: list[str]) -> list[tuple[str, int]]:
    """Say in which order Keras writes the moments: each one's name and the number of its weight."""
    count = len(model.memory.variables)
    several = [name for name in names if name not in LAST]
    if type(model.optimizer).__name__ in BLOCKS:
        order = [(name, index) for name in several for index in range(count)]
    else:
        order = [(name, index) for index in range(count) for name in several]
    for name in LAST:
        if name in names:
            order += [(name, index) for index in range(1 if name == "u_product" else count)]
    return order
