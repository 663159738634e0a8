"""The table of actions: complete, without contradictions, and everything else follows from it."""

from __future__ import annotations

from collections import Counter

from textual.command import CommandPalette

from nn_tui.tui.actions import ACTIONS, Situation, footer_actions, key_table
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.screens.edit import EditScreen
from nn_tui.tui.screens.help import HelpScreen
from nn_tui.tui.screens.workbench import Workbench
from tests.tui.conftest import Start


def test_every_action_has_a_method_of_its_owner() -> None:
    for action in ACTIONS:
        owner = NnTuiApp if action.owner == "app" else Workbench
        assert hasattr(owner, f"action_{action.name}"), action.name


def test_no_key_does_two_things() -> None:
    keys = Counter(key for action in ACTIONS for key in action.keys.split(","))
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_action_has_its_words() -> None:
    for action in ACTIONS:
        assert action.title and action.shown
        assert action.sentence.endswith("."), action.sentence


def test_the_footer_shows_what_can_be_done_now() -> None:
    resting = [action.name for action in footer_actions(Situation(layer=0, layers=2, building=True))]
    assert resting[0] == "train"
    assert {"add_layer", "edit", "remove", "move_down"} <= set(resting)
    assert "move_up" not in resting
    training = [action.name for action in footer_actions(Situation("training"))]
    assert "remove" not in training
    assert "slow_down" in training


def test_the_table_of_keys_has_every_action() -> None:
    assert len(key_table().splitlines()) == len(ACTIONS) + 2


async def test_the_palette_has_every_action(start: Start) -> None:
    async with start() as (app, _):
        offered = "\n".join(entry.title for entry in app.get_system_commands(app.screen))
        for action in ACTIONS:
            if not action.numbered and action.name != "command_palette":
                assert action.title in offered
        assert "Open example: spiral" in offered
        assert "Show insight: Network" in offered


async def test_what_is_chosen_by_its_name_says_why_it_makes_no_sense_now(start: Start) -> None:
    async with start() as (app, pilot):
        by_title = {entry.title.split("  (")[0]: entry for entry in app.get_system_commands(app.screen)}
        for name, said in (("Next page", "open a lesson first"), ("Redo", "nothing"), ("Undo", "nothing")):
            await by_title[name].callback()
            assert app.notice.startswith(f"{name}: ") and said in app.notice
        app.workbench.charts.focus()
        await pilot.pause()
        await by_title["More"].callback()
        assert app.notice.startswith("More: go to the build panel first")
        app.workbench.listing.focus()
        app.workbench.listing.selected = "layers.0"
        await pilot.pause()
        await by_title["More"].callback()
        await pilot.pause()
        assert app.spec.layers[0].get("units") == 17


def test_no_key_is_called_by_a_name_of_the_library() -> None:
    assert "equals_sign" not in key_table()
    assert "`+ =`" in key_table()


async def test_the_palette_opens_over_the_workbench_only(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("enter", "ctrl+p")
        assert isinstance(app.screen, EditScreen)
        await pilot.press("escape", "ctrl+p")
        assert CommandPalette.is_open(app)


async def test_help_lists_every_key(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        words = " ".join(str(widget.render()) for widget in app.screen.query(".keys"))
        for action in ACTIONS:
            assert action.shown in words
        await pilot.press("escape")
        assert app.screen is app.workbench


async def test_a_letter_jumps_to_its_panel(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("ctrl+o", "l")
        await pilot.pause()
        assert app.focused is app.workbench.log_panel


async def test_light_and_dark_change(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("t")
        assert app.theme == "nn-tui-light"
        await pilot.press("t")
        assert app.theme == "nn-tui-dark"
