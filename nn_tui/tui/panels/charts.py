"""Two charts over the epochs: the loss, and the metric that suits."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.reactive import var

from nn_tui.experiment.snapshot import Snapshot
from nn_tui.experiment.spec import Spec
from nn_tui.tui.widgets.chart import ChartView

EVERY = 2
"""Frames from one drawing to the next: twice the bytes to the terminal would hardly be seen."""


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
        if frame % EVERY == 0:
            self.renew()

    def renew(self) -> None:
        """Show the curves there are."""
        if self.snapshot is None or not self.is_mounted:
            return
        curves, epochs = self.snapshot.curves, self.snapshot.status.epochs
        self.loss.show(curves, "loss", epochs)
        metric = self.metric_name
        self.metric.display = bool(metric)
        if metric:
            self.metric.show(curves, metric, epochs)

    @property
    def metric_name(self) -> str:
        """The first metric that is measured; empty when none is."""
        metrics = self.spec.compile.metrics if self.spec is not None else ()
        return metrics[0].type if metrics else ""
