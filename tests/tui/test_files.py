"""Opening and saving experiments."""

from __future__ import annotations

from pathlib import Path

import pytest

from nn_tui.experiment.spec_file import load, save
from tests.tui.conftest import Start
from tests.tui.waiting import settled


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def test_an_experiment_is_saved_under_its_name_and_then_again(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("s", "enter")
        assert load("clinical-trial.toml") == app.spec
        await pilot.press("x", "s")
        assert load("clinical-trial.toml") == app.spec
        assert not app.unsaved


async def test_a_file_that_is_there_is_not_overwritten_without_a_question(start: Start) -> None:
    Path("clinical-trial.toml").write_text("mine")
    async with start() as (_, pilot):
        await pilot.press("s", "enter", "n")
        assert Path("clinical-trial.toml").read_text() == "mine"


async def test_a_file_is_opened(start: Start) -> None:
    from nn_tui.experiment.examples import example

    save(example("spiral"), "mine.toml")
    async with start() as (app, pilot):
        await pilot.press("o", *"mine.toml", "enter")
        await settled(app, pilot)
        assert app.spec.name == "spiral"
        assert app.path == Path("mine.toml")


async def test_a_file_that_is_no_experiment_is_told(start: Start) -> None:
    Path("broken.toml").write_text("layers = 3")
    async with start() as (app, pilot):
        await pilot.press("o", *"broken.toml", "enter")
        await settled(app, pilot)
        assert app.notice.startswith("! broken.toml")
