"""A frame repaints the cells that changed; nothing new repaints nothing."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from nn_tui.experiment.spec import Spec
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.panels.charts import ChartsPanel
from nn_tui.tui.widgets.picture import changed_span
from tests.tui.conftest import Start, show
from tests.tui.trainers import FakeFactory, snapshot

RED, BLUE = Style(color="red"), Style(color="blue")


def test_a_span_reaches_from_the_first_to_the_last_cell_that_differs() -> None:
    before = Strip([Segment("0.5|", RED), Segment("abc  ", BLUE)], 9)
    assert changed_span(before, before) == range(0)
    assert changed_span(before, Strip([Segment("0.5|", RED), Segment("abX  ", BLUE)], 9)) == range(6, 7)
    assert changed_span(before, Strip([Segment("0.5|", BLUE), Segment("abc  ", BLUE)], 9)) == range(4)
    assert changed_span(before, Strip([Segment("1.5|", RED), Segment("abcd ", BLUE)], 9)) == range(8)
    assert changed_span(before, Strip([Segment("0.5|abc  ", RED)], 9)) == range(4, 9)


async def test_another_epoch_repaints_the_columns_of_the_chart_that_moved(
    start: Start, spec: Spec, factory: FakeFactory
) -> None:
    async with start() as (app, pilot):
        await show(app, pilot, factory, snapshot(spec, "training", 12))
        loss = app.workbench.query_one(ChartsPanel).loss
        cells = refreshed_cells(app)
        await show(app, pilot, factory, snapshot(spec, "training", 13))
        assert 0 < cells[0] < 0.2 * loss.size.area
        cells[0] = 0
        await show(app, pilot, factory, factory.trainer.newest())
        assert cells[0] == 0


def refreshed_cells(app: NnTuiApp) -> list[int]:
    """Count the cells that the chart of the loss refreshes from now on; all of them count as very many."""
    loss, cells = app.workbench.query_one(ChartsPanel).loss, [0]
    real = loss.refresh

    def refresh(*regions: object, **options: object) -> object:
        cells[0] += sum(region.area for region in regions) if regions else 10**9  # type: ignore[attr-defined]
        return real(*regions, **options)  # type: ignore[arg-type]

    loss.refresh = refresh  # type: ignore[method-assign, assignment]
    return cells
