"""Normalization: numbers brought to mean 0 and variance 1, then to a learned mean and spread."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.engine.activation import Call
from nn_tui.engine.initializers import Initializer, Ones, Zeros
from nn_tui.engine.layers.layer import Array, Layer, Shape, Signal, WeightSpec
from nn_tui.errors import ShapeError

__all__ = ["BatchNormalization", "LayerNormalization"]

Momentum = Annotated[float, Knob(at_least=0, below=1, live=True)]
Epsilon = Annotated[float, Knob(above=0, scale="log")]


class _Normalization(Layer):
    """What both share: a learned scale (gamma) and shift (beta) for each channel."""

    scale: bool
    center: bool

    def output_shape_for(self, shape: Shape) -> Shape:
        if not shape:
            raise ShapeError(f"{type(self).__name__} needs channels, got shape ().", "Give features.")
        return shape

    def weights_for(self, shape: Shape) -> list[WeightSpec]:
        starts: list[tuple[str, bool, Initializer]] = [
            ("gamma", self.scale, Ones()),
            ("beta", self.center, Zeros()),
        ]
        return [WeightSpec(name, shape[-1:], start) for name, wanted, start in starts if wanted]

    def _scaled(self, normal: Array, out: Array) -> None:
        """Write gamma * normal + beta."""
        if self.scale:
            np.multiply(normal, self.weight("gamma"), out)
        else:
            np.copyto(out, normal)
        if self.center:
            np.add(out, self.weight("beta"), out)

    def _weight_slopes(self, slope: Array, normal: Array) -> None:
        """Write the slopes of gamma and beta, `slope` and `normal` being (rows, channels)."""
        if (gamma_slope := self.slope("gamma")) is not None:
            np.sum(slope * normal, axis=0, out=gamma_slope)
        if (beta_slope := self.slope("beta")) is not None:
            np.sum(slope, axis=0, out=beta_slope)


@register("layer", "BatchNormalization")
class BatchNormalization(_Normalization):
    """Bring each channel of a batch to mean 0 and variance 1, then scale and shift it by what is learned.

        y = gamma * (x - mean) / sqrt(variance + epsilon) + beta
        training: mean and variance of the batch; else their moving averages

    Args:
        momentum: how much of the moving averages is kept at every step, from 0 to below 1. Default 0.99.
        epsilon: keeps the division finite, above 0. Default 0.001.
        center: learn a shift. Default yes.
        scale: learn a scale. Default yes.
        trainable: whether training moves the weights; if not, the moving averages are used. Default yes.
    Input: (batch, ..., channels).  Output: the same shape.
    Source: agrees with keras.layers.BatchNormalization on JAX: the variance is the biased one.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"trainable": False}, (3,)),
        ({"scale": False, "trainable": False}, (2, 2, 3)),
    ]

    def __init__(
        self,
        momentum: Momentum = 0.99,
        epsilon: Epsilon = 0.001,
        center: bool = True,
        scale: bool = True,
        trainable: bool = True,
    ) -> None:
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.trainable = trainable

    def states_for(self, shape: Shape) -> list[WeightSpec]:
        return [
            WeightSpec("moving_mean", shape[-1:], Zeros()),
            WeightSpec("moving_variance", shape[-1:], Ones()),
        ]

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        rows, out = x.value.reshape(-1, x.value.shape[-1]), y.full.reshape(-1, x.value.shape[-1])
        normal = np.empty_like(rows)
        inverse = np.empty(rows.shape[1], rows.dtype)
        self._planned = (normal, inverse, training)
        moving_mean, moving_variance = self.weight("moving_mean"), self.weight("moving_variance")
        number = rows.dtype.type

        def by_batch() -> None:
            mean = rows.mean(axis=0)
            np.subtract(rows, mean, normal)
            variance = np.mean(normal * normal, axis=0)
            np.divide(1, np.sqrt(variance + number(self.epsilon)), inverse)
            np.multiply(normal, inverse, normal)
            keep, take = number(self.momentum), number(1 - self.momentum)
            moving_mean[...] = moving_mean * keep + mean * take
            moving_variance[...] = moving_variance * keep + variance * take
            self._scaled(normal, out)

        def by_average() -> None:
            np.divide(1, np.sqrt(moving_variance + number(self.epsilon)), inverse)
            np.subtract(rows, moving_mean, normal)
            np.multiply(normal, inverse, normal)
            self._scaled(normal, out)

        return [(by_batch if training else by_average, ())]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        assert y.full_slope is not None
        normal, inverse, training = self._planned
        slope = y.full_slope.reshape(normal.shape)
        target = None if x.slope is None else x.slope.reshape(normal.shape)

        def backward() -> None:
            self._weight_slopes(slope, normal)
            if target is None:
                return
            np.multiply(slope, inverse * self.weight("gamma") if self.scale else inverse, target)
            if training:
                # The mean and the variance depend on every row of the batch.
                along = np.mean(target * normal, axis=0)
                np.subtract(target, target.mean(axis=0), target)
                np.subtract(target, normal * along, target)

        return [(backward, ())]


@register("layer", "LayerNormalization")
class LayerNormalization(_Normalization):
    """Bring the channels of each place to mean 0 and variance 1, then scale and shift by what is learned.

        y = gamma * (x - mean) / sqrt(variance + epsilon) + beta,  mean and variance over the channels

    Args:
        epsilon: keeps the division finite, above 0. Default 0.001.
        center: learn a shift. Default yes.
        scale: learn a scale. Default yes.
        trainable: whether training moves the weights. Default yes.
    Input: (batch, ..., channels).  Output: the same shape.
    Source: agrees with keras.layers.LayerNormalization over the last axis.
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [({}, (4,)), ({"center": False}, (2, 3))]

    def __init__(
        self, epsilon: Epsilon = 0.001, center: bool = True, scale: bool = True, trainable: bool = True
    ) -> None:
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.trainable = trainable

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        rows, out = x.value.reshape(-1, x.value.shape[-1]), y.full.reshape(-1, x.value.shape[-1])
        normal, inverse = np.empty_like(rows), np.empty((len(rows), 1), rows.dtype)
        self._planned = (normal, inverse)

        def forward() -> None:
            np.subtract(rows, rows.mean(axis=1, keepdims=True), normal)
            variance = np.mean(normal * normal, axis=1, keepdims=True)
            np.divide(1, np.sqrt(variance + rows.dtype.type(self.epsilon)), inverse)
            np.multiply(normal, inverse, normal)
            self._scaled(normal, out)

        return [(forward, ())]

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        assert y.full_slope is not None
        normal, inverse = self._planned
        slope = y.full_slope.reshape(normal.shape)
        target = None if x.slope is None else x.slope.reshape(normal.shape)

        def backward() -> None:
            self._weight_slopes(slope, normal)
            if target is None:
                return
            by_normal = slope * self.weight("gamma") if self.scale else slope
            along = np.mean(by_normal * normal, axis=1, keepdims=True)
            np.subtract(by_normal, by_normal.mean(axis=1, keepdims=True), target)
            np.subtract(target, normal * along, target)
            np.multiply(target, inverse, target)

        return [(backward, ())]
