"""Which language the lessons are told in: the one chosen before, else that of the locale, else English."""

from __future__ import annotations

import os
from collections.abc import Mapping

from nn_tui.declare import nearest
from nn_tui.errors import UsageError
from nn_tui.lessons.shelf import languages


def language_for(chosen: str = "", environment: Mapping[str, str] | None = None) -> str:
    """Give the language to begin with.

    Args:
        chosen: what was chosen before; empty for nothing.
        environment: where the locale is looked up. Default: the process's own.
    """
    if chosen in languages():
        return chosen
    place = os.environ if environment is None else environment
    locale = next((place[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if place.get(name)), "")
    begun = locale.split("_")[0].split(".")[0].lower()
    return begun if begun in languages() else languages()[0]


def asked_language(word: str) -> str:
    """Give a language by its name.

    Raises:
        UsageError: there are no lessons in it.
    """
    if word not in languages():
        raise UsageError(f"There are no lessons in {word!r}.", nearest(word, languages()))
    return word


def next_language(language: str) -> str:
    """Give the language after this one, round the end."""
    known = languages()
    return known[(known.index(language) + 1) % len(known)] if language in known else known[0]
