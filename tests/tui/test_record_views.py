"""Pictures of what is recorded of a run: gradients, weights, the landscape, large and in 80x24."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from textual.pilot import Pilot

from nn_tui.experiment.spec import Spec
from nn_tui.insight.pictures import Bars, Board, Contour, Control, Lines, Picture, Series
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.panels.insights import InsightsPanel
from tests.tui.conftest import show
from tests.tui.trainers import FakeFactory, snapshot
from tests.tui.waiting import settled

EPOCHS = np.arange(21.0)
GRID = np.linspace(-1, 1, 25)
CONTROLS = (Control("shown", "shown", "norm", 0, 3), Control("layer", "layer", "all", 0, 4))


def histogram(shift: float) -> Bars:
    places = np.linspace(-1, 1, 20)
    numbers, former = (np.round(40 * np.exp(-4 * (places - at) ** 2)) for at in (shift, 0.0))
    names = tuple(f"{place:.2g}" for place in places)
    return Bars(names, tuple(numbers), "sd 0.36 (was 0.35).", upright=True, former=tuple(former))


PICTURES: dict[str, Picture] = {
    "gradients": Lines(
        tuple(
            Series(
                f"{n} Dense 16 relu", EPOCHS, 10.0**-n * np.exp(-EPOCHS / 9), "class", class_number=n - 1
            )
            for n in (1, 2, 3)
        ),
        "epoch",
        "update / weight",
        "How much of itself a step changes each kernel.",
        (0.0, 20.0),
        y_log=True,
        usual=(3e-4, 3e-3),
        last_values=True,
        controls=CONTROLS,
    ),
    "weights": Board(
        ("1 Dense 16 relu", "2 Dense 32 relu", "3 Dense 2 softmax"),
        (histogram(0.1), histogram(0.3), histogram(-0.4)),
        "Kernels: bars now, dashes at the start.",
        controls=CONTROLS,
    ),
    "landscape": Contour(
        0.2 + GRID[:, None] ** 2 + (GRID[None, :] - 0.4) ** 2 / 3,
        0.2 + 1.6 * np.linspace(0, 1, 13) ** 2,
        (-1.0, 1.0),
        (-1.0, 1.0),
        "path, 1st component",
        "2nd",
        "Loss 0.68 at the start of the path, 0.22 now; 98% of it lies in this plane.",
        (
            Series("path", np.linspace(-0.9, 0.3, 9), np.linspace(0.9, 0.1, 9)),
            Series("next 2 steps", np.array([0.3, 0.35, 0.38]), np.array([0.1, -0.2, 0.1]), "mark"),
        ),
        (0.3, 0.1),
        controls=CONTROLS,
    ),
}


@pytest.mark.parametrize(
    ("size", "keys"), [((120, 36), ("i", "I")), ((80, 24), ("i",))], ids=["large", "narrow"]
)
@pytest.mark.parametrize("name", PICTURES)
def test_it_looks_as_it_should(
    spec: Spec,
    snap_compare: Any,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    size: tuple[int, int],
    keys: tuple[str, ...],
) -> None:
    # An insight more is a tab more, and no other picture of the screen.
    monkeypatch.setattr(InsightsPanel, "names", property(lambda panel: tuple(PICTURES)))
    factory = FakeFactory()
    app = NnTuiApp(spec, factory)

    async def before(pilot: Pilot[None]) -> None:
        await settled(app, pilot)
        app.workbench.insights.show(name)
        await show(app, pilot, factory, snapshot(spec, "paused", 20, insights=PICTURES))
        await pilot.press(*keys)
        await settled(app, pilot)

    assert snap_compare(app, terminal_size=size, run_before=before), name
