"""Measure a model in training without touching it: all is done on a copy of it.

The copy has random generators, moving averages and an optimizer of its own, so a run that is watched ends
with the same weights, bit for bit, as one that is not.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import name_of
from nn_tui.experiment.build import build_model
from nn_tui.experiment.diagnosis.signs import DataFacts, LayerSigns
from nn_tui.experiment.spec import Spec

if TYPE_CHECKING:
    from nn_tui.data.dataset import Dataset
    from nn_tui.engine.layers.layer import Layer
    from nn_tui.engine.models import Sequential

Array = NDArray[Any]

ROWS = 256
"""Rows of the sample: a unit that gives 0 for all of so many is dead for more than 98 % of the rows."""
CELLS = 1 << 19
"""Numbers that all layers together may give for the sample."""
MOST_PARAMETERS = 4_000_000
"""A larger network is not copied: with its gradient and Adam's moments that would be 64 MB."""
PLAIN = ("Dense", "Conv1D", "Conv2D", "Activation", "SimpleRNN")
"""Layers whose output is their activation's value; LSTM and GRU have gates between."""
FLAT = {"sigmoid": lambda a: a * (1 - a) < 0.025, "tanh": lambda a: 1 - a * a < 0.1}
"""Where a value's slope is less than a tenth of its largest (0.25 for sigmoid, 1 for tanh)."""


