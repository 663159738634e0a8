"""`FrameRate`: how often the screen draws while it trains, and what it draws at which frame.

A frame draws one part of the screen, so that a key never waits for more than that.
"""

from __future__ import annotations

import time
from collections.abc import Callable

MOST_A_SECOND = 16
"""Frames; a part is drawn at every fourth of them, and faster would hardly be seen."""
SHARE = 0.025
"""The part of the program's processor time that frames may take while it trains at full speed."""
LONGEST = 1.0
"""Seconds between two frames at most, so that what is shown stays live whatever a frame costs."""

TURNS = 4
LOSS, INSIGHT, METRIC, LINES = range(TURNS)
"""Whose turn it is: the chart of the loss, the insight, the chart of the metric, the lines of text."""


class FrameRate:
    """Says when the next frame is due: as often as the terminal takes them and as their cost allows.

    Args:
        waiting: tells whether the terminal has not taken what was written last.
        clock: seconds. Default: of the day's clock that only goes forward.
        own: processor seconds of the thread that draws. Default: of the calling thread.
        whole: processor seconds of the program. Default: of this process.
    """

    def __init__(
        self,
        waiting: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
        own: Callable[[], float] = time.thread_time,
        whole: Callable[[], float] = time.process_time,
    ) -> None:
        self._waiting, self._clock, self._own, self._whole = waiting, clock, own, whole
        self._cost = 0.0
        self._began = 0.0
        self._last = self._last_whole = 0.0

    def due(self, *, hurried: bool) -> bool:
        """Whether a frame may be drawn now.

        Args:
            hurried: whether training wants all the time it can get.
        """
        if self._waiting():
            return False
        if not hurried or self._clock() - self._last >= LONGEST:
            return True
        return self._cost <= SHARE * (self._whole() - self._last_whole)

    def begin(self) -> None:
        """Note that a frame begins."""
        self._last, self._last_whole, self._began = self._clock(), self._whole(), self._own()

    def end(self) -> None:
        """Note that it is painted."""
        self._cost = self._own() - self._began
        self._last = self._clock()
