"""The log panel: every epoch in Keras's words, and what else happened."""

from __future__ import annotations

from textual.widgets import RichLog

from nn_tui.experiment.snapshot import LogEntry


class LogPanel(RichLog):
    """What happened, the newest last.

    Reads: the snapshot's log.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(
            max_lines=500, min_width=20, markup=False, highlight=False, wrap=True, id=id, classes=classes
        )
        self._last = 0

    def on_mount(self) -> None:
        """Say what the panel is."""
        self.border_title = "Log"

    def show(self, entries: tuple[LogEntry, ...]) -> None:
        """Add the entries that were not shown yet; a new run's entries start again from 1."""
        if entries and entries[-1].number < self._last:
            self.clear()
            self._last = 0
        fresh = [entry for entry in entries if entry.number > self._last]
        for entry in fresh:
            self.write(entry.text)
        if fresh:
            self._last = fresh[-1].number

    def restart(self) -> None:
        """Forget what was shown: another run begins."""
        self.clear()
        self._last = 0
