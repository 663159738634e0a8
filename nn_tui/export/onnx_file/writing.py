"""A saved run as an ONNX file: raw rows in; probabilities and class names, or a number, out."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from nn_tui import __version__
from nn_tui.data.settings import TableSource
from nn_tui.engine.activations import Softmax
from nn_tui.errors import RunError
from nn_tui.experiment.prediction import TrainedRun
from nn_tui.export.onnx_file.activations import emit_activation
from nn_tui.export.onnx_file.columns import Columns, Given, reaches_beyond
from nn_tui.export.onnx_file.graph import ROWS, Flow, Graph, Size, file_bytes
from nn_tui.export.onnx_file.stack import emit_layers

_LARGEST = 2_000_000_000
"""Bytes of weights; a file of ONNX's is one message, which 2 GiB is the most for."""


def onnx_bytes(run: TrainedRun) -> tuple[bytes, list[str]]:
    """Write a run as an ONNX file that takes rows as they are in its data.

    A table's columns are inputs by their names, `(N, 1)` each, or `(N, steps)` for windows and series;
    arrays are one input, `rows`. A classification gives `probabilities` (N, classes) and `label` (N,), a
    regression `value` (N, outputs) in the target's own units.

    Returns:
        The file, and what a person should know of how rows are given.

    Raises:
        RunError: onnx is missing, or the network has what an ONNX file cannot hold; says what.
    """
    size = 4 * run.model.count_params()
    if size > _LARGEST:
        raise RunError(
            f"An ONNX file holds 2 GB of weights at most; the network has {size / 1e9:.1f} GB.",
            "Export to keras or safetensors.",
        )
    graph = Graph()
    x, kind, given = _rows(graph, run)
    taken = np.int64 if run.model.layers[0].takes_integers else np.float32
    if kind is not taken:
        x = x.again(graph.cast(x.name, taken))
    x = emit_layers(graph, run.model, x)
    x = Flow(graph.last(x), x.rank)
    if x.rank > 2:
        x = Flow(graph.add("Flatten", x.name, axis=1), 2)
    width = int(np.prod(run.model.layers[-1].output_shape))
    made = _class_outputs if run.task == "classification" else _number_outputs
    outputs = made(graph, run, x.name, width)
    notes = [one.note for one in given if one.note]
    if run.spec.data.settings.get("autoencoder"):
        notes.append("value: the input as the network has it, scaled")
    notes += [f"the output {wanted} is named {got}" for wanted, got in outputs.items() if got != wanted]
    content = file_bytes(
        graph.made(run.spec.name or "network"), _metadata(run, given, notes), __version__, _told(run)
    )
    return content, notes


def _rows(graph: Graph, run: TrainedRun) -> tuple[Flow, type[np.number[Any]], list[Given]]:
    """Write the inputs and what makes them the network's rows; give those and their type."""
    shape = tuple(int(size or 0) for size in run.model.input_shape[1:])
    if run.preparation is None:
        return _array(graph, run, shape)
    settings = TableSource(**run.spec.data.settings)
    in_steps = settings.series is not None or bool(settings.window)
    columns = Columns(graph, shape[0] if in_steps else None)
    x = columns.emit(run.preparation.features)
    if settings.series is not None:
        x = columns.emit_lengths(x)
    return x, np.int64 if run.preparation.is_sequence else np.float32, columns.given


def _array(
    graph: Graph, run: TrainedRun, shape: tuple[Size, ...]
) -> tuple[Flow, type[np.number[Any]], list[Given]]:
    shift, scale = np.asarray(run.shift, np.float32), np.asarray(run.scale, np.float32)
    as_it_is = not shift.any() and bool((scale == 1).all())
    kind = np.int64 if run.model.layers[0].takes_integers and as_it_is else np.float32
    told = "rows as they are in the data, before any scaling"
    name = graph.input("rows", kind, (ROWS, *shape), told)
    given = [Given(name, np.dtype(kind).name, (ROWS, *shape), told)]
    if not as_it_is:
        with graph.scope("scaling"):
            name = graph.add("Sub", name, graph.constant(shift, "shift"))
            name = graph.add("Div", name, graph.constant(scale, "scale"))
    return Flow(name, 1 + len(shape)), kind, given


