"""A small repaint asks few widgets, and paints what Textual's own compositor paints."""

from __future__ import annotations

import random

import pytest
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.widget import Widget

from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.compositor import ThriftyCompositor
from nn_tui.tui.panels.build import BuildList
from tests.tui.conftest import Start
from tests.tui.waiting import until


async def test_a_repaint_of_one_line_asks_only_the_widget_that_is_seen_there(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as (app, _):
        asked: list[tuple[str, int]] = []
        real = Widget.render_lines

        def render_lines(widget: Widget, crop: Region) -> object:
            asked.append((type(widget).__name__, crop.height))
            return real(widget, crop)

        monkeypatch.setattr(Widget, "render_lines", render_lines)
        listing = app.workbench.query_one(BuildList).region
        paint(app, [Region(listing.x, listing.y + 3, listing.width, 1)])
        assert asked == [("BuildList", 1)]


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 12)])
async def test_it_paints_what_textual_paints(start: Start, size: tuple[int, int]) -> None:
    dice = random.Random(0)
    async with start(size) as (app, pilot):
        app.say("A sentence that lies over the other panels.")
        await pilot.pause()
        for _ in range(25):
            regions = [random_region(dice, *size) for _ in range(dice.randrange(1, 5))]
            ours = paint(app, regions)
            theirs = paint(app, regions, Compositor.render_partial_update)
            assert cells(ours) == cells(theirs)
            assert len(ours.render_segments(app.console)) <= len(theirs.render_segments(app.console))


def random_region(dice: random.Random, columns: int, rows: int) -> Region:
    """Give a part of the screen."""
    x, y = dice.randrange(columns), dice.randrange(rows)
    return Region(x, y, dice.randrange(1, columns - x + 1), dice.randrange(1, min(6, rows - y + 1)))


def paint(app: NnTuiApp, regions: list[Region], how: object = None) -> ChopsUpdate:
    """Render a partial repaint, by another compositor's way if need be."""
    compositor = app.workbench._compositor
    assert isinstance(compositor, ThriftyCompositor)
    compositor._dirty_regions.clear()
    compositor._dirty_regions.update(regions)
    update = compositor.render_partial_update() if how is None else how(compositor)  # type: ignore[operator]
    assert isinstance(update, ChopsUpdate)
    return update


def cells(update: ChopsUpdate) -> dict[tuple[int, int], tuple[str, object]]:
    """Give what a repaint puts where: the letter and its style for each cell of its spans."""
    painted = {}
    for row, start, stop in update.spans:
        for left, strip in update.chops[row].items():
            column = left
            for segment in strip or ():
                for letter in segment.text:
                    if start <= column < stop:
                        painted[row, column] = (letter, segment.style)
                    column += 1
    return painted


async def test_a_resize_is_drawn_whole_once_more_when_it_has_come_to_rest(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as (app, pilot):
        whole: list[tuple[int, int]] = []
        real = Compositor.render_full_update

        def render_full_update(compositor: Compositor, simplify: bool = False) -> object:
            whole.append(tuple(compositor.size))
            return real(compositor, simplify)

        once_more = app._draw_once_more
        drawn: list[int] = []

        def draw_once_more() -> None:
            drawn.append(len(whole))
            once_more()

        monkeypatch.setattr(app, "_draw_once_more", draw_once_more)
        monkeypatch.setattr(Compositor, "render_full_update", render_full_update)
        await pilot.resize_terminal(100, 30)
        await pilot.resize_terminal(110, 34)
        await until(pilot, lambda: app._resized is None and drawn and len(whole) > drawn[-1])
        assert set(whole[drawn[-1] :]) == {(110, 34)}
