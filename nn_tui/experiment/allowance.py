"""`Allowance`: a share of the time, for work beside the training."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType

AHEAD = 0.001
"""Seconds that are free at the beginning, and that are saved up at most."""


class Allowance:
    """Says when there is time for some work; a `with` block around the work counts what it takes.

    Args:
        share: the part of the time that the work may take, 0 to 1.
        clock: seconds that only grow. Default: the machine's.
    """

    def __init__(self, share: float, clock: Callable[[], float] = time.perf_counter) -> None:
        self.share = share
        self._clock = clock
        self._credit, self._asked = AHEAD, clock()
        self._began = 0.0

    @property
    def free(self) -> bool:
        """Whether what was taken is made up for."""
        now = self._clock()
        self._credit = min(AHEAD, self._credit + self.share * (now - self._asked))
        self._asked = now
        return self._credit > 0

    def __enter__(self) -> None:
        self._began = self._clock()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._credit -= self._clock() - self._began
