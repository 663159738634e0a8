"""The numbers of a `.keras` file: an HDF5 file inside a zip; extra `keras` (h5py).

A layer's arrays lie under `layers/<class>[_k]/vars/<i>`, k counting the layers of a class; a recurrent
layer's under `.../cell/vars/<i>`, those of Bidirectional's halves under `forward_layer` and
`backward_layer`; the optimizer's under `optimizer/vars/<i>`.
"""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.errors import RunError, not_installed
from nn_tui.experiment.files import read_part

Array = NDArray[Any]

WEIGHTS = "model.weights.h5"
CONFIG = "config.json"
METADATA = "metadata.json"
EXPERIMENT = "nn_tui.toml"
"""A part of our own, which Keras passes over: the experiment."""
_LARGEST_TEXT = 64 << 20
_LARGEST_NUMBERS = 8 << 30
_PACKED = 200
"""How much smaller than its content a part may be; numbers hardly pack, so more is a bomb."""


def h5py() -> Any:
    """Import h5py.

    Raises:
        RunError: it is not installed.
    """
    try:
        import h5py as module
    except ImportError:
        raise not_installed(".keras files", "h5py", "keras") from None
    return module


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Make a zip of named parts, stored as they are, as Keras does."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def unpack(path: Path) -> dict[str, bytes]:
    """Read the parts that matter of a `.keras` file; nothing is written to the disk.

    Raises:
        RunError: no such file, damaged, or larger than it can honestly be.
    """
    if not path.is_file():
        raise RunError(f"There is no file {path}.", "Give the .keras file that Keras saved.")
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            missing = [name for name in (CONFIG, WEIGHTS) if name not in names]
            if missing:
                raise RunError(f"{path} has no {missing[0]}.", "Save it with Keras 3: model.save(...).")
            wanted = [name for name in (CONFIG, WEIGHTS, EXPERIMENT) if name in names]
            return {name: _read(archive, name, path) for name in wanted}
    except (
        OSError,
        zipfile.BadZipFile,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        zlib.error,
    ):
        raise RunError(f"{path} is damaged, or no .keras file.", "Save it again with Keras 3.") from None


def _read(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    largest = _LARGEST_NUMBERS if name == WEIGHTS else _LARGEST_TEXT
    try:
        return read_part(archive, name, largest, _PACKED)
    except RunError as error:
        raise RunError(f"{path}: {error.message}", error.remedy) from None


def write_arrays(arrays: Iterable[tuple[str, Array]], empty: Iterable[str] = ()) -> bytes:
    """Write arrays under their paths as HDF5."""
    content = io.BytesIO()
    with h5py().File(content, "w") as file:
        for path in empty:
            file.require_group(path)
        for path, array in arrays:
            file.create_dataset(path, data=array)
    return content.getvalue()


class Numbers:
    """The arrays of an HDF5 file, read one at a time when their shape is what is expected.

    Args:
        content: the file.
        origin: names it in a fault.

    Raises:
        RunError: it cannot be opened.
    """

    def __init__(self, content: bytes, origin: str) -> None:
        self.origin = origin
        self.size = len(content)
        self._module = h5py()
        try:
            self._file = self._module.File(io.BytesIO(content), "r")
        except Exception:  # h5py raises nearly every class for a damaged file
            raise RunError(f"The weights of {origin} are damaged.", "Save it again with Keras 3.") from None

    def read(self, path: str, shape: tuple[int, ...]) -> Array:
        """Give an array as float32 (or as the whole numbers it holds).

        Raises:
            RunError: it is not there, of another shape, or not in the file itself.
        """
        try:
            return self._read(path, shape)
        except RunError:
            raise
        except Exception:  # see above
            raise RunError(f"{self.origin}: {path} is damaged.", "Save it again with Keras 3.") from None

    def _read(self, path: str, shape: tuple[int, ...]) -> Array:
        place = self._file
        for step in path.split("/"):
            link = place.get(step, getlink=True)
            if link is None:
                raise RunError(f"{self.origin} has no weights at {path}.", "Save it again with Keras 3.")
            if not isinstance(link, self._module.HardLink):
                raise RunError(f"{self.origin}: {path} leads out of the file.", "It is not followed.")
            place = place[step]
        if not isinstance(place, self._module.Dataset) or place.external or place.is_virtual:
            raise RunError(f"{self.origin}: {path} holds no numbers of its own.", "It is not opened.")
        if place.shape != shape or place.dtype.kind not in "fiu":
            raise RunError(
                f"{self.origin}: {path} has shape {place.shape}, expected {shape}.",
                "Save it again with Keras 3.",
            )
        if math.prod(shape) * place.dtype.itemsize > self.size:
            raise RunError(f"{self.origin}: {path} is cut off.", "Save it again with Keras 3.")
        array: Array = place[()]
        return np.asarray(array, np.float32 if place.dtype.kind == "f" else np.int64)

    def has(self, path: str) -> bool:
        """Whether something lies there."""
        try:
            return path in self._file
        except Exception:  # see above
            return False
