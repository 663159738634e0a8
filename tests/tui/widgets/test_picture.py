"""Insights as they look at 60x20 and 100x40 cells, of networks with their initial weights."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from nn_tui.experiment.examples import example
from nn_tui.experiment.session import Session
from nn_tui.experiment.templates import TEMPLATES
from nn_tui.insight.pictures import InsightRequest, Picture
from nn_tui.insight.tabs import insights
from nn_tui.tui.styles.themes import DARK
from nn_tui.tui.widgets.picture import PictureView

VIEWS: dict[str, tuple[str, str, str, dict[str, int]]] = {
    "network": ("network", "circle", "", {"layer": 1, "unit": 1}),
    "boundary": ("fit", "circle", "", {}),
    "best": ("best-possible", "clinical-trial", "", {}),
    "filters": ("filters", "digits", "", {}),
    "one_map": ("feature_maps", "digits", "", {"show": 1}),
    "one_cell": ("feature_maps", "digits", "", {"show": 2, "layer": 2, "row": 3, "column": 4}),
    "states": ("states", "co2", "", {}),
    "reconstruction": ("reconstruction", "iris", "autoencoder", {}),
    "embedding": ("embedding", "reviews", "", {"word": 20}),
}


class OnePicture(App[None]):
    """An app that shows a picture and nothing else."""

    def __init__(self, picture: Picture) -> None:
        super().__init__()
        self.picture = picture
        self.register_theme(DARK)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        yield PictureView()

    def on_mount(self) -> None:
        self.query_one(PictureView).show(self.picture)


@pytest.mark.parametrize("size", [(60, 20), (100, 40)], ids=str)
@pytest.mark.parametrize("view", VIEWS)
def test_it_looks_as_it_should(snap_compare: Any, view: str, size: tuple[int, int]) -> None:
    insight, name, template, options = VIEWS[view]
    spec = example(name)
    if template:
        spec = next(one for one in TEMPLATES if one.name == template).fit(spec)
    session = Session(spec, None, keep_history=False)
    request = InsightRequest(session.model, session.data, dict(options))
    app = OnePicture(insights()[insight](request, **options))

    async def settled(pilot: Pilot[None]) -> None:
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=settled), view
