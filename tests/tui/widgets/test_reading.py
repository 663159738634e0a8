"""How the charts show their curves: the best epoch, log scale, smoothing, zoom, the cursor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from textual.pilot import Pilot

from nn_tui.experiment.snapshot import Curves, Mark
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.painters.lines import log_ticks
from nn_tui.tui.panels.charts import ChartsPanel
from nn_tui.tui.widgets.reading import best_of, nearest, smoothed, values_at
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot


def curves(**values: list[float]) -> Curves:
    count = len(next(iter(values.values())))
    return Curves(np.arange(1, count + 1), {name: np.array(one) for name, one in values.items()})


def test_the_best_epoch_is_that_of_the_validation_rows() -> None:
    made = curves(loss=[3.0, 2.0, 1.0], val_loss=[3.0, 1.5, 2.5], accuracy=[0.1, 0.9, 0.5])
    assert best_of(made, "loss") == (2, 1.5)
    assert best_of(made, "accuracy") == (2, 0.9)
    assert best_of(made, "auc") is None


def test_smoothing_is_a_running_mean_that_passes_over_gaps() -> None:
    values = np.array([4.0, 0.0, np.nan, 2.0])
    made = smoothed(values, 0.5)
    assert made[0] == 4.0  # not drawn towards 0
    assert made[1] == pytest.approx((0.5 * 2.0) / 0.75)
    assert made[2] == made[1]
    assert smoothed(values, 0.0) is values


@pytest.mark.parametrize(
    ("bounds", "labels"),
    [((-4.0, 0.0), ["0.0001", "0.001", "0.01", "0.1", "1"]), ((-1.0, 0.0), ["0.1", "0.2", "0.5", "1"])],
)
def test_a_logarithmic_axis_has_round_numbers(bounds: tuple[float, float], labels: list[str]) -> None:
    places, written = log_ticks(bounds, 6)
    assert written == labels
    np.testing.assert_allclose(10.0 ** np.array(places), list(map(float, labels)))


def test_values_are_read_at_the_nearest_epoch_that_is_held() -> None:
    made = Curves(np.array([1, 5, 6]), {"loss": np.array([3.0, 2.0, 1.0])})
    assert [nearest(made.epochs, epoch) for epoch in (-3, 2, 4, 5, 9)] == [0, 0, 1, 1, 2]
    assert values_at(made, "loss", 4) == {"epoch": 5.0, "loss": 2.0}


async def trained(app: NnTuiApp, pilot: Pilot[None], factory: FakeFactory) -> ChartsPanel:
    now = snapshot(app.spec, "paused", 20)
    marked = replace(now.curves, marks=(Mark(12.0, "learning_rate 0.01"),))
    await show(app, pilot, factory, replace(now, curves=marked))
    await pilot.press("c")
    await pilot.pause()
    return app.workbench.charts


def drawn(panel: ChartsPanel, name: str = "loss") -> list[str]:
    chart = panel.query_one(f"#{name}")
    return ["".join(segment.text for segment in chart.render_line(row)) for row in range(chart.size.height)]


async def test_the_best_epoch_is_marked_and_told(start: Start, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        panel = await trained(app, pilot, factory)
        assert "◆ best" in drawn(panel)[0] or "◆" in "".join(drawn(panel)[1:])
        assert "◆" in "".join(drawn(panel)[1:])
    async with start((200, 40)) as (app, pilot):
        panel = await trained(app, pilot, factory)
        assert "◆ best 0.2753 @20" in drawn(panel)[0]


async def test_arrows_and_the_mouse_read_the_values_of_an_epoch(start: Start, factory: FakeFactory) -> None:
    async with start((200, 40)) as (app, pilot):
        panel = await trained(app, pilot, factory)
        await pilot.press("left")
        assert "epoch 20" in drawn(panel)[0]
        await pilot.press("left", "left")
        assert "epoch 18" in drawn(panel)[0] and "epoch 18" in drawn(panel, "metric")[0]
        value = 0.25 + 0.45 * np.exp(-18 / 6)
        assert f"{value:.4f}" in drawn(panel)[0]
        await pilot.press("home", "shift+right")
        assert "epoch 11" in drawn(panel)[0] and "learning_rate 0.01" in drawn(panel)[0]
        await pilot.press("escape")
        assert "epoch" not in drawn(panel)[0]
        chart = panel.loss
        await pilot.click(chart, offset=(chart.size.width - 1, 5))
        await pilot.pause()
        assert panel.reading.cursor == 20


async def test_log_scale_smoothing_and_zoom(start: Start, factory: FakeFactory) -> None:
    async with start((200, 40)) as (app, pilot):
        panel = await trained(app, pilot, factory)
        plain = drawn(panel)
        await pilot.press("L")
        assert panel.loss.border_title == "Loss  log" and drawn(panel) != plain
        assert panel.metric.border_title == "Accuracy"
        await pilot.press("L", "m")
        assert panel.loss.border_title == "Loss  smoothed 0.6" and drawn(panel)[3:] != plain[3:]
        await pilot.press("m", "m")
        assert drawn(panel) == plain
        # Twenty epochs are no more than the smallest window: nothing to zoom on.
        await pilot.press("z")
        assert panel.reading.window is None
        await show(app, pilot, factory, snapshot(app.spec, "paused", 300))
        await pilot.press("z")
        assert panel.reading.window == 100 and "last 100" in str(panel.loss.border_title)
        assert "200" in drawn(panel)[-1] and "  1 " not in drawn(panel)[-1]
        await pilot.press("z", "z")
        assert panel.reading.window is None


async def test_a_chart_that_is_zoomed_shows_the_first_epoch_of_the_next_run(
    start: Start, factory: FakeFactory
) -> None:
    async with start((200, 40)) as (app, pilot):
        await show(app, pilot, factory, snapshot(app.spec, "paused", 300))
        await pilot.press("z")
        await show(app, pilot, factory, snapshot(app.spec, "ready", 0))
        await show(app, pilot, factory, snapshot(app.spec, "paused", 1))
        panel = app.workbench.charts
        assert panel.reading.window == 100 and "train" in drawn(panel)[0]
