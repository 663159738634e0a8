"""Text for cells of CSV files that other programs open: nothing in it drives a terminal or is a formula."""

from __future__ import annotations

from nn_tui.text import clean_line

_FORMULA = ("=", "+", "-", "@")


def safe_cell(text: str) -> str:
    """Return a text as a cell: control characters as escapes, before what could be a formula a quote."""
    text = clean_line(text)
    if text.lstrip().startswith(_FORMULA) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
