"""Steps of editing the stack of layers, as pure functions from one spec to the next."""

from __future__ import annotations

from dataclasses import replace

from nn_tui.declare import find, params
from nn_tui.experiment.spec import DataSpec, Spec, Thing


def insert_layer(spec: Spec, index: int, layer: Thing) -> Spec:
    """Put a layer at a place in the stack; those from there on move down."""
    return replace(spec, layers=(*spec.layers[:index], layer, *spec.layers[index:]))


def remove_layer(spec: Spec, index: int) -> Spec:
    """Take a layer out of the stack."""
    return replace(spec, layers=(*spec.layers[:index], *spec.layers[index + 1 :]))


def duplicate_layer(spec: Spec, index: int) -> Spec:
    """Put a copy of a layer right after it."""
    return insert_layer(spec, index + 1, spec.layers[index])


def move_layer(spec: Spec, index: int, by: int) -> Spec:
    """Move a layer up (-1) or down (+1) the stack."""
    return insert_layer(remove_layer(spec, index), index + by, spec.layers[index])


def new_layer(spec: Spec, type_name: str, index: int) -> Thing:
    """Propose a layer of a type: like the nearest one of that type before `index`, else its example.

    Only the settings that it cannot do without are proposed, besides what the neighbour had.
    """
    for neighbour in (*reversed(spec.layers[:index]), *spec.layers[index:]):
        if neighbour.type == type_name:
            return neighbour
    return Thing(type_name, _required(find("layer", type_name)))


def _required(kind: type) -> dict[str, object]:
    examples = getattr(kind, "EXAMPLES", [({}, ())])
    example = examples[0][0]
    return {param.name: example[param.name] for param in params(kind) if param.required}


def with_callback(spec: Spec, callback: Thing) -> Spec:
    """Add a callback after the others."""
    return replace(spec, fit=replace(spec.fit, callbacks=(*spec.fit.callbacks, callback)))


def without_callback(spec: Spec, index: int) -> Spec:
    """Take a callback away."""
    callbacks = spec.fit.callbacks
    return replace(spec, fit=replace(spec.fit, callbacks=(*callbacks[:index], *callbacks[index + 1 :])))


def new_callback(spec: Spec, type_name: str) -> Thing:
    """Propose a callback of a type; what it watches is measured in this experiment."""
    known = {param.name for param in params(find("callback", type_name))}
    watched = {} if spec.data.validation_split or "monitor" not in known else {"monitor": "loss"}
    return Thing(type_name, watched)


def suited(before: Spec, after: Spec) -> tuple[Spec, tuple[str, ...]]:
    """Let the scaling of the data follow an edit that makes it meaningless, and say so.

    An Embedding reads the numbers of words, which are none any more once they are scaled; so do losses of
    counts and shares with their targets. What the edit itself says of the scaling is left as it is.
    """
    data, notes = after.data, []
    asked = (before.data.source, reads_words(before)) != (data.source, reads_words(after))
    if asked and reads_words(after) and data.scaling == before.data.scaling != "none":
        notes.append(f"An Embedding reads the rows as they are: scaling {data.scaling} is taken away.")
        data = replace(data, scaling="none")
    loss, scaled = after.compile.loss.type, data.settings.get("target_scaling", "none")
    asked = (before.data.source, before.compile.loss.type) != (data.source, loss)
    unscaled = find("loss", loss).in_own_units and scaled == before.data.settings.get("target_scaling")
    if asked and unscaled and scaled != "none":
        notes.append(f"{loss} takes the targets as they are: target_scaling {scaled} is taken away.")
        kept = {key: item for key, item in data.settings.items() if key != "target_scaling"}
        data = replace(data, settings=kept)
    return (replace(after, data=data) if notes else after), tuple(notes)


def suited_to(spec: Spec, data: DataSpec) -> tuple[DataSpec, tuple[str, ...]]:
    """Let the scaling that is proposed for other data follow the network of a spec, and say so."""
    after = replace(spec, data=data)
    made, notes = suited(replace(after, data=replace(data, source=""), layers=()), after)
    return made.data, notes


def reads_words(spec: Spec) -> bool:
    """Whether the first layer takes the numbers of words or classes."""
    return bool(spec.layers) and find("layer", spec.layers[0].type).takes_integers


RATE_STEPS = (1.0, 3.0, 10.0)


def next_rate(rate: float, up: bool) -> float:
    """Give the next learning rate on the ladder 0.001, 0.003, 0.01, ...; never below 1e-9, above 1e3."""
    rungs = [float(f"{step:g}e{power}") for power in range(-9, 3) for step in RATE_STEPS]
    # A hundredth of slack, so that 0.0009999 counts as 0.001.
    if up:
        return min((rung for rung in rungs if rung > rate * 1.01), default=rungs[-1])
    return max((rung for rung in rungs if rung < rate * 0.99), default=rungs[0])
