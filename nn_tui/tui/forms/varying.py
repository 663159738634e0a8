"""What of an experiment can be varied in a sweep, and how a person asks for it; pure, without a widget."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Final

from nn_tui.declare import Kind, Knob, Param, registered
from nn_tui.errors import SpecError
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.spec_words import number_words
from nn_tui.sweep.axes import Axis, parse_axis
from nn_tui.sweep.cluster import INSTALL
from nn_tui.sweep.objective import measured, objective_of
from nn_tui.sweep.plan import MOST_TRIALS, Plan, make_plan
from nn_tui.tui.forms.sections import Entry, section, type_of
from nn_tui.tui.forms.values import stepped

SEARCHES: Final = ("all combinations", "random")
CHECKED = 100
"""Values of a setting that are tried at once; all are when the sweep begins."""
_LIKELY: Final[Mapping[Kind | None, tuple[str, ...]]] = {
    "activation": ("relu", "tanh", "sigmoid"),
    "optimizer": ("Adam", "SGD", "RMSprop"),
    "initializer": ("glorot_uniform", "he_normal", "lecun_normal"),
}
"""What is tried first of kinds that have many."""
_FIRST = ("learning_rate", "units", "filters", "rate", "batch_size", "optimizer", "activation")
"""Settings that are varied most often."""
_NEVER = ("name", "data.source", "compile.metrics")


@dataclass(frozen=True)
class Asked:
    """What a person wants to be varied, and how it is tried.

    Args:
        values: for each path what it takes, as `8,16,32`, `1e-4..1e-1` or `8..64..8`.
        search: one of SEARCHES.
        draws: combinations of a random search.
        repeat: seeds that each combination is trained with.
        halving: whether poor trials are stopped early.
        metric: what trials are judged by; empty for what suits the experiment.
        workers: trials at once.
        scheduler: of a Dask cluster; none for this machine.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    search: str = SEARCHES[0]
    draws: int = 20
    repeat: int = 1
    halving: bool = False
    metric: str = ""
    workers: int = 1
    scheduler: str | None = None

    def plan(self, spec: Spec) -> Plan:
        """Make the plan.

        Raises:
            SpecError: it cannot be; says why.
        """
        axes = [parse_axis(f"{path}={text}") for path, text in self.values.items()]
        if not axes:
            raise SpecError("Nothing is varied yet: enter on a setting, then its values.", "")
        return make_plan(
            spec,
            axes,
            count=self.draws if self.search == SEARCHES[1] else None,
            repeat=(self.repeat,) if self.repeat > 1 else (),
            metric=self.metric or None,
            halving=self.halving,
        )

    @property
    def at_once(self) -> int | None:
        """How many trials at once; None where a scheduler has its own workers."""
        return None if self.scheduler else self.workers


def asked_first() -> Asked:
    """Give what is asked for at first: one worker a core, where there can be several."""
    return Asked(workers=(os.cpu_count() or 1) if find_spec("distributed") else 1)


def variable_entries(spec: Spec) -> list[Entry]:
    """Give the settings of an experiment that can be varied: the usual ones, then all others in order."""
    places = [f"layers.{at}" for at in range(len(spec.layers))]
    places += ["compile", "fit", *(f"fit.callbacks.{at}" for at in range(len(spec.fit.callbacks))), "data"]
    found: dict[str, Entry] = {}
    for place in places:
        for entry in section(spec, place).entries:
            if entry.path not in _NEVER and entry.path not in found and _has_place(spec, entry):
                found[entry.path] = entry

    def rank(entry: Entry) -> int:
        return _FIRST.index(entry.param.name) if entry.param.name in _FIRST else len(_FIRST)

    return sorted(found.values(), key=rank)


def _has_place(spec: Spec, entry: Entry) -> bool:
    """Whether a path of the spec leads to it: the settings of a thing that is only named have none."""
    if entry.label and entry.number is not None and entry.value is None:
        return False  # the thing that could take a number's place
    if entry.owner is None or entry.value is None:
        return entry.owner is None
    try:
        set_value(spec, entry.path, entry.value)
    except SpecError:
        return False
    return True


