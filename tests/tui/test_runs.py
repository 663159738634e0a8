"""Runs that are kept: the list, opening one, comparing, forking and racing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable

from nn_tui.experiment import commands as command
from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.headless import train
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.listing import found_runs, sorted_runs, sparkline
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import set_value
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.screens.choose import ChooseScreen
from nn_tui.tui.screens.compare import CompareScreen
from nn_tui.tui.screens.race import COLUMN, RaceScreen, _cell
from nn_tui.tui.screens.runs import RunsScreen
from tests.experiment.specs import small
from tests.tui.conftest import Start
from tests.tui.waiting import settled, until


@pytest.fixture
def kept(tmp_path: Path) -> list[RunCard]:
    """Two runs, in folders of a person's own."""
    for number, units in enumerate((6, 9)):
        spec = replace(set_value(small(), "layers.0.units", units), name=f"run {units}")
        list(train(spec, save=str(tmp_path / str(number))))
    return RunStore().runs()


async def runs_screen(app: NnTuiApp, pilot: Pilot[None]) -> RunsScreen:
    await pilot.press("v")
    await settled(app, pilot)
    assert isinstance(app.screen, RunsScreen)
    return app.screen


async def test_the_list_names_finds_sorts_deletes_and_takes_back(start: Start, kept: list[RunCard]) -> None:
    async with start() as (app, pilot):
        screen = await runs_screen(app, pilot)
        assert [card.name for card in screen.shown] == ["run 9", "run 6"]
        assert "val_accuracy" in str(screen.list.get_option_at_index(0).prompt)
        await pilot.press("s")
        assert [card.name for card in screen.shown] == ["run 6", "run 9"]
        await pilot.press("slash", "9")
        assert [card.name for card in screen.shown] == ["run 9"]
        await pilot.press("escape", "home", "n")
        await pilot.pause()
        await pilot.press(*["backspace"] * 5, *"best", "enter")
        await pilot.pause()
        assert {card.name for card in RunStore().runs()} == {"best", "run 9"}
        await pilot.press("x")
        assert len(screen.shown) == 1
        await pilot.press("u")
        assert len(screen.shown) == 2


async def test_a_run_is_opened_and_goes_on(kept: list[RunCard]) -> None:
    app = NnTuiApp(small())
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        await pilot.press("v")
        await settled(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status.phase == "finished")
        assert app.snapshot is not None and app.snapshot.run is not None
        assert app.snapshot.run.id == kept[0].id and app.snapshot.status.epoch == 4
        assert len(app.snapshot.curves.epochs) == 4 and app.spec.layers[0].get("units") == 9
        await pilot.press("space")
        await until(pilot, lambda: app.snapshot.status.epoch == 8)
    cards = {card.id: card for card in RunStore().runs()}
    assert len(cards) == 2 and cards[kept[0].id].epoch == 8


async def test_marked_runs_are_compared(start: Start, kept: list[RunCard]) -> None:
    async with start() as (app, pilot):
        await runs_screen(app, pilot)
        await pilot.press("c")
        assert isinstance(app.screen, RunsScreen)
        await pilot.press("space", "space", "c")
        await settled(app, pilot)
        screen = app.screen
        assert isinstance(screen, CompareScreen)
        table = screen.query_one(DataTable)
        rows = [[str(cell) for cell in table.get_row_at(row)] for row in range(table.row_count)]
        assert ["layer 1 units", "9", "6"] in rows
        assert [row[0] for row in rows if "units" in row[0] or "seed" in row[0]] == ["layer 1 units"]
        assert screen.told.content == "1 setting differs."


async def forking(app: NnTuiApp, pilot: Pilot[None]) -> None:
    """Fork the first run of the list after the epoch that is offered: what is changed is asked then."""
    await settled(app, pilot)
    await pilot.press("v")
    await settled(app, pilot)
    await pilot.press("f")
    await pilot.pause()
    await pilot.press("enter")
    await pilot.pause()


async def test_a_fork_races_against_the_run_as_it_was(kept: list[RunCard]) -> None:
    app = NnTuiApp(small())
    async with app.run_test(size=(120, 36)) as pilot:
        await forking(app, pilot)
        await pilot.press(*"compile.optimizer.learning_rate=0.3", "enter")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, RaceScreen)
        await until(pilot, lambda: all(one.status.phase == "finished" for one in screen.snapshots))
        was, changed = (list(one.curves.values["loss"]) for one in screen.snapshots)
        assert was[-1] == kept[0].last["loss"] and changed[-1] != was[-1]
        assert screen.entrants[1].name == "learning_rate 0.01 -> 0.3"
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.run is not None)
        assert app.spec.compile.optimizer.get("learning_rate") == 0.3
    forks = [card for card in RunStore().runs() if card.parent == kept[0].id]
    assert [card.status for card in forks] == ["done"], "the run as it was is kept already"


