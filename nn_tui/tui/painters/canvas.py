"""A grid of characters with a colour each, and its strips."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from nn_tui.insight.colour_words import in_marks
from nn_tui.text import JOINER, without_orders
from nn_tui.tui.painters.look import RGB, Look, style

Cell = tuple[str, RGB | None, RGB | None]
"""A character, its colour and the colour behind it; None is the widget's own."""

EMPTY: Cell = (" ", None, None)


@dataclass(frozen=True)
class Spot:
    """A part of a picture that turns its controls when it is clicked."""

    region: Region
    options: tuple[tuple[str, int], ...]
    """Where each control goes, by its option."""


class Canvas:
    """Cells that a painter fills; what lies outside is left out."""

    def __init__(self, width: int, height: int, look: Look) -> None:
        self.width, self.height, self.look = width, height, look
        self.cells: list[list[Cell]] = [[EMPTY] * width for _ in range(height)]
        self._bold: set[tuple[int, int]] = set()

    def put(
        self,
        x: int,
        y: int,
        text: str,
        colour: RGB | None = None,
        ground: RGB | None = None,
        *,
        bold: bool = False,
    ) -> None:
        """Write text from a cell to the right; a letter that is two cells wide takes two."""
        if not 0 <= y < self.height:
            return
        at = x
        for letter, wide in letters(without_orders(text)):
            if at >= 0 and at + wide <= self.width and wide:
                self.cells[y][at] = (letter, colour, ground)
                if wide == 2:
                    self.cells[y][at + 1] = ("", colour, ground)
                if bold:
                    self._bold.add((at, y))
            at += wide

    def centre(self, x: int, y: int, text: str, colour: RGB | None = None) -> None:
        """Write text with its middle at a cell, moved so that it is not cut off."""
        length = cell_len(text)
        left = max(0, min(x - length // 2, self.width - length))
        self.put(left, y, text, colour)

    def strips(self) -> list[Strip]:
        """Give the lines; neighbouring cells of one style are one segment."""
        return [self._strip(y, row) for y, row in enumerate(self.cells)]

    def _strip(self, y: int, row: list[Cell]) -> Strip:
        segments: list[Segment] = []
        text, current = "", None
        bold = {x for x, line in self._bold if line == y} if self._bold else self._bold
        for x, (letter, colour, ground) in enumerate(row):
            wanted = self._style(colour, ground, x in bold) if bold else self._style(colour, ground)
            if wanted is not current and text:
                segments.append(Segment(text, current))
                text = ""
            current = wanted
            text += letter
        if text:
            segments.append(Segment(text, current))
        return Strip(segments, self.width)

    def _style(self, colour: RGB | None, ground: RGB | None, bold: bool = False) -> Style | None:
        if not self.look.colour:
            return style(None, None, True) if bold else None
        if colour is None and ground is None and not bold:
            return None
        return style(colour, ground, bold)


def letters(text: str) -> Iterator[tuple[str, int]]:
    """Cut text into what stands in cells: a letter with its accents, joined emoji; each with its width."""
    if text.isascii():
        yield from ((letter, 1) for letter in text)
        return
    start = 0
    for at in range(1, len(text) + 1):
        if at < len(text) and (JOINER in text[at - 1 : at + 1] or not cell_len(text[at])):
            continue
        yield text[start:at], cell_len(text[start:at])
        start = at


def fitting(text: str, width: int) -> int:
    """Return how many characters of a text find room in a width of cells."""
    if text.isascii():
        return max(0, min(len(text), width))
    used = count = 0
    for letter, wide in letters(text):
        if (used := used + wide) > width:
            break
        count += len(letter)
    return count


def fit_text(text: str, width: int, *, ascii_only: bool = False) -> str:
    """Shorten text to a width in cells, with dots where it was cut."""
    if fitting(text, width) == len(text):
        return text
    return "" if width <= 0 else text[: fitting(text, width - 1)] + ("." if ascii_only else "…")


def padded_text(text: str, width: int, *, right: bool = False, ascii_only: bool = False) -> str:
    """Bring text to a width in cells: cut with dots, or filled up with spaces."""
    text = fit_text(text, width, ascii_only=ascii_only)
    space = " " * (width - cell_len(text))
    return space + text if right else text + space


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
CAPTION_HEIGHTS = (6, 12, 20)
"""From how many lines of a picture on its caption may have one, two, three."""


def caption_lines(text: str, width: int, height: int, look: Look, *, shaded: bool = False) -> list[str]:
    """Break a caption into the lines it may have: none to three, by the height there is.

    Args:
        text: the caption; what it says of colours is said of marks where there are none.
        width: cells of the picture.
        height: its lines.
        look: what the terminal can show.
        shaded: whether shades are drawn, as letters where colours cannot say them. Default no.
    """
    if not (look.shades if shaded else look.colour):
        text = in_marks(text)
    room = sum(height >= least for least in CAPTION_HEIGHTS)
    lines = wrapped(text, max(1, width - 2))
    if room == len(CAPTION_HEIGHTS):
        # Numbers change their length while it trains: the picture over them keeps its height.
        longest = wrapped(_NUMBER.sub(lambda found: found[0].ljust(6, "0"), text), max(1, width - 2))
        lines += [""] * (min(len(longest), room) - len(lines))
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
        if line and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line else lines
