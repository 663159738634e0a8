"""What is chosen is seen with any number of colours."""

import pytest
from rich.color import Color, ColorSystem
from textual.theme import Theme

from nn_tui.tui.styles.themes import DARK, LIGHT, with_few_colours


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