def check_axis(spec: Spec, path: str, text: str) -> Axis:
    """Read what a setting takes, and try its values.

    Raises:
        SpecError: it is no list, range or steps, or a value is none of this setting.
    """
    axis = parse_axis(f"{path}={text}")
    for value in axis.values[:CHECKED] or (axis.low, axis.high):
        set_value(spec, path, int(value) if axis.whole else value)
    return axis


def suggestion(entry: Entry) -> str:
    """Give values worth trying for a setting; empty where none suggest themselves."""
    value, param = entry.value, entry.param
    match param.form:
        case "bool":
            return "true,false"
        case "int" | "float" if isinstance(value, (int, float)) and value > 0:
            if param.form == "int":
                numbers: list[float] = [max(1, int(value) // 2), int(value), int(value) * 2]
            elif param.knob.scale == "log":
                numbers = [value / 10, value, value * 10]
            else:
                numbers = [stepped(param, value, -1), value, stepped(param, value, 1)]
            sound = [one for one in dict.fromkeys(numbers) if not param.knob.problem(one)]
            return ",".join(_written(one) for one in sound)
        case "int" if value == 0:
            return "0,1,2"
        case "choice" | "thing":
            names = param.choices if param.knob.kind is None else tuple(registered(param.knob.kind))
            now = type_of(value)
            names = (*_LIKELY.get(param.knob.kind, ()), *names)
            return ",".join(
                [*([now] if now else []), *(name for name in dict.fromkeys(names) if name != now)][:3]
            )
        case _:
            return ""


def _written(value: float) -> str:
    return str(value) if isinstance(value, int) else number_words(float(f"{value:.6g}"))


def option_entries(spec: Spec, asked: Asked) -> Iterator[Entry]:
    """Give the fields of how it is tried."""
    objective = asked.metric or objective_of(spec).name
    several = find_spec("distributed") is not None
    more = "" if several else f" Several need Dask: {INSTALL}."
    fields: list[tuple[Param, object]] = [
        (
            Param(
                "search", "choice", False, SEARCHES[0], Knob(),
                "all combinations of the values, or some of them at random, also from ranges.", SEARCHES,
            ),
            asked.search,
        ),
        (
            _whole("draws", "combinations of a random search.", MOST_TRIALS),
            asked.draws,
        ),
        (_whole("repeat", "seeds that each combination is trained with.", 1000), asked.repeat),
        (
            Param(
                "halving", "bool", False, False, Knob(),
                "all train a little, the best third goes on to three times the epochs, and so on.", (),
            ),
            asked.halving,
        ),
        (
            Param("metric", "choice", False, "", Knob(), "what trials are judged by.", measured(spec)),
            objective,
        ),
        (
            _whole("workers", f"trials at once.{more}", 256 if several else 1),
            asked.workers,
        ),
        (
            Param(
                "scheduler", "str", True, None, Knob(),
                f"the address of a Dask cluster, as tcp://host:8786, in place of this machine.{more}", (),
            ),
            asked.scheduler,
        ),
    ]  # fmt: skip
    for param, value in fields:
        yield Entry(param.name, param, value)


def _whole(name: str, text: str, most: int) -> Param:
    return Param(name, "int", False, 1, Knob(at_least=1, at_most=most, scale="log"), text, ())


def plan_words(plan: Plan) -> str:
    """Say how much there is to train: `3 x 2 combinations x 3 seeds = 18 trials of 20 epochs`."""
    size, seeds = plan.size, len(plan.seeds)
    if plan.count is None:
        factors = " x ".join(str(len(axis.values)) for axis in plan.axes)
        told = f"{factors} combinations" if len(plan.axes) > 1 else f"{factors} values"
    else:
        told = f"{size // seeds} random combinations"
    told += f" x {seeds} seeds" if seeds > 1 else ""
    epochs = plan.spec.fit.epochs
    varied = any(axis.path == "fit.epochs" for axis in plan.axes)
    length = "" if varied else f" of {'at most ' if plan.halving else ''}{epochs} epochs"
    return (
        f"{told}: {size:,} trial{'' if size == 1 else 's'}{length}, looking for the {plan.objective.words}"
    )
