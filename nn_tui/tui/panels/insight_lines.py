"""The lines over an insight's picture: the tabs of all, and what can be turned of the shown one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive, var

from nn_tui.tui.content import assembled, stacked, words
from nn_tui.tui.panels.line import Line
from nn_tui.tui.panels.links import QuietLinks, linked

if TYPE_CHECKING:
    from nn_tui.insight.pictures import Control

NUMBERED = 9
"""Insights that a digit shows."""


class InsightTabs(Line):
    """The names of the insights with their numbers: the shown one and those around it."""

    DEFAULT_CSS = """
    InsightTabs { padding: 0 1; }
    """

    names: var[tuple[str, ...]] = var((), init=False)
    shown: var[str] = var("", init=False)

    def watch_names(self) -> None:
        """Write the tabs of other insights."""
        self.renew()

    def watch_shown(self) -> None:
        """Show another tab as chosen."""
        self.renew()

    def on_resize(self) -> None:
        """Write for the new width."""
        self.renew()

    def compose_line(self, width: int) -> Content:
        """Write the tabs around the shown one; what stands outside is behind an arrow."""
        width = self.content_size.width
        if not self.names:
            return words("")
        ascii_only = getattr(self.app, "ascii_only", False)
        back, on = ("<", ">") if ascii_only else ("‹", "›")
        at = self.names.index(self.shown) if self.shown in self.names else 0
        tabs = [self._tab(number, name) for number, name in enumerate(self.names)]
        first, last = _window([tab.cell_length for tab in tabs], at, width - 4)
        line = words("").join(tabs[first : last + 1])
        before, after = words(""), words("")
        if first > 0:
            before = linked(words(f"{back} ", "$muted"), f"screen.show_insight({at})")
        if last < len(tabs) - 1:
            after = linked(words(f" {on}", "$muted"), f"screen.show_insight({at + 2})")
        return assembled(before, line, after)

    def _tab(self, number: int, name: str) -> Content:
        text = f"{number + 1} {title(name)}" if number < NUMBERED else title(name)
        chosen = name == self.shown
        text = f"[{text}]" if chosen else f" {text} "
        content = words(text, "bold" if chosen else "$muted")
        return linked(content, f"screen.show_insight({number + 1})")


def _window(widths: list[int], at: int, room: int) -> tuple[int, int]:
    """Give the first and the last of the tabs that are shown: growing from the shown one to both sides."""
    first = last = at
    used = widths[at]
    while True:
        grown = False
        if last + 1 < len(widths) and used + widths[last + 1] <= room:
            last += 1
            used += widths[last]
            grown = True
        if first > 0 and used + widths[first - 1] <= room:
            first -= 1
            used += widths[first]
            grown = True
        if not grown:
            return first, last


FEWEST = 2
"""Lines of controls on a screen that has hardly any."""


class ControlsLine(QuietLinks):
    """What can be turned of the picture: its name, where it stands, an arrow to click on either side.

    The one that left and right turn is in brackets. Where there are few lines, those around it are shown:
    the picture needs the others.
    """

    DEFAULT_CSS = """
    ControlsLine { height: auto; width: 1fr; padding: 0 1; display: none; }
    ControlsLine.-some { display: block; }
    """

    controls: reactive[tuple[Control, ...]] = reactive((), layout=True)
    chosen: reactive[int] = reactive(0)

    def watch_controls(self, before: tuple[Control, ...], now: tuple[Control, ...]) -> None:
        """Take no room where there is nothing to turn."""
        if bool(before) != bool(now):
            self.set_class(bool(now), "-some")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Give the lines that the controls need."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Write the controls; none is broken in the middle."""
        return stacked(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        chosen = 0
        for number, control in enumerate(self.controls, start=1):
            one = self._control(number, control)
            if lines and lines[-1].cell_length + 1 + one.cell_length <= width:
                lines[-1] = assembled(lines[-1], " ", one)
            else:
                lines.append(one)
            chosen = len(lines) - 1 if number == self.chosen else chosen
        if not self.screen.has_class("-flat"):
            return lines
        first = max(0, min(chosen, len(lines) - FEWEST))
        return lines[first : first + FEWEST]

    def _control(self, number: int, control: Control) -> Content:
        ascii_only = getattr(self.app, "ascii_only", False)
        back, on = ("<", ">") if ascii_only else ("‹", "›")
        chosen = number == self.chosen
        return assembled(
            "[" if chosen else " ",
            (control.label, "$muted"),
            " ",
            linked(words(back, "$muted"), f"screen.turn_control({number}, -1)"),
            " ",
            linked(words(control.words, "bold" if chosen else ""), f"screen.turn_control({number}, 1)"),
            " ",
            linked(words(on, "$muted"), f"screen.turn_control({number}, 1)"),
            "]" if chosen else " ",
        )


def title(name: str) -> str:
    """Write an insight's name as its tab says it."""
    return name.replace("_", " ").replace("-", " ").capitalize()
