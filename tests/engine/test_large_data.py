"""Large rows are trained on where they lie: no second copy, and a memory map is not loaded whole."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from nn_tui.engine import layers
from nn_tui.engine.models import Sequential

ROWS, WIDTH = 20_000, 784


def trained_peak(x: np.ndarray, y: np.ndarray) -> float:
    """Train an epoch and give the most memory that was taken for it, in bytes."""
    model = Sequential([layers.Input((WIDTH,)), layers.Dense(4, activation="softmax")], seed=0)
    model.compile("sgd", "sparse_categorical_crossentropy", ["accuracy"])
    model.fit(x[:64], y[:64], batch_size=64, verbose=0)
    tracemalloc.start()
    model.fit(x, y, batch_size=64, verbose=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_a_large_array_is_not_copied() -> None:
    x = np.random.default_rng(0).random((ROWS, WIDTH), np.float32)
    y = np.arange(ROWS) % 4
    assert trained_peak(x, y) < x.nbytes / 3


def test_a_memory_map_is_not_loaded_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).integers(0, 256, (ROWS, WIDTH), np.uint8))
    x = np.load(tmp_path / "x.npy", mmap_mode="r")
    monkeypatch.setattr("nn_tui.engine.feeding._SMALL", 1 << 20)
    assert trained_peak(x, np.arange(ROWS) % 4) < x.nbytes / 2
