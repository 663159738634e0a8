"""What is said at the bottom: for how long it stays, and what it never hides."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from nn_tui.experiment.spec import Spec
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.bench import FOLLOWING
from nn_tui.tui.panels.diagnosis import DiagnosisLine
from nn_tui.tui.panels.notice import Notice
from nn_tui.tui.wording import reading_seconds
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot


class Clock:
    """Seconds that go on when they are told to."""

    def __init__(self, app: NnTuiApp) -> None:
        self.now = 0.0
        app.notice_clock = lambda: self.now  # type: ignore[method-assign]

    async def wait(self, app: NnTuiApp, pilot: Pilot[None], seconds: float) -> None:
        self.now += seconds
        app.draw_frame()
        await pilot.pause()


async def test_what_was_done_is_told_for_as_long_as_reading_takes(start: Start) -> None:
    async with start() as (app, pilot):
        clock = Clock(app)
        await pilot.press("right_square_bracket")
        assert app.notice == "Learning rate 0.0003."
        await clock.wait(app, pilot, reading_seconds(app.notice) - 0.1)
        assert app.notice
        await clock.wait(app, pilot, 0.2)
        assert not app.notice and not app.query_one(Notice).display


async def test_the_same_words_again_stay_as_long_again(start: Start) -> None:
    async with start() as (app, pilot):
        clock = Clock(app)
        app.say("Twice.")
        await clock.wait(app, pilot, reading_seconds("Twice.") - 0.1)
        app.say("Twice.")
        await clock.wait(app, pilot, 1.0)
        assert app.notice == "Twice."


@pytest.mark.parametrize("wrong", [True, False])
async def test_what_has_to_be_read_stays_until_it_is_dismissed(start: Start, wrong: bool) -> None:
    async with start() as (app, pilot):
        clock = Clock(app)
        if wrong:
            app.say("! It cannot be.")
        else:
            app.say("The last column is taken for the target.", stays=True)
        await clock.wait(app, pilot, 1e6)
        assert app.notice
        await pilot.press("escape")
        assert not app.notice


async def test_no_time_passes_for_a_message_that_nobody_sees(start: Start) -> None:
    async with start() as (app, pilot):
        clock = Clock(app)
        app.say("Wrote the file.")
        await pilot.press("question_mark")
        await clock.wait(app, pilot, 100.0)
        await pilot.press("escape")
        await clock.wait(app, pilot, 1.0)
        assert app.notice == "Wrote the file."
        app.held = True
        await clock.wait(app, pilot, 100.0)
        assert app.notice == "Wrote the file."


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 16)])
@pytest.mark.parametrize("said", ["Learning rate 0.03.", "! " + "What is wrong takes several lines. " * 9])
async def test_no_message_hides_a_diagnosis(
    start: Start, spec: Spec, factory: FakeFactory, size: tuple[int, int], said: str
) -> None:
    async with start(size=size) as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "training", 6))
        app.say(said)
        await pilot.pause()
        notice, line = app.query_one(Notice), app.query_one(DiagnosisLine)
        assert notice.display and line.region.height == 1
        assert not notice.region.overlaps(line.region)


async def test_what_is_refused_is_not_told_as_done(start: Start, spec: Spec) -> None:
    async with start() as (app, pilot):
        app.follower = cast(Any, SimpleNamespace(released=False))
        for key in ("right_square_bracket", "R"):
            await pilot.press(key)
            assert app.notice == FOLLOWING and app.spec == spec


async def test_a_click_dismisses_a_message_for_good(start: Start) -> None:
    async with start() as (app, pilot):
        app.say("! Again.")
        await pilot.pause()
        await pilot.click(Notice)
        assert not app.notice
        app.say("! Again.")
        await pilot.pause()
        assert app.query_one(Notice).display
        await pilot.press("escape")
        await pilot.pause()
        assert not app.query_one(Notice).display


async def test_what_a_panel_says_is_dismissed_as_all_else(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("z")
        assert "All epochs are shown" in app.notice
        await pilot.press("escape")
        assert not app.workbench.notice
