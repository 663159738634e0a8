"""Drawing with the mouse and with keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from nn_tui.data.drawing import ImageForm
from nn_tui.tui.widgets.drawing import DrawingView


def form(height: int = 28, width: int = 28, factor: int = 1) -> ImageForm:
    middle = (height / 2, width / 2)
    return ImageForm(height, width, 1, factor, 0.0, 1.0, height * 0.7, middle, False, 0.8)


class Paper(App[None]):
    """A grid and nothing else."""

    def __init__(self, drawn: ImageForm, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.ascii_only = ascii_only
        self.view = DrawingView(drawn)
        self.told: list[np.ndarray] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        from nn_tui.tui.styles.themes import TOKENS

        return TOKENS

    def compose(self) -> ComposeResult:
        yield self.view

    def on_drawing_view_drawn(self, event: DrawingView.Drawn) -> None:
        self.told.append(event.ink)


@asynccontextmanager
async def paper(
    drawn: ImageForm, size: tuple[int, int] = (28, 14), *, ascii_only: bool = False
) -> AsyncIterator[tuple[Paper, Pilot[None]]]:
    app = Paper(drawn, ascii_only=ascii_only)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


def lines(app: Paper) -> list[str]:
    return ["".join(part.text for part in strip) for strip in app.screen._compositor.render_strips()]


async def test_press_and_drag_draws_a_line_without_gaps() -> None:
    async with paper(form()) as (app, pilot):
        await pilot.mouse_down(app.view, offset=(4, 7))
        await pilot.hover(app.view, offset=(20, 7))
        await pilot.mouse_up(app.view, offset=(20, 7))
        ink = app.view.ink
        assert (ink[14:16, 4:21].max(axis=0) == 1).all(), "the terminal told of the ends only"
        assert not ink[:10].any() and not ink[20:].any()
        np.testing.assert_array_equal(app.told[-1], ink)
        await pilot.hover(app.view, offset=(10, 2))
        np.testing.assert_array_equal(app.view.ink, ink), "the button is up"


async def test_the_right_button_erases() -> None:
    async with paper(form()) as (app, pilot):
        app.view.show(np.ones((28, 28)))
        await pilot.mouse_down(app.view, offset=(10, 7), button=3)
        await pilot.hover(app.view, offset=(14, 7))
        await pilot.mouse_up(app.view, offset=(14, 7))
        assert (app.view.ink[14:16, 10:15] == 0).all() and app.view.ink[0, 0] == 1


async def test_space_puts_the_pen_down_arrows_draw_and_x_erases() -> None:
    async with paper(form()) as (app, pilot):
        app.view.focus()
        await pilot.press("right", "right")
        assert not app.view.ink.any() and app.view.cursor == (14, 16)
        await pilot.press("space", *["right"] * 5)
        assert (app.view.ink[13:15, 16:21] == 1).all()
        drawn = app.view.ink
        await pilot.press("space", "shift+up")
        np.testing.assert_array_equal(app.view.ink, drawn)
        assert app.view.pen == "up"
        await pilot.press("shift+down", "x", *["left"] * 5)
        assert (app.view.ink[13:15, 16:21] == 0).all()
        await pilot.press(*["up"] * 40)
        assert app.view.cursor[0] == 0.5, "the pen stays on the paper"


@pytest.mark.parametrize(
    ("drawn", "size"),
    [(form(), (28, 14)), (form(), (60, 30)), (form(8, 8, 4), (34, 18)), (form(64, 64), (36, 18))],
    ids=["as it is", "larger", "finer", "smaller than the images"],
)
async def test_what_is_drawn_is_shown_where_the_mouse_was(drawn: ImageForm, size: tuple[int, int]) -> None:
    async with paper(drawn, size, ascii_only=True) as (app, pilot):
        x, y = size[0] // 2 - 3, size[1] // 2 - 2
        await pilot.mouse_down(app.view, offset=(x, y))
        await pilot.mouse_up(app.view, offset=(x, y))
        await pilot.press("shift+down", "shift+down", "shift+down", "shift+right", "shift+right")
        shown = lines(app)
        strongest = max(
            ((row, column) for row, line in enumerate(shown) for column in range(len(line))),
            key=lambda place: " .:-=+*#%@".find(shown[place[0]][place[1]]),
        )
        assert abs(strongest[0] - y) <= 1 and abs(strongest[1] - x) <= 1
        assert "\n".join(shown).isascii() and "+" in "\n".join(shown)
