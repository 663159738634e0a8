"""The pages of the guide: listed, read by name, searched for words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from nn_tui.declare import nearest
from nn_tui.errors import NnTuiError, UsageError

FOLDER: Final = Path(__file__).parent
NAMES: Final = (
    "start", "build", "watch", "keys", "data", "commands", "spec", "plain", "lines", "keras", "export",
    "runs", "sweeps", "lessons", "python", "terminals", "speed", "contributing", "changes",
)  # fmt: skip
"""The pages in reading order; each is the file of that name."""

_UNSHOWN = re.compile(r"^(<!--.*-->|!\[.*\]\(.*\))\n+", re.MULTILINE)
"""Lines that a terminal cannot show: pictures, and comments for programs."""
_OPENS_BLOCK = ("- ", "| ", "#", "> ")


@dataclass(frozen=True)
class GuidePage:
    """One page."""

    name: str
    title: str
    sentence: str
    """Its first sentence, which says what it is about."""
    text: str
    """Markdown, without pictures."""


@dataclass(frozen=True)
class Passage:
    """A paragraph, list item, table row or line of code of a page."""

    page: GuidePage
    heading: str
    """The heading above it, as it is written; the page's title at the top."""
    text: str

    @property
    def place(self) -> str:
        """The name of the page and the heading: `data > Tables`."""
        top = self.heading == self.page.title
        return self.page.name if top else f"{self.page.name} > {self.heading}"

    @property
    def anchor(self) -> str:
        """What a link to its heading has behind the `#`; empty at the top of the page."""
        return "" if self.heading == self.page.title else anchor_of(self.heading)


@cache
def pages() -> tuple[GuidePage, ...]:
    """Return every page, in reading order."""
    return tuple(map(_read, NAMES))


def page_named(word: str) -> GuidePage:
    """Return the page with a name or a title, in capitals or not.

    Raises:
        UsageError: there is none; says the nearest.
    """
    wanted = word.strip().lower()
    for page in pages():
        if wanted in (page.name, page.title.lower()):
            return page
    raise UsageError(f"The guide has no page {word!r}.", nearest(wanted, NAMES))


def find(words: str) -> list[Passage]:
    """Return the passages that have all of some words, in capitals or not, also as parts of words.

    Headings come first, then the others, both in reading order; no words, no passages.
    """
    wanted = words.lower().split()
    if not wanted:
        return []
    found = [
        passage
        for page in pages()
        for passage in passages(page)
        if all(word in passage.text.lower() for word in wanted)
    ]
    return sorted(found, key=lambda passage: passage.text != passage.heading)


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading, as web pages made from Markdown have it: `on-many-cores`."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def page_lines(name: str = "") -> list[str]:
    """Return a page line by line; without a name the list of pages, each with its sentence.

    Raises:
        UsageError: there is no such page.
    """
    if name:
        return page_named(name).text.splitlines()
    width = max(map(len, NAMES))
    return [f"{page.name:<{width}}  {page.sentence}" for page in pages()]


def place_lines(words: str) -> list[str]:
    """Return a line for each passage that has all of some words: its page, its heading, its text.

    Raises:
        UsageError: no words are given.
        NnTuiError: there is no such passage.
    """
    if not words.strip():
        raise UsageError("There is nothing to search for.", "Give a word or several.")
    found = find(words)
    if not found:
        raise NnTuiError(f"The guide has nothing with the words {words!r}.", "Try fewer or other words.")
    return [
        passage.place if passage.text == passage.heading else f"{passage.place}: {passage.text}"
        for passage in found
    ]


def passages(page: GuidePage) -> Iterator[Passage]:
    """Yield what a page consists of, from its title on."""
    heading, block, in_code = page.title, "", False
    for line in [*page.text.splitlines(), ""]:
        fence = line.startswith("```")
        alone = in_code or fence or not line or line.startswith(_OPENS_BLOCK)
        if alone and block:
            yield Passage(page, heading, _plain(block))
            block = ""
        if fence:
            in_code = not in_code
        elif not in_code and line.startswith("#"):
            heading = line.lstrip("# ")
            yield Passage(page, heading, heading)
        elif set(line) - set("|-: "):
            block = f"{block} {line.strip()}".strip()


def _plain(block: str) -> str:
    """Write a list item or a table row as words."""
    if block.startswith("| "):
        return ": ".join(cell.strip() for cell in block.strip("| ").split(" | "))
    return block.removeprefix("- ")


def _read(name: str) -> GuidePage:
    text = _UNSHOWN.sub("", (FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    title, first = text.split("\n\n", 2)[:2]
    sentence = re.split(r"(?<=\.)\s", " ".join(first.split()), maxsplit=1)[0]
    return GuidePage(name, title.removeprefix("# "), sentence, text)
