"""Where the weights live: one flat vector for all that is trained, views of it for every layer.

A Dense layer's kernel and bias are one matrix, the bias its last row, so that a column of ones in the
input gives both products at once. Where the next layer is Dense too, the matrix has one more column,
(0, ..., 0, c): its product is c in every row, and the activation makes exactly 1 of c. So the column of
ones travels through the network by itself. That column's slopes are always 0, so no rule of learning
moves it, and nothing outside this file and `layers.core.Dense` sees it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine.layers.core import Dense
from nn_tui.engine.layers.layer import Layer, Shape, WeightSpec
from nn_tui.engine.optimizers.optimizer import Optimizer, Variable

if TYPE_CHECKING:
    from numpy.random import Generator

Array = NDArray[Any]


class Memory:
    """The weights of a stack of layers whose shapes are known.

    Args:
        layers: the stack, each with its `input_shape`.
        dtype: the number type.
        random: draws the initial weights, layer by layer.
    """

    def __init__(self, layers: list[Layer], dtype: Any, random: Generator) -> None:
        self.layers = layers
        self.dtype = np.dtype(dtype)
        self.carries = _carries(layers)
        """For each layer, whether its output has a column of ones; first of all, the input."""
        size = sum(self._size(index) for index in range(len(layers)))
        self.weights = np.zeros(size, self.dtype)
        self.slopes: Array | None = None
        self.variables: list[Variable] = []
        before = {id(layer): layer.get_weights() for layer in layers if layer.built}
        self._place()
        for layer in layers:
            kept = before.get(id(layer), [])
            if [array.shape for array in kept] == [array.shape for array in layer.get_weights()]:
                layer.set_weights(kept)
                continue
            specs = layer.weights_for(layer.input_shape) + layer.states_for(layer.input_shape)
            for spec in specs:
                layer.weight(spec.name)[...] = spec.initializer(spec.shape, random)

    def train(self, optimizer: Optimizer) -> None:
        """Take slopes from an optimizer and hand it the vectors."""
        self.slopes = optimizer.allocate(len(self.weights), self.dtype)
        self._place()
        optimizer.bind(self.weights, self.slopes, self.variables)

    def parts(self, vector: Array) -> list[Array]:
        """Give the views of the trained weights' places in another vector of the same length."""
        found: list[Array] = []
        start = 0
        for index, layer in enumerate(self.layers):
            stop = start + self._size(index)
            if layer.trainable and self._is_block(index):
                assert isinstance(layer, Dense)
                found += _kernel_and_bias(
                    vector[start:stop].reshape(self._block_shape(index)), layer.units
                ).values()
            elif layer.trainable:
                found += _split(vector[start:stop], layer.weights_for(layer.input_shape)).values()
            start = stop
        return found

    def _size(self, index: int) -> int:
        layer = self.layers[index]
        if self._is_block(index):
            rows, columns = self._block_shape(index)
            return rows * columns
        return sum(math.prod(spec.shape) for spec in layer.weights_for(layer.input_shape))

    def _is_block(self, index: int) -> bool:
        layer = self.layers[index]
        return isinstance(layer, Dense) and layer.use_bias and self.carries[index]

    def _block_shape(self, index: int) -> tuple[int, int]:
        layer = self.layers[index]
        assert isinstance(layer, Dense)
        return layer.input_shape[0] + 1, layer.units + self.carries[index + 1]

    def _place(self) -> None:
        """Give every layer its views."""
        start = 0
        self.variables = []
        for index, layer in enumerate(self.layers):
            stop = start + self._size(index)
            slopes = self.slopes if layer.trainable else None
            weights, slope_views = self._views(index, start, stop, slopes)
            for spec in layer.states_for(layer.input_shape):
                kept = layer.weight(spec.name) if layer.built else np.zeros(spec.shape, self.dtype)
                weights[spec.name] = kept
            layer.place(weights, slope_views)
            self.variables += [
                Variable(f"{layer.name}/{name}", weights[name], slope)
                for name, slope in slope_views.items()
            ]
            start = stop

    def _views(
        self, index: int, start: int, stop: int, slopes: Array | None
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        layer = self.layers[index]
        if self._is_block(index):
            assert isinstance(layer, Dense)
            shape = self._block_shape(index)
            block = self.weights[start:stop].reshape(shape)
            if self.carries[index + 1]:
                block[-1, -1] = layer.activation.one
            slope_block = None if slopes is None else slopes[start:stop].reshape(shape)
            layer.place_block(block, slope_block)
            views = _kernel_and_bias(block, layer.units)
            return views, {} if slope_block is None else _kernel_and_bias(slope_block, layer.units)
        specs, weights = layer.weights_for(layer.input_shape), self.weights[start:stop]
        slope = None if slopes is None else slopes[start:stop]
        layer.place_vector(weights, slope)
        return _split(weights, specs), {} if slope is None else _split(slope, specs)


def _kernel_and_bias(block: Array, units: int) -> dict[str, Array]:
    return {"kernel": block[:-1, :units], "bias": block[-1, :units]}


def _split(vector: Array, specs: list[WeightSpec]) -> dict[str, Array]:
    views, start = {}, 0
    for spec in specs:
        stop = start + math.prod(spec.shape)
        views[spec.name] = vector[start:stop].reshape(spec.shape)
        start = stop
    return views


def _carries(layers: list[Layer]) -> list[bool]:
    """Say for the input and then for each layer's output whether a column of ones is wanted."""
    wanted = [_wants_ones(layers, index) for index in range(len(layers) + 1)]
    carries = [wanted[0]]
    for index, layer in enumerate(layers):
        has = carries[index]
        if isinstance(layer, Dense):
            has = has and layer.use_bias and layer.activation.one is not None
        else:
            has = has and layer.keeps_ones
        carries.append(has and wanted[index + 1])
    return carries


def _wants_ones(layers: list[Layer], index: int) -> bool:
    """Whether the next layer that does not merely keep ones is a Dense layer of plain rows."""
    for layer in layers[index:]:
        if layer.keeps_ones:
            continue
        return isinstance(layer, Dense) and layer.use_bias and _is_flat(layer.input_shape)
    return False


def _is_flat(shape: Shape) -> bool:
    return len(shape) == 1
