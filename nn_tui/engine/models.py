"""`Sequential`: a stack of layers that can be compiled, trained, asked and summed up, as in Keras."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator, SeedSequence
from numpy.typing import NDArray

from nn_tui import declare
from nn_tui.engine import (
    counting,  # noqa: F401  # registers its metrics
    losses,
    metrics,
    optimizers,
)
from nn_tui.engine.callbacks.callback import Callback
from nn_tui.engine.checks import check_rows, check_targets
from nn_tui.engine.given import features, row_weights, split_off, targets, validation_rows, whole
from nn_tui.engine.history import History
from nn_tui.engine.layers.core import Input
from nn_tui.engine.layers.layer import Layer, Shape
from nn_tui.engine.measuring import Measuring
from nn_tui.engine.memory import Memory
from nn_tui.engine.metrics import get as get_metric
from nn_tui.engine.naming import snake_case
from nn_tui.engine.optimizers.optimizer import Optimizer
from nn_tui.engine.plan import Plan, TrainingPlan
from nn_tui.engine.summary import summary_table
from nn_tui.engine.training import Training
from nn_tui.errors import ShapeError, SpecError

Array = NDArray[Any]

_PLANS_KEPT = 6
_CHUNK_CELLS = 1 << 20
"""Numbers that a layer's output may have when many rows are predicted at once."""


