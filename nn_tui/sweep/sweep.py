"""`Sweep`: gives out the trials of a plan and takes in how they end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from nn_tui.errors import RunError
from nn_tui.experiment.files import write_whole
from nn_tui.experiment.headless import never
from nn_tui.experiment.runs.card import read_card, write_card
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import dumps
from nn_tui.sweep.folder import SweepFolder
from nn_tui.sweep.halving import epochs_at
from nn_tui.sweep.plan import Plan
from nn_tui.sweep.standings import Standing, Standings
from nn_tui.sweep.trial import Order, Outcome, Progress


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


class Sweep(Standings):
    """One sweep: its trials, where they stand, and the training of those that are left.

    Args:
        plan: what is trained.
        folder: where it is kept.

    Raises:
        SpecError: something varied is refused.
    """

    def __init__(self, plan: Plan, folder: SweepFolder) -> None:
        super().__init__(plan, folder)
        self._store = RunStore()

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
            if (after := self.progress(progress)) is not None:
                tell(after)

        numbers = [one.trial.number for one in self.standings if one.trial.spec is not None]
        for rung, fraction in enumerate(self.fractions):
            left = [number for number in numbers if (number, rung) not in self._results]
            orders = [self._order(number, rung, fraction) for number in left]
            for outcome in runner.run(orders, take_progress, stop):
                yield self._taken(outcome)
            if any((number, rung) not in self._results for number in numbers):
                return
            if rung + 1 < len(self.fractions):
                numbers, ended = self.going_on(numbers, rung)
                for number in ended:
                    known = self.standings[number].phase == "stopped"
                    after = self._ended_early(number)
                    if not known:
                        yield after

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

    def _taken(self, outcome: Outcome) -> Standing:
        """Take an outcome, and write down what it came to."""
        after = self.take(outcome)
        folder = Path(after.folder)
        for name, content in outcome.files.items():
            if not Path(name).is_absolute() and ".." not in Path(name).parts:
                write_whole(folder / name, content)
        if outcome.phase != "interrupted":
            self._results[outcome.trial, outcome.rung] = outcome
            self.folder.add(outcome)
        return after

    def _ended_early(self, number: int) -> Standing:
        after = self.end_early(number)
        with contextlib.suppress(RunError):
            card = replace(read_card(Path(after.folder)), status="stopped")
            write_card(Path(after.folder), card)
            self._store.put(card)
        return after
