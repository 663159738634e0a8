"""What happened, in Keras's words, line by line."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from nn_tui.experiment.snapshot import LogEntry, Snapshot
from nn_tui.text import clean_line
from nn_tui.tui.content import entitle
from nn_tui.tui.frames import LINES, TURNS
from nn_tui.tui.painters.canvas import fitting, padded_text
from nn_tui.tui.panels.focus import Focusable

SIGNS = {"change": "~ ", "reset": "~ ", "diverged": "! "}
"""What stands before a line, so that its kind is seen without colour."""

BEGIN = (
    LogEntry(0, 0, "note", "Press space to train or pause, . for one batch, > for one epoch."),
    LogEntry(
        0,
        0,
        "note",
        "Press N for the lessons of the course, e for examples, o for data or code of your own.",
    ),
    LogEntry(0, 0, "note", "Press ? for all keys, ctrl+p to find anything by its name."),
)
"""What stands in the log while nothing has happened yet."""
INDENT = "    "
EVERYTHING = 1_000_000


class LogPanel(Focusable, Widget, can_focus=True):
    """The lines of the run, the newest last; it stays where one has scrolled to.

    It scrolls by itself: Textual's scrolling lays out the whole screen at every new line, which costs
    a repaint of everything.

    Reads: the snapshot's log.
    Keys: up, down, page up, page down, home and end scroll.
    """

    JUMP = "l"
    BORDER_TITLE = "Log"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_lines(-1)", show=False),
        Binding("down,j", "scroll_lines(1)", show=False),
        Binding("pageup", "scroll_lines(-5)", show=False),
        Binding("pagedown", "scroll_lines(5)", show=False),
        Binding("home", f"scroll_lines(-{EVERYTHING})", show=False),
        Binding("end", f"scroll_lines({EVERYTHING})", show=False),
    ]

    snapshot: var[Snapshot | None] = var(None, init=False)
    frame: var[int] = var(0, init=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # Textual's name
        super().__init__(id=id, classes=classes)
        self._lines: list[tuple[str, str]] = []
        self._entries: tuple[LogEntry, ...] = ()
        self.first: int | None = None
        """The line at the top; None follows the end."""

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        """Show the lines that came since, at rest."""
        if now is not None and now.status.phase != "training":
            self.renew_changed()

    def watch_frame(self, frame: int) -> None:
        """Show the lines that came since, while it trains."""
        if frame % TURNS == LINES:
            self.renew_changed()

    def renew_changed(self) -> None:
        """Show the lines anew where there are others."""
        if self.snapshot is not None and not _same(self._entries, self.snapshot.log):
            self.renew()

    def on_resize(self) -> None:
        """Fold the lines for the new width."""
        self.renew()

    def renew(self) -> None:
        """Fold the lines to the width."""
        width = self.size.width
        if width <= 0:
            return
        self._entries = () if self.snapshot is None else self.snapshot.log
        self._lines = [line for entry in self._entries or BEGIN for line in folded(entry, width)]
        self.refresh(*(Region(0, y, width, 1) for y in range(self.size.height)))

    @property
    def last_first(self) -> int:
        """The line at the top when the last one is at the bottom; how to begin is read from the top."""
        return max(0, len(self._lines) - self.size.height) if self._entries else 0

    def action_scroll_lines(self, by: int) -> None:
        """Scroll some lines; at the end it follows what comes."""
        first = self.last_first if self.first is None else self.first
        first = min(max(0, first + by), self.last_first)
        self.first = None if first == self.last_first else first
        entitle(self, self.BORDER_TITLE, "" if self.first is None else "end: newest")
        self.refresh()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll towards the older lines."""
        self.action_scroll_lines(-2)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll towards the newer lines."""
        self.action_scroll_lines(2)

    def render_line(self, y: int) -> Strip:
        """Give a line of those in sight."""
        width = self.size.width
        at = y + (self.last_first if self.first is None else min(self.first, self.last_first))
        if at >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        text, kind = self._lines[at]
        bold, italic = kind == "diverged" or None, kind not in ("epoch", "diverged") or None
        text = padded_text(text, width)
        return Strip([Segment(text, self.rich_style + Style(bold=bold, italic=italic))], width)


def folded(entry: LogEntry, width: int) -> list[tuple[str, str]]:
    """Fold an entry into lines of a width, between two quantities where it can be; with its kind."""
    lines: list[tuple[str, str]] = []
    left = f" {SIGNS.get(entry.kind, '')}{clean_line(entry.text)}"
    while (room := fitting(left, width)) < len(left):
        at = left.rfind(" - ", 12, room)
        at = at if at > 0 else left.rfind(" ", len(INDENT) + 1, room)
        at = at if at > 0 else room
        lines.append((left[:at], entry.kind))
        left = INDENT + left[at:].lstrip()
        if room <= len(INDENT):
            break
    lines.append((left[: fitting(left, width)], entry.kind))
    return lines


def _same(before: tuple[LogEntry, ...], now: tuple[LogEntry, ...]) -> bool:
    """Whether two logs end in the same entry: the worker publishes an equal log anew."""
    if len(before) != len(now):
        return False
    return not now or before[-1] is now[-1]
