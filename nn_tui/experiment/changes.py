"""Which commands turn one spec into another: pure, so undo is the same question asked backwards."""

from __future__ import annotations

from typing import Any

from nn_tui.declare import Kind, find, params
from nn_tui.experiment.commands import Command, Rebuild, SetParam
from nn_tui.experiment.spec import Spec, Thing


def changes(old: Spec, new: Spec) -> tuple[Command, ...] | None:
    """Give the commands that make a trainer of `old` train `new`.

    Returns:
        The commands, perhaps none; or None where the data differ, which asks for a new trainer.
    """
    if old.data != new.data:
        return None
    if (old.seed, old.start) != (new.seed, new.start):
        return (Rebuild(new, keep_weights=False),)
    live = _live_changes(old, new)
    if live is None:
        return (Rebuild(new),)
    return tuple(live)


def _live_changes(old: Spec, new: Spec) -> list[SetParam] | None:
    """Give the settings to change while it trains; None where the stack or a rule differs."""
    if (
        len(old.layers) != len(new.layers)
        or old.compile.loss != new.compile.loss
        or old.compile.metrics != new.compile.metrics
        or old.fit.callbacks != new.fit.callbacks
        or old.compile.dtype != new.compile.dtype
        or (old.fit.shuffle, old.fit.leftovers, old.fit.measure, old.fit.class_weight)
        != (new.fit.shuffle, new.fit.leftovers, new.fit.measure, new.fit.class_weight)
    ):
        return None
    found: list[SetParam] = []
    pairs: list[tuple[Kind, Thing, Thing, str]] = [
        ("layer", before, after, f"layers.{index}")
        for index, (before, after) in enumerate(zip(old.layers, new.layers, strict=True))
    ]
    pairs.append(("optimizer", old.compile.optimizer, new.compile.optimizer, "compile.optimizer"))
    for kind, before, after, path in pairs:
        if before == after:
            continue
        live = _live_settings(kind, before, after, path)
        if live is None:
            return None
        found += live
    for name in ("batch_size", "epochs"):
        if getattr(old.fit, name) != getattr(new.fit, name):
            found.append(SetParam(f"fit.{name}", getattr(new.fit, name)))
    return found


def _live_settings(kind: Kind, before: Thing, after: Thing, path: str) -> list[SetParam] | None:
    if before.type != after.type:
        return None
    by_name = {param.name: param for param in params(find(kind, before.type))}
    found = []
    for name in sorted({*before.settings, *after.settings}):
        param = by_name[name]
        default = None if param.required else param.default
        was: Any = before.get(name, default)
        value: Any = after.get(name, default)
        if was == value:
            continue
        if not param.knob.live:
            return None
        found.append(SetParam(f"{path}.{name}", value))
    return found
