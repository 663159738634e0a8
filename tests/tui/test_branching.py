"""Changing what was trained, on the screen: the kept run stays as it is, and what begins is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from nn_tui.experiment.checkpoint import SavedRun
from nn_tui.experiment.evaluation import measure, rows_to_measure
from nn_tui.experiment.prediction import open_run
from nn_tui.experiment.runs.card import RunCard
from nn_tui.experiment.runs.store import RunStore
from nn_tui.experiment.spec_file import set_value
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.screens.confirm import ConfirmScreen
from tests.experiment.specs import small
from tests.tui.waiting import settled, until


def contents(run: RunCard) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in sorted(Path(run.folder).rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def answer(run: RunCard) -> dict[str, float]:
    """What `nn-tui evaluate` says of a run."""
    trained = open_run(run.folder)
    with rows_to_measure(trained, None) as rows:
        return dict(measure(trained, rows).values)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_changed_layer_leaves_the_run_as_it_is_and_is_told_whole(size: tuple[int, int]) -> None:
    app = NnTuiApp(small())
    async with app.run_test(size=size) as pilot:
        await settled(app, pilot)
        await pilot.press("space")
        await until(pilot, lambda: app.situation.phase == "finished" and app.kept)
        (run,) = RunStore().runs()
        before, answered = contents(run), answer(run)
        app.edit(set_value(app.spec, "layers.0.units", 9), "set units")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.branch is not None)
        told = "This begins a new run, branched off test at epoch 4. u goes back to it."
        await until(pilot, lambda: app.notice == told)
        assert len(told) <= 78
        app.action_export()
        assert app.notice.startswith("Train first: this was changed")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        assert contents(run) == before, "while it is asked whether to leave"
        await pilot.press("y")
    assert contents(run) == before and answer(run) == answered
    assert RunStore().runs() == [run]


async def test_a_change_taken_back_brings_the_run_back_and_one_that_is_trained_begins_another() -> None:
    app = NnTuiApp(small())
    async with app.run_test(size=(120, 36)) as pilot:
        await settled(app, pilot)
        await pilot.press("space")
        await until(pilot, lambda: app.situation.phase == "finished" and app.kept)
        (run,) = RunStore().runs()
        before = contents(run)
        app.edit(set_value(app.spec, "data.noise", 0.3), "set noise")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.branch is not None)
        await pilot.press("u")
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.run is not None)
        assert app.snapshot is not None and app.snapshot.run is not None
        assert app.snapshot.run.id == run.id and app.snapshot.status.epoch == 4
        await pilot.press("right_square_bracket", "full_stop")
        await until(pilot, lambda: len(RunStore().runs()) == 2)
        await until(pilot, lambda: app.snapshot is not None and app.snapshot.run is not None)
    second = next(one for one in RunStore().runs() if one.id != run.id)
    assert (second.parent, second.parent_epoch) == (run.id, 4)
    assert contents(run) == before
    assert SavedRun.open(Path(run.folder)).spec.compile == small().compile
