"""What an optimizer remembers for each weight, as Keras's files have it, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.errors import ShapeError

if TYPE_CHECKING:
    from nn_tui.engine.models import Sequential

Array = NDArray[Any]

__all__ = ["optimizer_moments", "take_optimizer_moments"]


def optimizer_moments(model: Sequential) -> dict[str, list[Array]]:
    """Give what the optimizer remembers, by Keras's names: an array for each trained weight, in order.

    What it remembers once for all weights (Nadam's `u_product`) is one array. Empty before training.
    """
    if model.memory.slopes is None:
        return {}
    return {name: _parts(model, vector) for name, vector in model.optimizer.moments().items()}


def take_optimizer_moments(
    model: Sequential, iterations: int, moments: Mapping[str, Sequence[Array]]
) -> None:
    """Go on from what `optimizer_moments` gave, or Keras, after a number of steps.

    Raises:
        SpecError: the model is not compiled.
        ShapeError: they are another optimizer's or another network's.
    """
    model.ensure_ready(model.layers[0].input_shape)
    vectors = {name: vector.copy() for name, vector in model.optimizer.moments().items()}
    if list(vectors) != list(moments):
        raise ShapeError("The optimizer's state is another optimizer's.", "Take the weights alone.")
    for name, vector in vectors.items():
        places = _parts(model, vector)
        if [place.shape for place in places] != [np.shape(array) for array in moments[name]]:
            raise ShapeError(f"The optimizer's {name} is another network's.", "Take the weights alone.")
        for place, array in zip(places, moments[name], strict=True):
            place[...] = array
    model.optimizer.take_moments(iterations, vectors)


def _parts(model: Sequential, vector: Array) -> list[Array]:
    """Give the views of the trained weights' places in a vector of the optimizer's."""
    memory = model.memory
    return memory.parts(vector) if vector.shape == memory.weights.shape else [vector]
