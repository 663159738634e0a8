"""Arrays, IDX files and folders of images."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from nn_tui.data.files.arrays import read_arrays
from nn_tui.data.files.idx import read_idx, read_idx_folder
from nn_tui.data.files.images import read_images
from nn_tui.data.sources import kind_of, load_dataset
from nn_tui.errors import DataError

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 3)).astype(np.float32)
Y = RANDOM.integers(0, 2, 40)


def test_arrays_are_found_by_their_names(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", X_train=X, y_train=np.eye(2)[Y], X_test=X[:5], y_test=Y[:5])
    raw = read_arrays(tmp_path / "a.npz")
    np.testing.assert_array_equal(raw.target, Y)
    assert raw.task == "classification" and raw.test is not None and len(raw.test[0]) == 5
    np.save(tmp_path / "b.npy", np.column_stack([X, X[:, 0] * 2]))
    assert read_arrays(tmp_path / "b.npy").task == "regression"


def test_what_is_no_plain_array_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "pickled.npz", x=np.array([{"a": 1}], object), y=Y, allow_pickle=True)
    np.savez(tmp_path / "names.npz", first=X, second=Y)
    np.savez(tmp_path / "gaps.npz", x=np.where(X > 2, np.nan, X).copy(), y=Y)
    np.savez(tmp_path / "long.npz", x=X, y=Y[:-1])
    np.savez(tmp_path / "one.npz", x=X, y=np.zeros(40))
    whole = (tmp_path / "names.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "cut.npy").write_bytes(b"\x93NUMPY\x01\x00v\x00{'descr'")
    for name, told in {
        "pickled.npz": "pickled objects",
        "names.npz": "arrays named first, second",
        "long.npz": "40 rows of features but 39 of targets",
        "one.npz": "one class only",
        "cut.npz": "damaged or cut off",
        "cut.npy": "damaged or cut off",
    }.items():
        with pytest.raises(DataError, match=told):
            load_dataset(str(tmp_path / name), {"task": "classification"} if name == "one.npz" else {})
    with pytest.raises(DataError, match="NaN or infinity"):
        X2 = X.copy()
        X2[3] = np.nan
        np.savez(tmp_path / "gaps.npz", x=X2, y=Y)
        read_arrays(tmp_path / "gaps.npz")


def idx(array: np.ndarray) -> bytes:
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def test_idx_files_are_found_in_their_folder(tmp_path: Path) -> None:
    images = RANDOM.integers(0, 255, (30, 9, 9), np.uint8)
    labels = np.arange(30, dtype=np.uint8) % 10
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(images))
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(images[:10]))
    (tmp_path / "t10k-labels.idx1-ubyte").write_bytes(idx(labels[:10]))
    raw = read_idx_folder(tmp_path)
    assert raw.features.shape == (30, 9, 9, 1) and raw.class_names == tuple("0123456789")
    assert raw.test is not None and len(raw.test[1]) == 10
    data = load_dataset(str(tmp_path), {}, scaling="minmax", validation_split=0.1)
    assert kind_of(str(tmp_path)) == "arrays" and data.train.x.max() == 1.0


def test_damaged_idx_files_are_told(tmp_path: Path) -> None:
    whole = idx(RANDOM.integers(0, 255, (30, 4, 4), np.uint8))
    path = tmp_path / "a"
    for content, told in (
        (whole[:-10], "is cut off"),
        (whole + b"x", "longer than its header"),
        (b"\x01\x02\x03\x04" + whole, "is no IDX file"),
        (bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**31, 2**31, 2) + b"abc", "its header promises"),
    ):
        path.write_bytes(content)
        with pytest.raises(DataError, match=told):
            read_idx(path)


def folder_of_images(folder: Path) -> Path:
    from PIL import Image

    for name, shade in (("dark", 40), ("light", 200)):
        (folder / name).mkdir(parents=True)
        for number in range(4):
            size = (12, 10) if number else (10, 10)
            Image.new("L", size, shade + number).save(folder / name / f"{number}.png")
    return folder


def test_a_folder_for_each_class_is_a_set_of_images(tmp_path: Path) -> None:
    raw = read_images(folder_of_images(tmp_path / "set"))
    assert raw.features.shape == (8, 10, 10, 1) and raw.class_names == ("dark", "light")
    np.testing.assert_array_equal(raw.features[:, 0, 0, 0], [40, 41, 42, 43, 200, 201, 202, 203])
    small = read_images(tmp_path / "set", size=(5, 6))
    assert small.features.shape == (8, 5, 6, 1)


def test_what_is_no_image_is_told_with_its_name(tmp_path: Path) -> None:
    from PIL import Image

    folder = folder_of_images(tmp_path / "set")
    (folder / "dark" / "9.png").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"9\.png is no readable image"):
        read_images(folder)
    Image.new("1", (30000, 2)).save(folder / "dark" / "9.png")
    with pytest.raises(DataError, match=r"9\.png is 30,000x2; 8,192 is the most"):
        read_images(folder)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="has no folder with images"):
        read_images(tmp_path / "empty")
    with pytest.raises(DataError, match="has no folder with images"):
        load_dataset(str(tmp_path / "empty"), {})


@pytest.mark.parametrize("shape", [(40, 0), (40, 8, 0), (40, 0, 0, 3)])
def test_rows_that_hold_nothing_are_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    np.savez(tmp_path / "empty.npz", x=np.zeros(shape), y=np.arange(40) % 2)
    with pytest.raises(DataError, match="hold nothing"):
        read_arrays(tmp_path / "empty.npz")
