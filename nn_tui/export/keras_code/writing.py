"""An experiment as Keras code that runs as it is."""

from __future__ import annotations

import inspect
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nn_tui.data.settings import NO_ROWS
from nn_tui.declare import Kind, aliases, canonical, find, in_keras, params, sentence
from nn_tui.engine.naming import camel_case
from nn_tui.experiment.build import class_weights, load_data
from nn_tui.experiment.files import write_whole
from nn_tui.experiment.shapes import input_shape_of
from nn_tui.experiment.spec import Spec, Thing
from nn_tui.export.in_keras import require_in_keras
from nn_tui.export.keras_code.block import written_block

_MODULES: dict[Kind, str] = {
    "layer": "layers",
    "optimizer": "optimizers",
    "loss": "losses",
    "initializer": "initializers",
    "regularizer": "regularizers",
    "callback": "callbacks",
    "metric": "metrics",
    "schedule": "optimizers.schedules",
    "activation": "activations",
}


def keras_code(spec: Spec) -> str:
    """Write the experiment as a Python program for Keras 3.

    The program makes the same rows by the same recipe, scales and splits them in the same way and
    trains the same network; only the random numbers of weights and order are Keras's own.

    Raises:
        SpecError: Keras has not what the experiment is made of; says what.
        DataError: the data cannot be read.
    """
    require_in_keras(spec)
    model, compiled, fit = _model(spec), _compile(spec), _fit(spec)
    roots = sorted({module.split(".")[0] for module in _MODULES.values()})
    used = [name for name in roots if re.search(rf"\b{name}\.", model + compiled + fit)]
    head = "\n".join(
        [
            f'"""{_safe(spec.name)}: an experiment of nn-tui as Keras code."""',
            "",
            written_block(spec),
            "",
            "import math",
            "",
            "import keras",
            "import numpy as np",
            f"from keras import {', '.join(used)}",
            "",
            f"keras.utils.set_random_seed({spec.seed})",
            *(
                [f"keras.config.set_floatx({spec.compile.dtype!r})"]
                if spec.compile.dtype != "float32"
                else []
            ),
        ]
    )
    return "\n\n".join([head, _rows(spec), _split(spec), model, compiled, fit])


def _safe(text: str) -> str:
    """Take away what could end the docstring or drive a terminal."""
    return "".join(letter for letter in text if letter.isprintable() and letter not in '"\\')


def _rows(spec: Spec) -> str:
    """Write the recipe of the data, with the settings of this experiment."""
    name = spec.data.source
    if name == NO_ROWS:
        shape = ", ".join(map(str, input_shape_of(spec)))
        return "\n".join(
            [
                f"# Your rows: x_train of shape (rows, {shape}), and y_train.",
                f"rows = np.load({_file(spec)!r})",
                'x, y = rows["x_train"], rows["y_train"]',
            ]
        )
    if not generated(spec):
        return "\n".join(
            [
                "# The rows, split and turned into numbers as in the experiment; this file is written by",
                f"# nn-tui code ... --data {_file(spec)}",
                f"rows = np.load({_file(spec)!r})",
                'x, y = rows["x_train"], rows["y_train"]',
            ]
        )
    generator = find("dataset", name)
    settings = {
        param.name: spec.data.settings.get(param.name, param.default) for param in params(generator)
    }
    if name == "clinical-trial":
        return _clinical(settings)
    return _playground(name, settings)


def generated(spec: Spec) -> bool:
    """Whether the rows are made by a recipe that the program can repeat; else they have to be read."""
    return spec.data.source == "clinical-trial" or _drawing(spec.data.source) is not None


def _drawing(name: str) -> Callable[..., Any] | None:
    """Give what draws the points of a set of TensorFlow Playground; None for others."""
    from nn_tui.data.generators import playground

    return getattr(playground, f"{name.replace('-', '_')}_points", None)


def _file(spec: Spec) -> str:
    name = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in spec.name)
    return f"{name or 'rows'}.npz"


def write_rows(spec: Spec, path: Path) -> None:
    """Write the rows of an experiment, ready to train on, as the NPZ file that its Keras code reads.

    Raises:
        DataError: the data cannot be read.
        RunError: the file cannot be written.
    """
    data = load_data(spec.data)
    arrays = {}
    for name, split in (("train", data.train), ("validation", data.validation), ("test", data.test)):
        if split is not None:
            arrays[f"x_{name}"], arrays[f"y_{name}"] = split.x, split.y
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    write_whole(path, content.getvalue())


