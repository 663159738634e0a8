"""A run that another process trains, told of as it goes, and taken over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.errors import RunError
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.runs.background import looked_at, news, stop
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.follower import READ_SECONDS, Follower
from nn_tui.plain.words.curves import epoch_sentence

if TYPE_CHECKING:
    from nn_tui.plain.shell import Shell


def tell_of(shell: Shell, card: RunCard) -> None:
    """Tell a run's epochs by the shell's rhythm until it ends, or until a line or Ctrl+C comes."""
    spec = SavedRun.open(Path(card.folder)).spec
    follower = Follower(spec, card)
    rhythm = shell.narrator.rhythm
    told, due = 0, 0.0
    while not follower.released:
        curves = follower.newest().curves
        last = int(curves.epochs[-1]) if len(curves.epochs) else 0
        fresh = [at for at, epoch in enumerate(curves.epochs.tolist()) if epoch > told]
        if rhythm.epochs:
            due_ones = [at for at in fresh if int(curves.epochs[at]) % rhythm.epochs == 0]
        else:
            due_ones = fresh[-1:] if rhythm.seconds and shell.now() >= due else []
        if due_ones:
            due = shell.now() + rhythm.seconds
            shell.say(*(epoch_sentence(curves, at, card.epochs) for at in due_ones))
        if due_ones or rhythm.epochs:
            told = last
        if shell.ears.disturbed(READ_SECONDS, lines=shell.typed):
            shell.ears.interrupts = 0
            shell.say(f"{card.name} trains on in the background.")
            return
    looked_at(Path(card.folder))
    shell.say(news(follower.card))


def taken_over(shell: Shell, card: RunCard) -> RunCard:
    """Have a background process save a run and let go of it; give the run as it is then.

    Raises:
        RunError: it does not.
    """
    shell.say(f"{card.name} is trained in the background; it is taken over after the present batch.")
    now = stop(card)
    if now.folder != card.folder:
        raise RunError(f"{card.name} is not there any more.", "Type runs.")
    looked_at(Path(card.folder))
    return now
