"""Python's collector leaves the start alone, and what the start has left."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from nn_tui.experiment.spec import Spec
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.garbage import look_for_none, look_past_present
from tests.tui.trainers import FakeFactory
from tests.tui.waiting import settled


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.enable()


def test_nothing_is_collected_until_the_start_is_over_and_then_only_what_came_later() -> None:
    look_for_none()
    assert not gc.isenabled()
    standing = [[]]  # type: ignore[var-annotated]
    look_past_present()
    later = [[]]  # type: ignore[var-annotated]
    looked_through = {id(thing) for thing in gc.get_objects()}
    assert gc.isenabled() and id(later) in looked_through and id(standing) not in looked_through


async def test_the_start_is_over_with_the_first_paint_and_with_the_trainer(
    spec: Spec, factory: FakeFactory
) -> None:
    app = NnTuiApp(spec, factory)
    told: list[bool] = []
    app.settled = lambda: told.append(app.trainer is not None)
    async with app.run_test() as pilot:
        await settled(app, pilot)
        assert told == [False, True]
        await pilot.press("right_square_bracket")
        await settled(app, pilot)
        assert told == [False, True]
