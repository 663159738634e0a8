"""The program in a pseudo-terminal as in the tests, with the moment at which every byte of it arrived.

The bytes are read by a thread that does nothing else, so that the program never waits for its terminal, and
each piece is stamped as it arrives. The model of the screen, which is slow, takes the pieces later.
"""

from __future__ import annotations

import os
import re
import select
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psutil

from tests.terminal.program import Terminal

FRAME_BEGIN = b"\x1b[?2026h"
"""What the program writes before each repaint of a terminal that takes repaints whole, as this one does."""
_SYNC_QUESTION, _SYNC_ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"


@dataclass(frozen=True)
class Piece:
    """Bytes that came together, and when the last of them was there, by `time.perf_counter`."""

    at: float
    data: bytes


class StampedTerminal(Terminal):
    """A terminal whose reader stamps and whose screen is brought up to date by `take`.

    Args: as `Terminal` has them.
    """

    def __init__(self, *arguments: str, **options: Any) -> None:
        # The stamping thread must not wait for the model of the screen.
        sys.setswitchinterval(1e-4)
        self._pieces: deque[Piece] = deque()
        self.started = time.perf_counter()
        super().__init__(*arguments, **options)
        self.usage = psutil.Process(self.process.pid)

    def _read(self) -> None:
        while True:
            self._reading.wait()
            ready, _, _ = select.select([self._master, self._word[0]], [], [])
            if self._word[0] in ready:
                return
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            piece = Piece(time.perf_counter(), data)
            if _SYNC_QUESTION in data:
                self.press(_SYNC_ANSWER)
            with self._changed:
                self._pieces.append(piece)
                self._changed.notify_all()

    def type(self, key: str) -> float:
        """Press a key; gives the moment just before it was written."""
        at = time.perf_counter()
        self.press(key)
        return at

    def take(self, timeout: float) -> Piece | None:
        """Give the next piece to the model of the screen; None when none came in so many seconds."""
        with self._changed:
            if not self._pieces:
                self._changed.wait(timeout)
            if not self._pieces:
                return None
            piece = self._pieces.popleft()
        self._feed(piece.data)
        return piece

    def take_for(self, seconds: float) -> list[Piece]:
        """Give to the model what comes in the next seconds; gives those pieces."""
        until = time.perf_counter() + seconds
        pieces = []
        while (left := until - time.perf_counter()) > 0:
            if piece := self.take(left):
                pieces.append(piece)
        return pieces

    def seen(self, holds: Callable[[StampedTerminal], object], timeout: float = 20.0) -> float:
        """Wait until the screen fulfils a condition; gives when the bytes that made it so were there.

        Raises:
            TimeoutError: it never did.
        """
        until = time.perf_counter() + timeout
        while (left := until - time.perf_counter()) > 0:
            piece = self.take(left)
            if piece is not None and holds(self):
                return piece.at
            if piece is None and self.process.poll() is not None:
                break
        raise TimeoutError(f"not seen within {timeout:g} s:\n{self.text}")

    def part(self, left: int = 0, right: int | None = None, top: int = 0, bottom: int | None = None) -> str:
        """Give a part of what is shown: columns from left to right, rows from top to bottom."""
        columns, rows = self.size
        across, down = range(left, min(right or columns, columns)), range(top, min(bottom or rows, rows))
        with self._changed:
            buffer = self._screen.buffer
            return "\n".join("".join([buffer[row][column].data for column in across]) for row in down)

    def find(self, pattern: str, **part: int) -> str:
        """Give the first match of a pattern in a part of what is shown; its group where it has one."""
        found = re.search(pattern, self.part(**part))
        return "" if found is None else found.group(found.lastindex or 0)

    def thread_seconds(self) -> dict[str, float]:
        """Give the processor time of the first thread, which draws, and of all the others."""
        threads = {one.id: one.user_time + one.system_time for one in self.usage.threads()}
        first = threads.pop(self.process.pid, 0.0)
        return {"drawing": first, "others": sum(threads.values())}
