"""Layers of any network: Dense, activations, normalization, shapes, and those that only act in training."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn_tui.engine import layers
from nn_tui.export.numpy_code.page import Page, writes


@writes(layers.Dense)
def _dense(layer: Any, page: Page) -> None:
    text = f"x @ {page.weight(layer, 'kernel')}"
    if layer.use_bias:
        text += f" + {page.weight(layer, 'bias')}"
    page.line(page.activated(layer.activation, text), layer)


@writes(layers.Activation)
def _activation(layer: Any, page: Page) -> None:
    page.line(page.activated(layer.activation, "x"), layer)


@writes(layers.LeakyReLU)
def _leaky_relu(layer: Any, page: Page) -> None:
    page.line(f"np.where(x > 0, x, {layer.negative_slope!r} * x)", layer)


@writes(layers.PReLU)
def _prelu(layer: Any, page: Page) -> None:
    page.line(f"np.where(x > 0, x, {page.weight(layer, 'alpha')} * x)", layer)


@writes(layers.Flatten)
def _flatten(layer: Any, page: Page) -> None:
    page.line("x.reshape(len(x), -1)", layer)


@writes(layers.Reshape)
def _reshape(layer: Any, page: Page) -> None:
    page.line(f"x.reshape(len(x), {', '.join(map(str, layer.output_shape))})", layer)


@writes(layers.Embedding)
def _embedding(layer: Any, page: Page) -> None:
    page.line(f"{page.weight(layer, 'embeddings')}[x.astype(int)]", layer)


@writes(layers.Dropout, layers.GaussianNoise)
def _only_in_training(layer: Any, page: Page) -> None:
    page.note(f"{page.name(layer)} acts while training only")


@writes(layers.BatchNormalization)
def _batch_normalization(layer: Any, page: Page) -> None:
    mean, variance = page.weight(layer, "moving_mean"), page.weight(layer, "moving_variance")
    page.lines.append(f"x = (x - {mean}) / np.sqrt({variance} + {layer.epsilon!r})")
    _scale(layer, page)


@writes(layers.LayerNormalization)
def _layer_normalization(layer: Any, page: Page) -> None:
    page.lines.append(f"x = {page.use(normalized)}(x, {layer.epsilon!r})")
    _scale(layer, page)


def _scale(layer: Any, page: Page) -> None:
    text = f"x * {page.weight(layer, 'gamma')}" if layer.scale else "x"
    page.line(f"{text} + {page.weight(layer, 'beta')}" if layer.center else text, layer)


def normalized(x: Any, epsilon: float) -> Any:
    """Bring the channels of each place to mean 0 and variance 1."""
    x = x - x.mean(axis=-1, keepdims=True)
    return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + epsilon)
