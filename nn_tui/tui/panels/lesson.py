"""The page of a lesson beside the workbench; its task in a line; the keys that "show me" presses."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.reactive import var

from nn_tui.tui.actions import action_for_key
from nn_tui.tui.content import Static, assembled, entitle, stacked, words
from nn_tui.tui.panels.focus import Focusable
from nn_tui.tui.panels.line import Line, both_ends
from nn_tui.tui.panels.links import linked

if TYPE_CHECKING:
    from nn_tui.lessons.sitting import View
    from nn_tui.tui.panels.lesson_lines import Line as Written

LOOKS = {
    "": "",
    "title": "bold",
    "code": "$accent",
    "strong": "bold",
    "stress": "italic",
    "muted": "$muted",
    "done": "$good bold",
    "todo": "$accent bold",
}
"""How the parts of a page look; nothing is told by colour alone."""
KEPT = 8
"""Keys of "show me" that stay in sight."""


class LessonPanel(Focusable, Vertical, can_focus=True):
    """A page of the lesson, and the keys that turn it.

    Reads: the lesson's view.
    Keys: up, down, page up and page down scroll.
    """

    JUMP = "n"
    DEFAULT_CSS = """
    LessonPanel VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    LessonPanel Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_page(-1)", show=False),
        Binding("down,j", "scroll_page(1)", show=False),
        Binding("pageup", "scroll_page(-10)", show=False),
        Binding("pagedown", "scroll_page(10)", show=False),
    ]

    lesson: var[View | None] = var(None, init=False)

    scroll = query_one(VerticalScroll)
    text = query_one("#page", Static)

    def compose(self) -> ComposeResult:
        """Lay the page over its keys."""
        with VerticalScroll(can_focus=False):
            yield Static("", id="page")
        yield LessonKeys().data_bind(LessonPanel.lesson)

    def watch_lesson(self, before: View | None, now: View | None) -> None:
        """Show another page, or what has changed on it."""
        self.renew()
        if before is None or now is None or before.at != now.at:
            self.scroll.scroll_home(animate=False)
        elif now.answered and not before.answered:
            self.scroll.scroll_end(animate=False)

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.call_after_refresh(self.renew)

    def renew(self) -> None:
        """Write the page for the width there is."""
        view = self.lesson
        if view is None or not self.is_mounted:
            return
        from nn_tui.tui.panels.lesson_lines import page_lines

        said = view.said
        page = said["page"].format(view.at + 1, len(view.lesson.pages))
        entitle(self, f"{view.lesson.outline.number} {view.lesson.title}", page)
        width = max(10, self.scroll.size.width - 2)
        ascii_only = getattr(self.app, "ascii_only", False)
        lines = page_lines(view, said, width, ascii_only=ascii_only)
        self.text.update(stacked(map(_drawn, lines)))

    def action_scroll_page(self, by: int) -> None:
        """Scroll some lines."""
        self.scroll.scroll_relative(y=by, animate=False)


class LessonKeys(Line):
    """What can be done on the page, each word a link.

    Reads: the lesson's view.
    """

    lesson: var[View | None] = var(None, init=False)

    def watch_lesson(self) -> None:
        """Show what can be done now."""
        self.renew()

    def compose_line(self, width: int) -> Content:
        """Write the keys that matter here."""
        view = self.lesson
        if view is None:
            return words("")
        said = view.said
        asked = bool(view.page.answer) and not view.answered
        keys = [("n", said["reveal"] if asked else said["next"], "app.next_page")]
        if view.at:
            keys.append(("p", said["back"], "app.previous_page"))
        if view.page.task and not view.task_done:
            keys += [("H", said["hint"].lower(), "app.hint"), ("S", said["show_me"], "app.show_me")]
        keys += [
            ("N", said["list"], "app.show_lessons"),
            ("Z", said["other_language"], "app.change_language"),
        ]
        line = words("")
        for key, word, action in keys:
            part = linked(assembled((key, "bold"), (f" {word}", "$muted")), action)
            if line.cell_length + part.cell_length + 3 <= width:
                line += words("  " if line else " ") + part
        return line


class TaskLine(Line):
    """What is to be done now, in a line, where the page is out of sight.

    Reads: the lesson's view.
    """

    lesson: var[View | None] = var(None, init=False)

    def watch_lesson(self) -> None:
        """Show the task of the page."""
        self.renew()

    def compose_line(self, width: int) -> Content:
        """Write the task, cut where there is no room."""
        from nn_tui.tui.panels.lesson_lines import task_mark

        view = self.lesson
        if view is None:
            return words("")
        said = view.said
        ascii_only = getattr(self.app, "ascii_only", False)
        right = assembled(("n", "bold"), (f" {said['next']} ", "$muted"))
        if view.page.task:
            look = "done" if view.task_done else "todo"
            left = assembled(f" {task_mark(view.task_done, ascii_only)} ").stylize(LOOKS[look]) + words(
                view.doing
            )
        else:
            left = words(f" {view.lesson.outline.number} {view.lesson.title}: {view.page.title}", "$muted")
        return both_ends(left, linked(right, "app.next_page"), width)


class KeysShown(Line):
    """The keys that "show me" presses, the newest one set off, with what it does.

    It stands over the last line of the screen while keys are pressed.
    """

    DEFAULT_CSS = """
    KeysShown { layer: above; dock: bottom; height: 1; background: $chosen; display: none; }
    KeysShown.-shown { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[str] = []
        self._title = self._said = self._stop = ""

    def add(self, shown: str, key: str, said: str, stop: str) -> None:
        """Show one more key."""
        self._keys = [*self._keys, shown][-KEPT:]
        action = action_for_key(key)
        self._title = "" if action is None or self.app.screen is not self.screen else action.title
        self._said, self._stop = said, stop
        self.set_class(True, "-shown")
        self.renew()

    def clear(self) -> None:
        """Take the line away."""
        self._keys = []
        self.set_class(False, "-shown")

    def compose_line(self, width: int) -> Content:
        """Write the last keys."""
        if not self._keys:
            return words("")
        *before, now = self._keys
        left = assembled(
            (f" {self._said}   ", "$muted"),
            (" ".join(before) + (" " if before else ""), "$muted"),
            (f" {now} ", "bold reverse"),
            f" {self._title}",
        )
        return both_ends(left, words(f"{self._stop} ", "$muted"), width)


def _drawn(line: Written) -> Content:
    return assembled(*((text, LOOKS[look]) for text, look in line))
