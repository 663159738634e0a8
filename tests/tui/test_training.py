"""A person trains: play, pause, step, reset, the learning rate, the pace."""

from __future__ import annotations

from dataclasses import replace

from nn_tui.experiment import commands as command
from nn_tui.experiment.runs.card import new_card
from nn_tui.experiment.runs.rewinding import Place
from nn_tui.experiment.spec import Spec
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.panels.charts import ChartsPanel
from nn_tui.tui.panels.keys import KeyLine
from nn_tui.tui.panels.status import StatusLine
from nn_tui.tui.screens.breakpoints import BreakpointsScreen
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot
from tests.tui.waiting import settled


async def test_space_trains_and_pauses(start: Start, spec: Spec, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        await pilot.press("space")
        assert factory.trainer.sent[-1] == command.Play()
        await show(app, pilot, factory, snapshot(spec, "training", 1))
        await pilot.press("space")
        assert factory.trainer.sent[-1] == command.Pause()


async def test_a_batch_and_an_epoch_are_steps(start: Start, factory: FakeFactory) -> None:
    async with start() as (_, pilot):
        await pilot.press("full_stop", "greater_than_sign")
        assert factory.trainer.sent[-2:] == [command.RunBatches(1), command.RunEpoch()]


async def test_reset_goes_back_to_the_same_weights(start: Start, spec: Spec, factory: FakeFactory) -> None:
    async with start() as (_, pilot):
        await pilot.press("r")
        assert factory.trainer.sent[-1] == command.Rebuild(spec, keep_weights=False)


async def test_a_new_seed_starts_anew(start: Start, spec: Spec, factory: FakeFactory) -> None:
    async with start() as (_, pilot):
        await pilot.press("R")
        expected = command.Rebuild(replace(spec, seed=1), keep_weights=False)
        assert factory.trainer.sent[-1] == expected


async def test_the_learning_rate_goes_up_and_down_its_ladder(start: Start, factory: FakeFactory) -> None:
    async with start() as (_, pilot):
        await pilot.press("right_square_bracket", "right_square_bracket", "left_square_bracket")
        rates = [order.value for order in factory.trainer.orders(command.SetParam)]
        assert rates == [0.0003, 0.001, 0.0003]


async def test_each_press_of_a_stepping_key_is_undone_by_itself(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "training", 3))
        await pilot.press("right_square_bracket", "right_square_bracket", "right_square_bracket")
        undone = []
        for _ in range(3):
            await pilot.press("u")
            undone.append(app.spec.compile.optimizer.settings["learning_rate"])
        assert undone == [0.001, 0.0003, 0.0001]
        assert [order.value for order in factory.trainer.orders(command.SetParam)][3:] == undone
        await pilot.press("R", "R", "u")
        assert app.spec.seed == spec.seed + 1


async def test_the_pace_goes_down_and_up(start: Start, factory: FakeFactory) -> None:
    async with start() as (_, pilot):
        await pilot.press("left_curly_bracket", "left_curly_bracket", "right_curly_bracket")
        paces = [order.epochs_per_second for order in factory.trainer.orders(command.SetPace)]
        assert paces == [30, 10, 30]


async def test_the_lines_say_how_far_and_how_fast_it_is(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        now = snapshot(spec, "training", 12, samples_per_second=14000)
        await show(app, pilot, factory, now)
        status = str(app.workbench.query_one(StatusLine).render())
        assert status.rstrip().endswith("training  ━━━━━━────  epoch 12/20")
        assert "1 - 16 relu - 32 relu - 2 softmax   642 parameters" in status
        keys = str(app.workbench.query_one(KeyLine).render())
        assert "space pause" in keys
        assert keys.rstrip().endswith("14k samples/s  0:01 left")


async def test_the_same_snapshot_draws_nothing(start: Start, spec: Spec, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "training", 2))
        refreshed = []
        for widget in app.workbench.query("*"):
            widget.refresh = lambda *_, widget=widget, **__: refreshed.append(widget)  # type: ignore[method-assign]
        for _ in range(5):
            app.take_newest()
            await pilot.pause()
        assert refreshed == []


async def test_another_snapshot_repaints_no_more_than_its_parts(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "training", 2))
        whole = []
        for widget in (app.workbench, app.workbench.build, app.workbench.charts, app.workbench.insights):
            widget.refresh = lambda *_, widget=widget, **__: whole.append(widget)  # type: ignore[method-assign]
        laid_out = []
        app.workbench._refresh_layout = lambda *_, **__: laid_out.append(1)  # type: ignore[method-assign]
        await show(app, pilot, factory, snapshot(spec, "training", 3))
        assert whole == []
        assert laid_out == []


