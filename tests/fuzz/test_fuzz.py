"""A sample of the inputs of `python -m tests.fuzz`: no traceback, no hang, nothing written elsewhere."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the program is forked and its memory read as on Linux")
def test_inputs_of_strangers_are_answered() -> None:
    # In a process of its own: what is forked must have no threads.
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "--inputs", "88", "--first", "3000", "--workers", "1"],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
