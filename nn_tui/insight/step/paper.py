"""What the lines of the page are put together from: headings, formulas, calculations, lists of numbers."""

from __future__ import annotations

import numpy as np

from nn_tui.insight.pictures import Array, Role, Span
from nn_tui.insight.step.digits import listed, number, rounded
from nn_tui.insight.step.expression import Written, total

TERMS = 64
"""Terms of a sum that are written; the rest of a longer one is one number."""
SHORT = 4
"""A sum of so many terms is written whole; of a longer one the terms that are 0 are left out."""
MOST = 64
"""Numbers of a list that are written."""
FINE = 12
"""Digits of a number that stands for the rest of a sum."""


class Paper:
    """Lines of text, from above."""

    def __init__(self) -> None:
        self.lines: list[tuple[Span, ...]] = []
        self._starts: list[int] = []

    def heading(self, text: str) -> None:
        """Begin a part of the page."""
        if self.lines:
            self.lines.append(())
        self._starts.append(len(self.lines))
        self.lines.append(((text, "strong"),))

    def part(self, number: int) -> tuple[tuple[Span, ...], ...]:
        """Give the lines under the heading with this number, from 1; all of them for 0."""
        if not number:
            return tuple(self.lines)
        start, *following = self._starts[number - 1 :]
        return tuple(self.lines[start : following[0] - 1 if following else None])

    def say(self, text: str) -> None:
        """Write a line of words."""
        self.lines.append(((text, "text"),))

    def title(self, text: str, formula: str = "") -> None:
        """Begin a layer; its formula stands beside it."""
        line: tuple[Span, ...] = ((text, "mark"),)
        self.lines.append((*line, (f"   {formula}", "faint")) if formula else line)

    def note(self, text: str) -> None:
        """Say something in words."""
        self.lines.append(((f"  {text}", "faint"),))

    def formula(self, text: str) -> None:
        """Write formulas, a line each, as they stand."""
        for line in text.splitlines():
            if line.strip():
                self.note(line.strip())

    def sum_up(
        self, name: str, how: Written | None, result: float, role: Role, note: str = "", digits: int = 0
    ) -> None:
        """Write a calculation and its result; the result alone where nothing is calculated."""
        told = number(result, digits) if digits else number(result)
        parts: list[Span] = [(f"  {name} = ", "text")]
        if how is not None and how.text != told:
            parts.append((f"{how.text} = ", "text"))
        parts.append((told, role))
        if note:
            parts.append((f"   {note}", "faint"))
        self.lines.append(tuple(parts))

    def numbers(self, name: str, values: Array, role: Role, note: str = "") -> None:
        """Write a list of numbers."""
        parts: list[Span] = [(f"  {name} = ", "text"), (listed(values, MOST), role)]
        if note:
            parts.append((f"   {note}", "faint"))
        self.lines.append(tuple(parts))


def products(one: Array, other: Array) -> tuple[list[Written], str]:
    """Give the terms of a sum of products, and what is to be said of those that are not written."""
    each = one * other
    there = np.flatnonzero(each) if len(each) > SHORT else np.arange(len(each))
    kept = there
    if len(there) > TERMS:
        kept = np.sort(there[np.argsort(-np.abs(each[there]), kind="stable")[:TERMS]])
    left = np.setdiff1d(there, kept)
    terms = [Written(one[at]) * Written(other[at]) for at in kept]
    zero = len(each) - len(there)
    notes = [f"{zero} more {'term is' if zero == 1 else 'terms are'} 0"] if zero else []
    if len(left):
        terms.append(Written(float(rounded(each[left].sum(), FINE))))
        notes.insert(0, f"the last number is the sum of the {len(left)} smallest terms")
    return terms, "; ".join(notes)


def sum_of(values: Array) -> Written | None:
    """Write a sum of numbers; None where there are too many to write."""
    return total(Written(one) for one in values) if len(values) <= TERMS else None
