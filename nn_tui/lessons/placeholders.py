"""Placeholders in a text: `{trained.loss:.4f}`, filled with computed numbers.

{NAME}  {NAME.PART}  {NAME[0]}  {NAME[words]}  each perhaps with `:FORMAT` as in Python
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nn_tui.declare import nearest
from nn_tui.errors import SpecError

PLACEHOLDER = re.compile(r"\{([a-z_]\w*)((?:\.\w+|\[[^\[\]{}]*\])*)(?::([^{}]*))?\}")
_STEP = re.compile(r"\.(\w+)|\[([^\[\]]*)\]")


def filled(text: str, numbers: Mapping[str, Any]) -> str:
    """Fill a text's placeholders.

    Raises:
        SpecError: a placeholder names nothing that is known.
    """
    return PLACEHOLDER.sub(lambda match: _written(match, numbers), text)


def placeholders(text: str) -> list[str]:
    """Give the placeholders of a text, in order."""
    return [match[0] for match in PLACEHOLDER.finditer(text)]


def _written(match: re.Match[str], numbers: Mapping[str, Any]) -> str:
    name, path, how = match.groups()
    if name not in numbers:
        raise SpecError(f"{match[0]}: there is no number {name}.", nearest(name, tuple(numbers)))
    value = numbers[name]
    for step in _STEP.finditer(path):
        try:
            value = _part(value, *step.groups())
        except (LookupError, AttributeError, TypeError, ValueError):
            raise SpecError(f"{match[0]}: there is no {step[0]} in {name}.", "") from None
    if how:
        return format(value, how)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _part(value: Any, attribute: str | None, index: str | None) -> Any:
    if attribute is not None:
        if attribute.startswith("_"):
            raise AttributeError(attribute)
        return value[attribute] if isinstance(value, Mapping) else getattr(value, attribute)
    assert index is not None
    return value[int(index) if re.fullmatch(r"-?\d+", index) else index]
