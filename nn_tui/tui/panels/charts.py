"""Two charts over the epochs: the loss, and the metric that suits."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.reactive import var

from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.tui.frames import LOSS, METRIC, TURNS
from nn_tui.tui.widgets.chart import ChartView


class ChartsPanel(Vertical):
    """Loss and metric of training and validation, epoch by epoch.

    Reads: the snapshot's curves.
    """

    JUMP = "c"

    spec: var[Spec | None] = var(None, init=False)
    snapshot: var[Snapshot | None] = var(None, init=False)
    frame: var[int] = var(0, init=False)

    loss = query_one("#loss", ChartView)
    metric = query_one("#metric", ChartView)

    def compose(self) -> ComposeResult:
        """Lay the charts under each other."""
        for name in ("loss", "metric"):
            chart = ChartView(id=name)
            chart.add_class("panel")
            yield chart

    def watch_spec(self) -> None:
        """Show the metric of the new spec."""
        self.renew()

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        """Draw what is new, at rest."""
        if now is not None and now.status.phase != "training":
            self.renew()

    def watch_frame(self, frame: int) -> None:
        """Draw what is new, while it trains."""
        turn = frame % TURNS
        if turn in (LOSS, METRIC):
            self.renew(loss=turn == LOSS, metric=turn == METRIC)

    def renew(self, *, loss: bool = True, metric: bool = True) -> None:
        """Show the curves there are, in one chart or in both."""
        if self.snapshot is None or not self.is_mounted:
            return
        curves, epochs = self.snapshot.curves, self.snapshot.status.epochs
        if loss:
            self.loss.show(curves, "loss", epochs)
        if metric:
            self.metric.display = bool(self.metric_name)
            if self.metric_name:
                self.metric.show(curves, self.metric_name, epochs)

    @property
    def metric_name(self) -> str:
        """The first metric that is measured; empty when none is."""
        metrics = self.spec.compile.metrics if self.spec is not None else ()
        return metrics[0].type if metrics else ""
