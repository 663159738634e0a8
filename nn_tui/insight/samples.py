"""One row of the data that a picture follows through the network, and the controls that choose it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nn_tui.insight.answers import own_units
from nn_tui.insight.controls import pick_split
from nn_tui.insight.pictures import Array, Control

SHOWN = 6
"""Features whose values stand in a sample's words."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One row, as the network takes it and as a person reads it."""

    x: Array
    """`(1, *input_shape)`, scaled."""
    y: Array
    """`(1, ...)`, its target."""
    number: int
    """In its split, from 0."""
    split: str
    """`training`, `validation` or `test`."""
    told: str
    """Its features in their own units: `age 61`; empty where they have no names."""
    target: str
    """Its class's name, or its number."""
    controls: tuple[Control, ...]
    """To choose another: `rows` where there are several splits, `sample`."""


def pick_sample(data: Any, rows: int = 0, sample: int = 0) -> Sample:
    """Give a row by the places of its two controls; places beyond the end begin again.

    Args:
        data: a `Dataset`.
        rows: which of the splits there are: training, validation, test. Default 0, training.
        sample: which row of it. Default 0, the first.
    """
    name, split, choosing = pick_split(data, rows, ("training", "validation", "test"))
    number = sample % len(split)
    controls = (choosing, Control("sample", "sample", f"{number + 1} of {len(split)}", number, len(split)))
    x, y = split.x[number : number + 1], split.y[number : number + 1]
    target = _target(data, y)
    return Sample(
        x, y, number, name, _told(data, x), target, controls[1:] if choosing.count == 1 else controls
    )


def _told(data: Any, x: Array) -> str:
    if len(data.feature_names) != x[0].size or data.vocabulary:
        return ""
    raw = (x[0] * data.scale + data.shift).reshape(-1)
    parts = [f"{name} {value:.4g}" for name, value in zip(data.feature_names, raw, strict=True)]
    more = ", ..." if len(parts) > SHOWN else ""
    return ", ".join(parts[:SHOWN]) + more


def _target(data: Any, y: Array) -> str:
    if data.classes:
        return str(data.class_names[int(np.reshape(y, -1)[0])])
    if y.size != 1:
        return ""
    return f"{float(own_units(data.preparation, y).reshape(-1)[0]):.4g}"
