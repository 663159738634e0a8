"""Remedies as edits of the spec: from one spec to the next; None where there is no such edit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from nn_tui.declare import find, params
from nn_tui.engine.checks import output_layer
from nn_tui.experiment.diagnosis.finding import Remedy
from nn_tui.experiment.diagnosis.signs import Signs
from nn_tui.experiment.spec import Spec, Thing

RATE = "learning_rate"
DROPPED = 0.3
"""The share that a new Dropout silences: between the 0.2 usual for inputs and the 0.5 for wide layers."""


LONGEST = 0.1
"""A step that changes the weights by more of their size is too long: a hundred times the usual 0.001."""


def slower(signs: Signs) -> float:
    """Give a tenth of the learning rate, or less where even the first step was far too long.

    Later steps tell less: the weights have grown with them, or the units that moved them are dead.
    """
    tens = min(-1, round(math.log10(LONGEST / max(_first_step(signs), LONGEST))))
    return signs.learning_rate * 10.0**tens


def shorter_steps(signs: Signs, longest: float = LONGEST) -> Remedy | None:
    """Lower the learning rate where the very first step was too long: what came after it is no cause."""
    rate = slower(signs)
    lower = with_rate(signs.spec, rate) if _first_step(signs) > longest else None
    if lower is None:
        return None
    return Remedy(f"Lower the learning rate to {rate:.3g} and start again.", lower, restart=True)


def _first_step(signs: Signs) -> float:
    return min(1e6, max((layer.update_at_start or 0.0 for layer in signs.layers), default=0.0))


def with_rate(spec: Spec, rate: float) -> Spec | None:
    """Set the learning rate; None where it follows a schedule."""
    optimizer = spec.compile.optimizer
    if isinstance(rate_of(spec), Mapping | str):
        return None
    changed = optimizer.with_settings(**{RATE: float(f"{rate:.3g}")})
    return replace(spec, compile=replace(spec.compile, optimizer=changed))


def rate_of(spec: Spec) -> object:
    """Give the learning rate as the spec has it: a number, or what describes a schedule."""
    optimizer = spec.compile.optimizer
    by_name = {param.name: param.default for param in params(find("optimizer", optimizer.type))}
    return optimizer.get(RATE, by_name.get(RATE))


def with_clipping(spec: Spec) -> Spec | None:
    """Shorten every gradient to length 1; None where gradients are clipped already."""
    optimizer = spec.compile.optimizer
    if any(optimizer.get(name) for name in ("clipnorm", "clipvalue", "global_clipnorm")):
        return None
    changed = optimizer.with_settings(global_clipnorm=1.0)
    return replace(spec, compile=replace(spec.compile, optimizer=changed))


def with_layers(spec: Spec, places: Iterable[int], change: Callable[[Thing], Thing]) -> Spec | None:
    """Change the layers at some places; None where nothing changes."""
    wanted = set(places)
    layers = tuple(change(layer) if index in wanted else layer for index, layer in enumerate(spec.layers))
    return None if layers == spec.layers else replace(spec, layers=layers)


def activated(name: str, initializer: str = "") -> Callable[[Thing], Thing]:
    """Give what sets a layer's activation and, if named, its initializer."""

    def change(layer: Thing) -> Thing:
        if layer.get("activation") is None and layer.type != "Activation":
            return layer
        changed = layer.with_settings(activation=name)
        if initializer and layer.type != "Activation":
            changed = changed.with_settings(kernel_initializer=initializer)
        return changed

    return change


def leaking(layer: Thing) -> Thing:
    """Let a layer with relu leak, and start its biases at 0."""
    changed = activated("leaky_relu")(layer)
    kept = {name: value for name, value in changed.settings.items() if name != "bias_initializer"}
    return Thing(changed.type, kept)


def started(initializer: str) -> Callable[[Thing], Thing]:
    """Give what sets the initializer of a layer that has a kernel."""

    def change(layer: Thing) -> Thing:
        names = {param.name for param in params(find("layer", layer.type))}
        known = "kernel_initializer" in names
        return layer.with_settings(kernel_initializer=initializer) if known else layer

    return change


def with_dropout(spec: Spec) -> Spec | None:
    """Put a Dropout after every hidden Dense layer, or raise the rates of those that are there."""
    if any(layer.type == "Dropout" for layer in spec.layers):
        raised = tuple(
            layer.with_settings(rate=min(0.6, float(layer.get("rate")) + 0.2))
            if layer.type == "Dropout"
            else layer
            for layer in spec.layers
        )
        return None if raised == spec.layers else replace(spec, layers=raised)
    layers: list[Thing] = []
    for index, layer in enumerate(spec.layers):
        layers.append(layer)
        if layer.type == "Dense" and index < len(spec.layers) - 1:
            layers.append(Thing("Dropout", {"rate": DROPPED}))
    return None if len(layers) == len(spec.layers) else replace(spec, layers=tuple(layers))


def stopped_early(spec: Spec) -> Spec | None:
    """Stop ten epochs after the best one and go back to it; None where it is watched already."""
    if any(callback.type == "EarlyStopping" for callback in spec.fit.callbacks):
        return None
    watching = Thing("EarlyStopping", {"patience": 10, "restore_best_weights": True})
    return replace(spec, fit=replace(spec.fit, callbacks=(*spec.fit.callbacks, watching)))


def enlarged(spec: Spec) -> Spec:
    """Let the network learn more: a hidden layer where there is none, else four times the units."""
    last = len(spec.layers) - 1
    dense = [index for index, layer in enumerate(spec.layers[:last]) if layer.type == "Dense"]
    if not dense:
        hidden = Thing("Dense", {"units": 16, "activation": "relu"})
        return replace(spec, layers=(*spec.layers[:last], hidden, spec.layers[last]))
    changed = with_layers(
        spec, dense, lambda layer: layer.with_settings(units=min(4096, 4 * int(layer.get("units"))))
    )
    return changed or spec


def output_place(spec: Spec) -> int:
    """Return the index of the layer that the outputs come from, as `output_layer` does."""
    return output_layer([find("layer", layer.type) for layer in spec.layers])


def with_output(spec: Spec, activation: str | None, loss: str = "", units: int = 0) -> Spec:
    """Set the output's activation and, if given, the loss and the number of units."""
    at = output_place(spec)
    last = spec.layers[at]
    settings = {name: value for name, value in last.settings.items() if name != "activation"}
    if activation is not None:
        settings["activation"] = activation
    if units:
        settings["units"] = units
    changed = replace(spec, layers=(*spec.layers[:at], Thing(last.type, settings), *spec.layers[at + 1 :]))
    return replace(changed, compile=replace(changed.compile, loss=Thing(loss))) if loss else changed
