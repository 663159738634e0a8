"""`Stopwatch`: how long was trained, in all and in this epoch, and how fast it goes."""

from __future__ import annotations

import time
from collections.abc import Callable

SPEED_SECONDS = 0.5
"""Over how long the speed is measured, but for the first time."""
FIRST_SECONDS = 0.02


class Stopwatch:
    """Runs while it trains; what it says is as of the last look at it.

    Args:
        clock: seconds that only grow. Default: the machine's.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds = 0.0
        """Trained in all."""
        self.samples_per_second = 0.0
        """Over about the last second; 0 while nothing is trained."""
        self._clock = clock
        self._looked = 0.0
        self._epoch_began = self._epoch_spent = 0.0
        self._measured_from, self._samples = 0.0, 0

    def restart(self, seconds: float = 0.0) -> None:
        """Begin at the start of an epoch, with so many seconds trained before."""
        self.seconds, self._epoch_spent = seconds, 0.0
        self._looked = self._epoch_began = self._clock()

    def begin(self, samples: int) -> None:
        """Begin or go on to train, with so many samples done."""
        now = self._looked = self._measured_from = self._clock()
        self._epoch_began = now - self._epoch_spent
        self._samples = samples

    def look(self, samples: int | None = None) -> None:
        """Take the time; with the samples done so far, the speed too."""
        now = self._clock()
        self.seconds += now - self._looked
        self._looked = now
        passed = now - self._measured_from
        enough = SPEED_SECONDS if self.samples_per_second else FIRST_SECONDS
        if samples is not None and passed >= enough:
            self.samples_per_second = (samples - self._samples) / passed
            self._measured_from, self._samples = now, samples

    def epoch_ended(self) -> float:
        """Give the seconds of the epoch that ends here."""
        now = self._clock()
        spent, self._epoch_began = now - self._epoch_began, now
        return spent

    def end(self) -> None:
        """Stop; it may go on within this epoch."""
        self.look()
        self._epoch_spent = self._looked - self._epoch_began
        self.samples_per_second = 0.0
