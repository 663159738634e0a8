"""One step of training as it would come, done on a clone: what the engine computes, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn_tui.engine.cloning import clone
from nn_tui.engine.layers.layer import Layer
from nn_tui.engine.moments import optimizer_moments
from nn_tui.engine.optimizers.optimizer import Optimizer
from nn_tui.insight.pictures import Array


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained weight array of a layer: before the step, its gradient, after the step."""

    name: str
    before: Array
    gradient: Array
    """Of the loss and the penalty, averaged over the batch; before clipping."""
    after: Array
    moments: Mapping[str, Array]
    """What the optimizer remembered of it before the step, by Keras's names."""
    regularizer: Any


@dataclass(frozen=True, eq=False)
class RealStep:
    """What the engine did with a batch."""

    layers: tuple[Layer, ...]
    """Of the clone, each with its `input_shape` and `output_shape`."""
    states: tuple[tuple[Array, ...], ...]
    """The weights of each layer before the step, in Keras's order."""
    inputs: tuple[Array, ...]
    """What went into each layer, then what came out of the last: `(rows, ...)`."""
    slopes: tuple[Array | None, ...]
    """The loss's derivative by the outputs of each layer, for a Dense layer by its weighted sums."""
    trained: tuple[tuple[Trained, ...], ...]
    """The trained arrays of each layer."""
    losses: Array
    """Of each row, before weights."""
    targets: Array
    penalty: float
    optimizer: Optimizer
    """As it was before the step, but that `learning_rate` is the step's."""
    step: int
    """The number of this step, from 1."""
    rules: Mapping[str, Array]
    """What the optimizer remembers once for all weights."""
    dead: Mapping[int, Array]
    """For PlaygroundSGD: which weights of a kernel are zero for good, by the trained array's number."""


def real_step(model: Any, x: Array, y: Array, weights: Array | None = None) -> RealStep:
    """Train a clone of a model on a batch and say everything about it.

    Args:
        model: compiled; it stays as it is.
        x: features of the batch.
        y: their targets.
        weights: how much each row counts. Default: all alike.
    """
    twin = clone(model)
    twin.ensure_ready(x.shape[1:])
    plan = twin.training_plan(len(x))
    before = [tuple(layer.get_weights()) for layer in twin.layers]
    kept = optimizer_moments(twin)
    variables = twin.memory.variables
    moments: list[dict[str, Array]] = [{} for _ in variables]
    rules: dict[str, Array] = {}
    for name, arrays in kept.items():
        if len(arrays) == len(variables) and arrays[0].shape == variables[0].weight.shape:
            for at, array in enumerate(arrays):
                moments[at][name] = np.array(array)
        else:
            rules[name] = np.array(arrays[0])
    old = [variable.weight.copy() for variable in variables]
    targets = twin.loss.targets(y, twin.layers[-1].output_shape[-1], twin.dtype)
    penalty = plan.penalty() if plan.regularized else 0.0
    twin.run_quietly(plan.slopes_of, x, targets, weights)
    scale = twin.dtype.type(plan.scale)
    gradients = [variable.slope * scale for variable in variables]
    inputs = tuple(signal.value.copy() for signal in plan.signals)
    slopes = tuple(None if one.slope is None else one.slope * scale for one in plan.signals[1:])
    losses = np.asarray(twin.run_quietly(twin.loss.values, plan.output.copy(), targets))
    dead = _dead(twin.optimizer, variables)
    optimizer = twin.optimizer
    if optimizer.prepares:
        twin.run_quietly(optimizer.prepare_slopes, plan.scale)
    optimizer.before_update()
    for function, arguments in plan.update:
        twin.run_quietly(function, *arguments)
    trained: list[tuple[Trained, ...]] = []
    at = 0
    for layer in twin.layers:
        prices = {spec.name: spec.regularizer for spec in layer.weights_for(layer.input_shape)}
        names = [name for name in layer.weight_names if layer.slope(name) is not None]
        found = []
        for name in names:
            new = variables[at].weight.copy()
            found.append(Trained(name, old[at], gradients[at], new, moments[at], prices.get(name)))
            at += 1
        trained.append(tuple(found))
    return RealStep(
        tuple(twin.layers),
        tuple(before),
        inputs,
        slopes,
        tuple(trained),
        losses,
        targets,
        penalty,
        optimizer,
        optimizer.iterations,
        rules,
        dead,
    )


def _dead(optimizer: Optimizer, variables: Any) -> dict[int, Array]:
    """Give which weights stay zero for good, by the number of their array among the trained ones."""
    kept = [array.copy() for name, array in optimizer.state_arrays().items() if name.startswith("dead_")]
    numbers = [at for at, variable in enumerate(variables) if variable.weight.ndim > 1]
    return dict(zip(numbers, kept, strict=False)) if kept else {}
