"""What can be said of a spec before it is trained: its data, its shapes, its problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nn_tui.data.settings import NO_ROWS
from nn_tui.declare import find
from nn_tui.errors import NnTuiError
from nn_tui.experiment.build import load_data
from nn_tui.experiment.shapes import LayerRow, rows_of_stack, stack
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.validation import Problem, problems

if TYPE_CHECKING:
    from nn_tui.data.dataset import Dataset


@dataclass(frozen=True, eq=False)
class Checkup:
    """A spec, looked at: what the build panel shows beside it."""

    spec: Spec
    rows: tuple[LayerRow, ...]
    """The input and each layer; empty when the data cannot be read and nothing else says their shape."""
    problems: tuple[Problem, ...]
    data_words: str
    """What is learned from what: `age -> 2 classes`."""
    rows_words: str
    """How many rows: `1,890 train, 210 val, 420 test`, and how many of them have a label."""
    features: int
    """Numbers a row; 0 when the data cannot be read."""
    origins: tuple[str, ...] = ()
    """Where each layer's first weights come from, and whether they are frozen; empty for the seed's."""

    @property
    def parameters(self) -> int:
        """The number of parameters of the whole network."""
        return sum(row.parameters for row in self.rows)


def check_up(spec: Spec) -> Checkup:
    """Look at a spec: read its data, follow the shapes, find its problems.

    Quick when the data are the ones of last time; else as long as reading them takes.
    """
    try:
        data = load_data(spec.data)
    except NnTuiError:
        shape = spec.data.settings.get("shape") if spec.data.source == NO_ROWS else None
        rows = () if shape is None else rows_of_stack(spec.layers, tuple(shape))
        return Checkup(spec, rows, problems(spec), "", "", 0)
    splits = (("train", data.train), ("val", data.validation), ("test", data.test))
    sizes = ", ".join(f"{len(split):,} {name}" for name, split in splits if split is not None)
    if any(callback.type == "HideLabels" for callback in spec.fit.callbacks):
        sizes = sizes.replace(" train", f" train ({_labelled(spec, data)} labels)", 1)
    inputs = ", ".join(data.feature_names)
    if len(data.feature_names) > 2 or not inputs:
        inputs = "x".join(str(size) for size in data.input_shape)
    outputs = f"{data.classes} classes" if data.classes else data.target_name
    words = f"{inputs} -> {outputs}"
    features = 1
    for size in data.input_shape:
        features *= size
    # The engine is not needed before there is something to look at.
    from nn_tui.experiment.start import origin_words

    origins = origin_words(spec, data.input_shape)
    return Checkup(spec, stack(spec, data.input_shape), problems(spec), words, sizes, features, origins)


def _labelled(spec: Spec, data: Dataset) -> str:
    """Say how many training rows keep their labels."""
    hiding = [thing for thing in spec.fit.callbacks if thing.type == "HideLabels"][-1]
    try:
        return f"{len(find('callback', hiding.type)(**hiding.settings).labelled(data.train.y)):,}"
    except NnTuiError:
        return "?"
