"""IDX files, the form of MNIST and Fashion-MNIST, gzip or not, by their usual names in a folder."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.files.arrays import raw_of
from nn_tui.data.files.looking import opened, require_file, require_honest
from nn_tui.data.raw import RawData
from nn_tui.errors import DataError

Array = NDArray[Any]
_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
_FASHION = (
    "T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
FASHION_FOLDERS = ("/usr/share/dataset-fashion-mnist", "/usr/share/datasets/fashion-mnist")
"""Where Debian's package dataset-fashion-mnist puts the files."""


def find_parts(folder: Path) -> dict[str, Path]:
    """Find the four files of a set by their usual names; empty where there are no training images."""
    found = any_parts(folder)
    return found if {"train-images", "train-labels"} <= set(found) else {}


def any_parts(folder: Path) -> dict[str, Path]:
    """Find those of the four files of a set that are there, as `train-images` and `t10k-labels`."""
    found: dict[str, Path] = {}
    for part in ("train", "t10k"):
        for sort in ("images-idx3", "labels-idx1"):
            for joint in ("-", "."):
                for packed in ("", ".gz"):
                    stem, number = sort.rsplit("-", 1)
                    path = folder / f"{part}-{stem}{joint}{number}-ubyte{packed}"
                    if path.exists():
                        found.setdefault(f"{part}-{stem}", path)
    return found


def read_idx_folder(folder: Path) -> RawData:
    """Read the images and labels of a folder; the t10k files become the test rows.

    Raises:
        DataError: a file is missing, cut off or no IDX file.
    """
    parts = find_parts(folder)
    if not parts:
        raise DataError(f"{folder} holds no train-images-idx3-ubyte.", "Give the folder of the IDX files.")
    x, y = read_idx(parts["train-images"]), read_idx(parts["train-labels"])
    test = None
    if "t10k-images" in parts and "t10k-labels" in parts:
        test = read_idx(parts["t10k-images"]), read_idx(parts["t10k-labels"])
    names = _FASHION if "fashion" in str(folder.resolve()).lower() else tuple(map(str, range(10)))
    known = int(y.max()) < len(names)
    return raw_of(folder.name, x, y, test, task="classification", class_names=names if known else ())


def read_idx(path: Path) -> Array:
    """Read one IDX file: a magic number, the sizes, then the values.

    Raises:
        DataError: it is no IDX file, or shorter or longer than its header says.
    """
    size = require_file(path).st_size
    with opened(path) as file:
        head = file.read(4)
        if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _TYPES or not 1 <= head[3] <= 8:
            raise DataError(f"{path} is no IDX file.", "Its first bytes should be 0, 0, a type, axes.")
        shape = tuple(np.frombuffer(_exactly(file, 4 * head[3], path), ">u4").astype(int).tolist())
        kind = np.dtype(_TYPES[head[2]])
        count = math.prod(shape) * kind.itemsize
        if not count:
            raise DataError(f"{path} holds nothing: its sizes are {shape}.", "Give the whole set.")
        # gzip packs by a factor of 1032 at most, so a header that promises more is damaged.
        if count > 1100 * size:
            raise DataError(f"{path} is damaged: its header promises {shape} values.", "Fetch it again.")
        require_honest(path, size, count)
        values = np.frombuffer(_exactly(file, count, path), kind).reshape(shape)
        if file.read(1):
            raise DataError(f"{path} is longer than its header says.", "Fetch it again.")
    return values if kind.itemsize == 1 else values.astype(kind.newbyteorder("="))


def _exactly(file: Any, count: int, path: Path) -> bytes:
    content: bytes = file.read(count)
    if len(content) < count:
        raise DataError(f"{path} is cut off: {count:,} bytes were to come, {len(content):,} did.", "")
    return content
