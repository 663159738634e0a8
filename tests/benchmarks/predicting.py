"""How much memory predicting a large CSV file takes: the file's size, the process's peak, the time.

python -m tests.benchmarks.predicting --rows 5000000
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

COLUMNS = 20
FIRST = 2000
"""Rows that the network is trained on."""


def write_rows(path: Path, rows: int) -> None:
    """Write a table of numbers and a target of two words."""
    random = np.random.default_rng(0)
    with path.open("w") as file:
        file.write(",".join([*(f"x{at}" for at in range(COLUMNS - 1)), "label"]) + "\n")
        for start in range(0, rows, 50_000):
            x = random.normal(size=(min(50_000, rows - start), COLUMNS - 1)).round(4)
            words = np.where(x[:, 0] + x[:, 1] > 0, "yes", "no").tolist()
            lines = (",".join(map(str, row)) for row in x.tolist())
            file.write("".join(f"{line},{word}\n" for line, word in zip(lines, words, strict=True)))


def run(*words: str) -> None:
    """Run the program in a process of its own."""
    subprocess.run([sys.executable, "-m", "nn_tui", *words], check=True)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few.csv", Path(folder) / "many.csv"
        write_rows(few, FIRST)
        run("train", str(few), "--epochs", "3", "--verbose", "0", "--save", f"{folder}/run")
        # The peak of all children so far is this process's until a larger one has ended.
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        write_rows(many, options.rows)
        started = time.perf_counter()
        run("predict", f"{folder}/run", str(many), "--output", f"{folder}/out.csv")
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        found = {
            "rows": options.rows,
            "columns": COLUMNS,
            "file_mb": many.stat().st_size >> 20,
            "output_mb": (Path(folder) / "out.csv").stat().st_size >> 20,
            "peak_mb": peak >> 10,
            "training_peak_mb": before >> 10,
            "seconds": round(seconds, 1),
        }
    if options.json:
        print(json.dumps(found))
    else:
        print("  ".join(f"{name} {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
