"""What is chosen is seen with any number of colours."""

import pytest
from rich.color import Color, ColorSystem
from rich.console import COLOR_SYSTEMS
from textual.theme import Theme

from nn_tui.tui.painters.look import CLASSES, FEW_CLASSES, RGB
from nn_tui.tui.styles.themes import DARK, LIGHT, with_few_colours
from nn_tui.tui.widgets.picture import PictureView
from tests.tui.conftest import Start


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("system", [ColorSystem.STANDARD, ColorSystem.EIGHT_BIT])
def test_a_chosen_row_stands_out_and_can_be_read(theme: Theme, system: ColorSystem) -> None:
    if system == ColorSystem.STANDARD:
        theme = with_few_colours(theme)

    def shown(colour: str | None) -> int | None:
        assert colour is not None
        return Color.parse(colour).downgrade(system).number

    for ground in ("chosen", "block-cursor-background"):
        chosen = shown(theme.variables[ground])
        assert chosen != shown(theme.background)
        assert chosen not in (shown(theme.foreground), shown(theme.variables["muted"]))


def contrast(one: RGB, other: RGB) -> float:
    """Give the contrast of two colours as WCAG 2 reckons it."""

    def light(colour: RGB) -> float:
        parts = [part / 255 for part in colour]
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("theme", "least"), [(DARK, 2.5), (LIGHT, 3.9)], ids=["dark", "light"])
async def test_names_of_classes_can_be_read_on_the_ground(start: Start, theme: Theme, least: float) -> None:
    async with start() as (app, pilot):
        app.theme = theme.name
        await pilot.pause()
        look = app.workbench.query_one(PictureView).look()
        assert len(set(look.classes)) == 10
        for colour in look.classes:
            assert contrast(colour, look.ground) >= least, colour


@pytest.mark.parametrize(("name", "few"), [("standard", True), ("256", False), ("truecolor", False)])
async def test_pictures_know_how_many_colours_there_are(start: Start, name: str, few: bool) -> None:
    async with start() as (app, _):
        app.console._color_system = COLOR_SYSTEMS[name]
        look = app.workbench.query_one(PictureView).look()
        assert look.few == few
        assert look.classes == (FEW_CLASSES if few else CLASSES)
