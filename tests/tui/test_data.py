"""The Data screen: columns, settings, points, other data, a proposed network."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from nn_tui.data.files.looking import Watch
from nn_tui.experiment.sources import open_source
from nn_tui.experiment.spec_file import set_value
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.forms.fields import NumberField
from nn_tui.tui.screens.data import DataLooked, DataScreen
from nn_tui.tui.widgets.slider import Slider
from tests.tui.conftest import Start
from tests.tui.waiting import settled, until


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people.csv").write_text(
        "age,city,happy\n" + "".join(f"{20 + n},{'Rome' if n % 3 else 'Oslo'},{n % 2}\n" for n in range(40))
    )
    return tmp_path


async def data_screen(app: NnTuiApp, pilot: Pilot[None]) -> DataScreen:
    """Open the screen and wait until the data were looked at."""
    await pilot.press("D")
    await settled(app, pilot)
    assert isinstance(app.screen, DataScreen)
    return app.screen


async def looked(app: NnTuiApp, pilot: Pilot[None], screen: DataScreen) -> None:
    """Wait until the screen shows what was found about the present data."""
    await settled(app, pilot)
    await until(pilot, lambda: screen.look is not None and screen.look.spec is screen.spec)


def marks(screen: DataScreen) -> dict[str, str]:
    assert screen.look is not None
    return {row.name: f"{row.mark} {row.kind}" for row in screen.look.columns}


async def test_columns_say_what_they_are_and_change_by_a_key(start: Start) -> None:
    async with start(begin=open_source("people.csv")) as (app, pilot):
        screen = await data_screen(app, pilot)
        assert marks(screen) == {"age": "+ number", "city": "+ category", "happy": "T class"}
        await pilot.press("home", "space")
        await settled(app, pilot)
        assert marks(screen)["age"] == "+ category"
        await pilot.press("i")
        await settled(app, pilot)
        assert marks(screen)["age"] == "- ignore"
        await pilot.press("down", "t")
        await settled(app, pilot)
        assert marks(screen) == {"age": "- ignore", "city": "T class", "happy": "+ number"}
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.spec.data.target == "city" and app.spec.data.columns == {"age": "ignore"}


async def test_a_source_that_is_cleared_is_no_fault(start: Start) -> None:
    async with start(begin=open_source("people.csv")) as (app, pilot):
        screen = await data_screen(app, pilot)
        await looked(app, pilot, screen)
        await pilot.press("tab", "delete", "backspace")
        await settled(app, pilot)
        empty = replace(screen.spec, data=replace(screen.spec.data, source=""))
        assert screen.look is not None
        screen.spec = empty
        screen.post_message(DataLooked(replace(screen.look, spec=empty)))
        await settled(app, pilot)
        assert isinstance(app.screen, DataScreen)


async def test_escape_changes_nothing(start: Start) -> None:
    async with start(begin=open_source("people.csv")) as (app, pilot):
        before = app.spec
        await data_screen(app, pilot)
        await pilot.press("home", "space", "escape")
        assert app.spec == before


async def test_one_key_takes_the_proposed_network(start: Start) -> None:
    async with start() as (app, pilot):
        screen = await data_screen(app, pilot)
        await pilot.press("o", *"penguins", "enter")
        await settled(app, pilot)
        await looked(app, pilot, screen)
        assert screen.spec.data.source == "penguins" and screen.spec.layers == app.spec.layers
        await pilot.press("p")
        await settled(app, pilot)
        assert app.spec == open_source("penguins")
        assert app.checkup is not None and not app.checkup.problems


async def test_a_slider_is_moved_with_the_mouse_and_follows_what_is_written(start: Start) -> None:
    async with start(begin=open_source("spiral")) as (app, pilot):
        screen = await data_screen(app, pilot)
        rows, noise, *_ = screen.query(Slider)
        await pilot.click(noise, offset=(noise.content_size.width - 1, 0))
        await looked(app, pilot, screen)
        assert screen.spec.data.settings["noise"] == 0.5
        assert [field.share for field in screen.query(Slider)][1] == 1
        field = next(field for field in screen.query(NumberField) if field.entry.param.name == "rows")
        field.editor.value = "10"
        await looked(app, pilot, screen)
        assert rows.share == 0 or screen.query(Slider).first().share == 0


async def test_escape_cancels_reading_and_keeps_the_screen(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    def slowly(source: str, *, watch: Watch) -> None:
        try:
            while True:
                watch.report(0.5, "reading slowly")
                time.sleep(0.01)
        finally:
            ended.set()

    async with start(begin=open_source("people.csv")) as (app, pilot):
        screen = await data_screen(app, pilot)
        before = screen.spec
        monkeypatch.setattr("nn_tui.experiment.proposal.propose", slowly)
        await pilot.press("o", *"penguins", "enter")
        await until(pilot, lambda: "reading slowly" in str(screen.told.content))
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is screen and screen.spec == before
        assert "cancelled" in str(screen.told.content)
        assert ended.wait(60)


async def test_data_that_cannot_be_read_are_told_and_keep_the_screen(start: Start, folder: Path) -> None:
    (folder / "bad.csv").write_text("a,b\n1,2\n3\n")
    async with start() as (app, pilot):
        screen = await data_screen(app, pilot)
        await pilot.press("o", *"bad.csv", "enter")
        await settled(app, pilot)
        assert "bad.csv: line 3" in str(screen.told.content)
        assert screen.spec == app.spec


async def test_points_are_placed_by_keys_and_clicks(start: Start) -> None:
    spec = set_value(open_source("xor"), "data", {"source": "points"})
    async with start(begin=spec) as (app, pilot):
        screen = await data_screen(app, pilot)
        await pilot.press("left", "up", "3")
        await settled(app, pilot)
        placed = screen.spec.data.settings["placed"]
        assert len(placed) == 15 and placed[-1] == 3 and placed[-3] < 0 < placed[-2]
        await pilot.click(screen.points, offset=(2, 2))
        await settled(app, pilot)
        assert len(screen.spec.data.settings["placed"]) == 18
        await pilot.press("backspace", "backspace")
        await settled(app, pilot)
        assert len(screen.spec.data.settings["placed"]) == 12
        await pilot.press("1", "enter")
        await settled(app, pilot)
        assert app.spec == screen.spec


async def test_a_setting_is_changed_in_the_form(start: Start) -> None:
    async with start(begin=open_source("digits")) as (app, pilot):
        screen = await data_screen(app, pilot)
        screen.form.focus_field("data.rotate")
        await pilot.press("ctrl+a", *"20")
        await settled(app, pilot)
        assert screen.spec.data.settings["rotate"] == 20.0
        assert screen.look is not None and screen.look.data is not None
        assert screen.look.data.augmentation is not None


async def test_opening_data_from_the_workbench_proposes_a_network(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("o", *"people.csv", "enter")
        await settled(app, pilot)
        assert app.spec.data.source == "people.csv" and app.spec.layers[-1].get("units") == 2
        assert "hidden layer" in app.notice


async def test_a_long_path_leaves_room_for_what_the_data_are(start: Start, folder: Path) -> None:
    deep = folder / "a-folder-with-a-long-name" / "and-another-one"
    deep.mkdir(parents=True)
    (folder / "people.csv").rename(deep / "people.csv")
    async with start(size=(80, 24), begin=open_source(str(deep / "people.csv"))) as (app, pilot):
        screen = await data_screen(app, pilot)
        await looked(app, pilot, screen)
        title = str(screen.title_line.render())
        assert title.startswith(" people.csv   3 -> happy") and title.endswith(" test"), title
        assert len(title) <= 80
        await pilot.resize_terminal(200, 60)
        await settled(app, pilot)
        assert str(deep) in str(screen.title_line.render())


async def test_a_path_is_completed(folder: Path) -> None:
    from nn_tui.tui.screens.open import PathSuggester, completed

    (folder / "inner").mkdir()
    (folder / "inner" / "notes.md").write_text("")
    (folder / "inner" / "rows.npz").write_bytes(b"")
    assert completed("peo") == "people.csv"
    assert completed("inn") == "inner/" and completed("inner/") == "inner/rows.npz"
    assert completed("nothing") is None and completed("none/x") is None
    assert await PathSuggester().get_suggestion("iri") == "iris"


@pytest.mark.parametrize(
    ("name", "source", "size"),
    [("table", "penguins", (120, 36)), ("images", "digits", (120, 36)), ("small", "penguins", (80, 24))],
)
def test_it_looks_as_it_should(
    snap_compare: object, factory: object, name: str, source: str, size: tuple[int, int]
) -> None:
    from tests.tui.trainers import FakeFactory

    assert isinstance(factory, FakeFactory)
    app = NnTuiApp(open_source(source), factory)

    async def before(pilot: Pilot[None]) -> None:
        await settled(app, pilot)
        await data_screen(app, pilot)
        await settled(app, pilot)

    assert snap_compare(app, terminal_size=size, run_before=before), name  # type: ignore[operator]
