"""What a number is computed from, and the names that texts use."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any

from nn_tui.data.dataset import Dataset
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import parse_assignment, set_value

Compute = Callable[["Preset"], Any]

_numbers: dict[str, Compute] = {}


def number(compute: Compute) -> Compute:
    """Make a function's result known to texts under the function's name; use it as a decorator."""
    if compute.__name__ in _numbers:
        raise ValueError(f"number {compute.__name__!r} is there twice")
    _numbers[compute.__name__] = compute
    return compute


class Preset:
    """A lesson's experiment, for those who compute with it.

    Args:
        spec: the experiment.
        lesson: the name of the lesson.
    """

    def __init__(self, spec: Spec, lesson: str) -> None:
        self.spec = spec
        self.lesson = lesson

    def session(self) -> Session:
        """Give a new session of it, with the weights that its seed gives."""
        return Session(self.spec)

    @cached_property
    def data(self) -> Dataset:
        """Its rows."""
        return self.session().data

    def with_settings(self, settings: str) -> Preset:
        """Give it with some settings changed: `fit.epochs=5 layers.0.units=8`.

        Raises:
            SpecError: a path leads nowhere, or a value is refused.
        """
        spec = self.spec
        for assignment in settings.split():
            spec = set_value(spec, *parse_assignment(assignment))
        return Preset(spec, self.lesson)

    def other(self, name: str) -> Preset:
        """Give another experiment of the lesson."""
        from nn_tui.lessons.shelf import preset

        return Preset(preset(self.lesson, name), self.lesson)


class Numbers(Mapping[str, Any]):
    """All numbers of a lesson, each computed when it is first asked for."""

    def __init__(self, preset: Preset) -> None:
        self._preset = preset
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = _numbers[name](self._preset)
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in _numbers

    def __iter__(self) -> Iterator[str]:
        return iter(_numbers)

    def __len__(self) -> int:
        return len(_numbers)


@cache
def numbers_of(lesson: str) -> Numbers:
    """Give the numbers of a lesson."""
    from nn_tui.lessons.shelf import preset

    here = __name__.rpartition(".")[0]
    for module in pkgutil.iter_modules(importlib.import_module(here).__path__):
        importlib.import_module(f"{here}.{module.name}")
    return Numbers(Preset(preset(lesson), lesson))
