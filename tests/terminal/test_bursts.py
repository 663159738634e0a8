"""Keys that reach the program in one piece, as over a slow line, do what they do one by one."""

from __future__ import annotations

import pytest

from tests.terminal.program import Terminal


@pytest.mark.parametrize("keys", ["\r9\tt\r", "a\x1b\r9\tt\r", "y\x1b\r9\tt\r\x1b", "a\x1bbo\x1b\r9\tt\r"])
def test_a_burst_reaches_the_form(keys: str) -> None:
    with Terminal("clinical-trial") as terminal:
        terminal.wait_for("ready")
        terminal.press(keys)
        terminal.wait_for("1 Dense 9 tanh")
        terminal.press("\x1bu")
        terminal.wait_for("1 Dense 16 relu")
        terminal.press("\x1bq")
        assert terminal.end(60) == 0
        terminal.assert_clean()
