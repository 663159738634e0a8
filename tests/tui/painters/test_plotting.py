"""Curves are drawn as plotext draws all their points, and what is drawn again is only what moved."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from plotext._figure import _figure_class as Figure

from nn_tui.tui.painters import plotting
from nn_tui.tui.painters.plotting import Axes, Curve, Drawn, draw, thinned

BLUE, RED, GREY = (1, 2, 3), (200, 0, 0), (90, 90, 90)
AXES = Axes(36, 11, (1.0, 60.0), (0.0, 1.0), ((20.0, 40.0), ("20", "40")), ((0.5,), ("0.5",)), GREY)


def falling(count: int, noise: float = 0.05, seed: int = 0) -> np.ndarray[Any, Any]:
    random = np.random.default_rng(seed)
    return np.clip(0.2 + 0.6 * np.exp(-np.arange(count) / 12) + random.normal(0, noise, count), 0, 1)


def curves(count: int, marker: str = "braille") -> list[Curve]:
    x = np.arange(1, count + 1)
    return [Curve(x, falling(count), marker, BLUE), Curve(x, falling(count, seed=1), marker, RED)]


def letters(cells: list[list[Any]]) -> list[str]:
    return ["".join(letter for letter, *_ in row).rstrip() for row in cells]


@pytest.mark.parametrize("marker", ["braille", "o"])
@pytest.mark.parametrize("count", [1, 2, 7, 60])
def test_it_is_the_picture_that_plotext_draws(count: int, marker: str) -> None:
    figure = Figure()
    figure._limit_size(False, False)
    figure.plot_size(AXES.width, AXES.height)
    figure.xaxes(True, False)
    figure.yaxes(True, False)
    figure.xlim(*AXES.x_bounds)
    figure.ylim(*AXES.y_bounds)
    figure.xticks(*map(list, AXES.x_ticks))
    figure.yticks(*map(list, AXES.y_ticks))
    for curve in curves(count, marker):
        figure.plot(curve.x.tolist(), curve.y.tolist(), marker=marker)
    expected = [re.sub(r"\x1b\[[\d;]*m", "", line).rstrip() for line in figure.build().splitlines()]
    assert letters(draw(AXES, curves(count, marker), Drawn())) == expected


@pytest.mark.parametrize("marker", ["braille", "o"])
def test_what_has_grown_looks_as_if_it_were_drawn_whole(marker: str) -> None:
    drawn = Drawn()
    for count in (1, 2, 3, 10, 11, 12, 40, 60):
        assert draw(AXES, curves(count, marker), drawn) == draw(AXES, curves(count, marker), Drawn())


def test_what_has_moved_anywhere_looks_as_if_it_were_drawn_whole() -> None:
    random, drawn = np.random.default_rng(2), Drawn()
    x, y = np.linspace(1, 60, 200), falling(200)
    dots = Curve(random.uniform(1, 60, 30), random.uniform(0, 1, 30), "•", RED, line=False)
    for step in range(40):
        at = int(random.integers(0, 190))
        y[at : at + 8] = np.clip(y[at : at + 8] + random.normal(0, 0.2), 0, 1)
        if step == 20:
            dots = Curve(dots.x[:20], dots.y[:20], "•", RED, line=False)
        now = [dots, Curve(x, y.copy(), "braille", BLUE)]
        assert draw(AXES, now, drawn) == draw(AXES, now, Drawn())


def test_other_axes_or_another_number_of_curves_are_drawn_whole() -> None:
    drawn = Drawn()
    draw(AXES, curves(30), drawn)
    wider = Axes(50, 9, (1.0, 60.0), (0.0, 2.0), AXES.x_ticks, AXES.y_ticks, GREY, (3.0,), RED)
    for axes, shown in ((wider, curves(30)), (wider, curves(30)[:1]), (AXES, [])):
        assert draw(axes, shown, drawn) == draw(axes, shown, Drawn())


def test_only_the_columns_that_moved_are_asked_of_plotext(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    real = plotting._figure

    def figure(width: int, height: int, *, axes: bool) -> Any:
        asked.append(width)
        return real(width, height, axes=axes)

    monkeypatch.setattr(plotting, "_figure", figure)
    drawn = Drawn()
    draw(AXES, curves(50), drawn)
    whole, asked[:] = max(asked), []
    draw(AXES, curves(50), drawn)
    assert asked == [], "nothing moved"
    draw(AXES, curves(51), drawn)
    assert asked and max(asked) < whole / 3


def test_thinning_keeps_what_a_column_covers_and_leaves_complete_columns_alone() -> None:
    random = np.random.default_rng(3)
    x, y = np.repeat(np.arange(20), 50), random.integers(0, 40, 1000)
    kept = thinned(np.stack([x, y]))
    assert kept.shape[1] <= 80
    for column in range(20):
        mine = kept[1, kept[0] == column]
        assert (mine.min(), mine.max()) == (y[x == column].min(), y[x == column].max())
        assert (mine[0], mine[-1]) == (y[x == column][0], y[x == column][-1])
    fewer = thinned(np.stack([x[:930], y[:930]]))
    complete = kept[0] < 18
    np.testing.assert_array_equal(kept[:, complete], fewer[:, : complete.sum()])
