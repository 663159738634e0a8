"""NumPy's own files: an NPY array, or an NPZ with x and y. Nothing in them is unpickled."""

from __future__ import annotations

import math
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.files.looking import require_honest, unchanged
from nn_tui.data.labels import finder, spellings
from nn_tui.data.raw import RawData
from nn_tui.errors import DataError

Array = NDArray[Any]
_TEXT = "SU"
"""The kinds of arrays of text."""
MOST_BYTES = 16 << 30
"""What an NPZ may unpack to."""
_NAMES = (("x_train", "y_train", "x_test", "y_test"), ("x", "y", "x_test", "y_test"))


def read_arrays(path: Path) -> RawData:
    """Read an NPY or NPZ file.

    An NPZ names its arrays x and y, or x_train, y_train, x_test and y_test, in small or capital letters.
    A single array `(rows, columns)` has its target in the last column.

    Raises:
        DataError: pickled objects, a cut-off file, or names from which nothing can be told.
    """
    arrays = named_arrays(path)
    for x, y, test_x, test_y in _NAMES:
        if x in arrays and y in arrays:
            test = (arrays[test_x], arrays[test_y]) if test_x in arrays and test_y in arrays else None
            return raw_of(path.name, arrays[x], arrays[y], test)
    if len(arrays) == 1:
        (single,) = arrays.values()
        if single.ndim == 2 and single.shape[1] > 1:
            return raw_of(path.name, single[:, :-1], single[:, -1], None)
        raise DataError(
            f"{path} holds one array of shape {single.shape}, which has no target.",
            "Give an NPZ with x and y, or an array with the target in the last column.",
        )
    raise DataError(
        f"{path} holds arrays named {', '.join(arrays) or 'nothing'}.",
        "Name them x and y, or x_train, y_train, x_test, y_test.",
    )


def named_arrays(path: Path) -> dict[str, Array]:
    """Give the arrays of an NPY or NPZ file by their names in small letters; that of an NPY has none.

    Raises:
        DataError: pickled objects, or a cut-off file.
    """
    with unchanged(path):
        return _npz(path) if path.suffix.lower() == ".npz" else {"": _npy(path)}


def _npz(path: Path) -> dict[str, Array]:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > MOST_BYTES:
                raise DataError(
                    f"{path} unpacks to {size / 2**30:.0f} GB; {MOST_BYTES >> 30} GB is the most.", ""
                )
            require_honest(path, path.stat().st_size, size)
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    _require_whole(path, part, entry.file_size)
        with np.load(path, allow_pickle=False) as loaded:
            return {name.lower(): loaded[name] for name in loaded.files}
    except DataError:
        raise
    except Exception:  # NumPy and zipfile raise many kinds for damaged files
        raise _damaged(path) from None


def _npy(path: Path) -> Array:
    try:
        with path.open("rb") as file:
            _require_whole(path, file, path.stat().st_size)
        loaded: Array = np.load(path, allow_pickle=False, mmap_mode="r")
        return loaded
    except DataError:
        raise
    except Exception:  # NumPy raises many kinds for damaged headers
        raise _damaged(path) from None


def _require_whole(path: Path, file: IO[bytes], size: int) -> None:
    """Refuse an array whose header promises what the file has not.

    Raises:
        DataError: it is shorter than its header says, or holds objects.
    """
    version = np.lib.format.read_magic(file)
    head = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = head(file)
    if dtype.hasobject:
        raise DataError(
            f"{path} holds pickled objects, which could run code when they are read.",
            "Save plain arrays of numbers.",
        )
    count = math.prod(shape)
    if min(shape, default=0) < 0 or max(shape, default=0) > MOST_BYTES or count * dtype.itemsize > size:
        raise _damaged(path)


def _damaged(path: Path) -> DataError:
    return DataError(f"{path} is damaged or cut off.", "Fetch it again.")


