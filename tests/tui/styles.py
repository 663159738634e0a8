"""Style sheets read once: every app of a process, and every dialog in it, would read the same ones anew."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_read: dict[tuple[Any, ...], list[RuleSet]] = {}
_parse = Stylesheet._parse_rules


def read_once(sheet: Stylesheet, css: str, *where: Any, **more: Any) -> list[RuleSet]:
    """Give the rules of a style sheet as Textual reads it; they differ with the colours of the theme."""
    key = (css, *where, *more.items(), frozenset(sheet._variables.items()))
    if key not in _read:
        _read[key] = _parse(sheet, css, *where, **more)
    return _read[key]
