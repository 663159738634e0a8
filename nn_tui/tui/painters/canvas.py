"""A grid of characters with a colour each, and its strips."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from nn_tui.tui.painters.look import RGB, Look, style

Cell = tuple[str, RGB | None, RGB | None]
"""A character, its colour and the colour behind it; None is the widget's own."""

EMPTY: Cell = (" ", None, None)


class Canvas:
    """Cells that a painter fills; what lies outside is left out."""

    def __init__(self, width: int, height: int, look: Look) -> None:
        self.width, self.height, self.look = width, height, look
        self.cells: list[list[Cell]] = [[EMPTY] * width for _ in range(height)]

    def put(self, x: int, y: int, text: str, colour: RGB | None = None, ground: RGB | None = None) -> None:
        """Write text from a cell to the right."""
        if not 0 <= y < self.height:
            return
        for offset, letter in enumerate(text):
            if 0 <= x + offset < self.width:
                self.cells[y][x + offset] = (letter, colour, ground)

    def centre(self, x: int, y: int, text: str, colour: RGB | None = None) -> None:
        """Write text with its middle at a cell, moved so that it is not cut off."""
        left = max(0, min(x - len(text) // 2, self.width - len(text)))
        self.put(left, y, text, colour)

    def strips(self) -> list[Strip]:
        """Give the lines; neighbouring cells of one style are one segment."""
        return [self._strip(row) for row in self.cells]

    def _strip(self, row: list[Cell]) -> Strip:
        segments: list[Segment] = []
        text, current = "", None
        for letter, colour, ground in row:
            wanted = self._style(colour, ground)
            if wanted is not current and text:
                segments.append(Segment(text, current))
                text = ""
            current = wanted
            text += letter
        if text:
            segments.append(Segment(text, current))
        return Strip(segments, self.width)

    def _style(self, colour: RGB | None, ground: RGB | None) -> Style | None:
        if not self.look.colour or (colour is None and ground is None):
            return None
        return style(colour, ground)


def fit_text(text: str, width: int, *, ascii_only: bool = False) -> str:
    """Shorten text to a width, with dots where it was cut."""
    if len(text) <= width:
        return text
    dots = "." if ascii_only else "…"
    return text[: max(0, width - 1)] + dots if width > 0 else ""


def caption_lines(text: str, width: int, height: int, look: Look) -> list[str]:
    """Break a caption into the lines it may have: none, one or two, by the height there is."""
    room = 0 if height < 6 else (1 if height < 12 else 2)
    lines = wrapped(text, max(1, width - 2))
    if len(lines) > room and room:
        lines = [
            *lines[: room - 1],
            fit_text(" ".join(lines[room - 1 :]), width - 2, ascii_only=look.ascii),
        ]
    return lines[:room]


def draw_caption(canvas: Canvas, lines: list[str]) -> None:
    """Write a caption into the last lines."""
    for row, line in enumerate(lines):
        canvas.centre(canvas.width // 2, canvas.height - len(lines) + row, line, canvas.look.text)


def wrapped(text: str, width: int) -> list[str]:
    """Break text into lines at its spaces."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line else lines
