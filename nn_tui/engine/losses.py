"""Losses: how wrong the outputs are, and the slope of that by the outputs, as one object each.

`values` gives the loss of every sample. `slope_writer` plans the slope, summed over the batch; where a
loss and the activation before it are simpler together (softmax and cross-entropy), it writes the slope
by the weighted sums at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import Knob, register
from nn_tui.engine.activation import Activation, constant
from nn_tui.engine.activations import Sigmoid, Softmax
from nn_tui.engine.checked import Checked
from nn_tui.engine.resolving import resolve

Array = NDArray[Any]
Labels = Literal["classes", "one_hot", "values"]
Writer = Callable[[Array], Any]
"""Writes the slope for the targets it is given."""

EPSILON = 1e-7
"""Probabilities are kept this far from 0 and 1, as in Keras."""

Smoothing = Annotated[float, Knob(at_least=0, below=1)]


class Loss(metaclass=Checked):
    """The base of every loss.

    Class attributes:
        labels: which targets it takes: class numbers, one-hot rows, or values.
        probabilities: whether outputs must be probabilities: a softmax or sigmoid at the end.
        signed: whether two classes count as -1 and 1, so that an output's sign tells the class.
        in_own_units: whether targets mean nothing once they are scaled: counts, or the base of a share.
    """

    labels: Labels = "values"
    probabilities = False
    signed = False
    in_own_units = False

    def targets(self, y: Array, outputs: int, dtype: Any) -> Array:
        """Turn targets as given into the array that `values` and the slope take."""
        targets = np.asarray(y, dtype)
        return targets[:, None] if targets.ndim == 1 else targets

    def fault_of(self, p: Array) -> tuple[str, str] | None:
        """Say why outputs, not the learning rate, made the loss not finite, and what to do."""
        return None

    def values(self, p: Array, t: Array) -> Array:
        """Give the loss of every sample, `p` and `t` being `(rows, ..., outputs)`."""
        raise NotImplementedError

    def slope(self, p: Array, t: Array) -> Array:
        """Give the slope of the summed sample losses by `p`; may allocate."""
        raise NotImplementedError

    def fused(self, activation: Activation | None, p: Array, out: Array) -> Writer | None:
        """Plan the slope by the weighted sums before `activation`; None where nothing is gained."""
        return None

    def slope_writer(self, p: Array, out: Array) -> Writer:
        """Plan the slope by `p`, written into `out`."""

        def write(t: Array) -> None:
            np.copyto(out, self.slope(p, t))

        return write


def get(identifier: Any) -> Loss:
    """Give the loss for a name, a mapping or an object."""
    made: Loss = resolve("loss", getattr(identifier, "loss", identifier))
    return made


def _mean(values: Array) -> Array:
    return np.mean(values, axis=-1)


class _Elementwise(Loss):
    """A loss that is a mean over the outputs of a formula of one output and its target."""

    def each(self, p: Array, t: Array) -> Array:
        """The formula."""
        raise NotImplementedError

    def each_slope(self, p: Array, t: Array) -> Array:
        """Its derivative by `p`."""
        raise NotImplementedError

    def values(self, p: Array, t: Array) -> Array:
        return _mean(self.each(p, t))

    def slope(self, p: Array, t: Array) -> Array:
        return self.each_slope(p, t) / p.dtype.type(p.shape[-1])


@register("loss", "mean_squared_error", aliases=["mse", "MSE", "MeanSquaredError"])
class MeanSquaredError(_Elementwise):
    """The square of the difference, averaged over the outputs.

        loss = mean of (y - p) * (y - p)

    Source: agrees with keras.losses.MeanSquaredError.
    """

    def each(self, p: Array, t: Array) -> Array:
        return np.square(t - p)

    def each_slope(self, p: Array, t: Array) -> Array:
        return 2 * (p - t)

    def slope_writer(self, p: Array, out: Array) -> Writer:
        factor = constant(2 / p.shape[-1], p)

        def write(t: Array) -> None:
            np.subtract(p, t, out)
            np.multiply(out, factor, out)

        return write


@register("loss", "half_squared_error")
class HalfSquaredError(_Elementwise):
    """Half the square of the difference, averaged over the outputs: its slope is the difference.

        loss = mean of (y - p) * (y - p) / 2

    Args:
        signed: whether class numbers 0 and 1 count as -1 and 1. Default no.
    Source: TensorFlow Playground's error: half the mean squared error.
    """

    def __init__(self, signed: bool = False) -> None:
        self.signed = signed

    def targets(self, y: Array, outputs: int, dtype: Any) -> Array:
        t = super().targets(y, outputs, dtype)
        return 2 * t - 1 if self.signed else t

    def each(self, p: Array, t: Array) -> Array:
        return np.square(t - p) / 2

    def each_slope(self, p: Array, t: Array) -> Array:
        return p - t


@register("loss", "mean_absolute_error", aliases=["mae", "MAE", "MeanAbsoluteError"])
class MeanAbsoluteError(_Elementwise):
    """The size of the difference, averaged over the outputs.

        loss = mean of |y - p|

    Source: agrees with keras.losses.MeanAbsoluteError.
    """

    def each(self, p: Array, t: Array) -> Array:
        return np.abs(t - p)

    def each_slope(self, p: Array, t: Array) -> Array:
        return np.sign(p - t)


@register(
    "loss",
    "mean_absolute_percentage_error",
    aliases=["mape", "MAPE", "MeanAbsolutePercentageError"],
)
class MeanAbsolutePercentageError(_Elementwise):
    """The size of the difference in percent of the target.

        loss = mean of 100 * |y - p| / max(|y|, 1e-7)

    Source: agrees with keras.losses.MeanAbsolutePercentageError.
    """

    in_own_units = True

    def each(self, p: Array, t: Array) -> Array:
        return 100 * np.abs((t - p) / np.maximum(np.abs(t), p.dtype.type(EPSILON)))

    def each_slope(self, p: Array, t: Array) -> Array:
        return 100 * np.sign(p - t) / np.maximum(np.abs(t), p.dtype.type(EPSILON))


@register("loss", "huber", aliases=["Huber"])
class Huber(_Elementwise):
    """Squared for small differences, straight for large ones: outliers pull less.

        loss = mean of (d * d / 2 if |d| <= delta else delta * |d| - delta * delta / 2),  d = y - p

    Args:
        delta: where it becomes straight, above 0. Default 1.
    Source: agrees with keras.losses.Huber.
    """

    def __init__(self, delta: Annotated[float, Knob(above=0)] = 1.0) -> None:
        self.delta = delta

    def each(self, p: Array, t: Array) -> Array:
        size, delta = np.abs(t - p), p.dtype.type(self.delta)
        return np.where(size <= delta, size * size / 2, delta * size - delta * delta / 2)

    def each_slope(self, p: Array, t: Array) -> Array:
        return np.clip(p - t, -p.dtype.type(self.delta), p.dtype.type(self.delta))


@register("loss", "log_cosh", aliases=["LogCosh", "logcosh"])
class LogCosh(_Elementwise):
    """The logarithm of the hyperbolic cosine of the difference: a smooth Huber.

        loss = mean of log(cosh(p - y))

    Source: agrees with keras.losses.LogCosh.
    """

    def each(self, p: Array, t: Array) -> Array:
        d = np.abs(p - t)
        return d + np.log1p(np.exp(-2 * d)) - p.dtype.type(np.log(2))

    def each_slope(self, p: Array, t: Array) -> Array:
        return np.tanh(p - t)


@register("loss", "binary_crossentropy", aliases=["bce", "BinaryCrossentropy"])
class BinaryCrossentropy(_Elementwise):
    """How surprised each output is, a probability of yes, by a target of 0 or 1.

        loss = mean of -(y * log(p) + (1 - y) * log(1 - p))

    Args:
        from_logits: the outputs are weighted sums, not probabilities. Default no.
        label_smoothing: how far targets are moved towards 0.5, below 1. Default 0.
    Source: agrees with keras.losses.BinaryCrossentropy; p is kept 1e-7 from 0 and 1.
    """

    probabilities = True

    def __init__(self, from_logits: bool = False, label_smoothing: Smoothing = 0.0) -> None:
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing

    def targets(self, y: Array, outputs: int, dtype: Any) -> Array:
        t = super().targets(y, outputs, dtype)
        if self.label_smoothing:
            t = t * t.dtype.type(1 - self.label_smoothing) + t.dtype.type(self.label_smoothing / 2)
        return t

    def each(self, p: Array, t: Array) -> Array:
        if self.from_logits:
            return np.maximum(p, 0) - p * t + np.log1p(np.exp(-np.abs(p)))
        p = _clipped(p)
        return -(t * np.log(p) + (1 - t) * np.log(1 - p))

    def each_slope(self, p: Array, t: Array) -> Array:
        if self.from_logits:
            return np.asarray(0.5 * (1 + np.tanh(0.5 * p)), p.dtype) - t
        inside = _clipped(p)
        return np.where(inside == p, (inside - t) / (inside * (1 - inside)), p.dtype.type(0))

    def fused(self, activation: Activation | None, p: Array, out: Array) -> Writer | None:
        if self.from_logits or type(activation) is not Sigmoid:
            return None
        share = constant(1 / p.shape[-1], p)
        if p.shape[-1] == 1:
            return lambda t: np.subtract(p, t, out)

        def write(t: Array) -> None:
            np.subtract(p, t, out)
            np.multiply(out, share, out)

        return write


@register("loss", "categorical_crossentropy", aliases=["CategoricalCrossentropy"])
class CategoricalCrossentropy(Loss):
    """How surprised the outputs, a probability for each class, are by the class that was true.

        loss = -sum over classes of y * log(p / sum of p)

    Args:
        from_logits: the outputs are weighted sums, not probabilities. Default no.
        label_smoothing: how far one-hot targets are moved towards even, below 1. Default 0.
    Source: agrees with keras.losses.CategoricalCrossentropy; p is kept 1e-7 from 0 and 1.
    """

    labels: Labels = "one_hot"
    probabilities = True

    def __init__(self, from_logits: bool = False, label_smoothing: Smoothing = 0.0) -> None:
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing

    def targets(self, y: Array, outputs: int, dtype: Any) -> Array:
        t = np.asarray(y, dtype)
        if self.label_smoothing:
            even = self.label_smoothing / outputs
            t = t * t.dtype.type(1 - self.label_smoothing) + t.dtype.type(even)
        return t

    def values(self, p: Array, t: Array) -> Array:
        if self.from_logits:
            top = p - np.amax(p, axis=-1, keepdims=True)
            return np.asarray(t.sum(-1) * np.log(np.exp(top).sum(-1)) - (t * top).sum(-1), p.dtype)
        q = p / p.sum(axis=-1, keepdims=True)
        return -(t * np.log(_clipped(q))).sum(axis=-1)

    def slope(self, p: Array, t: Array) -> Array:
        if self.from_logits:
            return Softmax()(p) * t.sum(-1, keepdims=True) - t
        total = p.sum(axis=-1, keepdims=True)
        q = p / total
        inside = _clipped(q)
        by_q = np.where(inside == q, -t / inside, p.dtype.type(0))
        return (by_q - (by_q * q).sum(axis=-1, keepdims=True)) / total

    def fused(self, activation: Activation | None, p: Array, out: Array) -> Writer | None:
        if self.from_logits:
            return None
        if type(activation) is Softmax and self.labels == "classes":
            return lambda t: np.subtract(p, t, out)
        if type(activation) is Softmax:
            # Targets that are no probabilities, such as counts, do not add up to 1.
            whole = np.empty((*p.shape[:-1], 1), p.dtype)

            def write_softmax(t: Array) -> None:
                np.add.reduce(t, axis=-1, keepdims=True, out=whole)
                np.multiply(p, whole, out)
                np.subtract(out, t, out)

            return write_softmax
        if type(activation) is Sigmoid and p.ndim == 2:
            # The probabilities are p / total, and p's own slope is p * (1 - p).
            total, rest = np.empty((len(p), 1), p.dtype), np.empty_like(p)
            one = constant(1, p)

            def write(t: Array) -> None:
                np.add.reduce(p, axis=1, keepdims=True, out=total)
                np.divide(p, total, out)
                np.add.reduce(t, axis=1, keepdims=True, out=total)
                np.multiply(out, total, out)
                np.subtract(out, t, out)
                np.subtract(one, p, rest)
                np.multiply(out, rest, out)

            return write
        return None


@register("loss", "sparse_categorical_crossentropy", aliases=["SparseCategoricalCrossentropy"])
class SparseCategoricalCrossentropy(CategoricalCrossentropy):
    """Categorical cross-entropy for targets that are class numbers 0, 1, 2, ...

        loss = -log(p[y] / sum of p)

    Args:
        from_logits: the outputs are weighted sums, not probabilities. Default no.
    Source: agrees with keras.losses.SparseCategoricalCrossentropy; p is kept 1e-7 from 0 and 1.
    """

    labels: Labels = "classes"

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits
        self.label_smoothing = 0.0

    def targets(self, y: Array, outputs: int, dtype: Any) -> Array:
        classes = np.asarray(y)
        if classes.ndim > 1 and classes.shape[-1] == 1:
            classes = classes[..., 0]
        return np.eye(outputs, dtype=dtype)[classes.astype(np.int64)]


@register("loss", "hinge", aliases=["Hinge"])
class Hinge(_Elementwise):
    """Ask for the right side with a margin of 1; targets 0 and 1 count as -1 and 1.

        loss = mean of max(1 - y * p, 0)

    Source: agrees with keras.losses.Hinge.
    """

    signed = True

    def targets(self, y: Array, outputs: int, dtype: Any) -> Array:
        t = super().targets(y, outputs, dtype)
        return 2 * t - 1 if np.isin(t, (0, 1)).all() else t

    def each(self, p: Array, t: Array) -> Array:
        return np.maximum(1 - t * p, 0)

    def each_slope(self, p: Array, t: Array) -> Array:
        return np.where(1 - t * p > 0, -t, p.dtype.type(0))


@register("loss", "squared_hinge", aliases=["SquaredHinge"])
class SquaredHinge(Hinge):
    """The square of the hinge loss.

        loss = mean of max(1 - y * p, 0) squared

    Source: agrees with keras.losses.SquaredHinge.
    """

    def each(self, p: Array, t: Array) -> Array:
        return np.square(np.maximum(1 - t * p, 0))

    def each_slope(self, p: Array, t: Array) -> Array:
        return -2 * t * np.maximum(1 - t * p, 0)


@register("loss", "poisson", aliases=["Poisson"])
class Poisson(_Elementwise):
    """For targets that are counts: outputs are the counts to expect.

        loss = mean of p - y * log(p + 1e-7)

    Source: agrees with keras.losses.Poisson.
    """

    in_own_units = True

    def fault_of(self, p: Array) -> tuple[str, str] | None:
        if not (p < 0).any():
            return None
        told = "poisson takes the logarithm of the outputs, and some of them were negative"
        return told, "Set the output's activation to softplus, so that it gives counts."

    def each(self, p: Array, t: Array) -> Array:
        return p - t * np.log(p + p.dtype.type(EPSILON))

    def each_slope(self, p: Array, t: Array) -> Array:
        return 1 - t / (p + p.dtype.type(EPSILON))


@register("loss", "kl_divergence", aliases=["kld", "KLD", "KLDivergence"])
class KLDivergence(Loss):
    """How far the outputs, as a distribution, are from the target distribution.

        loss = sum of y * log(y / p)

    Source: agrees with keras.losses.KLDivergence; both are kept between 1e-7 and 1.
    """

    probabilities = True

    def values(self, p: Array, t: Array) -> Array:
        low = p.dtype.type(EPSILON)
        t, p = np.clip(t, low, 1), np.clip(p, low, 1)
        return (t * np.log(t / p)).sum(axis=-1)

    def slope(self, p: Array, t: Array) -> Array:
        low = p.dtype.type(EPSILON)
        inside = np.clip(p, low, 1)
        return np.where(inside == p, -np.clip(t, low, 1) / inside, p.dtype.type(0))


def _clipped(p: Array) -> Array:
    low = p.dtype.type(EPSILON)
    return np.clip(p, low, 1 - low)
