"""What a person can do about a diagnosis: read it, apply its remedy, race the remedy."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.errors import NnTuiError
from nn_tui.experiment import commands as command
from nn_tui.tui.run_actions import RunActions

if TYPE_CHECKING:
    from nn_tui.experiment.diagnosis.finding import Diagnosis, Remedy
    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.tui.screens.diagnosis import RemedyChosen


class DiagnosisActions(RunActions):
    """The diagnosis and its remedies."""

    def action_diagnose(self) -> None:
        """Show what was found of the run, or of an experiment that cannot be trained."""
        from nn_tui.tui.screens.diagnosis import DiagnosisScreen

        diagnosis = self._found()
        if diagnosis is None:
            return
        run = self.current_run
        raced = run is not None and not self.spec_refused
        self.push_screen(DiagnosisScreen(diagnosis, self.spec, raced=raced), self._take_remedy)

    @property
    def spec_refused(self) -> bool:
        """Whether the experiment has problems, so that it cannot be trained."""
        return self.checkup is not None and bool(self.checkup.problems)

    def _found(self) -> Diagnosis | None:
        """Give the diagnosis; None when there is none, which is said."""
        if self.spec_refused:
            from nn_tui.experiment.diagnosis.examining import examine_spec

            try:
                diagnosis = examine_spec(self.spec)
            except NnTuiError:
                diagnosis = None
            if diagnosis is None or not diagnosis.headline.ill:
                self.show_problem()
                return None
            return diagnosis
        found = self.snapshot.diagnosis if self.snapshot is not None else None
        if found is None:
            self.say("Nothing is found yet: train first.")
        return found

    def _take_remedy(self, chosen: RemedyChosen | None) -> None:
        if chosen is None or chosen.finding.remedy is None or chosen.finding.remedy.spec is None:
            return
        remedy = chosen.finding.remedy
        if chosen.how == "apply":
            self.apply_remedy(remedy)
            return
        if self.trainer is not None and self.situation.training:
            self.trainer.send(command.Pause())
        self.when_resting(partial(self.race_remedy, remedy))

    def apply_remedy(self, remedy: Remedy) -> None:
        """Make a remedy a step of the history; start again where it only helps from the start."""
        spec = remedy.spec
        assert spec is not None

        def step() -> None:
            self.edit(spec, f"apply: {remedy.text.rstrip('.')}", afresh=remedy.restart and self.trained)
            kept = " The run so far is kept: v lists it." if remedy.restart and self.kept else ""
            self.say(f"{remedy.text}{kept} u takes it back, space trains.")

        if remedy.restart and self.trained and not self.kept:
            assert self.snapshot is not None
            lost = f"It starts again: {self.snapshot.status.epoch} epochs of training are lost."
            self.ask("Apply the remedy?", lost, "apply", step)
        else:
            step()

    def race_remedy(self, remedy: Remedy) -> None:
        """Train the open run as it was and with a remedy, beside each other, from a kept epoch on."""
        run = self.current_run
        assert remedy.spec is not None
        if run is None:
            self.say("No run is kept that the remedy could be raced against.")
            return
        epoch = kept_before(run, remedy.epoch)
        if epoch is None:
            self.say(f"No epoch of {run.name} is kept.")
            return
        self.race(run, self.spec, remedy.spec, epoch)


def kept_before(run: RunCard, epoch: int) -> int | None:
    """Give the last kept epoch that is not after one, else the first one kept; None where none is."""
    from nn_tui.experiment.runs.epochs import KeptEpochs

    numbers = KeptEpochs(Path(run.folder)).numbers()
    if not numbers:
        return None
    return max((number for number in numbers if number <= epoch), default=numbers[0])
