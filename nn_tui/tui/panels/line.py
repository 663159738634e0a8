"""One line of text that costs nothing while it stays the same."""

from __future__ import annotations

from textual.content import Content

from nn_tui.tui.content import assembled, words
from nn_tui.tui.panels.links import QuietLinks


class Line(QuietLinks):
    """A line that is drawn by `compose_line` and refreshed only when it differs.

    Posts: nothing; a link in it runs its action.
    """

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; }
    """

    _drawn: Content | None = None

    def compose_line(self, width: int) -> Content:
        """Write the line for a width."""
        raise NotImplementedError

    def renew(self) -> None:
        """Write the line anew; refresh where it differs."""
        if not self.is_attached or not self.size.width:
            return
        content = self.compose_line(self.size.width)
        if self._drawn is None or not content.is_same(self._drawn):
            self._drawn = content
            self.refresh()

    def on_resize(self) -> None:
        """Write for the new width."""
        self.renew()

    def render(self) -> Content:
        """Give the line that was written."""
        return self._drawn if self._drawn is not None else words("")


def both_ends(left: Content, right: Content, width: int) -> Content:
    """Put one text at the left end of a line and another at the right; the left one is cut if need be."""
    room = width - right.cell_length
    if room < 8:
        return left.truncate(width, ellipsis=False)
    if left.cell_length >= room:
        left = left.truncate(room - 1, ellipsis=False)
    return assembled(left, " " * (room - left.cell_length), right)
