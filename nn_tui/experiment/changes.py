"""Which commands turn one spec into another: pure, so undo is the same question asked backwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nn_tui.declare import Kind, Param, find, params
from nn_tui.experiment.commands import Rebuild, SetParam
from nn_tui.experiment.document import source_of
from nn_tui.experiment.spec import Settings, Spec, Thing


def changes(old: Spec, new: Spec) -> tuple[SetParam | Rebuild, ...]:
    """Return the commands that make a trainer of `old` train `new`; none where both train the same.

    Other data, another seed and other weights to start from begin anew.
    """
    rows = _live_data(old, new)
    if rows is None or (old.seed, old.start) != (new.seed, new.start):
        return (Rebuild(new, keep_weights=False),)
    live = _live_changes(old, new)
    if live is None:
        return (*rows, Rebuild(new))
    return (*rows, *live)


def same_rows(old: Spec, new: Spec) -> bool:
    """Whether two experiments train on the same rows, whatever is done to their batches at random."""
    return _live_data(old, new) is not None


def _live_data(old: Spec, new: Spec) -> list[SetParam] | None:
    """Give what is done to training batches at random from now on; None where the rows differ."""
    if replace(old.data, settings={}) != replace(new.data, settings={}):
        return None
    if old.data.settings == new.data.settings:
        return []
    return _live_settings(source_of(old.data.source), old.data.settings, new.data.settings, "data")


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
        live = None
        if before.type == after.type:
            thing = find(kind, before.type)
            live = _live_settings(thing, before.settings, after.settings, path)
        if live is None:
            return None
        found += live
    for name in ("batch_size", "epochs"):
        if getattr(old.fit, name) != getattr(new.fit, name):
            found.append(SetParam(f"fit.{name}", getattr(new.fit, name)))
    return found


def _live_settings(thing: Any, before: Settings, after: Settings, path: str) -> list[SetParam] | None:
    """Give the settings of a thing to change while it trains; None where one cannot be."""
    by_name = {param.name: param for param in params(thing)}
    found = []
    for name in sorted({*before, *after}):
        param = by_name[name]
        default = None if param.required else param.default
        was: Any = before.get(name, default)
        value: Any = after.get(name, default)
        if was == value:
            continue
        inner = _live_inside(param, was, value, f"{path}.{name}")
        if inner is not None:
            found += inner
        elif param.knob.live:
            found.append(SetParam(f"{path}.{name}", value))
        else:
            return None
    return found


def _live_inside(param: Param, was: Any, value: Any, path: str) -> list[SetParam] | None:
    """Give the changes of the settings of a thing that is itself a setting: a regularizer's strength."""
    kind = param.knob.kind
    if param.form != "thing" or kind is None:
        return None
    pairs = [{"type": one} if isinstance(one, str) else one for one in (was, value)]
    if not all(isinstance(one, Mapping) for one in pairs) or pairs[0]["type"] != pairs[1]["type"]:
        return None
    settings = [{key: item for key, item in one.items() if key != "type"} for one in pairs]
    return _live_settings(find(kind, pairs[0]["type"]), settings[0], settings[1], path)
