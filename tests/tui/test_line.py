"""The experiment in a line: shown, copied, another opened."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot

from nn_tui.experiment.playground import read_address
from nn_tui.experiment.sources import open_source
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.screens.line import LineScreen
from tests.tui.conftest import Start
from tests.tui.waiting import settled


async def opened(app: NnTuiApp, pilot: Pilot[None]) -> LineScreen:
    """Press the key and wait until the line is written."""
    await pilot.press("y")
    await settled(app, pilot)
    assert isinstance(app.screen, LineScreen)
    return app.screen


async def test_the_line_is_shown_and_copied(start: Start) -> None:
    async with start() as (app, pilot):
        screen = await opened(app, pilot)
        assert screen.line_text == "clinical-trial 16r-32r lr=.0001"
        await pilot.press("a")
        assert app.clipboard == ""
        await pilot.press("c")
        assert app.clipboard == "clinical-trial 16r-32r lr=.0001"
        assert "Copied" in str(screen.message.render())


async def test_the_address_is_shown_and_copied_where_there_is_one(start: Start) -> None:
    async with start() as (app, pilot):
        app.edit(read_address("#dataset=xor&seed=0.5").spec, "open a page")
        await settled(app, pilot)
        screen = await opened(app, pilot)
        assert screen.address_text.startswith("https://playground.tensorflow.org/#activation=tanh")
        await pilot.press("a")
        assert app.clipboard == screen.address_text


@pytest.mark.parametrize("written", ["spiral 8t lr=.3", "#dataset=spiral&seed=0.5"])
async def test_another_line_or_address_is_opened(start: Start, written: str) -> None:
    async with start() as (app, pilot):
        await opened(app, pilot)
        await pilot.press("tab")
        screen = app.screen
        assert isinstance(screen, LineScreen)
        screen.other.value = written
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.spec == open_source(written)
        assert app.screen is app.workbench


async def test_a_line_that_is_not_understood_can_be_corrected(start: Start) -> None:
    async with start() as (app, pilot):
        screen = await opened(app, pilot)
        screen.post_message(events.Paste("circle\n4q"))
        await pilot.pause()
        assert screen.other.has_focus and screen.other.value == "circle 4q"
        await pilot.press("enter")
        await settled(app, pilot)
        assert "! circle 4[q]" in str(screen.message.render())
        await pilot.press("backspace", "t", "enter")
        await settled(app, pilot)
        assert app.spec == open_source("circle 4t")


async def test_what_cannot_be_seen_is_not_pasted(start: Start) -> None:
    async with start() as (app, pilot):
        screen = await opened(app, pilot)
        for _ in range(2):  # anywhere on the screen, then in the field itself
            screen.post_message(events.Paste("\x1b[31mred\x07\x00"))
            await pilot.pause()
            assert screen.other.has_focus and screen.other.value == "[31mred"
            screen.other.select_all()
        await pilot.press("enter")
        await settled(app, pilot)
        assert "! There is no" in str(screen.message.render())
