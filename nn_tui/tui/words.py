"""Short lines about a spec, as lists and titles show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nn_tui.declare import find, params
from nn_tui.experiment.snapshot import Status
from nn_tui.experiment.spec import Spec, Thing


def layer_line(layer: Thing) -> str:
    """Write a layer as `Dense 16 relu`."""
    parts = [layer.type]
    for param in params(find("layer", layer.type)):
        value = layer.get(param.name)
        if value is None or (not param.required and param.name != "activation"):
            continue
        parts.append(shown(value))
    return " ".join(parts)


def stack_line(spec: Spec, inputs: tuple[int, ...]) -> str:
    """Write the whole stack as `1 - 16 relu - 2 softmax`."""
    parts = ["x".join(map(str, inputs))] if inputs else []
    for layer in spec.layers:
        line = layer_line(layer)
        parts.append(line.removeprefix("Dense ") if layer.type == "Dense" else line)
    return " - ".join(parts)


def thing_line(thing: Thing) -> str:
    """Write a thing with the settings that were made: `Adam learning_rate 0.0001`."""
    settings = [f"{name} {shown(value)}" for name, value in thing.settings.items()]
    return " ".join([thing.type, *settings])


def shown(value: Any) -> str:
    """Write a value shortly."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (tuple, list)):
        return "x".join(str(part) for part in value)
    if isinstance(value, Mapping):
        rest = [shown(item) for key, item in value.items() if key != "type"]
        return " ".join([str(value.get("type", "")), *rest])
    return str(value)


PHASES = {
    "ready": "ready",
    "training": "training",
    "paused": "paused",
    "finished": "done",
    "failed": "stopped",
    "closed": "closed",
}


def progress_line(status: Status) -> str:
    """Write where the training stands: `training  epoch 12/20`."""
    told = f"{PHASES[status.phase]}  epoch {status.epoch}/{status.epochs}"
    if status.phase == "paused" and status.batch:
        told += f" batch {status.batch}/{status.batches}"
    if status.pace is not None:
        told += f"  {status.pace:g}/s"
    return told


def speed_line(status: Status, rows: int) -> str:
    """Write how fast it trains and how long it still takes: `14k samples/s  0:01 left`."""
    if status.phase != "training" or not status.samples_per_second:
        return ""
    left = (status.epochs - status.epoch) * rows / status.samples_per_second
    speed = status.samples_per_second
    told = f"{speed / 1000:.0f}k" if speed >= 1000 else f"{speed:.0f}"
    return f"{told} samples/s  {int(left) // 60}:{int(left) % 60:02d} left"
