"""The insight panel: tabs, controls turned by keys and clicks, large, in words, scrolled."""

from __future__ import annotations

import pytest

from nn_tui.experiment import commands as command
from nn_tui.experiment.spec_file import set_value
from nn_tui.export.pages import code_text
from nn_tui.insight.pictures import Control, Page, Picture, Sentence
from nn_tui.tui.panels.insights import InsightsPanel
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot
from tests.tui.waiting import settled

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
        # On from 39, though its picture has not come.
        assert factory.trainer.orders(command.Watch)[-1].options == {panel.shown: {"sample": 9}}
        await pilot.press("down", "right")
        assert panel.options == {"sample": 9, "smooth": 1}
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


async def test_a_tab_is_written_before_its_picture_is_drawn(
    start: Start, factory: FakeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as (app, pilot):
        panel = app.workbench.insights
        before, now = Sentence("The picture before."), Sentence("The picture now.")
        await show(app, pilot, factory, snapshot(app.spec, "paused", 5, insights={panel.shown: before}))
        name = next(name for name in panel.names if name != panel.shown)
        monkeypatch.setattr(panel, "_last", {name: now})
        drawn: list[bool] = []
        monkeypatch.setattr(panel.picture, "redraw", lambda: drawn.append(True))
        panel.shown = name
        assert panel.tabs.shown == name and panel.picture.picture is now and not drawn
        await pilot.pause()
        assert drawn == [True]


def steps() -> Picture:
    places = (("sample", 0, 3), ("batch", 1, 2), ("start", 1, 2), ("end", 0, 4))
    controls = tuple(Control(name, name, str(at), at, count) for name, at, count in places)
    return Page(((("a step", "text"),),), "A step.", controls=controls)


async def test_keys_go_to_the_next_sample_batch_and_weight(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        panel = app.workbench.insights
        await show(app, pilot, factory, snapshot(app.spec, "paused", 5, insights={panel.shown: steps()}))
        await pilot.press("comma")
        assert panel.options == {"sample": 1}
        await pilot.press("semicolon")
        assert panel.options == {"sample": 1, "batch": 0}
        await pilot.press("colon")
        # The last place of the one is followed by the first at the next place of the other.
        assert panel.options == {"sample": 1, "batch": 0, "start": 0, "end": 1}


async def test_a_key_that_turns_nothing_says_so(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        panel = app.workbench.insights
        await show(app, pilot, factory, snapshot(app.spec, "paused", 5, insights={panel.shown: turned()}))
        await pilot.press("colon")
        assert "no weight" in app.workbench.notice and not panel.options


def words_of(panel: InsightsPanel) -> str:
    page = panel.picture.picture
    assert isinstance(page, Page)
    return "\n".join("".join(text for text, _ in line) for line in page.lines)


async def test_the_code_follows_the_network_as_it_is_edited(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        panel = app.workbench.insights
        panel.show("code")
        await settled(app, pilot)
        assert "layers.Dense(units=16, activation='relu')" in words_of(panel)
        assert factory.trainer.orders(command.Watch)[-1].insights == ()
        app.edit(set_value(app.spec, "layers.0.units", 5), "units")
        await settled(app, pilot)
        assert "layers.Dense(units=5, activation='relu')" in words_of(panel)
        assert "model.summary()" in words_of(panel) and "import keras" not in words_of(panel)
        await pilot.press("i", "down", "right")
        await settled(app, pilot)
        assert "import keras" in words_of(panel)


async def test_a_network_that_cannot_be_trained_has_code(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        panel = app.workbench.insights
        panel.show("code")
        await settled(app, pilot)
        app.edit(set_value(app.spec, "layers.2.units", 1), "units")
        await settled(app, pilot)
        assert app.checkup is not None and app.checkup.problems
        assert "layers.Dense(units=1, activation='softmax')" in words_of(panel)


async def test_one_key_copies_the_whole_code(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    async with start() as (app, pilot):
        copied: list[str] = []
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await pilot.press("Y")
        await settled(app, pilot)
        assert copied == [code_text(app.spec)]
        assert "lines of Keras code copied" in app.notice


async def test_many_controls_leave_room_for_the_picture_on_a_very_small_screen(
    start: Start, factory: FakeFactory
) -> None:
    many = tuple(Control(f"c{at}", f"control{at}", "somewhere far", 0, 9) for at in range(8))
    page = Page(((("the picture", "text"),),) * 80, "Eighty.", controls=many)
    async with start(size=(40, 12)) as (app, pilot):
        panel = app.workbench.insights
        await pilot.press("i")
        await show(app, pilot, factory, snapshot(app.spec, "paused", 5, insights={panel.shown: page}))
        await settled(app, pilot)
        assert panel.picture.size.height >= 5
        for at in range(8):  # the one that is turned can be seen
            await pilot.press("down")
            assert f"[control{at} " in str(panel.controls_line.render())
            assert panel.controls_line.size.height == 2
