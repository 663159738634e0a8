"""The gate is open while the event loop sleeps, and closed while it works."""

from __future__ import annotations

import asyncio
import sys

from nn_tui.experiment.gate import Gate
from nn_tui.tui.courtesy import run_courteously


def test_the_gate_is_closed_while_the_loop_works_and_open_while_it_sleeps() -> None:
    gate = Gate()
    seen: list[tuple[str, bool]] = []
    close, open_ = gate.close, gate.open
    gate.close = lambda: (close(), seen.append(("closed", gate.closed)))  # type: ignore[method-assign, assignment]
    gate.open = lambda: (open_(), seen.append(("open", gate.closed)))  # type: ignore[method-assign, assignment]

    async def work() -> str:
        await asyncio.sleep(0.001)
        assert gate.closed, "it works again"
        return "done"

    before = sys.getswitchinterval()
    assert run_courteously(work(), gate) == "done"
    assert ("open", False) in seen and ("closed", True) in seen
    assert not gate.closed, "nobody is held up when it has ended"
    assert sys.getswitchinterval() == before
