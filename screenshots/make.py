"""Make the pictures of the README from the real app: `python screenshots/make.py`.

SVG is written by Textual; PNG by Chromium or rsvg-convert, whichever is installed.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from nn_tui.experiment.examples import example
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.tui.app import NnTuiApp

HERE = Path(__file__).parent
CELL = (12.2, 24.4)
"""Pixels of a character in Textual's SVG."""

Ready = Callable[[Snapshot], bool]

PICTURES: list[tuple[str, str, tuple[int, int], tuple[str, ...], Ready]] = [
    (
        "workbench",
        "clinical-trial",
        (120, 36),
        ("left_curly_bracket", "left_curly_bracket", "left_curly_bracket", "space"),
        lambda s: s.status.epoch >= 12,
    ),
    ("spiral", "spiral", (120, 36), ("space",), lambda s: s.status.phase == "finished"),
    ("network", "xor", (120, 36), ("1", "space"), lambda s: s.status.phase == "finished"),
    ("small", "clinical-trial", (80, 24), ("c", "space"), lambda s: s.status.phase == "finished"),
]
"""Name, example, size in cells, keys to press, and when the picture is taken."""


async def take(name: str, source: str, size: tuple[int, int], keys: tuple[str, ...], ready: Ready) -> None:
    """Run the app, press the keys, wait for the moment and write the SVG."""
    app = NnTuiApp(example(source))
    async with app.run_test(size=size) as pilot:
        await pilot.pause(1.0)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.2)
        for _ in range(600):
            if app.snapshot is not None and ready(app.snapshot):
                break
            await pilot.pause(0.1)
        else:
            sys.exit(f"{name}: the moment never came")
        await pilot.pause(0.3)
        svg = app.export_screenshot(title=f"nn-tui {source}")
    # The fonts that Textual names are fetched from elsewhere; any monospaced one does.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    (HERE / f"{name}.svg").write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n")


def to_png(name: str, size: tuple[int, int]) -> None:
    """Turn an SVG into a PNG with what is installed."""
    svg, png = HERE / f"{name}.svg", HERE / f"{name}.png"
    if browser := shutil.which("chromium") or shutil.which("google-chrome"):
        width, height = (round(n * cell + 40) for n, cell in zip(size, CELL, strict=True))
        with tempfile.TemporaryDirectory() as profile:
            command = [
                browser,
                *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"),
                *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
                f"--user-data-dir={profile}",
                f"--window-size={width},{height}",
                f"--screenshot={png}",
                svg.as_uri(),
            ]
            subprocess.run(command, check=True, capture_output=True, timeout=60)
    elif converter := shutil.which("rsvg-convert"):
        subprocess.run([converter, str(svg), "-o", str(png)], check=True)
    else:
        print(f"{png.name} is left as it was: neither Chromium nor rsvg-convert is installed.")


def main() -> None:
    """Make every picture."""
    for name, source, size, keys, ready in PICTURES:
        asyncio.run(take(name, source, size, keys, ready))
        to_png(name, size)
        print(f"{name}: {size[0]}x{size[1]}")


if __name__ == "__main__":
    main()
