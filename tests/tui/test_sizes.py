"""Every size of terminal is served; pictures of two of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from textual._compositor import Compositor
from textual.geometry import Region
from textual.pilot import Pilot

from nn_tui.experiment.spec import Spec
from nn_tui.insight.pictures import Lines, Picture, Series
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.panels.insights import InsightsPanel
from nn_tui.tui.screens.workbench import Workbench
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot
from tests.tui.waiting import settled, until

SIZES = [(200, 60), (120, 36), (120, 24), (80, 24), (60, 20), (40, 12), (20, 5)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_no_size_breaks_it(
    start: Start, spec: Spec, factory: FakeFactory, size: tuple[int, int]
) -> None:
    async with start(size=size) as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "training", 5, samples_per_second=14000))
        for key in ("c", "i", "l", "b", "enter", "escape", "a", "escape", "question_mark", "escape"):
            await pilot.press(key)
        await pilot.resize_terminal(80, 24)
        await pilot.resize_terminal(*size)
        assert app.is_running


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_what_is_painted_first_stays_where_it_is(
    start: Start, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    places: list[list[Region]] = []
    real = Compositor.render_full_update

    def render_full_update(compositor: Compositor, *options: Any, **named: Any) -> Any:
        root = compositor.root
        if isinstance(root, Workbench) and root.build.region:
            places.append([part.region for part in root.query(".part")])
        return real(compositor, *options, **named)

    monkeypatch.setattr(Compositor, "render_full_update", render_full_update)
    async with start(size=size) as (app, _):
        assert places[0] == [part.region for part in app.workbench.query(".part")]


async def test_a_very_small_terminal_says_which_size_it_would_like(start: Start) -> None:
    async with start(size=(40, 12)) as (app, _):
        assert app.workbench.wish.display
        assert "80x24" in str(app.workbench.wish.render())
    async with start(size=(80, 24)) as (app, _):
        assert not app.workbench.wish.display


async def test_a_very_small_terminal_still_shows_the_loss_as_a_curve(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start(size=(40, 12)) as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "training", 5))
        await pilot.press("c")
        await settled(app, pilot)
        strips = app.screen._compositor.render_strips()
        lines = ["".join(segment.text for segment in strip) for strip in strips]
        assert sum(any("\u2800" <= letter <= "\u28ff" for letter in line) for line in lines) >= 2
        assert sum("train " in line for line in lines) == 2  # accuracy as a number, still


async def test_tabs_show_one_panel_where_there_is_room_for_one(start: Start) -> None:
    async with start(size=(80, 24)) as (app, pilot):
        for key, part in (("c", "charts"), ("l", "log"), ("b", "build")):
            await pilot.press(key)
            shown = [widget.id for widget in app.workbench.query(".part") if widget.display]
            assert shown == [part]


async def test_after_other_sizes_the_parts_have_the_room_that_they_had_before(start: Start) -> None:
    regions = {}
    async with start(size=(200, 60)) as (app, pilot):
        for size in ((120, 36), (80, 24), (60, 20), (40, 12), (120, 36)):
            await pilot.resize_terminal(*size)
            for key in "lb":
                await pilot.press(key)
                await until(pilot, lambda: app._resized is None)
            region = app.workbench.listing.region
            assert regions.setdefault(size, region) == region


async def test_ascii_only_draws_with_ascii_characters(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start(ascii_only=True) as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "training", 5, samples_per_second=14000))
        await pilot.press("enter")
        strips = app.screen._compositor.render_strips()
        text = "\n".join("".join(segment.text for segment in strip) for strip in strips)
        assert text.isascii(), {character for character in text if not character.isascii()}


def fit(spec: Spec) -> Lines:
    """A picture with fixed numbers."""
    ages = np.linspace(13, 100, 60)
    return Lines(
        series=(
            Series("model", ages, 1 / (1 + np.exp((64 - ages) / 9))),
            Series("people", ages[::3], (ages[::3] > 64).astype(float), "train", "points"),
        ),
        x_label="age",
        y_label="P(side effects)",
        caption="It says 0.5 at age 64.",
        y_bounds=(0.0, 1.0),
    )


@pytest.mark.parametrize(
    ("name", "size", "keys"),
    [
        ("wide", (120, 36), ()),
        ("layer_form", (120, 36), ("enter",)),
        ("narrow", (80, 24), ()),
        ("narrow_charts", (80, 24), ("c",)),
    ],
)
def test_it_looks_as_it_should(
    spec: Spec,
    snap_compare: Any,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    size: tuple[int, int],
    keys: tuple[str, ...],
) -> None:
    # An insight more is a tab more, and no other picture of the screen.
    monkeypatch.setattr(InsightsPanel, "names", property(lambda panel: ("network", "fit")))
    factory = FakeFactory()
    app = NnTuiApp(spec, factory)

    async def before(pilot: Pilot[None]) -> None:
        await settled(app, pilot)
        pictures: dict[str, Picture] = {app.workbench.insights.shown: fit(spec)}
        now = snapshot(spec, "training", 12, samples_per_second=14000, insights=pictures)
        await show(app, pilot, factory, now)
        await pilot.press(*keys)
        await settled(app, pilot)

    assert snap_compare(app, terminal_size=size, run_before=before), name
