"""Pictures where a colour cannot say how much: 16 colours, none, or letters only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rich.color import Color, ColorSystem
from textual.strip import Strip

from nn_tui.experiment.build import load_data
from nn_tui.experiment.examples import example
from nn_tui.insight.data_views import scatter
from nn_tui.insight.pictures import Contour, Heatmap, Points, Tiles
from nn_tui.tui.painters.contour import paint_contour
from nn_tui.tui.painters.heatmap import paint_heatmap
from nn_tui.tui.painters.lines import paint_lines
from nn_tui.tui.painters.look import CLASSES, FEW_CLASSES, RGB, Look
from nn_tui.tui.painters.paint import paint
from nn_tui.tui.painters.place import Place
from nn_tui.tui.styles.themes import DARK, LIGHT, with_few_colours

FEW = Look(few=True, classes=FEW_CLASSES, negative=(170, 85, 0), positive=(85, 85, 255))
NONE = Look(colour=False)


def shown(colour: RGB | str) -> int | None:
    """Give which of the 16 colours a terminal shows for a colour."""
    made = Color.parse(colour) if isinstance(colour, str) else Color.from_rgb(*colour)
    return made.downgrade(ColorSystem.STANDARD).number


def text(strips: list[Strip]) -> str:
    return "\n".join(strip.text for strip in strips)


def colours(strips: list[Strip]) -> set[int | None]:
    """Give the colours of the letters, as 16 of them are shown."""
    return {
        segment.style.color.downgrade(ColorSystem.STANDARD).number
        for strip in strips
        for segment in strip
        if segment.style is not None and segment.style.color is not None and segment.text.strip()
    }


def plane(**more: object) -> Heatmap:
    values = np.linspace(-1, 1, 25).reshape(5, 5)
    points = Points(np.array([0.2, 0.8]), np.array([0.2, 0.8]), np.array([-1.0, 1.0]))
    made = Heatmap(values, (0, 1), (0, 1), "x", "y", "Blue is 3, orange -3; off by 1.", points=(points,))
    return replace(made, **more)  # type: ignore[arg-type]  # its own fields


def test_ten_classes_have_ten_of_sixteen_colours() -> None:
    assert len({shown(colour) for colour in FEW_CLASSES}) == len(FEW_CLASSES) == len(CLASSES)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_blue_and_orange_are_two_of_sixteen_colours(theme: object) -> None:
    variables = with_few_colours(theme).variables  # type: ignore[arg-type]  # a theme
    seen = [shown(variables[name]) for name in ("negative", "middle", "positive")]
    assert len(set(seen)) == 3
    assert seen[0] == 3 and seen[2] == 12  # brown, which is as orange as they get, and bright blue


def test_a_plane_says_by_letters_how_sure_it_is_where_colours_cannot() -> None:
    strips = paint_heatmap(plane(), 40, 16, FEW)
    assert "▀" not in text(strips)
    assert {"#", "*", "=", "-"} <= set(text(strips))
    assert {3, 12} <= colours(strips)


@pytest.mark.parametrize("look", [FEW, NONE, Look(ascii=True)], ids=["16 colours", "none", "ascii"])
def test_a_caption_speaks_of_what_is_drawn(look: Look) -> None:
    told = text(paint_heatmap(plane(), 40, 16, look))
    assert "# is 3, = is -3; off by 1." in told
    assert "Blue" not in told


def test_a_caption_speaks_of_colours_where_there_are_shades() -> None:
    assert "Blue is 3, orange -3; off by 1." in text(paint_heatmap(plane(), 40, 16, Look()))


def test_three_classes_are_three_letters_in_three_colours() -> None:
    values = np.repeat([[0, 1, 2]], 3, axis=0)
    classes = plane(
        values=values, strength=np.ones((3, 3)), meaning="classes", class_names=("a", "b", "c"),
        points=(), caption="",
    )  # fmt: skip
    strips = paint_heatmap(classes, 30, 12, FEW)
    assert {"a", "b", "c"} <= set(text(strips))
    assert {shown(colour) for colour in FEW_CLASSES[:3]} <= colours(strips)


def test_filters_and_a_landscape_are_letters_too() -> None:
    weights = Tiles(
        (np.array([[[-1.0], [1.0]]]),), ("1",), "Blue adds, orange takes away.", meaning="signed"
    )
    told = text(paint(weights, 30, 12, FEW, Place()))
    assert "▀" not in told and "# adds, = takes away." in told
    hills = Contour(np.arange(9.0).reshape(3, 3), np.arange(9.0), (0, 1), (0, 1), "x", "y", "Loss 1.")
    assert "▀" not in text(paint_contour(hills, 40, 16, FEW))


def test_shades_of_grey_stay_half_blocks() -> None:
    image = Tiles((np.ones((4, 4, 1)),), ("7",), "An image.")
    assert "▀" in text(paint(image, 30, 12, FEW, Place()))


@pytest.mark.parametrize("look", [NONE, Look(ascii=True)], ids=["no colours", "ascii"])
def test_points_of_two_classes_have_marks_of_their_own(look: Look) -> None:
    data = load_data(example("circle").data)
    told = text(paint_lines(scatter(data), 60, 20, look))
    legend, *picture = told.splitlines()
    for letter, name in zip("ab", data.class_names, strict=False):
        assert f"{letter} {name}" in legend
        assert letter in "".join(picture[:-2])


@pytest.mark.parametrize("look", [NONE, FEW, Look()], ids=["none", "16 colours", "all"])
def test_classes_are_named_in_a_low_picture_too(look: Look) -> None:
    told = text(paint_heatmap(plane(class_names=("cats", "dogs")), 56, 10, look))
    assert "cats" in told and "dogs" in told
