"""Words that can be clicked and look like words: their colour is their own, a hover shows them."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from rich.style import Style as RichStyle
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from nn_tui.tui.content import Static, assembled, stacked, words


class QuietLinks(Widget):
    """A widget whose links keep the colour they were written in."""

    DEFAULT_CSS = """
    QuietLinks { link-style-hover: none; link-color-hover: $foreground; link-background-hover: $chosen; }
    """

    @property
    def link_style(self) -> RichStyle:
        """Change nothing: Textual would underline links and give all of them one colour."""
        return RichStyle.null()


class Hint(QuietLinks, Static):
    """A quiet line at the bottom of a dialog, with links in it."""

    DEFAULT_CSS = """
    Hint { color: $muted; height: auto; margin: 1 0 0 0; }
    """


class KeyHint(Hint):
    """The keys of a screen, each a link, as many on a line as fit; a key stays with its word.

    Where the style leaves too few lines for all, the last ones are left out; the way out never is.

    Args:
        keys: pairs of a key with its word, and the screen's action that it is; empty for a key that only
            the keyboard has.
        gap: cells between two of them. Default 3.
    """

    def __init__(self, keys: Sequence[tuple[str, str]] = (), gap: int = 3) -> None:
        self._keys, self._gap = tuple(keys), gap
        self._lines = words("")
        super().__init__("")

    def offer(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show other keys."""
        self._keys = tuple(keys)
        self._lay()

    def on_mount(self) -> None:
        """Lay them out as if there were room for all."""
        self._lay()

    def on_resize(self) -> None:
        """Lay them out for the width."""
        self._lay()

    def _lay(self) -> None:
        keys = list(self._keys)
        lines = self._lines_of(keys)
        while len(lines) > self._room and len(keys) > 1:
            last = max(at for at, (told, _) in enumerate(keys) if not told.startswith("esc"))
            keys.pop(last)
            lines = self._lines_of(keys)
        laid = stacked(lines)
        if not laid.is_same(self._lines):
            self._lines = laid
            self.update(laid)

    def _lines_of(self, keys: Sequence[tuple[str, str]]) -> list[Content]:
        width = self.size.width or 10_000
        lines: list[Content] = []
        for told, action in keys:
            key = linked(words(told), f"screen.{action}") if action else words(told)
            if lines and lines[-1].cell_length + self._gap + key.cell_length <= width:
                lines[-1] = assembled(lines[-1], " " * self._gap, key)
            else:
                lines.append(key)
        return lines

    @property
    def _room(self) -> float:
        """Give the lines that the style allows."""
        for limit in (self.styles.height, self.styles.max_height):
            if limit is not None and limit.is_cells:
                return limit.value
        return inf


def link(text: str, action: str) -> tuple[str, Style]:
    """Give a text that runs an action when it is clicked."""
    return text, Style.from_meta({"@click": action})


def linked(content: Content, action: str) -> Content:
    """Make a whole text run an action when it is clicked."""
    return content.stylize(Style.from_meta({"@click": action}))
