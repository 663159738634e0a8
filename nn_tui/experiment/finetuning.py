"""Taking the weights of a trained network: into one like it, or its own with a new head for other data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nn_tui.declare import find, params
from nn_tui.errors import RunError, SpecError
from nn_tui.experiment.build import build_layer, load_data
from nn_tui.experiment.prediction import open_run
from nn_tui.experiment.proposal import output_for
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.spec import CompileSpec, Spec, StartSpec, Thing
from nn_tui.experiment.start import (
    StartWeights,
    is_frozen,
    keep_weights,
    stack_signatures,
    taken_layers,
    weighted_layers,
    weights_of,
)
from nn_tui.experiment.validation import problems


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A network with its weights, wherever it came from."""

    name: str
    input_shape: tuple[int, ...]
    layers: tuple[Thing, ...]
    compile: CompileSpec
    weights: StartWeights


def network_of(run: RunCard) -> TrainedNetwork:
    """Take the network of a kept run as it was saved last.

    Raises:
        RunError: it cannot be read.
        DataError: what its rows were like is not kept, and its data are gone.
    """
    trained = open_run(run.folder)
    layers = trained.spec.layers
    shape = tuple(size or 0 for size in trained.model.input_shape[1:])
    weights = weights_of(layers, trained.model)
    return TrainedNetwork(run.name, shape, layers, trained.spec.compile, weights)


def fitting(spec: Spec, network: TrainedNetwork) -> tuple[int, int]:
    """Count the layers of a spec that could take a network's weights, and those that have weights."""
    signatures = stack_signatures(spec, load_data(spec.data).input_shape)
    started = replace(spec, start=StartSpec("", network.name))
    return len(taken_layers(started, signatures, network.weights)), len(weighted_layers(signatures))


def with_weights(spec: Spec, network: TrainedNetwork, *, freeze: bool = False) -> Spec:
    """Let the layers of a spec that are like a network's start with its weights.

    Args:
        spec: what takes them.
        network: where they come from.
        freeze: whether these layers, but the head, stay as they are in training. Default no.

    Raises:
        SpecError: no layer fits.
        RunError: the weights cannot be kept.
    """
    signatures = stack_signatures(spec, load_data(spec.data).input_shape)
    probe = replace(spec, start=StartSpec("", network.name))
    taken = taken_layers(probe, signatures, network.weights)
    if not taken:
        raise SpecError(
            f"No layer of this network is like one of {network.name}.",
            "Take its network too.",
            "start",
        )
    head = weighted_layers(signatures)[-1]
    layers = tuple(
        _frozen(layer) if freeze and index in taken and index != head else layer
        for index, layer in enumerate(spec.layers)
    )
    start = StartSpec(keep_weights(network.weights), network.name)
    return replace(spec, layers=layers, start=start)


def tuned_network(spec: Spec, network: TrainedNetwork, *, freeze: bool = False) -> Spec:
    """Put a trained network in place of a spec's, for the spec's data; its head is replaced where it must.

    Args:
        spec: the data, and how long is trained.
        network: what is taken: its layers, its weights, how it learns.
        freeze: whether the taken layers but the head stay as they are in training. Default no.

    Raises:
        SpecError: the rows are of another shape.
        RunError: the weights cannot be kept.
    """
    data = load_data(spec.data)
    if data.input_shape != network.input_shape:
        raise SpecError(
            f"{network.name} takes rows of shape {network.input_shape}, "
            f"those of {spec.data.source} have {data.input_shape}.",
            "Choose data of the same shape.",
            "data.source",
        )
    whole = replace(spec, layers=network.layers, compile=network.compile, start=None)
    head = _head(network)
    if problems(whole):
        output, loss, metrics, _ = output_for(data)
        compiled = CompileSpec(Thing(loss), network.compile.optimizer, tuple(map(Thing, metrics)))
        whole = replace(whole, layers=(*network.layers[:head], *output), compile=compiled)
    if found := problems(whole):
        raise SpecError(found[0].message, found[0].remedy, found[0].path)
    if freeze:
        layers = [_frozen(layer) if at < head else layer for at, layer in enumerate(whole.layers)]
        whole = replace(whole, layers=tuple(layers))
    return with_weights(whole, network)


def _head(network: TrainedNetwork) -> int:
    """Give the index of the last layer with weights: it and those behind it make the prediction."""
    for index in reversed(range(len(network.layers))):
        if network.weights.weights[index]:
            return index
    raise RunError(f"{network.name} has no weights.", "Choose another run.")


def _frozen(layer: Thing) -> Thing:
    if not is_freezable(layer):
        return layer
    return layer.with_settings(trainable=False)


def is_freezable(layer: Thing) -> bool:
    """Whether a layer has weights that training could leave as they are."""
    return any(param.name == "trainable" for param in params(find("layer", layer.type)))


def _without_freezing(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _without_freezing(item) if isinstance(item, Mapping) else item
        for key, item in settings.items()
        if key != "trainable"
    }


def with_frozen(spec: Spec, index: int) -> Spec:
    """Freeze a layer, or let it be trained again.

    Raises:
        SpecError: it has no weights.
    """
    layer = spec.layers[index]
    if not is_freezable(layer):
        raise SpecError(f"{layer.type} has no weights to freeze.", "", f"layers.{index}")
    if is_frozen(layer):
        changed = Thing(layer.type, _without_freezing(layer.settings))
    else:
        changed = layer.with_settings(trainable=False)
    build_layer(changed, f"layers.{index}")
    return replace(spec, layers=(*spec.layers[:index], changed, *spec.layers[index + 1 :]))
