"""Activations: what a unit makes of its weighted sum, and how that changes, as one object each."""

from __future__ import annotations

from typing import Any

# ruff: noqa: F403, I001

from nn_tui.engine.activation import Activation

# The order here is the order of the lists on screen.
from nn_tui.engine.plain_activations import *
from nn_tui.engine.formula_activations import *
from nn_tui.engine.resolving import resolve


def get(identifier: Any) -> Activation:
    """Give the activation for a name, a mapping or an object; None is linear."""
    made: Activation = resolve("activation", "linear" if identifier is None else identifier)
    return made
