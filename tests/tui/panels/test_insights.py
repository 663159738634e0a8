"""The insight panel: tabs, controls turned by keys and clicks, large, in words, scrolled."""

from __future__ import annotations

from nn_tui.experiment import commands as command
from nn_tui.insight.pictures import Control, Page, Picture, Sentence
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot

CONTROLS = (
    Control("sample", "sample", "1 of 40", 0, 40),
    Control("smooth", "smooth", "on", 0, 2),
)


def turned() -> Picture:
    return Page(tuple(((f"line {number}", "text"),) for number in range(80)), "Eighty.", controls=CONTROLS)


async def test_keys_turn_the_chosen_control_and_the_picture_is_asked_for_again(
    start: Start, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        panel = app.workbench.insights
        await pilot.press("i")
        await show(app, pilot, factory, snapshot(app.spec, "paused", 5, insights={panel.shown: turned()}))
        await pilot.press("down", "left")
        assert factory.trainer.orders(command.Watch)[-1].options == {panel.shown: {"sample": 39}}
        await pilot.press("shift+right")
        assert factory.trainer.orders(command.Watch)[-1].options == {panel.shown: {"sample": 10}}
        await pilot.press("down", "right")
        assert panel.options == {"sample": 10, "smooth": 1}
        await pilot.press("down", "right")
        assert panel.shown == panel.names[(panel.names.index("fit") + 1) % len(panel.names)]


async def test_arrows_of_a_control_can_be_clicked(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        panel = app.workbench.insights
        await show(app, pilot, factory, snapshot(app.spec, "paused", 5, insights={panel.shown: turned()}))
        line = panel.controls_line
        text = line.render().plain
        await pilot.click(line, offset=(text.index("›") + 1, 0))
        assert panel.options == {"sample": 1}


async def test_a_picture_without_controls_scrolls_by_the_arrows(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        panel = app.workbench.insights
        page = Page(tuple(((f"line {number}", "text"),) for number in range(80)), "Eighty.")
        await show(app, pilot, factory, snapshot(app.spec, "paused", 5, insights={panel.shown: page}))
        await pilot.press("i", "down", "down")
        assert panel.picture.place.top == 2
        await pilot.press("pagedown", "up")
        assert panel.picture.place.top == panel.picture.size.height - 3


async def test_the_insight_takes_the_whole_screen_and_gives_it_back(
    start: Start, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        panel = app.workbench.insights
        small = panel.size
        await pilot.press("I")
        await pilot.pause()
        assert panel.size.width > 110 and panel.size.height > small.height
        assert not app.workbench.charts.size.area
        await pilot.press("c")
        await pilot.pause()
        assert panel.size == small


async def test_the_insight_is_told_in_words(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        panel = app.workbench.insights
        picture = Sentence("Nothing to see.")
        await show(app, pilot, factory, snapshot(app.spec, "paused", 5, insights={panel.shown: picture}))
        await pilot.press("X")
        told = panel.picture.picture
        assert isinstance(told, Page) and told.lines == ((("Nothing to see.", "text"),),)
        await pilot.press("X")
        assert panel.picture.picture is picture


async def test_an_insight_is_chosen_from_the_list(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        panel = app.workbench.insights
        await pilot.press("g")
        await pilot.pause()
        await pilot.press(*"network", "enter")
        await pilot.pause()
        assert panel.shown == "network"
        assert panel.has_focus


async def test_the_last_picture_stays_until_there_is_a_newer_one(
    start: Start, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        panel = app.workbench.insights
        name, picture = panel.shown, Sentence("Nothing to see.")
        now = snapshot(app.spec, "paused", 5, insights={name: picture})
        await show(app, pilot, factory, now)
        await pilot.press("right" if panel.has_focus else "2" if panel.names[0] == name else "1")
        await show(app, pilot, factory, snapshot(now.spec, "paused", 5, insights={}))
        await pilot.press("1" if panel.names[0] == name else "2")
        assert panel.picture.picture is picture
