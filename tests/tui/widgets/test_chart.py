"""The charts: the best possible value as a line on them, and why no model can be better."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from nn_tui.experiment import commands as command
from nn_tui.experiment.examples import example
from nn_tui.experiment.history import GrowingCurves
from nn_tui.experiment.snapshot import Curves
from nn_tui.experiment.spec_file import set_value
from nn_tui.experiment.trainer import Trainer
from nn_tui.insight.pictures import Series
from nn_tui.plain.words.curves import curve_sentences
from nn_tui.tui.painters.canvas import Canvas
from nn_tui.tui.painters.lines import draw_axes, draw_level
from nn_tui.tui.painters.look import Look
from nn_tui.tui.painters.plotting import Drawn
from nn_tui.tui.widgets.reading import possible_of, possible_words
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot


def limited(curves: Curves) -> Curves:
    return dataclasses.replace(
        curves, possible={"loss": 0.1914, "accuracy": 0.9524}, why="Nobody can know who."
    )


async def test_the_best_possible_is_a_line_with_its_value_and_says_why(
    start: Start, factory: FakeFactory
) -> None:
    async with start(size=(120, 36)) as (app, pilot):
        now = snapshot(app.spec, "paused", 5)
        await show(app, pilot, factory, dataclasses.replace(now, curves=limited(now.curves)))
        chart = app.workbench.charts.loss
        lines = [chart.render_line(row).text for row in range(chart.size.height)]
        assert any("best possible 0.1914" in line for line in lines)
        assert "Nobody can know who." in str(chart.tooltip) and "by heart" in str(chart.tooltip)
        await show(app, pilot, factory, now)
        assert chart.tooltip is None
        lines = [chart.render_line(row).text for row in range(chart.size.height)]
        assert not any("best possible" in line for line in lines)


@pytest.mark.parametrize("look", [Look(), Look(ascii=True)], ids=["braille", "ascii"])
def test_the_line_lies_at_its_value_behind_the_curves(look: Look) -> None:
    canvas, drawn = Canvas(60, 12, look), Drawn()
    draw_axes(canvas, 0, 12, (), (1, 10), (0.0, 1.0), (), whole_x=True, drawn=drawn)
    before = ["".join(cell[0] for cell in row) for row in canvas.cells]
    draw_level(canvas, 0, drawn, (0.0, 1.0), 1.0, "best possible")
    after = ["".join(cell[0] for cell in row) for row in canvas.cells]
    assert "best possible" in after[0] and after[1:] == before[1:]
    assert after[0].isascii() == look.ascii
    draw_level(canvas, 0, drawn, (0.0, 1.0), 1.5, "outside")
    assert after == ["".join(cell[0] for cell in row) for row in canvas.cells]


def test_a_text_that_finds_no_room_beside_the_curve_is_left_out() -> None:
    canvas, drawn = Canvas(60, 12, Look()), Drawn()
    draw_axes(canvas, 0, 12, (), (1, 10), (0.0, 1.0), (), whole_x=True, drawn=drawn)
    for row in range(12):
        for x in range(drawn.left, 60, 5):
            canvas.put(x, row, "#")
    draw_level(canvas, 0, drawn, (0.0, 1.0), 0.5, "best possible")
    text = ["".join(cell[0] for cell in row) for row in canvas.cells]
    assert not any("best" in line for line in text)
    assert all(line[drawn.left] == "#" for line in text[: drawn.rows])


def test_on_a_logarithmic_axis_it_lies_at_its_power_of_ten() -> None:
    curves = limited(GrowingCurves().view())
    assert possible_of(curves, "loss", log=True) == pytest.approx(math.log10(0.1914))
    none = dataclasses.replace(curves, possible={"loss": 0.0})
    assert possible_of(none, "loss", log=True) is None and possible_of(none, "loss", log=False) == 0
    assert possible_of(curves, "mae", log=False) is None


def test_words_say_which_way_is_overfitting() -> None:
    curves = limited(GrowingCurves().view())
    assert possible_words(curves, "accuracy").endswith("Higher in training means rows learned by heart.")
    assert possible_words(curves, "loss").endswith("Lower in training means rows learned by heart.")
    assert possible_words(curves, "mae") == ""
    growing = GrowingCurves()
    growing.append(1, {"loss": 0.5, "val_loss": 0.6})
    told = curve_sentences("val_loss", limited(growing.view()))
    assert told[-1] == "The best that any model can reach on new rows is 0.1914. Nobody can know who."


def test_the_worker_publishes_what_the_recipe_allows() -> None:
    spec = set_value(example("clinical-trial"), "fit.epochs", 1)
    trainer = Trainer(spec)
    try:
        trainer.send(command.Play())
        now = trainer.wait_for(lambda one: one.status.phase == "finished")
        assert now.curves.possible["accuracy"] == pytest.approx(0.95238, abs=1e-4)
        assert np.isfinite(now.curves.values["loss"]).all()
    finally:
        trainer.close()


def test_a_chart_that_became_too_small_has_no_line_of_its_former_size() -> None:
    large, small, drawn = Canvas(60, 12, Look()), Canvas(60, 3, Look()), Drawn()
    x = np.linspace(0, 1, 20)
    for canvas in (large, small):
        draw_axes(
            canvas, 0, canvas.height, (Series("loss", x, x),), (0.0, 1.0), (0.0, 1.0), (),
            whole_x=False, drawn=drawn,
        )  # fmt: skip
        draw_level(canvas, 0, drawn, (0.0, 1.0), 0.1, "best possible")
    assert "best possible" in "".join(letter for row in large.cells for letter, *_ in row)
    assert not "".join(letter for row in small.cells for letter, *_ in row).strip()


async def test_a_metric_that_no_epoch_has_is_said_to_come(start: Start, factory: FakeFactory) -> None:
    async with start(size=(120, 36)) as (app, pilot):
        now = snapshot(app.spec, "paused", 5)
        values = {name: one for name, one in now.curves.values.items() if "accuracy" not in name}
        curves = dataclasses.replace(now.curves, values=values)
        await show(app, pilot, factory, dataclasses.replace(now, curves=curves))
        chart = app.workbench.charts.metric
        told = "".join(chart.render_line(row).text for row in range(chart.size.height))
        assert "measured from the next epoch on" in told and "press space" not in told


@pytest.mark.parametrize("size", [(120, 36), (110, 36), (80, 24), (60, 20)], ids=str)
async def test_the_values_at_the_cursor_are_never_cut_off(
    start: Start, factory: FakeFactory, size: tuple[int, int]
) -> None:
    async with start(size=size) as (app, pilot):
        await show(app, pilot, factory, snapshot(app.spec, "paused", 12))
        await pilot.press("c", "left", "left")
        await pilot.pause()
        chart = app.workbench.charts.loss
        curves = snapshot(app.spec, "paused", 12).curves
        told = chart.render_line(0).text
        assert "epoch 11" in told
        for name in ("loss", "val_loss"):
            assert f"{curves.values[name][10]:.4f}" in told, told
