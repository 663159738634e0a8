"""Weights to start from: a copy of those of a run or a file, found again by what they are.

    HOME/weights/DIGEST.safetensors   the weights of each layer, perhaps the optimizer's state

A spec names them by their digest, so the same spec means the same weights wherever the run or the file they
came from has gone since. Nothing but numbers is read from such a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine.moments import optimizer_moments, take_optimizer_moments
from nn_tui.errors import NnTuiError, RunError, SpecError
from nn_tui.experiment.build import build_layer
from nn_tui.experiment.checkpoint import decode, digest_of, encode
from nn_tui.experiment.files import read_plain, write_whole
from nn_tui.experiment.matching import layer_signature, matching_layers, signature_for
from nn_tui.experiment.spec import Spec, StartSpec, Thing

if TYPE_CHECKING:
    from nn_tui.engine.models import Sequential

Array = NDArray[Any]

WEIGHTS = "weights"


@dataclass(frozen=True, eq=False)
class StartWeights:
    """The weights of a stack, layer by layer, and how its optimizer stood."""

    types: tuple[str, ...]
    weights: tuple[tuple[Array, ...], ...]
    optimizer: Mapping[str, Any] | None = None
    """`type`, `iterations`, `learning_rate` and `moments` by Keras's names; None where it is not known."""

    @property
    def signatures(self) -> list[str]:
        """What each layer's weights depend on."""
        return [
            layer_signature(kind, [array.shape for array in arrays])
            for kind, arrays in zip(self.types, self.weights, strict=True)
        ]


def weights_of(layers: Sequence[Thing], model: Sequential) -> StartWeights:
    """Take the weights of a model, and its optimizer's state if it was trained."""
    optimizer = None
    if model.memory.slopes is not None and (model.optimizer.iterations or not model.optimizer.moments()):
        optimizer = {
            "type": type(model.optimizer).__name__,
            "iterations": model.optimizer.iterations,
            "moments": {
                name: [array.copy() for array in arrays]
                for name, arrays in optimizer_moments(model).items()
            },
        }
    return StartWeights(
        tuple(layer.type for layer in layers),
        tuple(tuple(layer.get_weights()) for layer in model.layers),
        optimizer,
    )


def keep_weights(weights: StartWeights, folder: Path | None = None) -> str:
    """Keep weights on disk and give the digest that a spec names them by.

    Args:
        weights: what is kept.
        folder: where. Default: `weights` in the program's own folder.

    Raises:
        RunError: they cannot be written.
    """
    state: dict[str, Any] = {
        "types": list(weights.types),
        "weights": [[np.array(array) for array in arrays] for arrays in weights.weights],
        "optimizer": None if weights.optimizer is None else dict(weights.optimizer),
    }
    digest = digest_of(state)[:32]
    path = weights_path(digest, folder)
    if not path.is_file():
        write_whole(path, encode(state))
    return digest


def weights_path(digest: str, folder: Path | None = None) -> Path:
    """Give the file that weights are kept in."""
    if folder is None:
        from nn_tui.experiment.runs.store import home

        folder = home() / WEIGHTS
    return folder / f"{digest}.safetensors"


def open_weights(start: StartSpec, folder: Path | None = None) -> StartWeights:
    """Read the weights that a spec starts from; those of last time are remembered.

    Raises:
        SpecError: they are not on this machine, or damaged.
    """
    return _read(weights_path(start.weights, folder), start)


@lru_cache(maxsize=2)
def _read(path: Path, start: StartSpec) -> StartWeights:
    told = f"The weights {start.weights[:8]} of {start.of or 'elsewhere'}, which this network starts from,"
    try:
        state = decode(read_plain(path))
        if digest_of(state)[:32] != start.weights:
            raise RunError("others", "")
        return StartWeights(
            tuple(str(kind) for kind in state["types"]),
            tuple(tuple(arrays) for arrays in state["weights"]),
            state["optimizer"],
        )
    except OSError:
        raise SpecError(f"{told} are not on this machine.", f"Open {start.of} again.", "start") from None
    except (NnTuiError, KeyError, TypeError, AttributeError):
        raise SpecError(f"{told} are damaged.", f"Open {start.of} again.", "start") from None


