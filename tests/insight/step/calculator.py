"""A pocket calculator for the printed page: it knows only what is written there."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from nn_tui.insight.pictures import Page

KEYS = {
    "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "tanh": math.tanh, "cosh": math.cosh,
    "erf": math.erf, "abs": abs, "max": max, "min": min,
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A line of the page: what it names, what is to be typed into the calculator, what comes out."""

    name: str
    typed: str
    result: str

    @property
    def holds(self) -> bool:
        """Type it in, and see whether the printed digits come out."""
        value = self.value
        if value == 0:
            return float(self.result) == 0
        digits = 9 if "w" in self.name.replace(",", "").split() else 7
        last = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
        return abs(value - float(self.result)) <= last * 0.5001

    @property
    def value(self) -> float:
        """What the calculator shows."""
        typed = self.typed.replace("^", "**")
        assert re.fullmatch(r"[\d\s.e+\-*/(),a-z]+", typed), typed
        return float(eval(typed, {"__builtins__": {}}, KEYS))  # the test's own grammar, checked above


def printed(page: Page) -> list[str]:
    """The lines of a page as they are read."""
    return ["".join(text for text, _ in line) for line in page.lines]


def calculations(page: Page) -> list[Line]:
    """The lines in which something is calculated."""
    found = []
    for text in printed(page):
        parts = text.strip().split("   ")[0].split(" = ")
        if len(parts) > 2 and not parts[1].startswith("["):
            name, *rest = parts if parts[0] != "g" or parts[1] != "dL/dw" else ["g", *parts[2:]]
            if len(rest) == 2 and re.fullmatch(r"-?[\d.]+(e-?\d+)?(e\+\d+)?", rest[1]):
                found.append(Line(name, rest[0], rest[1]))
    return found


def result_of(page: Page, name: str) -> float:
    """The number at the end of the last line with a name."""
    for text in reversed(printed(page)):
        if text.strip().startswith(f"{name} = "):
            return float(text.strip().split("   ")[0].split(" = ")[-1])
    raise AssertionError(f"there is no line {name!r}")


def list_of(page: Page, name: str) -> list[list[float]]:
    """The lists of numbers with a name, from above."""
    found = []
    for text in printed(page):
        told = text.strip().split("   ")[0]
        if told.startswith(f"{name} = ["):
            found.append([float(one) for one in told[len(name) + 4 : -1].split(", ")])
    return found
