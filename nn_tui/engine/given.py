"""What people hand to `fit`, `evaluate` and `predict`, made into arrays as Keras reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.declare import plain, shown
from nn_tui.errors import DataError, SpecError

if TYPE_CHECKING:
    from nn_tui.engine.models import Sequential

Array = NDArray[Any]
Rows = tuple[Array, Array, Array | None]
"""Features, targets, and how much each row counts; None where all count alike."""


def features(model: Sequential, x: Any) -> Array:
    """Return features as an array of rows; an axis of one number that is missing, or too many, is mended.

    Raises:
        DataError: the rows are not all of one shape.
    """
    rows = _array(x, "x")
    if model.built:
        rank = len(model.input_shape)
        if rows.ndim == rank - 1 and rows.ndim and model.input_shape[-1] == 1:
            return rows[..., None]
        return rows[..., 0] if rows.ndim == rank + 1 and rows.shape[-1] == 1 else rows
    return rows[:, None] if rows.ndim == 1 else rows


def targets(y: Any) -> Array:
    """Return targets as an array.

    Raises:
        DataError: the targets are not all of one shape.
    """
    return _array(y, "y")


def row_weights(
    rows: int, y: Array, class_weight: Mapping[Any, float] | None, sample_weight: Any
) -> Array | None:
    """Return one weight a row from class and sample weights; None where all are alike.

    Raises:
        DataError: there is not one finite number a row.
        SpecError: a class is no whole number.
    """
    own = None if sample_weight is None else _array(sample_weight, "sample_weight")
    if own is not None:
        if own.ndim == 2 and own.shape[-1] == 1:
            own = own[:, 0]
        if own.shape != (rows,) or own.dtype.kind not in "biuf" or not np.isfinite(own).all():
            raise DataError(
                f"sample_weight must be {rows} finite numbers, one a row; got {own.dtype} of shape "
                f"{own.shape}.",
                "Give one weight a row.",
            )
    if class_weight is None:
        return own
    one_hot = y.ndim > 1 and y.shape[-1] > 1
    classes = y.argmax(axis=-1) if one_hot else y.reshape(len(y), -1)[:, 0].astype(np.int64)
    weights = {whole("A class in class_weight", number, 0): plain(w) for number, w in class_weight.items()}
    by_class = np.array([float(weights.get(int(number), 1.0)) for number in classes])
    return by_class if own is None else by_class * own


def validation_rows(model: Sequential, given: Any) -> Rows | None:
    """Return validation rows given as (x, y) or (x, y, weights).

    Raises:
        DataError: it is something else.
    """
    if given is None:
        return None
    if not isinstance(given, (tuple, list)) or len(given) not in (2, 3):
        count = f"{len(given)} parts" if isinstance(given, (tuple, list)) else type(given).__name__
        raise DataError(
            f"validation_data must be (x, y) or (x, y, sample_weight), got {count}.", "Give a tuple."
        )
    x, y = features(model, given[0]), targets(given[1])
    return x, y, row_weights(len(x), y, None, given[2] if len(given) == 3 else None)


def split_off(rows: Rows, share: float) -> tuple[Rows, Rows]:
    """Take the last share of the rows away for validation, as Keras does.

    Raises:
        SpecError: a part would be empty.
    """
    x, y, weights = rows
    at = int(np.floor(len(x) * (1 - share)))
    if not 0 < at < len(x):
        raise SpecError(
            f"validation_split={share} of {len(x)} rows leaves one part empty.", "Choose another share."
        )
    first, last = slice(at), slice(at, None)
    return (x[first], y[first], None if weights is None else weights[first]), (
        x[last],
        y[last],
        None if weights is None else weights[last],
    )


def whole(name: str, value: Any, least: int = 1) -> int:
    """Return a whole number that was given, of Python or NumPy.

    Raises:
        SpecError: it is none, or too small.
    """
    number = plain(value)
    if isinstance(number, bool) or not isinstance(number, int) or number < least:
        raise SpecError(f"{name} must be a whole number, at least {least}, got {shown(value)}.", "")
    return number


def _array(given: Any, name: str) -> Array:
    try:
        return np.asanyarray(given)
    except ValueError:
        raise DataError(
            f"The rows of {name} are not all of one shape.", "Give every row as many."
        ) from None
