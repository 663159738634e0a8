"""What a field's text means, how a value is written into a field, and a step up or down. Pure."""

from __future__ import annotations

import ast
import math
import re
from typing import Any

from nn_tui.declare import Param, canonical, check_value, shown
from nn_tui.errors import SpecError
from nn_tui.experiment.spec import Thing
from nn_tui.tui.forms.sections import Entry
from nn_tui.tui.wording import call_words, number_words


def written(entry: Entry) -> str:
    """Write an entry's value as its text field holds it; empty for none."""
    value = entry.value
    if value is None:
        return ""
    if isinstance(value, (tuple, list)):
        return ", ".join(call_words(item) if isinstance(item, Thing) else _written(item) for item in value)
    return _written(value)


def _written(value: Any) -> str:
    return number_words(value) if isinstance(value, float) else str(value)


def read(entry: Entry, text: str) -> Any:
    """Read the text of a field.

    Raises:
        SpecError: it is no value of this parameter; says what was expected.
    """
    text = text.strip()
    if entry.listed:
        return _calls(entry, text)
    if not text and entry.param.optional:
        return None
    value: Any = text
    match entry.param.form:
        case "int" | "float":
            value = _number(text)
            if isinstance(value, str):
                name = entry.param.name
                raise SpecError(
                    f"{name!r} must be a number, got {shown(text)}.", f"Set {name}.", entry.path
                )
        case "shape" | "numbers":
            value = [_number(part) for part in text.strip("()[]").split(",") if part.strip()]
    return check_value(entry.param, value, path=entry.path)


_CALL = re.compile(r"\s*(\w+)\s*(?:\(([^()]*)\))?\s*(?:,|$)")
"""A name, perhaps with settings: `accuracy`, `auc(num_thresholds=50)`."""


def _calls(entry: Entry, text: str) -> tuple[Any, ...]:
    """Read metrics with commas between; names are checked when the experiment takes them."""
    found: list[Any] = []
    at = 0
    while at < len(text):
        call = _CALL.match(text, at)
        if call is None:
            raise SpecError(
                f"{text[at:].strip()!r} is no metric.",
                "Write accuracy, auc(num_thresholds=50).",
                entry.path,
            )
        name = canonical("metric", call[1])
        found.append({"type": name, **_settings(entry, call[2])} if call[2] else name)
        at = call.end()
    return tuple(found)


def _settings(entry: Entry, text: str) -> dict[str, Any]:
    try:
        keywords = ast.parse(f"f({text})", mode="eval").body.keywords  # type: ignore[attr-defined]  # a call
        return {str(word.arg): ast.literal_eval(word.value) for word in keywords}
    except (SyntaxError, ValueError):
        raise SpecError(f"{text!r} are no settings.", "Write name=value.", entry.path) from None


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


def span(param: Param) -> tuple[float, float] | None:
    """Give the ends of a slider for a number, or None where it has no two bounds.

    A seed has no upper bound; its slider goes through the first hundred.
    """
    knob = param.knob
    low = knob.at_least if knob.at_least is not None else knob.above
    high = knob.at_most if knob.at_most is not None else knob.below
    if low is not None and high is None and param.name in ("seed", "split_seed"):
        high = low + 99
    return None if low is None or high is None or not math.isfinite(high - low) else (low, high)


def share_of(param: Param, value: float) -> float:
    """Give how far along its slider a value stands, from 0 to 1."""
    ends = span(param)
    assert ends is not None
    low, high = ends
    if param.knob.scale == "log" and low > 0:
        low, high, value = math.log(low), math.log(high), math.log(max(value, low))
    return min(max((value - low) / (high - low), 0.0), 1.0)


def at_share(param: Param, share: float) -> float | int:
    """Give the value at a place of the slider, to two digits, within the bounds."""
    ends = span(param)
    assert ends is not None
    low, high = ends
    if param.knob.scale == "log" and low > 0:
        value = low * (high / low) ** share
    else:
        value = low + (high - low) * share
    value = float(f"{value:.2g}")
    value = min(max(value, low), high)
    try:
        return check_value(param, round(value) if param.form == "int" else value)
    except SpecError:  # at an end that is no value itself
        return stepped(param, value, -1 if share > 0.5 else 1)


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
