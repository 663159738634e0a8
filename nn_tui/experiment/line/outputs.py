"""The output that a line may leave out: as the data's own experiment has it, or as the loss needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

Table = Mapping[str, Any]

_BY_LOSS: Final = MappingProxyType({
    "binary_crossentropy": "sigmoid",
    "hinge": "tanh",
    "squared_hinge": "tanh",
    "poisson": "softplus",
})  # fmt: skip
"""Losses that take one output, of two classes or of a count, and its activation."""


def with_output(base: Sequence[Table], stack: Sequence[Table] | None, loss: Any, ended: bool) -> list[Any]:
    """Give a stack with the output that it needs.

    Args:
        base: the layers of the experiment that the line begins with.
        stack: the layers that the line says; None where it says none.
        loss: the loss, a name or a table.
        ended: whether the stack says that nothing follows it.
    """
    hidden, output = _parted(base)
    wanted = _BY_LOSS.get(loss if isinstance(loss, str) else loss["type"])
    if wanted is not None and not _ends_in(output, 1, wanted):
        output = [{"type": "Dense", "units": 1, "activation": wanted}]
    if stack is None:
        return [*hidden, *map(dict, output)]
    if ended or _is_output(stack[-1], output):
        return list(stack)
    return [*stack, *map(dict, output)]


def _parted(layers: Sequence[Table]) -> tuple[list[Table], list[Table]]:
    """Part the output from the layers before it; a shape given back belongs to it."""
    count = 2 if len(layers) > 1 and layers[-1]["type"] == "Reshape" else 1
    return list(layers[:-count]), list(layers[-count:])


def _ends_in(output: Sequence[Table], units: int, activation: str) -> bool:
    last = output[-1] if output else {}
    return last.get("units") == units and (last.get("activation") or "linear") == activation


def _is_output(layer: Table, output: Sequence[Table]) -> bool:
    """Whether a layer that was said is the output: one like that which would follow, or any softmax."""
    if layer.get("activation") == "softmax" or not output:
        return True
    if layer["type"] != output[-1]["type"]:
        return False
    return layer["type"] == "Reshape" or _ends_in(
        output, layer.get("units", 0), layer.get("activation") or "linear"
    )


def shared_settings(layers: Sequence[Table]) -> dict[str, Any]:
    """Give what all Dense layers of an experiment have in common beside their size and activation.

    The Dense layers of a line have it too: those of a Playground page start from its stream.
    """
    dense = [
        {key: value for key, value in layer.items() if key not in ("type", "units", "activation")}
        for layer in layers
        if layer["type"] == "Dense"
    ]
    first = dense[0] if dense else {}
    return {key: value for key, value in first.items() if all(one.get(key) == value for one in dense)}