class Sequential:
    """A stack of layers, each fed by the one before.

    Args:
        layers: the stack; an `Input` or an `input_shape` at its start says the shape of a row.
        name: its name. Default "sequential".
        dtype: "float32" or "float64". Default "float32".
        seed: what the initial weights, the order of rows and dropout follow from. Default: none,
            another one every time.
    """

    def __init__(
        self,
        layers: Iterable[Layer] | None = None,
        name: str | None = None,
        *,
        dtype: str = "float32",
        seed: int | None = None,
    ) -> None:
        self.name = name or "sequential"
        self.dtype = np.dtype(dtype)
        self.layers: list[Layer] = []
        self.seed = seed
        self.stop_training = False
        self.history: History | None = None
        self.optimizer: Optimizer
        self.loss: losses.Loss
        self.metrics: dict[str, metrics.Metric] = {}
        self._input_shape: Shape | None = None
        self._memory: Memory | None = None
        self._compiled = False
        self._plans: dict[tuple[int, bool], Plan] = {}
        streams = SeedSequence(seed).spawn(4)
        self._random: dict[str, Generator] = {
            purpose: np.random.default_rng(stream)
            for purpose, stream in zip(("weights", "order", "layers", "data"), streams, strict=True)
        }
        # Overflow is looked for and told, so NumPy's own warnings are switched off, in a context
        # of our own that no caller shares.
        self._quiet = contextvars.copy_context()
        self._quiet.run(np.seterr, all="ignore")
        for layer in layers or ():
            self.add(layer)

    def add(self, layer: Layer) -> None:
        """Put a layer on top of the stack.

        Raises:
            SpecError: it is not a layer, or an Input that is not the first.
        """
        if not isinstance(layer, Layer):
            raise SpecError(f"A layer was expected, got {layer!r}.", "Give Dense(units=16), say.")
        if isinstance(layer, Input):
            if self.layers or self._input_shape:
                raise SpecError("Input must come first.", "Remove the second Input.")
            self._input_shape = layer.shape
            return
        if not self.layers and self._input_shape is None:
            self._input_shape = layer.given_input_shape
        self.layers.append(layer)
        self._name(layer)
        self._forget()
        if self._input_shape is not None:
            self.build(self._input_shape)

    def pop(self) -> Layer:
        """Take the last layer away and give it."""
        layer = self.layers.pop()
        self._forget()
        return layer

    def build(self, input_shape: Sequence[int | None]) -> None:
        """Make the weights for an input shape; a leading None stands for the batch."""
        shape = tuple(part for part in declare.plain(tuple(input_shape)) if part is not None)
        self._input_shape = shape
        for layer in self.layers:
            layer.input_shape = shape
            shape = layer.output_shape_for(shape)
            layer.output_shape = shape
            layer.random = self._random["layers"]
            layer.make_weights = self._weights
        self._forget()

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Sequence[Any] | None = None,  # Keras's name
    ) -> None:
        """Choose how it learns.

        Args:
            optimizer: a name or an object. Default "rmsprop".
            loss: a name, an object or one of the functions of `metrics`.
            metrics: names or objects. Default none.

        Raises:
            SpecError: a name is unknown.
        """
        self.optimizer = optimizers.get(optimizer)
        self.loss = losses.get(loss) if loss is not None else None  # type: ignore[assignment]  # checked before use
        self.metrics = {_metric_name(metric): get_metric(metric) for metric in metrics or ()}
        self._compiled = True
        if self._memory is not None:
            self._memory.train(self.optimizer)
        self._plans = {}

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = (),
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
    ) -> History:
        """Train for some epochs; names, defaults and meaning as in Keras.

        Rows are arrays or lists. Where a row is one number, `x` may have one axis only.

        Returns:
            The history: `.history` is a dict of lists, `.epoch` the numbers of the epochs from 0.

        Raises:
            SpecError: not compiled, or the network does not fit the data.
            DataError: the rows are not of one shape, or do not pair with targets or weights.
            DivergedError: the loss left the finite numbers.
        """
        x, y = features(self, x), targets(y)
        weights = row_weights(len(x), y, None, sample_weight)
        validation = validation_rows(self, validation_data)
        if validation_split and validation is None:
            (x, y, weights), validation = split_off((x, y, weights), float(validation_split))
        training = Training(
            self,
            x,
            y,
            batch_size=whole("batch_size", 32 if batch_size is None else batch_size),
            epochs=whole("epochs", epochs, least=0),
            shuffle=bool(shuffle),
            validation_data=validation,
            class_weight=class_weight,
            sample_weight=weights,
            callbacks=[callbacks] if isinstance(callbacks, Callback) else callbacks,
            initial_epoch=whole("initial_epoch", initial_epoch, least=0),
        )
        self.history = training.record
        tell = training.teller(verbose)
        for epoch_ended in training:
            tell(epoch_ended)
        return training.record

    def evaluate(
        self,
        x: Any,
        y: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Give the loss and the metrics on some rows.

        Returns:
            The loss alone without metrics, else [loss, *metrics]; a dict with `return_dict`.
        """
        del batch_size, verbose
        x, y = features(self, x), targets(y)
        self.ensure_ready(x.shape[1:])
        check_rows(self, x, y)
        check_targets(self, y)
        values = self.run_quietly(self.measure, x, y, row_weights(len(x), y, None, sample_weight))
        if return_dict:
            return values
        return list(values.values()) if self.metrics else values["loss"]

    def measure(self, x: Array, y: Array, sample_weight: Array | None = None) -> dict[str, float]:
        """Give loss and metrics on rows that were checked, in inference mode; call it quietly."""
        measuring = Measuring(self)
        measuring.add(y, self._predict(x), sample_weight)
        return measuring.result()

    def penalty(self) -> float:
        """Return the regularization penalty of the weights that training may move, as Keras counts it."""
        return sum(
            spec.regularizer(layer.weight(spec.name))
            for layer in self.layers
            if layer.trainable
            for spec in layer.weights_for(layer.input_shape)
            if spec.regularizer is not None
        )

    def predict(self, x: Any, batch_size: int | None = None, verbose: Any = "auto") -> Array:
        """Give the outputs for some rows, `(rows, ..., units)`."""
        del batch_size, verbose
        x = features(self, x)
        self._ensure_built(x.shape[1:])
        check_rows(self, x)
        return self.run_quietly(self._predict, x)

    def _predict(self, x: Array) -> Array:
        output = np.empty((len(x), *self.layers[-1].output_shape), self.dtype)
        chunk = min(len(x), self.rows_at_once)
        for start in range(0, len(x), chunk):
            rows = x[start : start + chunk]
            plan = self.plan(len(rows))
            output[start : start + chunk] = plan.run(rows)
        return output

    @property
    def rows_at_once(self) -> int:
        """Rows that `predict` takes at once; multiples of it give the same as all rows together."""
        widest = max(1, *(int(np.prod(layer.output_shape)) for layer in self.layers))
        return max(1, min(4096, _CHUNK_CELLS // widest))

    def activations(self, x: Any) -> list[Array]:
        """Give the output of every layer for some rows, in inference mode."""
        x = features(self, x)
        self._ensure_built(x.shape[1:])
        plan = self.plan(len(x))
        self._quiet.run(plan.run, x)
        return [signal.value.copy() for signal in plan.signals[1:]]

    def gradients(self, x: Any, y: Any) -> list[Array]:
        """Give the loss's slope by every trained weight on some rows, in `get_weights` order."""
        x, y = features(self, x), targets(y)
        self.ensure_ready(x.shape[1:])
        plan = self.training_plan(len(x))
        taken = self.loss.targets(y, self.layers[-1].output_shape[-1], self.dtype)
        self._quiet.run(plan.slopes_of, x, taken)
        assert self._memory is not None
        return [variable.slope * self.dtype.type(plan.scale) for variable in self._memory.variables]

    def train_on_batch(self, x: Any, y: Any) -> Any:
        """Train one step; give the loss and metrics before it, as `evaluate` does."""
        x, y = features(self, x), targets(y)
        training = Training(self, x, y, batch_size=len(x), shuffle=False)
        for _ in training:
            pass
        values = [training.history[name][-1] for name in ("loss", *self.metrics)]
        return values if self.metrics else values[0]

    def test_on_batch(self, x: Any, y: Any) -> Any:
        """Give the loss and metrics on one batch."""
        return self.evaluate(x, y)

    def plan(self, batch: int) -> Plan:
        """Give the forward pass for a batch size; the last few are kept."""
        return self._kept_plan((batch, False), lambda: Plan(self._weights(), batch))

    def training_plan(self, batch: int) -> TrainingPlan:
        """Give the training step for a batch size; the last few are kept."""

        def make() -> Plan:
            return TrainingPlan(self._weights(), batch, self.loss, self.optimizer)

        plan = self._kept_plan((batch, True), make)
        assert isinstance(plan, TrainingPlan)
        return plan

    def _kept_plan(self, key: tuple[int, bool], make: Callable[[], Plan]) -> Plan:
        plan = self._plans.pop(key, None) or make()
        self._plans[key] = plan
        if len(self._plans) > _PLANS_KEPT:
            del self._plans[next(iter(self._plans))]
        return plan

    def ensure_ready(self, shape: Shape) -> None:
        """Make the weights and slopes if they are not there.

        Raises:
            SpecError: not compiled, or without a loss.
        """
        if not self._compiled or self.loss is None:
            raise SpecError("The model must be compiled with a loss first.", "Call compile().")
        self._ensure_built(shape)
        if self._weights().slopes is None:
            self._weights().train(self.optimizer)

    def _ensure_built(self, shape: Shape) -> None:
        if not self.layers:
            raise SpecError("The model has no layers.", "Add a Dense layer.")
        if self._input_shape is None:
            self.build(shape or (1,))

    def _weights(self) -> Memory:
        if self._memory is None:
            if self._input_shape is None or not self.layers:
                raise ShapeError("The model is not built.", "Give the first layer an input_shape.")
            self._memory = Memory(self.layers, self.dtype, self._random["weights"])
            if self._compiled:
                self._memory.train(self.optimizer)
        return self._memory

    def _forget(self) -> None:
        self._memory = None
        self._plans = {}

    def _name(self, layer: Layer) -> None:
        if not layer.name:
            snake = snake_case(type(layer).__name__)
            taken = [other.name for other in self.layers]
            count = sum(re.fullmatch(rf"{snake}(_\d+)?", name) is not None for name in taken)
            layer.name = f"{snake}_{count}" if count else snake

    @property
    def built(self) -> bool:
        """Whether the shapes of all layers are known."""
        return self._input_shape is not None and bool(self.layers)

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """The shape of a batch of rows; None stands for the batch."""
        return (None, *(self._input_shape or ()))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The shape of a batch of outputs; None stands for the batch."""
        return (None, *self.layers[-1].output_shape)

    def get_weights(self) -> list[Array]:
        """Give copies of all weights in Keras's order and layout."""
        self._weights()
        return [array for layer in self.layers for array in layer.get_weights()]

    def set_weights(self, weights: Sequence[Array]) -> None:
        """Put all weights in, in Keras's order and layout.

        Raises:
            ShapeError: their number or a shape differs.
        """
        self._weights()
        counts = [len(layer.get_weights()) for layer in self.layers]
        if sum(counts) != len(weights):
            raise ShapeError(
                f"The model has {sum(counts)} weight arrays, got {len(weights)}.",
                "Give them in the order of get_weights().",
            )
        start = 0
        for layer, count in zip(self.layers, counts, strict=True):
            layer.set_weights(list(weights[start : start + count]))
            start += count

    def count_params(self) -> int:
        """Give the number of parameters."""
        if not self.built:
            raise ShapeError("The model is not built.", "Give the first layer an input_shape.")
        return sum(layer.parameter_count_for(layer.input_shape) for layer in self.layers)

    def summary(self, print_fn: Callable[[str], Any] = print) -> None:
        """Print the layers, their shapes and parameters as Keras does; no weight is allocated for it.

        Args:
            print_fn: what takes the text. Default `print`.
        """
        print_fn(summary_table(self))

    def next_order(self, rows: int) -> NDArray[np.int64]:
        """Draw the order of rows for an epoch."""
        return self._random["order"].permutation(rows)

    @property
    def data_random(self) -> Generator:
        """The random numbers by which training batches are changed."""
        return self._random["data"]

    def run_quietly(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function with NumPy's warnings off: overflow is looked for and told by us."""
        return self._quiet.run(function, *arguments)

    @property
    def trained_weights(self) -> Array:
        """The flat vector of all trained weights."""
        return self._weights().weights

    @property
    def memory(self) -> Memory:
        """Where the weights live."""
        return self._weights()

    def state(self) -> dict[str, Any]:
        """Give all that continuing bit for bit needs: weights, optimizer, random generators."""
        memory = self._weights()
        return {
            "weights": memory.weights.copy(),
            "states": [
                [layer.weight(spec.name).copy() for spec in layer.states_for(layer.input_shape)]
                for layer in self.layers
            ],
            "optimizer": self.optimizer.state() if memory.slopes is not None else None,
            "random": {
                purpose: generator.bit_generator.state for purpose, generator in self._random.items()
            },
        }

    def restore(self, state: Any) -> None:
        """Take what `state` gave.

        Raises:
            ShapeError: it is another network's.
        """
        memory = self._weights()
        kept = [[spec.shape for spec in layer.states_for(layer.input_shape)] for layer in self.layers]
        given = [[np.shape(array) for array in arrays] for arrays in state["states"]]
        if np.shape(state["weights"]) != memory.weights.shape or given != kept:
            raise ShapeError("The saved weights are another network's.", "Open it with its spec.")
        memory.weights[...] = state["weights"]
        for layer, arrays in zip(self.layers, state["states"], strict=True):
            for spec, array in zip(layer.states_for(layer.input_shape), arrays, strict=True):
                layer.weight(spec.name)[...] = array
        if state["optimizer"] is not None and self._compiled:
            if memory.slopes is None:
                memory.train(self.optimizer)
            unit = self.optimizer.unit
            self.optimizer.restore(state["optimizer"])
            if self.optimizer.unit != unit:  # which the planned steps have in them
                self._plans = {}
        for purpose, generator_state in state["random"].items():
            self._random[purpose].bit_generator.state = generator_state


def _metric_name(metric: Any) -> str:
    name = getattr(metric, "name", None) or getattr(metric, "__name__", None) or metric
    return name if isinstance(name, str) else declare.name_of(type(metric))
