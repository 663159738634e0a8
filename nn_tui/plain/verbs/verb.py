"""`Verb`: a command as it is registered: its name, its short form, what follows it, what it does."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from nn_tui.declare import sentence
from nn_tui.errors import UsageError

if TYPE_CHECKING:
    from nn_tui.plain.shell import Shell

Words = Sequence[str]
Run = Callable[["Shell", Words], None]
Group = Literal["Train", "Network", "Look", "Use", "Experiment", "Program"]


@dataclass(frozen=True)
class Verb:
    """One command."""

    name: str
    short: str
    usage: str
    """What may follow it, as `[N epochs]`."""
    group: Group
    run: Run

    @property
    def line(self) -> str:
        """Its entry in a list."""
        return f"{self.name} ({self.short}): {sentence(self.run)}"

    @property
    def help(self) -> list[str]:
        """All that is said of it."""
        text = inspect.getdoc(self.run) or ""
        parts = [" ".join(part.split()) for part in text.split("\n\n")]
        return [f"{self.name} {self.usage}".strip() + f", short {self.short}.", *parts]


_verbs: dict[str, Verb] = {}
VERBS: Mapping[str, Verb] = MappingProxyType(_verbs)
"""Every command by its name, in the order of the help."""


def verb(group: Group, short: str, usage: str = "") -> Callable[[Run], Run]:
    """Register a command under its function's name; use it as a decorator.

    Raises:
        ValueError: the name or the short form is taken.
    """

    def enter(run: Run) -> Run:
        name = run.__name__.strip("_")
        taken = {*_verbs, *(one.short for one in _verbs.values())}
        if name in taken or short in taken:
            raise ValueError(f"command {name!r} or {short!r} is registered twice")
        _verbs[name] = Verb(name, short, usage, group, run)
        return run

    return enter


def verb_named(word: str) -> Verb:
    """Give the command with a name or a short form.

    Raises:
        UsageError: there is none; says the nearest.
    """
    wanted = word.lower()
    for one in _verbs.values():
        if wanted in (one.name, one.short):
            return one
    begun = [name for name in _verbs if name.startswith(wanted)]
    near = begun[:1] or difflib.get_close_matches(wanted, _verbs, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}?" if near else "Type help for the commands."
    shown = word if len(word) <= 40 else f"{word[:37]}..."
    raise UsageError(f"There is no command {shown!r}.", hint)


def whole_number(word: str, what: str, *, least: int = 1) -> int:
    """Read a whole number.

    Raises:
        UsageError: it is none, or too small.
    """
    try:
        number = int(word)
    except ValueError:
        raise UsageError(f"{what} must be a whole number, got {word!r}.", "") from None
    if not least <= number < 10**9:
        raise UsageError(f"{what} must be at least {least} and less than a billion, got {number}.", "")
    return number
