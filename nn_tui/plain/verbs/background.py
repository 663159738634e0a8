"""Commands of runs that are trained in the background: follow one, end one, leave one to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nn_tui.errors import RunError
from nn_tui.experiment import commands as command
from nn_tui.experiment.runs.background import newest_in_background, stop, trained_in_background
from nn_tui.experiment.runs.store import RunStore
from nn_tui.plain.following import tell_of
from nn_tui.plain.verbs.keeping import found_run
from nn_tui.plain.verbs.verb import Words, verb

if TYPE_CHECKING:
    from nn_tui.experiment.runs.card import RunCard
    from nn_tui.plain.shell import Shell

__all__ = ["end", "follow", "keep"]

BEGINNING = 30.0
"""Seconds that the first batch may take, which begins the run on disk."""


@verb("Experiment", "fo", "[RUN]")
def follow(shell: Shell, words: Words) -> None:
    """Tell a run that is trained in the background as it goes; an empty line or Ctrl+C ends the telling.

    Resume takes it over, end ends it. Without a word it is the newest such run.
    """
    tell_of(shell, _in_background(shell, words))


@verb("Experiment", "en", "[RUN]")
def end(shell: Shell, words: Words) -> None:
    """End the training of a run in the background, after saving it."""
    card = stop(_in_background(shell, words))
    shell.say(f"{card.name} is saved and stopped, at epoch {card.epoch}. Type resume {card.id} to go on.")


@verb("Program", "kp")
def keep(shell: Shell, words: Words) -> None:
    """Leave the program; a process in the background trains the run to its end."""
    bench = shell.bench
    bench.require_valid()
    now = bench.snapshot
    assert now is not None  # what is valid has a trainer
    if now.status.phase in ("finished", "failed") and now.branch is None:
        raise RunError("There is nothing left to train.", "Type quit to leave.")
    if not bench.training:
        bench.send(command.Play())
    if not bench.wait(lambda now: now.run is not None, BEGINNING):
        raise RunError("Nothing is trained yet.", "Try again.")
    shell.hands_over = bench.run
    shell.left = True


def _in_background(shell: Shell, words: Words) -> RunCard:
    card = found_run(shell, " ".join(words)) if words else newest_in_background(RunStore().runs())
    if card is not None and trained_in_background(Path(card.folder)):
        return card
    told = f"{card.name} is not" if words and card is not None else "No run is"
    raise RunError(f"{told} trained in the background.", "Type runs.")
