"""What the terminal cannot do, asked of the environment."""

from __future__ import annotations

import os


def needs_ascii() -> bool:
    """Whether only ASCII characters can be shown: the locale names another encoding than UTF-8.

    `NN_TUI_ASCII=1` or `0` decides it by hand, for fonts that lack line and block characters.
    """
    chosen = os.environ.get("NN_TUI_ASCII", "")
    if chosen:
        return chosen != "0"
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(name)), "")
    # No locale at all is taken for UTF-8, as Python itself does it.
    return bool(locale) and "utf" not in locale.lower()


def wants_no_colours() -> bool:
    """Whether no colours are to be sent: `NO_COLOR` is there and not empty (https://no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))


def cannot_draw() -> bool:
    """Whether the terminal cannot move its cursor, so that only lines can be written to it.

    A terminal that nobody has described to this machine is taken for one that can.
    """
    term = os.environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        return True
    try:
        import curses

        curses.setupterm(term, 1)
        return not curses.tigetstr("cup")
    except Exception:  # no curses here, or no description; curses.error has no name before the import
        return False
