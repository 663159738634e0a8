"""Text for terminals that show ASCII only: every other character becomes one that looks alike, or `?`."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len

_ALIKE = {
    "-": "─━┄┅┈┉╌╍═╴╶–—‐‑‒−▔▁",
    "|": "│┃┆┇┊┋╎╏║╵╷▏▕▎▍",
    "+": "┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├┝┠┣┤┥┨┫┬┯┰┳┴┷┸┻┼┿╂╋╒╔╕╗╘╚╛╝╞╠╡╣╤╦╧╩╪╬╭╮╯╰",
    "#": "█▉▊▋▌▐▇▓▆▅▄▀■",
    "=": "▒▃▂",
    ".": "░·…⋯",
    "*": "•●◆★✱",
    "o": "○◦◯",
    "x": "×✕✗✘",
    ">": "▶→►❯›»▸",
    "<": "◀←◄❮‹«◂",
    "^": "▲↑△▴",
    "v": "▼↓▽▾✓✔",
    "'": "‘’‛′",
    '"': "“”„″",
    " ": "\N{NO-BREAK SPACE}",
}
_TABLE = {character: plain for plain, characters in _ALIKE.items() for character in characters}


def in_ascii(text: str) -> str:
    """Write a text in ASCII, every character as wide as it was."""
    if text.isascii():
        return text
    return "".join(character if character.isascii() else _plain(character) for character in text)


@lru_cache(maxsize=1024)
def _plain(character: str) -> str:
    if character in _TABLE:
        return _TABLE[character]
    width = cell_len(character)
    letters = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return letters if letters and len(letters) == width else "?" * width
