"""Where rows come from: a generated or bundled set by its name, a file, a folder, a query."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nn_tui.data import generators
from nn_tui.data.bundled import SETS
from nn_tui.data.dataset import Dataset
from nn_tui.data.files.looking import Watch
from nn_tui.data.raw import RawData
from nn_tui.data.settings import NO_ROWS, ArraySource, TableSource
from nn_tui.data.table import Table
from nn_tui.declare import find, nearest, registered
from nn_tui.errors import DataError
from nn_tui.text import is_storable

if TYPE_CHECKING:
    from nn_tui.data.files.blocks import TableRows

__all__ = [
    "Watch",
    "generators",
    "kind_of",
    "load",
    "load_dataset",
    "names",
    "opened_rows",
    "read",
    "signature",
]

SourceKind = Literal["dataset", "table", "arrays", "none"]
FASHION = "fashion-mnist"


def names() -> tuple[str, ...]:
    """Give the names of all sets that need no file."""
    return (*registered("dataset"), *SETS, FASHION)


def kind_of(source: str) -> SourceKind | None:
    """Tell what a source is by its name, without opening it: its settings depend on that; None: unknown."""
    if not source.strip():  # an empty path would be the working folder
        return None
    if source in registered("dataset"):
        return "dataset"
    if source == NO_ROWS:
        return "none"
    if source in SETS:
        return "arrays" if source == "digits" else "table"
    from nn_tui.data.files import tables

    if not is_storable(source):  # a spec that names it could not be saved, and no query has such a letter
        return None
    if tables.is_query(source):
        return "table"
    path = Path(source)
    # Of a name too long for any file, `os.path` says no where `Path` raises.
    if source == FASHION or path.suffix.lower() in (".npz", ".npy") or os.path.isdir(path):
        return "arrays"
    return "table" if tables.is_table(path) else None


def load(source: str, settings: Mapping[str, Any]) -> RawData:
    """Give the rows of a generated set.

    Args:
        source: a registered data set's name.
        settings: its parameters; the rest take their defaults.

    Raises:
        DataError: there is no such data set; says the nearest name.
    """
    if source not in registered("dataset"):
        raise unknown(source)
    raw: RawData = find("dataset", source)(**settings)
    return raw


def unknown(source: str) -> DataError:
    """Make the error for a source that is neither a name nor a file."""
    if not is_storable(source):
        return DataError(f"{source!r} holds bytes that are no UTF-8.", "Give the file another name.")
    if not source.strip():
        return DataError("No data are named.", "Give a file, a folder, a query or the name of an example.")
    if os.path.exists(source):
        return DataError(
            f"{source} is no data file of a known form.",
            "Give CSV, TSV, Parquet, JSON lines, NPZ, NPY, or a folder of images.",
        )
    return DataError(f"There is no data set and no file named {source!r}.", nearest(source, names()))


def load_dataset(
    source: str,
    settings: Mapping[str, Any],
    *,
    scaling: Literal["none", "minmax", "standard"] = "none",
    validation_split: float = 0.0,
    test_split: float = 0.0,
    target: str | None = None,
    features: tuple[str, ...] | None = None,
    columns: Mapping[str, str] | None = None,
    watch: Watch | None = None,
) -> Dataset:
    """Give the rows of any source, split, and turned into numbers by what the training rows say.

    Args:
        source: a set's name, a path, or a SQL query.
        settings: what the source's kind declares; the rest take their defaults.
        scaling: how numbers are scaled.
        validation_split: the share for validation.
        test_split: the share for testing.
        target: the column that is predicted. Default: the last.
        features: the columns that may be used. Default: all others.
        columns: kinds by column, which overrule what is recognized.
        watch: is told how far reading is, and may cancel. Default none.

    Raises:
        DataError: it cannot be read or used; says what to change.
    """
    from nn_tui.data.preprocessing import prepare

    kind = kind_of(source)
    shares: dict[str, Any] = {
        "scaling": scaling,
        "validation_split": validation_split,
        "test_split": test_split,
    }
    if kind is None:
        raise unknown(source)
    if kind == "none":
        raise no_rows(settings.get("shape"))
    if kind == "dataset":
        return prepare(load(source, settings), **shares)
    if kind == "arrays":
        from nn_tui.data.augmentation import Augmentation

        arrays = ArraySource(**settings)
        raw = _raw(source, arrays, watch)
        changes = Augmentation(arrays.shift, arrays.rotate, arrays.flip, arrays.zoom, arrays.noise)
        return prepare(
            raw,
            **shares,
            order=arrays.order,
            seed=arrays.split_seed,
            stratify=arrays.stratify,
            autoencoder=arrays.autoencoder,
            augmentation=changes if changes != Augmentation() else None,
        )
    from nn_tui.data.from_table import dataset_of

    table = TableSource(**settings)
    return dataset_of(
        read(source, watch),
        table,
        **shares,
        target=target,
        features=features,
        columns=columns,
        validation=read(table.validation, watch) if table.validation else None,
        test=read(table.test, watch) if table.test else None,
    )


def read(source: str, watch: Watch | None = None) -> Table:
    """Give the columns of a bundled table, a table file or a query; the last ones read are remembered.

    Raises:
        DataError: it cannot be read, or holds no table.
    """
    if kind_of(source) != "table":
        raise unknown(source) if kind_of(source) is None else DataError(f"{source} is no table.", "")
    return _Reading(source, signature(source), watch).table()


@contextmanager
def opened_rows(
    source: str, watch: Watch | None = None, as_text: Sequence[str] = ()
) -> Iterator[TableRows]:
    """Have the rows of a bundled table, a table file or a query for a while, however many they are.

    Args:
        source: a set's name, a path, or a SQL query.
        watch: is told how far reading is, and may cancel. Default none.
        as_text: columns that are given as text, letter by letter. Default none.

    Raises:
        DataError: it cannot be read, or holds no table.
    """
    from nn_tui.data.files import tables
    from nn_tui.data.files.blocks import HeldRows, stored
    from nn_tui.data.files.scans import scan_of

    watch = watch or Watch()
    if source in SETS:
        yield HeldRows(read(source))
    elif tables.is_query(source):
        yield HeldRows(tables.query(source, watch, as_text))
    elif kind_of(source) != "table":
        raise unknown(source) if kind_of(source) is None else DataError(f"{source} is no table.", "")
    else:
        path = Path(source)
        with contextlib.ExitStack() as stack:
            with scan_of(path, watch, as_text) as scan:
                rows = stack.enter_context(stored(path, scan, watch))
            yield rows


def signature(source: str) -> tuple[int, int]:
    """Give size and time of a file, so that a changed file is read anew; (0, 0) for what is no file."""
    path = Path(source)
    try:
        found = path.stat()
    except (OSError, ValueError):
        return (0, 0)
    return (found.st_size, found.st_mtime_ns)


def no_rows(shape: tuple[int, ...] | None) -> DataError:
    """Make the error for a network whose rows are not chosen yet."""
    known = f"This network takes rows of shape {tuple(shape)}" if shape else "Rows are not chosen yet"
    return DataError(f"{known}: choose data (D).", "Without the screen: --set data.source=FILE.")


class _Reading:
    """A source to be read, as a key that does not depend on who watches."""

    def __init__(self, source: str, signed: tuple[int, int], watch: Watch | None) -> None:
        self.key = (source, signed)
        self.watch = watch

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reading) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def table(self) -> Table:
        return _read(self)


@lru_cache(maxsize=2)
def _read(reading: _Reading) -> Table:
    from nn_tui.data.files import tables

    source = reading.key[0]
    if source in SETS:
        bundled = SETS[source]()
        assert isinstance(bundled, Table)
        return bundled
    if tables.is_query(source):
        return tables.query(source, reading.watch)
    return tables.read_table(Path(source), reading.watch)


def _raw(source: str, settings: ArraySource, watch: Watch | None) -> RawData:
    if source in SETS:
        bundled = SETS[source]()
        assert isinstance(bundled, RawData)
        return bundled
    from nn_tui.data.files import arrays, idx, images

    path = Path(source)
    if source == FASHION and not os.path.isdir(path):
        for folder in idx.FASHION_FOLDERS:
            if idx.find_parts(Path(folder)):
                return idx.read_idx_folder(Path(folder))
        raise DataError(
            "Fashion-MNIST is not installed on this machine.",
            "Install Debian's package dataset-fashion-mnist, or give the folder of its files.",
        )
    if not os.path.isdir(path):
        return arrays.read_arrays(path)
    if idx.find_parts(path):
        return idx.read_idx_folder(path)
    return images.read_images(path, size=settings.size, grey=settings.grey, watch=watch)
