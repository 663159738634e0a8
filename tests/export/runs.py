"""Trained runs of every kind of network, for the tests that take them away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from nn_tui.experiment.headless import train
from nn_tui.experiment.spec import CompileSpec, DataSpec, FitSpec, Spec, Thing

NETWORKS: dict[str, tuple[tuple[int, ...], list[Thing]]] = {
    "dense": (
        (4,),
        [
            Thing("Dense", {"units": 6, "activation": "relu"}),
            Thing("BatchNormalization"),
            Thing("Dropout", {"rate": 0.2}),
            Thing("Dense", {"units": 3, "activation": "softmax"}),
        ],
    ),
    "convolution": (
        (8, 8, 2),
        [
            Thing("Conv2D", {"filters": 3, "kernel_size": (3, 3), "padding": "same", "activation": "relu"}),
            Thing("MaxPooling2D"),
            Thing("Flatten"),
            Thing("Dense", {"units": 3, "activation": "softmax"}),
        ],
    ),
    "recurrent": (
        (5, 2),
        [
            Thing("Bidirectional", {"layer": {"type": "LSTM", "units": 3, "return_sequences": True}}),
            Thing("GRU", {"units": 4}),
            Thing("Dense", {"units": 3, "activation": "softmax"}),
        ],
    ),
}
"""The input's shape and the layers."""


def rows_of(shape: tuple[int, ...], count: int = 60) -> np.ndarray[Any, Any]:
    """Give rows in units of their own."""
    return (np.random.default_rng(2).normal(size=(count, *shape)) * 3 + 5).astype(np.float32)


def trained_run(folder: Path, kind: str) -> Path:
    """Train a network of a kind for two epochs and give the run's folder."""
    shape, layers = NETWORKS[kind]
    x = rows_of(shape)
    np.savez(folder / "rows.npz", x=x, y=np.arange(len(x)) % 3)
    spec = Spec(
        name=f"{kind} network",
        data=DataSpec(str(folder / "rows.npz"), scaling="standard", validation_split=0.2),
        layers=tuple(layers),
        compile=CompileSpec(
            Thing("sparse_categorical_crossentropy"), Thing("Adam", {"learning_rate": 0.01})
        ),
        fit=FitSpec(batch_size=8, epochs=2),
    )
    return kept(folder / "run", spec)


def kept(folder: Path, spec: Spec, epochs: int | None = None) -> Path:
    """Train a spec and keep it in a folder."""
    if epochs is not None:
        spec = replace(spec, fit=replace(spec.fit, epochs=epochs))
    list(train(spec, save=str(folder)))
    return folder
