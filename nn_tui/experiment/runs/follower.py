"""`Follower`: stands where a trainer does, and shows a run that another process trains.

It reads the run's folder and never touches the model. Once that process has let go of the run, a trainer
can take it up.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from pathlib import Path

from nn_tui.errors import RunError
from nn_tui.experiment import commands as command
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.runs.background import ask_to_leave, trained_in_background
from nn_tui.experiment.runs.card import RunCard, read_card
from nn_tui.experiment.runs.history_file import FollowedHistory
from nn_tui.experiment.runs.keeper import NOT_MEASURED, taken_by
from nn_tui.experiment.snapshot import LogEntry, Phase, Snapshot, Status
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.words import epoch_line
from nn_tui.insight.pictures import Sentence

READ_SECONDS = 0.25
"""How often the folder is looked at."""
LOG_LENGTH = 200
NO_PICTURE = Sentence("The network is in another process: its pictures come when the run is taken over.")


class Follower:
    """A run of another process, as far as its folder tells.

    Args:
        spec: what is trained.
        card: the run.
    """

    def __init__(self, spec: Spec, card: RunCard) -> None:
        self.spec, self.card = spec, card
        self.released = False
        """Whether the other process has let go of the run."""
        self.ordered = 0
        """Commands that a trainer would obey: none."""
        self.asked = 0
        """How often the other process was asked to let go."""
        self._folder = Path(card.folder)
        self._curves = GrowingCurves()
        self._history = FollowedHistory(self._folder)
        self._log: list[LogEntry] = []
        self._entries = 0
        self._watched: tuple[str, ...] = ()
        self._asked = False
        self._due = 0.0
        self._note("note", f"{card.name} is trained by process {taken_by(self._folder) or 'unknown'}.")
        for mark, text in card.marks:
            self._curves.mark(mark, text)
        self._snapshot = self._read()

    def send(self, order: command.Command) -> None:
        """Take note of the pictures that are wanted; nothing else can be ordered here."""
        if isinstance(order, command.Watch):
            self._watched = order.insights
        if isinstance(order, command.Ask):
            self._asked = order.row is not None
            self._due = 0.0

    def newest(self) -> Snapshot:
        """Give what the folder tells; never waits long."""
        if time.monotonic() >= self._due and not self.released:
            self._snapshot = self._read()
        return self._snapshot

    def close(self) -> None:
        """Follow no more; the other process trains on."""

    def ask_over(self) -> str:
        """Ask the other process to save the run and let go of it; says what will happen.

        The first time at the end of the epoch, then after the present batch.
        """
        try:
            ask_to_leave(self.card, at_once=self.asked > 0)
        except RunError as error:
            return f"! {error}"
        self.asked += 1
        if self.asked == 1:
            return "Taken over at the end of this epoch. space again takes it over at once."
        return "Taken over after this batch."

    def _read(self) -> Snapshot:
        self._due = time.monotonic() + READ_SECONDS
        # Asked before reading, so that nothing written last is missed.
        self.released = not taken_by(self._folder)
        with contextlib.suppress(RunError):  # it is gone: `released` tells
            self.card = read_card(self._folder)
        for epoch, values in self._history.added():
            measured = {name: value for name, value in values.items() if name not in NOT_MEASURED}
            self._curves.append(epoch, measured)
            line = epoch_line(epoch, self.card.epochs, values.get("seconds", 0.0), measured)
            self._note("epoch", line, epoch)
        background = trained_in_background(self._folder)
        phase: Phase = "following"
        status = Status(
            phase=phase,
            epoch=self.card.epoch,
            epochs=self.card.epochs,
            batch=0,
            batches=0,
            learning_rate=0.0,
            samples_per_second=0.0,
            seconds=self.card.seconds,
            pace=None,
            remedy="" if background or self.released else "Another nn-tui trains it.",
        )
        pictures = dict.fromkeys(self._watched, NO_PICTURE)
        snapshot = Snapshot(
            self.spec, status, self._curves.view(), tuple(self._log), pictures, 0, self.card
        )
        return replace(snapshot, answer=NO_PICTURE) if self._asked else snapshot

    def _note(self, kind: str, text: str, epoch: int = 0) -> None:
        self._entries += 1
        self._log.append(LogEntry(self._entries, epoch, kind, text))  # type: ignore[arg-type]  # a kind of LogEntry's
        if len(self._log) > 2 * LOG_LENGTH:
            del self._log[:-LOG_LENGTH]
