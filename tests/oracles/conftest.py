"""The element types to try, and a table of the largest differences after the last test."""

from typing import Any

import pytest

from tests.oracles.differences import LARGEST


@pytest.fixture(params=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:  # one of several processes: hand the figures to the first
        output["differences"] = dict(LARGEST)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    for test, difference in getattr(node, "workeroutput", {}).get("differences", {}).items():
        LARGEST[test] = max(LARGEST.get(test, 0.0), difference)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if LARGEST:
        terminalreporter.section("largest differences, relative to the largest number of each array")
        for test, difference in sorted(LARGEST.items(), key=lambda pair: -pair[1]):
            terminalreporter.write_line(f"{difference:9.1e}  {test}")
