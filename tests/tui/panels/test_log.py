"""The log folds its lines and follows the end."""

from __future__ import annotations

from nn_tui.experiment.snapshot import LogEntry
from nn_tui.experiment.spec import Spec
from nn_tui.tui.panels.log import folded
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot

LINE = "Epoch 1/20 0s - loss: 0.6630 - accuracy: 0.5233 - val_loss: 0.6541 - val_accuracy: 0.5381"


def test_a_long_line_is_folded_between_two_quantities() -> None:
    lines = [text for text, _ in folded(LogEntry(1, 1, "epoch", LINE), 78)]
    assert lines == [
        " Epoch 1/20 0s - loss: 0.6630 - accuracy: 0.5233 - val_loss: 0.6541",
        "    - val_accuracy: 0.5381",
    ]


def test_a_short_line_stays_whole() -> None:
    assert [text for text, _ in folded(LogEntry(1, 1, "epoch", LINE), 120)] == [f" {LINE}"]


async def test_the_newest_line_is_in_sight(start: Start, spec: Spec, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        for epoch in (1, 5, 12):
            await show(app, pilot, factory, snapshot(spec, "training", epoch))
        await show(app, pilot, factory, snapshot(spec, "paused", 13))
        log = app.workbench.log_panel
        assert "Epoch 13/20" in log.render_line(log.size.height - 1).text


async def test_it_stays_where_one_has_scrolled_to(start: Start, spec: Spec, factory: FakeFactory) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "training", 12))
        await pilot.press("l", "home")
        log = app.workbench.log_panel
        assert "Epoch 1/20" in log.render_line(0).text
        await show(app, pilot, factory, snapshot(spec, "paused", 15))
        assert "Epoch 1/20" in log.render_line(0).text
        await pilot.press("end")
        assert "Epoch 15/20" in log.render_line(log.size.height - 1).text


async def test_before_anything_has_happened_it_says_how_to_begin(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        log = app.workbench.log_panel
        await show(app, pilot, factory, snapshot(spec, "ready", 0))
        told = [log.render_line(row).text for row in range(log.size.height)]
        assert any("Press space to train" in line for line in told) and any(
            "lessons" in line for line in told
        )
        log.styles.height, log.styles.width = 5, 34
        await pilot.pause()
        assert "Press space to train" in log.render_line(0).text  # from its beginning where room is short
        await show(app, pilot, factory, snapshot(spec, "training", 1))
        await show(app, pilot, factory, snapshot(spec, "paused", 2))
        told = [log.render_line(row).text for row in range(log.size.height)]
        assert not any("Press space to train" in line for line in told)
