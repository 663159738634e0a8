"""The lessons there are, found by their files; adding a lesson or a language is adding files.

texts/09-learning-rate.toml         the experiment it begins with, as `nn-tui` opens it
texts/09-learning-rate.NAME.toml    another experiment, opened by a task with `preset = "NAME"`
texts/09-learning-rate.tasks.toml   minutes, and the tasks: `done`, `show`, perhaps `preset`
texts/LANGUAGE/09-learning-rate.md  the words
texts/LANGUAGE/words.toml           the words on screen around them
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from nn_tui.declare import nearest
from nn_tui.errors import SpecError, UsageError
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import loads
from nn_tui.lessons.conditions import read_condition
from nn_tui.lessons.lesson import Block, Lesson, Outline, Page, Task
from nn_tui.lessons.reading import read_text
from nn_tui.lessons.steps import read_steps

TASKS = ".tasks.toml"


def _texts() -> Traversable:
    return resources.files(__name__.rpartition(".")[0]).joinpath("texts")


@cache
def names() -> tuple[str, ...]:
    """Give the names of the lessons, in the order of the course."""
    files = (file.name for file in _texts().iterdir())
    return tuple(sorted(name.removesuffix(TASKS) for name in files if name.endswith(TASKS)))


@cache
def languages() -> tuple[str, ...]:
    """Give the languages there are, English first."""
    found = (folder.name for folder in _texts().iterdir() if folder.joinpath("words.toml").is_file())
    return tuple(sorted(found, key=lambda name: (name != "en", name)))


@cache
def words(language: str) -> Mapping[str, str]:
    """Give the words around the lessons."""
    text = _texts().joinpath(language, "words.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def name_of(number: int) -> str:
    """Give the name of a lesson by its number.

    Raises:
        UsageError: there is none.
    """
    found = next((name for name in names() if int(name.split("-")[0]) == number), None)
    if found is None:
        raise UsageError(f"There is no lesson {number}.", f"There are {', '.join(map(str, numbers()))}.")
    return found


def numbers() -> tuple[int, ...]:
    """Give the numbers of the lessons."""
    return tuple(int(name.split("-")[0]) for name in names())


@cache
def outline(name: str) -> Outline:
    """Give what all languages share of a lesson.

    Raises:
        SpecError: the file is wrong; says where.
    """
    origin = f"{name}{TASKS}"
    document = tomllib.loads(_texts().joinpath(origin).read_text(encoding="utf-8"))
    tasks = tuple(_task(key, table, origin) for key, table in document.get("tasks", {}).items())
    return Outline(name, int(document["minutes"]), tasks)


def _task(name: str, table: Mapping[str, Any], origin: str) -> Task:
    if unknown := set(table) - {"done", "show", "preset"}:
        raise SpecError(
            f"{origin}, {name}: {min(unknown)} is not known.",
            nearest(min(unknown), ("done", "show", "preset")),
        )
    try:
        show = tuple(step for written in table["show"] for step in read_steps(written))
        return Task(name, read_condition(table["done"]), show, table.get("preset", ""))
    except SpecError as error:
        raise SpecError(f"{origin}, {name}: {error.message}", error.remedy) from None
    except KeyError as error:
        raise SpecError(f"{origin}, {name}: {error} is missing.", "A task has done and show.") from None


@cache
def preset(name: str, which: str = "") -> Spec:
    """Give the experiment that a lesson begins with, or another one of it by its name."""
    file = f"{name}.{which}.toml" if which else f"{name}.toml"
    return loads(_texts().joinpath(file).read_text(encoding="utf-8"), origin=file)


@cache
def presets(name: str) -> tuple[str, ...]:
    """Give the names of a lesson's other experiments."""
    files = sorted(file.name for file in _texts().iterdir() if file.name.startswith(f"{name}."))
    found = (
        file.removeprefix(f"{name}.").removesuffix(".toml") for file in files if file.endswith(".toml")
    )
    return tuple(one for one in found if one not in ("toml", "tasks"))


@cache
def text(name: str, language: str) -> tuple[str, tuple[Page, ...]]:
    """Give a lesson's title and pages as they are written, with placeholders where numbers will be."""
    source = _texts().joinpath(language, f"{name}.md").read_text(encoding="utf-8")
    return read_text(source, f"{language}/{name}.md")


@cache
def lesson(name: str, language: str) -> Lesson:
    """Give a lesson with its numbers computed; that may take a second or two the first time.

    Raises:
        SpecError: a placeholder names no number.
    """
    from nn_tui.lessons.numbers import numbers_of
    from nn_tui.lessons.placeholders import filled

    known = numbers_of(name)
    title, pages = text(name, language)

    def fill(block: Block) -> Block:
        return replace(block, text=filled(block.text, known))

    done = tuple(
        replace(
            page,
            title=filled(page.title, known),
            blocks=tuple(map(fill, page.blocks)),
            doing=filled(page.doing, known),
            hint=filled(page.hint, known),
            answer=tuple(map(fill, page.answer)),
        )
        for page in pages
    )
    return Lesson(outline(name), language, filled(title, known), done)
