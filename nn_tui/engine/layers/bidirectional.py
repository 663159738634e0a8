"""A recurrent layer run from both ends."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np

from nn_tui.declare import Knob, register
from nn_tui.engine.activation import Activation, Call
from nn_tui.engine.layers.layer import (
    Array,
    Layer,
    Shape,
    Signal,
    WeightSpec,
)
from nn_tui.engine.layers.recurrent import Recurrent
from nn_tui.errors import SpecError

__all__ = ["Bidirectional"]


@register("layer", "Bidirectional")
class Bidirectional(Layer):
    """Run a recurrent layer from both ends and put both outputs side by side.

    Args:
        layer: the recurrent layer: LSTM, GRU or SimpleRNN with its settings.
        trainable: whether training moves the weights, if the layer's own may be moved. Default yes.
    Input: (batch, steps, inputs).  Output: that of the layer, twice as wide.
    Raises:
        SpecError: the layer is not recurrent.
    Source: agrees with keras.layers.Bidirectional with merge_mode "concat".
    """

    EXAMPLES: ClassVar[list[tuple[dict[str, Any], Shape]]] = [
        ({"layer": {"type": "GRU", "units": 2}}, (3, 2)),
        ({"layer": {"type": "LSTM", "units": 2, "return_sequences": True}}, (3, 2)),
    ]

    def __init__(self, layer: Annotated[Any, Knob(kind="layer")], trainable: bool = True) -> None:
        from nn_tui.engine.resolving import resolve

        one = resolve("layer", layer)
        if not isinstance(one, Recurrent):
            raise SpecError(
                f"Bidirectional takes a recurrent layer, got {type(one).__name__}.",
                "Use LSTM, GRU or SimpleRNN.",
            )
        self.layer = one
        config = {**one.get_config(), "go_backwards": not one.go_backwards}
        self.other = type(one)(**config)
        self.trainable = trainable and one.trainable

    def output_shape_for(self, shape: Shape) -> Shape:
        inner = self.layer.output_shape_for(shape)
        return (*inner[:-1], 2 * inner[-1])

    @property
    def output_activation(self) -> Activation | None:
        return self.layer.output_activation

    def _pairs(self) -> list[tuple[str, Recurrent]]:
        return [("forward_", self.layer), ("backward_", self.other)]

    def weights_for(self, shape: Shape) -> list[WeightSpec]:
        return [
            spec._replace(name=f"{prefix}{spec.name}")
            for prefix, layer in self._pairs()
            for spec in layer.weights_for(shape)
        ]

    def place(self, weights: dict[str, Array], slopes: dict[str, Array]) -> None:
        super().place(weights, slopes)
        for prefix, layer in self._pairs():
            layer.place(
                *(
                    {
                        name.removeprefix(prefix): array
                        for name, array in part.items()
                        if name.startswith(prefix)
                    }
                    for part in (weights, slopes)
                )
            )

    def place_vector(self, weights: Array, slopes: Array | None) -> None:
        middle = len(weights) // 2
        for (_, layer), half in zip(self._pairs(), (slice(middle), slice(middle, None)), strict=True):
            layer.place_vector(weights[half], None if slopes is None else slopes[half])

    def forward_calls(self, x: Signal, y: Signal, training: bool) -> list[Call]:
        self._outputs: list[Signal] = []
        calls: list[Call] = []
        u = self.layer.units
        for number, (_, layer) in enumerate(self._pairs()):
            layer.input_shape, layer.random = self.input_shape, self.random
            half = y.full[..., number * u : (number + 1) * u]
            own = Signal(np.zeros(half.shape, half.dtype), np.zeros(half.shape, half.dtype))
            self._outputs.append(own)
            calls += layer.forward_calls(x, own, training)
            shown = own.full[:, ::-1] if number and layer.return_sequences else own.full
            calls.append((np.copyto, (half, shown)))
        return calls

    def backward_calls(self, x: Signal, y: Signal) -> list[Call]:
        assert y.full_slope is not None
        calls: list[Call] = []
        u = self.layer.units
        kept = None if x.slope is None else np.zeros_like(x.slope)
        for number, ((_, layer), own) in enumerate(zip(self._pairs(), self._outputs, strict=True)):
            half = y.full_slope[..., number * u : (number + 1) * u]
            assert own.full_slope is not None
            target = own.full_slope[:, ::-1] if number and layer.return_sequences else own.full_slope
            calls.append((np.copyto, (target, half)))
            calls += layer.backward_calls(x, own)
            if kept is not None and number == 0:
                calls.append((np.copyto, (kept, x.slope)))
        if kept is not None:
            calls.append((np.add, (x.slope, kept, x.slope)))
        return calls
