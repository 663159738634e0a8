"""What to train: frozen dataclasses that say everything about an experiment.

The same spec and the same seed give the same run. An edit is `dataclasses.replace`, so undo is a
list of specs. Nothing here knows TOML (`spec_file`), nor whether the network fits its data
(`validation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Scaling = Literal["none", "minmax", "standard"]
Dtype = Literal["float32", "float64"]
Leftovers = Literal["train", "carry"]
ClassWeight = Literal["none", "balanced"]
Measure = Literal["during", "after"]
Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Thing:
    """A registered thing and the settings that differ from its defaults: `Dense` with `units=16`.

    `settings` is a plain dict by the parameter's name; it is never changed in place.
    """

    type: str
    settings: Settings = field(default_factory=dict)

    def get(self, name: str, default: Any = None) -> Any:
        """Give a setting that was made, else `default`."""
        return self.settings.get(name, default)

    def with_settings(self, **changed: Any) -> Thing:
        """Give a copy with some settings changed."""
        return Thing(self.type, {**self.settings, **changed})


@dataclass(frozen=True)
class DataSpec:
    """Which rows: a source, its own settings (`rows`, `noise`), how they are scaled and split."""

    source: str
    settings: Settings = field(default_factory=dict)
    """The source's own parameters, those that differ from its defaults."""
    target: str | None = None
    features: tuple[str, ...] | None = None
    scaling: Scaling = "none"
    validation_split: float = 0.0
    test_split: float = 0.0
    columns: Mapping[str, str] = field(default_factory=dict)
    """What columns of a table are taken as, where a person overrules what is recognized."""


@dataclass(frozen=True)
class CompileSpec:
    """How it learns: the loss, the metrics and the optimizer."""

    loss: Thing
    optimizer: Thing
    metrics: tuple[Thing, ...] = (Thing("accuracy"),)
    """Each by the name it is logged under, which may be an alias."""
    dtype: Dtype = "float32"
    """The number type that everything is computed in."""


@dataclass(frozen=True)
class FitSpec:
    """How long and in what portions."""

    batch_size: int = 32
    epochs: int = 1
    shuffle: bool = True
    callbacks: tuple[Thing, ...] = ()
    leftovers: Leftovers = "train"
    """Whether an epoch's last rows that fill no batch train as a small one, or wait for the next epoch."""
    measure: Measure = "during"
    """Whether an epoch's loss and metrics are of its batches as they came, or of all rows after it."""
    class_weight: ClassWeight = "none"
    """Whether every row counts alike, or rows of rare classes count more, so that all classes do."""


@dataclass(frozen=True)
class StartSpec:
    """Weights to start from instead of the seed's: those of layers that are alike, see `start`."""

    weights: str
    """The digest of the kept weights."""
    of: str = ""
    """The run or the file they came from, for people."""
    layers: int | None = None
    """How many layers from the input on may take them; None is all that are alike."""
    optimizer: bool = False
    """Whether the optimizer goes on where it was, if it is the same one."""


@dataclass(frozen=True)
class Spec:
    """An experiment: data, the stack of layers (without the input), how it learns, how long."""

    name: str
    data: DataSpec
    layers: tuple[Thing, ...]
    compile: CompileSpec
    fit: FitSpec
    seed: int = 0
    start: StartSpec | None = None
