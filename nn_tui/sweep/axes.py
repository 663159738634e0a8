"""What a sweep varies: a setting of the spec by its path, and the values, steps or range it takes."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nn_tui.errors import SpecError
from nn_tui.experiment.spec_file import parse_assignment

EXAMPLE = "For example layers.0.units=8,16,32, a range 1e-4..1e-1, or steps 8..64..8 or 1e-4..1e-1..x10."
_NUMBER = r"[+-]?(?:\d[\d_]*)?\.?\d+(?:[eE][+-]?\d+)?|[+-]?\d+\.(?!\.)"
_RANGE = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*")
_STEPS = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*\.\.\s*([x*]?)\s*({_NUMBER})\s*")
MOST_VALUES = 10_000
_DIGITS = 4
"""Significant digits of a number drawn from a range; more are no information and hard to read."""


@dataclass(frozen=True)
class Axis:
    """A setting and the values it takes: a list, or a range that a random search draws from.

    Args:
        path: as in `--set`.
        values: the list; empty where it is a range.
        low: the range's lower end, included.
        high: its upper end, included.
        whole: whether only whole numbers are drawn.
    """

    path: str
    values: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0
    whole: bool = False

    @property
    def is_range(self) -> bool:
        """Whether values are drawn from a range."""
        return not self.values

    @property
    def is_logarithmic(self) -> bool:
        """Whether equal factors of the range are equally likely: for numbers above 0 that are not whole."""
        return self.is_range and not self.whole and self.low > 0

    def draw(self, numbers: random.Random) -> Any:
        """Draw a value."""
        if not self.is_range:
            return numbers.choice(self.values)
        if self.whole:
            return numbers.randint(int(self.low), int(self.high))
        if self.is_logarithmic:
            value = math.exp(numbers.uniform(math.log(self.low), math.log(self.high)))
        else:
            value = numbers.uniform(self.low, self.high)
        return min(max(float(f"{value:.{_DIGITS}g}"), self.low), self.high)


def parse_axis(text: str) -> Axis:
    """Read `PATH=V1,V2,...`, a range `PATH=LOW..HIGH`, or steps: `8..64..8`, `1e-4..1e-1..x10`.

    Values are read as `--set` reads them.

    Raises:
        SpecError: it is none of them.
    """
    path, sign, written = text.partition("=")
    path = path.strip()
    if not sign or not path or not written.strip():
        raise SpecError(
            f"--vary needs PATH=V1,V2,..., PATH=LOW..HIGH or PATH=LOW..HIGH..STEP, got {text!r}.", EXAMPLE
        )
    if found := _RANGE.fullmatch(written):
        return _range(path, found[1], found[2])
    if found := _STEPS.fullmatch(written):
        return Axis(path, _steps(path, found[1], found[2], found[4], times=bool(found[3])))
    values = [parse_assignment(f"{path}={piece}")[1] for piece in split_values(written)]
    distinct: list[Any] = []
    for value in values:
        if isinstance(value, str) and not value:
            raise SpecError(f"{path} has an empty value in {written!r}.", EXAMPLE, path)
        if not any(value == other and type(value) is type(other) for other in distinct):
            distinct.append(value)
    return Axis(path, tuple(distinct))


def _range(path: str, first: str, last: str) -> Axis:
    low, high = float(first), float(last)
    whole = not re.search(r"[.eE]", first + last)
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise SpecError(
            f"The range {first}..{last} of {path} must go from a smaller number to a larger one.",
            EXAMPLE,
            path,
        )
    return Axis(path, low=low, high=high, whole=whole)


def _steps(path: str, first: str, last: str, step: str, *, times: bool) -> tuple[Any, ...]:
    """Give the values from the first to the last, by a step or by a factor."""
    low, high, by = float(first), float(last), float(step)
    whole = not re.search(r"[.eE]", first + last + step)
    grows = by > 1 and low > 0 if times else by > 0
    if not (math.isfinite(low) and math.isfinite(high) and math.isfinite(by) and low < high and grows):
        kind = "a factor above 1, from a number above 0" if times else "a step above 0"
        raise SpecError(f"The steps {first}..{last}..{step} of {path} need {kind}, upwards.", EXAMPLE, path)
    count = (math.log(high / low) / math.log(by) if times else (high - low) / by) + 1
    if count > MOST_VALUES:
        raise SpecError(
            f"The steps of {path} are {count:,.0f} values; {MOST_VALUES:,} is the most.", "", path
        )
    values = [low * by**at if times else low + by * at for at in range(int(count + 1e-9))]
    return tuple(round(value) if whole else float(f"{value:.12g}") for value in values)


def split_values(text: str) -> list[str]:
    """Split at the commas that stand outside brackets and quotes."""
    pieces, depth, quote, start = [], 0, "", 0
    for at, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "[{":
            depth += 1
        elif letter in "]}":
            depth -= 1
        elif letter == "," and depth == 0:
            pieces.append(text[start:at].strip())
            start = at + 1
    return [*pieces, text[start:].strip()]


def short_names(axes: Sequence[Axis]) -> list[str]:
    """Give a short name of each axis that no other has: `units`, or `layers.0.units`."""
    found = []
    for axis in axes:
        parts = axis.path.split(".")
        length = 1
        while (
            length < len(parts)
            and sum(_tail(other.path, length) == _tail(axis.path, length) for other in axes) > 1
        ):
            length += 1
        found.append(_tail(axis.path, length))
    return found


def _tail(path: str, length: int) -> str:
    return ".".join(path.split(".")[-length:])
