"""What every test may rely on: no test touches the runs of the person who runs it."""

import gc
import os
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

# Hundreds of tests start the program; where Python is told to keep no bytecode each would compile it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


@pytest.fixture(scope="session", autouse=True)
def home_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give what is made for several tests, before any of them has its own, a folder for runs too."""
    with pytest.MonkeyPatch.context() as environment:
        folder = tmp_path_factory.mktemp("home")
        environment.setenv("NN_TUI_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give folders for runs; pytest would look through all that there are for the number of each."""
    parent = tmp_path_factory.mktemp("homes")
    return (parent / str(number) for number in count())


@pytest.fixture(autouse=True)
def home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the program an empty folder of its own for runs."""
    folder = next(homes)
    folder.mkdir()
    monkeypatch.setenv("NN_TUI_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def power_stays_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave it to the system when what was saved reaches the disk: waiting for it takes 8 ms each time."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return how many tests run side by side: more than cores, as many wait for a program in a terminal."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 2


NUMERIC = ("engine", "experiment", "export", "insight", "lessons", "oracles")
"""Folders of tests whose numbers come out of sums and products; other files with such tests say so."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that another processor's last digits could change."""
    for item in items:
        if item.path.relative_to(Path(__file__).parent).parts[0] in NUMERIC:
            item.add_marker("numeric")


def pytest_collection_finish() -> None:
    """Spare Python's collector what stays to the end.

    The tests and what they import are half a million objects; looking through them again and again took a
    third of the time of the screen's tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
