"""The workbench: build on the left, watch in the middle, understand on the right, the log below."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.widgets import Static

from nn_tui.experiment.shapes import LayerRow
from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.experiment.validation import Problem
from nn_tui.tui.panels.build import BuildPanel
from nn_tui.tui.panels.insights import InsightPanel
from nn_tui.tui.panels.lines import KeyLine, TabLine, TitleLine
from nn_tui.tui.panels.log import LogPanel
from nn_tui.tui.widgets.chart import ChartView
from nn_tui.tui.words import progress_line, speed_line, stack_line

VIEWS = ("build", "charts", "insight", "log")


class Workbench(Screen[None]):
    """The main screen."""

    CSS_PATH = "workbench.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (36, "-narrow"), (110, "-normal"), (150, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (10, "-short"), (28, "-normal-height"), (44, "-tall")]

    def __init__(self, insights: list[str], chosen: str) -> None:
        super().__init__()
        self._insights = insights
        self._chosen_insight = chosen
        self._view = 0
        self.rows_in_epoch = 0

    def compose(self) -> ComposeResult:
        """Make the panels in reading order."""
        yield TitleLine(id="title")
        yield TabLine(id="views")
        yield Static("", id="too-small")
        with Container(id="body"):
            yield BuildPanel(id="build", classes="panel -chosen")
            with Vertical(id="charts"):
                yield ChartView(id="loss")
                yield ChartView(id="metric")
            yield InsightPanel(self._insights, self._chosen_insight, id="insight", classes="panel")
            yield LogPanel(id="log", classes="panel")
        yield Static("", id="message", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Begin in the list of layers."""
        self.query_one("#build").focus()
        self._show_views()

    def on_resize(self) -> None:
        """Say which size it would like where it has too little."""
        width, height = self.app.size
        self.query_one("#too-small", Static).update(
            f"{width}x{height} is too small.\nMake the terminal 80x24 or larger."
        )
        self.call_after_refresh(self.app.show_all)  # type: ignore[attr-defined]  # our app

    def choose_view(self, name: str) -> None:
        """Go to a panel; where only one fits, show it."""
        self._view = VIEWS.index(name)
        for view in VIEWS:
            self.query_one(f"#{view}").set_class(view == name, "-chosen")
        self._show_views()
        target = self.query_one(f"#{name}")
        if target.can_focus:
            target.focus()
        self.call_after_refresh(self.app.show_all)  # type: ignore[attr-defined]  # our app

    def next_view(self) -> None:
        """Go to the next panel."""
        self.choose_view(VIEWS[(self._view + 1) % len(VIEWS)])

    def _show_views(self) -> None:
        tabs = [(name.capitalize(), f"app.view('{name}')") for name in VIEWS]
        self.query_one("#views", TabLine).show(tabs, self._view)

    def show_spec(self, spec: Spec, rows: tuple[LayerRow, ...], problems: tuple[Problem, ...]) -> None:
        """Show what is to be trained and the first thing that is wrong with it."""
        self.query_one(BuildPanel).show(spec, rows, problems)
        self.tell(str(problems[0]) if problems else "")

    def tell(self, text: str) -> None:
        """Show one line above the keys; an empty text takes it away."""
        line = self.query_one("#message", Static)
        line.update(text)
        line.set_class(bool(text), "-shown")

    def show_snapshot(self, spec: Spec, rows: tuple[LayerRow, ...], snapshot: Snapshot) -> None:
        """Show where the training stands; parts that did not change cost nothing."""
        status = snapshot.status
        inputs = rows[0].output_shape if rows else ()
        parameters = sum(row.parameters for row in rows)
        self.query_one(TitleLine).show(
            ["nn-tui", spec.name, stack_line(spec, inputs), f"{parameters:,} parameters"],
            progress_line(status),
        )
        self.query_one(KeyLine).show(speed_line(status, self.rows_in_epoch), status.phase == "training")
        self.query_one("#loss", ChartView).show(snapshot.curves, "loss", status.epochs)
        metric = spec.compile.metrics[0] if spec.compile.metrics else ""
        chart = self.query_one("#metric", ChartView)
        chart.display = bool(metric)
        if metric:
            chart.show(snapshot.curves, metric, status.epochs)
        self.query_one(InsightPanel).show(snapshot.insights)
        self.query_one(LogPanel).show(snapshot.log)
        if status.phase == "failed":
            self.tell(f"{status.error} {status.remedy}")