def _clinical(settings: Mapping[str, Any]) -> str:
    from nn_tui.data.generators import clinical

    rows, noise, seed = settings["rows"], settings["noise"], settings["seed"]
    return "\n".join(
        [
            _source(clinical.unusual_people),
            _source(clinical._people),
            f"random = np.random.default_rng({seed})",
            f"x, y = people({rows}, {noise}, random)",
            f"x_test, y_test = people({max(20, rows // 5)}, {noise}, random)",
        ]
    )


def _playground(name: str, settings: Mapping[str, Any]) -> str:
    from nn_tui.data.generators import playground

    draw = _drawing(name)
    assert draw is not None
    helpers = [playground.between, playground.shuffled]
    if name == "gauss":
        helpers.append(playground.normal)
    lines = [_source(function) for function in (*helpers, draw)]
    if name == "multi-gaussian":
        lines.insert(0, f"_BUMPS = {playground._BUMPS!r}\n\n")
    labels = "(points[:, 2] > 0).astype(np.int64)"
    if _predicts_values(name):
        labels = "points[:, 2].astype(np.float32)"
    return "\n".join(
        [
            *lines,
            f"source = np.random.default_rng({settings['seed']})",
            f"drawn = {draw.__name__}({settings['rows']}, {settings['noise']}, source)",
            "points = np.array(shuffled(drawn, source))",
            f"x, y = points[:, :2].astype(np.float32), {labels}",
        ]
    )


def _predicts_values(name: str) -> bool:
    from nn_tui.data.sources import load

    return load(name, {"rows": 20}).task == "regression"


def _source(function: Any) -> str:
    """Give a recipe's own source, without the types that only this program knows."""
    lines = inspect.getsource(function).rstrip().split("\n")
    start = next(
        index for index, line in enumerate(lines) if line.endswith(":") and not line.startswith("@")
    )
    names = list(inspect.signature(function).parameters)
    head = f"def {function.__name__.removeprefix('_')}({', '.join(names)}):"
    return "\n".join([head, *lines[start + 1 :], "\n"])


def _split(spec: Spec) -> str:
    data = spec.data
    if data.source == NO_ROWS:
        return "# All rows are used."
    if not generated(spec):
        parts = load_data(data)
        named = (("validation", parts.validation), ("test", parts.test))
        lines = [f'x_{name}, y_{name} = rows["x_{name}"], rows["y_{name}"]' for name, part in named if part]
        return "\n".join(lines) or "# All rows are training rows."
    lines = []
    if data.test_split:
        lines += [
            f"at = math.floor(len(x) * (1 - {data.test_split}))",
            "x, x_test, y, y_test = x[:at], x[at:], y[:at], y[at:]",
        ]
    has_test = bool(data.test_split) or data.source == "clinical-trial"
    if data.scaling != "none":
        lines.append(f"trained = x[: math.floor(len(x) * (1 - {data.validation_split}))]")
        if data.scaling == "minmax":
            lines.append("shift, scale = trained.min(axis=0), np.ptp(trained, axis=0)")
        else:
            lines.append("shift, scale = trained.mean(axis=0), trained.std(axis=0)")
        lines.append("x = (x - shift) / scale")
        if has_test:
            lines.append("x_test = (x_test - shift) / scale")
    return "\n".join(lines) or "# The rows are used as they are."


def _model(spec: Spec) -> str:
    shape = input_shape_of(spec)
    lines = ["model = keras.Sequential(", "    [", f"        layers.Input(shape={shape!r}),"]
    lines += [f"        {_call('layer', layer)}," for layer in spec.layers]
    return "\n".join([*lines, "    ]", ")", "model.summary()"])


def _compile(spec: Spec) -> str:
    loss = spec.compile.loss
    if loss.settings:
        written = f"losses.{camel_case(loss.type)}({_arguments('loss', loss)})"
    else:
        written = repr(loss.type)
    return "\n".join(
        [
            "model.compile(",
            f"    optimizer={_call('optimizer', spec.compile.optimizer)},",
            f"    loss={written},",
            f"    metrics=[{', '.join(map(_metric, spec.compile.metrics))}],",
            ")",
        ]
    )


