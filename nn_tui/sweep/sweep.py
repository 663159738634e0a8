"""`Sweep`: gives out the trials of a plan, takes in how they end, and knows where each stands."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from nn_tui.errors import RunError
from nn_tui.experiment.files import write_whole
from nn_tui.experiment.headless import never
from nn_tui.experiment.runs.card import read_card, write_card
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import dumps
from nn_tui.sweep.folder import SweepFolder
from nn_tui.sweep.halving import epochs_at, fractions, promoted
from nn_tui.sweep.plan import Plan, Trial
from nn_tui.sweep.trial import Order, Outcome, Phase, Progress, curve_of

ENDED: tuple[Phase, ...] = ("done", "stopped", "diverged", "invalid", "failed")
FAULTS: tuple[Phase, ...] = ("diverged", "invalid", "failed")


class Runner(Protocol):
    """What trains trials."""

    @property
    def words(self) -> str:
        """Say how, for people."""

    def run(
        self, orders: Sequence[Order], tell: Callable[[Progress], None], stop: Callable[[], bool]
    ) -> Iterator[Outcome]:
        """Train them and give each outcome as it comes."""

    def close(self) -> None:
        """Let go of what was opened."""


@dataclass(frozen=True)
class Standing:
    """Where a trial stands.

    Args:
        trial: which.
        words: what it trains, in short.
        phase: its state.
        epoch: epochs trained.
        epochs: epochs there are.
        best: the best value of the metric and its epoch; None so far.
        curve: epoch and value.
        reason: why it ended as it did; may be empty.
        seconds: spent training.
        folder: of its run.
    """

    trial: Trial
    words: str
    phase: Phase
    epoch: int
    epochs: int
    best: tuple[float, int] | None = None
    curve: tuple[tuple[int, float], ...] = ()
    reason: str = ""
    seconds: float = 0.0
    folder: str = ""

    @property
    def value(self) -> float | None:
        """The best value of a trial that counts: one that diverged does not."""
        return None if self.best is None or self.phase in FAULTS else self.best[0]


@dataclass(frozen=True)
class Summary:
    """What the seeds of one configuration came to.

    Args:
        configuration: its number.
        standings: its trials.
        values: the best value of each trial that has one.
    """

    configuration: int
    standings: tuple[Standing, ...]
    values: tuple[float, ...]

    @property
    def mean(self) -> float | None:
        """The mean over the seeds; None where a trial has no value."""
        whole = self.values and len(self.values) == len(self.standings)
        return math.fsum(self.values) / len(self.values) if whole else None

    @property
    def spread(self) -> float:
        """The standard deviation over the seeds (of a sample); 0 for a single one."""
        return float(np.std(self.values, ddof=1)) if len(self.values) > 1 else 0.0


class Sweep:
    """One sweep: its trials and where they stand.

    Args:
        plan: what is trained.
        folder: where it is kept.

    Raises:
        SpecError: something varied is refused.
    """

    def __init__(self, plan: Plan, folder: SweepFolder) -> None:
        self.plan = plan
        self.folder = folder
        self.standings = [self._standing(trial) for trial in plan.trials()]
        self._results = folder.results()
        self._store = RunStore()
        configurations = 1 + max(one.trial.configuration for one in self.standings)
        epochs = max(one.epochs for one in self.standings)
        self.fractions = fractions(configurations, epochs) if plan.halving else (1.0,)
        for (number, _), outcome in sorted(self._results.items()):
            if number < len(self.standings):
                self._take(outcome, fresh=False)

    def _standing(self, trial: Trial) -> Standing:
        spec = trial.spec
        return Standing(
            trial,
            self.plan.words(trial),
            "invalid" if spec is None else "waits",
            0,
            0 if spec is None else spec.fit.epochs,
            reason=trial.reason,
            folder=str(self.folder.run_folder(trial.number)),
        )

    def run(
        self,
        runner: Runner,
        stop: Callable[[], bool] = never,
        tell: Callable[[Standing], None] = lambda standing: None,
    ) -> Iterator[Standing]:
        """Train what is left; gives every trial that ends, or ends a rung.

        Args:
            runner: trains.
            stop: asked often whether to save and leave. Default never.
            tell: told of a trial that has got further. Default: nobody.

        Raises:
            RunError: results cannot be written, or the runner is gone.
        """

        def take_progress(progress: Progress) -> None:
            before = self.standings[progress.trial]
            if before.phase not in ENDED:
                tell(self._progressed(before, progress))

        going_on = [one.trial.number for one in self.standings if one.trial.spec is not None]
        for rung, fraction in enumerate(self.fractions):
            left = [number for number in going_on if (number, rung) not in self._results]
            orders = [self._order(number, rung, fraction) for number in left]
            for outcome in runner.run(orders, take_progress, stop):
                self._take(outcome, fresh=True)
                yield self.standings[outcome.trial]
            if any((number, rung) not in self._results for number in going_on):
                return
            if rung + 1 < len(self.fractions):
                kept = self._promoted(going_on, rung)
                waiting = [number for number in going_on if self._results[number, rung].phase == "paused"]
                for number in waiting:
                    if number not in kept:
                        yield self._end_early(number)
                going_on = [number for number in waiting if number in kept]

    def _progressed(self, before: Standing, progress: Progress) -> Standing:
        objective = self.plan.objective
        best = before.best
        for epoch, value in progress.points:
            if value == value and (best is None or objective.better(value, best[0])):
                best = value, epoch
        known = before.curve[-1][0] if before.curve else 0
        curve = before.curve
        if progress.points and progress.points[0][0] <= known:  # trained again from its last saved state
            curve = tuple(point for point in curve if point[0] < progress.points[0][0])
        after = replace(
            before,
            phase="training",
            epoch=progress.epoch,
            epochs=progress.epochs,
            best=best,
            curve=(*curve, *progress.points),
        )
        self.standings[progress.trial] = after
        return after

    def _order(self, number: int, rung: int, fraction: float) -> Order:
        standing = self.standings[number]
        assert standing.trial.spec is not None
        return Order(
            trial=number,
            rung=rung,
            spec=dumps(standing.trial.spec),
            until=epochs_at(fraction, standing.trial.spec.fit.epochs),
            metric=self.plan.objective.name,
            folder=standing.folder,
            identity=self.folder.run_id(number),
            name=f"{self.plan.spec.name} {standing.words}".strip(),
            note=f"trial {number + 1} of the sweep {self.folder.name}",
            token=self.folder.token,
        )

    def _take(self, outcome: Outcome, *, fresh: bool) -> None:
        before = self.standings[outcome.trial]
        curve = before.curve
        if not fresh and not curve:
            curve = tuple(curve_of(Path(before.folder), self.plan.objective.name))
        self.standings[outcome.trial] = replace(
            before,
            phase=outcome.phase,
            epoch=outcome.epoch,
            epochs=outcome.epochs or before.epochs,
            best=outcome.best,
            curve=curve,
            reason=outcome.reason,
            seconds=outcome.seconds,
        )
        if not fresh:
            return
        folder = Path(before.folder)
        for name, content in outcome.files.items():
            if not Path(name).is_absolute() and ".." not in Path(name).parts:
                write_whole(folder / name, content)
        if outcome.phase != "interrupted":
            self._results[outcome.trial, outcome.rung] = outcome
            self.folder.add(outcome)

    def _promoted(self, numbers: Sequence[int], rung: int) -> list[int]:
        """Give the trials that go on: all seeds of the best configurations, as they stood after a rung."""
        groups: dict[int, list[int]] = {}
        for number in numbers:
            groups.setdefault(self.standings[number].trial.configuration, []).append(number)
        ranks = []
        for group in groups.values():
            bests = [_counted(self._results[number, rung]) for number in group]
            values = [value for value in bests if value is not None]
            whole = len(values) == len(group)
            ranks.append(self.plan.objective.rank(math.fsum(values) / len(values) if whole else None))
        chosen = [list(groups.values())[at] for at in promoted(ranks)]
        return [number for group in chosen for number in group]

    def _end_early(self, number: int) -> Standing:
        standing = self.standings[number]
        after = replace(standing, phase="stopped", reason=f"stopped early after epoch {standing.epoch}.")
        self.standings[number] = after
        with contextlib.suppress(RunError):
            card = replace(read_card(Path(standing.folder)), status="stopped")
            write_card(Path(standing.folder), card)
            self._store.put(card)
        return after

    def summaries(self) -> list[Summary]:
        """Give each configuration with its trials."""
        groups: dict[int, list[Standing]] = {}
        for standing in self.standings:
            groups.setdefault(standing.trial.configuration, []).append(standing)
        return [
            Summary(
                configuration,
                tuple(standings),
                tuple(one.value for one in standings if one.value is not None),
            )
            for configuration, standings in groups.items()
        ]

    def ranking(self) -> list[Summary]:
        """Give the configurations, the best first; those stopped early last, by how far they came."""
        objective = self.plan.objective

        def rank(summary: Summary) -> tuple[float, tuple[bool, float], int]:
            early = any(one.phase == "stopped" for one in summary.standings)
            short = max(1 - one.epoch / max(1, one.epochs) for one in summary.standings) if early else 0.0
            return short, objective.rank(summary.mean), summary.configuration

        return sorted(self.summaries(), key=rank)

    @property
    def best(self) -> Standing | None:
        """The best trial of the best configuration; None while there is none."""
        for summary in self.ranking():
            if summary.mean is not None:
                objective = self.plan.objective
                return min(summary.standings, key=lambda one: (objective.rank(one.value), one.trial.number))
        return None

    @property
    def ended(self) -> int:
        """How many trials have ended."""
        return sum(one.phase in ENDED for one in self.standings)

    @property
    def finished(self) -> bool:
        """Whether all have."""
        return self.ended == len(self.standings)


def _counted(outcome: Outcome) -> float | None:
    """Give the value that an outcome is judged by; None for one that is a fault."""
    return None if outcome.best is None or outcome.phase in FAULTS else outcome.best[0]
