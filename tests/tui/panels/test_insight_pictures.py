"""What the insights that are read look like: large in a wide terminal, and in a small one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from textual.pilot import Pilot

from nn_tui.data.dataset import Dataset, Split
from nn_tui.engine.layers import Dense
from nn_tui.engine.models import Sequential
from nn_tui.experiment.spec import Spec
from nn_tui.insight.activations import activations
from nn_tui.insight.pictures import InsightRequest, Picture
from nn_tui.insight.step import step
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.panels.insights import InsightsPanel
from tests.tui.conftest import show
from tests.tui.trainers import FakeFactory, snapshot
from tests.tui.waiting import settled

pytestmark = pytest.mark.numeric


def request_of_a_small_network() -> InsightRequest:
    """A network with round weights, in float64, so that the numbers are the same on every machine.

    The ages are sixteenths: no weighted sum is rounded, so none falls beside the bar that it belongs to.
    """
    ages = np.arange(21)[:, None] / 16
    data = Dataset(
        "ages",
        "classification",
        Split(ages, (ages[:, 0] > 0.5).astype(np.int64)),
        None,
        None,
        ("age",),
        target_name="side effects",
        class_names=("no", "yes"),
    )
    model = Sequential(
        [Dense(3, activation="tanh", input_shape=(1,)), Dense(2, activation="softmax")], dtype="float64"
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    kernel = np.array([[0.5, -0.25], [-0.75, 0.125], [0.25, 0.5]])
    model.set_weights([np.array([[1.5, -2.0, 0.5]]), np.array([0.25, 0.0, -0.5]), kernel, np.zeros(2)])
    return InsightRequest(model, data, batch_size=7)


PICTURES = {
    "step": lambda: step(request_of_a_small_network(), sample=9, layer=1, end=1),
    "update": lambda: step(request_of_a_small_network(), sample=9, whole=1, part=4),
    "activations": lambda: activations(request_of_a_small_network()),
}


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
@pytest.mark.parametrize("name", [*PICTURES, "code"])
def test_it_looks_as_it_should(
    spec: Spec, snap_compare: Any, monkeypatch: pytest.MonkeyPatch, name: str, size: tuple[int, int]
) -> None:
    # An insight more is a tab more, and no other picture of this one.
    shown = "step" if name == "update" else name
    monkeypatch.setattr(InsightsPanel, "names", property(lambda panel: ("network", shown)))
    factory = FakeFactory()
    app = NnTuiApp(spec, factory)

    async def before(pilot: Pilot[None]) -> None:
        await settled(app, pilot)
        app.workbench.insights.show(shown)
        await pilot.press("I")
        pictures: dict[str, Picture] = {shown: PICTURES[name]()} if name in PICTURES else {}
        await show(app, pilot, factory, snapshot(spec, "paused", 12, insights=pictures))
        await settled(app, pilot)

    assert snap_compare(app, terminal_size=size, run_before=before), name