def _class_outputs(graph: Graph, run: TrainedRun, value: str, width: int) -> dict[str, str]:
    """Write the probabilities and the names of the likeliest classes, as `TrainedRun.predictions` does."""
    with graph.scope("classes"):
        if run.link is not None:
            value = emit_activation(graph, run.link, value)
        if width == 1:
            one = graph.constant(np.float32(1), "one")
            if run.model.loss.signed:  # from -1 for no to 1 for yes
                half, none = graph.constant(np.float32(0.5), "half"), graph.constant(np.float32(0), "none")
                value = graph.add("Mul", graph.add("Add", value, one), half)
                value = graph.add("Clip", value, none, one)
            value = graph.add("Concat", graph.add("Sub", one, value), value, axis=-1)
        elif not _sums_to_one(run):
            total = graph.add("ReduceSum", value, graph.whole(-1))
            total = graph.add("Max", total, graph.constant(np.float32(1e-12), "least"))
            value = graph.add("Div", value, total)
        names = [*run.classes, *(str(number) for number in range(len(run.classes), max(width, 2)))]
        likeliest = graph.add("ArgMax", value, axis=1, keepdims=0)
        label = graph.add("Gather", graph.constant(names, "names"), likeliest, axis=0)
    told = f"of {', '.join(names)}, in this order"
    return {
        "probabilities": graph.output("probabilities", value, np.float32, (ROWS, max(width, 2)), told),
        "label": graph.output("label", label, str, (ROWS,), "the likeliest class"),
    }


def _sums_to_one(run: TrainedRun) -> bool:
    """Whether the probabilities come out of a softmax over all of them."""
    last = run.model.layers[-1]
    if run.link is not None:
        return type(run.link) is Softmax
    return len(last.output_shape) == 1 and type(getattr(last, "activation", None)) is Softmax


def _number_outputs(graph: Graph, run: TrainedRun, value: str, width: int) -> dict[str, str]:
    """Write the numbers in the target's own units; in float64 where float32 does not hold them."""
    kind: Any = np.float32
    prepared = run.preparation
    scaled = bool(run.spec.data.settings.get("autoencoder"))
    told = "the input as the network has it, scaled" if scaled else f"{run.target} in its own units"
    if prepared is not None and (prepared.target_shift, prepared.target_scale) != (0.0, 1.0):
        with graph.scope("own_units"):
            shift, scale = prepared.target_shift, prepared.target_scale
            if reaches_beyond(shift, scale):
                # onnxruntime leaves out a sum with a tiny number, which it takes for 0.
                kind, value = np.float64, graph.cast(value, np.float64)
                value = graph.add("Add", value, graph.constant(np.float64(shift / scale), "shift"))
                value = graph.add("Mul", value, graph.constant(np.float64(scale), "scale"))
            else:
                value = graph.add("Mul", value, graph.constant(np.float32(scale), "scale"))
                value = graph.add("Add", value, graph.constant(np.float32(shift), "shift"))
    return {"value": graph.output("value", value, kind, (ROWS, width), told)}


def _metadata(run: TrainedRun, given: list[Given], notes: list[str]) -> dict[str, str]:
    """Give what else is to be known of the run."""
    inputs: list[dict[str, Any]] = [
        {"name": one.name, "type": one.kind, "shape": list(one.shape), "given": one.told} for one in given
    ]
    features = run.features if run.preparation is None else run.preparation.outputs
    everything = {
        "nn_tui_version": __version__,
        "run": run.id,
        "name": run.spec.name,
        "task": run.task,
        "target": run.target,
        "classes": _as_json(list(run.classes)),
        "features": _as_json(list(features)),
        "inputs": _as_json(inputs),
        "notes": "\n".join(notes),
    }
    return {name: text for name, text in everything.items() if text}


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def _told(run: TrainedRun) -> str:
    kind = "A classification" if run.task == "classification" else "A prediction"
    return f"{kind} of {run.target}, trained on {run.spec.data.source} with nn-tui."
