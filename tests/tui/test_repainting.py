"""A frame repaints the cells that changed; nothing new repaints nothing."""

from __future__ import annotations

from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.dom import DOMNode
from textual.geometry import Region
from textual.strip import Strip

from nn_tui.experiment.spec import Spec
from nn_tui.tui.app import NnTuiApp
from nn_tui.tui.panels.build import BuildList
from nn_tui.tui.panels.charts import ChartsPanel
from nn_tui.tui.panels.focus import FOCUSED
from nn_tui.tui.widgets.chart import ChartView
from nn_tui.tui.widgets.picture import StripsView, changed_span
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


async def test_the_cursor_of_the_build_list_repaints_two_of_its_rows_once(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as (app, pilot):
        listing = app.workbench.listing
        written: list[int] = []
        real = type(listing).render_line

        def render_line(widget: BuildList, y: int) -> Strip:
            written.append(y)
            return real(widget, y)

        monkeypatch.setattr(type(listing), "render_line", render_line)
        before = " > " in real(listing, 4).text
        await pilot.press("down")
        await pilot.pause()
        chosen = [y for y in range(listing.size.height) if real(listing, y).text.startswith(" > ")]
        assert len(chosen) == 1 and not before
        assert len(written) == len(set(written)) <= 4
        assert chosen[0] in written


async def test_another_panel_styles_only_the_two_panels_and_draws_nothing_in_them_anew(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as (app, pilot):
        styled: list[object] = []
        drawn: list[object] = []
        apply = app.stylesheet.apply
        redraw = StripsView.redraw

        def noted(node: DOMNode, **options: Any) -> None:
            styled.append(node)
            apply(node, **options)

        monkeypatch.setattr(app.stylesheet, "apply", noted)
        monkeypatch.setattr(StripsView, "redraw", lambda self: (drawn.append(self), redraw(self)))
        await pilot.press("l")
        await pilot.pause()
        build, log = app.workbench.query_one("#build"), app.workbench.log_panel
        assert set(styled) == {build, log} and not drawn
        lit = build.app.theme_variables["line-focus"]
        assert log.styles.border_top[1].hex == Color.parse(lit).hex != build.styles.border_top[1].hex
        await pilot.press("c")
        await pilot.pause()
        charts = app.workbench.charts
        assert all(chart.has_class(FOCUSED) for chart in (charts.loss, charts.metric))
        assert not log.has_class(FOCUSED) and not charts.has_class(FOCUSED)


async def test_the_title_of_a_panel_is_as_the_style_sheet_has_it_without_drawing_what_is_in_it(
    start: Start,
) -> None:
    async with start() as (app, pilot):
        build = app.workbench.query_one("#build")
        for key in "lb":
            await pilot.press(key)
            await pilot.pause()
            colour = build.styles.border_title_color
            app.stylesheet.update_nodes([build])
            assert build.styles.border_title_color == colour


async def test_the_style_under_a_picture_is_worked_out_once_for_all_its_lines(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as (app, _):
        loss = app.workbench.query_one(ChartsPanel).loss
        asked: list[int] = []
        real = ChartView.rich_style
        monkeypatch.setattr(
            ChartView, "rich_style", property(lambda self: (asked.append(1), real.fget(self))[1])
        )
        loss._styles_cache.clear()
        loss.render_lines(loss.size.region)
        assert len(asked) == 1


async def test_another_setting_writes_only_its_row_and_finds_no_new_room(
    start: Start, spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as (app, pilot):
        listing = app.workbench.listing
        asked: list[object] = []
        real = listing.refresh

        def refresh(*regions: Region, **options: bool) -> object:
            asked.append((regions, options))
            return real(*regions, **options)

        monkeypatch.setattr(listing, "refresh", refresh)
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert app.spec != spec
        ((regions, options),) = asked
        assert len(regions) == 2 and not options


async def test_another_panel_repaints_less_than_the_whole_screen(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as (app, pilot):
        whole: list[object] = []
        monkeypatch.setattr(app.workbench._compositor, "render_full_update", lambda **_: whole.append(1))
        await pilot.press("i")
        await pilot.pause()
        assert app.focused is app.workbench.insights
        assert not whole


async def test_a_key_is_answered_without_waiting_for_the_next_tick(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as (app, pilot):
        displayed: list[object] = []
        real = app._display
        monkeypatch.setattr(app, "_display", lambda *update: (displayed.append(update[1]), real(*update)))
        monkeypatch.setattr(app.workbench._update_timer, "resume", lambda: None)
        await pilot.press("down")
        await pilot.pause()
        assert any(displayed)
