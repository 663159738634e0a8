"""`Narrator`: which of the things that happen are told, and when: snapshots in, sentences out.

Nothing here writes or waits; the time is given, so that the rhythm is tested without a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nn_tui.errors import UsageError
from nn_tui.experiment.snapshot import LogEntry, Snapshot
from nn_tui.plain.words.curves import epoch_sentence, result_words
from nn_tui.plain.words.findings import finding_sentence
from nn_tui.plain.words.status import place_words

SILENT = ("early", "not_finite")
"""Findings that are not told: the first is none, of the second the error itself tells."""


ELSEWHERE = ("diagnosis: ", "Kept as run ")
"""Entries of the log that are told in other words, when the training is at rest."""


@dataclass(frozen=True)
class Rhythm:
    """How often epochs are told of: every so many epochs, or at most every so many seconds; 0 is never."""

    epochs: int = 0
    seconds: float = 5.0

    @property
    def words(self) -> str:
        """Say it in words."""
        if self.epochs:
            return f"every {self.epochs} epoch{'s' if self.epochs > 1 else ''}"
        return f"every {self.seconds:g} seconds" if self.seconds else "nothing"


def read_rhythm(words: Sequence[str]) -> Rhythm:
    """Read a rhythm as people say it: `every 5 epochs`, `10 seconds`, `nothing`.

    Raises:
        UsageError: it is not understood.
    """
    told = [word.lower() for word in words if word.lower() != "every"]
    if told in (["nothing"], ["never"], ["no", "epochs"]):
        return Rhythm(0, 0.0)
    if told in (["epoch"], ["epochs"]):
        told = ["1", "epochs"]
    try:
        count = float(told[0])
        unit = told[1] if len(told) > 1 else "epochs"
    except (IndexError, ValueError):
        count, unit = 0.0, ""
    if len(told) <= 2 and 0 < count < 1e6:
        if "epochs".startswith(unit) and unit and count == int(count):
            return Rhythm(int(count), 0.0)
        if "seconds".startswith(unit) and unit:
            return Rhythm(0, count)
    raise UsageError(
        f"{' '.join(words)!r} is no rhythm.", "Type say every 5 epochs, say 10 seconds or say nothing."
    )


@dataclass(frozen=True)
class News:
    """What is to be told now, and whether it is worth the bell."""

    sentences: tuple[str, ...] = ()
    rings: bool = False


class Narrator:
    """Remembers what was told."""

    def __init__(self) -> None:
        self.rhythm = Rhythm()
        self._generation = -1
        self._entry = 0
        self._place: tuple[int, int] = (0, 0)
        self._epoch = 0
        self._told = 0.0
        self._finding = ""
        self._run = ""

    def training_begins(self, now: float) -> None:
        """Let the rhythm begin at this time."""
        self._told = now

    def news(self, snapshot: Snapshot, generation: int, now: float) -> News:
        """Give what is to be told of a snapshot.

        Args:
            snapshot: the newest.
            generation: which trainer it is of.
            now: seconds that only grow.
        """
        if generation != self._generation:
            self._generation = generation
            self._entry, self._place, self._epoch, self._finding = 0, (0, 0), 0, ""
        epochs = self._epochs(snapshot, now)
        told = [*epochs, *self._entries(snapshot)]
        rest, ended = self._rest(snapshot)
        finding, ill = self._diagnosis(snapshot)
        return News((*told, *rest, *finding), ended or ill)

    def _epochs(self, snapshot: Snapshot, now: float) -> list[str]:
        """Tell of epochs by the rhythm."""
        curves, status = snapshot.curves, snapshot.status
        last = int(curves.epochs[-1]) if len(curves.epochs) else 0
        if last < self._epoch:  # reset, or gone back
            self._epoch = last
        fresh: list[int] = np.flatnonzero(curves.epochs > self._epoch).tolist()
        resting = status.phase != "training" or last == status.epochs
        if resting:  # of the last one the end tells
            fresh = [at for at in fresh if curves.epochs[at] != last]
        if resting or self.rhythm.epochs:
            self._epoch = last
            return self._every(fresh, snapshot)
        if not self.rhythm.seconds or now - self._told < self.rhythm.seconds:
            return []
        self._told = now
        if last > self._epoch:
            self._epoch = last
            return [epoch_sentence(curves, len(curves.epochs) - 1, status.epochs)]
        return [f"{place_words(status)}."]

    def _every(self, fresh: list[int], snapshot: Snapshot) -> list[str]:
        every, curves = self.rhythm.epochs, snapshot.curves
        if not every or snapshot.moves:
            return []
        return [
            epoch_sentence(curves, at, snapshot.status.epochs)
            for at in fresh
            if int(curves.epochs[at]) % every == 0
        ]

    def _entries(self, snapshot: Snapshot) -> list[str]:
        """Tell what the log says, but for epochs, the end and the diagnosis, which are told otherwise."""
        fresh = [entry for entry in snapshot.log if entry.number > self._entry]
        if fresh:
            self._entry = fresh[-1].number
        return [
            _sentence(entry)
            for entry in fresh
            if entry.kind not in ("epoch", "end") and not entry.text.startswith(ELSEWHERE)
        ]

    def _rest(self, snapshot: Snapshot) -> tuple[list[str], bool]:
        """Tell where the training has come to rest, with its result."""
        status = snapshot.status
        place = status.epoch, status.batch
        if status.phase == "training" or place == self._place:
            return [], False
        self._place = place
        if status.phase not in ("paused", "finished", "failed") or place == (0, 0):
            return [], False
        result = result_words(snapshot.curves)
        told = []
        if status.phase == "finished":
            ends = [entry.text for entry in snapshot.log if entry.kind == "end"]
            told.append(f"{ends[-1] if ends else f'At epoch {status.epoch}.'} {result}".strip())
        else:
            where = "Stopped" if status.phase == "failed" else "Paused"
            told.append(f"{where} at {place_words(status)}. {result}".strip())
        run = snapshot.run
        if run is not None and not snapshot.trouble and run.id != self._run:
            self._run = run.id
            told.append(f"Saved as run {run.id}.")
        return told, status.phase != "paused" or bool(status.stopped)

    def _diagnosis(self, snapshot: Snapshot) -> tuple[list[str], bool]:
        """Tell another finding than the last one."""
        found = snapshot.diagnosis
        if found is None or not snapshot.curves.values:
            self._finding = "" if found is None else self._finding
            return [], False
        headline = found.headline
        if headline.name in (*SILENT, self._finding):
            return [], False
        self._finding = headline.name
        return [finding_sentence(headline)], headline.ill


def _sentence(entry: LogEntry) -> str:
    """Write an entry of the log for the ear: names of settings without their underscores."""
    text = entry.text.replace("_", " ") if entry.kind == "change" else entry.text
    return text[:1].upper() + text[1:]
