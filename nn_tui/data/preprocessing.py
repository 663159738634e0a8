"""From raw rows to rows ready to train on: split, then scaled by what the training rows say."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.augmentation import Augmentation
from nn_tui.data.dataset import Dataset, Split
from nn_tui.data.features import require_told_apart
from nn_tui.data.raw import RawData
from nn_tui.data.splits import Order, split_rows
from nn_tui.errors import DataError

Array = NDArray[Any]
Scaling = Literal["none", "minmax", "standard"]


def prepare(
    raw: RawData,
    *,
    scaling: Scaling = "none",
    validation_split: float = 0.0,
    test_split: float = 0.0,
    order: Order = "file",
    seed: int = 0,
    stratify: bool = False,
    autoencoder: bool = False,
    augmentation: Augmentation | None = None,
) -> Dataset:
    """Split and scale.

    Test rows are the last share of the rows, or the set's own. Validation rows are the last share of
    what is left, as with Keras's `validation_split`. Scaling is fitted on the training rows only.

    Args:
        raw: the rows.
        scaling: none; minmax: to 0..1; standard: to mean 0 and standard deviation 1.
        validation_split: the share for validation, from 0 to below 1. Default 0.
        test_split: the share for testing, from 0 to below 1. Default 0.
        order: shuffled: the rows are mixed before the split. Default "file": as they stand.
        seed: which mix. Default 0.
        stratify: whether every part gets its share of each class. Default no.
        autoencoder: whether the features are the target. Default no.
        augmentation: what is done to training batches. Default nothing.

    Raises:
        DataError: a part would be empty.
    """
    x, y, plane = raw.features, raw.target, raw.plane
    classes = y if stratify and raw.task == "classification" else None
    parts = split_rows(
        len(x), validation=validation_split, test=test_split, order=order, seed=seed, classes=classes
    )
    # Rows in a row are a view: nothing is copied where nothing is mixed.
    whole = order == "file" and classes is None
    chosen = [_run(rows) if whole else rows for rows in parts]

    def own(rows: Array) -> Array:
        return rows if plane is None else plane.features(rows)

    shift, scale = _fit(own(x[chosen[0]]), scaling)
    if not (np.isfinite(shift) & np.isfinite(scale) & (scale > 0)).all():
        raise DataError(
            f"The features of {raw.name} are too large or too small for float32.", "Scale them."
        )

    def made(features: Array, targets: Array, numbers: Array | None = None) -> Split | None:
        if not len(features):
            return None
        scaled = np.ascontiguousarray(_scaled(own(features), shift, scale, raw.dtype))
        coordinates = None if plane is None else features
        return Split(scaled, scaled if autoencoder else _targets(targets, raw), coordinates, numbers)

    train, validation, test = (
        made(x[rows], y[rows], numbers) for rows, numbers in zip(chosen, parts, strict=True)
    )
    if test is None and raw.test is not None:
        test = made(*raw.test)
    if validation is None and raw.validation is not None:
        validation = made(*raw.validation)
    assert train is not None
    return Dataset(
        name=raw.name,
        task="regression" if autoencoder else raw.task,
        train=train,
        validation=validation,
        test=test,
        feature_names=raw.feature_names,
        target_name=raw.target_name,
        class_names=() if autoencoder else raw.class_names,
        shift=shift,
        scale=scale,
        augmentation=augmentation,
        plane=plane,
        stream=raw.stream,
        recipe=None if autoencoder else raw.recipe,
    )


def _run(rows: Array) -> Any:
    return slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(0, 0)


def _scaled(features: Array, shift: Array, scale: Array, dtype: Any) -> Array:
    """Scale in the data's number type, in place where the rows had to be copied anyway."""
    with np.errstate(over="ignore"):  # what is too large is told when it is trained
        scaled = features.astype(dtype)
    scaled -= shift
    scaled /= scale
    return scaled


@np.errstate(over="ignore", under="ignore", invalid="ignore")
def _fit(x: Array, scaling: Scaling) -> tuple[Array, Array]:
    width = x.shape[-1]
    rows = x.reshape(-1, width)
    if scaling == "minmax":
        low, high = rows.min(axis=0).astype(np.float64), rows.max(axis=0).astype(np.float64)
        shift, scale = low, high - low
    elif scaling == "standard":
        shift, scale = rows.mean(axis=0, dtype=np.float64), rows.std(axis=0, dtype=np.float64)
    else:
        shift, scale = np.zeros(width), np.ones(width)
    # A feature that never varies is moved to 0 and not stretched.
    scale = np.where(scale > 0, scale, 1.0)
    return shift.astype(np.float32), scale.astype(np.float32)


def _targets(y: Array, raw: RawData) -> Array:
    if raw.task == "classification":
        return np.ascontiguousarray(y, np.int64)
    if raw.dtype == np.float32 and y.dtype == np.float64:
        require_told_apart(y, f"The target of {raw.name}")
    return np.ascontiguousarray(y, raw.dtype)
