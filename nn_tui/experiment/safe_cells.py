"""Text for cells of CSV files that other programs open: nothing in it drives a terminal or is a formula."""

from __future__ import annotations

import unicodedata

_FORMULA = ("=", "+", "-", "@")


def safe_cell(text: str) -> str:
    """Give a text as a cell: control characters become spaces, what could be a formula gets a quote."""
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in text)
    if text.lstrip().startswith(_FORMULA) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
