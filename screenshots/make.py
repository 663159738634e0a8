"""Make the pictures of every screen from the real app: `python screenshots/make.py [NAME ...]`.

Each screen is taken at two sizes, dark and light, as NAME-COLUMNSxROWS-THEME.png. Pillow draws the cells of
the terminal one by one with a monospaced font. Nothing in a picture depends on the hour or on how fast the
machine is: times and speeds are fixed ones.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from rich.cells import cell_len
from rich.style import Style
from shots import RUNS, SHOTS, Shot
from textual.pilot import Pilot

from nn_tui.experiment import commands as command
from nn_tui.experiment.breakpoints import parse, quantities
from nn_tui.experiment.examples import example
from nn_tui.experiment.headless import train
from nn_tui.experiment.runs.card import RunCard, read_card, write_card
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.trainer import Trainer
from nn_tui.lessons.shelf import preset
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.styles.themes import DARK, LIGHT

HERE = Path(__file__).parent

SIZES = ((120, 36), (80, 24))
THEMES = {"dark": DARK.name, "light": LIGHT.name}
PLACE = Path(tempfile.gettempdir()) / "nn-tui-screenshots"
"""Where runs are kept meanwhile; it is seen in a picture, so it is always the same."""
CELL, FONT_SIZE = (9, 17), 15
"""Pixels of a character, and the size of the font that fills them."""
STYLES = ("", "-Bold")
BRAILLE = 0x2800
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of each bit of a braille character, which the font has not."""
FONTS = Path("/usr/share/fonts/truetype/dejavu")
PATIENCE = 120.0
BEGAN = 1_790_000_000.0


def file_name(shot: Shot, size: tuple[int, int], theme: str) -> str:
    """Give the name of a picture's file."""
    return f"{shot.name}-{size[0]}x{size[1]}-{theme}.png"


class Steady:
    """The real trainer, but for the times it tells.

    Args:
        spec: what to train.
        phase: what is told instead of `paused`. Default: the truth.
        others: what the trainer takes.
    """

    def __init__(self, spec: Spec, phase: str = "", **others: Any) -> None:
        self._trainer = Trainer(spec, **others)
        self._phase = phase
        self._last: tuple[Snapshot, Snapshot] | None = None
        self.send, self.close = self._trainer.send, self._trainer.close

    def newest(self) -> Snapshot:
        """Give the newest snapshot with fixed times."""
        now = self._trainer.newest()
        if self._last is None or self._last[0] is not now:
            status = now.status
            phase: Any = self._phase if self._phase and status.phase == "paused" else status.phase
            stopped = "" if self._phase else status.stopped
            speed = 14_000.0 if phase == "training" else 0.0
            status = replace(
                status, phase=phase, stopped=stopped, samples_per_second=speed, seconds=0.02 * status.epoch
            )
            log = tuple(
                replace(entry, text=re.sub(r" \d+s - ", " 0s - ", entry.text))
                for entry in now.log
                if not (self._phase and entry.text.startswith("Paused by"))
            )
            self._last = now, replace(now, status=status, log=log)
        return self._last[1]


def keep_runs() -> dict[str, RunCard]:
    """Train the runs that are kept, with fixed dates and times."""
    store = RunStore()
    for number, (name, make) in enumerate(RUNS):
        folder = store.folder / "runs" / f"2026{1001 + number:04}-101500-{name.replace(' ', '-')}"
        list(train(replace(make(), name=name), save=str(folder)))
        card = read_card(folder)
        began = BEGAN + 86_400 * number
        write_card(
            folder, replace(card, id=folder.name, created=began, changed=began, seconds=0.02 * card.epoch)
        )
    forget_index(store)
    return {card.name: card for card in RunStore().runs()}


def forget_index(store: RunStore) -> None:
    """Have the index of the runs made anew from their folders."""
    for index in store.folder.glob("runs.sqlite*"):
        index.unlink()


def keep_only(runs: dict[str, RunCard]) -> None:
    """Forget what a picture left behind: its runs have dates of the day and fill the lists of others."""
    store = RunStore()
    for folder in (store.folder / "runs").iterdir():
        if str(folder) not in {card.folder for card in runs.values()}:
            shutil.rmtree(folder)
    shutil.rmtree(store.folder / "sweeps", ignore_errors=True)
    forget_index(store)


async def until(holds: Any, app: NnTuiApp, pilot: Pilot[None], what: str) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + PATIENCE
    while not holds(app):
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: the moment never came")
        await pilot.pause(0.05)


