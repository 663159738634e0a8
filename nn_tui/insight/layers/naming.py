"""How layers are named in the pictures, and controls that choose one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nn_tui.declare import name_of
from nn_tui.insight.controls import turn
from nn_tui.insight.pictures import Control


def layer_words(model: Any, index: int) -> str:
    """Name a layer as the build list does, counted from 1: `1 Conv2D`."""
    return f"{index + 1} {type(model.layers[index]).__name__}"


def layer_control(model: Any, indexes: Sequence[int], at: int) -> Control:
    """Make the control that chooses one of some layers."""
    return turn("layer", "layer", at, [layer_words(model, index) for index in indexes])


def activation_name(layer: Any) -> str:
    """Give the name of a layer's activation; empty where it has none or a linear one."""
    activation = getattr(layer, "activation", None)
    name = "" if activation is None else name_of(type(activation))
    return "" if name == "linear" else name
