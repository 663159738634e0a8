"""`Sitting`: a person at a lesson: which page, what is done, when a hint is due. Knows no screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from nn_tui.lessons.lesson import Lesson, Page, Task
from nn_tui.lessons.moment import Attempt, Moment
from nn_tui.lessons.reading import plain
from nn_tui.lessons.shelf import words

PATIENCE = 60.0
"""Seconds at a task after which its hint is shown."""


@dataclass(frozen=True)
class View:
    """What is to be seen of a lesson now."""

    lesson: Lesson
    at: int = 0
    """Which page, from 0."""
    done: frozenset[str] = frozenset()
    """The tasks done in this sitting."""
    hinted: bool = False
    answered: bool = False
    showing: bool = False
    """Whether "show me" is at work."""

    @property
    def page(self) -> Page:
        """The page."""
        return self.lesson.pages[self.at]

    @property
    def task(self) -> Task | None:
        """What is to be done on the page; None where it is only read."""
        return self.lesson.outline.task(self.page.task) if self.page.task else None

    @property
    def task_done(self) -> bool:
        """Whether the page's task is done; also where there is none."""
        return not self.page.task or self.page.task in self.done

    @property
    def said(self) -> Mapping[str, str]:
        """The words around the lesson, in its language."""
        return words(self.lesson.language)

    @property
    def doing(self) -> str:
        """What is to be done on the page, without marks."""
        return plain(self.page.doing)

    @property
    def last(self) -> bool:
        """Whether there is nothing after this page."""
        return self.at == len(self.lesson.pages) - 1 and (self.answered or not self.page.answer)


class Sitting:
    """A person at a lesson.

    Args:
        lesson: the lesson.
        clock: gives seconds. Default: the machine's.
    """

    def __init__(self, lesson: Lesson, clock: Callable[[], float] = time.monotonic) -> None:
        self.view = View(lesson)
        self.attempt: Attempt | None = None
        """The page's task since it was reached; None until the experiment is seen first."""
        self._clock = clock
        self._since = clock()

    def see(self, now: Moment) -> bool:
        """Look whether the page's task is done; say whether it has just been done."""
        if self.attempt is None:
            self.attempt = Attempt(now)
            return False
        self.attempt.see(now)
        view = self.view
        task = view.task
        if task is None or view.task_done:
            return False
        if task.done.holds(now, self.attempt):
            self.view = replace(view, done=view.done | {task.name}, hinted=False)
            return True
        if not view.hinted and not view.showing and self._clock() - self._since > PATIENCE:
            self.view = replace(view, hinted=True)
        return False

    def go(self, by: int) -> bool:
        """Turn the pages, a question's answer before the next one. Says whether anything was turned."""
        view = self.view
        if by > 0 and view.page.answer and not view.answered:
            self.view = replace(view, answered=True)
            return True
        at = view.at + by
        if not 0 <= at < len(view.lesson.pages):
            return False
        self.turn(at)
        return True

    def turn(self, at: int) -> None:
        """Turn to a page, counted from 0."""
        self.view = replace(self.view, at=at, hinted=False, answered=False)
        self.begin()

    def undone(self) -> list[int]:
        """Give the pages up to this one whose tasks are not done, and this one itself."""
        view = self.view
        pages = [at for at, page in enumerate(view.lesson.pages[: view.at + 1]) if page.task]
        return [at for at in pages if at == view.at or view.lesson.pages[at].task not in view.done]

    def begin(self) -> None:
        """Begin the page's task: what was done before does not count."""
        self.attempt = None
        self._since = self._clock()

    def hint(self) -> None:
        """Show the hint, or take it away."""
        self.view = replace(self.view, hinted=not self.view.hinted)

    def show(self, showing: bool) -> None:
        """Note whether "show me" is at work."""
        self.view = replace(self.view, showing=showing)
        self._since = self._clock()

    def speak(self, lesson: Lesson) -> None:
        """Go on in another language."""
        self.view = replace(self.view, lesson=lesson)