def raw_of(
    name: str,
    x: Array,
    y: Array,
    test: tuple[Array, Array] | None,
    *,
    task: str = "auto",
    class_names: tuple[str, ...] = (),
) -> RawData:
    """Make raw rows of arrays: one-hot targets become class numbers, grey images get a channel.

    Targets may be text: they are classes then.

    Raises:
        DataError: they are no numbers, have NaN or infinity in them, or differ in length.
    """
    x, y = checked(name, "x", x), checked(name, "y", y, words=True)
    if len(x) != len(y):
        raise DataError(f"{name}: {len(x)} rows of features but {len(y)} of targets.", "")
    x, y = with_channel(x), one_column(y)
    if test is not None:
        test = (
            with_channel(checked(name, "x_test", test[0])),
            one_column(checked(name, "y_test", test[1], words=True)),
        )
    spelled = y.dtype.kind in _TEXT
    whole = not spelled and y.ndim == 1 and bool((y == np.floor(y)).all())
    few = spelled or (whole and len(np.unique(y)) <= max(2, min(100, len(y) // 5)))
    if task == "auto":
        task = "classification" if few else "regression"
    if task == "classification":
        different, counts = np.unique(y, return_counts=True)
        words = label_words(different)
        labels = spellings(Counter(dict(zip(words, counts.tolist(), strict=True)))) if spelled else {}
        every = tuple(dict.fromkeys(labels.get(word, word) for word in words))
        if len(every) < 2:
            raise DataError(f"{name} has one class only.", "A classification needs two or more.")
        if not class_names:
            class_names = every
            y = class_numbers(f"{name}, y", y, class_names)
            if test is not None:
                test = (test[0], class_numbers(f"{name}, y_test", test[1], class_names))
    return RawData(
        name=name,
        task="classification" if task == "classification" else "regression",
        features=x,
        target=y,
        feature_names=tuple(f"x{at}" for at in range(x.shape[1])) if x.ndim == 2 else (),
        target_name="y",
        class_names=class_names,
        test=test,
    )


def label_words(labels: Array) -> list[str]:
    """Return labels of numbers or text as words, whole numbers with all their digits."""
    if labels.dtype.kind == "S":
        return [label.decode("utf-8", "replace") for label in labels.tolist()]
    if labels.dtype.kind == "f":
        return [str(int(label)) if label == np.floor(label) else str(label) for label in labels]
    return [label if isinstance(label, str) else str(int(label)) for label in labels.tolist()]


def class_numbers(name: str, y: Array, classes: Sequence[str]) -> NDArray[np.int64]:
    """Return the number of every label among the classes, whatever type of number or text it is.

    Raises:
        DataError: one is none of them.
    """
    different, places = np.unique(y, return_inverse=True)
    words, find = label_words(different), finder(classes)
    numbers = np.array([find(word) for word in words], np.int64)
    if (numbers < 0).any():
        raise DataError(
            f"{name}: the class {words[int(numbers.argmin())]!r} is none the network knows: "
            f"{', '.join(classes[:8])}.",
            "Leave its rows out.",
        )
    return numbers[places.reshape(y.shape)]


def checked(name: str, label: str, array: Array, *, words: bool = False) -> Array:
    """Return an array of finite numbers, or of words where these are allowed, as it is.

    Raises:
        DataError: it is something else.
    """
    if words and array.dtype.kind in _TEXT and array.ndim and len(array):
        return array
    if array.dtype.kind not in "iufb":
        raise DataError(f"{name}: {label} holds values of type {array.dtype}, not numbers.", "")
    if not array.ndim or not len(array):
        raise DataError(f"{name}: {label} has no rows.", "")
    if not array.size:
        raise DataError(f"{name}: the rows of {label} hold nothing: its shape is {array.shape}.", "")
    if array.dtype.kind == "f":
        for start in range(0, len(array), 65536):
            if not np.isfinite(array[start : start + 65536]).all():
                raise DataError(
                    f"{name}: {label} holds NaN or infinity.", "Correct or leave out those rows."
                )
    return array


def with_channel(x: Array) -> Array:
    """Give rows of one number an axis, and grey images `(rows, height, width)` a channel."""
    if x.ndim == 1:
        return x[:, None]
    return x[..., None] if x.ndim == 3 and min(x.shape[1:]) >= 8 and x.dtype == np.uint8 else x


def one_column(y: Array) -> Array:
    """Turn one-hot rows into class numbers and one column into a vector."""
    if y.ndim == 2 and y.shape[1] == 1:
        return y[:, 0]
    if (
        y.dtype.kind not in _TEXT
        and y.ndim == 2
        and y.shape[1] > 1
        and set(np.unique(y)) <= {0, 1}
        and (y.sum(axis=1) == 1).all()
    ):
        return y.argmax(axis=1)
    return y
