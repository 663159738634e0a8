"""The sentences that a run is told in, the same on the command line, in the log and in files."""

from __future__ import annotations

from collections.abc import Mapping


def epoch_line(epoch: int, epochs: int, seconds: float, values: Mapping[str, float]) -> str:
    """Write an epoch in Keras's words: `Epoch 1/20 0s - loss: 0.6400 - accuracy: 0.5576`.

    Args:
        epoch: 1-based number of the epoch that ended.
        epochs: how many there will be.
        seconds: how long it took.
        values: what was measured, in the order to show it.
    """
    parts = [f"{name}: {number(value)}" for name, value in values.items()]
    return " - ".join([f"Epoch {epoch}/{epochs} {seconds:.0f}s", *parts])


def number(value: float) -> str:
    """Write a measured value as Keras does: four decimals, in powers of ten when tiny."""
    return f"{value:.4f}" if abs(value) > 1e-3 or value == 0 else f"{value:.4e}"


def in_order(values: Mapping[str, float]) -> dict[str, float]:
    """Put what an epoch measured in the order people read it: loss, metrics, then validation."""

    def rank(name: str) -> tuple[bool, bool]:
        return name.startswith("val_"), not name.endswith("loss")

    return {name: values[name] for name in sorted(values, key=rank)}
