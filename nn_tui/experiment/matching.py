"""Which layers of two stacks are alike, so that one can take the other's weights."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nn_tui.engine.layers.layer import Layer

__all__ = ["layer_signature", "matching_layers"]


def layer_signature(kind: str, shapes: Sequence[Sequence[int]]) -> str:
    """Say of a layer all that its weights depend on: its type and their shapes."""
    return json.dumps([kind, [list(shape) for shape in shapes]])


def signature_for(layer: Layer, kind: str, input_shape: tuple[int, ...]) -> str:
    """Say it of a layer that has no weights yet."""
    specs: list[Any] = [*layer.weights_for(input_shape), *layer.states_for(input_shape)]
    return layer_signature(kind, [spec.shape for spec in specs])


def matching_layers(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Give the old layer for each new one that is the same, both in their order.

    Args:
        old: the signatures of one stack.
        new: those of the other.
    """
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return {
        block.b + step: block.a + step
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    }
