"""What a field's text means, how a value is written into a field, and a step up or down. Pure."""

from __future__ import annotations

import math
from typing import Any

from nn_tui.declare import Param, check_value, nearest, registered
from nn_tui.errors import SpecError
from nn_tui.tui.forms.sections import Entry
from nn_tui.tui.wording import number_words


def written(entry: Entry) -> str:
    """Write an entry's value as its text field holds it; empty for none."""
    value = entry.value
    if value is None:
        return ""
    if isinstance(value, (tuple, list)):
        return ", ".join(str(item) for item in value)
    return number_words(value) if isinstance(value, float) else str(value)


def read(entry: Entry, text: str) -> Any:
    """Read the text of a field.

    Raises:
        SpecError: it is no value of this parameter; says what was expected.
    """
    text = text.strip()
    if entry.listed:
        return _names(entry, text)
    if not text and entry.param.optional:
        return None
    value: Any = text
    match entry.param.form:
        case "int" | "float":
            value = _number(text)
        case "shape":
            value = [_number(part) for part in text.strip("()[]").split(",") if part.strip()]
    return check_value(entry.param, value, path=entry.path)


def _names(entry: Entry, text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in registered("metric"):
            raise SpecError(
                f"There is no metric named {name!r}.", nearest(name, registered("metric")), entry.path
            )
    return names


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def stepped(param: Param, value: float | None, direction: int) -> float | int:
    """Give the next value up (1) or down (-1), within the bounds.

    A logarithmic knob goes 1, 2, 5, 10; a linear number by a twentieth of its range, or by 1.
    """
    whole = param.form == "int"
    start = 0.0 if value is None else float(value)
    following = _rung(start, direction) if param.knob.scale == "log" else start + direction * _step(param)
    following = float(f"{following:.10g}")
    try:
        return check_value(param, int(following) if whole else following)
    except (SpecError, OverflowError):
        return (int(start) if whole else start) if value is not None else _lowest(param)


def _step(param: Param) -> float:
    if param.form == "int":
        return 1
    knob = param.knob
    low = knob.at_least if knob.at_least is not None else knob.above
    high = knob.at_most if knob.at_most is not None else knob.below
    if low is None or high is None or not math.isfinite(high - low):
        return 0.1
    return (high - low) / 20


def _rung(value: float, direction: int) -> float:
    if value <= 0:
        return 1e-4 if direction > 0 else 0.0
    power = math.floor(math.log10(value))
    rungs = [step * 10.0**exponent for exponent in range(power - 1, power + 2) for step in (1, 2, 5)]
    if direction > 0:
        return min(rung for rung in rungs if rung > value * 1.001)
    return max(rung for rung in rungs if rung < value * 0.999)


def _lowest(param: Param) -> float | int:
    low = param.knob.at_least
    lowest = low if low is not None else 0.1
    return int(lowest) if param.form == "int" else float(lowest)
