"""The learning-rate finder on screen: it tries on a copy, draws while it tries, and is taken by one key."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.headless import train
from nn_tui.experiment.rate_finder import RateTest, find_rate
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.sources import open_source
from nn_tui.experiment.spec_file import set_value
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.screens import rate as module
from nn_tui.tui.screens.rate import RateScreen
from tests.experiment.specs import small
from tests.tui.conftest import Start
from tests.tui.waiting import settled, until

RATE = "compile.optimizer.learning_rate"


def a_test(spec: Any = None, *others: Any) -> RateTest:
    """A test with fixed numbers: flat, falling, exploding."""
    rates = tuple(10 ** (-7 + 8 * at / 99) for at in range(90))
    losses = tuple(0.7 - 0.3 / (1 + math.exp(25 - at / 2)) + 1.2 ** (at - 88) for at in range(90))
    measured = tuple(loss + 0.05 * math.sin(7 * at) for at, loss in enumerate(losses))
    told = "the loss falls from 0.7 to 0.43 while the rate grows from 3e-05 to 0.12; this is the middle."
    return RateTest(rates, measured, losses, 0.0019, told, "the loss grew to 4 times its lowest")


async def tried(app: NnTuiApp, pilot: Pilot[None]) -> RateScreen:
    """Wait until a test has ended."""
    await settled(app, pilot)
    screen = app.screen
    assert isinstance(screen, RateScreen)
    await until(pilot, lambda: screen.test is not None)
    await pilot.pause()
    return screen


async def test_the_suggestion_is_the_command_line_s_and_one_key_takes_it(start: Start) -> None:
    spec = small()
    async with start(begin=spec) as (app, pilot):
        await pilot.press("G")
        screen = await tried(app, pilot)
        assert screen.test == find_rate(spec)
        suggestion = screen.test.suggestion
        assert f"{suggestion:g}" in str(screen.told.content) and "falls from" in str(screen.told.content)
        assert screen.chart.picture is not None
        await pilot.press("enter")
        await settled(app, pilot)
        assert app.screen is app.workbench
        assert app.spec.compile.optimizer.get("learning_rate") == suggestion
        await pilot.press("u")
        assert app.spec == spec


async def test_esc_takes_nothing(start: Start) -> None:
    async with start(begin=small()) as (app, pilot):
        await pilot.press("G")
        await tried(app, pilot)
        await pilot.press("escape")
        assert app.screen is app.workbench and app.spec == small()


async def test_it_draws_while_it_tries_and_esc_ends_the_thread(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = a_test()
    go_on, left = threading.Event(), threading.Event()

    def slow(spec: Any, state: Any, stop: Any, tell: Any) -> RateTest:
        tell(RateTest(whole.rates[:30], whole.measured[:30], whole.losses[:30], None, "", ""))
        while not stop():
            go_on.wait(0.01)
        left.set()
        return whole

    monkeypatch.setattr(module, "find_rate", slow)
    async with start(begin=small()) as (app, pilot):
        await pilot.press("G")
        screen = app.screen
        assert isinstance(screen, RateScreen)
        await until(pilot, lambda: screen.chart.picture is not None)
        assert screen.chart.picture is not None and "batch 30" in screen.chart.picture.caption
        await pilot.press("enter")  # there is nothing to take yet
        assert app.screen is screen and "still being tried" in str(screen.told.content)
        await pilot.press("escape")
        await until(pilot, left.is_set)
        assert app.spec == small()


async def test_the_training_goes_on_as_if_nothing_had_been_tried(tmp_path: Path) -> None:
    spec = set_value(small(), "fit.epochs", 3)
    list(train(spec, save=str(tmp_path / "alone")))
    app = NnTuiApp(spec)
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        await pilot.press("greater_than_sign")
        await at_epoch(app, pilot, 1)
        for key in ("G", "w", "escape"):
            await pilot.press(key)
            if key != "escape":
                await tried(app, pilot)
        await pilot.press("space")
        await at_epoch(app, pilot, 3)
        assert app.snapshot is not None and app.snapshot.run is not None
        folder = Path(app.snapshot.run.folder)
    ours, theirs = (SavedRun.open(place).reopen()[0].model for place in (folder, tmp_path / "alone"))
    assert [one.tobytes() for one in ours.get_weights()] == [one.tobytes() for one in theirs.get_weights()]


async def test_w_tries_from_the_present_weights(home: Path) -> None:
    app = NnTuiApp(small())
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        await pilot.press("greater_than_sign")
        await at_epoch(app, pilot, 1)
        await pilot.press("G")
        first = (await tried(app, pilot)).test
        await pilot.press("w")
        present = (await tried(app, pilot)).test
        assert "as they are now" in str(app.screen.query_one("#title").render())
        (card,) = RunStore().runs()
        state = SavedRun.open(Path(card.folder)).read()[0]
        assert present == find_rate(small(), state) and present != first


async def test_problems_are_told_instead(start: Start) -> None:
    async with start(begin=set_value(small(), "layers.2.units", 1)) as (app, pilot):
        await pilot.press("G")
        await settled(app, pilot)
        assert app.screen is app.workbench
        assert app.checkup is not None and app.notice == f"! {app.checkup.problems[0]}"


async def test_rows_of_a_file_are_tried_too(start: Start, tmp_path: Path) -> None:
    rows = "\n".join(f"{at % 7},{at % 5},{'yes' if at % 7 > 3 else 'no'}" for at in range(200))
    (tmp_path / "rows.csv").write_text(f"a,b,answer\n{rows}\n")
    spec = open_source(str(tmp_path / "rows.csv"))
    async with start(begin=spec) as (app, pilot):
        await pilot.press("G")
        screen = await tried(app, pilot)
        assert screen.test is not None and screen.test.suggestion is not None


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 12), (20, 5)])
async def test_every_size_shows_it(start: Start, size: tuple[int, int]) -> None:
    async with start(size=size, begin=small(), ascii_only=size[0] == 40) as (app, pilot):
        await pilot.press("G")
        await tried(app, pilot)
        await pilot.resize_terminal(80, 24)
        await pilot.resize_terminal(*size)
        await pilot.press("enter")
        assert app.spec != small()


def test_it_looks_as_it_should(snap_compare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_rate", a_test)
    app = NnTuiApp(small())

    async def before(pilot: Pilot[None]) -> None:
        await settled(app, pilot)
        await pilot.press("G")
        await tried(app, pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)


async def at_epoch(app: NnTuiApp, pilot: Pilot[None], epoch: int) -> None:
    def holds() -> bool:
        now = app.snapshot
        return now is not None and now.status.epoch == epoch and now.status.phase in ("paused", "finished")

    await until(pilot, holds)
