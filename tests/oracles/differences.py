"""How far the engine's weights ended from the oracle's, kept by test for the table printed at the end."""

import os

LARGEST: dict[str, float] = {}
"""The largest difference of each test function, relative to the largest number of the array compared."""


def noted(difference: float) -> float:
    """Keep the difference if it is the test's largest so far, and give it back."""
    test = os.environ["PYTEST_CURRENT_TEST"].rsplit("/", 1)[-1].split("[")[0].split(" ")[0]
    LARGEST[test] = max(LARGEST.get(test, 0.0), float(difference))
    return difference
