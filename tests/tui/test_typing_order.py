"""Typed in a burst or slowly, keys lead to the same: nothing goes astray, is lost or changes places."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

import pytest
from textual import events
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from nn_tui.tui import typing_order
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.screens.edit import EditScreen
from tests.monkey.steps import key_event
from tests.tui.conftest import Start
from tests.tui.waiting import until

SEQUENCES = (
    "b down enter 9 tab t",
    "enter 9 tab t enter down enter tab tab 1",
    "b x x u u ctrl+r down x",
    "right_square_bracket right_square_bracket right_square_bracket u",
    "ctrl+p e x a m p l e x o r enter down",
    "y tab x o r space 3 t enter b down enter 5",
    "y escape o escape e escape question_mark escape b end",
    "P tab tab 7 up escape",
    "B a c c u r a c y escape",
    "i 2 3 1 b home enter tab tab tab escape",
    "D tab plus plus escape b end enter 3 enter",
    "b down d d u enter 4 enter",
)
KEYS = (
    "enter escape tab shift+tab up down left right space backspace a b c d e f i j x u v y o h D P B plus "
    "minus 1 2 9 full_stop full_stop ctrl+p ctrl+r home end question_mark right_square_bracket"
)


def random_keys(seed: int) -> str:
    draw = random.Random(seed)
    return " ".join(draw.choice(KEYS.split()) for _ in range(14))


@dataclass(frozen=True)
class End:
    """What a person sees where the keys have led to."""

    spec: object
    screens: tuple[str, ...]
    focus: str
    fields: tuple[str, ...]
    selected: str
    look: str


def end_of(app: NnTuiApp) -> End:
    focused = app.focused
    place = (
        "" if focused is None else f"{type(focused).__name__} {list(app.screen.focus_chain).index(focused)}"
    )
    return End(
        app.spec,
        tuple(type(screen).__name__ for screen in app.screen_stack),
        place,
        tuple(field.value for field in app.screen.query(Input)),
        app.workbench.listing.selected,
        app.theme,
    )


async def typed(start: Start, keys: str, *, slowly: bool) -> End:
    async with start() as (app, pilot):
        for key in keys.split():
            app.post_message(key_event(key))
            if slowly:
                await rested(app, pilot)
        await rested(app, pilot)
        return end_of(app)


async def rested(app: NnTuiApp, pilot: Pilot[None]) -> None:
    await until(pilot, lambda: app.typing_order.at_rest)


@pytest.mark.parametrize("keys", SEQUENCES)
async def test_a_burst_leads_where_slow_keys_lead(start: Start, keys: str) -> None:
    assert await typed(start, keys, slowly=False) == await typed(start, keys, slowly=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
async def test_so_do_random_keys(start: Start, seed: int) -> None:
    keys = random_keys(seed)
    burst, slow = [await typed(start, keys, slowly=slowly) for slowly in (False, True)]
    assert burst == slow, keys


async def test_the_form_gets_what_was_typed_before_it_was_there(start: Start) -> None:
    async with start() as (app, pilot):
        for key in ("enter", "9", "tab", "t"):
            app.post_message(key_event(key))
        await rested(app, pilot)
        assert isinstance(app.screen, EditScreen)
        assert app.screen.spec.layers[0].settings == {"units": 9, "activation": "tanh"}


async def test_a_paste_and_a_click_keep_their_place_among_the_keys(start: Start) -> None:
    async with start() as (app, pilot):
        app.post_message(key_event("y"))
        app.post_message(key_event("tab"))
        app.post_message(events.Paste("xor"))
        app.post_message(key_event("space"))
        app.post_message(events.Paste("3t"))
        await rested(app, pilot)
        assert [field.value for field in app.screen.query(Input)] == ["xor 3t"]


class Slow(Screen[None]):
    """A screen whose parts come late."""

    def compose(self) -> ComposeResult:
        yield Input(id="first")

    async def on_mount(self) -> None:
        for _ in range(200):
            await asyncio.sleep(0)
        await self.mount(last := Input(id="last"))
        last.focus()


async def test_keys_wait_for_a_screen_that_comes_in_parts(start: Start) -> None:
    async with start() as (app, pilot):
        app.call_later(app.push_screen, Slow())
        for key in "abc":
            app.post_message(key_event(key))
        await rested(app, pilot)
        assert app.screen.query_one("#last", Input).value == "abc"


async def test_a_part_that_never_rests_does_not_keep_the_keys(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typing_order, "PATIENCE", 0.05)
    for_ever = asyncio.Event()

    class Stuck(Input):
        async def on_mount(self) -> None:
            await for_ever.wait()

    async with start() as (app, _):
        look = app.theme
        app.workbench.log_panel.mount(Stuck())
        for key in ("right_square_bracket", "right_square_bracket", "t"):
            app.post_message(key_event(key))
        try:
            async with asyncio.timeout(60):  # the pilot itself would wait for the part that is stuck
                while app.theme == look:
                    await asyncio.sleep(0.005)
        finally:
            for_ever.set()
