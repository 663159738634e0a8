"""The guide in the app: opened from the help, read, searched, left."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from nn_tui.guide import pages
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.guide import GuideScreen
from nn_tui.tui.screens.help import HelpScreen
from tests.tui.conftest import Start, settled
from tests.tui.test_dialog_sizes import assert_in_sight, lines_of

SIZES = [(120, 36), (80, 24), (40, 12)]


async def opened(app: NnTuiApp, pilot: Pilot[None]) -> GuideScreen:
    """Open the guide and wait until its page is drawn."""
    await pilot.press("U")
    await settled(app, pilot)
    assert isinstance(app.screen, GuideScreen)
    return app.screen


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_help_leads_to_the_guide_by_a_key_that_it_shows(
    start: Start, size: tuple[int, int]
) -> None:
    async with start(size=size) as (app, pilot):
        await pilot.press("question_mark")
        await settled(app, pilot)
        assert isinstance(app.screen, HelpScreen)
        keys = lines_of(app.screen.query_one(KeyHint))
        assert "esc close" in keys and "U guide" in keys
        await opened(app, pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, HelpScreen)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_every_page_is_listed_and_the_selected_one_is_shown(
    start: Start, size: tuple[int, int]
) -> None:
    async with start(size=size) as (app, pilot):
        screen = await opened(app, pilot)
        assert screen.shown == "start"
        await pilot.press("end")
        await settled(app, pilot)
        assert screen.shown == pages()[-1].name
        assert_in_sight(screen.list)
        assert "esc back" in lines_of(screen.query_one(KeyHint))
        await pilot.press("enter")
        await settled(app, pilot)
        assert "What is new for users" in lines_of(screen.scroll)


async def test_brackets_on_a_page_are_no_markup_where_the_mouse_rests(start: Start) -> None:
    async with start() as (app, pilot):
        screen = await opened(app, pilot)
        await screen.show("commands")
        await settled(app, pilot)
        assert "nn-tui [SOURCE]" in lines_of(screen.scroll)
        assert not [widget for widget in screen.page.query("*") if widget.tooltip]


async def test_a_page_is_scrolled_and_left(start: Start) -> None:
    async with start(size=(80, 24)) as (app, pilot):
        screen = await opened(app, pilot)
        await pilot.press("enter", "end")
        await settled(app, pilot)
        assert app.focused is screen.scroll and screen.scroll.scroll_y > 0
        await pilot.press("left")
        assert app.focused is screen.list
        await pilot.press("right")
        assert app.focused is screen.scroll
        await pilot.press("escape")
        assert app.focused is screen.list
        await pilot.press("escape")
        assert app.screen is app.workbench


async def test_words_are_found_and_their_place_is_shown(start: Start) -> None:
    async with start() as (app, pilot):
        screen = await opened(app, pilot)
        await pilot.press("slash", *"queries")
        await settled(app, pilot)
        assert screen.places[0].place == "data > Queries" and screen.shown == "data"
        assert "A query is one SELECT" in lines_of(screen.scroll)
        await pilot.press("down")
        assert app.focused is screen.list
        await pilot.press("slash", "enter")
        assert app.focused is screen.list
        await pilot.press("escape")
        await settled(app, pilot)
        assert screen.places == [] and screen.list.option_count == len(pages())
        assert screen.list.highlighted == [page.name for page in pages()].index("data")
        await pilot.press("slash", *"zzzz")
        await settled(app, pilot)
        assert "Nothing has these words." in lines_of(screen.query_one(OptionList))


async def test_a_link_leads_to_its_heading_and_one_to_the_web_is_copied(start: Start) -> None:
    async with start(size=(80, 24)) as (app, pilot):
        screen = await opened(app, pilot)
        page = screen.page
        page.post_message(page.LinkClicked(page, "runs.md#in-the-background"))
        await settled(app, pilot)
        assert screen.shown == "runs" and "In the background" in lines_of(screen.scroll)
        assert screen.list.highlighted == [one.name for one in pages()].index("runs")
        page.post_message(page.LinkClicked(page, "https://numpy.org"))
        await settled(app, pilot)
        assert app.clipboard == "https://numpy.org"
        assert "copied: https://numpy.org" in lines_of(screen.scroll)
        await pilot.press("q")
        assert app.screen is app.workbench
