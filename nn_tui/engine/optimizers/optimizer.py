"""`Optimizer`: what every rule of learning is made of, and how to write another one.

The model's weights are one flat vector and their slopes another, so a rule is a few whole-vector
operations. The slopes are sums over the batch; `scale` (1 / samples) makes means of them, and each rule
folds it into a constant it multiplies by anyway.

A rule gives `update_calls(scale)`: functions with their arrays bound, replayed at every step after
`before_update`, which counts the step and writes what depends on it into small constant arrays. Settings
are read there, so changing an attribute takes effect at the next step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import Knob
from nn_tui.engine.activation import Call
from nn_tui.engine.checked import Checked
from nn_tui.engine.resolving import config_of, resolve
from nn_tui.engine.schedules import Schedule
from nn_tui.errors import SpecError

Array = NDArray[Any]

LearningRate = Annotated[
    float | Schedule, Knob(above=0, at_most=1e30, scale="log", live=True, kind="schedule")
]
Decay = Annotated[float, Knob(at_least=0, below=1, live=True)]
Start = Annotated[float, Knob(at_least=0)]
Epsilon = Annotated[float, Knob(above=0, scale="log")]
Limit = Annotated[float | None, Knob(above=0, scale="log", live=True)]
WeightDecay = Annotated[float | None, Knob(at_least=0, scale="log", live=True)]

SWEPT_EVERY = 128
"""Steps from one sweep of what is remembered to the next."""
DUST = 2.0**20
"""Times the smallest normal number: what is smaller is swept away, before 128 steps that each keep 0.9 of
it make it subnormal."""


class Variable(NamedTuple):
    """A trained weight array: its name and the views of its weights and slopes."""

    name: str
    weight: Array
    slope: Array


class Optimizer(metaclass=Checked):
    """The base of every optimizer.

    Settings common to all, taken by every constructor: `weight_decay`, `clipnorm`, `clipvalue`,
    `global_clipnorm` (at most one of the three).
    """

    COMMON: ClassVar[tuple[str, ...]] = ("name",)
    schedule: Schedule | None = None
    """What says the learning rate of every step; None while it is a number."""
    weight_decay: float | None = None
    clipnorm: float | None = None
    clipvalue: float | None = None
    global_clipnorm: float | None = None
    iterations = 0
    _current_rate: float = 0.0

    @property
    def learning_rate(self) -> float:
        """The rate of the last step, or of the first one before there was any.

        May be set to a number, which ends a schedule, or to a schedule: an object, its name, or a mapping
        with its `type` and settings.
        """
        return self._current_rate

    @learning_rate.setter
    def learning_rate(self, value: float | str | Mapping[str, Any] | Schedule) -> None:
        if isinstance(value, (str, Mapping)):
            value = resolve("schedule", value)
        if isinstance(value, Schedule):
            self.schedule = value
            self._follow_schedule()
        else:
            self.schedule = None
            self._current_rate = value  # type: ignore[assignment]  # a number: names and mappings were resolved

    def _follow_schedule(self) -> None:
        if self.schedule is not None:
            self._current_rate = self.schedule(self.iterations)

    def take_common(self, common: dict[str, Any]) -> None:
        """Take the keywords that every optimizer's constructor has in Keras."""

    def set_clipping(
        self,
        weight_decay: float | None,
        clipnorm: float | None,
        clipvalue: float | None,
        global_clipnorm: float | None,
    ) -> None:
        """Take the common settings.

        Raises:
            SpecError: more than one way of clipping.
        """
        if sum(limit is not None for limit in (clipnorm, clipvalue, global_clipnorm)) > 1:
            raise SpecError(
                f"{type(self).__name__} takes one of clipnorm, clipvalue and global_clipnorm.",
                "Set one of them.",
            )
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm

    def allocate(self, size: int, dtype: Any) -> Array:
        """Give the vector in which the slopes are to be written."""
        return np.zeros(size, dtype)

    def bind(self, weights: Array, slopes: Array, variables: list[Variable]) -> None:
        """Take the flat vectors and make the state, all zero."""
        self.weights, self.slopes, self.variables = weights, slopes, variables
        self.iterations = 0
        self._follow_schedule()
        self.scratch = np.empty_like(weights)
        self.make_state()

    def make_state(self) -> None:
        """Allocate what is remembered from step to step."""

    def prepare_slopes(self, scale: float) -> None:
        """Clip the slopes and let the weights decay, where that is asked for."""
        self._follow_schedule()
        if self.clipnorm is not None:
            for variable in self.variables:
                norm = scale * float(np.linalg.norm(variable.slope))
                if norm > self.clipnorm:
                    np.multiply(
                        variable.slope,
                        variable.slope.dtype.type(self.clipnorm / norm),
                        variable.slope,
                    )
        elif self.global_clipnorm is not None:
            norm = scale * float(np.sqrt(np.dot(self.slopes, self.slopes)))
            if norm > self.global_clipnorm:
                factor = self.slopes.dtype.type(self.global_clipnorm / norm)
                np.multiply(self.slopes, factor, self.slopes)
        elif self.clipvalue is not None:
            limit = self.slopes.dtype.type(self.clipvalue / scale)
            np.clip(self.slopes, -limit, limit, out=self.slopes)
        if self.weight_decay:
            keep = self.weights.dtype.type(1 - self.weight_decay * self.learning_rate)
            for variable in self.variables:
                np.multiply(variable.weight, keep, variable.weight)

    @property
    def unit(self) -> float:
        """What the remembered sums are multiples of, which planned steps follow; 0 before there is one."""
        return 0.0

    @property
    def prepares(self) -> bool:
        """Whether `prepare_slopes` has anything to do."""
        return bool(
            self.weight_decay
            or self.clipnorm is not None
            or self.clipvalue is not None
            or self.global_clipnorm is not None
        )

    def before_update(self) -> None:
        """Count the step and write what depends on it into the constants."""
        if self.schedule is not None:
            self._follow_schedule()
        self.iterations += 1
        if not self.iterations % SWEPT_EVERY:
            self._sweep()

    def _sweep(self) -> None:
        """Set to 0 what is remembered of slopes that are 0 for long, as those of a dead unit are.

        It halves at every few steps until it is subnormal, and stays so: arithmetic with such numbers
        takes a hundred times as long. Beside any epsilon above 1e-12 it changes no weight.
        """
        for array in self.state_arrays().values():
            if array.dtype.kind == "f":
                array[np.abs(array) < DUST * np.finfo(array.dtype).tiny] = 0

    def update_calls(self, scale: float) -> list[Call]:
        """Plan the change of the weights from slopes that are `1 / scale` times the mean's."""
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        """Give all that continuing bit for bit needs."""
        return {
            "iterations": self.iterations,
            "learning_rate": self._current_rate,
            **{name: array.copy() for name, array in self.state_arrays().items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take what `state` gave.

        Raises:
            SpecError: it is another optimizer's.
        """
        own = self.state_arrays()
        if any(name not in state or np.shape(state[name]) != own[name].shape for name in own):
            raise SpecError(
                f"The saved optimizer is another one than this {type(self).__name__}.",
                "Open it with its spec.",
            )
        self.iterations = state["iterations"]
        # A schedule stays what it is; only the number it gave last is taken.
        self._current_rate = state["learning_rate"]
        for name, array in own.items():
            array[...] = state[name]

    def state_arrays(self) -> dict[str, Array]:
        """Give the arrays that are remembered from step to step, by name."""
        return {}

    def moments(self) -> dict[str, Array]:
        """Give what Keras remembers for every weight: flat vectors in its units, in its order.

        With the present settings: without momentum there is no momentum.
        """
        return {}

    def take_moments(self, iterations: int, moments: Mapping[str, Array]) -> None:
        """Go on from what `moments` gave, or Keras, after a number of steps; shapes were checked."""
        self.iterations = iterations
        self._follow_schedule()
        self._put_moments(moments)

    def _put_moments(self, moments: Mapping[str, Array]) -> None:
        own = self.moments()
        for name, array in moments.items():
            own[name][...] = array

    def get_config(self) -> dict[str, Any]:
        """Give every constructor argument."""
        from nn_tui.declare import params

        config = {param.name: getattr(self, param.name) for param in params(type(self))}
        if self.schedule is not None:
            config["learning_rate"] = config_of(self.schedule)
        return config


BLOCK = 1 << 15
"""Weights that are updated at a time, so that all that is remembered of them stays in the caches."""


def blocks(size: int) -> list[slice]:
    """Cut the weights into blocks; of many, all operations on one block come before those on the next."""
    return [slice(start, min(start + BLOCK, size)) for start in range(0, size, BLOCK)]


def cell(like: Array, value: float = 0.0) -> Array:
    """Make a constant that is written anew at every step: an array without axes."""
    return np.full((), value, like.dtype)
