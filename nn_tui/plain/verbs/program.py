"""Commands of the program itself: help, the guide, how much is told, the bell, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nn_tui.errors import UsageError
from nn_tui.plain.narrator import read_rhythm
from nn_tui.plain.verbs.verb import VERBS, Words, verb, verb_named

if TYPE_CHECKING:
    from nn_tui.plain.shell import Shell

__all__ = ["bell", "guide", "help_", "quit_", "say"]


@verb("Program", "?", "[COMMAND|GROUP]")
def help_(shell: Shell, words: Words) -> None:
    """Tell every command in a sentence; help train tells all of one, help look those of a group."""
    groups = list(dict.fromkeys(one.group for one in VERBS.values()))
    asked = words[0].lower() if words else ""
    if asked and asked.capitalize() in groups and asked not in VERBS:
        groups = [group for group in groups if group.lower() == asked]
    elif asked:
        shell.say(*verb_named(asked).help)
        return
    for group in groups:
        shell.say(f"{group}:", *(one.line for one in VERBS.values() if one.group == group))


@verb("Program", "gd", "[PAGE|search WORDS]")
def guide(shell: Shell, words: Words) -> None:
    """Tell the pages of the guide, one page, or the places that have some words: guide search padding."""
    from nn_tui.guide import page_lines, place_lines

    if words[:1] == ["search"]:
        shell.say(*place_lines(" ".join(words[1:])))
    else:
        shell.say(*page_lines(" ".join(words)))


@verb("Program", "y", "[every N epochs|N seconds|nothing]")
def say(shell: Shell, words: Words) -> None:
    """Choose how often epochs are told while it trains; what is wrong and the end are always told."""
    if words:
        shell.narrator.rhythm = read_rhythm(words)
    shell.say(f"Told while it trains: {shell.narrator.rhythm.words}.")


@verb("Program", "bl", "[on|off]")
def bell(shell: Shell, words: Words) -> None:
    """Ring the bell at the end of a training and when something is found wrong, or do not."""
    if words and words[0] not in ("on", "off"):
        raise UsageError(f"The bell is on or off, got {words[0]!r}.", "Type bell on.")
    if words:
        shell.voice.rings = words[0] == "on"
    shell.say(f"The bell is {'on' if shell.voice.rings else 'off'}.")


@verb("Program", "q")
def quit_(shell: Shell, words: Words) -> None:
    """Leave the program; a run in training is saved first."""
    shell.left = True
