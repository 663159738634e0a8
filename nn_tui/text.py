"""Text for people: what came from outside, written so that it is seen and drives nothing.

Names, labels, cells and messages come from other people's files. A terminal obeys control characters in
them, an invisible letter makes two names look alike, one that turns the direction makes a name read as
another. Here all of those become what they are called in a program: `\\x1b`, `\\n`, `\\u202e`. Letters of
every script, signs and emoji stay. Every way out (printed, drawn, spoken) goes through here; nothing that
was there is hidden.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

MOST_MARKS = 4
"""Accents on one letter: more than any language sets on one, and few enough to stay on their line."""
LONGEST_MESSAGE = 2000
"""Characters of a message: ten names of any length that is read."""

_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\U000e0100-\U000e01ef]")
"""What has no shape of its own though it counts as a letter or an accent."""
_NOT_ALONE = frozenset({"Mn", "Me"})
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_DRIVES = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_PLAIN = re.compile(
    "[ -~\xa0-\xac\xae-\u02ff\u0391-\u03a1\u03a3-\u0481\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u23ff"
    "\u2500-\u28ff\u3001-\u3029\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fef\uac00-\ud7a3\uff01-\uff9f]*"
)
"""European letters, East Asian ones, signs and lines: clean at a glance, as tables of them are long."""
_HALVES = re.compile("[\ud800-\udfff]")
NON_JOINER, JOINER = "\u200c", "\u200d"


def clean_line(text: str, longest: int | None = None) -> str:
    """Return a text on one line, with every character that is not seen as its escape.

    Args:
        text: from anywhere.
        longest: characters to keep; the middle of a longer text becomes dots. Default: all.
    """
    if longest is not None and len(text) > longest:
        # An escape is up to ten times as long as its character: cut before it is made, and after.
        text = _cut(text, longest)
    if _is_plain(text):
        return text
    made = "".join(_shown(text))
    return made if longest is None else _cut(made, longest)


def is_storable(text: str) -> bool:
    """Whether a file can hold a text: it has no halves of characters, as undecoded bytes become."""
    return text.isascii() or not _HALVES.search(text)


def clean_text(text: str) -> str:
    """Return a text of several lines with each of them as `clean_line` writes it."""
    if _is_plain(text):
        return text
    return "\n".join(map(clean_line, text.split("\n")))


def without_orders(text: str) -> str:
    """Return a text that is laid out already without what a terminal would obey, as wide as it was.

    The last look at what is drawn: a surrogate becomes `?`, the others take no room and go.
    """
    if text.isprintable():
        return text
    return _DRIVES.sub(lambda found: "?" if found[0] >= "\ud800" else "", text)


def _is_plain(text: str) -> bool:
    """Whether a text is only of letters and signs that nothing need be asked of: most are."""
    return text.isprintable() if text.isascii() else _PLAIN.fullmatch(text) is not None


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = max(0, longest - 3) * 2 // 3
    tail = max(0, longest - 3 - head)
    return f"{text[:head]}...{text[len(text) - tail :]}"


def _shown(text: str) -> Iterator[str]:
    marks = MOST_MARKS  # an accent needs a letter before it: else it would sit on what is left of the text
    for at, letter in enumerate(text):
        category = unicodedata.category(letter)
        if category in _NOT_ALONE:
            marks += 1
            seen = marks <= MOST_MARKS and not _INVISIBLE.match(letter)
        else:
            marks = 0
            seen = letter.isprintable() or category == "Zs" or _joins(text, at)
            seen = seen and not _INVISIBLE.match(letter)
        yield letter if seen else _escape(letter)


def _escape(letter: str) -> str:
    number = ord(letter)
    if letter in _SHORT:
        return _SHORT[letter]
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _joins(text: str, at: int) -> bool:
    """Whether a character joins two emoji, or parts two letters of a script that joins letters."""
    if text[at] not in (JOINER, NON_JOINER) or not 0 < at < len(text) - 1:
        return False
    before, after = text[at - 1], text[at + 1]
    if text[at] == NON_JOINER:
        return all("\u0600" <= one <= "\u0dff" and one.isprintable() for one in (before, after))
    while before in "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff" and at > 1:
        at -= 1
        before = text[at - 1]
    return _is_emoji(before) and _is_emoji(after)


def _is_emoji(letter: str) -> bool:
    return "\U0001f000" <= letter <= "\U0001faff" or "\u2600" <= letter <= "\u27bf" or letter == "\u2b1b"


class CleanStream:
    """A stream on which only text and line ends are written; the rest of it is the stream's own.

    Args:
        stream: where to.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write a text, cleaned; return how much of it was taken, which is all."""
        self.stream.write(clean_text(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write several texts."""
        for text in lines:
            self.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def clean_streams() -> Iterator[None]:
    """Clean everything that is printed meanwhile, by whomever, on standard output and standard error."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = CleanStream(bare(before[0])), CleanStream(bare(before[1]))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def bare(stream: TextIO) -> TextIO:
    """Return a stream on which a terminal can be driven: for those who clean what they write themselves."""
    return stream.stream if isinstance(stream, CleanStream) else stream


def shown(value: object) -> str:
    """Return a value as a message shows it: short, printable, one line."""
    text = clean_line(repr(value))
    return text if len(text) <= 60 else text[:57] + "..."
