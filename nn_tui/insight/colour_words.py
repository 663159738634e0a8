"""Captions where there are no colours: what they say of colours, said of marks or in plain words.

A caption speaks of blue and orange, as that is what one sees. Where letters are drawn for shades, `#`
stands for blue and `=` for orange; where nothing is drawn at all, the numbers are enough.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

# What a caption says of colours; the same of marks; the same for the ear.
_SAID: Final = tuple(
    (re.compile(pattern), marks, words)
    for pattern, marks, words in (
        (r"Each colour is a class; r", "R", "R"),
        (r"Each colour is a class; ", "", ""),
        (r"Blue positive, orange dashes negative\. ?", "Dashes are negative. ", ""),
        (
            r"Blue is up to (\S+), orange down to (\S+)\.",
            r"# is up to \1, = down to \2.", r"It goes from \2 to \1.",
        ),
        (r"Blue is up to", "# is up to", "It goes up to"),
        (r"Blue is (\S+), orange (\S+);", r"# is \1, = is \2;", r"The highest is \1, the lowest \2;"),
        (r"Blue adds, orange takes", "# adds, = takes", "Plus adds, minus takes"),
        (r"Gray: ", "Dots: ", ""),
    )
)  # fmt: skip


@lru_cache(256)
def in_marks(caption: str) -> str:
    """Say a caption for who sees letters in place of colours."""
    for pattern, marks, _ in _SAID:
        caption = pattern.sub(marks, caption)
    return caption.rstrip()


def in_words(caption: str) -> str:
    """Say a caption for who sees nothing of the picture."""
    for pattern, _, words in _SAID:
        caption = pattern.sub(words, caption)
    return caption.rstrip()
