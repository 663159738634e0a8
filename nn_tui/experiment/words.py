"""The sentences that a run is told in, the same on the command line, in the log and in files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nn_tui.experiment.runs.shelf import Fork

_LONGEST_NAME = 24
"""Letters of a run's name in a sentence that fits a line of 80."""


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
    return {name: values[name] for name in _names_in_order(tuple(values))}


@cache
def _names_in_order(names: tuple[str, ...]) -> list[str]:
    return sorted(names, key=lambda name: (name.startswith("val_"), not name.endswith("loss")))


def count_words(count: int) -> str:
    """Write a count in at most seven characters: 642, 101,770, 12.3M."""
    if count < 1_000_000:
        return f"{count:,}"
    return f"{count / 1e6:.1f}M" if count < 1_000_000_000 else f"{count / 1e9:.1f}G"


def speed_words(samples_per_second: float) -> str:
    """Write a throughput: `850 samples/s`, `14k samples/s`, `1.2M samples/s`."""
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if samples_per_second >= limit:
            scaled = samples_per_second / limit
            return f"{scaled:.1f}{unit} samples/s" if scaled < 10 else f"{scaled:.0f}{unit} samples/s"
    return f"{samples_per_second:.0f} samples/s"


def time_words(seconds: float) -> str:
    """Write a duration as a clock does: `0:01`, `2:05`, `1:02:03`."""
    whole = int(seconds + 0.5)
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{second:02d}" if hours else f"{minutes}:{second:02d}"


def branch_words(branch: Fork) -> str:
    """Say that what comes next is a run of its own, and where it branches off."""
    name = branch.run.name
    short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 2]}.."
    return f"This begins a new run, branched off {short} at epoch {branch.epoch}."
