"""The facts that a condition may ask for, each a function here; adding one is adding one function.

Counts and measures are of what was done since the task began: no task is done before it is begun.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn_tui.declare import find, sentence
from nn_tui.errors import NnTuiError
from nn_tui.experiment.document import to_document
from nn_tui.lessons.moment import Attempt, Moment

Find = Callable[..., Any]


@dataclass(frozen=True)
class Fact:
    """A fact by its name: how it is found, and how many words follow it."""

    find: Find
    least: int
    most: int

    @property
    def sentence(self) -> str:
        """What it is."""
        return sentence(self.find)


FACTS: dict[str, Fact] = {}


def _fact(function: Find) -> Find:
    words = list(inspect.signature(function).parameters.values())[2:]
    needed = sum(word.default is inspect.Parameter.empty for word in words)
    FACTS[function.__name__.strip("_")] = Fact(function, needed, len(words))
    return function


def measured(name: str) -> bool:
    """Whether a name is one of a quantity that epochs measure: `loss`, `val_accuracy`."""
    import nn_tui.engine.metrics  # noqa: F401  # registers them

    plain = name.removeprefix("val_")
    if plain == "loss":
        return True
    try:
        find("metric", plain)
    except NnTuiError:
        return False
    return True


@_fact
def layers(now: Moment, attempt: Attempt, kind: str = "") -> int:
    """How many layers there are, of a type where one is said: `layers("Dense")`."""
    return sum(not kind or layer.type == kind for layer in now.spec.layers)


@_fact
def hidden(now: Moment, attempt: Attempt) -> int:
    """How many Dense layers there are before the last one."""
    return sum(layer.type == "Dense" for layer in now.spec.layers[:-1])


@_fact
def layer(now: Moment, attempt: Attempt, index: int) -> str:
    """The type of a layer, counted from 0, or from the end with -1."""
    return now.spec.layers[index].type if -len(now.spec.layers) <= index < len(now.spec.layers) else ""


@_fact
def units(now: Moment, attempt: Attempt, index: int) -> float:
    """The units of a layer, or its filters."""
    found = setting(now, attempt, f"layers.{_place(now, index)}.units")
    return found if found is not None else setting(now, attempt, f"layers.{_place(now, index)}.filters")


@_fact
def activation(now: Moment, attempt: Attempt, index: int) -> str:
    """The activation of a layer, or what an Activation layer applies; "linear" where none is said."""
    found = setting(now, attempt, f"layers.{_place(now, index)}.activation")
    return found if isinstance(found, str) else (found or {}).get("type", "linear")


@_fact
def setting(now: Moment, attempt: Attempt, path: str) -> Any:
    """A setting by its path as in --set: `setting("data.validation_split")`; None where it is not made."""
    return _at(to_document(now.spec), path)


@_fact
def changed(now: Moment, attempt: Attempt, path: str) -> bool:
    """Whether a setting, or anything in it, is another one than when the task began: `changed("data")`."""
    return _at(to_document(now.spec), path) != _at(to_document(attempt.began.spec), path)


@_fact
def uses(now: Moment, attempt: Attempt, kind: str) -> bool:
    """Whether a thing stands anywhere in the experiment: `uses("L2")`, `uses("Dropout")`."""
    return kind in _words(to_document(now.spec))


@_fact
def parameters(now: Moment, attempt: Attempt) -> float:
    """How many parameters the network has."""
    return math.nan if now.snapshot is None else now.snapshot.parameters


@_fact
def learning_rate(now: Moment, attempt: Attempt) -> float:
    """The learning rate now."""
    return math.nan if now.snapshot is None else now.snapshot.status.learning_rate


@_fact
def batch_size(now: Moment, attempt: Attempt) -> int:
    """The rows in a batch."""
    return now.spec.fit.batch_size


@_fact
def epochs(now: Moment, attempt: Attempt) -> int:
    """The epochs that are asked for."""
    return now.spec.fit.epochs


@_fact
def optimizer(now: Moment, attempt: Attempt) -> str:
    """The optimizer's name."""
    return now.spec.compile.optimizer.type


@_fact
def loss_function(now: Moment, attempt: Attempt) -> str:
    """The name of the loss."""
    return now.spec.compile.loss.type


@_fact
def data(now: Moment, attempt: Attempt) -> str:
    """The name of the data."""
    return now.spec.data.source


@_fact
def seed(now: Moment, attempt: Attempt) -> int:
    """The seed."""
    return now.spec.seed


@_fact
def epoch(now: Moment, attempt: Attempt) -> int:
    """Epochs completed in the present run."""
    return 0 if now.snapshot is None else now.snapshot.status.epoch


@_fact
def trained(now: Moment, attempt: Attempt) -> int:
    """Epochs trained since the task began, of all runs together."""
    return attempt.epochs


@_fact
def batches(now: Moment, attempt: Attempt) -> int:
    """Batches trained since the task began."""
    return attempt.batches


@_fact
def runs(now: Moment, attempt: Attempt) -> int:
    """How often training was begun at the start since the task began."""
    return attempt.runs


