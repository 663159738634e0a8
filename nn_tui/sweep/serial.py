"""Trials one after the other, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from nn_tui.sweep.trial import Order, Outcome, Progress, train_trial


class Serial:
    """Trains where it is called."""

    words = "one trial after the other"

    def run(
        self,
        orders: Sequence[Order],
        tell: Callable[[Progress], None],
        stop: Callable[[], bool],
    ) -> Iterator[Outcome]:
        """Give each outcome as it comes; after `stop` no other trial begins."""
        for order in orders:
            if stop():
                return
            yield train_trial(order, tell, stop)

    def close(self) -> None:
        """Nothing was opened."""
