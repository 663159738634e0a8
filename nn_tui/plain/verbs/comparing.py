"""Commands over several runs: compare them, race a change against the run as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.errors import RunError, UsageError
from nn_tui.experiment import commands as command
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.runs.differences import difference_words, setting_words
from nn_tui.experiment.runs.epochs import KeptEpochs
from nn_tui.experiment.runs.shelf import Fork
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.trainer import Trainer
from nn_tui.plain.verbs.building import assignment
from nn_tui.plain.verbs.keeping import found_run
from nn_tui.plain.verbs.verb import Words, verb, whole_number
from nn_tui.plain.words.comparing import compared_sentences, raced_sentences, racing_sentence

if TYPE_CHECKING:
    from nn_tui.experiment.spec import Spec
    from nn_tui.plain.shell import Shell

__all__ = ["compare", "race"]

LOOK = 0.1
"""Seconds between two looks at a race."""


@verb("Experiment", "cm", "RUN RUN...")
def compare(shell: Shell, words: Words) -> None:
    """Compare kept runs: the best of each quantity, and the settings that differ.

    A run is its number in the last list of runs, its name, its id, or last.
    """
    cards = [found_run(shell, word) for word in words]
    if len({card.id for card in cards}) < 2:
        raise UsageError("compare needs two runs or more.", "Type runs for a list, then compare 1 2.")
    specs = [SavedRun.open(Path(card.folder)).spec for card in cards]
    shell.say(*compared_sentences(cards, specs))


@verb("Train", "ra", "SETTING VALUE|remedy [from EPOCH]")
def race(shell: Shell, words: Words) -> None:
    """Train the open run as it was and with one change, and tell which was better: race lr 0.01.

    race remedy takes the remedy of the diagnosis for the change. The change is made after the first epoch
    that is kept, or after the kept one at or before another: race lr 0.01 from 10. Both are kept as runs,
    but for one that only repeats a kept run; the open run stays as it is. Ctrl+C ends the race.
    """
    bench = shell.bench
    words, asked = _without_epoch(words)
    if bench.training:
        bench.send(command.Pause())
        shell.wait_for_rest()
    run = bench.run
    spec = SavedRun.open(Path(run.folder)).spec
    changed = _changed(shell, spec, words)
    numbers = KeptEpochs(Path(run.folder)).numbers()
    if not numbers:
        raise RunError(f"No epoch of {run.name} is kept.", "")
    epoch = max((number for number in numbers if number <= asked), default=numbers[0])
    if epoch >= spec.fit.epochs:  # there is nothing left to train: as many again
        epochs = epoch + spec.fit.epochs
        spec, changed = (replace(one, fit=replace(one.fit, epochs=epochs)) for one in (spec, changed))
    told = difference_words(spec, changed)
    changed = replace(changed, name=f"{run.name}, {told}"[:60])
    shell.say(f"Race from epoch {epoch} to {spec.fit.epochs}: as it was, and {told}.")
    store = bench.store or RunStore()
    trainers = [
        Trainer(spec, store, Fork(run, epoch, repeats=True)),
        Trainer(changed, store, Fork(run, epoch)),
    ]
    try:
        for trainer in trainers:
            trainer.send(command.Play())
        _tell_race(shell, trainers, told)
    finally:
        for trainer in trainers:
            trainer.close(60.0)
        ends = [trainer.newest() for trainer in trainers]
    shell.say(*raced_sentences(ends, told))


def _tell_race(shell: Shell, trainers: list[Trainer], told: str) -> None:
    """Tell how far both are, from time to time, until both rest or Ctrl+C is pressed."""
    resting = ("finished", "failed")
    seconds = shell.narrator.rhythm.seconds or 5.0
    due = shell.now() + seconds
    while True:
        for trainer in trainers:
            try:
                trainer.wait_for(lambda now: now.status.phase in resting, LOOK)
            except TimeoutError:
                break
        else:
            return
        if shell.ears.interrupts or shell.ears.dismissed:
            shell.ears.interrupts = 0
            shell.say("The race is ended.")
            return
        if shell.now() >= due:
            due = shell.now() + seconds
            shell.say(racing_sentence([trainer.newest() for trainer in trainers], told))


def _without_epoch(words: Words) -> tuple[Words, int]:
    """Take `from EPOCH` off the end; the epoch is 0 where there is none."""
    if len(words) > 2 and words[-2] == "from":
        return words[:-2], whole_number(words[-1], "The epoch", least=0)
    return words, 0


def _changed(shell: Shell, spec: Spec, words: Words) -> Spec:
    if list(words) == ["remedy"]:
        now = shell.bench.snapshot
        remedy = None if now is None or now.diagnosis is None else now.diagnosis.headline.remedy
        if remedy is None or remedy.spec is None:
            raise UsageError("There is no remedy to race.", "Type diagnose.")
        return remedy.spec
    if not words:
        raise UsageError("race needs a setting and a value.", "Type race lr 0.01, or race remedy.")
    path, value = assignment(spec, words)
    changed = set_value(spec, path, value)
    if changed == spec:
        raise UsageError(f"{setting_words(path)} is {words[-1]} already.", "Give another value.")
    return changed
