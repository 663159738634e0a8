"""A lesson's text: a small part of Markdown, read into pages.

    # Title of the lesson
    ## Title of a page
    A paragraph with **strong**, *stressed* words and `code`.
    - an item of a list
    - [ ] `name` What to do: the task that the tasks' file calls so.
      > A hint.
    > An answer: it is shown when it is asked for.

Lines between three backticks are shown as they stand. A paragraph goes on until an empty line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from nn_tui.errors import SpecError
from nn_tui.lessons.lesson import Block, Page
from nn_tui.lessons.wrapping import joined

Mark = Literal["", "code", "strong", "stress"]

_TASK = re.compile(r"- \[ \] `([a-z0-9-]+)` (.+)")
_INLINE = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*")
_MARKS: tuple[Mark, ...] = ("code", "strong", "stress")


@dataclass(frozen=True)
class Piece:
    """Words that look alike."""

    text: str
    mark: Mark = ""


@dataclass
class _Draft:
    title: str
    blocks: list[Block] = field(default_factory=list)
    task: str = ""
    doing: str = ""
    hint: str = ""
    answer: list[Block] = field(default_factory=list)

    def page(self) -> Page:
        return Page(self.title, tuple(self.blocks), self.task, self.doing, self.hint, tuple(self.answer))


def read_text(text: str, origin: str = "") -> tuple[str, tuple[Page, ...]]:
    """Read a lesson's text: its title and its pages.

    Args:
        text: the Markdown.
        origin: the file's name, for messages.

    Raises:
        SpecError: it has no title or no page, or a page has two tasks.
    """
    title = ""
    drafts: list[_Draft] = []
    for number, line in _blocks(text):
        if line.startswith("# ") and not title:
            title = line[2:].strip()
        elif line.startswith("## "):
            drafts.append(_Draft(line[3:].strip()))
        elif drafts:
            _take(drafts[-1], line, f"{origin}, line {number}")
        elif line:
            raise SpecError(
                f"{origin}, line {number}: words before the first page.", "Begin with # and ##."
            )
    if not title or not drafts:
        raise SpecError(f"{origin}: a lesson has a title and pages.", "Begin with # and ##.")
    return title, tuple(draft.page() for draft in drafts)


def pieces(text: str) -> tuple[Piece, ...]:
    """Part a text by its marks."""
    found: list[Piece] = []
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            found.append(Piece(text[at : match.start()]))
        index = match.lastindex or 1
        found.append(Piece(match[index], _MARKS[index - 1]))
        at = match.end()
    if at < len(text):
        found.append(Piece(text[at:]))
    return tuple(found)


def plain(text: str) -> str:
    """Give a text without its marks."""
    return "".join(piece.text for piece in pieces(text))


def _blocks(text: str) -> list[tuple[int, str]]:
    """Give headings, paragraphs, items, quotes and code, each with the number of its first line."""
    found: list[tuple[int, str]] = []
    code: list[str] | None = None
    open_ = False
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.strip()
        if bare.startswith("```"):
            if code is None:
                code = []
            else:
                found.append((number, "```" + "\n".join(code)))
                code = None
            open_ = False
        elif code is not None:
            code.append(line)
        elif not bare:
            open_ = False
        elif line.startswith("#") or bare.startswith(("- ", "> ")) or not open_:
            quoted = bare.startswith("> ") and line.startswith(" ")
            found.append((number, f"  {bare}" if quoted else bare))
            open_ = not line.startswith("#")
        else:
            start, before = found[-1]
            found[-1] = (start, joined(before, bare))
    return found


def _take(draft: _Draft, line: str, where: str) -> None:
    if task := _TASK.fullmatch(line):
        if draft.task:
            raise SpecError(f"{where}: a page has one task.", "Put it on a page of its own.")
        draft.task, draft.doing = task[1], task[2]
    elif line.startswith("  > "):
        if not draft.task or draft.hint:
            raise SpecError(f"{where}: a hint follows a task.", "Write one hint below each task.")
        draft.hint = line[4:]
    elif line.startswith("> "):
        draft.answer.append(Block("text", line[2:]))
    elif line.startswith("```"):
        draft.blocks.append(Block("code", line[3:]))
    elif line.startswith("- "):
        draft.blocks.append(Block("item", line[2:]))
    else:
        draft.blocks.append(Block("text", line))
