"""Small things that make the workbench quick: a number stepped, a template taken, help where one is."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from nn_tui.declare import registered
from nn_tui.experiment.spec import Spec
from nn_tui.tui.forms.editors import TextEditor
from nn_tui.tui.screens.add_layer import layer_choices
from nn_tui.tui.screens.choose import ChooseScreen
from nn_tui.tui.screens.export import ExportScreen
from nn_tui.tui.screens.help import HelpScreen
from nn_tui.tui.screens.runs import RunsScreen
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot
from tests.tui.waiting import settled


async def test_plus_and_minus_step_the_number_of_the_selected_row(start: Start) -> None:
    async with start() as (app, pilot):
        app.workbench.listing.focus()
        app.workbench.listing.selected = "layers.0"
        await pilot.press("plus", "plus", "minus")
        await settled(app, pilot)
        assert app.spec.layers[0].get("units") == 17
        for units in (18, 17, 16):
            await pilot.press("u")
            assert app.spec.layers[0].get("units") == units  # each press is a step of the history
        app.workbench.listing.selected = "compile.optimizer"
        await pilot.press("plus")
        await settled(app, pilot)
        assert app.spec.compile.optimizer.get("learning_rate") == 0.0002
        app.workbench.listing.selected = "fit"
        await pilot.press("minus")
        await settled(app, pilot)
        assert app.spec.fit.epochs == 19
        app.workbench.listing.selected = "compile.loss"
        before = app.spec
        await pilot.press("plus")
        await settled(app, pilot)
        assert app.spec == before


async def test_a_template_fits_itself_or_says_why_not(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("T")
        await settled(app, pilot)
        assert isinstance(app.screen, ChooseScreen)
        await pilot.press(*"classif", "enter")
        await settled(app, pilot)
        assert [layer.get("units") for layer in app.spec.layers] == [32, 16, 2]
        assert app.spec.data.source == "clinical-trial"
        await pilot.press("T")
        await settled(app, pilot)
        await pilot.press(*"LSTM", "enter")
        await settled(app, pilot)
        assert "needs series" in app.notice and len(app.spec.layers) == 3


async def test_help_begins_with_the_keys_of_where_one_is(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("v")
        await settled(app, pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        told = [str(line.render()) for line in app.screen.query(Static)]
        assert told[0] == "Here" and "Branch off from the selected run." in told
        await pilot.press("escape", "escape", "question_mark")
        await pilot.pause()
        told = [str(line.render()) for line in app.screen.query(Static)]
        assert told[0] == "Here" and "Train" in told


async def test_a_bar_shows_how_much_is_done(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        line = app.workbench.query_one("StatusLine")
        assert "━" not in str(line.render())
        await show(app, pilot, factory, snapshot(app.spec, "training", 10))
        assert "━━━━━─────" in str(line.render())
        await show(app, pilot, factory, snapshot(app.spec, "finished", 20))
        assert "━" not in str(line.render())


HELPED = {
    "B": "Be done.",
    "E": "Export nothing.",
    "T": "Choose nothing.",
    "a": "Choose nothing.",
    "e": "Choose nothing.",
    "o": "Choose nothing.",
    "y": "Copy the line.",
    "enter": "Leave without changing anything more.",
    "D": "Cancel the reading, or leave without a change.",
    "v": "Mark the selected run for comparing, or take its mark away.",
}
"""For each key that opens a dialog or a page, a sentence of its keys."""


@pytest.mark.parametrize("key", HELPED)
async def test_every_dialog_shows_its_own_keys(start: Start, key: str) -> None:
    async with start() as (app, pilot):
        if key == "E":
            app.push_screen(ExportScreen("run"))
        else:
            await pilot.press(key)
        await pilot.pause()
        below = app.screen
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        told = [str(line.render()) for line in app.screen.query(Static)]
        assert told[0] == "Here" and HELPED[key] in told and "Reset the weights" not in told
        assert "Add a layer after the selected one." not in told
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is below


async def test_a_question_mark_asks_for_the_keys_where_it_is_no_text(start: Start) -> None:
    async with start() as (app, pilot):
        for key in ("e", "B", "enter"):
            await pilot.press(key)
            await settled(app, pilot)
            below = app.screen
            await pilot.press("question_mark")
            await pilot.pause()
            assert isinstance(app.screen, HelpScreen), key
            await pilot.press("escape")
            await pilot.pause()
            editor = below.query(TextEditor).first()
            assert "?" not in editor.value
            await pilot.press("escape")
        await pilot.press("o", *"a?b")
        await pilot.pause()
        assert app.screen.query_one(TextEditor).value == "a?b"


async def test_a_page_does_not_change_the_experiment_behind_it(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, snapshot(app.spec, "paused", 5))
        await pilot.press("v")
        await settled(app, pilot)
        spec, sent = app.spec, len(factory.trainer.sent)
        await pilot.press("r", "R", "right_square_bracket", "full_stop", "greater_than_sign", "y", "h")
        await settled(app, pilot)
        assert app.spec is spec and len(factory.trainer.sent) == sent
        assert isinstance(app.screen, RunsScreen)


def test_layers_that_fit_come_first_and_the_usual_ones_before_others(spec: Spec) -> None:
    choices = layer_choices(spec, 1)
    fit = [not one.effect.startswith("does not fit") for one in choices]
    assert fit == sorted(fit, reverse=True) and not all(fit)
    assert choices[0].key == "Dense" and len(choices) == len(registered("layer"))


async def test_a_short_run_says_that_there_is_nothing_to_zoom_on(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "paused", 12))
        await pilot.press("z")
        assert app.workbench.charts.reading.window is None
        assert "All epochs are shown" in app.workbench.notice
