"""Text for cells of CSV files that other programs open: nothing in it drives a terminal or is a formula."""

from __future__ import annotations

import unicodedata

_FORMULA = ("=", "+", "-", "@")


def safe_cell(text: str) -> str:
    """Give a text as a cell: control characters become spaces, what could be a formula gets a quote."""
    text = without_controls(text)
    if text.lstrip().startswith(_FORMULA) and not _is_number(text):
        return f"'{text}"
    return text


def without_controls(text: str) -> str:
    """Give a text with a space for every character that drives a terminal or hides."""
    if text.isprintable():
        return text
    return "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in text)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
