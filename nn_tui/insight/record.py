"""`Record`: what was measured of a run from epoch to epoch, as pictures over time are given it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nn_tui.declare import name_of
from nn_tui.insight.pictures import Array


@dataclass(frozen=True)
class RecordedLayer:
    """A layer of the network as a legend names it."""

    index: int
    """Its place in the stack, from 0."""
    type: str
    units: int
    activation: str
    last: bool
    """Whether it is the output layer."""

    @property
    def title(self) -> str:
        """Its name, as the build panel numbers it: `1 Dense 16 relu`."""
        told = "" if self.activation == "linear" else f" {self.activation}"
        return f"{self.index + 1} {self.type} {self.units}{told}"


def layer_title(index: int, layer: Any) -> str:
    """Name a layer of the engine as `RecordedLayer` does; `index` is its place from 0."""
    activation = getattr(layer, "activation", None)
    told = "linear" if activation is None else name_of(type(activation))
    return RecordedLayer(index, type(layer).__name__, layer.output_shape[-1], told, False).title


@dataclass(frozen=True, eq=False)
class Record:
    """What was measured of a run; measures are `(moments, layers)`, NaN where a layer has no such thing.

    Each is what the diagnosis measures, on the same sample of training rows.
    """

    epochs: Array
    """The moments, in epochs: 2.5 is in the middle of the third."""
    layers: tuple[RecordedLayer, ...]
    gradient: Array
    """The Euclidean norm of the loss's gradient by all weights of the layer."""
    slope: Array
    """The root mean square of that gradient: the size of one number of it."""
    update: Array
    """The norm of what one step of the optimizer changes the kernels by, by the norm of the kernels."""
    dead: Array
    """The share of relu units that give 0 for every row of the sample, 0 to 1."""
    saturated: Array
    """The share of sigmoid and tanh outputs whose slope is below a tenth of its largest, 0 to 1."""
    rows: int
    """How many rows the sample has."""
    path_epochs: Array
    """The moments of which weights are kept, thinned; the first is where the record begins."""
    path: tuple[Array, ...]
    """The flat vectors of all weights then."""
    found: Mapping[str, str] = field(default_factory=dict)
    """What the diagnosis says is wrong, by the sign's name."""

    @property
    def since(self) -> float:
        """Where the record begins, in epochs."""
        places = [float(epochs[0]) for epochs in (self.epochs, self.path_epochs) if len(epochs)]
        return min(places, default=0.0)

    @property
    def since_words(self) -> str:
        """Say where it begins, where that is not the start; else nothing."""
        return f"Recorded since epoch {self.since:.4g}." if self.since > 0 else ""


_NOTHING = np.empty((0, 0))
EMPTY = Record(
    np.empty(0),
    (),
    _NOTHING,
    _NOTHING,
    _NOTHING,
    _NOTHING,
    _NOTHING,
    rows=0,
    path_epochs=np.empty(0),
    path=(),
)
"""The record of a run of which nothing was measured."""
