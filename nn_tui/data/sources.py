"""Where rows come from: a data set by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nn_tui.data import generators
from nn_tui.data.raw import RawData
from nn_tui.declare import find, nearest, registered
from nn_tui.errors import DataError

__all__ = ["generators", "load"]


def load(source: str, settings: Mapping[str, Any]) -> RawData:
    """Give the rows of a source.

    Args:
        source: a registered data set's name.
        settings: its parameters; the rest take their defaults.

    Raises:
        DataError: there is no such data set; says the nearest name.
    """
    if source not in registered("dataset"):
        raise DataError(f"There is no data set {source!r}.", nearest(source, registered("dataset")))
    raw: RawData = find("dataset", source)(**settings)
    return raw
