"""What an experiment says of itself: `preset`; and what comes out when it is trained: `trained`."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from nn_tui.declare import find, params
from nn_tui.errors import DivergedError
from nn_tui.experiment.session import Session
from nn_tui.experiment.words import epoch_line, in_order
from nn_tui.lessons.numbers.registry import Preset, number


class Facts:
    """The figures of an experiment: `{preset.epochs}`, `{preset[layers.0.units]}`.

    Args:
        of: the experiment.
    """

    def __init__(self, of: Preset) -> None:
        self._of = of
        spec = of.spec
        self.epochs = spec.fit.epochs
        self.batch_size = spec.fit.batch_size
        self.seed = spec.seed
        self.layers = len(spec.layers)
        self.units = [layer.get("units") for layer in spec.layers]
        defaults = {
            param.name: param.default for param in params(find("optimizer", spec.compile.optimizer.type))
        }
        self.learning_rate = spec.compile.optimizer.get("learning_rate", defaults["learning_rate"])
        session = of.session()
        self.rows = len(session.data.train)
        self.validation_rows = 0 if session.data.validation is None else len(session.data.validation)
        self.test_rows = 0 if session.data.test is None else len(session.data.test)
        self.batches = math.ceil(self.rows / self.batch_size)
        self.features = session.data.input_shape[-1]
        self.classes = len(session.data.class_names)
        self.parameters = session.parameters
        self.layer_parameters = [layer.count_params() for layer in session.model.layers]

    def __getitem__(self, path: str) -> Any:
        from nn_tui.experiment.document import to_document

        value: Any = to_document(self._of.spec)
        for name in path.split("."):
            value = value[int(name)] if isinstance(value, list) else value[name]
        return value


class Trained:
    """An experiment after its training: `{trained.loss:.4f}`, `{trained.first.loss:.4f}`.

    `{trained[fit.epochs=5 layers.0.units=8].loss:.4f}` is the same with some settings changed.

    Args:
        of: the experiment.
    """

    def __init__(self, of: Preset) -> None:
        self._of = of
        self.session = of.session()
        self.diverged = False
        curves: dict[str, list[float]] = {}
        try:
            for epoch_ended in self.session.steps():
                if epoch_ended:
                    for name, value in self.session.last_epoch().items():
                        curves.setdefault(name, []).append(value)
        except DivergedError:
            self.diverged = True
        self.curves = curves
        """Every quantity, a value an epoch."""
        self.first = {name: values[0] for name, values in curves.items()}
        self.lowest = {name: min(values) for name, values in curves.items()}
        self.highest = {name: max(values) for name, values in curves.items()}
        self.epochs = self.session.epoch

    @property
    def test(self) -> dict[str, float]:
        """What the test rows measure."""
        return _measured(self.session)

    @property
    def answer(self) -> Any:
        """What the network gives for the first training row."""
        return self.session.model.predict(self.session.data.train.x[:1])[0]

    @property
    def lines(self) -> list[str]:
        """The line of the first epoch, as the log has it: in two pieces."""
        values = in_order({name: curve[0] for name, curve in self.curves.items()})
        head, *rest = epoch_line(1, self.session.epochs, 0.0, values).split(" - ")
        return [head, " - ".join(rest)]

    def __getitem__(self, settings: str) -> Trained:
        return _trained(self._of.lesson, settings, self._of)

    def __getattr__(self, name: str) -> float:
        curves = self.__dict__.get("curves", {})
        if name not in curves:
            raise AttributeError(name)
        return float(curves[name][-1])


@cache
def _trained(lesson: str, settings: str, of: Preset) -> Trained:
    return Trained(of.with_settings(settings))


def _measured(session: Session) -> dict[str, float]:
    rows = session.data.test
    if rows is None:
        raise LookupError("there are no test rows")
    values = np.atleast_1d(session.model.evaluate(rows.x, rows.y, verbose=0))
    names = ["loss", *(metric.type for metric in session.spec.compile.metrics)]
    return {name: float(value) for name, value in zip(names, values, strict=True)}


@number
def preset(of: Preset) -> Facts:
    """The figures of the lesson's experiment."""
    return Facts(of)


@number
def trained(of: Preset) -> Trained:
    """The lesson's experiment after its training."""
    return Trained(of)


class _Others:
    def __init__(self, of: Preset, make: Any) -> None:
        self._of, self._make = of, make
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = self._make(self._of.other(name))
        return self._known[name]


@number
def other(of: Preset) -> _Others:
    """The figures of another experiment of the lesson: `{other[deep].parameters}`."""
    return _Others(of, Facts)


@number
def other_trained(of: Preset) -> _Others:
    """Another experiment of the lesson after its training: `{other_trained[deep].loss:.3f}`."""
    return _Others(of, Trained)