async def test_a_race_that_is_left_midway_keeps_no_copy_of_the_run(kept: list[RunCard]) -> None:
    app = NnTuiApp(small())
    async with app.run_test(size=(120, 36)) as pilot:
        await forking(app, pilot)
        await pilot.press(*"compile.optimizer.learning_rate=0.3", "enter")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, RaceScreen)
        for trainer in screen.trainers:
            trainer.send(command.SetPace(0.01))
        await until(pilot, lambda: all(one.run is not None for one in screen.snapshots))
        await pilot.press("enter")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.run is not None)
        assert app.snapshot is not None and app.snapshot.run is not None
        assert app.snapshot.run.id == kept[0].id
    changed = [card for card in RunStore().runs() if card.parent == kept[0].id]
    assert [SavedRun.open(Path(card.folder)).spec.name for card in changed] == [
        screen.entrants[1].spec.name
    ]


async def test_a_change_is_written_as_one_says_it_and_asked_again_where_it_is_none(
    kept: list[RunCard],
) -> None:
    app = NnTuiApp(small())
    async with app.run_test(size=(120, 36)) as pilot:
        await forking(app, pilot)
        for letters, said in (
            ("lrr", "'lrr' has no value. Write setting=value"),
            (["space", *"0.3"], "no setting 'lrr'"),
        ):
            await pilot.press("end", *letters, "enter")
            await pilot.pause()
            assert isinstance(app.screen, ChooseScreen)
            assert said in app.notice, app.notice
        assert app.screen.line.value == "lrr 0.3"
        await pilot.press("home", "right", "delete", "enter")
        await pilot.pause()
        assert isinstance(app.screen, RaceScreen)
        assert app.screen.entrants[1].name == "learning_rate 0.01 -> 0.3"
        await until(pilot, lambda: all(one.status.phase == "finished" for one in app.screen.snapshots))


@pytest.mark.parametrize("size", [(200, 60), (120, 36), (80, 24), (60, 20), (40, 12)])
async def test_every_size_shows_the_runs(start: Start, kept: list[RunCard], size: tuple[int, int]) -> None:
    async with start(size=size) as (app, pilot):
        screen = await runs_screen(app, pilot)
        assert all(screen.list.get_option_at_index(row).prompt for row in range(2))
        await pilot.press("space", "space", "c")
        await settled(app, pilot)
        assert isinstance(app.screen, CompareScreen)


async def test_the_run_in_the_app_is_kept_so_other_data_ask_nothing(home: Path) -> None:
    app = NnTuiApp(small())
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: app.kept and app.trained)
        app.open_source("xor")
        await settled(app, pilot)
        assert app.spec.name == "xor"
    (card,) = RunStore().runs()
    assert card.epoch == 1 and card.status == "paused"


def test_a_small_curve_falls_as_the_values_do() -> None:
    assert sparkline([3, 2, 1, 0], 8, ascii_only=True) == "^=._"
    assert sparkline([1.0, float("nan"), 0.0], 3) == "█ ▁"
    assert sparkline([], 5) == ""


def test_runs_are_found_by_all_words_and_sorted_by_the_best(kept: list[RunCard]) -> None:
    assert [card.name for card in found_runs(kept, "circle 9")] == ["run 9"]
    worse = replace(kept[0], best={"val_accuracy": (0.1, 1)})
    assert sorted_runs([worse, kept[1]], "best") == [kept[1], worse]


async def test_weights_of_a_run_are_taken_and_shown_and_frozen(start: Start, kept: list[RunCard]) -> None:
    async with start(begin=small()) as (app, pilot):
        await runs_screen(app, pilot)
        await pilot.press("end", "w")
        await settled(app, pilot)
        assert isinstance(app.screen, ChooseScreen)
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.spec.start is not None and app.spec.start.of == "run 6"
        assert app.spec.start.layers is None and app.history.undo_label == "take weights of run 6"
        assert app.checkup is not None and app.checkup.origins == (
            "weights of run 6",
            "",
            "weights of run 6",
        )
        app.workbench.listing.selected = "layers.0"
        await pilot.press("F")
        await settled(app, pilot)
        assert app.checkup.origins[0] == "weights of run 6, frozen"
        assert "frozen" in str(app.workbench.listing.render())
        await pilot.press("u", "u")
        await settled(app, pilot)
        assert app.spec == small()


async def test_weights_that_fit_nothing_are_refused_in_a_line(start: Start, kept: list[RunCard]) -> None:
    async with start() as (app, pilot):
        await pilot.press("w")
        await pilot.pause()
        await pilot.press("enter")
        await settled(app, pilot)
        assert "takes rows of shape (2,)" in app.notice


@pytest.mark.parametrize("value", [1.9733e-04, -4.6338e-07, 0.5, 123.4567, 98765.4321, 1.5e12])
def test_a_value_of_a_race_fits_its_column(value: float) -> None:
    told = _cell({"loss": value}, "loss")
    assert len(told) <= COLUMN
    assert float(told) == pytest.approx(value, rel=0.05)
