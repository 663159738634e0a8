"""Open the app without a terminal and visit what shows words of a file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

KEYS = ("D", "escape", "1", "2", "3", "4", "5", "P", "escape", "v", "escape", "h", "escape", "y", "escape")


def visit(words: Sequence[str]) -> int:
    """Open a source in the app, train an epoch and look at the screens; return the exit status."""
    from nn_tui.errors import NnTuiError
    from nn_tui.export.opening import open_anything

    try:
        spec = open_anything(words[0]).spec
    except NnTuiError:
        return 0  # how it is refused is seen on the command line
    asyncio.run(_visit(spec))
    return 0


async def _visit(spec: object) -> None:
    from nn_tui.tui.app import NnTuiApp
    from tests.fuzz.attempt import controls

    app = NnTuiApp(spec)  # type: ignore[arg-type]  # what open_anything returned
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("greater_than_sign")
        for key in KEYS:
            await pilot.press(key)
            await pilot.pause()
            for line in app.screen._compositor.render_strips():
                for segment in line:
                    found = controls(segment.text) or ("\n" if "\n" in segment.text else "")
                    if found:
                        print(f"fault in the program: drawn after {key}: {found!r}")
                        return
        await pilot.pause()
