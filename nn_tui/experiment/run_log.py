"""`RunLog`: what happened in a run, sentence by sentence, the last few hundred of them."""

from __future__ import annotations

from nn_tui.experiment.snapshot import LogEntry

LENGTH = 500
"""Entries kept for the screen; a run of a million epochs must not fill the memory."""


class RunLog:
    """Entries numbered without gaps from 1, of which the last are kept."""

    def __init__(self) -> None:
        self._entries: list[LogEntry] = []
        self._count = 0
        self._view: tuple[LogEntry, ...] | None = None

    def add(self, epoch: int, kind: str, text: str) -> None:
        """Write something down."""
        self._count += 1
        self._entries.append(LogEntry(self._count, epoch, kind, text))  # type: ignore[arg-type]  # a kind of LogEntry's
        if len(self._entries) > 2 * LENGTH:
            del self._entries[:-LENGTH]
        self._view = None

    def view(self) -> tuple[LogEntry, ...]:
        """Give the last entries; the same object while nothing was added."""
        if self._view is None:
            self._view = tuple(self._entries[-LENGTH:])
        return self._view
