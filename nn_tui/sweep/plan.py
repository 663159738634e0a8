"""The trials of a sweep: every combination or a random choice of them, each with every seed."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nn_tui.errors import SpecError
from nn_tui.experiment.document import set_value
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_words import value_words
from nn_tui.sweep.axes import Axis, short_names
from nn_tui.sweep.objective import Objective, objective_of

MOST_TRIALS = 10_000
"""Trials of one sweep; a table of more is none that a person reads."""
_TRIES = 50
"""Draws after which a random search takes it that there is no other combination."""

Settings = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Trial:
    """One training of a sweep.

    Args:
        number: from 0.
        configuration: the number of its settings; trials that differ in the seed only share it.
        settings: path and value of all that is varied.
        seed: the seed of its weights and order.
        spec: what is trained; None where the settings cannot be made.
        reason: why they cannot.
    """

    number: int
    configuration: int
    settings: Settings
    seed: int
    spec: Spec | None
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """All that decides what a sweep trains; the same plan gives the same trials.

    Args:
        spec: what is varied.
        axes: how.
        count: combinations of a random search; None for all there are.
        seeds: each combination is trained with every one of them.
        objective: what trials are judged by.
        halving: whether poor trials are stopped early.
    """

    spec: Spec
    axes: tuple[Axis, ...]
    count: int | None
    seeds: tuple[int, ...]
    objective: Objective
    halving: bool = False

    @property
    def names(self) -> list[str]:
        """The short name of each axis."""
        return short_names(self.axes)

    @property
    def headings(self) -> list[str]:
        """What `cells` are."""
        return [*self.names, "seed"] if len(self.seeds) > 1 else self.names

    @property
    def size(self) -> int:
        """How many trials there are."""
        return len(self._combinations()) * len(self.seeds)

    def trials(self) -> list[Trial]:
        """Make the trials.

        Raises:
            SpecError: a path leads nowhere, or a value is refused whatever it is combined with.
        """
        faults: dict[tuple[int, int], SpecError] = {}
        sound: set[tuple[int, int]] = set()
        trials: list[Trial] = []
        seed_varied = any(axis.path == "seed" for axis in self.axes)
        before: tuple[Any, ...] = ()
        made: list[Spec | SpecError] = []  # with the first value set, with the first two, ...
        for number, values in enumerate(self._combinations()):
            shared = _shared(before, values)
            before = values
            del made[shared:]
            for at, value in enumerate(values[shared:], start=shared):
                spec = made[-1] if made else self.spec
                if isinstance(spec, Spec):
                    axis = self.axes[at]
                    place = at, 0 if axis.is_range else axis.values.index(value)
                    try:
                        spec = set_value(spec, axis.path, value)
                        sound.add(place)
                    except SpecError as error:
                        faults.setdefault(place, error)
                        spec = error
                made.append(spec)
            spec = made[-1]
            settings = tuple((axis.path, value) for axis, value in zip(self.axes, values, strict=True))
            for seed in self.seeds:
                if isinstance(spec, SpecError):
                    trials.append(Trial(len(trials), number, settings, seed, None, str(spec)))
                else:
                    seeded = spec if seed_varied else replace(spec, seed=seed)
                    trials.append(Trial(len(trials), number, settings, seeded.seed, seeded))
        for place, fault in faults.items():
            if place not in sound:
                raise fault
        return trials

    def cells(self, trial: Trial) -> list[str]:
        """Write what a trial trains: the value of each axis, and the seed where there are several."""
        values = [value_words(value) for _, value in trial.settings]
        return [*values, str(trial.seed)] if len(self.seeds) > 1 else values

    def words(self, trial: Trial) -> str:
        """Say in short what a trial trains: `units=16 learning_rate=0.01 seed=2`."""
        return " ".join(
            f"{name}={cell}" for name, cell in zip(self.headings, self.cells(trial), strict=True)
        )

    def _combinations(self) -> list[tuple[Any, ...]]:
        if self.count is None:
            return list(itertools.product(*(axis.values for axis in self.axes)))
        found: dict[str, tuple[Any, ...]] = {}
        for number in range(self.count):
            # Each has random numbers of its own: asking for more of them leaves the first as they were.
            numbers = random.Random(f"{self.spec.seed} {number}")
            for _ in range(_TRIES):
                drawn = tuple(axis.draw(numbers) for axis in self.axes)
                if repr(drawn) not in found:
                    found[repr(drawn)] = drawn
                    break
        return list(found.values())


def _shared(before: Sequence[Any], now: Sequence[Any]) -> int:
    """Count the values from the first on that are the very same."""
    pairs = zip(before, now, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one is not other), 0)


def make_plan(
    spec: Spec,
    axes: Sequence[Axis],
    *,
    count: int | None = None,
    repeat: Sequence[int] = (),
    metric: str | None = None,
    halving: bool = False,
) -> Plan:
    """Check what is asked for and make a plan of it.

    Args:
        spec: what is varied.
        axes: how.
        count: combinations of a random search. Default: all combinations.
        repeat: seeds, or one number: how many, beginning with the spec's. Default: the spec's seed alone.
        metric: what trials are judged by. Default: what suits the spec.
        halving: whether poor trials are stopped early. Default no.

    Raises:
        SpecError: it cannot be.
    """
    if not axes:
        raise SpecError("Nothing is varied.", "Give --vary PATH=V1,V2,... at least once.")
    paths = [axis.path for axis in axes]
    if twice := next((path for path in paths if paths.count(path) > 1), None):
        raise SpecError(f"{twice} is varied twice.", "Give all its values in one --vary.", twice)
    if len(repeat) > 0 and "seed" in paths:
        raise SpecError(
            "The seed is varied and repeated.", "Give one of --vary seed=... and --repeat.", "seed"
        )
    seeds = _seeds(spec.seed, repeat)
    if count is None and (ranges := [axis for axis in axes if axis.is_range]):
        raise SpecError(
            f"{ranges[0].path} is a range, which has no end of combinations.",
            "Draw some of them at random (--random N), or give steps (8..64..8) or a list of values.",
            ranges[0].path,
        )
    if count is not None and count < 1:
        raise SpecError(
            f"The number of random combinations (--random) must be at least 1, got {count}.",
            "Say how many to try.",
        )
    combinations = math.prod(len(axis.values) for axis in axes) if count is None else count
    if combinations * len(seeds) > MOST_TRIALS:
        times = f" x {len(seeds)} seeds" if len(seeds) > 1 else ""
        raise SpecError(
            f"{combinations:,} combinations{times} are {combinations * len(seeds):,} trials; "
            f"{MOST_TRIALS:,} is the most.",
            "Try some of them at random (--random 100), or give fewer values.",
        )
    spec = _with_absolute_paths(spec)
    return Plan(spec, tuple(axes), count, seeds, objective_of(spec, metric), halving)


def _seeds(first: int, repeat: Sequence[int]) -> tuple[int, ...]:
    if not repeat:
        return (first,)
    if any(seed < 0 for seed in repeat) or repeat == [0]:
        raise SpecError(
            "Repeating (--repeat) needs how many seeds, or seeds of 0 or more.", "For example 3."
        )
    if len(repeat) == 1:
        if repeat[0] > MOST_TRIALS:
            raise SpecError(f"{repeat[0]:,} seeds are too many; {MOST_TRIALS:,} trials is the most.", "")
        return tuple(range(first, first + repeat[0]))
    return tuple(dict.fromkeys(repeat))


def _with_absolute_paths(spec: Spec) -> Spec:
    """Name data files so that a worker elsewhere on the same file system finds them."""
    from nn_tui.data.sources import kind_of

    others = [name for name in ("validation", "test") if isinstance(spec.data.settings.get(name), str)]
    for path, source in (
        ("data.source", spec.data.source),
        *((f"data.{name}", str(spec.data.settings[name])) for name in others),
    ):
        if "\n" not in source and kind_of(source) != "dataset" and Path(source).exists():
            spec = set_value(spec, path, str(Path(source).absolute()))
    return spec
