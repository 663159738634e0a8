"""Lessons in the app: opened from the list, shown key by key, left again."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from nn_tui.experiment.examples import example
from nn_tui.experiment.spec_file import set_value
from nn_tui.lessons.progress import FILE, read_progress
from nn_tui.lessons.shelf import preset
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.panels.lesson import KeysShown, LessonKeys, TaskLine
from nn_tui.tui.screens.lessons import LessonsScreen
from tests.tui.trainers import FakeFactory
from tests.tui.waiting import until

NAME = "03-networks"


@asynccontextmanager
async def learning(size: tuple[int, int] = (120, 36), **options: Any) -> Any:
    """The app in lesson three, with a trainer that does nothing unless another is wanted."""
    app = NnTuiApp(preset(NAME), options.pop("factory", FakeFactory()), ascii_only=False, **options)
    app.first_lesson, app.key_seconds = (NAME, "en"), 0.0
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.sitting is not None and app.sitting.attempt is not None)
        yield app, pilot


def page(app: NnTuiApp) -> str:
    return str(app.workbench.lesson_panel.text.content)


async def test_the_list_opens_a_lesson_and_leaving_it_brings_back_what_was_there() -> None:
    before = set_value(example("circle"), "layers.0.units", 7)
    app = NnTuiApp(before, FakeFactory(), ascii_only=False, path=Path("mine.toml"))
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.checkup is not None)
        app.edit(set_value(before, "layers.0.units", 8), "another width")
        changed, history = app.spec, app.history
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, LessonsScreen))
        await pilot.press("end", "home", "down", "enter")
        await until(pilot, lambda: app.lesson is not None)
        assert app.spec == preset(app.lesson.lesson.outline.name)  # type: ignore[union-attr]
        assert app.workbench.lesson_panel.display and not app.history.undo_label
        assert app.unsaved  # what comes back after the lesson
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, LessonsScreen))
        await pilot.press("x")
        await until(pilot, lambda: app.lesson is None)
        assert (app.spec, app.history, app.path) == (changed, history, Path("mine.toml"))
        assert app.saved == before and not app.workbench.lesson_panel.display


async def test_a_run_that_was_open_goes_on_after_the_lesson() -> None:
    app = NnTuiApp(set_value(example("circle"), "fit.epochs", 4), ascii_only=False)
    app.key_seconds = 0.0
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.snapshot is not None)
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: app.snapshot.status.epoch == 1 and app.snapshot.run is not None)  # type: ignore[union-attr]
        spec = app.spec
        app.open_lesson(NAME, "en")
        await until(pilot, lambda: app.lesson is not None and app.snapshot.status.epoch == 0)  # type: ignore[union-attr]
        app.leave_lesson()
        await until(pilot, lambda: app.spec == spec and app.snapshot.status.epoch == 1)  # type: ignore[union-attr]
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: app.snapshot.status.epoch == 2)  # type: ignore[union-attr]


async def test_a_task_that_is_done_by_hand_is_ticked_and_kept() -> None:
    async with learning() as (app, pilot):
        assert "○" in page(app)
        await pilot.press("1")
        await until(pilot, lambda: app.lesson.task_done)
        assert "✓" in page(app) and "n goes on." in page(app)
        assert read_progress().of(NAME) == {"look"}


async def test_keys_turn_pages_show_hints_answers_and_the_list_after_the_last() -> None:
    async with learning() as (app, pilot):
        await pilot.press("n", "H")
        assert app.lesson.at == 1 and app.lesson.hinted and "Hint:" in page(app)
        await pilot.press("p")
        assert app.lesson.at == 0 and not app.lesson.hinted
        await pilot.press("n", "n", "n", "n", "n", "n")
        assert app.lesson.at == 5 and app.lesson.answered and "Answer" in page(app)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, LessonsScreen))


async def test_show_me_presses_visible_keys_and_any_key_stops_it() -> None:
    async with learning() as (app, pilot):
        await pilot.press("n")
        app.key_seconds = 30.0
        await pilot.press("S")
        strip = app.workbench.query_one(KeysShown)
        await until(pilot, lambda: strip.display and app.lesson.showing)
        assert " 1 " in str(strip.compose_line(100)) and "any key stops" in str(strip.compose_line(100))
        await pilot.press("a")
        await until(pilot, lambda: not app.lesson.showing)
        assert not strip.display and app.screen is app.workbench
        assert app.notice == "Stopped; S shows it again."


async def test_show_me_goes_back_to_what_the_task_began_with() -> None:
    async with learning() as (app, pilot):
        await pilot.press("1")
        await until(pilot, lambda: app.lesson.task_done)
        await pilot.press("n")
        await until(pilot, lambda: app.sitting.attempt is not None)
        app.edit(set_value(app.spec, "layers.0.units", 9), "something else")
        await pilot.press("S")
        await until(pilot, lambda: app.lesson.task_done and not app.lesson.showing)
        assert app.spec.layers[0].get("units") == 4


async def test_what_is_built_in_a_lesson_is_nobodys_own_work() -> None:
    async with learning() as (app, _):
        app.edit(set_value(app.spec, "layers.0.units", 9), "something")
        assert not app.unsaved


async def test_the_language_is_changed_by_a_key_and_remembered() -> None:
    async with learning() as (app, pilot):
        await pilot.press("n", "Z")
        await until(pilot, lambda: app.lesson.lesson.language == "zh")
        assert app.lesson.at == 1 and "权重" in page(app)
        assert read_progress().language == "zh"
        assert "下一页" in str(app.workbench.query_one(LessonKeys).compose_line(60))


async def test_at_a_small_terminal_the_lesson_is_a_tab_and_its_task_a_line() -> None:
    async with learning(size=(80, 24)) as (app, pilot):
        bench = app.workbench
        assert bench.shown == "lesson" and bench.lesson_panel.size.height > 10
        await pilot.press("b")
        line = bench.query_one(TaskLine)
        assert bench.shown == "build" and line.display and "Look at it" in str(line.render())
        await pilot.press("C")
        assert bench.shown == "lesson"
        app.leave_lesson()
        await until(pilot, lambda: not line.display and bench.shown == "build")


async def test_the_keys_of_a_lesson_do_nothing_without_one() -> None:
    app = NnTuiApp(example("circle"), FakeFactory(), ascii_only=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.checkup is not None)
        await pilot.press("n", "p", "H", "S", "Z", "C")
        assert app.lesson is None and app.workbench.shown == "build"


async def test_a_task_is_ticked_also_where_progress_cannot_be_kept(home: Path) -> None:
    (home / FILE).mkdir()
    async with learning() as (app, pilot):
        await pilot.press("1")
        await until(pilot, lambda: app.lesson.task_done)
        assert "cannot be written" in app.notice


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 24), (120, 36), (200, 50)])
async def test_a_lesson_has_its_place_at_every_size(size: tuple[int, int]) -> None:
    async with learning(size=size) as (app, pilot):
        await pilot.pause()
        panel = app.workbench.lesson_panel
        assert panel.region.width >= 36 and panel.region.height >= 6
        if size[0] >= 120:  # a curve is seen beside it
            assert app.workbench.charts.loss.size.height >= 5


async def test_the_keys_of_the_list_are_seen_under_all_the_lessons_at_a_small_terminal() -> None:
    async with learning(size=(80, 24)) as (app, pilot):
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, LessonsScreen))
        await pilot.pause()
        assert app.screen.keys.region.bottom < 24 and app.screen.options.size.height > 10
