"""Layers that change how numbers are laid out or looked up: Reshape, Embedding."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.engine import initializers, regularizers
from nn_tui.engine.activation import Call
from nn_tui.engine.layers.layer import (
    Array,
    InitializerName,
    Layer,
    RegularizerName,
    Shape,
    Signal,
    Units,
    WeightSpec,
)
from nn_tui.errors import DataError, ShapeError

__all__ = ["Embedding", "Reshape"]


@register("layer", "Reshape")
class Reshape(Layer):
    """Lay the numbers of a row out in another shape.

    Args:
        target_shape: the new shape of a row; one number may be -1: whatever is left.
    Input: (batch, ...).  Output: (batch, *target_shape).
    Raises:
        ShapeError: the shapes hold different numbers of numbers.
    Source: agrees with keras.layers.Reshape.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"target_shape": (2, 3)}, (6,)),
        ({"target_shape": (-1, 2)}, (2, 4)),
    ]
    keeps_range = True

    def __init__(self, target_shape: Annotated[tuple[int, ...], Knob(at_least=-1)]) -> None:
        self.target_shape = target_shape

    def output_shape_for(self, shape: Shape) -> Shape:
        count = math.prod(shape)
        known = math.prod(part for part in self.target_shape if part != -1)
        open_parts = self.target_shape.count(-1)
        fits = known > 0 and (count % known == 0 if open_parts == 1 else open_parts == 0 and count == known)
        if not fits:
            raise ShapeError(
                f"Reshape cannot lay {shape} ({count} numbers) out as {self.target_shape}.",
                f"Choose a shape of {count} numbers.",
            )
        return tuple(count // known if part == -1 else part for part in self.target_shape)

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        return [(np.copyto, (y.full.reshape(x.value.shape), x.value))]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        if x.slope is None:
            return []
        assert y.full_slope is not None
        return [(np.copyto, (x.slope, y.full_slope.reshape(x.slope.shape)))]


@register("layer", "Embedding")
class Embedding(Layer):
    """Give each word number its own learned row of numbers; only the first layer can be one.

        y[n, t] = embeddings[x[n, t]]

    Args:
        input_dim: how many words there are, at least 1: numbers from 0 to one less.
        output_dim: how many numbers a word gets, at least 1.
        embeddings_initializer: what they start from. Default "random_uniform".
        embeddings_regularizer: a price on large ones. Default none.
        trainable: whether training moves them. Default yes.
    Input: (batch, ...) whole numbers.  Output: (batch, ..., output_dim).
    Raises:
        DataError: a number is not a word's.
    Source: agrees with keras.layers.Embedding.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [({"input_dim": 4, "output_dim": 3}, (2,))]
    takes_integers = True

    def __init__(
        self,
        input_dim: Units,
        output_dim: Units,
        embeddings_initializer: InitializerName = "random_uniform",
        embeddings_regularizer: RegularizerName = None,
        trainable: bool = True,
    ) -> None:
        self.input_dim = input_dim
        self.output_dim = output_dim
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.trainable = trainable

    def output_shape_for(self, shape: Shape) -> Shape:
        return (*shape, self.output_dim)

    def weights_for(self, shape: Shape) -> list[WeightSpec]:
        size = (self.input_dim, self.output_dim)
        start, price = self.embeddings_initializer, self.embeddings_regularizer
        return [WeightSpec("embeddings", size, start, price)]

    def check_input(self, x: Array) -> None:
        if x.dtype.kind == "f" and (x != np.floor(x)).any():
            raise DataError("Embedding takes word numbers, got fractions.", "Number the words from 0.")
        if x.size and (x.min() < 0 or x.max() >= self.input_dim):
            raise DataError(
                f"Embedding knows the words 0 to {self.input_dim - 1}, got {x.min():g} to {x.max():g}.",
                f"Set input_dim to {int(x.max()) + 1} or more.",
            )

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        words, table, out = x.value, self.weight("embeddings"), y.full
        return [(lambda: np.take(table, words, axis=0, out=out, mode="clip"), ())]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        table_slope = self.slope("embeddings")
        if table_slope is None:
            return []
        assert y.full_slope is not None
        slopes = y.full_slope.reshape(-1, self.output_dim)
        words = x.value.reshape(-1)

        def add() -> None:
            table_slope.fill(0)
            np.add.at(table_slope, words, slopes)

        return [(add, ())]
