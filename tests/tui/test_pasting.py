"""Keras code is pasted on the workbench, and opened from files."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from nn_tui.experiment.examples import example
from nn_tui.tui.app import NnTuiApp
from tests.export.keras_code.snippets import CLASSIC, FOUR_LAYERS, REGULARIZED
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot
from tests.tui.waiting import settled, until


async def paste(app: NnTuiApp, pilot: Pilot[None], text: str) -> None:
    app.post_message(events.Paste(text))
    await pilot.pause()
    await settled(app, pilot)


async def test_pasted_code_is_opened_and_can_be_taken_back(start: Start) -> None:
    async with start(begin=example("spiral")) as (app, pilot):
        await paste(app, pilot, REGULARIZED)
        assert [layer.get("units") for layer in app.spec.layers] == [16, 32, 2]
        assert "3 layers" in app.notice and "clinical-trial is taken" in app.notice
        assert app.unsaved
        await pilot.press("u")
        assert app.spec == example("spiral")


async def test_pasted_code_without_rows_shows_its_network(start: Start) -> None:
    async with start() as (app, pilot):
        await paste(app, pilot, FOUR_LAYERS)
        assert "takes rows of shape (8,): choose data (D)" in app.notice
        assert app.checkup is not None
        assert [row.output_shape for row in app.checkup.rows] == [(8,), (6,), (6,), (4,)]
        await pilot.press("space")
        assert "takes rows of shape (8,): choose data (D)" in app.notice


async def test_a_network_without_rows_shows_nothing_of_the_one_before(
    start: Start, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, snapshot(app.spec, "paused", 5, insights={}))
        before = factory.trainer
        await paste(app, pilot, FOUR_LAYERS)
        await pilot.press("y")  # the epochs that would be lost
        await settled(app, pilot)
        assert app.snapshot is not None and app.snapshot.spec == app.spec
        assert app.snapshot.curves.values == {} and app.snapshot.status.epoch == 0
        await pilot.press("u")
        await settled(app, pilot)
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status.epoch == 5)
        assert app.trainer is before, "what was trained is there again"


async def test_pasted_code_with_a_fault_names_the_line_and_changes_nothing(start: Start) -> None:
    async with start() as (app, pilot):
        await paste(app, pilot, CLASSIC.replace("Dense(32,", "Dense(many,"))
        assert app.notice.startswith("! Line 12: Dense: units is many")
        assert app.spec == example("clinical-trial")


async def test_other_text_is_not_taken(start: Start) -> None:
    async with start() as (app, pilot):
        await paste(app, pilot, "a shopping list")
        assert "no Keras code" in app.notice and app.spec == example("clinical-trial")


async def test_in_a_dialog_a_paste_goes_to_its_line(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("o")
        app.post_message(events.Paste("from keras import Sequential"))
        await pilot.pause()
        assert len(app.screen_stack) == 2 and app.notice == ""


async def test_a_python_file_is_opened(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("course.py").write_text(CLASSIC)
    async with start(begin=example("spiral")) as (app, pilot):
        await pilot.press("o", *"course.py", "enter")
        await settled(app, pilot)
        assert app.spec.name == "course" and len(app.spec.layers) == 3
        assert "clinical-trial is taken" in app.notice and not app.unsaved
