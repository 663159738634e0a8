"""Screens are left once, whatever comes while they go."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace

import pytest
from textual.command import CommandInput, CommandList, CommandPalette
from textual.events import Key, MouseDown
from textual.screen import Screen
from textual.widgets import Input

import nn_tui.tui.screens
from nn_tui.experiment.spec import Spec
from nn_tui.tui.screens.help import HelpScreen
from nn_tui.tui.screens.leaving import Page
from nn_tui.tui.screens.workbench import Workbench
from tests.tui.conftest import Start
from tests.tui.waiting import settled, until


def screens() -> list[type[Screen[object]]]:
    """The classes of all screens but the lowest."""
    found = set()
    for module in pkgutil.iter_modules(nn_tui.tui.screens.__path__, "nn_tui.tui.screens."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, Screen) and value.__module__ == module.name:
                found.add(value)
    return sorted(found - {Workbench}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", screens(), ids=lambda kind: kind.__name__)
def test_every_screen_can_be_left_once_only(kind: type[Screen[object]]) -> None:
    assert issubclass(kind, Page)


@pytest.mark.parametrize("key", ["question_mark", "e", "y", "o", "B", "D", "enter", "a", "v"])
async def test_a_key_that_comes_while_a_screen_is_left_does_no_harm(start: Start, key: str) -> None:
    async with start() as (app, pilot):
        await pilot.press(key)
        await pilot.pause()
        assert app.screen is not app.workbench
        for _ in range(3):  # typed ahead: all are waiting when the first one is taken
            app.post_message(Key("escape", None))
        await pilot.pause()
        await pilot.pause()
        assert app.screen is app.workbench


async def test_a_screen_that_was_left_does_not_take_another_one_away(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("y")
        await settled(app, pilot)
        left = app.screen
        await pilot.press("escape", "question_mark")
        left.dismiss(None)  # as a thread does that ends after the screen was left
        await settled(app, pilot)
        assert isinstance(app.screen, HelpScreen)


async def test_a_command_is_chosen_once(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("ctrl+p")
        await pilot.press("d", "a", "r", "k")
        palette = app.screen
        assert isinstance(palette, CommandPalette)
        commands = palette.query_one(CommandList)
        await until(pilot, lambda: commands.option_count)
        theme = app.theme
        line = palette.query_one(CommandInput)
        for _ in range(3):
            palette.post_message(Input.Submitted(line, line.value))
        await settled(app, pilot)
        assert app.screen is app.workbench and app.theme != theme


async def test_a_press_on_a_field_that_is_being_taken_away_does_no_harm(start: Start) -> None:
    async with start() as (app, pilot):
        await pilot.press("enter")
        screen = app.screen
        field = screen.query(Input).first()
        region = field.region
        assert screen.get_widget_and_offset_at(region.x + 1, region.y)[0] is field
        parent, field._parent = field._parent, None
        app.post_message(MouseDown(None, region.x + 1, region.y, 0, 0, 1, False, False, False))
        await pilot.pause()
        field._parent = parent
        assert app.screen is screen


async def test_a_key_that_waited_while_layers_went_does_no_harm(start: Start, spec: Spec) -> None:
    async with start() as (app, pilot):
        app.workbench.listing.selected = "layers.2"
        await pilot.pause()
        assert app.workbench.situation.layer == 2
        app.spec = replace(spec, layers=spec.layers[:1])
        app.workbench.action_remove()  # nothing was drawn in between
        await settled(app, pilot)
        assert app.screen is app.workbench