@_fact
def resets(now: Moment, attempt: Attempt) -> int:
    """How often the weights were reset since the task began."""
    return attempt.resets


@_fact
def rates(now: Moment, attempt: Attempt) -> int:
    """With how many different learning rates was trained since the task began."""
    return len(attempt.rates)


@_fact
def marks(now: Moment, attempt: Attempt, begin: str = "") -> int:
    """How many marks came on the curves since the task began: `marks("learning_rate")`."""
    return sum(mark.startswith(begin) for mark in attempt.marks)


@_fact
def phase(now: Moment, attempt: Attempt) -> str:
    """ "ready", "training", "paused", "finished" or "failed"."""
    return "ready" if now.snapshot is None else now.snapshot.status.phase


@_fact
def finished(now: Moment, attempt: Attempt) -> bool:
    """Whether a training that was done since the task began has come to its last epoch."""
    return attempt.epochs > 0 and phase(now, attempt) == "finished"


@_fact
def diverged(now: Moment, attempt: Attempt) -> bool:
    """Whether training has left the finite numbers since the task began."""
    return attempt.diverged


@_fact
def last(now: Moment, attempt: Attempt, name: str) -> float:
    """What the newest epoch measured; `loss` is short for `last("loss")`. Unknown before an epoch."""
    return _of_curve(now, attempt, name, lambda values: values[-1])


@_fact
def first(now: Moment, attempt: Attempt, name: str) -> float:
    """What the first epoch of the present run measured: `first("loss")`."""
    return _of_curve(now, attempt, name, lambda values: values[0])


@_fact
def lowest(now: Moment, attempt: Attempt, name: str) -> float:
    """The smallest that an epoch of the present run measured: `lowest("val_loss")`."""
    return _of_curve(now, attempt, name, np.nanmin)


@_fact
def highest(now: Moment, attempt: Attempt, name: str) -> float:
    """The largest that an epoch of the present run measured: `highest("val_accuracy")`."""
    return _of_curve(now, attempt, name, np.nanmax)


@_fact
def diagnosis(now: Moment, attempt: Attempt) -> str:
    """The name of the most urgent finding of a run trained since: "overfitting", "learning_rate_high"."""
    known = now.snapshot is not None and now.snapshot.diagnosis is not None and attempt.batches > 0
    return now.snapshot.diagnosis.headline.name if known else ""  # type: ignore[union-attr]  # looked at above


@_fact
def found(now: Moment, attempt: Attempt, name: str) -> bool:
    """Whether a finding is among all of a run trained since: `found("dead_relu")`."""
    known = now.snapshot.diagnosis if now.snapshot is not None and attempt.batches > 0 else None
    return known is not None and any(finding.name == name for finding in known.findings)


@_fact
def insight(now: Moment, attempt: Attempt) -> str:
    """The name of the insight that is in sight."""
    return now.insight


@_fact
def looked(now: Moment, attempt: Attempt, name: str) -> bool:
    """Whether an insight came in sight since the task began: `looked("weights")`."""
    return name in attempt.insights


@_fact
def option(now: Moment, attempt: Attempt, name: str) -> float:
    """Where a control of the insight that is in sight stands, from 0: `option("sample")`."""
    return now.options.get(name, math.nan)


@_fact
def chosen(now: Moment, attempt: Attempt, name: str) -> str:
    """The same in words, as the screen says it: `chosen("feature") == "age"`."""
    return now.chosen.get(name, "")


@_fact
def turned(now: Moment, attempt: Attempt, name: str) -> bool:
    """Whether a control of the insight stands elsewhere than when it was first seen: `turned("sample")`."""
    first = attempt.options.get((now.insight, name))
    return first is not None and now.options.get(name, first) != first


@_fact
def screen(now: Moment, attempt: Attempt) -> str:
    """The name of what lies over the workbench: "data", "runs", "export"; empty where nothing does."""
    return now.screen


@_fact
def opened(now: Moment, attempt: Attempt, name: str) -> bool:
    """Whether a screen was opened since the task began: `opened("data")`."""
    return name in attempt.screens


def _place(now: Moment, index: int) -> int:
    return index if index >= 0 else len(now.spec.layers) + index


def _of_curve(now: Moment, attempt: Attempt, name: str, take: Callable[[Any], Any]) -> float:
    """Take a number of a curve of the present run, if any of it was trained since the task began."""
    values = None if now.snapshot is None else now.snapshot.curves.values.get(name)
    if values is None or not attempt.epochs or not np.isfinite(values).any():
        return math.nan
    return float(take(values))


def _at(document: Any, path: str) -> Any:
    for name in path.split("."):
        if isinstance(document, Mapping):
            document = document.get(name)
        elif isinstance(document, list) and name.lstrip("-").isdigit():
            at = int(name)
            document = document[at] if -len(document) <= at < len(document) else None
        else:
            return None
    return document


def _words(document: Any) -> set[str]:
    if isinstance(document, str):
        return {document}
    if not isinstance(document, (Mapping, list)):
        return set()
    parts = document.values() if isinstance(document, Mapping) else document
    return {word for part in parts for word in _words(part)}
