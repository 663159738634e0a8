"""Where lines may break: between words, and between the characters of languages that have no spaces.

A Chinese character takes two cells, and no line begins with a full stop or a closing bracket.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

_NEVER_FIRST = set("，。、；：？！）》」』”’…—,.;:?!)]}%")
_NEVER_LAST = set("（《「『“‘([{")


def cells(text: str) -> int:
    """Give how many cells of the terminal a text takes."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def joined(before: str, after: str) -> str:
    """Put two lines of a paragraph together: with a space, but between characters that need none."""
    if not before or not after:
        return before + after
    return before + ("" if _wide(before[-1]) or _wide(after[0]) else " ") + after


def wrapped(parts: Iterable[tuple[str, str]], width: int) -> list[list[tuple[str, str]]]:
    """Break a paragraph into lines.

    Args:
        parts: texts, each with the name of its look.
        width: cells of a line.

    Returns:
        The lines, each as texts with their looks; none is wider than `width`.
    """
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0
    for unit in _units(parts):
        size = sum(cells(text) for text, _ in unit)
        blank = not "".join(text for text, _ in unit).strip()
        if used and used + size > width:
            lines.append([])
            used = 0
        if blank and not used:
            continue
        for text, look in unit:
            for piece in _cut(text, width):
                if used and used + cells(piece) > width:
                    lines.append([])
                    used = 0
                lines[-1].append((piece, look))
                used += cells(piece)
    return [_tidy(line) for line in lines if line]


def _tidy(line: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Put together what looks alike; leave out the spaces at the end."""
    found: list[tuple[str, str]] = []
    for text, look in line:
        if found and found[-1][1] == look:
            found[-1] = (found[-1][0] + text, look)
        else:
            found.append((text, look))
    while found and not found[-1][0].strip():
        found.pop()
    if found:
        found[-1] = (found[-1][0].rstrip(" "), found[-1][1])
    return found


def _units(parts: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Give what must stay on one line: a word with its punctuation, a wide character, spaces."""
    unit: list[tuple[str, str]] = []
    before = ""
    for text, look in parts:
        for sign in text:
            if unit and _breaks(before, sign):
                yield unit
                unit = []
            if unit and unit[-1][1] == look:
                unit[-1] = (unit[-1][0] + sign, look)
            else:
                unit.append((sign, look))
            before = sign
    if unit:
        yield unit


def _breaks(before: str, after: str) -> bool:
    """Whether a line may end between two characters."""
    if (before == " ") != (after == " "):
        return True
    if before == " " or after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return _wide(before) or _wide(after)


def _cut(text: str, width: int) -> Iterator[str]:
    """Cut what is wider than a whole line."""
    if cells(text) <= width:
        yield text
        return
    piece, used = "", 0
    for sign in text:
        if piece and used + _cells(sign) > width:
            yield piece
            piece, used = "", 0
        piece, used = piece + sign, used + _cells(sign)
    yield piece


def _wide(sign: str) -> bool:
    return not sign.isascii() and unicodedata.east_asian_width(sign) in "WF"


def _cells(sign: str) -> int:
    if sign.isascii():
        return 1
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Cf", "Mn"):
        return 0
    return 2 if _wide(sign) else 1
