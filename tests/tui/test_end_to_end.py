"""The real program: the app with its worker thread gives the numbers of the command line."""

from __future__ import annotations

import numpy as np
from textual.pilot import Pilot

from nn_tui.experiment.examples import example
from nn_tui.experiment.session import Session
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.spec_file import set_value
from nn_tui.tui.app import NnTuiApp
from tests.tui.waiting import until


def headless(spec: Spec) -> Session:
    session = Session(spec)
    for _ in session.steps():
        pass
    return session


async def reached(app: NnTuiApp, pilot: Pilot[None], phase: str, epoch: int = 0) -> None:
    def holds() -> bool:
        now = app.snapshot
        return now is not None and now.status.phase == phase and now.status.epoch >= epoch

    await until(pilot, holds)


async def test_the_app_gives_the_numbers_of_the_command_line_paused_or_not() -> None:
    spec = set_value(example("clinical-trial"), "fit.epochs", 6)
    app = NnTuiApp(spec, ascii_only=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await reached(app, pilot, "ready")
        await pilot.press("full_stop")
        await reached(app, pilot, "paused")
        await pilot.press("greater_than_sign")
        await reached(app, pilot, "paused", epoch=1)
        await pilot.press("space")
        await reached(app, pilot, "finished")
        assert app.snapshot is not None
        told = app.snapshot.curves.values
        expected = headless(spec).training.history
        for name, values in expected.items():
            np.testing.assert_array_equal(told[name], values)
        await pilot.press("r")
        await reached(app, pilot, "ready")
        await pilot.press("space")
        await reached(app, pilot, "finished")
        np.testing.assert_array_equal(app.snapshot.curves.values["loss"], expected["loss"])


async def test_changing_the_rate_while_training_reaches_the_network() -> None:
    app = NnTuiApp(set_value(example("circle"), "fit.epochs", 100_000), ascii_only=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await reached(app, pilot, "ready")
        await pilot.press("space")
        await reached(app, pilot, "training", epoch=1)
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.status.learning_rate == 0.01)
        assert app.snapshot is not None and app.snapshot.status.learning_rate == 0.01
        assert app.snapshot.curves.marks[0].text == "learning_rate 0.01"
        await pilot.press("space")
        await reached(app, pilot, "paused")


def test_the_spiral_is_learned() -> None:
    session = headless(example("spiral"))
    test = session.data.test
    assert test is not None
    assert session.model.evaluate(test.x, test.y)[1] >= 0.97
