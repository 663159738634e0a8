"""How many threads a matrix product takes: one for small networks, all cores for large ones.

Sharing a small product out costs more than computing it: 784-128-10 with batch 32 takes 1.6 times as
long on two threads as on one. The number is chosen by the size of the work alone, so that the same
experiment gives the same numbers on the same machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SMALL = 4_000_000
"""Parameters times rows in a batch, below which one thread is used."""
_most: ContextVar[int | None] = ContextVar("most", default=None)


def suit_threads(parameters: int, batch_size: int) -> int:
    """Set the threads of this process for a network's training; give how many there are."""
    from threadpoolctl import threadpool_limits

    cores = os.cpu_count() or 1
    threads = 1 if parameters * batch_size < SMALL else min(cores, _most.get() or cores)
    threadpool_limits(threads, user_api="blas")
    return threads


@contextmanager
def at_most(threads: int) -> Iterator[None]:
    """Train with no more threads than this, so that several trainings share a machine.

    Their sums are then added up in the same order wherever they run, which the number of threads changes.
    """
    before = _most.set(threads)
    try:
        yield
    finally:
        _most.reset(before)
