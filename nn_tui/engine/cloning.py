"""A second model like one that is in training, to try things on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nn_tui.engine.models import Sequential


def clone(model: Sequential) -> Sequential:
    """Make a model with the same layers, weights, optimizer state and random numbers to come.

    What is done with it leaves the other as it is, and a step of training takes it to where the same step
    would take the other.
    """
    from nn_tui.engine.layers.core import Input
    from nn_tui.engine.models import Sequential

    twin = Sequential(name=model.name, dtype=model.dtype.name, seed=0)
    twin.add(Input(shape=model.input_shape[1:]))
    for layer in model.layers:
        like = type(layer)(**layer.get_config())
        like.name, like.trainable = layer.name, layer.trainable
        twin.add(like)
    twin.compile(type(model.optimizer)(**model.optimizer.get_config()), model.loss)
    twin.restore(model.state())
    return twin