class Probe:
    """Measures one model again and again.

    Args:
        spec: what the model was built of, live changes included.
        data: what it is trained on.
    """

    def __init__(self, spec: Spec, data: Dataset) -> None:
        self.spec = spec
        self.data = data
        self.seconds = 0.0
        """How long the last measuring took."""
        self.layers: tuple[LayerSigns, ...] = ()
        """What it gave."""
        self.facts = data_facts(data, spec)
        self.rows = 0
        """How many rows the sample has."""
        self._copy: Sequential | None = None
        self._first: list[tuple[float | None, float | None]] = []
        """Of each layer with the initial weights: the share of dead units, the first step's size."""

    def measure(self, model: Sequential) -> tuple[tuple[LayerSigns, ...], float | None, int]:
        """Measure every layer on a sample of the training rows.

        Returns:
            The layers, the share of the sample that gets the most frequent answer (None for a regression),
            the number of rows; no layers for a network that is too large to be copied.
        """
        if model.count_params() > MOST_PARAMETERS:
            return (), None, 0
        return self.measure_state(model.state())

    def measure_state(self, state: Mapping[str, Any]) -> tuple[tuple[LayerSigns, ...], float | None, int]:
        """Measure every layer of the model as it was when `Sequential.state` gave this; as `measure`."""
        if np.size(state["weights"]) > MOST_PARAMETERS:
            return (), None, 0
        started = time.perf_counter()
        if self._copy is None:
            self._copy = build_model(self.spec, self.data.input_shape, self.data.stream)
            self._copy.ensure_ready(self.data.input_shape)
            cells = sum(int(np.prod(layer.output_shape)) for layer in self._copy.layers)
            self.rows = max(1, min(ROWS, len(self.data.train), CELLS // max(1, cells)))
            self._first = self._measure_first(self._copy)
        copy = self._copy
        copy.restore(state)
        found = self._measure(copy)
        self.layers = found[0]
        self.seconds = time.perf_counter() - started
        return found

    def _sample(self) -> tuple[Array, Array]:
        train = self.data.train
        chosen = np.linspace(0, len(train) - 1, self.rows).astype(np.int64)
        return train.x[chosen], train.y[chosen]

    def _measure_first(self, copy: Sequential) -> list[tuple[float | None, float | None]]:
        outputs = copy.activations(self._sample()[0])
        before = [_kernels(layer) for layer in copy.layers]
        copy.run_quietly(self._step, copy)
        return [
            (_dead(layer, output), _moved(layer, kernels))
            for layer, output, kernels in zip(copy.layers, outputs, before, strict=True)
        ]

    def _measure(self, copy: Sequential) -> tuple[tuple[LayerSigns, ...], float | None, int]:
        x, y = self._sample()
        outputs = copy.activations(x)
        copy.gradients(x, y)
        scale = copy.training_plan(len(x)).scale
        slopes = [_slopes(layer, scale) for layer in copy.layers]
        before = [_kernels(layer) for layer in copy.layers]
        copy.run_quietly(self._step, copy)
        last = len(outputs) - 1
        layers = tuple(
            replace(
                _signs(index, layer, outputs[index], slopes[index], before[index], index == last),
                dead_at_start=None if index == last else self._first[index][0],
                update_at_start=self._first[index][1],
            )
            for index, layer in enumerate(copy.layers)
        )
        return layers, self._answers(outputs[-1], copy.loss.signed), len(x)

    def _step(self, copy: Sequential) -> None:
        """Let the optimizer take one step as it would next, its moments and rate included."""
        train = self.data.train
        size = min(self.spec.fit.batch_size, len(train), max(self.rows, 1))
        plan = copy.training_plan(size)
        x, y = train.x[:size], train.y[:size]
        plan.step(x, copy.loss.targets(y, copy.layers[-1].output_shape[-1], copy.dtype))

    def _answers(self, output: Array, signed: bool) -> float | None:
        if not self.data.classes:
            return None
        last = output.shape[-1]
        answers = output.argmax(axis=-1) if last > 1 else output[..., 0] > (0 if signed else 0.5)
        return float(np.unique(answers, return_counts=True)[1].max() / answers.size)


def _kernels(layer: Layer) -> list[tuple[str, Array]]:
    """Copy the weights that sums are made with; biases start at 0, which no ratio can be made to."""
    return [(name, layer.weight(name).copy()) for name in layer.weight_names if layer.weight(name).ndim > 1]


def _slopes(layer: Layer, scale: float) -> Array | None:
    parts = [slope.ravel() for name in layer.weight_names if (slope := layer.slope(name)) is not None]
    return np.concatenate(parts) * scale if parts else None


def _signs(
    index: int,
    layer: Layer,
    output: Array,
    slopes: Array | None,
    kernels: list[tuple[str, Array]],
    last: bool,
) -> LayerSigns:
    kind = type(layer).__name__
    activation = getattr(layer, "activation", None)
    told = "linear" if activation is None else name_of(type(activation))
    units = output.shape[-1]
    norm = _norm([kernel for _, kernel in kernels]) if kernels else None
    gradient = None if slopes is None else _norm([slopes])
    saturated = None
    if kind in PLAIN and not last and told in FLAT:
        saturated = float(FLAT[told](output).mean())
    return LayerSigns(
        index=index,
        type=kind,
        activation=told,
        units=units,
        weights=norm,
        gradient=gradient,
        slope=None if slopes is None or gradient is None else gradient / slopes.size**0.5,
        update=_moved(layer, kernels),
        dead=None if last else _dead(layer, output),
        saturated=saturated,
        last=last,
    )


def _moved(layer: Layer, kernels: list[tuple[str, Array]]) -> float | None:
    """Give how much the kernels differ from what they were, by their norm then."""
    norm = _norm([kernel for _, kernel in kernels])
    if not norm or not layer.trainable:
        return None
    return _norm([layer.weight(name) - kernel for name, kernel in kernels]) / norm


def _dead(layer: Layer, output: Array) -> float | None:
    """Give the share of relu units that give 0 for every row, and every place of an image."""
    activation = getattr(layer, "activation", None)
    if type(layer).__name__ not in PLAIN or activation is None:
        return None
    if name_of(type(activation)) not in ("relu", "relu6"):
        return None
    return float((output.reshape(-1, output.shape[-1]) <= 0).all(axis=0).mean())


def _norm(arrays: list[Array]) -> float:
    return float(sum(np.sum(np.square(array, dtype=np.float64)) for array in arrays)) ** 0.5


def data_facts(data: Dataset, spec: Spec) -> DataFacts:
    """Say what the training rows say before anything is learned.

    Args:
        data: the rows.
        spec: the experiment, for the loss of the best constant answer.
    """
    y, loss = data.train.y, spec.compile.loss.type
    validation = data.validation is not None
    if data.classes:
        numbers = y.reshape(-1).astype(np.int64) if y.ndim == 1 or y.shape[-1] == 1 else y.argmax(axis=-1)
        shares = np.bincount(numbers.reshape(-1), minlength=data.classes) / max(1, numbers.size)
        most = int(shares.argmax())
        known = shares[shares > 0]
        if spec.fit.class_weight == "balanced":
            known = np.full(len(known), 1 / len(known))
        baseline = float(-(known * np.log(known)).sum()) if loss.endswith("crossentropy") else None
        if loss == "mean_squared_error" and len(shares) == 2:
            baseline = float(known.prod())  # shares of two classes
        if loss == "half_squared_error" and len(shares) == 2:
            baseline = float(2 * known.prod())  # of targets -1 and 1
        return DataFacts(
            classification=True,
            classes=data.classes,
            majority=float(shares[most]),
            majority_name=data.class_names[most],
            baseline=baseline,
            validation=validation,
        )
    values = np.asarray(y, np.float64).reshape(len(y), -1)
    by_loss = {
        "mean_squared_error": lambda: float(values.var(axis=0).mean()),
        "half_squared_error": lambda: float(values.var(axis=0).mean()) / 2,
        "mean_absolute_error": lambda: float(np.abs(values - np.median(values, axis=0)).mean()),
    }
    return DataFacts(
        classification=False,
        lowest=float(values.min()),
        highest=float(values.max()),
        baseline=by_loss[loss]() if loss in by_loss else None,
        validation=validation,
    )
