"""What a condition may look at: the experiment at one moment, and what was done since a task began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nn_tui.experiment.snapshot import LogEntry, Snapshot
from nn_tui.experiment.spec import Spec


@dataclass(frozen=True, eq=False)
class Moment:
    """The state of the workbench at one moment; no widget is seen from here.

    Args:
        spec: the experiment as it is built.
        snapshot: what the trainer has published; None before there is one.
        insight: the name of the insight that is shown, empty where none is in sight.
        options: where the controls of that insight stand, by the option's name, from 0.
        chosen: the same in words, as the screen says it.
        screen: the name of what lies over the workbench: `data`, `runs`; empty where nothing does.
    """

    spec: Spec
    snapshot: Snapshot | None = None
    insight: str = ""
    options: Mapping[str, int] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    screen: str = ""


class Attempt:
    """A task from the moment when its page was reached: what has been done since.

    Args:
        began: that moment.
    """

    def __init__(self, began: Moment) -> None:
        self.began = began
        self.epochs = 0
        """Epochs trained since, of all runs together."""
        self.batches = 0
        """Batches trained since."""
        self.runs = 0
        """Trainings begun at the start since."""
        self.resets = 0
        self.diverged = False
        self.marks: list[str] = []
        """What was marked on the curves since, as changes while it trained are."""
        self.insights: set[str] = set()
        """Insights that came in sight since."""
        self.screens: set[str] = set()
        """What lay over the workbench since."""
        self.rates: set[float] = set()
        """Learning rates that epochs were trained with since."""
        self.options: dict[tuple[str, str], int] = {}
        """Where the controls of each insight stood when they were first known."""
        self._see_options(began)
        self._last = began
        self._fresh = began.snapshot is None or _position(began.snapshot) == (0, 0)

    def see(self, now: Moment) -> None:
        """Take notice of what has been done since the last moment."""
        if now.insight and now.insight != self._last.insight:
            self.insights.add(now.insight)
        self._see_options(now)
        if now.screen:
            self.screens.add(now.screen)
        before, after = self._last.snapshot, now.snapshot
        if after is not None and after is not before:
            new = _entries_since(before, after)
            self._count(before, after, new)
            self._hear(before, after, new)
        self._last = now

    def _see_options(self, now: Moment) -> None:
        """Note where controls stand that were not known before."""
        for name, at in now.options.items():
            self.options.setdefault((now.insight, name), at)

    def _count(self, before: Snapshot | None, after: Snapshot, new: list[LogEntry]) -> None:
        """Count what was trained; a run may have begun and ended since the last moment."""
        was = (0, 0) if before is None else _position(before)
        now = _position(after)
        anew = now < was or _is_anothers(before, after) or any(entry.kind == "reset" for entry in new)
        self._fresh = self._fresh or anew
        since = (0, 0) if anew else was
        batches = after.status.batches
        trained = (now[0] - since[0]) * batches + now[1] - since[1]
        if trained > 0:
            self.epochs += max(0, now[0] - since[0])
            self.batches += trained
            self.runs += self._fresh
            self._fresh = False
            self.rates.add(after.status.learning_rate)

    def _hear(self, before: Snapshot | None, after: Snapshot, new: list[LogEntry]) -> None:
        """Know what was told in the log and marked on the curves."""
        self.resets += sum(entry.kind == "reset" for entry in new)
        self.diverged = self.diverged or any(entry.kind == "diverged" for entry in new)
        marks = [] if before is None else [(mark.epoch, mark.text) for mark in before.curves.marks]
        same = [(mark.epoch, mark.text) for mark in after.curves.marks[: len(marks)]] == marks
        known = len(marks) if same else 0
        self.marks += [mark.text for mark in after.curves.marks[known:]]


def _position(snapshot: Snapshot) -> tuple[int, int]:
    return snapshot.status.epoch, snapshot.status.batch


def _entries_since(before: Snapshot | None, after: Snapshot) -> list[LogEntry]:
    """Give what was written down since, all of it where another trainer writes."""
    heard = 0 if _is_anothers(before, after) else _last_entry(before)
    return [entry for entry in after.log if entry.number > heard]


def _is_anothers(before: Snapshot | None, after: Snapshot) -> bool:
    """Whether the log is not the one that was read before: it is shorter, or says something else there."""
    if before is None or not before.log:
        return False
    last = before.log[-1]
    again = [entry for entry in after.log if entry.number == last.number]
    return _last_entry(after) < last.number or any(
        (entry.epoch, entry.text) != (last.epoch, last.text) for entry in again
    )


def _last_entry(snapshot: Snapshot | None) -> int:
    return snapshot.log[-1].number if snapshot is not None and snapshot.log else 0
