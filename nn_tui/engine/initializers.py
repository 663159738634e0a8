"""Initializers: the numbers that weights start from, drawn from a generator that is handed in.

The distributions are Keras's; a seed gives other numbers than Keras's own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import Knob, register
from nn_tui.engine.checked import Checked
from nn_tui.engine.resolving import resolve
from nn_tui.errors import ShapeError

if TYPE_CHECKING:
    from numpy.random import Generator

Array = NDArray[Any]
Shape = Sequence[int]
Positive = Annotated[float, Knob(above=0)]
Spread = Annotated[float, Knob(at_least=0)]

# The standard deviation of a normal distribution cut at two standard deviations.
_CUT_STDDEV = 0.87962566103423978


class Initializer(metaclass=Checked):
    """The base of every initializer."""

    def __call__(self, shape: Shape, random: Generator) -> Array:
        """Draw an array of this shape, float64."""
        raise NotImplementedError


def get(identifier: Any) -> Initializer:
    """Give the initializer for a name, a mapping or an object."""
    made: Initializer = resolve("initializer", identifier)
    return made


def fans(shape: Shape) -> tuple[float, float]:
    """Give how many inputs a unit sums and how many outputs an input feeds.

    A kernel is (in, out), a convolution's (height, width, in, out).
    """
    if len(shape) < 2:
        size = float(shape[0]) if shape else 1.0
        return size, size
    receptive = math.prod(shape[:-2])
    return float(shape[-2] * receptive), float(shape[-1] * receptive)


def _cut_normal(shape: Shape, random: Generator) -> Array:
    """Draw standard normal numbers, again where they are beyond two standard deviations."""
    drawn = random.standard_normal(tuple(shape))
    while (beyond := np.abs(drawn) > 2).any():
        drawn[beyond] = random.standard_normal(int(beyond.sum()))
    return drawn


@register("initializer", "zeros")
class Zeros(Initializer):
    """Start from 0.

    Source: agrees with keras.initializers.Zeros.
    """

    def __call__(self, shape: Shape, random: Generator) -> Array:
        return np.zeros(tuple(shape))


@register("initializer", "ones")
class Ones(Initializer):
    """Start from 1.

    Source: agrees with keras.initializers.Ones.
    """

    def __call__(self, shape: Shape, random: Generator) -> Array:
        return np.ones(tuple(shape))


@register("initializer", "constant")
class Constant(Initializer):
    """Start from one given number.

    Args:
        value: the number. Default 0.
    Source: agrees with keras.initializers.Constant.
    """

    def __init__(self, value: Annotated[float, Knob()] = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Shape, random: Generator) -> Array:
        return np.full(tuple(shape), self.value)


@register("initializer", "random_normal", aliases=["normal"])
class RandomNormal(Initializer):
    """Draw from a normal distribution.

    Args:
        mean: its middle. Default 0.
        stddev: its standard deviation, at least 0. Default 0.05.
    Source: agrees with keras.initializers.RandomNormal.
    """

    def __init__(self, mean: Annotated[float, Knob()] = 0.0, stddev: Spread = 0.05) -> None:
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape: Shape, random: Generator) -> Array:
        return self.mean + self.stddev * random.standard_normal(tuple(shape))


@register("initializer", "truncated_normal")
class TruncatedNormal(Initializer):
    """Draw from a normal distribution cut at two standard deviations.

    Args:
        mean: its middle. Default 0.
        stddev: its standard deviation before the cut, at least 0. Default 0.05.
    Source: agrees with keras.initializers.TruncatedNormal.
    """

    def __init__(self, mean: Annotated[float, Knob()] = 0.0, stddev: Spread = 0.05) -> None:
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape: Shape, random: Generator) -> Array:
        return self.mean + self.stddev * _cut_normal(shape, random)


@register("initializer", "random_uniform", aliases=["uniform"])
class RandomUniform(Initializer):
    """Draw evenly between two numbers.

    Args:
        minval: the smallest. Default -0.05.
        maxval: the largest. Default 0.05.
    Source: agrees with keras.initializers.RandomUniform.
    """

    def __init__(
        self,
        minval: Annotated[float, Knob()] = -0.05,
        maxval: Annotated[float, Knob()] = 0.05,
    ) -> None:
        self.minval = minval
        self.maxval = maxval

    def __call__(self, shape: Shape, random: Generator) -> Array:
        return random.uniform(self.minval, self.maxval, tuple(shape))


class Stream(Protocol):
    """A stream of random numbers from 0 to below 1."""

    def random(self) -> float:
        """Give the next one."""


@register("initializer", "playground")
class Playground(Initializer):
    """Draw evenly from -0.5 to 0.5, unit by unit, from the stream that the rows came from.

    The rows of the data set `playground` are drawn from a stream of random numbers, and its weights are the
    numbers that follow. Where the data have no stream, or the experiment has another seed than 0, the
    numbers come from the seed, as those of every initializer.

    Source: TensorFlow Playground.
    """

    stream: Stream | None = None
    """What the numbers are drawn from; None: the generator that is handed in."""

    def __call__(self, shape: Shape, random: Generator) -> Array:
        stream = self.stream or random
        inputs = math.prod(shape[:-1])
        drawn = [[stream.random() - 0.5 for _ in range(inputs)] for _ in range(shape[-1])]
        return np.array(drawn).T.reshape(tuple(shape))


@register("initializer", "variance_scaling")
class VarianceScaling(Initializer):
    """Draw with a spread that suits the number of inputs or outputs of a unit.

        variance = scale / n,  n = the fan that `mode` names

    Args:
        scale: times the variance, above 0. Default 1.
        mode: which fan: fan_in, fan_out or their mean fan_avg. Default "fan_in".
        distribution: truncated_normal, untruncated_normal or uniform. Default "truncated_normal".
    Source: agrees with keras.initializers.VarianceScaling.
    """

    def __init__(
        self,
        scale: Positive = 1.0,
        mode: Literal["fan_in", "fan_out", "fan_avg"] = "fan_in",
        distribution: Literal["truncated_normal", "untruncated_normal", "uniform"] = "truncated_normal",
    ) -> None:
        self.scale = scale
        self.mode = mode
        self.distribution = distribution

    def __call__(self, shape: Shape, random: Generator) -> Array:
        inward, outward = fans(shape)
        fan = {"fan_in": inward, "fan_out": outward, "fan_avg": (inward + outward) / 2}[self.mode]
        variance = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return random.uniform(-limit, limit, tuple(shape))
        if self.distribution == "untruncated_normal":
            return math.sqrt(variance) * random.standard_normal(tuple(shape))
        return math.sqrt(variance) / _CUT_STDDEV * _cut_normal(shape, random)


class _Named(VarianceScaling):
    """A variance scaling with its settings fixed by its name."""

    def __init__(self) -> None:
        return


@register("initializer", "glorot_uniform")
class GlorotUniform(_Named):
    """Draw evenly, with the variance 2 / (inputs + outputs) that suits tanh and sigmoid.

        limit = sqrt(6 / (inputs + outputs))

    Source: agrees with keras.initializers.GlorotUniform (Glorot and Bengio 2010).
    """

    scale, mode, distribution = 1.0, "fan_avg", "uniform"


@register("initializer", "glorot_normal")
class GlorotNormal(_Named):
    """Draw from a cut normal distribution of variance 2 / (inputs + outputs).

    Source: agrees with keras.initializers.GlorotNormal (Glorot and Bengio 2010).
    """

    scale, mode, distribution = 1.0, "fan_avg", "truncated_normal"


@register("initializer", "he_uniform")
class HeUniform(_Named):
    """Draw evenly, with the variance 2 / inputs that suits relu.

        limit = sqrt(6 / inputs)

    Source: agrees with keras.initializers.HeUniform (He et al. 2015).
    """

    scale, mode, distribution = 2.0, "fan_in", "uniform"


@register("initializer", "he_normal")
class HeNormal(_Named):
    """Draw from a cut normal distribution of variance 2 / inputs, which suits relu.

    Source: agrees with keras.initializers.HeNormal (He et al. 2015).
    """

    scale, mode, distribution = 2.0, "fan_in", "truncated_normal"


@register("initializer", "lecun_uniform")
class LecunUniform(_Named):
    """Draw evenly with variance 1 / inputs.

        limit = sqrt(3 / inputs)

    Source: agrees with keras.initializers.LecunUniform (LeCun et al. 1998).
    """

    scale, mode, distribution = 1.0, "fan_in", "uniform"


@register("initializer", "lecun_normal")
class LecunNormal(_Named):
    """Draw from a cut normal distribution of variance 1 / inputs, which suits selu.

    Source: agrees with keras.initializers.LecunNormal (LeCun et al. 1998).
    """

    scale, mode, distribution = 1.0, "fan_in", "truncated_normal"


@register("initializer", "orthogonal")
class Orthogonal(Initializer):
    """Start from a rotation: its rows or columns are at right angles and of length `gain`.

    Args:
        gain: the length, above 0. Default 1.
    Raises:
        ShapeError: the weight has fewer than two axes, such as a bias.
    Source: agrees with keras.initializers.Orthogonal (Saxe et al. 2014).
    """

    def __init__(self, gain: Positive = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Shape, random: Generator) -> Array:
        if len(shape) < 2:
            raise ShapeError(
                f"Initializer orthogonal needs at least two axes, got the shape {tuple(shape)}.",
                "Choose zeros for a bias.",
            )
        rows, columns = math.prod(shape[:-1]), shape[-1]
        drawn = random.standard_normal((max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(drawn)
        q *= np.sign(np.diag(r))
        q = q.T if rows < columns else q
        return self.gain * q.reshape(tuple(shape))


@register("initializer", "identity")
class Identity(Initializer):
    """Start from ones on the diagonal.

    Args:
        gain: the number on the diagonal. Default 1.
    Raises:
        ShapeError: the weight is no matrix, such as a bias or a kernel of windows.
    Source: agrees with keras.initializers.Identity.
    """

    def __init__(self, gain: Annotated[float, Knob()] = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Shape, random: Generator) -> Array:
        if len(shape) != 2:
            raise ShapeError(
                f"Initializer identity needs a matrix, got the shape {tuple(shape)}.",
                "Choose orthogonal for a kernel of windows, zeros for a bias.",
            )
        return self.gain * np.eye(shape[0], shape[1])
