"""The export dialog: what is offered, where the file goes, how it is told; never in the way of training."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from textual.pilot import Pilot

from nn_tui.experiment import commands as command
from nn_tui.experiment.headless import train
from nn_tui.experiment.prediction import open_run
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import set_value
from nn_tui.export import targets
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.screens.confirm import ConfirmScreen
from nn_tui.tui.screens.export import ExportScreen
from nn_tui.tui.screens.runs import RunsScreen
from tests.experiment.specs import small
from tests.tui.conftest import Start
from tests.tui.trainers import FakeFactory
from tests.tui.waiting import settled, until


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def dialog(app: NnTuiApp, pilot: Pilot[None], form: str) -> ExportScreen:
    await pilot.press("E")
    await pilot.pause()
    screen = app.screen
    assert isinstance(screen, ExportScreen)
    await pilot.press(*["down"] * targets.names().index(form))
    await pilot.pause()
    return screen


async def test_before_the_first_batch_there_is_nothing_to_export(
    start: Start, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await pilot.press("E")
        await pilot.pause()
        assert not isinstance(app.screen, ExportScreen)
        assert "nothing is trained yet" in app.notice
        assert not factory.trainer.orders(command.Save)


async def test_the_run_on_screen_is_saved_and_written_while_it_trains(tmp_path: Path) -> None:
    app = NnTuiApp(set_value(small(), "fit.epochs", 1_000_000))
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        await pilot.press("space")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status.epoch > 3)
        before = app.snapshot.status.epoch if app.snapshot else 0
        await dialog(app, pilot, "safetensors")
        await pilot.press("enter")
        await until(pilot, lambda: "Wrote" in app.notice)
        assert f"Wrote {tmp_path / 'test.safetensors'} (" in app.notice
        assert "Opened by safetensors" in app.notice
        assert app.situation.training
        await pilot.press("space")
        await until(pilot, lambda: not app.situation.training)
    assert (tmp_path / "test.safetensors").is_file()
    # It was saved because of the export: what was on screen is in it.
    assert app.snapshot is not None and app.snapshot.run is not None
    assert app.snapshot.run.epoch >= before


async def test_a_paused_run_becomes_a_program_with_its_present_weights(tmp_path: Path) -> None:
    app = NnTuiApp(small())
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("full_stop")
        await until(pilot, lambda: app.trained)
        screen = await dialog(app, pilot, "python")
        assert screen.line.value == "test.py"
        await pilot.press(*["backspace"] * len("test.py"), *"net.py", "enter")
        await until(pilot, lambda: "Wrote" in app.notice)
        (card,) = RunStore().runs()
        first = open_run(card.folder).model.get_weights()[0][0, 0]
    assert str(first) in (tmp_path / "net.py").read_text()


async def test_a_file_is_overwritten_after_a_question_only(tmp_path: Path) -> None:
    list(train(small(), save="run"))
    path = tmp_path / "test.csv"
    path.write_text("precious")
    app = NnTuiApp(small(), FakeFactory())
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        await pilot.press("v")
        await settled(app, pilot)
        runs = app.screen
        assert isinstance(runs, RunsScreen)
        screen = await dialog(app, pilot, "csv")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.press("n")
        await pilot.pause()
        assert app.screen is screen and path.read_text() == "precious"
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("y")
        await until(pilot, lambda: "Wrote" in str(runs.told.content))
        assert app.screen is runs
    assert path.read_text().startswith("epoch,")


async def test_what_is_missing_is_named_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(train(small(), save="run"))
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "h5py" else real(name))
    app = NnTuiApp(small(), FakeFactory())
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        await pilot.press("v")
        await settled(app, pilot)
        screen = await dialog(app, pilot, "keras")
        assert 'needs pip install "nn-tui[keras]"' in str(screen.options.get_option("keras").prompt)
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is screen and 'pip install "nn-tui[keras]"' in str(screen.told.content)
    assert not list(tmp_path.glob("*.keras"))


async def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    list(train(small(), save="run"))
    (tmp_path / "plain").write_text("")
    app = NnTuiApp(small(), FakeFactory())
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        await pilot.press("v")
        await settled(app, pilot)
        runs = app.screen
        assert isinstance(runs, RunsScreen)
        await dialog(app, pilot, "csv")
        await pilot.press("home", *"plain/", "enter")
        await until(pilot, lambda: "! " in str(runs.told.content))
        assert "plain/test.csv cannot be written" in str(runs.told.content)


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 12)])
async def test_every_size_has_room_for_the_file(size: tuple[int, int]) -> None:
    list(train(small(), save="run"))
    app = NnTuiApp(small(), FakeFactory())
    async with app.run_test(size=size) as pilot:
        await settled(app, pilot)
        await pilot.press("v")
        await settled(app, pilot)
        screen = await dialog(app, pilot, "code")
        assert screen.line.value == "test-keras.py"
        assert screen.line.region.bottom <= size[1] - 1 and screen.line.region.height == 1
        assert screen.options.region.height >= 2