async def test_a_failure_is_told_with_its_words(start: Start, spec: Spec, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "failed", 2, error="The loss became NaN."))
        assert app.notice == "! The loss became NaN."


async def test_only_the_visible_insight_is_asked_for(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        await pilot.press("2")
        await pilot.pause()
        second = app.workbench.insights.names[1]
        assert factory.trainer.orders(command.Watch)[-1].insights == (second,)
        assert f"[2 {second.capitalize()}]" in screen_text(app)


def screen_text(app: NnTuiApp) -> str:
    """Everything on the screen."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def test_a_hidden_insight_costs_nothing(start: Start, factory: FakeFactory) -> None:
    async with start(size=(80, 24)) as (app, pilot):
        await pilot.pause()
        watches = factory.trainer.orders(command.Watch)
        assert watches[-1].insights == ()
        await pilot.press("i")
        await pilot.pause()
        assert factory.trainer.orders(command.Watch)[-1].insights == (app.workbench.insights.shown,)


async def test_without_a_metric_there_is_one_chart(start: Start, spec: Spec) -> None:
    alone = replace(spec, compile=replace(spec.compile, metrics=()))
    async with start(begin=alone) as (app, _):
        assert not app.workbench.query_one(ChartsPanel).metric.display


async def test_the_trainer_is_closed_at_the_end(start: Start, factory: FakeFactory) -> None:
    async with start() as (_, pilot):
        await pilot.press("q")
    assert factory.trainer.closed


async def test_unsaved_changes_are_asked_about(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("x", "q")
        assert app.is_running
        await pilot.press("y")
        await pilot.pause()
        assert app.return_code == 0


async def test_breakpoints_are_chosen_written_and_taken_away(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await pilot.press("B", "enter", *"loss < 0.25", "enter")
        written = [
            [point.text for point in order.points] for order in factory.trainer.orders(command.BreakAt)
        ]
        assert written == [["val_loss rising 3"], ["val_loss rising 3", "loss < 0.25"]]
        await pilot.press("up", "up", "enter")
        assert [point.text for point in app.breakpoints] == ["loss < 0.25"]
        await pilot.press(*"acuracy > 1", "enter")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, BreakpointsScreen)
        assert screen.told.content == "! 'acuracy' is not measured here. Did you mean 'accuracy'?"
        await pilot.press("escape")
        assert app.screen is app.workbench


async def test_breakpoints_are_kept_for_another_run(start: Start, spec: Spec, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        await pilot.press("B", "enter", "escape")
        app._begin_anew(replace(spec, data=replace(spec.data, settings={"noise": 0.1})))
        await settled(app, pilot)
        assert len(factory.made) == 2
        assert factory.trainer.orders(command.BreakAt) == [command.BreakAt(app.breakpoints)]


async def test_a_pause_by_a_breakpoint_is_told(start: Start, spec: Spec, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        now = snapshot(spec, "paused", 7)
        now = replace(now, status=replace(now.status, stopped="loss < 0.4 (0.3912) after epoch 7"))
        await show(app, pilot, factory, now)
        assert app.notice == "Paused by loss < 0.4 (0.3912) after epoch 7."


async def test_back_and_forward_are_keys_and_the_experiment_follows(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await pilot.press("less_than_sign")
        assert app.notice == "Train first: there is no epoch to go back to."
        run = new_card("x", spec, 0.0)
        await show(app, pilot, factory, replace(snapshot(spec, "paused", 12), run=run))
        await pilot.press("less_than_sign", "greater_than_sign")
        assert factory.trainer.sent[-2:] == [command.StepBack(), command.RunEpoch()]
        slower = replace(spec, fit=replace(spec.fit, batch_size=99))
        then = snapshot(slower, "paused", 8)
        whole = snapshot(spec, "paused", 12).curves
        place = Place(run, 8, 12.0, slower)
        curves = replace(then.curves, former=whole)
        await show(app, pilot, factory, replace(then, run=run, place=place, moves=1, curves=curves))
        assert app.spec == slower and not factory.trainer.orders(command.SetParam)
        assert app.notice.startswith("Epoch 8 of 12. < > go through the epochs kept")
        place = Place(run, 8, 11.4, slower)  # the run was paused within an epoch
        await show(app, pilot, factory, replace(then, run=run, place=place, moves=2, curves=curves))
        assert app.notice.startswith("Epoch 8; the run ends within epoch 12. < > go through")
        (former, *_) = app.workbench.charts.loss._series(curves)
        assert former.role == "former" and len(former.x) == 12
        await pilot.press("u")
        assert app.spec == spec
