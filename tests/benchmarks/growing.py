"""Seconds per sample as the rows grow from 1,000 to 1,000,000: they should stay the same.

Every size trains the same number of samples a round (as many epochs as that takes), sizes in turn, so that
a machine that is busy for a while slows all of them. Figures are medians over the rounds, as a multiple of
the median of all sizes; one epoch is trained before the first round.

    python -m tests.benchmarks.growing [--rounds 5] [--columns 1 20] [--batch 32] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import numpy as np

from nn_tui.engine import layers
from nn_tui.engine.models import Sequential

ROWS = (1_000, 10_000, 100_000, 1_000_000)


def prepared(rows: int, columns: int, batch: int) -> Sequential:
    """Make a model that has seen its rows once, so that nothing is planned while it is timed."""
    random = np.random.default_rng(0)
    model = Sequential(
        [
            layers.Input((columns,)),
            layers.Dense(16, activation="relu"),
            layers.Dense(32, activation="relu"),
            layers.Dense(2, activation="softmax"),
        ],
        seed=0,
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x = random.normal(size=(rows, columns)).astype(np.float32)
    y = (x[:, 0] > 0).astype(np.int64)
    model.rows = x, y  # type: ignore[attr-defined]  # kept beside the model that trains on them
    model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
    return model


def measure(columns: int, batch: int, rounds: int) -> dict[int, float]:
    """Give seconds per sample for each number of rows."""
    models = {rows: prepared(rows, columns, batch) for rows in ROWS}
    times: dict[int, list[float]] = {rows: [] for rows in ROWS}
    for _ in range(rounds):
        for rows, model in models.items():
            epochs = max(ROWS[-1] // rows // 10, 1)
            x, y = model.rows  # type: ignore[attr-defined]
            start = time.perf_counter()
            model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0)
            times[rows].append((time.perf_counter() - start) / (epochs * rows))
    return {rows: statistics.median(seconds) for rows, seconds in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--columns", type=int, nargs="+", default=[1, 20])
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for columns in options.columns:
        seconds = measure(columns, options.batch, options.rounds)
        middle = statistics.median(seconds.values())
        if options.json:
            print(json.dumps({"columns": columns, "seconds_per_sample": seconds}))
            continue
        print(f"{columns} columns, batch {options.batch}")
        for rows, one in seconds.items():
            print(f"  {rows:>9,} rows  {one * 1e9:8.0f} ns a sample  {one / middle:5.2f} of the median")


if __name__ == "__main__":
    main()
