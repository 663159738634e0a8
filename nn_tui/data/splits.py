"""Which rows train, which check each epoch, and which are kept for the end."""

from __future__ import annotations

import math
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nn_tui.errors import DataError

Array = NDArray[Any]
Order = Literal["shuffled", "file"]


class Parts(NamedTuple):
    """Row numbers of each part; empty where there is none."""

    train: Array
    validation: Array
    test: Array


def split_rows(
    rows: int,
    *,
    validation: float = 0.0,
    test: float = 0.0,
    order: Order = "shuffled",
    seed: int = 0,
    classes: Array | None = None,
) -> Parts:
    """Split rows: test rows are the last share, validation rows the last share of what is left.

    Args:
        rows: how many there are.
        validation: the share for validation, as Keras's `validation_split`.
        test: the share for testing.
        order: shuffled: the rows are mixed first; file: they are taken as they stand.
        seed: which mix.
        classes: the class of each row; every part then gets its share of each class. Default none.

    Raises:
        DataError: a part would be empty.
    """
    mixed = np.arange(rows) if order == "file" else np.random.default_rng(seed).permutation(rows)
    if classes is None:
        return _cut(mixed, validation, test)
    parts = [
        _cut(mixed[classes[mixed] == number], validation, test, whole=False)
        for number in np.unique(classes)
    ]
    joined = Parts(*(np.concatenate(each) for each in zip(*parts, strict=True)))
    for share, part, name in (
        (validation, joined.validation, "validation_split"),
        (test, joined.test, "test_split"),
    ):
        if share and not len(part):
            raise _empty(name, share, rows)
    # The classes are mixed again, else the batches of an unshuffled training would hold one class each.
    again = np.random.default_rng(seed + 1)
    return joined if order == "file" else Parts(*(again.permutation(part) for part in joined))


def _cut(mixed: Array, validation: float, test: float, whole: bool = True) -> Parts:
    left, kept = _last(mixed, test, "test_split", whole)
    train, checked = _last(left, validation, "validation_split", whole)
    return Parts(train, checked, kept)


def _last(mixed: Array, share: float, name: str, whole: bool) -> tuple[Array, Array]:
    if not share:
        return mixed, mixed[:0]
    at = math.floor(len(mixed) * (1 - share) + (0 if whole else 0.5))
    if not 0 < at < len(mixed) and whole:
        raise _empty(name, share, len(mixed))
    at = max(1, at)
    return mixed[:at], mixed[at:]


def _empty(name: str, share: float, rows: int) -> DataError:
    return DataError(
        f"{name} = {share:g} of {rows} rows leaves a part without rows.", f"Choose another {name}."
    )
