"""`Ears`: what comes from outside: typed lines, the end of the input, signals. One queue for all.

Lines are read in a thread, so that commands can be typed while a network trains. The terminal itself edits
the line, so no prompt is drawn and nothing has to be put right when the program ends.
"""

from __future__ import annotations

import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TextIO

LONGEST = 4000
"""Characters of a line that are looked at."""


class Ears:
    """Listens to a stream of lines and to signals.

    Args:
        stream: where lines come from.
    """

    def __init__(self, stream: TextIO) -> None:
        self._heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._stream = stream
        self.ended = False
        """Whether the input has ended and all its lines were given."""
        self.interrupts = 0
        """How often Ctrl+C was pressed and not yet answered."""
        self.dismissed = False
        """Whether the system has asked the program to end, or the terminal is gone."""

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._read, name="input", daemon=True).start()

    def _read(self) -> None:
        try:
            for line in self._stream:
                self._heard.put(line[:LONGEST])
        except (OSError, ValueError):  # the terminal is gone, or the stream closed
            pass
        self._heard.put(None)

    def next(self, seconds: float) -> str | None:
        """Give the next line; None where none comes within the time, or a signal does."""
        if self.interrupts or self.dismissed:
            return None
        try:
            line = self._heard.get(timeout=seconds)
        except queue.Empty:
            return None
        if line is None:
            self.ended = True
        elif line == "":  # a signal has woken us
            return None
        return line

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Take Ctrl+C and the signals that end a program as questions; a third Ctrl+C ends it at once."""

        def take(number: int, frame: FrameType | None) -> None:
            if number == signal.SIGINT:
                self.interrupts += 1
                if self.interrupts > 2:
                    raise KeyboardInterrupt
            else:
                self.dismissed = True
            self._heard.put("")

        if threading.current_thread() is not threading.main_thread():  # only that one may take signals
            yield
            return
        numbers = [signal.SIGINT, signal.SIGTERM]
        numbers += [signal.SIGHUP] if hasattr(signal, "SIGHUP") else []
        before = [signal.signal(number, take) for number in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)
