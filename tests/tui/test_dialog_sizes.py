"""Dialogs and pages at small sizes: what is selected is in sight, and so is the way out."""

from __future__ import annotations

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import OptionList

from nn_tui.experiment.examples import example
from nn_tui.experiment.spec import Spec
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.panels.links import KeyHint
from nn_tui.tui.screens.choose import Choice, ChooseScreen
from nn_tui.tui.screens.lessons import LessonsScreen
from nn_tui.tui.screens.predict import PredictScreen
from nn_tui.tui.widgets.slider import Slider
from tests.tui.conftest import Start, settled, show
from tests.tui.trainers import FakeFactory, snapshot

SMALL = [(80, 24), (60, 20), (40, 12)]
CHOICES = [Choice(str(at), f"epoch {at}", "a sentence") for at in range(40)]


def lines_of(widget: Widget) -> str:
    """Give what stands on the screen where a widget is; nothing where it is cut off."""
    region = widget.region.intersection(widget.screen.region)
    strips = widget.screen._compositor.render_strips()[region.y : region.bottom]
    return "\n".join(strip.crop(region.x, region.right).text for strip in strips)


def selected_row(options: OptionList) -> Region:
    """Give the first row of the selected option, in the screen's own places."""
    assert options.highlighted is not None
    row = options._index_to_line[options.highlighted] - int(options.scroll_offset.y)
    at = options.content_region
    return Region(at.x, at.y + row, at.width, 1)


def assert_in_sight(options: OptionList) -> None:
    """Look whether the selected option is on the screen and within the list and its dialog."""
    row = selected_row(options)
    for around in (options, *options.ancestors):
        if isinstance(around, Widget):
            assert around.region.contains_region(row), (around, around.region, row)


@pytest.mark.parametrize("size", SMALL, ids=str)
async def test_the_chosen_one_is_in_sight_at_first_and_at_the_end(
    start: Start, size: tuple[int, int]
) -> None:
    async with start(size=size) as (app, pilot):
        app.push_screen(screen := ChooseScreen("Which?", CHOICES, chosen="39"))
        await settled(app, pilot)
        assert_in_sight(screen.options)
        await pilot.press(*["up"] * 39)
        await pilot.pause()
        assert screen.options.highlighted == 0
        assert_in_sight(screen.options)


async def test_the_chosen_one_stays_in_sight_when_the_screen_gets_smaller(start: Start) -> None:
    async with start(size=(120, 36)) as (app, pilot):
        app.push_screen(screen := ChooseScreen("Which?", CHOICES, chosen="39"))
        await settled(app, pilot)
        for size in SMALL:
            await pilot.resize_terminal(*size)
            await settled(app, pilot)
            assert_in_sight(screen.options)


@pytest.mark.parametrize("size", [(120, 36), (120, 32), (80, 24), (60, 20)], ids=str)
async def test_a_long_list_leaves_room_for_its_keys(start: Start, size: tuple[int, int]) -> None:
    async with start(size=size) as (app, pilot):
        app.push_screen(screen := ChooseScreen("Which?", CHOICES))
        await settled(app, pilot)
        assert "esc cancel" in lines_of(screen.query_one(KeyHint))


async def test_the_line_to_type_in_stays_where_it_is(start: Start) -> None:
    async with start(size=(120, 36)) as (app, pilot):
        app.push_screen(screen := ChooseScreen("Which?", CHOICES))
        await settled(app, pilot)
        before = screen.line.region
        await pilot.press("3", "9")
        await settled(app, pilot)
        assert screen.options.option_count == 1
        assert screen.line.region == before


@pytest.mark.parametrize("free", [False, True])
async def test_letters_that_fit_nothing_are_said_to_fit_nothing(start: Start, free: bool) -> None:
    async with start(size=(80, 24)) as (app, pilot):
        given: list[str | None] = []
        app.push_screen(screen := ChooseScreen("Which?", CHOICES, free=free), given.append)
        await settled(app, pilot)
        await pilot.press("x", "x", "down", "up")
        await settled(app, pilot)
        told = lines_of(screen.options)
        assert "Nothing in the list fits." in told
        assert ("Enter takes what is written." in told) == free
        await pilot.press("enter")
        await settled(app, pilot)
        assert given == (["xx"] if free else [])


