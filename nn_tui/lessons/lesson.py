"""`Lesson`: what a lesson is made of: pages of words, and tasks that are the same in every language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nn_tui.lessons.conditions import Condition
from nn_tui.lessons.steps import Step


@dataclass(frozen=True)
class Task:
    """Something to do.

    Args:
        name: what the texts and the kept progress call it.
        done: what holds once it is done.
        show: what "show me" does.
        preset: the experiment that is opened when its page is reached; empty keeps the present one.
    """

    name: str
    done: Condition
    show: tuple[Step, ...]
    preset: str = ""


@dataclass(frozen=True)
class Outline:
    """What all languages share of a lesson.

    Args:
        name: of its files: `09-learning-rate`.
        minutes: how long it takes.
        tasks: in the order of the pages.
    """

    name: str
    minutes: int
    tasks: tuple[Task, ...]

    @property
    def number(self) -> int:
        """Its place in the course, from 1."""
        return int(self.name.split("-")[0])

    def task(self, name: str) -> Task:
        """Give a task by its name."""
        return next(task for task in self.tasks if task.name == name)


@dataclass(frozen=True)
class Block:
    """A paragraph, an item of a list, or lines of code; marks such as `**` are still in it."""

    kind: Literal["text", "item", "code"]
    text: str


@dataclass(frozen=True)
class Page:
    """What is read at once, perhaps with something to do."""

    title: str
    blocks: tuple[Block, ...]
    task: str = ""
    """The name of its task; empty where there is none."""
    doing: str = ""
    """What to do, in words."""
    hint: str = ""
    answer: tuple[Block, ...] = ()
    """What is shown when the answer is asked for; empty where nothing is asked."""


@dataclass(frozen=True)
class Lesson:
    """A lesson in one language, its numbers filled in."""

    outline: Outline
    language: str
    title: str
    pages: tuple[Page, ...]
