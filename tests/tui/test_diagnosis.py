"""The diagnosis on the screen: its line, why it is said, its remedy applied and raced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nn_tui.experiment import commands as command
from nn_tui.experiment.diagnosis.finding import Diagnosis, Finding, Remedy
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.panels.diagnosis import DiagnosisLine
from nn_tui.tui.screens.confirm import ConfirmScreen
from nn_tui.tui.screens.diagnosis import DiagnosisScreen
from nn_tui.tui.screens.race import RaceScreen
from tests.experiment.diagnosis.runs import dense
from tests.experiment.diagnosis.runs import spec as made
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot
from tests.tui.waiting import settled, until

pytestmark = pytest.mark.numeric

WELL = Finding("well", "learning well, validation follows training", "loss 0.69 -> 0.33.")


def high(spec: Spec, *, restart: bool = False) -> Finding:
    lower = set_value(spec, "compile.optimizer.learning_rate", 0.00001)
    remedy = Remedy("Lower the learning rate to 1e-05.", lower, restart=restart)
    return Finding("learning_rate_high", "Loss rose: the rate 0.0001 is too high.", "It moved.", remedy)


def found(spec: Spec, *findings: Finding, epoch: int = 12) -> Snapshot:
    return replace(snapshot(spec, "paused", epoch), diagnosis=Diagnosis(findings, epoch))


def line(app: NnTuiApp) -> str:
    return app.workbench.query_one(DiagnosisLine).render().plain


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20)])
async def test_the_line_says_it_in_every_view(
    start: Start, spec: Spec, factory: FakeFactory, size: tuple[int, int]
) -> None:
    async with start(size=size) as (app, pilot):
        await show(app, pilot, factory, found(spec, WELL))
        for key in "bcil":
            await pilot.press(key)
            widget = app.workbench.query_one(DiagnosisLine)
            assert widget.region.height == 1 and widget.region.bottom == size[1] - 1
        name = "diagnosis: " if size[0] > 60 else ""
        assert line(app).startswith(f" {name}learning well, validation follows")
        assert line(app).rstrip().endswith("h why")
        await show(app, pilot, factory, found(spec, high(spec), WELL))
        assert line(app).startswith(f" ! {name}Loss rose: the rate 0.0001")
        assert line(app).rstrip().endswith("h remedy")


async def test_the_line_is_drawn_again_only_for_another_diagnosis(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        now = found(spec, WELL)
        await show(app, pilot, factory, now)
        drawn = app.workbench.query_one(DiagnosisLine)._drawn
        later = replace(snapshot(spec, "training", 14), diagnosis=now.diagnosis)
        await show(app, pilot, factory, later)
        assert app.workbench.query_one(DiagnosisLine)._drawn is drawn


async def test_the_key_shows_why_and_the_remedy(start: Start, spec: Spec, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        await pilot.press("h")
        assert app.notice == "Nothing is found yet: train first."
        await show(app, pilot, factory, found(spec, high(spec)))
        await pilot.press("h")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, DiagnosisScreen)
        assert (screen.text.content, screen.why.content) == (high(spec).text, "It moved.")
        assert "Lower the learning rate to 1e-05.\nlearning_rate 0.0001 -> 1e-05" in str(
            screen.remedy.content
        )
        assert "race" not in str(screen.hint.content)  # no run is kept
        await pilot.press("escape")
        assert app.screen is app.workbench


async def test_enter_applies_the_remedy_live_and_undo_takes_it_back(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, found(spec, high(spec)))
        await pilot.press("h", "enter")
        await pilot.pause()
        assert factory.trainer.orders(command.SetParam) == [
            command.SetParam("compile.optimizer.learning_rate", 1e-05)
        ]
        assert not factory.trainer.orders(command.Rebuild)
        assert app.notice.startswith("Lower the learning rate to 1e-05. u takes it back")
        await pilot.press("u")
        assert app.spec == spec


async def test_a_remedy_that_starts_again_asks_where_the_run_is_not_kept(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, found(spec, high(spec, restart=True)))
        await pilot.press("h", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmScreen) and "12 epochs" in app.screen.lost
        await pilot.press("y")
        await pilot.pause()
        assert factory.trainer.orders(command.Rebuild) == [command.Rebuild(app.spec, keep_weights=False)]


async def test_one_of_several_findings_is_selected(start: Start, spec: Spec, factory: FakeFactory) -> None:
    other = Finding("imbalance", "Classes are unequal.", "90 %.", Remedy("Weigh them."))
    async with start() as (app, pilot):
        await show(app, pilot, factory, found(spec, high(spec), other))
        await pilot.press("h", "down")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, DiagnosisScreen)
        assert screen.finding is other and "apply" not in str(screen.hint.content)
        await pilot.press("enter")
        assert app.screen is app.workbench and app.spec == spec


async def test_an_experiment_that_is_refused_is_mended_by_two_keys(start: Start, spec: Spec) -> None:
    refused = set_value(spec, "layers.2.activation", "relu")
    async with start(begin=refused) as (app, pilot):
        assert line(app).startswith(" ! diagnosis: sparse_categorical_crossentropy takes probabilities")
        await pilot.press("h", "enter")
        await settled(app, pilot)
        assert app.spec.layers[2].get("activation") == "softmax"
        assert app.checkup is not None and not app.checkup.problems


async def test_a_remedy_is_raced_against_the_run_as_it_was_and_wins() -> None:
    # A straight line at the edge of what its rate allows: it jumps, yet the same on every processor.
    noisy, squares = 'source = "plane"\nrows = 200\nnoise = 0.5', 'loss = "mean_squared_error"'
    ill = made([dense(1)], data=noisy, learns=squares, optimizer="SGD", rate=0.075, epochs=12)
    app = NnTuiApp(ill, ascii_only=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        await pilot.press("space")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status.phase == "finished")
        assert "learning rate 0.075 is too high" in line(app)
        told = app.snapshot.log if app.snapshot is not None else ()
        assert any("learning rate 0.075 is too high" in entry.text for entry in told)
        await pilot.press("h", "f")
        await until(pilot, lambda: isinstance(app.screen, RaceScreen))
        screen = app.screen
        assert isinstance(screen, RaceScreen)
        await until(pilot, lambda: all(one.status.phase == "finished" for one in screen.snapshots))
        names = [entrant.name for entrant in screen.entrants]
        assert names == ["as it was", "learning_rate 0.075 -> 0.0075"]
        assert [entrant.start.epoch for entrant in screen.entrants] == [0, 0]
        was, mended = (one.curves.values["loss"] for one in screen.snapshots)
        assert mended[-1] < 0.3 * was[-1]
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.screen is app.workbench and app.spec != ill)
        assert app.spec.compile.optimizer.get("learning_rate") == 0.0075
    assert len(RunStore().runs()) == 2, "the run as it was is kept already"