@pytest.mark.parametrize("size", SMALL, ids=str)
async def test_the_last_breakpoint_can_be_seen(start: Start, size: tuple[int, int]) -> None:
    async with start(size=size) as (app, pilot):
        await pilot.press("B")
        await settled(app, pilot)
        options = app.screen.query_one(OptionList)
        await pilot.press(*["down"] * options.option_count)
        await pilot.pause()
        assert options.highlighted == options.option_count - 1
        assert_in_sight(options)


@pytest.mark.parametrize(("size", "timed"), [((80, 24), True), ((60, 20), False)], ids=str)
async def test_a_lesson_takes_one_line(start: Start, size: tuple[int, int], timed: bool) -> None:
    async with start(size=size) as (app, pilot):
        app.push_screen(screen := LessonsScreen("en"))
        await settled(app, pilot)
        lines = [line for line in lines_of(screen.options).splitlines() if line.strip()]
        assert all(line.split()[0].isdigit() for line in lines), lines
        assert all(("min" in line) == timed for line in lines), lines
        assert "esc close" in lines_of(screen.keys)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=str)
@pytest.mark.parametrize("key", ["v", "D", "P", "V", "y", "N", "B", "h"])
async def test_the_way_out_is_always_named(
    start: Start, spec: Spec, factory: FakeFactory, key: str, size: tuple[int, int]
) -> None:
    async with start(size=size) as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "paused", 5))
        workbench = app.screen
        await pilot.press(key)
        await settled(app, pilot)
        if app.screen is workbench:  # nothing to show of a run that is not kept
            return
        hint = app.screen.query("Hint").last()
        assert "esc" in lines_of(hint), lines_of(hint)


async def opened(app: NnTuiApp, pilot: Pilot[None]) -> PredictScreen:
    """Open the page that predicts."""
    await pilot.press("P")
    await settled(app, pilot)
    assert isinstance(app.screen, PredictScreen)
    return app.screen


async def test_a_narrow_row_shows_its_numbers(start: Start, factory: FakeFactory) -> None:
    penguins = example("penguins")
    async with start(size=(60, 20), begin=penguins) as (app, pilot):
        await show(app, pilot, factory, snapshot(penguins, "paused", 5))
        screen = await opened(app, pilot)
        row = lines_of(screen.left)
        assert "44.1  -  +" in row and "3950  -  +" in row, row
        assert not screen.query(Slider)


async def test_keys_that_find_no_room_are_left_out_but_not_the_way_out(start: Start) -> None:
    keys = [(f"{letter} something long", "leave") for letter in "abcdefgh"]
    async with start(size=(60, 20)) as (app, pilot):
        hint = KeyHint([*keys, ("esc back", "leave")])
        hint.styles.height = 1
        await app.push_screen(screen := Screen[None]())
        await screen.mount(hint)
        await settled(app, pilot)
        told = lines_of(hint)
        assert "a something long" in told and "h something long" not in told and "esc back" in told
        await pilot.resize_terminal(200, 60)
        await settled(app, pilot)
        assert "h something long" in lines_of(hint)


@pytest.mark.parametrize("key", ["D", "P", "e", "B"])
async def test_a_page_is_laid_out_for_its_size_from_the_first_paint_on(
    start: Start, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    laid: list[tuple[Screen[object], bool]] = []
    lay = Screen._refresh_layout

    def noted(screen: Screen[object], *args: object, **options: object) -> None:
        laid.append((screen, screen.has_class("-narrow", "-short")))
        lay(screen, *args, **options)  # type: ignore[arg-type]  # Textual's own

    monkeypatch.setattr(Screen, "_refresh_layout", noted)
    async with start(size=(80, 24)) as (app, pilot):
        workbench = app.screen
        await pilot.press(key)
        await settled(app, pilot)
        assert app.screen is not workbench
        of_page = [fitting for screen, fitting in laid if screen is app.screen]
        assert of_page and all(of_page)


async def test_ctrl_c_says_how_to_leave(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("ctrl+c")
        assert "q leaves" in app.notice
        assert app.is_running


@pytest.mark.parametrize("key", ["a", "e", "w", "T", "ctrl+p"])
async def test_a_list_in_a_terminal_of_a_few_columns_is_cut_off(start: Start, key: str) -> None:
    async with start(size=(1, 1)) as (app, pilot):
        await pilot.press(key)
        for columns in range(1, 13):
            await pilot.resize_terminal(columns, 6)
        await pilot.press("escape")
        await pilot.resize_terminal(80, 24)
        assert app.screen is app.workbench
