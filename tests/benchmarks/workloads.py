"""The four training workloads of the speed table: the same rows and settings for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Workload:
    """One network, its data and how long one round of training is."""

    name: str
    text: str
    kind: str
    """"mlp", "cnn" or "lstm"."""
    sizes: tuple[int, ...]
    batch_size: int
    rows: int
    epochs: int
    learning_rate: float
    flops_per_sample: float
    """Multiplications and additions of the matrix products, forward and backward."""

    def data(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Make the rows: float32 features and int64 classes."""
        random = np.random.default_rng(0)
        if self.name == "A":
            ages = random.integers(13, 101, self.rows)
            labels = (ages >= 65) ^ (random.random(self.rows) < 0.05)
            return ((ages[:, None] - 13) / 87).astype(np.float32), labels.astype(np.int64)
        shape = {
            "mlp": (self.sizes[0],),
            "cnn": (28, 28, 1),
            "lstm": (50, 8),
        }[self.kind]
        x = random.random((self.rows, *shape), dtype=np.float32)
        return x, random.integers(0, self.sizes[-1], self.rows)


def _mlp_flops(*sizes: int) -> float:
    products = [2 * one * other for one, other in pairwise(sizes)]
    # Forward, the gradient of the kernel and, but for the first layer, the gradient of the input.
    return 3 * sum(products) - products[0]


_CNN_FLOPS = 2 * (2 * 26 * 26 * 9 * 32) + 3 * (2 * 11 * 11 * 9 * 32 * 64) + 3 * (2 * 5 * 5 * 64 * 10)
_LSTM_FLOPS = 50 * (2 * 2 * 8 * 128 + 3 * 2 * 32 * 128) + 3 * 2 * 32 * 2

WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload(
            "A", "1-16-32-2, batch 10, Adam, 20 epochs of 2100", "mlp", (1, 16, 32, 2), 10, 2100,
            20, 1e-4, _mlp_flops(1, 16, 32, 2),
        ),
        Workload(
            "B32", "784-128-10, batch 32, Adam", "mlp", (784, 128, 10), 32, 6400, 2, 1e-3,
            _mlp_flops(784, 128, 10),
        ),
        Workload(
            "B128", "784-128-10, batch 128, Adam", "mlp", (784, 128, 10), 128, 12800, 2, 1e-3,
            _mlp_flops(784, 128, 10),
        ),
        Workload(
            "C", "conv 32 - pool - conv 64 - pool - dense 10, batch 32", "cnn", (10,), 32, 1280, 1,
            1e-3, _CNN_FLOPS,
        ),
        Workload(
            "D", "LSTM(32) on 50 x 8, batch 32", "lstm", (32, 2), 32, 3200, 1, 1e-3, _LSTM_FLOPS,
        ),
    )
}  # fmt: skip
