"""Schedules: the learning rate as a function of the number of steps taken.

An optimizer takes one in place of its learning rate and asks it before every step; `LearningRateScheduler`
asks one before every epoch.
"""

from __future__ import annotations

import math
from typing import Annotated, Any

from nn_tui.declare import Knob, register
from nn_tui.engine.checked import Checked
from nn_tui.errors import SpecError

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "Schedule",
]

Rate = Annotated[float, Knob(above=0, at_most=1e30, scale="log")]
LowRate = Annotated[float, Knob(at_least=0, at_most=1e30, scale="log")]
Steps = Annotated[int, Knob(at_least=1, scale="log")]
Factor = Annotated[float, Knob(above=0, scale="log")]
Share = Annotated[float, Knob(at_least=0, at_most=1)]


class Schedule(metaclass=Checked):
    """The base of every schedule: call it with a number of steps, from 0, to get the rate."""

    def __call__(self, step: int) -> float:
        """Give the learning rate of the step that follows `step` others."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """Give every constructor argument."""
        from nn_tui.declare import params

        return {param.name: getattr(self, param.name) for param in params(type(self))}


@register("schedule", "ExponentialDecay")
class ExponentialDecay(Schedule):
    """Multiply the rate by a factor every so many steps, smoothly or in stairs.

        rate = initial_learning_rate * decay_rate ^ (step / decay_steps)

    Args:
        initial_learning_rate: the rate of the first step, above 0. Default 0.01.
        decay_steps: steps in which the factor is applied once, at least 1. Default 1000.
        decay_rate: the factor, above 0. Default 0.96.
        staircase: whether the rate stays until `decay_steps` are over. Default no.
    Source: agrees with keras.optimizers.schedules.ExponentialDecay,
        which has no defaults for the first three.
    """

    def __init__(
        self,
        initial_learning_rate: Rate = 0.01,
        decay_steps: Steps = 1000,
        decay_rate: Factor = 0.96,
        staircase: bool = False,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase

    def __call__(self, step: int) -> float:
        passed = step / self.decay_steps
        power = math.floor(passed) if self.staircase else passed
        return self.initial_learning_rate * _power(self.decay_rate, power)


@register("schedule", "InverseTimeDecay")
class InverseTimeDecay(Schedule):
    """Divide the rate by a number that grows evenly with the steps.

        rate = initial_learning_rate / (1 + decay_rate * step / decay_steps)

    Args:
        initial_learning_rate: the rate of the first step, above 0. Default 0.01.
        decay_steps: steps in which the divisor grows by `decay_rate`, at least 1. Default 1000.
        decay_rate: how fast it falls, above 0. Default 0.5.
        staircase: whether the rate stays until `decay_steps` are over. Default no.
    Source: agrees with keras.optimizers.schedules.InverseTimeDecay,
        which has no defaults for the first three.
    """

    def __init__(
        self,
        initial_learning_rate: Rate = 0.01,
        decay_steps: Steps = 1000,
        decay_rate: Factor = 0.5,
        staircase: bool = False,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase

    def __call__(self, step: int) -> float:
        passed = step / self.decay_steps
        return self.initial_learning_rate / (
            1 + self.decay_rate * (math.floor(passed) if self.staircase else passed)
        )


@register("schedule", "PolynomialDecay")
class PolynomialDecay(Schedule):
    """Fall from one rate to another in a number of steps, along a power; 1 is a straight line.

        s    = min(step, decay_steps)
        rate = (initial - end) * (1 - s / decay_steps) ^ power + end

    Args:
        initial_learning_rate: the rate of the first step, above 0. Default 0.01.
        decay_steps: steps until the last rate is reached, at least 1. Default 1000.
        end_learning_rate: the last rate, at least 0. Default 0.0001.
        power: the shape of the fall, above 0. Default 1.
        cycle: whether to begin again, each time over a longer span. Default no.
    Source: agrees with keras.optimizers.schedules.PolynomialDecay,
        which has no defaults for the first two.
    """

    def __init__(
        self,
        initial_learning_rate: Rate = 0.01,
        decay_steps: Steps = 1000,
        end_learning_rate: LowRate = 0.0001,
        power: Factor = 1.0,
        cycle: bool = False,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle

    def __call__(self, step: int) -> float:
        span = float(self.decay_steps)
        if self.cycle:
            span *= max(1, math.ceil(step / self.decay_steps))
        left = 1 - min(step, span) / span
        fall = self.initial_learning_rate - self.end_learning_rate
        return fall * _power(left, self.power) + self.end_learning_rate


@register("schedule", "PiecewiseConstantDecay")
class PiecewiseConstantDecay(Schedule):
    """Keep one rate up to a step, then another, and so on.

        rate = values[i] for the first i with step <= boundaries[i], else the last value

    Args:
        boundaries: the last step of each rate but the last one, rising. Default 1000.
        values: the rates, one more than there are boundaries. Default 0.01, 0.001.
    Source: agrees with keras.optimizers.schedules.PiecewiseConstantDecay, which has no defaults.
    """

    def __init__(
        self,
        boundaries: Annotated[tuple[int, ...], Knob(at_least=0)] = (1000,),
        values: Annotated[tuple[float, ...], Knob(above=0, at_most=1e30)] = (0.01, 0.001),
    ) -> None:
        if len(values) != len(boundaries) + 1:
            raise SpecError(
                f"PiecewiseConstantDecay: {len(boundaries)} boundaries need {len(boundaries) + 1} values, "
                f"got {len(values)}.",
                "Give one value more than boundaries.",
            )
        if list(boundaries) != sorted(set(boundaries)):
            raise SpecError(
                f"PiecewiseConstantDecay: 'boundaries' must rise, got {list(boundaries)}.", "Sort them."
            )
        self.boundaries = boundaries
        self.values = values

    def __call__(self, step: int) -> float:
        for boundary, value in zip(self.boundaries, self.values, strict=False):
            if step <= boundary:
                return value
        return self.values[-1]


@register("schedule", "CosineDecay")
class CosineDecay(Schedule):
    """Fall along half a cosine, slow at both ends; perhaps after rising evenly at the start.

        s    = min(step - warmup_steps, decay_steps)
        rate = top * ((1 - alpha) * (1 + cos(pi * s / decay_steps)) / 2 + alpha)

    Args:
        initial_learning_rate: the rate of the first step, at least 0. Default 0.01.
        decay_steps: steps of the fall, at least 1. Default 1000.
        alpha: the last rate as a share of the top one, 0 to 1. Default 0.
        warmup_target: the top rate, reached at the end of the rise. Default none: no rise.
        warmup_steps: steps of the rise, at least 0. Default 0.
    Source: agrees with keras.optimizers.schedules.CosineDecay,
        which has no defaults for the first two.
    """

    def __init__(
        self,
        initial_learning_rate: LowRate = 0.01,
        decay_steps: Steps = 1000,
        alpha: Share = 0.0,
        warmup_target: Annotated[float | None, Knob(above=0, at_most=1e30, scale="log")] = None,
        warmup_steps: Annotated[int, Knob(at_least=0)] = 0,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def __call__(self, step: int) -> float:
        top, fallen = self.initial_learning_rate, step
        if self.warmup_target is not None:
            if step < self.warmup_steps:
                return top + (self.warmup_target - top) * step / self.warmup_steps
            top, fallen = self.warmup_target, step - self.warmup_steps
        share = min(fallen, self.decay_steps) / self.decay_steps
        return top * ((1 - self.alpha) * _half_cosine(share) + self.alpha)


@register("schedule", "CosineDecayRestarts")
class CosineDecayRestarts(Schedule):
    """Fall along half a cosine again and again, each fall longer and from a lower start.

        rate = initial * ((1 - alpha) * m_mul ^ restarts * (1 + cos(pi * share of the fall)) / 2 + alpha)

    Args:
        initial_learning_rate: the rate of the first step, above 0. Default 0.01.
        first_decay_steps: steps of the first fall, at least 1. Default 1000.
        t_mul: how many times longer each fall is, at least 1. Default 2.
        m_mul: the start of each fall as a share of the one before, above 0. Default 1.
        alpha: the last rate as a share of the first, 0 to 1. Default 0.
    Source: agrees with keras.optimizers.schedules.CosineDecayRestarts,
        which has no defaults for the first two.
    """

    def __init__(
        self,
        initial_learning_rate: Rate = 0.01,
        first_decay_steps: Steps = 1000,
        t_mul: Annotated[float, Knob(at_least=1)] = 2.0,
        m_mul: Factor = 1.0,
        alpha: Share = 0.0,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha

    def __call__(self, step: int) -> float:
        passed = step / self.first_decay_steps
        restarts = self._restarts(passed)
        within = (passed - self._falls(restarts)) / _power(self.t_mul, restarts)
        faded = _power(self.m_mul, restarts) * _half_cosine(within)
        return self.initial_learning_rate * ((1 - self.alpha) * faded + self.alpha)

    def _restarts(self, passed: float) -> int:
        """Return how many falls are over; `passed` and they are counted in first falls."""
        if self.t_mul == 1:
            return math.floor(passed)
        restarts = math.floor(math.log1p(passed * (self.t_mul - 1)) / math.log(self.t_mul))
        # The logarithms may be one too low or high where a fall is over to the step.
        while passed >= self._falls(restarts + 1):
            restarts += 1
        while restarts and passed < self._falls(restarts):
            restarts -= 1
        return restarts

    def _falls(self, count: int) -> float:
        """Return how long some falls are together."""
        return count if self.t_mul == 1 else (_power(self.t_mul, count) - 1) / (self.t_mul - 1)


def _half_cosine(share: float) -> float:
    return 0.5 * (1 + math.cos(math.pi * share))


def _power(base: float, exponent: float) -> float:
    """Raise to a power; infinity where the number is too large, at which the training ends."""
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf
