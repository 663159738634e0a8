"""`Keyboard`: a terminal read key by key, so that it is known whether a line is half typed.

What is told then waits until the line is ended, and never cuts into it. Keys are echoed, and erased, with
the same bytes as the line editing of the terminal itself writes; no line is ever drawn again.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

ERASED = "\b \b"
LONGEST = 4000
"""Characters of a line."""
_ESCAPE = "\x1b"


class Line:
    """The line that is being typed: keys in, echo and whole lines out."""

    def __init__(self) -> None:
        self.text = ""
        self.ended = False
        """Whether Ctrl+D was pressed on an empty line."""
        self._skipping = ""
        """What was read of a key that sends several characters, such as an arrow."""

    def take(self, key: str) -> tuple[str, str | None]:
        """Take a character and give what is echoed, and the line if it ends one."""
        if self._skipping:
            return self._skip(key)
        match key:
            case "\n" | "\r":
                line, self.text = self.text, ""
                return "\n", f"{line}\n"
            case "\x7f" | "\b":
                return self._erase(1), None
            case "\x15":  # Ctrl+U
                return self._erase(len(self.text)), None
            case "\x17":  # Ctrl+W
                kept = self.text.rstrip()
                return self._erase(len(self.text) - (kept.rfind(" ") + 1)), None
            case "\x04" | "\x00":  # Ctrl+D; as a terminal passes it on that was taken after it was pressed
                self.ended = not self.text
                return "", None
            case "\x1b":
                self._skipping = key
            case "\t":
                return self.take(" ")
            case _ if key.isprintable() and len(self.text) < LONGEST:
                self.text += key
                return key, None
        return "", None

    def _skip(self, key: str) -> tuple[str, str | None]:
        first = self._skipping == _ESCAPE
        self._skipping += key
        if first and key not in "[O":
            self._skipping = ""
            return self.take(key)
        if not first and (key.isalpha() or key in "~\n\r" or len(self._skipping) > 20):
            self._skipping = ""
        return "", None

    def _erase(self, count: int) -> str:
        erased = self.text[len(self.text) - count :] if count else ""
        self.text = self.text[: len(self.text) - len(erased)]
        return ERASED * len(erased)


class Keyboard:
    """Reads a terminal key by key.

    Args:
        stream: the terminal.
        echo: writes what is typed.
    """

    def __init__(self, stream: TextIO, echo: Callable[[str], None]) -> None:
        self._file = stream.fileno()
        self._echo = echo
        self.line = Line()

    def lines(self) -> Iterator[str]:
        """Give each line that is typed, until the input ends."""
        decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        while data := os.read(self._file, 1024):
            for key in decoder.decode(data):
                shown, line = self.line.take(key)
                if shown:
                    self._echo(shown)
                if line is not None:
                    yield line
                if self.line.ended:
                    return

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take the terminal key by key for a while; it is left as it was."""
        import termios

        before = termios.tcgetattr(self._file)

        def take(*_: object) -> None:
            now = termios.tcgetattr(self._file)
            now[3] &= ~(termios.ICANON | termios.ECHO)
            now[6][termios.VMIN], now[6][termios.VTIME] = 1, 0
            termios.tcsetattr(self._file, termios.TCSADRAIN, now)

        take()
        handler = signal.signal(signal.SIGCONT, take)  # the shell has set it otherwise meanwhile
        try:
            yield
        finally:
            signal.signal(signal.SIGCONT, handler)
            with contextlib.suppress(termios.error):  # the terminal may be gone
                termios.tcsetattr(self._file, termios.TCSADRAIN, before)


def keyboard_of(stream: TextIO, echo: Callable[[str], None]) -> Keyboard | None:
    """Give the keyboard behind a stream; None where it is none, or lines are edited before they come.

    An editor that runs programs in a window of its own edits lines itself, and has switched the echo off.
    """
    try:
        import termios

        modes = termios.tcgetattr(stream.fileno())[3]
    except (ImportError, OSError, ValueError, termios.error):
        return None
    return Keyboard(stream, echo) if modes & termios.ICANON and modes & termios.ECHO else None
