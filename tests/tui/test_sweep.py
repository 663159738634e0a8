"""The Sweep screens: what is varied is asked, the trials are followed, the best is opened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable

from nn_tui.experiment.runs.keeper import taken_by
from nn_tui.experiment.spec_file import set_value
from nn_tui.insight.pictures import Intervals, Lines
from nn_tui.sweep import job as module
from nn_tui.sweep.axes import parse_axis
from nn_tui.sweep.folder import SweepFolder
from nn_tui.sweep.headless import open_sweep
from nn_tui.sweep.job import SweepJob
from nn_tui.sweep.plan import Plan, make_plan
from nn_tui.sweep.serial import Serial
from nn_tui.sweep.standings import Standings
from nn_tui.sweep.sweep import Sweep
from nn_tui.sweep.trial import Outcome, Progress
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.screens.choose import ChooseScreen
from nn_tui.tui.screens.help import HelpScreen
from nn_tui.tui.screens.sweep import SweepScreen
from nn_tui.tui.screens.sweep_plan import SweepPlanScreen
from tests.experiment.specs import small
from tests.tui.conftest import Start
from tests.tui.waiting import settled, until

RATE = "compile.optimizer.learning_rate"


class FakeProcess:
    """The process of a sweep without a process: the test says what it tells."""

    made: list[FakeProcess] = []

    def __init__(self, standings: Standings, workers: int | None, scheduler: str | None) -> None:
        self.standings, self.workers, self.scheduler = standings, workers, scheduler
        self.phase = "runs"
        self.how = "2 at once on this machine"
        self.told = ""
        self.news = True
        self.closed = False
        self.made.append(self)

    def read(self) -> bool:
        news, self.news = self.news, False
        return news

    def stop(self) -> None:
        self.phase, self.news = "ended", True

    def close(self) -> None:
        self.closed = True

    def train(self, trial: int, *values: float) -> None:
        """Tell of a trial that trains."""
        points = tuple(enumerate(values, start=1))
        self.standings.progress(Progress(trial, len(values), 4, points))
        self.news = True

    def end(self, trial: int, value: float, **others: Any) -> None:
        """Tell of a trial that has ended."""
        outcome = Outcome(trial, 0, "done", epoch=4, epochs=4, best=(value, 4))
        self.standings.take(replace(outcome, **others))
        self.news = True


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[FakeProcess]:
    """The processes that are made, none of them real."""
    FakeProcess.made = []
    monkeypatch.setattr(module, "SweepProcess", FakeProcess)
    return FakeProcess.made


def plan(*texts: str, **options: object) -> Plan:
    return make_plan(small(), [parse_axis(text) for text in texts], **options)  # type: ignore[arg-type]


def trained(*texts: str) -> Path:
    """A sweep that has ended; gives its folder."""
    sweep = open_sweep(plan(*texts), None, resume=False)
    for _ in sweep.run(Serial()):
        pass
    sweep.folder.close()
    return sweep.folder.path


async def asked(app: NnTuiApp, pilot: Pilot[None], *keys: str) -> SweepPlanScreen:
    await pilot.press("V")
    await settled(app, pilot)
    screen = app.screen
    assert isinstance(screen, SweepPlanScreen)
    await pilot.press(*keys)
    await pilot.pause()
    return screen


async def sweep_screen(app: NnTuiApp, pilot: Pilot[None]) -> SweepScreen:
    await settled(app, pilot)
    await until(pilot, lambda: isinstance(app.screen, SweepScreen))
    screen = app.screen
    assert isinstance(screen, SweepScreen)
    return screen


async def follow(screen: SweepScreen, pilot: Pilot[None]) -> None:
    """Let the app take what was told, and the screen show it."""
    screen.job.read()
    screen.renew()
    await pilot.pause()


def rows(screen: SweepScreen) -> list[list[str]]:
    table = screen.query_one(DataTable)
    return [[str(cell) for cell in table.get_row_at(at)] for at in range(table.row_count)]


async def test_settings_are_varied_by_keys_and_the_trials_are_counted(
    start: Start, processes: list[FakeProcess]
) -> None:
    async with start(begin=small()) as (app, pilot):
        screen = await asked(app, pilot)
        assert "Nothing is varied yet" in str(screen.told.content)
        await pilot.press("ctrl+s")
        assert app.screen is screen  # there is nothing to start
        await pilot.press("enter", "enter")  # what is suggested
        assert screen.asked.values == {RATE: "0.001,0.01,0.1"}
        await pilot.press("down", "enter", *"2,x", "enter")
        assert "whole number" in str(screen.told.content) and screen.line.has_focus
        await pilot.press("backspace", "4", "enter")
        assert screen.asked.values["layers.0.units"] == "2,4"
        assert "3 x 2 combinations: 6 trials of 4 epochs" in str(screen.told.content)
        await pilot.press("x")
        assert list(screen.asked.values) == [RATE]
        await pilot.press("escape")
        assert app.screen is app.workbench and not processes


async def test_settings_are_found_by_words(start: Start) -> None:
    async with start(begin=small()) as (app, pilot):
        screen = await asked(app, pilot, "slash", *"batch", "enter", "enter", *"8..32..8", "enter")
        assert screen.asked.values == {"fit.batch_size": "8..32..8"}
        assert "4 values: 4 trials" in str(screen.told.content)
        await pilot.press("escape")
        assert screen.table.row_count == len(screen.entries)


async def test_how_it_is_tried_is_a_form(start: Start, processes: list[FakeProcess]) -> None:
    async with start(begin=small()) as (app, pilot):
        screen = await asked(app, pilot, "enter", *"1e-4..1e-1", "enter")
        assert "no end of combinations" in str(screen.told.content)
        await pilot.press("tab", "tab", "right", "tab", *"5", "tab", *"2")
        await pilot.pause()
        assert "5 random combinations x 2 seeds: 10 trials" in str(screen.told.content)
        await pilot.press("ctrl+s")
        shown = await sweep_screen(app, pilot)
        assert len(shown.job.standings.standings) == 10
        assert processes[0].workers == screen.asked.workers and processes[0].scheduler is None


async def test_the_trials_are_followed_live(start: Start, processes: list[FakeProcess]) -> None:
    async with start(begin=small()) as (app, pilot):
        await asked(app, pilot, "down", "enter", *"2,4,8", "enter", "ctrl+s")
        screen = await sweep_screen(app, pilot)
        (process,) = processes
        process.train(0, 0.5, 0.6)
        process.end(1, 0.9)
        process.end(2, 0.0, phase="invalid", reason="No such network.", best=None)
        await follow(screen, pilot)
        assert [row[:5] for row in rows(screen)] == [
            ["2", "4", "done", "4/4", "0.9000 @4"],
            ["1", "2", "training", "2/4", "0.6000 @2"],
            ["3", "8", "invalid", "4/4", ""],
        ]
        assert rows(screen)[2][-1] == "No such network."
        title = str(screen.title_line.content)
        assert "2 of 3 trials have ended, 2 at once on this machine, looking for the largest" in title
        assert isinstance(screen.curves.picture, Lines) and isinstance(screen.effect.picture, Intervals)
        assert screen.effect.picture.names == ("2", "4")
        await pilot.press("s")
        assert [row[0] for row in rows(screen)] == ["1", "2", "3"]


async def test_the_selected_trial_stands_out_and_stays_selected(
    start: Start, processes: list[FakeProcess]
) -> None:
    async with start(begin=small()) as (app, pilot):
        await asked(app, pilot, "down", "enter", *"2,4,8", "enter", "ctrl+s")
        screen = await sweep_screen(app, pilot)
        for trial in range(3):
            processes[0].train(trial, 0.5, 0.6 + 0.1 * trial)
        await follow(screen, pilot)
        assert [row[0] for row in rows(screen)] == ["3", "2", "1"]
        await pilot.press("down", "down")
        assert screen.chosen is not None and screen.chosen.trial.number == 0
        picture = screen.curves.picture
        assert isinstance(picture, Lines)
        assert {one.name: one.role for one in picture.series}["trial 1"] == "train"
        processes[0].train(0, 0.5, 0.6, 0.95)  # now it is the best
        await follow(screen, pilot)
        assert [row[0] for row in rows(screen)] == ["1", "3", "2"]
        assert screen.chosen is not None and screen.chosen.trial.number == 0


async def test_seeds_have_a_column_for_mean_and_spread(start: Start) -> None:
    sweep = open_sweep(plan("layers.0.units=2,4", repeat=[2]), None, resume=False)
    sweep.folder.close()
    for trial, value in enumerate((0.5, 0.7, 0.9, 0.9)):
        sweep.take(Outcome(trial, 0, "done", epoch=4, epochs=4, best=(value, 4)))
    async with start(begin=small()) as (app, pilot):
        app.show_sweep(SweepJob(sweep))
        screen = await sweep_screen(app, pilot)
        assert [str(column.label) for column in screen.table.ordered_columns] == [
            "trial", "units", "seed", "state", "epoch", "val_accuracy", "mean", "curve",
        ]  # fmt: skip
        assert [row[-2] for row in rows(screen)] == ["0.9000 +-0"] * 2 + ["0.6000 +-0.14"] * 2


async def test_space_stops_and_goes_on_and_the_app_says_how_it_ended(
    start: Start, processes: list[FakeProcess]
) -> None:
    async with start(begin=small()) as (app, pilot):
        await asked(app, pilot, "enter", *"0.1,0.01", "enter", "ctrl+s")
        screen = await sweep_screen(app, pilot)
        await pilot.press("space")
        await follow(screen, pilot)
        assert screen.job.phase == "rests" and "space goes on" in screen.job.words
        await pilot.press("space")
        await pilot.pause()
        assert len(processes) == 2 and screen.job.running
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is app.workbench and "goes on" in app.notice
        for trial in (0, 1):
            processes[1].end(trial, 0.8)
        processes[1].phase = "ended"
        await until(pilot, lambda: "all have ended" in app.notice)
        assert "Best: trial 1" in app.notice
        await pilot.press("V")  # what it came to is still there
        assert (await sweep_screen(app, pilot)).job.standings.finished


async def test_what_ends_a_sweep_is_told(start: Start, processes: list[FakeProcess]) -> None:
    async with start(begin=small()) as (app, pilot):
        await asked(app, pilot, "enter", *"0.1,0.01", "enter", "ctrl+s")
        screen = await sweep_screen(app, pilot)
        processes[0].told = "The scheduler has gone."
        processes[0].stop()
        await follow(screen, pilot)
        assert str(screen.told.content) == "! The scheduler has gone."


async def test_one_sweep_runs_at_a_time(start: Start, processes: list[FakeProcess]) -> None:
    other = open_sweep(plan("fit.batch_size=8,16"), None, resume=False)
    other.folder.close()
    async with start(begin=small()) as (app, pilot):
        await asked(app, pilot, "enter", *"0.1,0.01", "enter", "ctrl+s")
        first = await sweep_screen(app, pilot)
        await pilot.press("l")
        await settled(app, pilot)
        assert isinstance(app.screen, ChooseScreen)
        await pilot.press(*"test by batch", "enter")
        second = await sweep_screen(app, pilot)
        assert second.job is not first.job
        await pilot.press("space")
        await follow(second, pilot)
        assert "Another sweep is running" in str(second.told.content) and len(processes) == 1
        assert app.sweep_job is first.job


async def test_the_best_trial_is_opened_in_the_workbench() -> None:
    path = trained(f"{RATE}=1e-6,0.05")
    app = NnTuiApp(small())
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        await pilot.press("V")
        await settled(app, pilot)
        await pilot.press("l")
        await settled(app, pilot)
        await pilot.press("enter")
        screen = await sweep_screen(app, pilot)
        best = screen.job.standings.best
        assert best is not None and best.curve and screen.job.standings.folder.path == path
        await pilot.press("b")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status.epoch == 4)
        assert app.spec.compile.optimizer.get("learning_rate") == 0.05
        assert app.snapshot is not None and app.snapshot.run is not None
        assert app.snapshot.run.folder == best.folder


async def test_a_trial_that_has_no_run_says_why(start: Start, processes: list[FakeProcess]) -> None:
    async with start(begin=small()) as (app, pilot):
        await asked(app, pilot, "down", "enter", *"2,4", "enter", "ctrl+s")
        screen = await sweep_screen(app, pilot)
        await pilot.press("enter")
        assert "has not begun yet" in str(screen.told.content)
        await pilot.press("b")
        assert "No trial has a value yet" in str(screen.told.content)


async def test_e_goes_through_the_effects_and_in_a_narrow_terminal_back_to_the_curves(
    start: Start, processes: list[FakeProcess]
) -> None:
    async with start(begin=small(), size=(80, 24)) as (app, pilot):
        await asked(app, pilot, "enter", *"0.1,0.01", "enter", "down", "enter", *"2,4", "enter", "ctrl+s")
        screen = await sweep_screen(app, pilot)
        assert screen.curves.display and not screen.effect.display
        shown = []
        for _ in range(3):
            await pilot.press("e")
            await pilot.pause()
            shown.append(str(screen.effect.border_title) if screen.effect.display else "curves")
        assert [words.split("   ")[0] for words in shown] == [
            "Effect of learning_rate", "Effect of units", "curves",
        ]  # fmt: skip


async def test_leaving_the_app_ends_the_process(start: Start, processes: list[FakeProcess]) -> None:
    async with start(begin=small()) as (app, pilot):
        await asked(app, pilot, "enter", *"0.1,0.01", "enter", "ctrl+s")
        await sweep_screen(app, pilot)
    assert processes[0].closed


async def test_a_real_sweep_runs_beside_the_app_and_can_be_taken_up_later() -> None:
    app = NnTuiApp(set_value(small(), "fit.epochs", 100_000))
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        screen = await asked(app, pilot, "down", "enter", *"2,4", "enter")
        screen.asked = replace(screen.asked, workers=1)
        await pilot.press("ctrl+s")
        shown = await sweep_screen(app, pilot)
        await until(pilot, lambda: shown.job.standings.standings[0].epoch > 2)
        assert shown.job.phase == "runs"
        folder = shown.job.standings.folder.path
        assert taken_by(folder)
        await pilot.press("space")
        await until(pilot, lambda: not shown.job.running)
    assert not taken_by(folder)
    again = Sweep(*reversed(SweepFolder.reopen(folder)))
    epochs: list[int] = []
    for _ in again.run(Serial(), lambda: bool(epochs), lambda one: epochs.append(one.epoch)):
        pass
    again.folder.close()
    assert epochs and epochs[0] > 2  # not from the start


async def test_problems_are_told_instead(start: Start) -> None:
    async with start(begin=set_value(small(), "layers.2.units", 1)) as (app, pilot):
        await pilot.press("V")
        await settled(app, pilot)
        assert app.screen is app.workbench and app.notice.startswith("! ")


async def test_help_names_the_keys_of_both_screens(start: Start, processes: list[FakeProcess]) -> None:
    async with start(begin=small()) as (app, pilot):
        await asked(app, pilot, "question_mark")
        assert isinstance(app.screen, HelpScreen)
        assert "Start the sweep." in [str(one.render()) for one in app.screen.query("Grid Static")]
        await pilot.press("escape", "enter", *"0.1,0.01", "enter", "ctrl+s")
        await sweep_screen(app, pilot)
        await pilot.press("question_mark")
        words = [str(one.render()) for one in app.screen.query("Grid Static")]
        assert "Stop the sweep after saving what is trained, or go on with it." in words


@pytest.mark.parametrize("size", [(200, 60), (120, 36), (80, 24), (40, 12), (20, 5)])
async def test_every_size_shows_both(
    start: Start, processes: list[FakeProcess], size: tuple[int, int]
) -> None:
    async with start(begin=small(), size=size, ascii_only=size[0] == 80) as (app, pilot):
        await asked(app, pilot, "enter", *"0.1,0.01", "enter", "ctrl+s")
        screen = await sweep_screen(app, pilot)
        processes[0].train(0, 0.5, 0.6)
        processes[0].end(1, 0.9)
        await follow(screen, pilot)
        await pilot.resize_terminal(80, 24)
        await pilot.resize_terminal(*size)
        await pilot.press("e", "right", "left", "s", "down", "up")
        assert len(rows(screen)) == 2
        if size[0] == 80:
            strips = app.screen._compositor.render_strips()
            text = "".join(segment.text for strip in strips for segment in strip)
            assert text.replace("…", "").isascii()


@pytest.mark.parametrize(("name", "size"), [("wide", (120, 36)), ("narrow", (80, 24))])
def test_it_looks_as_it_should(
    snap_compare: Any, processes: list[FakeProcess], name: str, size: tuple[int, int]
) -> None:
    app = NnTuiApp(small())

    async def before(pilot: Pilot[None]) -> None:
        await settled(app, pilot)
        await asked(app, pilot, "enter", *"0.1,0.01", "enter", "down", "enter", *"2,4", "enter", "ctrl+s")
        screen = await sweep_screen(app, pilot)
        for trial, last in enumerate((0.7, 0.8, 0.95)):
            processes[0].train(trial, 0.4, 0.5 + 0.05 * trial, last - 0.05, last)
        processes[0].end(0, 0.7)
        processes[0].end(1, 0.8)
        await follow(screen, pilot)

    assert snap_compare(app, terminal_size=size, run_before=before), name


def test_the_plan_looks_as_it_should(snap_compare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    app = NnTuiApp(small())

    async def before(pilot: Pilot[None]) -> None:
        await settled(app, pilot)
        screen = await asked(app, pilot, "enter", *"0.1,0.01", "enter", "down", "enter", *"2,4,8", "enter")
        await settled(app, pilot)
        assert screen.asked.values

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)
