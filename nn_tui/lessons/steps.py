"""What "show me" does, step by step: a key, a text that is typed, a wait until something holds.

"space"               a key, as the keys' table or Textual writes it: `]`, `enter`, `ctrl+o`, `down`
"3 down"              a key, three times
"type 0.3"            the characters of a text, one after the other
"insight weights"     what shows an insight: its number, or its name in the list of all
"wait epoch >= 20"    until a condition holds (see `conditions`), but not for ever
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nn_tui.declare import nearest, registered
from nn_tui.errors import SpecError
from nn_tui.insight.tabs import insights
from nn_tui.lessons.conditions import Condition, read_condition

_REPEATED = re.compile(r"(\d{1,2}) (\S+)")
_NAMES = {
    " ": "space",
    ".": "full_stop",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "{": "left_curly_bracket",
    "}": "right_curly_bracket",
    "+": "plus",
    "-": "minus",
    "=": "equals_sign",
    "?": "question_mark",
    "/": "slash",
    ",": "comma",
    ":": "colon",
    "_": "underscore",
    "*": "asterisk",
    "(": "left_parenthesis",
    ")": "right_parenthesis",
    "esc": "escape",
}
"""What Textual calls keys that people write as a sign."""


@dataclass(frozen=True)
class Press:
    """A key."""

    key: str
    """As Textual calls it."""
    shown: str
    """As people write it."""


@dataclass(frozen=True)
class Type:
    """Characters that are typed."""

    text: str


@dataclass(frozen=True)
class Wait:
    """Until a condition holds."""

    until: Condition


@dataclass(frozen=True)
class Insight:
    """An insight is shown."""

    name: str


Step = Press | Type | Insight | Wait


def read_steps(written: str) -> tuple[Step, ...]:
    """Read one entry of a task's `show`.

    Raises:
        SpecError: it is no step.
    """
    word, _, rest = written.partition(" ")
    if word == "type" and rest:
        return (Type(rest),)
    if word == "insight" and rest:
        return (Insight(rest),)
    if word == "wait" and rest:
        return (Wait(read_condition(rest)),)
    if found := _REPEATED.fullmatch(written):
        return (press(found[2]),) * int(found[1])
    if not written or " " in written:
        raise SpecError(
            f"{written!r} is no step.", 'Write a key, "3 down", "type TEXT" or "wait CONDITION".'
        )
    return (press(written),)


def press(key: str) -> Press:
    """Give the press of a key that is written as people or as Textual write it."""
    signs = {name: sign for sign, name in _NAMES.items() if sign.strip()}
    return Press(_NAMES.get(key, key), signs.get(key, key))


def insight_keys(name: str) -> tuple[Press | Type, ...]:
    """Give the keys that show an insight."""
    key = insight_key(name)
    return (press(key),) if key.isdigit() else (press("g"), Type(insight_title(name)), press("enter"))


def insight_title(name: str) -> str:
    """Write an insight's name as the list of all has it."""
    return name.replace("_", " ").replace("-", " ")


def insight_key(name: str) -> str:
    """Give the key that an insight has: its number, or that of the list of all.

    Raises:
        SpecError: there is none of that name.
    """

    known = (*insights(), *registered("page"))
    if name not in known:
        raise SpecError(f"There is no insight {name!r}.", nearest(name, known))
    number = known.index(name) + 1
    return str(number) if number <= 9 else "g"


def character(key: str) -> str | None:
    """Give the character that a key types; None where it types none."""
    signs = {name: sign for sign, name in _NAMES.items() if len(sign) == 1}
    return key if len(key) == 1 else signs.get(key)
