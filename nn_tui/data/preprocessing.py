"""From raw rows to rows ready to train on: split, then scaled by what the training rows say."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.dataset import Dataset, Split
from nn_tui.data.raw import RawData
from nn_tui.errors import DataError

Array = NDArray[Any]
Scaling = Literal["none", "minmax", "standard"]


def prepare(
    raw: RawData,
    *,
    scaling: Scaling = "none",
    validation_split: float = 0.0,
    test_split: float = 0.0,
) -> Dataset:
    """Split and scale.

    Test rows are the last share of the rows, or the set's own. Validation rows are the last share of
    what is left, as with Keras's `validation_split`. Scaling is fitted on the training rows only.

    Args:
        raw: the rows.
        scaling: none; minmax: to 0..1; standard: to mean 0 and standard deviation 1.
        validation_split: the share for validation, from 0 to below 1. Default 0.
        test_split: the share for testing, from 0 to below 1. Default 0.

    Raises:
        DataError: a part would be empty.
    """
    x, y = raw.features, raw.target
    test: tuple[Array, Array] | None
    if test_split:
        at = _cut(len(x), test_split, "test_split")
        x, y, test = x[:at], y[:at], (x[at:], y[at:])
    else:
        test = raw.test
    validation = None
    if validation_split:
        at = _cut(len(x), validation_split, "validation_split")
        x, y, validation = x[:at], y[:at], (x[at:], y[at:])
    shift, scale = _fit(x, scaling)

    def made(part: tuple[Array, Array] | None) -> Split | None:
        if part is None:
            return None
        scaled = ((part[0] - shift) / scale).astype(np.float32)
        return Split(np.ascontiguousarray(scaled), _targets(part[1], raw))

    train = made((x, y))
    assert train is not None
    return Dataset(
        name=raw.name,
        task=raw.task,
        train=train,
        validation=made(validation),
        test=made(test),
        feature_names=raw.feature_names,
        target_name=raw.target_name,
        class_names=raw.class_names,
        shift=shift,
        scale=scale,
    )


def _cut(rows: int, share: float, name: str) -> int:
    at = math.floor(rows * (1 - share))
    if not 0 < at < rows:
        raise DataError(
            f"{name} = {share:g} of {rows} rows leaves a part without rows.",
            f"Choose another {name}.",
        )
    return at


def _fit(x: Array, scaling: Scaling) -> tuple[Array, Array]:
    width = x.shape[-1]
    rows = x.reshape(-1, width).astype(np.float64)
    if scaling == "minmax":
        shift, scale = rows.min(axis=0), np.ptp(rows, axis=0)
    elif scaling == "standard":
        shift, scale = rows.mean(axis=0), rows.std(axis=0)
    else:
        shift, scale = np.zeros(width), np.ones(width)
    # A feature that never varies is moved to 0 and not stretched.
    scale = np.where(scale > 0, scale, 1.0)
    return shift.astype(np.float32), scale.astype(np.float32)


def _targets(y: Array, raw: RawData) -> Array:
    return np.ascontiguousarray(y, np.int64 if raw.task == "classification" else np.float32)
