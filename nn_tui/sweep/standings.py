"""`Standings`: where the trials of a sweep stand, which are the best, which go on to the next rung."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from nn_tui.experiment.words import number as number_words
from nn_tui.sweep.folder import SweepFolder
from nn_tui.sweep.halving import fractions, promoted
from nn_tui.sweep.plan import Plan, Trial
from nn_tui.sweep.trial import Outcome, Phase, Progress, curve_of

ENDED: tuple[Phase, ...] = ("done", "stopped", "diverged", "invalid", "failed")
FAULTS: tuple[Phase, ...] = ("diverged", "invalid", "failed")


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

    @property
    def words(self) -> str:
        """Write mean and spread over the seeds; empty until all have a value."""
        return "" if self.mean is None else f"{number_words(self.mean)} +-{self.spread:.2g}"


class Standings:
    """All trials of a sweep, as far as is known; nothing is trained here.

    Args:
        plan: what is trained.
        folder: where it is kept.
        curves: whether the curves of trials that have ended are read. Default yes.

    Raises:
        SpecError: something varied is refused.
    """

    def __init__(self, plan: Plan, folder: SweepFolder, *, curves: bool = True) -> None:
        self.plan = plan
        self.folder = folder
        self.standings = [self._standing(trial) for trial in plan.trials()]
        self._results: dict[tuple[int, int], Outcome] = {}
        configurations = 1 + max(one.trial.configuration for one in self.standings)
        epochs = max(one.epochs for one in self.standings)
        self.fractions = fractions(configurations, epochs) if plan.halving else (1.0,)
        for (number, rung), outcome in sorted(folder.results().items()):
            if number < len(self.standings):
                self._results[number, rung] = outcome
                self.take(outcome, read_curve=curves)
        for number in self._left_behind():
            self.end_early(number)

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

    def progress(self, progress: Progress) -> Standing | None:
        """Take how far a trial is; gives where it stands, or None where that is old news."""
        before = self.standings[progress.trial]
        if before.phase in ENDED:
            return None
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

    def take(self, outcome: Outcome, *, read_curve: bool = False) -> Standing:
        """Take how a trial, or a rung of it, ended; its curve may be read from its run."""
        before = self.standings[outcome.trial]
        curve = before.curve
        if read_curve and not curve:
            curve = tuple(curve_of(Path(before.folder), self.plan.objective.name))
        after = replace(
            before,
            phase=outcome.phase,
            epoch=outcome.epoch,
            epochs=outcome.epochs or before.epochs,
            best=outcome.best,
            curve=curve,
            reason=outcome.reason,
            seconds=outcome.seconds,
        )
        self.standings[outcome.trial] = after
        return after

    def interrupted(self, number: int) -> Standing:
        """Take it that nothing trains a trial any more; it can go on."""
        after = replace(self.standings[number], phase="interrupted")
        self.standings[number] = after
        return after

    def end_early(self, number: int) -> Standing:
        """Take it that a trial does not go on to the next rung."""
        before = self.standings[number]
        after = replace(before, phase="stopped", reason=f"stopped early after epoch {before.epoch}.")
        self.standings[number] = after
        return after

    def going_on(self, numbers: Sequence[int], rung: int) -> tuple[list[int], list[int]]:
        """Part the trials that may go on after a rung into those that do and those that do not."""
        waiting = [number for number in numbers if self._results[number, rung].phase == "paused"]
        kept = set(self._promoted(numbers, rung))
        return (
            [number for number in waiting if number in kept],
            [number for number in waiting if number not in kept],
        )

    def _left_behind(self) -> list[int]:
        """Give the trials that did not go on to the next rung, as far as rungs are complete."""
        numbers = [one.trial.number for one in self.standings if one.trial.spec is not None]
        ended: list[int] = []
        for rung in range(len(self.fractions) - 1):
            if any((number, rung) not in self._results for number in numbers):
                break
            numbers, left = self.going_on(numbers, rung)
            ended += left
        return ended

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
