"""The lessons as a list: what each is called, how long it takes, what is done of it."""

from __future__ import annotations

from dataclasses import dataclass

from nn_tui.lessons.progress import Progress
from nn_tui.lessons.shelf import names, outline, text, words
from nn_tui.lessons.wrapping import cells


@dataclass(frozen=True)
class Entry:
    """A lesson as a list shows it."""

    name: str
    number: int
    title: str
    minutes: int
    tasks: int
    done: int

    @property
    def finished(self) -> bool:
        """Whether all its tasks are done."""
        return self.done == self.tasks


def entries(language: str, progress: Progress) -> list[Entry]:
    """List the lessons in a language."""
    listed = []
    for name in names():
        shape = outline(name)
        done = sum(task.name in progress.of(name) for task in shape.tasks)
        title = text(name, language)[0]
        listed.append(Entry(name, shape.number, title, shape.minutes, len(shape.tasks), done))
    return listed


def next_lesson(progress: Progress) -> str:
    """Give the name of the first lesson that is not finished, or of the first one where all are."""
    unfinished = (entry.name for entry in entries("en", progress) if not entry.finished)
    return next(unfinished, names()[0])


def list_lines(language: str, progress: Progress) -> list[str]:
    """Write the list as lines of text."""
    said = words(language)
    listed = entries(language, progress)
    widest = max(cells(entry.title) for entry in listed)
    return [
        f"{entry.number:>2}  {entry.title}{' ' * (widest - cells(entry.title))}  "
        f"{said['minutes'].format(entry.minutes):>7}  "
        f"{said['done'] if entry.finished else f'{entry.done}/{entry.tasks}'}"
        for entry in listed
    ]
