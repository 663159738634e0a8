"""Threads by the size of the work."""

import os

from threadpoolctl import threadpool_info

from nn_tui.experiment.threads import suit_threads


def blas_threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_small_networks_take_one_thread_and_large_ones_all() -> None:
    cores = os.cpu_count() or 1
    assert suit_threads(100_000_000, 128) == cores
    assert blas_threads() == {cores}
    assert suit_threads(642, 10) == 1
    assert blas_threads() == {1}
