"""Rows of numbers for a network that was trained on arrays or on points of a recipe."""

from __future__ import annotations

import csv
import math
from typing import Any

import numpy as np


def number_rows(path: Any, shape: Any) -> Any:
    """Read rows of numbers of a shape: a CSV file, or `x` of an NPY or NPZ file.

    A CSV file may begin with a header; a column more than a row needs is the target, and is left out.
    """
    if path.endswith((".npy", ".npz")):
        loaded = np.load(path, allow_pickle=False)
        x = loaded["x"] if path.endswith(".npz") else loaded
    else:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = [line for line in csv.reader(file) if line]
        try:
            [float(cell) for cell in lines[0]]
        except (ValueError, IndexError):
            lines = lines[1:]  # the header
        x = np.array([[float(cell) for cell in line] for line in lines])
    size = math.prod(shape)
    if x.ndim == 2 and x.shape[1] == size + 1:
        x = x[:, :-1]
    return x.reshape(-1, *shape)
