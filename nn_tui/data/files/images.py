"""A folder with one folder of images for each class, read with Pillow (extra `images`)."""

from __future__ import annotations

import contextlib
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_tui.data.files.arrays import raw_of
from nn_tui.data.files.looking import Watch, require_file
from nn_tui.data.raw import RawData
from nn_tui.errors import DataError

Array = NDArray[Any]
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "PPM")
"""What Pillow may take a file for, whatever its name says: other formats start programs or fetch files."""
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".pgm", ".ppm")
WIDEST = 8192
"""Cells of an image's side at most."""
MOST_CELLS = 24 << 20
"""Cells of an image at most: what it takes before it is made smaller."""
MOST_BYTES = 8 << 30
"""Bytes of all images of a folder at most."""


def class_folders(folder: Path) -> dict[str, list[Path]]:
    """Give the images of each class folder, by the class's name; folders without images are no classes."""
    found = {}
    for inner in sorted(folder.iterdir()):
        if inner.is_dir() and not inner.name.startswith("."):
            images = images_in(inner)
            if images:
                found[inner.name] = images
    return found


def images_in(folder: Path) -> list[Path]:
    """Give the images of a folder by their endings, sorted."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS and not path.is_dir())


def read_images(
    folder: Path, *, size: tuple[int, ...] | None = None, grey: bool = False, watch: Watch | None = None
) -> RawData:
    """Read all images of a folder's class folders.

    Args:
        folder: holds one folder for each class.
        size: height and width they are brought to. Default: the first image's.
        grey: whether to read them without colour. Images that are all grey are read so in any case.
        watch: is told how far it is, and may cancel. Default none.

    Raises:
        DataError: no classes, or a file that is no image; names it.
    """
    classes = class_folders(folder)
    if len(classes) < 2:
        told = "has one class only" if classes else "has no folder with images"
        raise DataError(f"{folder} {told}.", "Give a folder with one folder of images for each class.")
    watch = watch or Watch()
    paths = [(number, path) for number, images in enumerate(classes.values()) for path in images]
    if size is not None and len(size) == 1:
        size = (size[0], size[0])
    if size is not None and len(size) != 2:
        raise DataError(f"size must be height and width, got {list(size)}.", "Write size = [28, 28].")
    if size is None:
        size = read_image(paths[0][1], None, "L").shape[:2]
    mode = "L" if grey or _all_grey(paths) else "RGB"
    bytes_of_all = len(paths) * math.prod(size) * len(mode)
    if min(size) < 1 or bytes_of_all > MOST_BYTES:
        raise DataError(
            f"{len(paths):,} images of {size[0]:,}x{size[1]:,} take {bytes_of_all / 2**30:.1f} GB; "
            f"{MOST_BYTES >> 30} GB is the most.",
            "Write a smaller size = [height, width].",
        )
    x = np.empty((len(paths), *size, 1 if mode == "L" else 3), np.uint8)
    for row, (_, path) in enumerate(paths):
        if row % 50 == 0:
            watch.report(row / len(paths), "reading images")
        x[row] = read_image(path, size, mode).reshape(x.shape[1:])
    y = np.array([number for number, _ in paths])
    return raw_of(folder.name, x, y, None, task="classification", class_names=tuple(classes))


def sizes(folder: Path, *, most: int = 200) -> Array:
    """Return the heights and widths of a folder's images, by their headers alone: (images, 2).

    What is no image is passed over: it is told when it is read.

    Args:
        folder: holds one folder for each class.
        most: how many images are looked at, spread over all. Default 200.
    """
    paths = [path for images in class_folders(folder).values() for path in images]
    image, found = _pillow(), []
    for path in paths[:: max(1, math.ceil(len(paths) / most))]:
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            require_file(path)
            with image.open(path, formats=FORMATS) as opened:
                found.append((opened.height, opened.width))
    return np.array(found, np.int64).reshape(-1, 2)


def _all_grey(paths: list[tuple[int, Path]]) -> bool:
    """Whether the first image of each of the first few classes has no colour."""
    image = _pillow()
    for _, path in paths[:: max(1, len(paths) // 8)]:
        try:
            require_file(path)
            with image.open(path, formats=FORMATS) as opened:
                if opened.mode not in ("1", "L", "I;16", "LA"):
                    return False
        except Exception:  # a file that is no image is told when it is read
            return False
    return True


def read_image(path: Path, size: tuple[int, ...] | None, mode: str) -> Array:
    """Read one image; `mode` is Pillow's: L for grey, RGB for colour.

    Raises:
        DataError: it is no image, or too large.
    """
    image = _pillow()
    require_file(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with image.open(path, formats=FORMATS) as opened:
                width, height = opened.size
                if max(width, height) > WIDEST or width * height > MOST_CELLS:
                    raise DataError(
                        f"{path} is {width:,}x{height:,}; {WIDEST:,} is the most for a side and "
                        f"{MOST_CELLS:,} for all of it.",
                        "Make it smaller.",
                    )
                converted = opened.convert(mode)
                if size is not None and (height, width) != tuple(size):
                    converted = converted.resize((size[1], size[0]), image.Resampling.BILINEAR)
                return np.asarray(converted)
    except DataError:
        raise
    except Exception as error:  # Pillow raises many kinds for damaged files
        word = type(error).__name__
        if "DecompressionBomb" in word:
            raise DataError(f"{path} unpacks to too large an image.", "Make it smaller.") from None
        raise DataError(f"{path} is no readable image.", "Take it out of the folder.") from None


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError:
        raise DataError("Reading images needs Pillow.", "Install nn-tui[images].") from None
    return Image
