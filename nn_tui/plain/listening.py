"""`Ears`: what comes from outside: typed lines, the end of the input, signals. One queue for all.

Lines are read in a thread, so that commands can be typed while a network trains.
"""

from __future__ import annotations

import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from types import FrameType
from typing import TextIO

from nn_tui.plain.keyboard import LONGEST, keyboard_of


class Ears:
    """Listens to a stream of lines and to signals.

    Args:
        stream: where lines come from.
        echo: writes what is typed, where that is not done by the terminal.
    """

    def __init__(self, stream: TextIO, echo: Callable[[str], None]) -> None:
        self._keyboard = keyboard_of(stream, echo)
        self._echo = echo
        self._heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._kept: deque[str | None] = deque()
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
            for line in self._stream if self._keyboard is None else self._keyboard.lines():
                self._heard.put(line[:LONGEST])
        except (OSError, ValueError):  # the terminal is gone, or the stream closed
            pass
        self._heard.put(None)

    @property
    def typing(self) -> bool:
        """Whether a line is half typed, so that nothing should be told."""
        return self._keyboard is not None and bool(self._keyboard.line.text)

    def drop(self) -> None:
        """Forget the line that is half typed."""
        if self._keyboard is not None and self.typing:
            self._keyboard.line.text = ""
            self._echo("\n")

    def next(self, seconds: float) -> str | None:
        """Give the next line; None where none comes within the time, or a signal does."""
        if self.interrupts or self.dismissed:
            return None
        try:
            line = self._kept.popleft() if self._kept else self._heard.get(timeout=seconds)
        except queue.Empty:
            return None
        if line is None:
            self.ended = True
        elif line == "":  # a signal has woken us
            return None
        return line

    def disturbed(self, seconds: float, *, lines: bool) -> bool:
        """Wait for some seconds, and say whether something has come meanwhile.

        Args:
            seconds: how long to wait.
            lines: whether a line counts, which is kept for `next`; signals always do.
        """
        if lines and not self._kept:
            with suppress(queue.Empty):
                self._kept.append(self._heard.get(timeout=seconds))
        elif not lines:
            time.sleep(seconds)
        return bool(self._kept or self.interrupts or self.dismissed)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Listen for a while; the terminal is left as it was.

        Ctrl+C and the signals that end a program are taken as questions; a third Ctrl+C ends it at once.
        """

        def take(number: int, frame: FrameType | None) -> None:
            if number == signal.SIGINT:
                self.interrupts += 1
                if self.interrupts > 2:
                    raise KeyboardInterrupt
            else:
                self.dismissed = True
            self._heard.put("")

        if threading.current_thread() is not threading.main_thread():  # only that one may take signals
            self.start()
            yield
            return
        numbers = [signal.SIGINT, signal.SIGTERM]
        numbers += [signal.SIGHUP] if hasattr(signal, "SIGHUP") else []
        before = [signal.signal(number, take) for number in numbers]
        try:
            with nullcontext() if self._keyboard is None else self._keyboard.taken():
                self.start()
                yield
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)
