"""A person builds a network: by keys alone, by mouse alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from nn_tui.experiment.commands import Play, Rebuild, SetParam
from nn_tui.experiment.spec import Spec, Thing
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.validation import problems
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.messages import PlaceChosen
from nn_tui.tui.panels.status import StatusLine
from nn_tui.tui.screens.choose import ChooseScreen
from nn_tui.tui.screens.edit import EditScreen
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot
from tests.tui.waiting import settled

EMPTY: tuple[Thing, ...] = ()


async def test_a_network_is_built_by_keys_alone(start: Start, spec: Spec, factory: FakeFactory) -> None:
    async with start(begin=replace(spec, layers=EMPTY)) as (app, pilot):
        await pilot.press("a", *"dense", "enter")
        assert isinstance(app.screen, EditScreen)
        await pilot.press("8", "tab", "r", "enter")
        await pilot.press("a", *"dense", "enter")
        await pilot.press("2", "tab", *"ss", "left", "right", "enter")
        await pilot.press("space")
        await settled(app, pilot)
    assert app.spec.layers[0] == Thing("Dense", {"units": 8, "activation": "relu"})
    assert app.spec.layers[1] == Thing("Dense", {"units": 2, "activation": "softmax"})
    assert factory.trainer.sent[-1] == Play()


async def test_a_layer_added_and_trained_by_keys_alone(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        await pilot.press("down", "a", *"dropout", "enter", *"0.25", "enter", "space")
        assert [layer.type for layer in app.spec.layers] == ["Dense", "Dense", "Dropout", "Dense"]
        assert app.spec.layers[2].settings == {"rate": 0.25}
        assert factory.trainer.orders(Rebuild)[-1].spec == app.spec
        assert factory.trainer.sent[-1] == Play()


async def test_a_network_is_built_by_mouse_alone(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        await click_text(app, pilot, "2 Dense 32 relu")
        assert app.workbench.listing.selected == "layers.1"
        await click_text(app, pilot, "remove")
        assert len(app.spec.layers) == 2
        await click_text(app, pilot, "1 Dense 16 relu")
        await click_text(app, pilot, "copy")
        assert [layer.settings["units"] for layer in app.spec.layers] == [16, 16, 2]
        await click_text(app, pilot, "2 Dense 16 relu")
        await click_text(app, pilot, "-  +", at=3)
        await click_text(app, pilot, "enter done")
        assert app.spec.layers[1].settings["units"] == 17
        await click_text(app, pilot, "space train")
        assert factory.trainer.sent[-1] == Play()


async def test_the_picker_says_what_a_layer_would_do_to_the_shapes(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("a")
        assert isinstance(app.screen, ChooseScreen)
        by_name = {choice.key: choice for choice in app.screen.choices}
        assert by_name["Dense"].effect == "(16,) -> (16,)  272 parameters"
        assert by_name["Dropout"].sentence.startswith("While training")
        assert app.screen.question == "Add a layer after 1 Dense"


async def test_a_layer_is_moved_duplicated_and_removed(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("J")
        assert [layer.settings["units"] for layer in app.spec.layers] == [32, 16, 2]
        assert app.workbench.listing.selected == "layers.1"
        await pilot.press("K", "d")
        assert [layer.settings["units"] for layer in app.spec.layers] == [16, 16, 32, 2]
        await pilot.press("delete", "x")
        assert [layer.settings["units"] for layer in app.spec.layers] == [16, 2]


async def test_cancelling_a_new_layer_changes_nothing(start: Start, spec: Spec) -> None:
    async with start() as (app, pilot):
        await pilot.press("a", "enter", "escape")
        assert app.spec == spec
        assert not app.history.undo_label


async def test_undo_and_redo_walk_through_the_specs(start: Start, spec: Spec, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        await pilot.press("x")
        removed = app.spec
        await pilot.press("u")
        assert app.spec == spec
        await pilot.press("ctrl+r")
        assert app.spec == removed
        await pilot.press("u")
        assert app.spec == spec
        assert factory.trainer.orders(Rebuild)[-1].spec == spec


async def test_a_wrong_value_gets_its_message_at_once(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("enter", "0")
        assert isinstance(app.screen, EditScreen)
        field = app.screen.form.fields["layers.0.units"]
        assert field.wrong.startswith("'units' must be at least 1, got 0. Set units to 1 or more")
        await pilot.press("enter")
        assert isinstance(app.screen, EditScreen), "a form with a wrong value is not done"
        await pilot.press("backspace", "5", "enter")
        assert app.spec.layers[0].settings["units"] == 5


async def test_an_output_that_does_not_fit_is_told_in_its_form(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("down", "down", "enter", "1")
        assert isinstance(app.screen, EditScreen)
        wrong = [str(field.wrong) for field in app.screen.form.fields.values() if field.wrong]
        (problem,) = problems(set_value(app.spec, "layers.2.units", 1))
        assert len(wrong) == 1
        assert problem.message in wrong[0] and problem.remedy in wrong[0]


async def test_a_spec_with_a_problem_is_not_trained_but_told(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        await pilot.press("down", "down", "x", "home")
        before = len(factory.trainer.sent)
        await pilot.press("space")
        assert app.notice.startswith("! ")
        assert app.workbench.listing.selected == "layers.1"
        assert len(factory.trainer.sent) == before


async def test_a_live_setting_takes_effect_while_the_form_is_open(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "training", 3))
        app.workbench.listing.selected = "compile.optimizer"
        await pilot.press("enter", "tab", "+")
        assert factory.trainer.orders(SetParam) == [SetParam("compile.optimizer.learning_rate", 0.0002)]
        assert isinstance(app.screen, EditScreen)


async def test_other_data_begin_anew_after_a_question_where_nothing_is_kept(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "paused", 3))
        await pilot.press("e", *"xor", "enter")
        assert app.spec == spec, "asked first"
        await pilot.press("y")
        await settled(app, pilot)
        assert app.spec.name == "xor"
        assert factory.trainer.sent[-1] == Rebuild(app.spec, keep_weights=False)


async def click_text(app: NnTuiApp, pilot: Pilot[None], text: str, at: int = 0) -> None:
    """Click on a text wherever it stands on the screen."""
    await pilot.pause()
    for y in range(app.size.height):
        line = "".join(segment.text for segment in app.screen._compositor.render_strips()[y])
        x = line.find(text)
        if x >= 0:
            await pilot.click(offset=(x + at, y))
            await pilot.pause()
            return
    pytest.fail(f"{text!r} is not on the screen")


async def test_a_problem_does_not_take_the_place_of_how_far_it_is(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "paused", 5))
        await pilot.press("down", "down", "plus")  # the output layer has a unit too many
        await settled(app, pilot)
        line = str(app.workbench.query_one(StatusLine).render())
        assert "! 1 problem" in line and "epoch 5/20" in line


@pytest.mark.parametrize("place", ["layers.9", "fit.callbacks.7"])
async def test_a_place_that_is_gone_is_none_to_edit(start: Start, place: str) -> None:
    async with start() as (app, pilot):
        app.workbench.post_message(PlaceChosen(place))  # a click on a row that was there when it was drawn
        await pilot.pause()
        assert app.screen is app.workbench
        app.workbench.listing.selected = place  # what chose it may have waited for a repaint
        assert app.workbench.listing.selected in app.workbench.listing.places
        before = app.spec
        await pilot.press("plus", "x", "d")
        assert app.spec == before


async def test_the_selection_follows_an_experiment_that_gets_shorter(start: Start, spec: Spec) -> None:
    async with start() as (app, pilot):
        app.workbench.listing.selected = "layers.2"
        app.edit(replace(spec, layers=spec.layers[:1]), "remove two")
        assert app.workbench.listing.selected in app.workbench.listing.places
        await pilot.press("enter")
        assert app.screen is not app.workbench


async def test_a_layer_that_was_added_is_selected(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("end", "home", "down", "down", "down", "a")
        await pilot.press(*"dense", "enter", "enter")
        assert [layer.settings["units"] for layer in app.spec.layers] == [16, 32, 2, 2]
        assert app.workbench.listing.selected == "layers.3"
        await pilot.press("K")
        assert app.workbench.listing.selected == "layers.2"
