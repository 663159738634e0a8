"""What a right screen looks like, whatever the terminal."""

from __future__ import annotations

import contextlib
import re

from rich.cells import cell_len
from textual.pilot import Pilot

from nn_tui.experiment.examples import example
from nn_tui.tui.app import NnTuiApp
from tests.terminal.program import Terminal
from tests.tui.waiting import until

SCROLL_BAR = str.maketrans("▁▂▃▄▅▆▇█", "        ")


def epoch_shown(terminal: Terminal) -> int:
    """Give the epoch that the first line tells; -1 when it tells none."""
    found = re.search(r"epoch (\d+)/", terminal.lines[0])
    return int(found[1]) if found else -1


Look = tuple[tuple[int, int], str]
"""A size, and the keys pressed there."""


async def drawn_by_the_app(*looks: Look) -> list[list[str]]:
    """Give the lines that the app itself draws after the course's training, at sizes and after keys."""
    app = NnTuiApp(example("clinical-trial"), ascii_only=False)
    drawn = []
    async with app.run_test(size=looks[0][0]) as pilot:
        await _until(pilot, "ready")
        await pilot.press("space")
        await _until(pilot, "finished")
        for size, keys in looks:
            await pilot.resize_terminal(*size)
            await pilot.press(*keys)
            await until(pilot, lambda: app._resized is None)  # the size has come to rest
            strips = app.screen._compositor.render_strips()
            lines = ["".join(segment.text for segment in strip) for strip in strips]
            drawn.append([line.replace("\N{NO-BREAK SPACE}", " ") for line in lines])
    return drawn


def without_charts(lines: list[str]) -> list[str]:
    """Leave out what is not the same every time: charts beside other panels, scroll bars, seconds."""
    lines = [re.sub(r" \d+s - ", " 0s - ", line.translate(SCROLL_BAR)) for line in lines]
    if len(lines[0]) < 110:
        return lines
    width = 46 if len(lines[0]) >= 170 else 40
    log = next((row for row, line in enumerate(lines) if "─ Log ─" in line), len(lines) - 1)
    return [line if row in (0, *range(log, len(lines))) else line[:width] for row, line in enumerate(lines)]


async def _until(pilot: Pilot[None], phase: str) -> None:
    app = pilot.app
    assert isinstance(app, NnTuiApp)
    await until(pilot, lambda: app.snapshot is not None and app.snapshot.status.phase == phase)


def assert_whole(terminal: Terminal, *, ascii_only: bool = False) -> None:
    """See that every panel is framed, nothing is cut off or garbled, and the charts go from end to end."""
    columns, rows = terminal.size
    lines = terminal.lines
    text = "\n".join(lines)
    assert len(lines) == rows
    for line in lines:
        assert cell_len(line) == columns and "\ufffd" not in line
        assert not ascii_only or line.isascii(), line
    corners = ("+", "+") if ascii_only else ("╭", "╯")
    if columns >= 50 and rows >= 14:
        assert all(corner in text for corner in corners)
        frames = text.count(corners[0])
        assert ascii_only or frames == text.count("╮") == text.count("╰") == text.count("╯"), text


def wait_until_still(terminal: Terminal) -> None:
    """Wait until nothing has been written for half a second."""
    seen = -1
    while seen != len(terminal.raw):
        seen = len(terminal.raw)
        with contextlib.suppress(AssertionError):
            terminal.wait(lambda now, seen=seen: len(now.raw) != seen, 0.5)  # type: ignore[misc]


def wait_until_whole(terminal: Terminal, *, ascii_only: bool = False) -> None:
    """Wait until `assert_whole` holds, as a frame may be half drawn."""

    def whole(now: Terminal) -> bool:
        try:
            assert_whole(now, ascii_only=ascii_only)
        except AssertionError:
            return False
        return True

    with contextlib.suppress(AssertionError):
        terminal.wait(whole, 30)
    assert_whole(terminal, ascii_only=ascii_only)


def curve_columns(terminal: Terminal, title: str, *, ascii_only: bool = False) -> list[int]:
    """Give the columns of a chart in which something of a curve is, counted from its frame; none yet."""
    lines = terminal.lines
    top = next((row for row, line in enumerate(lines) if f" {title} " in line), -1)
    if top < 0:
        return []
    left = lines[top].index(f" {title} ") - 2
    ends = "+" if ascii_only else "╮"
    right = lines[top].index(ends, left + len(title) + 3)
    sign = "*o" + "".join(map(chr, range(0x2801, 0x2900)))
    found: set[int] = set()
    for line in lines[top + 2 :]:
        if line[left] in "+╰":
            break
        found |= {column - left for column in range(left + 1, right) if line[column] in sign}
    return sorted(found)