def _fit(spec: Spec) -> str:
    data, fit = spec.data, spec.fit
    arguments = ["x=x", "y=y"]
    by_share = generated(spec) or data.source == NO_ROWS
    rows = None if by_share else load_data(data)
    if rows is not None and rows.validation is not None:
        arguments.append("validation_data=(x_validation, y_validation)")
    elif data.validation_split and rows is None:
        arguments.append(f"validation_split={data.validation_split}")
    arguments += [
        f"batch_size={fit.batch_size}",
        f"epochs={fit.epochs}",
        f"shuffle={fit.shuffle}",
        "verbose=2",
    ]
    if weights := class_weights(spec, load_data(data)) if fit.class_weight != "none" else None:
        written = ", ".join(f"{number}: {weight!r}" for number, weight in weights.items())
        arguments.insert(-1, f"class_weight={{{written}}}")
    if calls := [_call("callback", one) for one in fit.callbacks if in_keras(find("callback", one.type))]:
        arguments.insert(-1, f"callbacks=[{', '.join(calls)}]")
    lines = _callbacks_left_out(spec)
    lines += ["model.fit(", *(f"    {argument}," for argument in arguments), ")"]
    if data.test_split or data.source == "clinical-trial" or (rows is not None and rows.test is not None):
        lines.append("print(model.evaluate(x_test, y_test, verbose=0, return_dict=True))")
    return "\n".join(lines)


def _callbacks_left_out(spec: Spec) -> list[str]:
    """Return comments on the callbacks that Keras does not have."""
    names = dict.fromkeys(
        one.type for one in spec.fit.callbacks if not in_keras(find("callback", one.type))
    )
    lines = [
        f"# Keras has no callback {name}; nn-tui: {sentence(find('callback', name))}" for name in names
    ]
    return [*lines, "# Here all labels are known."] if "HideLabels" in names else lines


def _call(kind: Kind, thing: Thing) -> str:
    return f"{_MODULES[kind]}.{thing.type}({_arguments(kind, thing)})"


def _metric(metric: Thing) -> str:
    """Write a metric by its name where Keras then means the same, else as a call."""
    name = canonical("metric", metric.type)
    if name == "f1_score":
        metric = Thing(metric.type, {"average": "macro", **metric.settings})
    elif not metric.settings:
        return repr(metric.type)
    by_class = next(alias for alias in (*aliases("metric", name), name) if alias[0].isupper())
    return f"metrics.{by_class}({_arguments('metric', metric)}, name={metric.type!r})"


def _arguments(kind: Kind, thing: Thing) -> str:
    by_name = {param.name: param for param in params(find(kind, thing.type))}
    # Where Keras has no default.
    needed = [name for name in by_name if kind == "schedule" or name in ("schedule", "filename")]
    thing = Thing(thing.type, {**{name: by_name[name].default for name in needed}, **thing.settings})
    inner = thing.get("layer")
    if isinstance(inner, Mapping) and not thing.get("trainable", True):
        # Made with trainable=False, a Bidirectional of Keras still has its inner weights trained.
        thing = thing.with_settings(layer={**inner, "trainable": False})
    return ", ".join(
        f"{name}={_value(by_name[name].knob.kind, value, by_epoch=kind == 'callback')}"
        for name, value in thing.settings.items()
    )


def _value(kind: Kind | None, value: Any, by_epoch: bool = False) -> str:
    """Write a setting; a thing with settings of its own becomes a call."""
    if kind == "schedule" and isinstance(value, str):
        value = {"type": value}
    if not isinstance(value, Mapping) or kind is None:
        return repr(value)
    thing = Thing(value["type"], {key: item for key, item in value.items() if key != "type"})
    if not thing.settings and kind in ("activation", "initializer", "regularizer"):
        return repr(thing.type)
    if kind == "activation":
        return f"lambda x: activations.{thing.type}(x, {_arguments(kind, thing)})"
    if kind == "initializer":
        return f"initializers.{camel_case(thing.type)}({_arguments(kind, thing)})"
    if kind == "schedule" and by_epoch:
        # Keras wants a Python number of LearningRateScheduler's function.
        return f"lambda epoch: float({_call(kind, thing)}(epoch))"
    return _call(kind, thing) if kind in _MODULES else repr(thing.type)