async def take(shot: Shot, size: tuple[int, int], theme: str, runs: dict[str, RunCard]) -> Image.Image:
    """Lead the app to the screen and give its picture."""
    spec = example(shot.source)
    run = runs[shot.run] if shot.run else None
    if run is not None:
        spec = replace(dict(RUNS)[shot.run](), name=shot.run)
    if shot.lesson:
        spec = preset(shot.lesson)
    if shot.change is not None:
        spec = shot.change(spec)
    kept = {"store": RunStore()} if run is not None else {}

    def factory(spec: Spec, **others: Any) -> Steady:
        return Steady(spec, shot.phase, **kept, **others)

    app = NnTuiApp(spec, factory, run=run, ascii_only=False)
    if shot.lesson:
        app.first_lesson, app.key_seconds = (shot.lesson, "en"), 0.0
    async with app.run_test(size=size) as pilot:
        app.theme = THEMES[theme]
        await until(lambda app: app.checkup is not None, app, pilot, shot.name)
        await until(shot.before or (lambda app: True), app, pilot, shot.name)
        for key in shot.keys.split():
            if key.startswith("epoch_"):
                point = parse(f"epoch {key.removeprefix('epoch_')}", quantities(spec))
                assert app.trainer is not None
                app.trainer.send(command.BreakAt((point,)))
            else:
                await pilot.press(key)
                # The tree of files has a worker that never ends.
                if busy := [one for one in app.workers if one.group != "_loader"]:
                    await app.workers.wait_for_complete(busy)
                await pilot.pause()
        await until(shot.ready or (lambda app: True), app, pilot, shot.name)
        await pilot.pause(0.5)
        for _ in range(8):  # a panel draws at every fourth frame at the latest
            app.frame += 1
            await pilot.pause(0.05)
        if type(app.screen).__name__ != shot.screen:
            raise SystemExit(f"{shot.name}: {type(app.screen).__name__} instead of {shot.screen}")
        return drawn(app)


def drawn(app: NnTuiApp) -> Image.Image:
    """Draw what is on the terminal, cell by cell: the grounds first, as letters reach below their cell."""
    update: Any = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    columns, rows = app.size
    ground = app.screen_stack[0].styles.background.rgb  # that of a dialog is transparent
    image = Image.new("RGB", (columns * CELL[0], rows * CELL[1] + 2), ground)
    draw = ImageDraw.Draw(image)
    normal, bold = (ImageFont.truetype(FONTS / f"DejaVuSansMono{kind}.ttf", FONT_SIZE) for kind in STYLES)
    letters = []
    for row, line in enumerate(update.strips[:rows]):
        left, top = 0, row * CELL[1]
        for text, style, _ in (segment for strip in line for segment in strip):
            front, back = _colours(style)
            font = bold if style is not None and style.bold else normal
            for character in text:
                width = CELL[0] * max(1, cell_len(character))
                if back is not None:
                    draw.rectangle((left, top, left + width - 1, top + CELL[1] - 1), fill=back)
                if character.strip():
                    letters.append((left, top, character, front, font))
                left += width
    for left, top, character, front, font in letters:
        dots = ord(character) - BRAILLE
        if 0 <= dots < 256:
            for bit, (x, y) in enumerate(DOTS):
                if dots >> bit & 1:
                    place = left + 1 + 4 * x, top + 1 + 4 * y
                    draw.rectangle((*place, place[0] + 2, place[1] + 2), fill=front)
        else:
            draw.text((left, top), character, fill=front, font=font)
    return image


def _colours(style: Style | None) -> tuple[Any, Any]:
    """Give the colours of letters and ground; None for no ground of its own."""
    if style is None:
        return (128, 128, 128), None
    front, back = (
        None if color is None or color.is_default else tuple(color.get_truecolor())
        for color in (style.color, style.bgcolor)
    )
    if style.reverse:
        return back or (0, 0, 0), front or (255, 255, 255)
    return front or (128, 128, 128), back


def main(names: Sequence[str]) -> None:
    """Make every picture, or those with these names."""
    if not FONTS.is_dir():
        raise SystemExit("DejaVu Sans Mono is needed: apt install fonts-dejavu-core")
    began = time.monotonic()
    where = HERE.resolve()
    os.environ.update(NN_TUI_HOME=str(PLACE), TZ="UTC", COLORTERM="truecolor", TERM="xterm-256color")
    for name in ("NO_COLOR", "NN_TUI_ASCII"):
        os.environ.pop(name, None)
    time.tzset()
    shutil.rmtree(PLACE, ignore_errors=True)
    (work := PLACE / "work").mkdir(parents=True)
    for file in ("measurements.csv", "model.toml", "wine.csv"):
        (work / file).write_text("a,b,label\n1,2,x\n")
    (work / "scans").mkdir()
    os.chdir(work)
    wanted = [shot for shot in SHOTS if not names or shot.name in names]
    made = 0
    try:
        runs = keep_runs()
        for shot, size, theme in itertools.product(wanted, SIZES, THEMES):
            picture = asyncio.run(take(shot, size, theme, runs))
            small = picture.quantize(64, dither=Image.Dither.NONE)
            small.save(where / file_name(shot, size, theme), optimize=True)
            made += 1
            keep_only(runs)
    finally:
        shutil.rmtree(PLACE, ignore_errors=True)
    total = sum(path.stat().st_size for path in where.iterdir() if path.is_file())
    print(f"{made} pictures, {total / 2**20:.1f} MB in all, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
