"""The lessons of the course, what is done of each; one is opened, or the present one is left."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.getters import query_one
from textual.style import Style
from textual.widgets.option_list import Option

from nn_tui.lessons.language import next_language
from nn_tui.lessons.listing import Entry, entries, next_lesson
from nn_tui.lessons.progress import Progress, read_progress
from nn_tui.lessons.shelf import words
from nn_tui.lessons.wrapping import cells
from nn_tui.tui.content import OptionList, assembled, entitle, option
from nn_tui.tui.panels.lesson_lines import task_mark
from nn_tui.tui.panels.links import Hint, link
from nn_tui.tui.screens.leaving import Dialog

LEAVE = "leave"
"""What is given instead of a lesson's name when the present one is left."""
WIDTH, FRAME = 72, 7
"""Cells of the dialog at most, and those of them that its border, margins and scroll bar take."""
BESIDE = 19
"""Cells of a line beside the title: its number, the minutes, how much of it is done."""


class LessonsScreen(Dialog[tuple[str, str] | None]):
    """The list of lessons; gives the name of the chosen one and the language, or None.

    Args:
        language: of the titles.
        now: the name of the lesson that is open; empty for none.
    """

    CSS_PATH = "lessons.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,N", "close", "Close", show=False),
        Binding("x", "leave_lesson", "Leave the lesson", show=False),
        Binding("Z", "change_language", "Language", show=False),
        Binding("j", "select(1)", "Down", show=False),
        Binding("k", "select(-1)", "Up", show=False),
    ]

    options = query_one(OptionList)
    dialog = query_one(".dialog", Vertical)
    keys = query_one(Hint)

    def __init__(self, language: str, now: str = "") -> None:
        super().__init__()
        self.language = language
        self.now = now
        self._progress: Progress = read_progress()

    def compose(self) -> ComposeResult:
        """Lay the list over its keys."""
        with Vertical(classes="dialog"):
            yield OptionList()
            yield Hint("")

    def on_mount(self) -> None:
        """List them; the next one to do is selected."""
        self._list(self.now or next_lesson(self._progress))
        self.options.focus()

    def _list(self, chosen: str) -> None:
        said = words(self.language)
        entitle(self.dialog, said["lessons"])
        listed = entries(self.language, self._progress)
        widest = max((cells(entry.title) for entry in listed), default=0)
        ascii_only = getattr(self.app, "ascii_only", False)
        # Where the minutes do not fit behind the longest title, they are left out rather than broken.
        minutes = said["minutes"] if widest + BESIDE <= self._room else ""
        self.options.clear_options()
        self.options.add_options([_option(entry, minutes, widest, ascii_only) for entry in listed])
        self.options.highlighted = next((at for at, entry in enumerate(listed) if entry.name == chosen), 0)
        parts: list[str | tuple[str, Style]] = [link(f"enter {said['open']}", "screen.open"), "   "]
        if self.now:
            parts += [link(f"x {said['leave']}", "screen.leave_lesson"), "   "]
        parts += [
            link(f"Z {said['other_language']}", "screen.change_language"),
            "   ",
            link(f"esc {said['close']}", "screen.close"),
        ]
        self.keys.update(assembled(*parts))

    @property
    def _room(self) -> int:
        """Give the cells of a line of the list."""
        return min(WIDTH, self.app.size.width * 98 // 100) - FRAME

    def on_resize(self) -> None:
        """Leave the minutes out, or show them again; what is selected stays in sight."""
        option = self.options.highlighted_option
        self._list("" if option is None else str(option.id))
        self.call_after_refresh(self.options.scroll_to_highlight)

    @on(OptionList.OptionSelected)
    def open_chosen(self, event: OptionList.OptionSelected) -> None:
        """Give the chosen lesson."""
        self.dismiss((str(event.option_id), self.language))

    def action_open(self) -> None:
        """Open the selected lesson."""
        option = self.options.highlighted_option
        if option is not None:
            self.dismiss((str(option.id), self.language))

    def action_select(self, by: int) -> None:
        """Go up or down the list."""
        count = self.options.option_count
        if count:
            self.options.highlighted = min(max(0, (self.options.highlighted or 0) + by), count - 1)

    def action_change_language(self) -> None:
        """Write the titles in the next language."""
        option = self.options.highlighted_option
        self.language = next_language(self.language)
        self._list("" if option is None else str(option.id))

    def action_leave_lesson(self) -> None:
        """Leave the present lesson; what was on the bench before comes back."""
        if self.now:
            self.dismiss((LEAVE, self.language))

    def action_close(self) -> None:
        """Open nothing."""
        self.dismiss(("", self.language))


def _option(entry: Entry, minutes: str, widest: int, ascii_only: bool) -> Option:
    mark = task_mark(entry.finished, ascii_only) if entry.finished or entry.done else " "
    shown = mark if entry.finished else f"{entry.done}/{entry.tasks}" if entry.done else ""
    title = entry.title + " " * (widest - cells(entry.title))
    line = assembled(
        (f"{entry.number:>2} ", "$muted"),
        (title, "bold" if not entry.finished else ""),
        (f"   {minutes.format(entry.minutes):>7}" if minutes else "", "$muted"),
        "  ",
        (f"{shown:<4}", "$good bold"),
    )
    return option(line, id=entry.name)
