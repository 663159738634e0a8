"""A step of training on paper: every number rounded as it is printed, and gone on with as rounded.

Layers of plain rows at the end of a network are calculated here, each from what is printed before it. What
lies below them (convolution, recurrent layers) is taken from the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from nn_tui.engine.activation import Activation
from nn_tui.engine.activations import LeakyRelu, Linear
from nn_tui.engine.layers import core, normalization, regularization, reshaping
from nn_tui.engine.layers.activating import LeakyReLU
from nn_tui.engine.layers.layer import Layer
from nn_tui.insight.pictures import Array
from nn_tui.insight.step.activation_formulas import back, values
from nn_tui.insight.step.digits import rounded
from nn_tui.insight.step.loss_formulas import LossOnPaper
from nn_tui.insight.step.real_step import RealStep

Kind = Literal["dense", "activation", "factor", "noise", "normalize", "same"]


@dataclass(eq=False)
class Worked:
    """A layer calculated on paper, all arrays `(rows, units)`.

    `dense` has the weighted sums z and its activation's values a; `activation` the values alone, z being
    its input; `factor` (dropout) multiplies by `mask`; `noise` adds it; `normalize` is batch normalization;
    `same` only lays numbers out in another way.
    """

    at: int
    """Its place in the stack, from 0."""
    layer: Layer
    kind: Kind
    x: Array
    z: Array
    a: Array
    activation: Activation = field(default_factory=Linear)
    kernel: Array | None = None
    bias: Array | None = None
    mask: Array | None = None
    mean: Array | None = None
    variance: Array | None = None
    normal: Array | None = None
    gamma: Array | None = None
    beta: Array | None = None
    by_batch: bool = False
    """Whether batch normalization takes mean and variance of this batch."""
    da: Array | None = None
    dz: Array | None = None
    dx: Array | None = None

    @property
    def activates(self) -> bool:
        """Whether its values are not the weighted sums themselves."""
        return not isinstance(self.activation, Linear)


@dataclass(eq=False)
class Calculation:
    """A step on paper.

    Args:
        real: what the engine did.
        loss: the loss.
        weights: how much each row counts, or None.
    """

    real: RealStep
    loss: LossOnPaper
    weights: Array | None
    worked: list[Worked]
    """The layers on paper, from below; empty where the last layer is not one of them."""
    p: Array
    """The outputs, `(rows, outputs)`; of other shapes flattened."""
    t: Array
    losses: Array
    """Of each row."""
    mean: float
    """The loss of the batch, without the penalty."""
    dl: Array
    """The derivative of the batch's loss by that of each row."""
    joined: bool
    """Whether the last weighted sums get their derivative at once."""


def calculate(real: RealStep, loss: Any, weights: Array | None) -> Calculation:
    """Work a step out on paper.

    Args:
        real: what the engine did with the batch.
        loss: the model's loss.
        weights: how much each row counts. None: all alike.
    """
    first = _first_on_paper(real)
    x = rounded(real.inputs[first]) if first < len(real.layers) else np.zeros((1, 0))
    worked: list[Worked] = []
    for at in range(first, len(real.layers)):
        one = _forward(real, at, x.reshape(len(x), -1))
        worked.append(one)
        x = one.a
    last = worked[-1] if worked else None
    activation = last.activation if last is not None and last.kind in ("dense", "activation") else None
    paper = LossOnPaper(loss, activation)
    rows = len(real.inputs[0])
    p = last.a if last is not None else rounded(real.inputs[-1]).reshape(rows, -1)
    t = rounded(real.targets).reshape(rows, -1)
    losses = rounded(paper.values(p, t) if last is not None else real.losses.reshape(rows, -1).mean(axis=1))
    counts = np.ones(rows) if weights is None else rounded(weights)
    mean = float(rounded((counts * losses).sum() / rows))
    dl = rounded(counts / rows)
    found = Calculation(real, paper, weights, worked, p, t, losses, mean, dl, False)
    if last is not None:
        _backward(found)
    return found


def _first_on_paper(real: RealStep) -> int:
    first = len(real.layers)
    while first and _kind(real, first - 1) is not None:
        first -= 1
    # Laying rows out anew below everything else is nothing to read about.
    while first < len(real.layers) and _kind(real, first) == "same":
        first += 1
    return first


