"""Whole networks to begin with, each of which fits itself to the data, or says why it cannot."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from nn_tui.data.dataset import Dataset
from nn_tui.errors import SpecError
from nn_tui.experiment.build import load_data
from nn_tui.experiment.document import from_document, to_document
from nn_tui.experiment.proposal import embedded, output_for, seen_through_convolutions
from nn_tui.experiment.spec import Spec, Thing
from nn_tui.experiment.validation import problems


@dataclass(frozen=True)
class Template:
    """A kind of network: what it is for, and how it is made for an experiment's data."""

    name: str
    sentence: str
    layers: Callable[[Dataset], list[Thing]]
    """The hidden layers. Raises SpecError where it does not suit the rows."""
    task: str = ""
    """What it predicts: classification or regression; empty for either."""

    def fit(self, spec: Spec) -> Spec:
        """Put this network in place of an experiment's.

        Raises:
            SpecError: it does not suit the data; says why.
            DataError: they cannot be read.
        """
        spec = _giving_back(spec) if self.name == "autoencoder" else spec
        data = load_data(spec.data)
        if self.task and data.task != self.task:
            told = "numbers" if data.task == "regression" else "classes"
            raise SpecError(f"A {self.name} does not suit: the target holds {told}.", "")
        hidden = self.layers(data)
        output, loss, metrics, _ = output_for(data)
        made = replace(
            spec,
            layers=(*hidden, *output),
            compile=replace(spec.compile, loss=Thing(loss), metrics=tuple(map(Thing, metrics))),
            start=None,
        )
        if found := problems(made):
            raise SpecError(found[0].message, found[0].remedy, found[0].path)
        # Through the document, so that it passes the same checks as what is written.
        return from_document(to_document(made))


def _dense(data: Dataset) -> list[Thing]:
    """Two hidden layers; images and series are laid flat, words are embedded first."""
    if data.vocabulary:
        return [embedded(data), Thing("GlobalAveragePooling1D"), _units(16)]
    flat = [Thing("Flatten")] if len(data.input_shape) > 1 else []
    width = 32 if math.prod(data.input_shape) < 64 else 64
    return [*flat, _units(width), _units(width // 2)]


def _convolutions(data: Dataset) -> list[Thing]:
    if len(data.input_shape) == 3:
        return seen_through_convolutions(data.input_shape)
    if len(data.input_shape) == 2 and data.input_shape[0] >= 4:
        window = Thing("Conv1D", {"filters": 16, "kernel_size": 3, "activation": "relu"})
        return [window, Thing("GlobalMaxPooling1D"), _units(16)]
    raise SpecError("A CNN needs images or series: rows with neighbours, such as 28x28x1.", "")


def _recurrent(data: Dataset) -> list[Thing]:
    if data.vocabulary:
        return [embedded(data), Thing("LSTM", {"units": 32})]
    if len(data.input_shape) == 2:
        return [Thing("LSTM", {"units": 32})]
    if len(data.input_shape) == 3 and data.input_shape[2] == 1:
        # An image line by line.
        return [Thing("Reshape", {"target_shape": data.input_shape[:2]}), Thing("LSTM", {"units": 32})]
    raise SpecError("An LSTM needs series: rows of steps, such as a window of a time series or words.", "")


def _narrow(data: Dataset) -> list[Thing]:
    size = math.prod(data.input_shape)
    flat = [Thing("Flatten")] if len(data.input_shape) > 1 else []
    wide, code = max(4, min(64, size)), max(2, min(16, size // 4))
    return [*flat, _units(wide), _units(code), _units(wide)]


def _units(count: int) -> Thing:
    return Thing("Dense", {"units": count, "activation": "relu"})


def _giving_back(spec: Spec) -> Spec:
    """Let the network learn to give back its input.

    Raises:
        SpecError: these data know no such setting.
    """
    from nn_tui.data.sources import kind_of

    if kind_of(spec.data.source) not in ("table", "arrays"):
        raise SpecError("An autoencoder needs a table or arrays, such as digits or iris.", "")
    settings = {**spec.data.settings, "autoencoder": True}
    settings.pop("stratify", None)
    return replace(spec, data=replace(spec.data, settings=settings, target=None))


TEMPLATES = (
    Template(
        "classifier", "Two hidden layers, then a share for each class.", _dense, task="classification"
    ),
    Template("regressor", "Two hidden layers, then a number.", _dense, task="regression"),
    Template("CNN", "Convolutions that look for patterns in images or series.", _convolutions),
    Template("LSTM", "A memory that reads series or words step by step.", _recurrent),
    Template("autoencoder", "Through a narrow layer and back: learns what rows have in common.", _narrow),
)
