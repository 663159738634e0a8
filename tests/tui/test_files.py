"""Opening and saving experiments."""

from __future__ import annotations

import os
import threading
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


QUERY = "SELECT x + 0.5 AS x, t FROM 'rows.csv'"


@pytest.fixture
def queried(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> Path:
    """A spec whose rows come from a query, written by somebody else."""
    from nn_tui.experiment import queries
    from nn_tui.experiment.document import set_value
    from nn_tui.experiment.examples import example
    from nn_tui.experiment.spec_file import dumps

    monkeypatch.setenv("NN_TUI_HOME", str(empty_folder / "home"))
    monkeypatch.setattr(queries, "_typed", set())
    Path("rows.csv").write_text("x,t\n" + "".join(f"{n},{n % 2}\n" for n in range(80)))
    Path("given.toml").write_text(dumps(set_value(example("clinical-trial"), "data.source", QUERY)))
    return Path("given.toml")


async def test_a_query_in_a_file_is_shown_and_runs_when_it_is_allowed(start: Start, queried: Path) -> None:
    from textual.widgets import Static

    from nn_tui.experiment import queries

    async with start() as (app, pilot):
        await pilot.press("o", *str(queried), "enter")
        await settled(app, pilot)
        assert app.spec.name == "clinical-trial" and "rows.csv" not in app.spec.data.source
        assert any("FROM 'rows.csv'" in str(text.content) for text in app.screen.query(Static))
        await pilot.press("y")
        await settled(app, pilot)
        assert app.spec.data.source == QUERY and not queries.unknown(app.spec)


async def test_a_query_in_a_file_that_is_not_allowed_leaves_everything(start: Start, queried: Path) -> None:
    async with start() as (app, pilot):
        before = app.spec
        await pilot.press("o", *str(queried), "enter")
        await settled(app, pilot)
        await pilot.press("n")
        await settled(app, pilot)
        assert app.spec == before


async def test_a_home_is_found_in_the_name_of_a_file(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(Path("home").absolute()))
    async with start() as (app, pilot):
        await pilot.press("s", *["backspace"] * 40, *"~/mine", "enter")
        assert load("home/mine.toml") == app.spec and not Path("~").exists()
        assert app.path == Path("home/mine.toml").absolute()
        app.path = None
        await pilot.press("s", *["backspace"] * 40, *"~nobody-here/mine", "enter")
        assert not list(Path().glob("~*"))


async def test_an_experiment_is_passed_on_through_a_pipe(start: Start) -> None:
    os.mkfifo("pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_text()))
    reader.start()
    async with start() as (app, pilot):
        await pilot.press("s", *["backspace"] * 40, *"pipe", "enter")
        await settled(app, pilot)
        assert app.path is None
    reader.join(30)
    Path("read.toml").write_text(read[0])
    assert load("read.toml") == app.spec and Path("pipe").is_fifo()


async def test_a_pipe_that_nobody_reads_does_not_stop_the_app(start: Start) -> None:
    os.mkfifo("pipe")
    async with start() as (app, pilot):
        await pilot.press("s", *["backspace"] * 40, *"pipe", "enter")
        await settled(app, pilot)
    assert Path("pipe").is_fifo()
