"""The panels as tabs, where they do not fit beside each other."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import var

from nn_tui.tui.content import words
from nn_tui.tui.panels.line import Line
from nn_tui.tui.panels.links import linked

PARTS = ("build", "charts", "insight", "log")


class PartTabs(Line):
    """The four panels as tabs, where they do not fit beside each other."""

    shown: var[str] = var("build", init=False)
    parts: var[tuple[str, ...]] = var(PARTS, init=False)

    def watch_shown(self) -> None:
        """Show another tab as chosen."""
        self.renew()

    def watch_parts(self) -> None:
        """Show other tabs."""
        self.renew()

    def compose_line(self, width: int) -> Content:
        """Write each tab; the chosen one is bold and in brackets."""
        parts = []
        for name in self.parts:
            chosen = name == self.shown
            text = f"[{name.capitalize()}]" if chosen else f" {name.capitalize()} "
            content = words(text, "bold" if chosen else "$muted")
            parts.append(linked(content, f"screen.go_{name}"))
        return words(" ") + words(" ").join(parts)
