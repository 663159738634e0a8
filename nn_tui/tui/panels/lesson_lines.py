"""A page of a lesson as lines of a width; pure, without a widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nn_tui.lessons.lesson import Block
from nn_tui.lessons.reading import pieces
from nn_tui.lessons.sitting import View
from nn_tui.lessons.wrapping import wrapped

Line = list[tuple[str, str]]
"""Texts, each with the name of its look."""


def page_lines(view: View, said: Mapping[str, str], width: int, *, ascii_only: bool = False) -> list[Line]:
    """Write a page: its title, what is told, what is to be done, the hint or the answer where it is shown.

    Args:
        view: what is to be seen.
        said: the words around the lessons.
        width: cells of a line.
        ascii_only: whether to write marks with ASCII characters. Default no.
    """
    page = view.page
    lines = [*_paragraph(page.title, width, "title"), []]
    lines += _blocks(page.blocks, width, ascii_only)
    if page.task:
        mark = task_mark(view.task_done, ascii_only)
        look = "done" if view.task_done else "todo"
        lines += [[], *_hung(page.doing, width, f"{mark} ", look)]
        if view.task_done:
            lines += [[("  " if not ascii_only else "    ", ""), (said["go_on"], "muted")]]
        elif view.hinted:
            lines += _hung(page.hint, width, f"  {said['hint']}: ", "muted", indent=2)
    if page.answer and view.answered:
        lines += [[], *_paragraph(said["answer"], width, "title"), *_blocks(page.answer, width, ascii_only)]
    return lines


def task_mark(done: bool, ascii_only: bool = False) -> str:
    """Give the mark before a task."""
    return ("[x]" if done else "[ ]") if ascii_only else ("✓" if done else "○")


def _blocks(blocks: Sequence[Block], width: int, ascii_only: bool) -> list[Line]:
    """Write paragraphs with a line between them, items of a list below each other."""
    lines: list[Line] = []
    before = ""
    for block in blocks:
        if before and not (before == block.kind == "item"):
            lines.append([])
        if block.kind == "code":
            lines += [[(line[:width], "code")] for line in block.text.splitlines()]
        elif block.kind == "item":
            lines += _hung(block.text, width, "- " if ascii_only else "• ", "muted")
        else:
            lines += _paragraph(block.text, width)
        before = block.kind
    return lines


def _paragraph(text: str, width: int, look: str = "") -> list[Line]:
    return wrapped([(piece.text, piece.mark or look) for piece in pieces(text)], width)


def _hung(text: str, width: int, lead: str, look: str, indent: int | None = None) -> list[Line]:
    """Write a paragraph that hangs below what it begins with."""
    room = len(lead) if indent is None else indent
    first = [(lead, look)] if indent is None else [(" " * indent, ""), (lead.strip() + " ", look)]
    body: list[tuple[str, str]] = [(piece.text, piece.mark) for piece in pieces(text)]
    if indent is not None:
        body = [first[1], *body]
    lines = wrapped(body, width - room)
    return [
        [*([first[0]] if number == 0 and indent is None else [(" " * room, "")]), *line]
        for number, line in enumerate(lines)
    ]
