"""How fast it trains."""

from __future__ import annotations

import time


class Speed:
    """Samples a second over about the last second of training."""

    def __init__(self) -> None:
        self.value = 0.0
        self._since = 0.0
        self._samples = 0

    def start(self, samples: int) -> None:
        self._since, self._samples = time.perf_counter(), samples

    def update(self, samples: int) -> None:
        now = time.perf_counter()
        passed = now - self._since
        if passed >= 0.5 or (self.value == 0 and passed > 0.02):
            self.value = (samples - self._samples) / passed
            self._since, self._samples = now, samples

    def stop(self) -> None:
        self.value = 0.0
