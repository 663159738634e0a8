"""What happened, in Keras's words, line by line."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from nn_tui.experiment.snapshot import LogEntry, Snapshot

SIGNS = {"change": "~ ", "reset": "~ ", "diverged": "! "}
"""What stands before a line, so that its kind is seen without colour."""

INDENT = "    "


class LogPanel(ScrollView, can_focus=True):
    """The lines of the run, the newest last; it stays where one has scrolled to.

    Reads: the snapshot's log.
    Keys: up, down, page up, page down, home and end scroll.
    """

    JUMP = "l"
    BORDER_TITLE = "Log"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "scroll_up", show=False),
        Binding("j", "scroll_down", show=False),
    ]

    snapshot: reactive[Snapshot | None] = reactive(None, init=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # Textual's name
        super().__init__(id=id, classes=classes)
        self._lines: list[tuple[str, str]] = []

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        """Show the lines that came since."""
        if now is not None and (before is None or before.log is not now.log) and not _same(before, now):
            self.renew()

    def on_resize(self, event: events.Resize) -> None:
        """Fold the lines for the new width."""
        self.renew()

    def renew(self) -> None:
        """Fold the lines to the width; follow the end unless one has scrolled away from it."""
        width = self.scrollable_content_region.width
        if self.snapshot is None or width <= 0:
            return
        following = self.scroll_y >= self.max_scroll_y
        self._lines = [line for entry in self.snapshot.log for line in folded(entry, width)]
        self.virtual_size = Size(width, len(self._lines))
        if following:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True, immediate=True)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Give a line of those in sight."""
        width = self.scrollable_content_region.width
        at = self.scroll_offset.y + y
        if at >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        text, kind = self._lines[at]
        style = self.rich_style + Style(
            bold=kind == "diverged" or None, italic=kind not in ("epoch", "diverged") or None
        )
        return Strip([Segment(text.ljust(width), style)], width)


def folded(entry: LogEntry, width: int) -> list[tuple[str, str]]:
    """Fold an entry into lines of a width, between two quantities where it can be; with its kind."""
    lines: list[tuple[str, str]] = []
    left = f" {SIGNS.get(entry.kind, '')}{entry.text}"
    while len(left) > width:
        at = left.rfind(" - ", 12, width)
        at = at if at > 0 else left.rfind(" ", len(INDENT) + 1, width)
        at = at if at > 0 else width
        lines.append((left[:at], entry.kind))
        left = INDENT + left[at:].lstrip()
    lines.append((left, entry.kind))
    return lines


def _same(before: Snapshot | None, now: Snapshot) -> bool:
    """Whether two logs end in the same entry: the worker may publish an equal log anew."""
    if before is None or len(before.log) != len(now.log):
        return False
    return not now.log or before.log[-1] is now.log[-1]
