"""What differs between experiments, setting by setting, by the paths that `--set` takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nn_tui.experiment.document import to_document
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_words import value_words

ABSENT = "-"
"""What stands where an experiment has no such setting."""


def differences(specs: Sequence[Spec]) -> list[tuple[str, tuple[str, ...]]]:
    """Give the settings that are not the same in all experiments; names do not count.

    Args:
        specs: two or more.

    Returns:
        Pairs of a setting's path and its value in each experiment, in words.
    """
    flat = [_flat(to_document(spec)) for spec in specs]
    paths = list(dict.fromkeys(path for one in flat for path in one))
    found = []
    for path in paths:
        values = [one.get(path, ABSENT) for one in flat]
        if path != "name" and any(value != values[0] for value in values[1:]):
            found.append((path, tuple(values)))
    return found


def difference_words(base: Spec, other: Spec) -> str:
    """Say in short how an experiment differs from another: `learning_rate 0.01 -> 0.1`."""
    parts = [
        f"{setting_words(path)} {before} -> {after}" for path, (before, after) in differences((base, other))
    ]
    if len(parts) > 3:
        return ", ".join([*parts[:2], f"{len(parts) - 2} more"])
    return ", ".join(parts) or "the same"


def setting_words(path: str) -> str:
    """Say what a person calls a setting: `learning_rate`, or `layer 2 units` as the build panel counts."""
    parts = path.split(".")
    if parts[0] == "layers" and len(parts) > 2:
        return f"layer {int(parts[1]) + 1} {'.'.join(parts[2:])}"
    return parts[-1]


def _flat(value: Any, path: str = "") -> dict[str, str]:
    if isinstance(value, dict):
        found: dict[str, str] = {}
        for key, item in value.items():
            found |= _flat(item, f"{path}.{key}" if path else str(key))
        return found
    if isinstance(value, (list, tuple)) and any(isinstance(item, dict) for item in value):
        found = {}
        for index, item in enumerate(value):
            found |= _flat(item, f"{path}.{index}")
        return found
    return {path: value_words(value)}
