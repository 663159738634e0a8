"""Every lesson, in every language: its experiment trains, its tasks are done by what "show me" presses."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from nn_tui.experiment.build import load_data
from nn_tui.experiment.validation import require_valid
from nn_tui.lessons.progress import read_progress
from nn_tui.lessons.shelf import languages, names, outline, preset, presets, text
from nn_tui.tui.app import NnTuiApp
from tests.tui.waiting import until


@pytest.mark.parametrize("size", [(120, 36), pytest.param((80, 24), marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", names())
async def test_each_task_is_not_done_before_it_is_shown_and_is_known_to_be_done_after(
    name: str, size: tuple[int, int]
) -> None:
    app = NnTuiApp(preset(name), ascii_only=False)
    app.first_lesson, app.key_seconds = (name, "en"), 0.0
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.lesson is not None)
        assert app.lesson is not None
        pages = app.lesson.lesson.pages
        for at, page in enumerate(pages):
            await until(pilot, lambda at=at: app.lesson.at == at)  # type: ignore[union-attr, misc]
            if page.task:
                await _show(app, pilot, page.task)
            await pilot.press("n")
            if page.answer:
                await until(pilot, lambda: app.lesson is not None and app.lesson.answered)
        done = read_progress().of(name)
    assert done == {task.name for task in outline(name).tasks}


async def _show(app: NnTuiApp, pilot: Pilot[None], task: str) -> None:
    """Have a task shown."""
    sitting = app.sitting
    assert sitting is not None
    await until(pilot, lambda: sitting.attempt is not None)
    for _ in range(3):  # what has settled by now would count as done
        await pilot.pause()
        app.look_at_lesson()
    assert task not in sitting.view.done, f"{task} is done before anything was done"
    await pilot.press("S")
    await until(pilot, lambda: not sitting.view.showing)
    assert task in sitting.view.done, f"{task} is not known to be done: {app.notice}"


@pytest.mark.parametrize("name", names())
def test_the_experiments_can_be_trained(name: str) -> None:
    for which in ("", *presets(name)):
        spec = preset(name, which)
        require_valid(spec)
        assert len(load_data(spec.data).train)


@pytest.mark.parametrize("name", names())
def test_every_language_has_the_same_tasks(name: str) -> None:
    for language in languages():
        _, pages = text(name, language)
        assert tuple(page.task for page in pages if page.task) == tuple(
            task.name for task in outline(name).tasks
        )