def taken_layers(spec: Spec, signatures: Sequence[str], weights: StartWeights) -> dict[int, int]:
    """Give, for each layer that takes weights, the layer they come from.

    Args:
        spec: says how many layers from the input on may take them.
        signatures: of the spec's layers.
        weights: what is there to take.
    """
    assert spec.start is not None
    first = len(spec.layers) if spec.start.layers is None else spec.start.layers
    own, theirs = weighted_layers(signatures), weighted_layers(weights.signatures)
    pairs = matching_layers([weights.signatures[at] for at in theirs], [signatures[at] for at in own])
    return {own[new]: theirs[old] for new, old in pairs.items() if own[new] < first}


def weighted_layers(signatures: Sequence[str]) -> list[int]:
    """Give the places of the layers that have weights."""
    return [at for at, signature in enumerate(signatures) if not signature.endswith("[]]")]


def stack_signatures(spec: Spec, input_shape: tuple[int, ...]) -> list[str]:
    """Give the signatures of a spec's layers without making a weight; up to the first that does not fit."""
    found, shape = [], input_shape
    for thing in spec.layers:
        try:
            layer = build_layer(thing)
            found.append(signature_for(layer, thing.type, shape))
            shape = layer.output_shape_for(shape)
        except NnTuiError:
            break
    return found


def take_start(spec: Spec, model: Sequential) -> str:
    """Put the weights that a spec starts from into its fresh model, and say what was taken.

    Raises:
        SpecError: they are not there, damaged, or fit no layer.
    """
    assert spec.start is not None
    weights = open_weights(spec.start)
    signatures = [
        layer_signature(thing.type, [array.shape for array in layer.get_weights()])
        for thing, layer in zip(spec.layers, model.layers, strict=True)
    ]
    taken = taken_layers(spec, signatures, weights)
    own = weighted_layers(signatures)
    if not taken:
        raise SpecError(
            f"The weights of {spec.start.of} fit no layer of this network.",
            "Take its network too, or start without them.",
            "start",
        )
    for new, old in taken.items():
        model.layers[new].set_weights(list(weights.weights[old]))
    told = f"{len(taken)} of {len(own)} layers start with weights of {spec.start.of}."
    if spec.start.optimizer and weights.optimizer is not None:
        told += _take_optimizer(model, weights.optimizer)
    return told


def _take_optimizer(model: Sequential, state: Mapping[str, Any]) -> str:
    """Take the optimizer's state where it is the same optimizer of the same network; say so."""
    if state["type"] != type(model.optimizer).__name__:
        return " The optimizer starts afresh: it is another one."
    try:
        take_optimizer_moments(model, int(state["iterations"]), state["moments"])
    except (NnTuiError, ValueError, TypeError):
        return " The optimizer starts afresh: it stood for other weights."
    return " The optimizer goes on where it was."


def is_frozen(layer: Thing) -> bool:
    """Whether training leaves a layer's weights, or those of the layer inside it, as they are."""
    inner = layer.get("layer")
    inside = inner if isinstance(inner, Mapping) else {}
    return False in (layer.get("trainable", True), inside.get("trainable", True))


def origin_words(spec: Spec, input_shape: tuple[int, ...]) -> tuple[str, ...]:
    """Say of each layer where its first weights come from and whether they stay as they are.

    Empty where they are the seed's and training moves them.
    """
    found = [""] * len(spec.layers)
    if spec.start is not None:
        try:
            taken = taken_layers(spec, stack_signatures(spec, input_shape), open_weights(spec.start))
        except NnTuiError:
            taken = {}
        for index in taken:
            found[index] = f"weights of {spec.start.of}"
    for index, layer in enumerate(spec.layers):
        if is_frozen(layer):
            found[index] = f"{found[index]}, frozen" if found[index] else "frozen"
    return tuple(found)