def _kind(real: RealStep, at: int) -> Kind | None:
    layer = real.layers[at]
    flat = len(layer.output_shape) == 1
    match layer:
        case core.Flatten() | reshaping.Reshape() if flat:
            return "same"
        case _ if not flat or len(layer.input_shape) != 1:
            return None
        case core.Dense():
            return "dense"
        case core.Activation() | LeakyReLU():
            return "activation"
        case regularization.Dropout():
            return "factor"
        case regularization.GaussianNoise():
            return "noise"
        case normalization.BatchNormalization():
            return "normalize"
        case _:
            return None


def _forward(real: RealStep, at: int, x: Array) -> Worked:
    layer, kind = real.layers[at], _kind(real, at)
    match kind:
        case "dense":
            kernel = rounded(real.states[at][0])
            bias = rounded(real.states[at][1]) if layer.use_bias else None
            z = rounded(x @ kernel + (0.0 if bias is None else bias))
            a = rounded(values(layer.activation, z)) if not isinstance(layer.activation, Linear) else z
            return Worked(at, layer, kind, x, z, a, layer.activation, kernel, bias)
        case "activation":
            plain = LeakyRelu(layer.negative_slope) if isinstance(layer, LeakyReLU) else layer.activation
            return Worked(at, layer, kind, x, x, rounded(values(plain, x)), plain)
        case "factor":
            mask = rounded(layer.mask[:, : x.shape[1]]) if layer.trainable else np.ones_like(x)
            return Worked(at, layer, kind, x, x, rounded(x * mask), mask=mask)
        case "noise":
            noise = rounded(real.inputs[at + 1].reshape(len(x), -1) - x)
            return Worked(at, layer, kind, x, x, rounded(x + noise), mask=noise)
        case "normalize":
            return _normalized(real, at, x)
        case _:
            return Worked(at, layer, "same", x, x, x)


def _normalized(real: RealStep, at: int, x: Array) -> Worked:
    layer = real.layers[at]
    states = dict(zip(layer.weight_names, real.states[at], strict=True))
    by_batch = bool(layer.trainable)
    mean = rounded(x.mean(axis=0) if by_batch else states["moving_mean"])
    variance = rounded(np.square(x - mean).mean(axis=0) if by_batch else states["moving_variance"])
    normal = rounded((x - mean) / np.sqrt(variance + layer.epsilon))
    gamma = rounded(states["gamma"]) if layer.scale else np.ones(x.shape[1])
    beta = rounded(states["beta"]) if layer.center else np.zeros(x.shape[1])
    return Worked(
        at, layer, "normalize", x, x, rounded(gamma * normal + beta), mean=mean, variance=variance,
        normal=normal, gamma=gamma, beta=beta, by_batch=by_batch,
    )  # fmt: skip


def _backward(found: Calculation) -> None:
    last = found.worked[-1]
    da = rounded(found.dl[:, None] * found.loss.slopes(found.p, found.t))
    for one in reversed(found.worked):
        one.da = da
        if one is last and found.loss.joined:
            found.joined = True
            joined = found.loss.joined_slopes(found.p, found.t)
            one.dz = rounded(found.dl[:, None] * joined)
        elif one.kind in ("dense", "activation"):
            one.dz = rounded(back(one.activation, one.z, one.a, da)) if one.activates else da
        elif one.kind == "factor":
            one.dz = rounded(da * one.mask)
        elif one.kind == "normalize":
            one.dz = _normalize_back(one, da)
        else:
            one.dz = da
        one.dx = rounded(one.dz @ one.kernel.T) if one.kernel is not None else one.dz
        da = one.dx


def _normalize_back(one: Worked, da: Array) -> Array:
    assert one.variance is not None and one.gamma is not None and one.normal is not None
    factor = one.gamma / np.sqrt(one.variance + one.layer.epsilon)
    if not one.by_batch:
        return rounded(factor * da)
    mean, along = rounded(da.mean(axis=0)), rounded((da * one.normal).mean(axis=0))
    return rounded(factor * (da - mean - one.normal * along))
