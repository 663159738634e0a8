"""The value that trials are judged by, and which way is better."""

from __future__ import annotations

from dataclasses import dataclass

from nn_tui.declare import nearest
from nn_tui.engine.callbacks.watching import larger_is_better
from nn_tui.errors import SpecError
from nn_tui.experiment.spec import Spec


@dataclass(frozen=True)
class Objective:
    """A value of an epoch by its logged name, and its direction."""

    name: str
    larger: bool

    def rank(self, value: float | None) -> tuple[bool, float]:
        """Give what sorts the best first; trials without a value come last."""
        if value is None or value != value:
            return True, 0.0
        return False, -value if self.larger else value

    def better(self, value: float, other: float) -> bool:
        """Whether a value is better than another."""
        return value > other if self.larger else value < other

    @property
    def words(self) -> str:
        """Say what is looked for."""
        return f"{'largest' if self.larger else 'smallest'} {self.name}"


def measured(spec: Spec) -> tuple[str, ...]:
    """Give the values that every epoch of a spec is measured by."""
    names = ["loss", *(metric.type for metric in spec.compile.metrics)]
    if spec.data.validation_split or spec.data.settings.get("validation"):
        names += [f"val_{name}" for name in names]
    return tuple(names)


def objective_of(spec: Spec, name: str | None = None) -> Objective:
    """Give the objective of a name, or what suits a spec: its first metric, on validation rows if any.

    Raises:
        SpecError: no epoch is measured by this; says what there is.
    """
    known = measured(spec)
    if name is None:
        first = spec.compile.metrics[0].type if spec.compile.metrics else "loss"
        name = f"val_{first}" if f"val_{first}" in known else first
    if name not in known:
        hint = nearest(name, known)
        if name.removeprefix("val_") in known:
            hint = "Set data.validation_split to 0.2 to measure rows that are not trained on."
        raise SpecError(f"There is no metric {name!r}; measured are {', '.join(known)}.", hint, "metric")
    return Objective(name, larger_is_better(name))
