"""A plan: one forward or training step for one batch size, as a list of calls with their arrays bound.

Small networks spend their time in Python, not in arithmetic, so a step neither walks objects nor makes
views nor allocates: it replays what was planned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.engine.activation import Activation, Call
from nn_tui.engine.layers.core import Activation as ActivationLayer
from nn_tui.engine.layers.core import Dense
from nn_tui.engine.layers.layer import Layer, Signal

if TYPE_CHECKING:
    from nn_tui.engine.losses import Loss
    from nn_tui.engine.memory import Memory
    from nn_tui.engine.optimizers.optimizer import Optimizer

Array = NDArray[Any]


class Plan:
    """The forward pass of a stack for a batch size.

    Args:
        memory: the weights.
        batch: rows in a batch.
        training: whether layers like Dropout act.
    """

    def __init__(self, memory: Memory, batch: int, training: bool = False) -> None:
        self.memory = memory
        self.batch = batch
        self.signals = self._make_signals(training)
        self.input = self.signals[0].value
        self.output = self.signals[-1].value
        self.forward: list[Call] = []
        for index, layer in enumerate(memory.layers):
            x, y = self.signals[index : index + 2]
            self.forward += layer.forward_calls(x, y, training and layer.trainable)

    def _make_signals(self, training: bool) -> list[Signal]:
        layers, carries, dtype = self.memory.layers, self.memory.carries, self.memory.dtype
        shapes = [layers[0].input_shape, *(layer.output_shape for layer in layers)]
        # A layer below the first trained one needs no slope of its input.
        first = next((i for i, layer in enumerate(layers) if layer.trainable and layer.count_params()), 0)
        signals = []
        for index, (shape, ones) in enumerate(zip(shapes, carries, strict=True)):
            kind = np.int64 if index == 0 and layers[0].takes_integers else dtype
            full = np.zeros((self.batch, *shape[:-1], shape[-1] + ones), kind)
            if ones:
                full[:, -1] = 1
            slope = np.zeros(full.shape, dtype) if training and index > first else None
            signals.append(Signal(full, slope, ones))
        return signals

    def run(self, x: Array) -> Array:
        """Compute the outputs for a batch; the array given back is overwritten by the next call."""
        np.copyto(self.input, x, casting="unsafe")
        for function, arguments in self.forward:
            function(*arguments)
        return self.output


class TrainingPlan(Plan):
    """A whole training step: forward, backward, update.

    Args:
        memory: the weights and their slopes.
        batch: rows in a batch.
        loss: what is made smaller.
        optimizer: how.
    """

    def __init__(self, memory: Memory, batch: int, loss: Loss, optimizer: Optimizer) -> None:
        super().__init__(memory, batch, training=True)
        self.optimizer = optimizer
        self.scale = self.batch / self.output[..., 0].size / self.batch
        self.backward: list[Call] = []
        self._plan_backward(loss)
        self.regularized = [
            (spec.regularizer, layer.weight(spec.name), slope, np.empty(slope.shape, slope.dtype))
            for layer in memory.layers
            for spec in layer.weights_for(layer.input_shape)
            if spec.regularizer is not None and (slope := layer.slope(spec.name)) is not None
        ]
        self.update = optimizer.update_calls(self.scale)
        assert memory.slopes is not None
        self.slopes = memory.slopes

    def _plan_backward(self, loss: Loss) -> None:
        layers, signals = self.memory.layers, self.signals
        last, out = layers[-1], signals[-1].full_slope
        assert out is not None
        activation = _last_activation(last)
        write = loss.fused(activation, self.output, out)
        fused = write is not None
        self.write_slope = write or loss.slope_writer(self.output, out)
        lowest = next(i for i, layer in enumerate(layers) if signals[i + 1].slope is not None)
        for index in range(len(layers) - 1, lowest - 1, -1):
            layer, x, y = layers[index], signals[index], signals[index + 1]
            if fused and layer is last:
                self.backward += _without_activation(layer, x, y)
            else:
                self.backward += layer.backward_calls(x, y)

    def slopes_of(self, x: Array, t: Array, weights: Array | None = None) -> None:
        """Compute the slopes for a batch, regularization included, without changing a weight."""
        np.copyto(self.input, x, casting="unsafe")
        for function, arguments in self.forward:
            function(*arguments)
        self.write_slope(t)
        if weights is not None:
            slope = self.signals[-1].full_slope
            assert slope is not None
            np.multiply(slope, weights.reshape(-1, *[1] * (slope.ndim - 1)), slope)
        for function, arguments in self.backward:
            function(*arguments)
        for regularizer, weight, slope, scratch in self.regularized:
            regularizer.add_gradient(weight, slope, 1 / self.scale, scratch)

    def step(self, x: Array, t: Array, weights: Array | None = None) -> float:
        """Train on a batch; give the squared norm of the slopes, which is not finite if they are not.

        The weights are left as they were when it is not finite.
        """
        self.slopes_of(x, t, weights)
        size = float(self.slopes.dot(self.slopes))
        if size - size != 0:  # infinity or NaN
            return size
        optimizer = self.optimizer
        if optimizer.prepares:
            optimizer.prepare_slopes(self.scale)
        optimizer.before_update()
        for function, arguments in self.update:
            function(*arguments)
        return size

    def penalty(self) -> float:
        """Give the regularization penalty of the weights as they are."""
        return sum(regularizer(weight) for regularizer, weight, _, _ in self.regularized)


def _last_activation(layer: Layer) -> Activation | None:
    return layer.activation if isinstance(layer, (Dense, ActivationLayer)) else None


def _without_activation(layer: Layer, x: Signal, y: Signal) -> list[Call]:
    """Plan a last layer's backward pass from the slope by its weighted sums."""
    if isinstance(layer, Dense):
        return layer.sum_backward_calls(x, y)
    return [] if x.slope is None else [(np.copyto, (x.slope, y.full_slope))]
