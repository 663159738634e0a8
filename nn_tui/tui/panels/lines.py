"""The single lines of the workbench: the title above, the keys below, the tabs between."""

from __future__ import annotations

from rich.text import Text
from textual.content import Content
from textual.widgets import Static

from nn_tui.tui.actions import ACTIONS


class TitleLine(Static):
    """Name, stack and parameters on the left, where the training stands on the right."""

    def show(self, left: list[str], right: str) -> None:
        """Show the parts that fit; the rightmost of the left parts go first."""
        width = self.size.width or 80
        parts = list(left)
        while len(parts) > 1 and sum(map(len, parts)) + 3 * len(parts) + len(right) > width - 2:
            parts.pop()
        text = Text(f" {parts[0]}", style="bold")
        for part in parts[1:]:
            text.append(f"   {part}", style="not bold")
        text.append(" " * max(2, width - 1 - len(text) - len(right)))
        text.append(right, style="bold")
        if text != getattr(self, "_shown", None):
            self._shown = text
            self.update(text)


class KeyLine(Static):
    """The keys that matter now, each of which can be clicked; speed and time left on the right."""

    def show(self, right: str, training: bool) -> None:
        """Show the keys that fit and what is on the right."""
        width = self.size.width or 80
        state = (right, training, width)
        if state == getattr(self, "_shown", None):
            return
        self._shown = state
        content, used = Content(" "), 1
        for action in ACTIONS:
            if not action.short:
                continue
            word = "pause" if training and action.name == "train" else action.short
            key = "[ ]" if action.name == "rate_up" else action.key
            needed = len(key) + len(word) + 3
            if used + needed + len(right) > width - 1:
                break
            content = content + Content.from_markup(
                f"[@click=app.{action.name}][b]$key[/b] $word[/]  ", key=key, word=word
            )
            used += needed
        content = content + Content(" " * max(0, width - used - len(right) - 1) + right)
        self.update(content)


class TabLine(Static):
    """Names to choose from, each of which can be clicked; the chosen one is in brackets."""

    def show(self, names: list[tuple[str, str]], chosen: int) -> None:
        """Show (label, action) pairs and which one is chosen."""
        state = (tuple(names), chosen)
        if state == getattr(self, "_shown", None):
            return
        self._shown = state
        content = Content("")
        for index, (label, action) in enumerate(names):
            style = "b reverse" if index == chosen else "dim"
            content = content + Content.from_markup(
                f"[@click={action}][{style}] $label [/{style}][/] ", label=label
            )
        self.update(content)
