"""Arrays, images and generated rows like those a network was trained on, read to be predicted or measured.

Classes are known by the names they had in training, and targets may be absent.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.bundled import SETS
from nn_tui.data.files import arrays, idx, images
from nn_tui.data.raw import RawData
from nn_tui.data.sources import FASHION, kind_of, load, unknown
from nn_tui.declare import registered
from nn_tui.errors import DataError

Array = NDArray[Any]
Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows in their own units, given in pieces.

    `x(start, stop)` gives features `(rows, *shape)`. `y` are class numbers of the training, or numbers;
    None where there are none. `files` names the file of each row, where each has one. `note` says which
    rows of the source they are, where that is not plain.
    """

    name: str
    count: int
    x: Callable[[int, int], Array]
    y: Array | None = None
    files: tuple[str, ...] = ()
    note: str = ""


def rows_like(
    source: str,
    shape: Shape,
    classes: tuple[str, ...],
    *,
    with_targets: bool,
    settings: Mapping[str, Any] | None = None,
) -> Rows:
    """Give the rows of a source that is no table.

    Args:
        source: a generated set's name, an NPZ, NPY or IDX file, an image, or a folder of either.
        shape: one row's shape in training.
        classes: the names of the classes in training; empty where numbers are predicted.
        with_targets: whether the targets are needed.
        settings: of a generated set. Default: its own.

    Raises:
        DataError: it cannot be read, has other rows, or no targets where they are needed.
    """
    path = Path(source)
    if kind_of(source) == "dataset" or source in SETS:
        rows = _of_set(source, shape, classes, settings or {})
    elif path.suffix.lower() in (".npz", ".npy"):
        rows = _of_arrays(path, shape, classes)
    elif source == FASHION or os.path.isdir(path) or "-ubyte" in path.name or path.suffix in images.ENDINGS:
        rows = _of_images(path, source, shape, classes)
    else:
        raise unknown(source)
    if with_targets and rows.y is None:
        raise DataError(f"{source} has no targets to compare with.", "Use `nn-tui predict`, or give them.")
    return rows


def _of_set(source: str, shape: Shape, classes: tuple[str, ...], settings: Mapping[str, Any]) -> Rows:
    raw = load(source, settings) if source in registered("dataset") else SETS[source]()
    assert isinstance(raw, RawData)
    x, y = raw.test or (raw.features, raw.target)
    if raw.plane is not None:
        x = raw.plane.features(x)
    if classes:
        y = arrays.class_numbers(source, np.array(raw.class_names or [""])[y.astype(int)], classes)
    return _of_array(source, x, y, shape)


def _of_arrays(path: Path, shape: Shape, classes: tuple[str, ...]) -> Rows:
    named = arrays.named_arrays(path)
    for x, y in (("x_test", "y_test"), ("x", "y"), ("x_train", "y_train")):
        if x in named:
            note = f"the rows are those of {x}" if x != "x" else ""
            targets = _targets(path, named[y], classes) if y in named else None
            return _of_array(str(path), named[x], targets, shape, note)
    if len(named) != 1:
        raise DataError(f"{path} holds arrays named {', '.join(named) or 'nothing'}.", "Name them x and y.")
    (single,) = named.values()
    if single.ndim == 2 and len(shape) == 1 and single.shape[1] == shape[0] + 1:
        return _of_array(str(path), single[:, :-1], _targets(path, single[:, -1], classes), shape)
    return _of_array(str(path), single, None, shape)


def _of_array(name: str, x: Array, y: Array | None, shape: Shape, note: str = "") -> Rows:
    if not x.ndim or not len(x):
        raise DataError(f"{name} has no rows.", "Give at least one.")
    if x.shape[1:] != shape:
        x = arrays.with_channel(x)
    if x.shape[1:] != shape and x.shape[1:] == shape[:-1] and shape[-1] == 1:
        x = x[..., None]
    if x.shape[1:] != shape:
        raise DataError(
            f"{name} has rows of shape {x.shape[1:]}, not {shape}.", "Give rows as in training."
        )
    if y is not None and len(y) != len(x):
        raise DataError(f"{name}: {len(x)} rows of features but {len(y)} of targets.", "")

    def read(start: int, stop: int) -> Array:
        return arrays.checked(name, "x", x[start:stop])

    return Rows(Path(name).name, len(x), read, y, (), note)


def _of_images(path: Path, source: str, shape: Shape, classes: tuple[str, ...]) -> Rows:
    if source == FASHION and not os.path.isdir(path):
        path = next((Path(one) for one in idx.FASHION_FOLDERS if idx.any_parts(Path(one))), path)
    if os.path.isdir(path) and (parts := idx.any_parts(path)):
        part = "t10k" if "t10k-images" in parts else "train"
        labels = parts.get(f"{part}-labels")
        y = None if labels is None else _targets(labels, idx.read_idx(labels), classes)
        note = f"the rows are those of {part}-images"
        return _of_array(str(path), idx.read_idx(parts[f"{part}-images"]), y, shape, note)
    if "-ubyte" in path.name:
        return _of_array(str(path), idx.read_idx(path), None, shape)
    if not os.path.exists(path):
        raise unknown(source)
    if len(shape) != 3:
        raise DataError(f"{path} holds images, but the network takes rows of shape {shape}.", "")
    folders = images.class_folders(path) if path.is_dir() else {}
    if folders:
        found = [(name, file) for name, files in folders.items() for file in files]
        y = arrays.class_numbers(str(path), np.array([name for name, _ in found]), classes)
    else:
        found = [("", file) for file in (images.images_in(path) if path.is_dir() else [path])]
        y = None
    if not found:
        raise DataError(f"{path} holds no images.", "Give a folder of images, or of one folder a class.")
    files = [file for _, file in found]
    mode = "L" if shape[-1] == 1 else "RGB"

    def read(start: int, stop: int) -> Array:
        return np.stack(
            [images.read_image(file, shape[:2], mode).reshape(shape) for file in files[start:stop]]
        )

    base = path if path.is_dir() else path.parent
    return Rows(path.name, len(files), read, y, tuple(str(file.relative_to(base)) for file in files))


def _targets(path: Path, y: Array, classes: tuple[str, ...]) -> Array:
    """Give targets as the network was trained with them: class numbers by their names, or numbers."""
    y = arrays.checked(str(path), "y", y, words=bool(classes))
    if not classes:
        return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if y.ndim == 2 and y.shape[1] == len(classes) > 1:
        return y.argmax(axis=1)
    y = y.reshape(len(y), -1)[:, 0]
    numbers = y.dtype.kind in "iufb"
    if numbers and not set(arrays.label_words(np.unique(y))) & set(classes):
        whole = bool((y == np.floor(y)).all())
        if whole and y.min() >= 0 and y.max() < len(classes):
            return y.astype(np.int64)  # classes that have names, given by their numbers
    return arrays.class_numbers(str(path), y, classes)
